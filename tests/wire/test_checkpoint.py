"""Checkpoint bodies: the specification's own example, round trips, and every way of being odd."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.errors import Refused
from lienlac.wire import checkpoint, merkle
from lienlac.wire.checkpoint import Checkpoint

EXAMPLE = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
ROOT = base64.b64encode(bytes(range(32))).decode()


def test_the_example_of_the_specification():
    stated = checkpoint.decode(EXAMPLE)
    assert (stated.origin, stated.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.encode(stated) == EXAMPLE


def test_the_empty_log():
    empty = Checkpoint(origin="lienlac/vn-a05/1", size=0, root=merkle.EMPTY_ROOT)
    assert checkpoint.decode(checkpoint.encode(empty)) == empty


origins = st.from_regex(r"[a-z0-9./-]{1,60}", fullmatch=True)


@given(origins, st.integers(1, 2**53), st.binary(min_size=32, max_size=32), st.lists(origins, max_size=3))
def test_what_is_written_is_read_back(origin, size, root, extensions):
    stated = Checkpoint(origin=origin, size=size, root=root, extensions=tuple(extensions))
    assert checkpoint.decode(checkpoint.encode(stated)) == stated


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nothing", ""),
        ("two lines", "a\n1\n"),
        ("no last newline", f"a\n1\n{ROOT}"),
        ("an empty extension", f"a\n1\n{ROOT}\n\n"),
        ("an empty origin", f"\n1\n{ROOT}\n"),
        ("a space in the origin", f"a b\n1\n{ROOT}\n"),
        ("a plus in the origin", f"a+b\n1\n{ROOT}\n"),
        ("an unusual space in the origin", f"a\u3000b\n1\n{ROOT}\n"),
        ("a long origin", f"{'a' * 101}\n1\n{ROOT}\n"),
        ("a leading zero", f"a\n01\n{ROOT}\n"),
        ("a sign", f"a\n+1\n{ROOT}\n"),
        ("a negative size", f"a\n-1\n{ROOT}\n"),
        ("another script's digits", f"a\n١\n{ROOT}\n"),
        ("a size beyond exact numbers", f"a\n{2**53 + 1}\n{ROOT}\n"),
        ("a huge size", f"a\n{10**400}\n{ROOT}\n"),
        ("a short root", "a\n1\nAAAA\n"),
        ("a root without padding", f"a\n1\n{ROOT[:-1]}\n"),
        ("loose bits in the root", f"a\n1\n{ROOT[:-2]}9=\n"),
        ("a url-safe root", f"a\n1\n{'-' * 43}=\n"),
        ("an empty log with a root", f"a\n0\n{ROOT}\n"),
        ("carriage returns", f"a\r\n1\r\n{ROOT}\r\n"),
        ("a control character", f"a\n1\n{ROOT}\nx\x00\n"),
        ("a lone surrogate", f"a\n1\n{ROOT}\n\ud800\n"),
        ("a signed note", f"{EXAMPLE}\n— example.com/behind-the-sofa AAAA\n"),
        ("too long", f"a\n1\n{ROOT}\n{'x' * 1000}\n"),
    ],
)
def test_odd_text_is_refused(name, text):
    with pytest.raises(Refused, match="checkpoint-malformed"):
        checkpoint.decode(text)


@given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        stated = checkpoint.decode(text)
    except Refused as error:
        assert error.code == "checkpoint-malformed"  # noqa: PT017
    else:
        assert checkpoint.encode(stated) == text


@given(st.lists(st.sampled_from(["a", "0", "1", "12", ROOT, "", "\u2028", "x y"]), max_size=6))
def test_one_value_has_one_text(lines):
    text = "\n".join(lines) + "\n"
    try:
        stated = checkpoint.decode(text)
    except Refused:
        return
    assert checkpoint.encode(stated) == text


@pytest.mark.parametrize(
    "bad", [{"origin": "a b"}, {"size": -1}, {"root": b"x"}, {"extensions": ("a\nb",)}, {"size": 0}]
)
def test_what_could_not_be_read_back_is_not_written(bad):
    fields = {"origin": "a", "size": 1, "root": bytes(32)} | bad
    with pytest.raises(ValueError):
        checkpoint.encode(Checkpoint(**fields))
