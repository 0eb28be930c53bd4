"""Emergency channels as programs see them: a list, a whole channel, its record, and the forms of what is said in it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from lienlac import limits
from lienlac.interface.approvals import LeaveAhead
from lienlac.interface.parts import Body, Cursor, Given, Line, Rows, Text, Told

Severity = Literal["critical", "serious", "limited"]
NextUpdate = Annotated[int, msgspec.Meta(ge=1, le=limits.EMERGENCY_UPDATE_MAX_H * 60)] | Literal["none"] | None
"""In how many minutes this side reports next; "none": nothing is promised; null or left out: as it was."""
Organisations = Annotated[tuple[Line, ...], msgspec.Meta(max_length=limits.EMERGENCY_ORGANISATIONS_MAX)]
Countries = Annotated[tuple[Line, ...], msgspec.Meta(max_length=limits.EMERGENCY_COUNTRIES_MAX)]


class EmergencySearch(Given, frozen=True, kw_only=True):
    """What a list shows. `words` searches references, titles, organisations, summaries and entries, by POST only."""

    show: Literal["open", "ended", "all"] = "open"
    words: Line = ""
    cursor: Cursor = ""
    rows: Rows = limits.PAGE_DEFAULT_ROWS


class EmergencyQuery(Given, frozen=True, kw_only=True):
    """The same in an address, without words: addresses are written down on their way."""

    show: Literal["open", "ended", "all"] = "open"
    cursor: Cursor = ""
    rows: Rows = limits.PAGE_DEFAULT_ROWS


# --- what a program says ------------------------------------------------------------------------------------------


class InLanguages(Given, frozen=True, kw_only=True):
    """A text in either language or both."""

    vi: Text = ""
    en: Text = ""


class EmergencyMarks(Given, frozen=True, kw_only=True):
    """Handling marks; what is left out is as the channel's."""

    tlp: Line = ""
    pap: Line = ""


class EmergencyForm(Given, frozen=True, kw_only=True):
    """A new channel. `to` may be left out where there is only one partner; `raised_from` names a request."""

    to: Line = ""
    title_vi: Line
    title_en: Line
    situation: InLanguages
    asked: InLanguages
    severity: Severity = "serious"
    lives_in_danger: bool = False
    purpose: Line
    legal_basis: Line
    legal_basis_text: Text = ""
    typology: Line
    began_at: datetime | None = None
    countries: Countries = ()
    organisations: Organisations = ()
    marks: EmergencyMarks | None = None
    next_update: NextUpdate = None
    raised_from: Line = ""
    phone: Line = ""
    drill: bool = False
    release: LeaveAhead | None = None


class EmergencyAnswer(Given, frozen=True, kw_only=True):
    """We are on it."""

    remarks: Text = ""
    phone: Line = ""
    next_update: NextUpdate = None
    release: LeaveAhead | None = None


class EmergencyEntry(Given, frozen=True, kw_only=True):
    """One line of the timeline; `at` is when it happened (now, where it is left out)."""

    text: InLanguages
    at: datetime | None = None
    source: Literal["own", "victim", "provider", "partner", "public", "other"] = "own"
    source_text: Line = ""
    corrects: Line | None = None
    marks: EmergencyMarks | None = None
    next_update: NextUpdate = None
    phone: Line = ""
    release: LeaveAhead | None = None


class EmergencyRetraction(Given, frozen=True, kw_only=True):
    """An entry of ours no longer holds."""

    entry: Line
    reason: Text
    phone: Line = ""
    release: LeaveAhead | None = None


class EmergencyReport(Given, frozen=True, kw_only=True):
    """How this side sees it now; what is left out stays as it was."""

    summary: InLanguages | None = None
    severity: Severity | None = None
    lives_in_danger: bool | None = None
    next_update: NextUpdate = None
    phone: Line = ""
    release: LeaveAhead | None = None


class EmergencyPresence(Given, frozen=True, kw_only=True):
    """The token's officer joins (`here`) or leaves the channel."""

    here: bool = False
    phone: Line = ""
    release: LeaveAhead | None = None


class EmergencyHandOver(Given, frozen=True, kw_only=True):
    """The token's officer leaves the channel to a colleague (a login)."""

    to: Line
    text: Text = ""
    phone: Line = ""
    release: LeaveAhead | None = None


class EmergencyStand(Given, frozen=True, kw_only=True):
    """Hold, stand down (the text is the closing note), or resume: why."""

    text: Text
    next_update: NextUpdate = None
    phone: Line = ""
    release: LeaveAhead | None = None


# --- what the node answers ----------------------------------------------------------------------------------------


class EmergencyLine(Told, frozen=True, kw_only=True):
    """One line of a list."""

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
    due_at: datetime | None = None
    due_clock: str | None = None
    opened_at: datetime
    updated_at: datetime
    messages: int


class EmergencyPage(Told, frozen=True, kw_only=True):
    """Part of a list; `next` is the cursor of what follows."""

    emergencies: list[EmergencyLine]
    next: str | None = None


class EmergencySeat(Told, frozen=True, kw_only=True):
    """An officer who is in the channel now."""

    name: str
    unit: str
    phone: str = ""
    since: datetime


class EmergencySide(Told, frozen=True, kw_only=True):
    """One side: what it does (`column`), how it sees it, who is on, when it reports next."""

    node: str
    column: str
    summary: dict[str, str] | None = None
    severity: str | None = None
    next_update_at: datetime | None = None
    here: list[EmergencySeat]
    handed_to: list[str]


class EmergencyItem(Told, frozen=True, kw_only=True):
    """One line of the timeline, as it holds now. `void`: it came out of order and changes nothing."""

    id: str
    step: str
    sender: str
    at: datetime
    tlp: str
    body: Body
    corrected: int = 0
    retracted: str | None = None
    void: bool = False


class EmergencyRequest(Told, frozen=True, kw_only=True):
    """A request that belongs to the channel, as far as this officer may know of it."""

    id: str
    reference: str
    kind: str
    state: str


class EmergencyMessage(Told, frozen=True, kw_only=True):
    """One message of the channel, with the digest by which it is proved."""

    id: str
    digest: str
    kind: str
    sender: str
    sequence: int
    sent_at: datetime
    received_at: datetime | None = None
    standing: str
    code: str | None = None
    marks: dict[str, Any]
    body: Body


class EmergencyClock(Told, frozen=True, kw_only=True):
    """One clock of the channel, as this node calls it."""

    clock: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None = None
    runs: bool


class EmergencyNotice(Told, frozen=True, kw_only=True):
    """What this desk was told of a clock."""

    at: datetime
    code: str
    clock: str
    percent: int


class EmergencyRecord(Told, frozen=True, kw_only=True):
    """A whole channel as the file that outlives it."""

    format: str
    id: str
    reference: str
    opener: str
    answerer: str
    state: str
    severity: str
    lives_in_danger: bool
    drill: bool
    purpose: str
    legal_basis: str
    legal_basis_text: str = ""
    typology: str | None = None
    marks: dict[str, Any]
    opening: Body
    sides: dict[str, EmergencySide]
    timeline: list[EmergencyItem]
    requests: list[EmergencyRequest]
    messages: list[EmergencyMessage]


class Emergency(Told, frozen=True, kw_only=True):
    """A channel as this officer sees it; `steps` are those that this officer may begin now."""

    record: EmergencyRecord
    direction: str
    peer: str
    steps: list[str]
    here: bool
    handed_to_me: bool
    clocks: list[EmergencyClock]
    notices: list[EmergencyNotice]


class EmergencyWhoSees(Told, frozen=True, kw_only=True):
    """Who may see a channel; `may_change`: this officer may decide about it."""

    emergency: str
    reference: str
    restricted: bool
    units: list[dict[str, str]]
    officers: list[dict[str, str]]
    may_change: bool
