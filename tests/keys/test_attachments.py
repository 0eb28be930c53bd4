"""Sealed chunks: what was sealed opens, and nothing else does, whatever somebody does to the chunks."""

from __future__ import annotations

import functools
import random
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from lienlac import limits
from lienlac.errors import Refused
from lienlac.keys import jwe
from lienlac.keys.attachments.stream import KEY_TYP, ContentKey, open_key, seal_key
from lienlac.keys.suite import NodeKeys
from lienlac.wire.attachments import chunk_count, chunk_length, sealed_length

CHUNK = limits.ATTACHMENT_CHUNK_BYTES
NOW = datetime(2026, 11, 25, tzinfo=UTC)


@functools.cache
def node(number: int = 0) -> NodeKeys:
    return NodeKeys.generate(f"xa-node{number}", NOW)


def sealed(key: ContentKey, data: bytes) -> list[bytes]:
    count = chunk_count(len(data))
    return [key.seal(i, data[i * CHUNK : (i + 1) * CHUNK], last=i == count - 1) for i in range(count)]


def opened(key: ContentKey, size: int, chunks: list[bytes]) -> bytes:
    assert len(chunks) == chunk_count(size)
    return b"".join(open_of(key, size, index, chunk) for index, chunk in enumerate(chunks))


def open_of(key: ContentKey, size: int, index: int, chunk: bytes) -> bytes:
    """As a receiver does: it knows the file's size, hence each chunk's length and which one is the last."""
    return key.open(index, chunk, last=index == chunk_count(size) - 1)


def refused(key: ContentKey, size: int, index: int, chunk: bytes) -> None:
    with pytest.raises(Refused) as error:
        open_of(key, size, index, chunk)
    assert error.value.code == "attachment-chunk-broken"


sizes = st.one_of(
    st.integers(1, 3 * CHUNK), st.sampled_from([1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1])
)


@settings(max_examples=30, deadline=None)
@given(sizes, st.integers(0, 2**32))
def test_what_was_sealed_opens(size, seed):
    key, data = ContentKey.generate(), random.Random(seed).randbytes(size)
    assert opened(key, size, sealed(key, data)) == data


@settings(max_examples=30, deadline=None)
@given(sizes, st.data())
def test_a_flipped_bit_does_not_open(size, data):
    key = ContentKey.generate()
    chunks = sealed(key, bytes(size))
    index = data.draw(st.integers(0, len(chunks) - 1))
    place = data.draw(st.integers(0, len(chunks[index]) - 1))
    changed = bytearray(chunks[index])
    changed[place] ^= 1 << data.draw(st.integers(0, 7))
    refused(key, size, index, bytes(changed))


@settings(max_examples=30, deadline=None)
@given(st.integers(CHUNK + 1, 5 * CHUNK), st.data())
def test_a_chunk_in_another_place_does_not_open(size, data):
    """Reordering and repetition: every chunk of equal content differs by its place."""
    key = ContentKey.generate()
    chunks = sealed(key, bytes(size))
    source, place = data.draw(
        st.tuples(st.integers(0, len(chunks) - 1), st.integers(0, len(chunks) - 1)).filter(lambda two: two[0] != two[1])
    )
    refused(key, size, place, chunks[source])


@settings(max_examples=20, deadline=None)
@given(sizes, st.integers(1, 40))
def test_a_shortened_chunk_does_not_open(size, cut):
    key = ContentKey.generate()
    chunks = sealed(key, bytes(size))
    shorter = chunks[-1][:-cut] if cut < len(chunks[-1]) else b""
    assert len(shorter) < sealed_length(size, len(chunks) - 1)
    refused(key, size, len(chunks) - 1, shorter)


def test_a_file_cut_at_a_chunks_edge_has_no_last_chunk():
    """Truncation: whoever announces the shorter size cannot make the chunk before the cut the last one."""
    key = ContentKey.generate()
    chunks = sealed(key, bytes(3 * CHUNK))
    refused(key, 2 * CHUNK, 1, chunks[1])


def test_a_file_that_goes_on_behind_its_last_chunk():
    """Extension: the last chunk does not open as one in the middle."""
    key = ContentKey.generate()
    chunks = sealed(key, bytes(2 * CHUNK))
    refused(key, 3 * CHUNK, 1, chunks[1])


def test_a_chunk_of_another_file_does_not_open():
    mine, theirs = ContentKey.generate(), ContentKey.generate()
    refused(mine, CHUNK, 0, sealed(theirs, bytes(CHUNK))[0])


def test_the_form_is_what_the_clause_says():
    """Another program, written from clause 14.4 alone, opens what ours sealed."""
    key, data = ContentKey.generate(), b"x" * (CHUNK + 5)
    first, second = sealed(key, data)
    plain = AESGCM(key.raw)
    assert plain.decrypt((0).to_bytes(11, "big") + b"\x00", first, b"lienlac-attachment/1") == data[:CHUNK]
    assert plain.decrypt((1).to_bytes(11, "big") + b"\x01", second, b"lienlac-attachment/1") == data[CHUNK:]
    assert len(second) == chunk_length(len(data), 1) + 16


def test_the_key_opens_for_its_node_only_and_after_its_rotations():
    key = ContentKey.generate()
    travelling = seal_key(key, node().sealing.public)
    assert len(travelling) <= limits.ATTACHMENT_KEY_MAX_CHARS
    assert open_key(travelling, node()) == key
    assert open_key(travelling, node().rotated().rotated()) == key
    for wrong in (node(1), node(2)):
        with pytest.raises(Refused, match="attachment-key"):
            open_key(travelling, wrong)


@pytest.mark.parametrize("inside", [b"", b"x" * 31, b"x" * 33])
def test_a_key_of_another_length_is_none(inside):
    with pytest.raises(Refused, match="attachment-key"):
        open_key(jwe.seal(inside, node().sealing.public, KEY_TYP).decode(), node())


def test_a_sealed_message_is_no_key():
    with pytest.raises(Refused, match="attachment-key"):
        open_key(jwe.seal(bytes(32), node().sealing.public, "lienlac-message").decode(), node())


@given(st.binary(max_size=300))
def test_any_text_in_the_keys_place_is_refused(junk):
    with pytest.raises(Refused, match="attachment-key"):
        open_key(junk.decode("latin-1"), node())


def test_no_key_shows_itself():
    key = ContentKey.generate()
    assert key.raw.hex() not in repr(key)
    assert repr(key.raw) not in repr(key)
