"""What a file is, told by its first bytes and not by its name. Pure. What is not known is refused."""

from __future__ import annotations

import re
from typing import Final

from lienlac.errors import Refused

_PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM")
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
_MAIL: Final = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{1,40}:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}", re.MULTILINE)
_MAIL_NAMES: Final = re.compile(
    rb"^(?:from|received|return-path|message-id|mime-version|delivered-to):", re.IGNORECASE | re.MULTILINE
)
_BINARY: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def kind_of(data: bytes, name: str = "") -> str:
    """pdf, picture, table, mail, csv or text. Raises `Refused("intake-file-unknown" | "intake-file-empty")`."""
    if not data.strip():
        raise Refused("intake-file-empty", field="file")
    head = data[:4096]
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(_PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "picture"
    if head.startswith(_OLD_OFFICE) or (head[:4] == b"PK\x03\x04" and _is_book(data)):
        return "table"
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "text"
    if _BINARY.search(head):
        raise Refused("intake-file-unknown", field="file")
    plain = head.replace(b"\r\n", b"\n")
    if _MAIL.match(plain) and _MAIL_NAMES.search(plain):
        return "mail"
    return "csv" if name.lower().endswith((".csv", ".tsv")) else "text"


def _is_book(data: bytes) -> bool:
    """A spreadsheet, not a document of words and not just any archive."""
    return b"xl/" in data[:65536] or b"application/vnd.oasis.opendocument.spreadsheet" in data[:200]
