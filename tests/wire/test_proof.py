"""Proof files: what is written is read back, and whatever is odd is refused with a code."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.errors import Refused
from lienlac.wire import checkpoint, merkle, proof
from lienlac.wire.checkpoint import Checkpoint
from lienlac.wire.proof import LogPlace, ProofFile

SIGNATURE = "— lienlac/vn-a05/1 " + base64.b64encode(b"\x01" * 68).decode() + "\n"


def place(index: int = 3, size: int = 7, **changes: object) -> LogPlace:
    digests = [hashlib.sha256(b"%d" % i).hexdigest() for i in range(size)]
    tree = merkle.Tree([b"\x01" + bytes.fromhex(digest) for digest in digests])
    head = Checkpoint(origin="lienlac/vn-a05/1", size=size, root=tree.root())
    fields = {
        "origin": head.origin,
        "epoch": 1,
        "leaf_type": 1,
        "digest": digests[index],
        "index": index,
        "size": size,
        "path": tuple(item.hex() for item in merkle.inclusion_proof(tree, index)),
        "note": checkpoint.encode(head) + "\n" + SIGNATURE,
    }
    return LogPlace(**(fields | changes))


def whole(**changes: object) -> ProofFile:
    fields = {
        "made_at": datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC),
        "message": '{"payload":"bWVzc2FnZQ"}',
        "receipts": ('{"payload":"cmVjZWlwdA"}',),
        "logs": (place(), place(0, 1)),
        "cards": ('{"payload":"Y2FyZA"}',),
    }
    return ProofFile(**(fields | changes))


def test_what_is_written_is_read_back():
    data = proof.encode(whole())
    assert proof.decode(data) == whole()
    assert proof.encode(proof.decode(data)) == data


@given(st.data())
def test_every_place_leads_to_its_root(data):
    size = data.draw(st.integers(1, 40))
    found = place(data.draw(st.integers(0, size - 1)), size)
    found.verify_path()
    proof.decode(proof.encode(whole(logs=(found,))))


def test_another_leaf_does_not_lead_to_the_root():
    for wrong in (place(digest="0" * 64), place(leaf_type=2), msgspec.structs.replace(place(), index=2)):
        with pytest.raises(Refused, match="proof-invalid"):
            wrong.verify_path()


def test_the_form_of_other_tools():
    lines = proof.tlog_proof(place()).split("\n")
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 3"]
    assert lines[5:9] == ["", "lienlac/vn-a05/1", "7", base64.b64encode(place().head.root).decode()]
    assert lines[9:] == ["", SIGNATURE[:-1], ""]


def edited(**changes: object) -> bytes:
    return json.dumps(json.loads(proof.encode(whole())) | changes).encode()


def edited_place(**changes: object) -> bytes:
    value = json.loads(proof.encode(whole()))
    value["logs"][0] |= changes
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("nothing", b"", "malformed"),
        ("a list", b"[]", "proof-file-malformed"),
        ("another format", edited(format="x"), "proof-file-malformed"),
        ("a later version", edited(version=2), "proof-version"),
        ("version as text", edited(version="1"), "proof-version"),
        ("version as truth", edited(version=True), "proof-file-malformed"),
        ("an unknown field", edited(verified=True), "proof-file-malformed"),
        ("no message", edited(message=None), "proof-file-malformed"),
        ("an empty message", edited(message=""), "proof-file-malformed"),
        ("no cards", edited(cards=[]), "proof-file-malformed"),
        ("too many receipts", edited(receipts=["x"] * 9), "proof-file-malformed"),
        ("letters beyond ASCII", edited(message="é"), "proof-file-malformed"),
        ("a message over two lines", edited(message="a\nb"), "proof-file-malformed"),
        ("a line break after the message", edited(message="a\n"), "proof-file-malformed"),
        ("a time without zone", edited(made_at="2026-11-24T01:02:03"), "proof-file-malformed"),
        ("a place outside the log", edited_place(index=7), "proof-file-malformed"),
        ("a negative place", edited_place(index=-1), "proof-file-malformed"),
        ("a path too short", edited_place(path=[]), "proof-file-malformed"),
        ("a path too long", edited_place(path=["0" * 64] * 4), "proof-file-malformed"),
        ("an endless path", edited_place(path=["0" * 64] * 1000), "proof-file-malformed"),
        ("a hash in capitals", edited_place(digest="A" * 64), "proof-file-malformed"),
        ("a hash with a line break", edited_place(digest="0" * 63 + "\n"), "proof-file-malformed"),
        ("a hash and a line break", edited_place(digest="0" * 64 + "\n"), "proof-file-malformed"),
        ("a note about another log", edited_place(origin="lienlac/us-fbi/1"), "proof-file-malformed"),
        ("a note about another size", edited_place(size=8), "proof-file-malformed"),
        ("a note without text", edited_place(note="x"), "checkpoint-malformed"),
        ("a note with control characters", edited_place(note="a\x00\n\n"), "malformed"),
        ("a duplicate key", b'{"format":"lienlac-proof","format":"lienlac-proof"}', "duplicate-key"),
        ("deep nesting", b"[" * 100, "too-deep"),
    ],
)  # fmt: skip
def test_odd_files_are_refused(name, data, code):
    with pytest.raises(Refused) as caught:
        proof.decode(data)
    assert caught.value.code == code, (name, caught.value)


def test_an_oversized_file_is_refused_before_it_is_parsed():
    with pytest.raises(Refused, match="too-large"):
        proof.decode(b" " * 7_000_000)


def test_what_would_be_refused_is_not_written():
    with pytest.raises(Refused):
        proof.encode(whole(logs=(place(origin="lienlac/us-fbi/1"),)))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    with pytest.raises(Refused):
        proof.decode(data)


VALID = proof.encode(whole())


@given(st.integers(0, len(VALID) - 1), st.binary(min_size=0, max_size=3))
def test_a_damaged_file_is_read_or_refused(at, replacement):
    data = VALID[:at] + replacement + VALID[at + 1 :]
    try:
        found = proof.decode(data)
    except Refused:
        return
    assert isinstance(found, ProofFile)
    assert msgspec.json.encode(found)
