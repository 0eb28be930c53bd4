"""Duty as programs see it: roster, alarms, hand-over notes, health of channels."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from lienlac import limits
from lienlac.interface.parts import Given, Instant, Line, Rows, Text, Told


class Span(Given, frozen=True, kw_only=True, rename={"begins": "from", "ends": "until"}):
    """A stretch of time: a week from now, when nothing is said."""

    begins: Instant | None = None
    ends: Instant | None = None


class Export(Given, frozen=True, kw_only=True, rename={"begins": "from", "ends": "until", "form": "format"}):
    """A stretch of time and the format of a roster file."""

    begins: Instant | None = None
    ends: Instant | None = None
    form: Literal["csv", "ics"] = "csv"


class NewShift(Given, frozen=True, kw_only=True):
    """One shift: the officer by login; first, second or third on call."""

    officer: Line
    line: Annotated[int, msgspec.Meta(ge=1, le=3)] = 1
    begins: Instant
    ends: Instant
    unit: Line = ""


class RosterFile(Given, frozen=True, kw_only=True):
    """A roster file as text."""

    format: Literal["csv", "ics"]
    content: Annotated[str, msgspec.Meta(max_length=limits.ROSTER_FILE_MAX_BYTES)]


class Shift(Told, frozen=True, kw_only=True):
    """One shift."""

    id: str
    officer: str | None
    name: str | None
    unit: str
    line: int
    begins: datetime
    ends: datetime


class Stretch(Told, frozen=True, kw_only=True, rename={"begins": "from", "ends": "until"}):
    """From when until when."""

    begins: datetime
    ends: datetime


class Overlap(Told, frozen=True, kw_only=True, rename={"begins": "from", "ends": "until"}):
    """Two shifts at the same time, by id; on the same line of the on-call order it is a mistake."""

    begins: datetime
    ends: datetime
    shifts: list[str]
    same_line: bool


class Roster(Told, frozen=True, kw_only=True, rename={"begins": "from", "ends": "until"}):
    """Shifts of a stretch of time, who is on call now, and where nobody or more than one is."""

    begins: datetime
    ends: datetime
    now: list[Shift]
    shifts: list[Shift]
    gaps: list[Stretch]
    overlaps: list[Overlap]


class Added(Told, frozen=True, kw_only=True):
    """What was made, by its id."""

    id: str


class TakenIn(Told, frozen=True, kw_only=True):
    """How many shifts of a file were new, and how many stood there already."""

    added: int
    known: int


class Exported(Told, frozen=True, kw_only=True):
    """A roster as a file's text."""

    format: Literal["csv", "ics"]
    content: str


class AlarmQuery(Given, frozen=True, kw_only=True):
    """Living alarms, or ended ones too."""

    show: Literal["live", "all"] = "live"
    rows: Rows = limits.PAGE_DEFAULT_ROWS


class Try(Told, frozen=True, kw_only=True):
    """One attempt to reach somebody through one channel; `code` says why it failed."""

    kind: str
    at: datetime
    code: str | None = None


class Telling(Told, frozen=True, kw_only=True):
    """Somebody who was told, when, and what came of it."""

    name: str
    place: str
    cause: str
    percent: int | None = None
    at: datetime
    state: str | None = None
    code: str | None = None
    tries: list[Try] = []


class Alarm(Told, frozen=True, kw_only=True):
    """A clock that runs out, whom it was told, and who is on it."""

    id: str
    request: str
    reference: str
    kind: str
    urgency: str
    direction: Literal["in", "out"]
    peer: str
    drill: bool
    clock: str | None = None
    cause: str
    percent: int | None = None
    warned_at: datetime
    phase: str
    holder: str | None = None
    taken_at: datetime | None = None
    ended_at: datetime | None = None
    told: list[Telling] = []


class Alarms(Told, frozen=True, kw_only=True):
    """Alarms, the newest first."""

    alarms: list[Alarm]


class TakenAlarm(Told, frozen=True, kw_only=True):
    """An alarm that somebody is on now."""

    id: str
    reference: str
    phase: str


class NewHandover(Given, frozen=True, kw_only=True):
    """What the outgoing officer says; `to` is a login, or null for whoever comes on duty."""

    text: Text
    to: Line | None = None


class Acceptance(Given, frozen=True, kw_only=True):
    """What the incoming officer says."""

    remarks: Text = ""


class HandoverLine(Told, frozen=True, kw_only=True):
    """A hand-over note without its list."""

    id: str
    by: str
    to: str | None
    stage: str
    written_at: datetime
    read_by: str | None = None
    read_at: datetime | None = None
    accepted_by: str | None = None
    accepted_at: datetime | None = None


class Open(Told, frozen=True, kw_only=True):
    """Something that was open at the change of shift."""

    what: str
    thing: str
    reference: str
    kind: str
    urgency: str
    state: str
    direction: str
    clock: str | None = None
    due_at: datetime | None = None
    drill: bool = False


class Handover(HandoverLine, frozen=True, kw_only=True):
    """A whole note: words, and what was open, as the node listed it; `left_out` is how many more there were."""

    text: str
    remarks: str = ""
    items: list[Open] = []
    left_out: int = 0


class Handovers(Told, frozen=True, kw_only=True):
    """The newest notes."""

    handovers: list[HandoverLine]


class Channel(Told, frozen=True, kw_only=True):
    """The health of one channel; its address is told to nobody."""

    id: str
    owner: str
    kind: str
    checked: bool
    fails: int
    code: str | None = None
    failed_at: datetime | None = None
    worked_at: datetime | None = None


class Channels(Told, frozen=True, kw_only=True):
    """Every channel, the failing ones first, and how many notices are in each state."""

    channels: list[Channel]
    notices: dict[str, int]
