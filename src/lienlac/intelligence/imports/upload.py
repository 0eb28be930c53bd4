"""The noun: a file that an officer has put in, and what it is told to be by its first bytes. Pure.

A file's name is only shown, never used to open anything; what it holds is told by its bytes and by what the officer
says.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers.cards import truncate_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from lienlac.intelligence.collection import Marks
    from lienlac.stix.foreign import tables


class Form(StrEnum):
    """What a file is."""

    STIX = "stix"
    MISP = "misp"
    TABLE = "table"
    FTM = "ftm"
    GOAML = "goaml"


class State(StrEnum):
    """How far a file has come."""

    COMING = "coming"
    MAPPING = "mapping"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What became of the objects so far; `given` is how many were looked at."""

    given: int = 0
    new: int = 0
    same: int = 0
    held: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file. `read_bytes` says how far it has been read; `code` is why it stands still."""

    id: str
    officer_id: str
    collection_id: str
    label: str
    form: Form
    state: State
    at: datetime
    size_bytes: int
    read_bytes: int
    digest: str
    marks: Marks
    encoding: str
    mapping: tables.Mapping | None
    counts: Counts
    code: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    ended_at: datetime | None = None

    @property
    def percent(self) -> int:
        """How much of it has been read."""
        if self.state is State.DONE:
            return 100
        return min(99, 100 * self.read_bytes // self.size_bytes) if self.size_bytes else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of one object, or why something of the file could not be read; `state` is new, same, held, unread."""

    number: int
    object_id: str
    type: str
    state: str
    held_id: str = ""
    code: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


_PATHS: Final = re.compile(r".*[/\\]", re.DOTALL)
_BOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_BINARY: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_SCHEMA: Final = re.compile(rb'^\s*\{[^\n]*"schema"\s*:\s*"[A-Z]')
_EVENT: Final = re.compile(rb'^\s*(?:\[\s*)?\{\s*"(?:Event|response)"\s*:')


def label_of(name: str) -> str:
    """A file's name as it is shown: no folders, nothing that hides or turns letters, no card number, not too long."""
    plain = _PATHS.sub("", unicodedata.normalize("NFC", name))
    clean = "".join(letter for letter in plain if unicodedata.category(letter)[0] != "C")
    return truncate_in(" ".join(clean.split()))[: limits.IMPORT_LABEL_MAX_CHARS]


def is_book(head: bytes) -> bool:
    """Whether a file is a spreadsheet of an office program, or pretends to be one."""
    return head.startswith(_BOOKS)


def form_of(head: bytes) -> Form:
    """What a file is, by its beginning. Raises `Refused("import-empty" | "import-unknown")`."""
    if not head.strip():
        raise Refused("import-empty", field="file")
    if is_book(head) or head.startswith(_UTF16):
        return Form.TABLE
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _BINARY.search(text):
        raise Refused("import-unknown", field="file")
    if text.startswith(b"<"):
        return Form.GOAML
    if text[:1] in {b"{", b"["}:
        if _EVENT.match(text):
            return Form.MISP
        return Form.FTM if _SCHEMA.match(text) and b'"properties"' in text else Form.STIX
    return Form.TABLE
