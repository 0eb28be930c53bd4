"""Reads a printed document back, and makes small ones."""

from __future__ import annotations

import io
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pypdf

from lienlac.documents.document import Both, Document, Marks
from lienlac.exchange.log.code import code_of

AT = datetime(2026, 11, 23, 3, 5, tzinfo=UTC)
DIGEST = "ab12" * 16


def document(**changes: Any) -> Document:
    values: dict[str, Any] = {
        "title": Both("Phong toả tài khoản", "Freeze a payment"),
        "kind": Both("Lập yêu cầu", "Request opened"),
        "reference": "US-2026-000001",
        "issuer": Both("Cục An ninh mạng", "Cyber department"),
        "marks": Marks(tlp="amber", others=("PAP:AMBER", "H1")),
        "at": AT,
        "code": code_of(DIGEST),
        "digest": DIGEST,
    }
    return Document(**{**values, **changes})


def pages(pdf: bytes) -> list[str]:
    """The text of each page, its line ends and spaces made one."""
    read = pypdf.PdfReader(io.BytesIO(pdf))
    return [" ".join(unicodedata.normalize("NFC", page.extract_text()).split()) for page in read.pages]


def whole(pdf: bytes) -> str:
    return " ".join(pages(pdf))


def bare(text: str) -> str:
    """Without spaces: a reader of PDF sets them where lines break and letters are moved."""
    return "".join(text.replace("\u200b", "").split())
