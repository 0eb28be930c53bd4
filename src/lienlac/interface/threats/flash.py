"""Flash warnings as programs see them: a list, one warning with every version, how quickly they are read, the forms."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from lienlac import limits
from lienlac.interface.approvals import ApprovalLine, LeaveAhead  # read by msgspec at run time
from lienlac.interface.parts import Cursor, Given, Line, Rows, Text, Told

Severity = Literal["critical", "serious", "limited"]
Show = Literal["standing", "unread", "over", "all"]
Peers = Annotated[tuple[Line, ...], msgspec.Meta(max_length=limits.FLASH_PEERS_MAX)]
Hours = Annotated[int, msgspec.Meta(ge=1, le=limits.FLASH_VALID_MAX_DAYS * 24)]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=10_080)]
Codes = Annotated[tuple[Line, ...], msgspec.Meta(max_length=10)]


class WarningSearch(Given, frozen=True, kw_only=True):
    """What a list shows. `words` searches references, titles, texts and identifiers, by POST only."""

    show: Show = "standing"
    direction: Literal["", "in", "out"] = ""
    words: Line = ""
    cursor: Cursor = ""
    rows: Rows = limits.PAGE_DEFAULT_ROWS


class WarningQuery(Given, frozen=True, kw_only=True):
    """The same in an address, without words: addresses are written down on their way."""

    show: Show = "standing"
    direction: Literal["", "in", "out"] = ""
    cursor: Cursor = ""
    rows: Rows = limits.PAGE_DEFAULT_ROWS


class ReadingsQuery(Given, frozen=True, kw_only=True):
    """Within how many minutes a warning should be read."""

    minutes: Minutes = 15


# --- what a program says ------------------------------------------------------------------------------------------


class WarningText(Given, frozen=True, kw_only=True):
    """A text in either language or both."""

    vi: Text = ""
    en: Text = ""


class WarningMarks(Given, frozen=True, kw_only=True):
    """Handling marks; what is left out is amber."""

    tlp: Line = ""
    pap: Line = ""
    handling: Codes = ()
    handling_text: Text = ""


class WarnedIdentifier(Given, frozen=True, kw_only=True):
    """Something to look for; the node brings it into the form in which its type is compared."""

    type: Line = "other"
    value: Line


class WarningForm(Given, frozen=True, kw_only=True):
    """A new warning. `to` may be left out where there is only one partner; it holds until `valid_until`, or so long."""

    to: Peers = ()
    title_vi: Line
    title_en: Line
    text: WarningText
    to_do: WarningText
    severity: Severity = "serious"
    lives_in_danger: bool = False
    identifiers: Annotated[tuple[WarnedIdentifier, ...], msgspec.Meta(max_length=limits.FLASH_IDENTIFIERS_MAX)] = ()
    valid_until: datetime | None = None
    valid_hours: Hours = limits.FLASH_VALID_DEFAULT_H
    purpose: Line
    legal_basis: Line
    legal_basis_text: Text = ""
    typology: Line
    marks: WarningMarks | None = None
    phone: Line = ""
    drill: bool = False
    release: LeaveAhead | None = None


class WarningAnew(Given, frozen=True, kw_only=True):
    """The whole warning anew, to those who have it, and why."""

    title_vi: Line
    title_en: Line
    text: WarningText
    to_do: WarningText
    severity: Severity = "serious"
    lives_in_danger: bool = False
    identifiers: Annotated[tuple[WarnedIdentifier, ...], msgspec.Meta(max_length=limits.FLASH_IDENTIFIERS_MAX)] = ()
    valid_until: datetime | None = None
    valid_hours: Hours = limits.FLASH_VALID_DEFAULT_H
    purpose: Line
    legal_basis: Line
    legal_basis_text: Text = ""
    typology: Line
    marks: WarningMarks | None = None
    phone: Line = ""
    drill: bool = False
    reason: Text
    release: LeaveAhead | None = None


class WarningReading(Given, frozen=True, kw_only=True):
    """The token's officer has read the version that holds."""

    remarks: Text = ""
    phone: Line = ""
    release: LeaveAhead | None = None


class WarningWithdrawal(Given, frozen=True, kw_only=True):
    """The warning no longer holds, and why."""

    reason: Text
    phone: Line = ""
    release: LeaveAhead | None = None


class WarningFeedback(Given, frozen=True, kw_only=True):
    """Whether it was of use."""

    useful: Literal["yes", "partly", "no"]
    text: Text = ""
    phone: Line = ""
    release: LeaveAhead | None = None


# --- what the node answers ----------------------------------------------------------------------------------------


class WarningLine(Told, frozen=True, kw_only=True):
    """One line of a list: a warning between its author and one reader."""

    id: str
    reference: str
    direction: str
    peer: str
    title_vi: str
    title_en: str
    typology: str | None = None
    severity: str
    lives_in_danger: bool
    drill: bool
    state: str
    valid_until: datetime
    versions: int
    warned_at: datetime
    due_at: datetime | None = None
    read_at: datetime | None = None
    read_by: str = ""
    useful: str = ""


class WarningPage(Told, frozen=True, kw_only=True):
    """Part of a list; `next` is the cursor of what follows."""

    warnings: list[WarningLine]
    next: str | None = None


class WarningReader(Told, frozen=True, kw_only=True):
    """Who acknowledged a version, and when both sides knew."""

    name: str
    unit: str
    phone: str = ""
    at: datetime
    remarks: str = ""


class WarningVersion(Told, frozen=True, kw_only=True):
    """What was said at one time; `superseded_at` is when another took its place. `digest` proves the message."""

    message: str
    digest: str
    sent_at: datetime
    received_at: datetime | None = None
    marks: dict[str, Any]
    typology: str | None = None
    body: dict[str, Any]
    superseded_at: datetime | None = None
    due_at: datetime | None = None
    read: WarningReader | None = None
    minutes: int | None = None


class WarningPart(Told, frozen=True, kw_only=True):
    """One warning between its author and one reader, with every version, the newest first."""

    id: str
    peer: str
    state: str
    steps: list[str]
    versions: list[WarningVersion]
    withdrawn_at: datetime | None = None
    withdrawn_why: str = ""
    useful: str = ""
    useful_text: str = ""


class FlashWarning(Told, frozen=True, kw_only=True):
    """A warning as this officer sees it: of our own there is one part for each partner."""

    reference: str
    direction: str
    title_vi: str
    title_en: str
    drill: bool
    purpose: str
    legal_basis: str
    legal_basis_text: str = ""
    parts: list[WarningPart]


class WarningSent(Told, frozen=True, kw_only=True):
    """What became of a form: ids of the warnings that left, and what waits for a second officer instead."""

    reference: str
    sent: list[str]
    waits: list[ApprovalLine]


class WarningMeasure(Told, frozen=True, kw_only=True):
    """How quickly warnings to (`out`) or from (`in`) one peer are read; exercises are left out."""

    peer: str
    direction: str
    counted: int
    in_time: int
    percent: int | None = None
    unread: int
    median_s: int | None = None
    longest_s: int | None = None


class WarningReadings(Told, frozen=True, kw_only=True):
    """The same for every peer, over the last `days`; from the receipt to the acknowledgement, both as signed."""

    minutes: int
    days: int
    measures: list[WarningMeasure]
