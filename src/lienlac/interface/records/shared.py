"""Shared records as programs see them: cases, programmes, delegations, lessons, all by the same calls.

A word is a JSON object whose `is` says what kind it is; what each kind holds is described with the messages of its
subject (`docs/reference/messages.md`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from lienlac import limits
from lienlac.interface.approvals import ApprovalLine
from lienlac.interface.parts import Cursor, Given, Instant, Line, Names, Rows, Text, Told

Word = dict[str, Any]
Position = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class RecordQuery(Given, frozen=True, kw_only=True):
    """What a list shows, without words: addresses are written down on their way."""

    state: Line = ""
    part: Line = ""
    cursor: Cursor = ""
    rows: Rows = limits.PAGE_DEFAULT_ROWS


class RecordSearch(RecordQuery, frozen=True, kw_only=True):
    """The same, and words that are searched in references and titles; by POST only."""

    words: Line = ""


class ElementQuery(Given, frozen=True, kw_only=True):
    """Which elements of a record: of one kind, in one state; `gone`: those that were taken back."""

    kind: Line
    state: Line = ""
    gone: Literal["", "yes"] = ""
    cursor: Cursor = ""
    rows: Rows = limits.PAGE_DEFAULT_ROWS


class HistoryQuery(Given, frozen=True, kw_only=True):
    """What came into a record: `after` a position, `before` where a page ended; the newest first."""

    after: Position = 0
    before: Position = 0
    rows: Rows = limits.PAGE_DEFAULT_ROWS


class RecordMarks(Given, frozen=True, kw_only=True):
    """Handling marks; what is left out is amber."""

    tlp: Line = "amber"
    pap: Line = "amber"
    handling: Names = ("h0",)
    handling_text: Text = ""


class RecordSaid(Given, frozen=True, kw_only=True):
    """A text in either language or both."""

    vi: Text = ""
    en: Text = ""


class RecordOpening(Given, frozen=True, kw_only=True):
    """A new record: the word that says what it is, on what basis it is shared, how it is handled."""

    top: Word
    purpose: Line
    legal_basis: Line
    legal_basis_text: Text = ""
    typology: Line = ""
    marks: RecordMarks = RecordMarks()
    drill: bool = False


class RecordSaying(Given, frozen=True, kw_only=True):
    """One word to be stated. `element`: of a known one; left out for a new one. `audience`: null is all members."""

    word: Word
    element: Line = ""
    marks: RecordMarks = RecordMarks()
    reason: Text = ""
    audience: Names | None = None


class RecordStating(Given, frozen=True, kw_only=True):
    """What is stated in one act."""

    says: Annotated[tuple[RecordSaying, ...], msgspec.Meta(min_length=1, max_length=limits.RECORD_FACTS_PER_MESSAGE)]


class RecordReason(Given, frozen=True, kw_only=True):
    """Why."""

    reason: Text


class RecordInviting(Given, frozen=True, kw_only=True):
    """A partner to be asked, what it is told first, and which of our earlier entries it gets."""

    node: Line
    summary: RecordSaid = RecordSaid()
    history: Literal["all", "since", "none"] = "all"
    since: Instant | None = None


class RecordAnswering(Given, frozen=True, kw_only=True):
    """Yes or no to an invitation; to decline, say why."""

    accept: bool
    text: Text = ""


class RecordNode(Given, frozen=True, kw_only=True):
    """Somebody who takes part, and why their part ends."""

    node: Line
    reason: Text


class RecordGiving(Given, frozen=True, kw_only=True):
    """Which of our earlier entries a member gets too."""

    node: Line
    history: Literal["all", "since"] = "all"
    since: Instant | None = None


class RecordNoting(Given, frozen=True, kw_only=True):
    """A note for our own side; it never leaves this node."""

    text: Text
    kind: Literal["note", "task"] = "note"
    element: Line = ""
    due_at: Instant | None = None


# --- what the node answers ----------------------------------------------------------------------------------------
class RecordLine(Told, frozen=True, kw_only=True):
    """A record in a list. `part`: whether this node takes part."""

    id: str
    reference: str
    host: str
    title_vi: str
    title_en: str
    state: str
    part: str
    typology: str
    drill: bool
    restricted: bool
    unseen: bool
    opened_at: datetime
    changed_at: datetime


class RecordPage(Told, frozen=True, kw_only=True):
    """Part of a list; `next` is the cursor of what follows."""

    records: list[RecordLine]
    next: str | None = None


class RecordMember(Told, frozen=True, kw_only=True):
    """Who takes part, and how many of our facts are where on the way to them."""

    node: str
    part: str
    invitation: int
    text: str
    ways: dict[str, int]


class RecordFact(Told, frozen=True, kw_only=True):
    """One fact. `word` null takes back what its author said before. `ways`: where it is on its way, by member."""

    id: str
    element: str
    kind: str
    author: str
    version: int
    position: int
    stated_at: datetime
    known_at: datetime
    officer: str
    unit: str
    tlp: str
    pap: str
    word: Word | None
    reason: str
    audience: list[str] | None
    ways: dict[str, str] = {}


class RecordElement(Told, frozen=True, kw_only=True):
    """One element: what each side says of it now."""

    id: str
    kind: str
    line: str
    state: str
    gone: bool
    columns: list[RecordFact]


class RecordElements(Told, frozen=True, kw_only=True):
    """Part of a list of elements; `next` is the cursor of what follows."""

    elements: list[RecordElement]
    next: str | None = None


class RecordRoom(Told, frozen=True, kw_only=True):
    """A record on entering. `counts`: how many elements hold, by kind; `top`: what it is, by side."""

    record: RecordLine
    top: RecordElement | None
    members: list[RecordMember]
    counts: dict[str, int]
    waits: int
    may_write: bool
    may_share: bool


class RecordElementTold(Told, frozen=True, kw_only=True):
    """One element with everything that was ever said of it."""

    element: RecordElement
    versions: list[RecordFact]


class RecordHistory(Told, frozen=True, kw_only=True):
    """What came into a record, the newest first; `before` begins the next page."""

    facts: list[RecordFact]
    before: int | None = None


class RecordDone(Told, frozen=True, kw_only=True):
    """What became of an act: what was stated, and what waits for a second officer on its way out."""

    record: RecordLine
    facts: list[RecordFact]
    waits: list[ApprovalLine]


class RecordNote(Told, frozen=True, kw_only=True):
    """A note of our own side."""

    id: str
    kind: str
    element: str
    text: str
    officer: str
    at: datetime
    due_at: datetime | None
    done_at: datetime | None


class RecordNotes(Told, frozen=True, kw_only=True):
    """Our side's notes, the newest first."""

    notes: list[RecordNote]
