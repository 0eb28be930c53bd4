"""What a file is, by its content; what its name hides; and that no content makes the teller fail or hang."""

from __future__ import annotations

import io
import random
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import limits
from lienlac.vocabulary import media

PAD = bytes(64)


def archive(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return made.getvalue()


SAMPLES = {
    "application/pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
    "image/png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "image/jpeg": b"\xff\xd8\xff\xe1\0\x10Exif\0\0",
    "image/gif": b"GIF89a" + PAD,
    "image/webp": b"RIFF\x10\0\0\0WEBPVP8 ",
    "image/heic": b"\0\0\0\x18ftypheic",
    "image/bmp": b"BM\x36\0\x0c\0\0\0\0\0\x36\0",
    "video/mp4": b"\0\0\0\x18ftypisom",
    "video/quicktime": b"\0\0\0\x14ftypqt  ",
    "audio/mpeg": b"ID3\x04\0",
    "audio/amr": b"#!AMR\n",
    "application/zip": archive("a.txt"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": archive(
        "[Content_Types].xml", "word/document.xml"
    ),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": archive("xl/workbook.xml"),
    "application/vnd.ms-office.macro-enabled": archive("xl/workbook.xml", "xl/vbaProject.bin"),
    "application/vnd.android.package-archive": archive("AndroidManifest.xml", "META-INF/MANIFEST.MF"),
    "application/java-archive": archive("META-INF/MANIFEST.MF"),
    "application/vnd.rar": b"Rar!\x1a\x07\x01\0",
    "application/x-7z-compressed": b"7z\xbc\xaf\x27\x1c\0\4",
    "application/gzip": b"\x1f\x8b\x08\0",
    "application/x-tar": bytes(257) + b"ustar\x0000",
    "application/x-iso9660-image": bytes(32769) + b"CD001",
    "application/x-ole-storage": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + PAD,
    "application/vnd.microsoft.portable-executable": b"MZ\x90\0\x03",
    "application/x-elf": b"\x7fELF\x02",
    "application/x-ms-shortcut": bytes.fromhex("4c0000000114020000000000c000000000000046"),
    "application/vnd.sqlite3": b"SQLite format 3\0",
    "application/x-ewf": b"EVF\x09\x0d\x0a\xff\x00",
    "text/html": b"\xef\xbb\xbf  <!-- a --><!-- b -->\n<HTML><body>",
    "image/svg+xml": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">',
    "application/xml": b'<?xml version="1.0"?><sms/>',
    "text/x-script": b"#!/bin/sh\nrm -rf /\n",
    "message/rfc822": b"Received: from a by b; today\nSubject: x\n",
    "text/plain": "Sao kê tài khoản, tháng 7\n".encode(),
    "application/octet-stream": b"\x00\x01\x02\x03" * 9,
}


@pytest.mark.parametrize(("kind", "data"), SAMPLES.items(), ids=SAMPLES)
def test_a_kind_is_told_by_its_content(kind, data):
    head, tail = data[: limits.ATTACHMENT_HEAD_BYTES], data[-limits.ATTACHMENT_HEAD_BYTES :]
    assert media.tell(head, tail) == kind
    assert kind in media.media_types
    assert len(kind) <= limits.MEDIA_TYPE_MAX_CHARS


@pytest.mark.parametrize("text", ["tiếng Việt".encode("utf-16"), "é".encode("utf-8-sig"), "cut ế".encode()[:-1]])
def test_texts_in_other_spellings(text):
    assert media.tell(text) == "text/plain"


def test_an_office_file_is_told_by_its_end_too():
    data = archive(*(f"{number}/filler-{'x' * 200}.bin" for number in range(900)), "word/document.xml")
    assert "word" in media.tell(data[: limits.ATTACHMENT_HEAD_BYTES], data[-limits.ATTACHMENT_HEAD_BYTES :])


@given(st.binary(max_size=2000), st.binary(max_size=200))
def test_any_bytes_are_told(head, tail):
    assert media.tell(head, tail) in media.media_types


def test_comments_without_end_do_not_hang():
    """Polynomial and exponential ways to read the same text are closed."""
    for evil in (b"<!---->" * 5000, b"<!--" * 9000, b" " * 36_000, b"<" * 36_000, b"<!-- -->" * 280 + b"<nothing"):
        assert media.tell(evil) == "text/plain"


@given(st.text(max_size=80), st.sampled_from(media.media_types.codes()) | st.just("x/not-on-the-list"))
def test_any_name_is_warned_of_in_known_words(name, kind):
    assert set(media.warnings(name, kind)) <= set(media.file_warnings.codes())


WARNED = [
    ("báo cáo.pdf", "application/pdf", ()),
    ("BÁO CÁO.PDF", "application/pdf", ()),
    ("report.pdf", "application/vnd.microsoft.portable-executable", ("name-differs", "program")),
    ("invoice.pdf.exe", "application/vnd.microsoft.portable-executable", ("double-extension", "program")),
    ("photo.jpg.scr", "application/vnd.microsoft.portable-executable", ("double-extension", "program")),
    ("photo.jpg.html", "text/html", ("double-extension", "active")),
    ("photo.jpg", "text/html", ("name-differs", "active")),
    ("photo.jpg", "text/plain", ("name-differs",)),
    ("photo.jpg", "application/octet-stream", ("name-differs", "unknown-kind")),
    ("archive.tar.gz", "application/gzip", ()),
    ("v1.2.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ()),
    ("long.docx", "application/zip", ()),
    ("macros.docm", "application/vnd.ms-office.macro-enabled", ("macros",)),
    ("innocent.docx", "application/vnd.ms-office.macro-enabled", ("name-differs", "macros")),
    ("old.doc", "application/x-ole-storage", ("macros",)),
    ("data.csv", "text/plain", ()),
    ("data.bin", "application/octet-stream", ("unknown-kind",)),
    ("no extension", "application/octet-stream", ("unknown-kind",)),
    ("run.bat", "text/plain", ("program",)),
    ("logo.svg", "image/svg+xml", ("active",)),
]


@pytest.mark.parametrize(("name", "kind", "expected"), WARNED, ids=[f"{name}-{kind}" for name, kind, _ in WARNED])
def test_names_are_compared_with_contents(name, kind, expected):
    assert media.warnings(name, kind) == expected


def test_both_lists_are_whole():
    for words in (media.media_types, media.file_warnings):
        assert len(set(words.codes())) == len(words.all())
        for word in words:
            assert word.en
            assert word.vi
            assert bool(word.note_en) == bool(word.note_vi)
    for word in media.media_types:
        assert word.risk in {"", "program", "active", "macros"}
        assert all(bytes.fromhex(part.hex) for signature in word.signatures for part in signature)
        assert all(part.at + len(part.hex) // 2 <= limits.ATTACHMENT_HEAD_BYTES for s in word.signatures for part in s)
    assert media.UNKNOWN in media.media_types


def test_random_bytes_are_rarely_anything():
    source = random.Random(7)
    told = [media.tell(source.randbytes(4096)) for _ in range(300)]
    assert told.count(media.UNKNOWN) > 290
