"""Names of files and the arithmetic of their chunks: whatever is typed or sent, no name leaves its place."""

from __future__ import annotations

import unicodedata

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lienlac import limits
from lienlac.errors import Refused
from lienlac.wire.attachments import (
    TAG_BYTES,
    check_name,
    chunk_count,
    chunk_length,
    extension,
    plain_size,
    safe_name,
    sealed_length,
    sealed_size,
)
from lienlac.wire.bodies.parts import AttachmentRef

CHUNK = limits.ATTACHMENT_CHUNK_BYTES

EVIL = {
    "path with slashes": ("../../etc/passwd", "passwd"),
    "path with backslashes": ("..\\..\\Windows\\system32\\evil.dll", "evil.dll"),
    "path in both": ("C:\\temp/..\\x.txt", "x.txt"),
    "a drive": ("C:x.txt", "C_x.txt"),
    "another stream": ("report.pdf:evil.exe", "report.pdf_evil.exe"),
    "right to left override": ("invoice\u202efdp.exe", "invoicefdp.exe"),
    "isolate": ("a\u2066b\u2069.txt", "ab.txt"),
    "zero width": ("pay\u200bload.exe", "payload.exe"),
    "soft hyphen": ("pay\u00adload.exe", "payload.exe"),
    "null": ("evil.exe\x00.pdf", "evil.exe.pdf"),
    "line feed in a header": ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie_ x=1.txt"),
    "line separator": ("a\u2028b.txt", "a b.txt"),
    "device": ("CON", "_CON"),
    "device with extension": ("nul.txt", "_nul.txt"),
    "device with a space": ("LPT1 .txt", "_LPT1 .txt"),
    "device with a superscript": ("com¹.log", "_com¹.log"),
    "hidden": (".htaccess", "htaccess"),
    "parent": ("..", "file"),
    "ends in dots": ("evil.exe...", "evil.exe"),
    "ends in a space": ("evil.exe ", "evil.exe"),
    "an option": ("-rf", "_-rf"),
    "nothing": ("", "file"),
    "only slashes": ("///", "file"),
    "half a character": ("a\ud800b.txt", "ab.txt"),
    "markup": ('<img src=x onerror="x">.png', "_img src=x onerror=_x__.png"),
    "decomposed Vietnamese": (unicodedata.normalize("NFD", "Đơn tố giác.pdf"), "Đơn tố giác.pdf"),
}


@pytest.mark.parametrize(("typed", "kept"), EVIL.values(), ids=EVIL)
def test_a_dangerous_name_is_neutralised(typed: str, kept: str) -> None:
    assert safe_name(typed) == kept
    check_name(kept)


@pytest.mark.parametrize(
    "name", [typed for typed, kept in EVIL.values() if kept != unicodedata.normalize("NFC", typed)]
)
def test_a_dangerous_name_is_refused_from_a_peer(name: str) -> None:
    with pytest.raises(Refused) as refused:
        check_name(name)
    assert refused.value.code == "attachment-name"


@pytest.mark.parametrize(
    "name", ["sao kê tài khoản 07-2026.xlsx", "ảnh màn hình (2).png", "日本.txt", "a.tar.gz", "r&d.doc"]
)
def test_a_plain_name_stays(name: str) -> None:
    assert safe_name(name) == name
    check_name(name)


@given(st.text(max_size=400))
@example("." * 300)
@example("ệ" * 300 + ".pdf")
@example("x." + "ệ" * 12)
@example("-.")
@example("con" + " " * 300 + ".txt")
def test_whatever_is_typed_a_safe_name_passes_and_is_stable(typed: str) -> None:
    name = safe_name(typed)
    check_name(name)
    assert safe_name(name) == name
    assert len(name.encode()) <= limits.FILE_NAME_MAX_BYTES


@given(st.text(alphabet=st.sampled_from("ab. -_/\\:con\u202e\u200b1ệ"), max_size=60))
def test_check_and_safe_agree(typed: str) -> None:
    """What check takes, safe leaves alone: an officer never sees a name change that could have stayed."""
    try:
        check_name(typed)
    except Refused:
        return
    assert safe_name(typed) == " ".join(typed.split())


def test_a_long_name_keeps_its_extension() -> None:
    name = safe_name("ế" * 500 + ".xlsx")
    assert name.endswith("ế.xlsx")
    assert extension(name) == "xlsx"


@given(st.integers(1, limits.ATTACHMENT_MAX_BYTES))
@example(CHUNK)
@example(CHUNK + 1)
@example(limits.ATTACHMENT_MAX_BYTES)
def test_chunks_add_up(size: int) -> None:
    count = chunk_count(size)
    assert 0 < chunk_length(size, count - 1) <= CHUNK
    assert (count - 1) * CHUNK + chunk_length(size, count - 1) == size
    assert sealed_size(size) == size + TAG_BYTES * count
    assert sealed_length(size, count - 1) == chunk_length(size, count - 1) + TAG_BYTES
    assert plain_size(size, count) == size
    assert plain_size(size, count - 1) == (count - 1) * CHUNK


def reference(**changes: object) -> dict[str, object]:
    good = {
        "id": "att-" + "a" * 26,
        "digest": "0" * 64,
        "size_bytes": 1,
        "media_type": "application/pdf",
        "name": "a.pdf",
        "key": "a.b.c.d.e",
    }
    return {**good, **changes}


@pytest.mark.parametrize(
    "change",
    [
        {"size_bytes": 0},
        {"size_bytes": limits.ATTACHMENT_MAX_BYTES + 1},
        {"size_bytes": True},
        {"digest": "A" * 64},
        {"media_type": "text/html; charset=utf-8"},
        {"media_type": "text/html\n"},
        {"name": ""},
        {"name": "x" * 201},
        {"key": "x" * 4_097},
        {"key": "a b"},
        {"path": "/etc/passwd"},
    ],
)
def test_a_reference_out_of_its_bounds_does_not_parse(change: dict[str, object]) -> None:
    assert msgspec.convert(reference(), AttachmentRef).name == "a.pdf"
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(reference(**change)), type=AttachmentRef)
