"""Signed notes: both lines or none, and readable by every note verifier (clause 8.3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.errors import Refused
from lienlac.keys import note
from lienlac.keys.suite import SigningKeys, VerifyingKeys

KEYS = SigningKeys(b"\x01" * 32, b"\x02" * 32)
OTHER = SigningKeys(b"\x03" * 32, b"\x04" * 32)
NAME = "lienlac/xa-north/1"
TEXT = "lienlac/xa-north/1\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
NOTE = note.sign_note(TEXT, NAME, KEYS)


def code_of(text: str, keys: VerifyingKeys = KEYS.public, name: str | None = NAME) -> str:
    with pytest.raises(Refused) as refusal:
        note.verify_note(text, keys, name)
    return refusal.value.code


def test_a_note_comes_back() -> None:
    assert note.verify_note(NOTE, KEYS.public) == TEXT
    assert note.verify_note(NOTE, KEYS.public, NAME) == TEXT


def test_the_published_example_of_the_format() -> None:
    """The example of the reference implementation: our key id and its Ed25519 line agree."""
    signed = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
        "\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    ed25519 = note._decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")[1:]
    keys = VerifyingKeys(ed25519, KEYS.public.ml_dsa_65)
    assert note._key_id("PeterNeumann", "Ed25519", keys).hex() == "c74f20a3"
    assert code_of(signed, keys, "PeterNeumann") == "signature-missing"  # its one line holds, ours is not there
    assert code_of(signed.replace("don't", "do"), keys, "PeterNeumann") == "signature-invalid"


def test_one_line_alone_is_not_enough() -> None:
    text, ed25519, ml_dsa, _ = NOTE.rpartition("\n\n")[0] + "\n\n", *NOTE.rpartition("\n\n")[2].split("\n")
    assert code_of(f"{text}{ed25519}\n") == "signature-missing"
    assert code_of(f"{text}{ml_dsa}\n") == "signature-missing"
    assert code_of(f"{text}{ed25519}\n{ed25519}\n") == "signature-missing"
    assert note.verify_note(f"{text}{ml_dsa}\n{ed25519}\n", KEYS.public) == TEXT


def test_lines_of_others_mean_nothing_and_do_no_harm() -> None:
    theirs = note.sign_note(TEXT, "witness", OTHER).rpartition("\n\n")[2]
    assert note.verify_note(NOTE + theirs, KEYS.public, NAME) == TEXT
    assert code_of(NOTE, OTHER.public) == "signature-missing"
    assert code_of(NOTE, name="another") == "signature-missing"


def test_two_halves_under_two_names_are_not_one_signer() -> None:
    first = NOTE.rpartition("\n\n")[2].split("\n")[0]
    second = note.sign_note(TEXT, "another", KEYS).rpartition("\n\n")[2].split("\n")[1]
    assert code_of(f"{TEXT}\n{first}\n{second}\n", name=None) == "signature-missing"


def test_a_changed_text_is_refused() -> None:
    assert code_of(NOTE.replace("\n7\n", "\n8\n")) == "signature-invalid"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "malformed"),
        (TEXT, "malformed"),
        (NOTE[:-1], "malformed"),
        (NOTE + "\n", "malformed"),
        (NOTE + "— x\n", "malformed"),
        (NOTE.replace("— ", "- "), "malformed"),
        (NOTE.replace("\n7\n", "\n7\r\n"), "malformed"),
        ("\ud800" + NOTE, "malformed"),
        (TEXT + "\n" + "— x AAAA\n" * 17, "signature-extra"),
        ("x" * 20_000, "too-large"),
    ],
)
def test_bad_shapes(text: str, code: str) -> None:
    assert code_of(text) == code


def test_a_line_that_is_not_base64() -> None:
    assert code_of(NOTE + "— x AAA\n", name=None) == "malformed"
    assert note.verify_note(NOTE + "— x AAA\n", KEYS.public, NAME) == TEXT


@given(st.text(max_size=200) | st.text(alphabet="\n —aA+/= ", max_size=60))
def test_any_text_is_refused_and_nothing_else_is_raised(text: str) -> None:
    with pytest.raises(Refused):
        note.verify_note(text, KEYS.public)


def test_what_is_no_note_text_cannot_be_signed() -> None:
    for text, name in (("no newline", NAME), ("a\tb\n", NAME), (TEXT, "a b"), (TEXT, "a+b"), (TEXT, "")):
        with pytest.raises(ValueError, match=r".*"):
            note.sign_note(text, name, KEYS)
