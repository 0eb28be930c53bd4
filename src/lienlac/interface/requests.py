"""Requests as programs see them: a list, a whole request, who may see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from lienlac import limits
from lienlac.interface.files import File
from lienlac.interface.parts import Body, Cursor, Given, Line, Names, Rows, Text, Told

Direction = Literal["in", "out"]
Pile = Literal["open", "answered", "ended"]


class Search(Given, frozen=True, kw_only=True):
    """What a list shows. `words` searches text, references and last digits, and goes by POST only."""

    direction: Direction = "in"
    stage: Literal["open", "answered", "ended", "all"] = "open"
    kind: Line | None = None
    urgency: Line | None = None
    state: Line | None = None
    peer: Line | None = None
    words: Line = ""
    cursor: Cursor = ""
    rows: Rows = limits.PAGE_DEFAULT_ROWS


class ListQuery(Given, frozen=True, kw_only=True):
    """The same in an address, without words: addresses are written down on their way."""

    direction: Direction = "in"
    stage: Literal["open", "answered", "ended", "all"] = "open"
    kind: Line | None = None
    urgency: Line | None = None
    state: Line | None = None
    peer: Line | None = None
    cursor: Cursor = ""
    rows: Rows = limits.PAGE_DEFAULT_ROWS


class Why(Given, frozen=True, kw_only=True):
    """Why something is done."""

    reason: Text = ""


class Named(Given, frozen=True, kw_only=True):
    """Whom an act is about, and why: units by id or name, officers by id or login."""

    units: Names = ()
    officers: Names = ()
    reason: Text = ""


class Clock(Told, frozen=True, kw_only=True):
    """One clock of a request."""

    clock: str
    running: Literal["runs", "rests", "met", "missed", "ended"]
    started_at: datetime
    allowed_s: int
    due_at: datetime | None = None
    left_s: int | None = None
    stopped_at: datetime | None = None


class Message(Told, frozen=True, kw_only=True):
    """One message about a request; `received_at` is what its receipt states, `void` that it changed nothing."""

    id: str
    digest: str
    kind: str
    step: str
    side: Literal["requester", "executor"]
    sender: str
    sequence: int
    sent_at: datetime
    received_at: datetime | None = None
    standing: str
    code: str | None = None
    void: bool = False
    officer_id: str | None = None
    body: Body


class Notice(Told, frozen=True, kw_only=True):
    """What the desk was told about a request: a clock's share, or what became of a message."""

    at: datetime
    code: str
    clock: str | None = None
    percent: int | None = None


class Proposal(Told, frozen=True, kw_only=True):
    """A refusal that waits for a second officer, or that one gave back (`returned_by`, `reason`)."""

    officer_id: str
    at: datetime
    body: Body
    returned_by: str = ""
    reason: str = ""


class Waiting(Told, frozen=True, kw_only=True):
    """A message about the request that waits for a second officer, or was sent ahead and not reviewed yet."""

    id: str
    kind: str
    state: str
    expires_at: datetime


class Related(Told, frozen=True, kw_only=True):
    """An earlier or a later request of the same matter."""

    id: str
    reference: str
    kind: str
    state: str


class Marks(Told, frozen=True, kw_only=True):
    """How what was sent may be handled."""

    tlp: str
    pap: str
    handling: list[str] = []
    handling_text: str = ""


class Request(Told, frozen=True, kw_only=True):
    """A request as the node shows it; `steps` are those that this token's officer may take now.

    `desired` is the requester's column, `actual` the executor's, `state` both in one word; `body` is as last corrected.
    """

    id: str
    reference: str
    direction: Direction
    requester: str
    executor: str
    kind: str
    urgency: str
    drill: bool = False
    state: str
    stage: Pile
    desired: str
    actual: str
    purpose: str
    legal_basis: str
    legal_basis_text: str = ""
    typology: str | None = None
    marks: Marks
    case_id: str | None = None
    body: Body
    steps: list[str]
    open_questions: list[str] = []
    awaited_correction: str | None = None
    open_uses: list[str] = []
    validate_until: datetime | None = None
    clocks: list[Clock] = []
    messages: list[Message] = []
    notices: list[Notice] = []
    files: list[File] = []
    proposal: Proposal | None = None
    releases: list[Waiting] = []
    follows: Related | None = None
    followed_by: list[Related] = []


class RequestLine(Told, frozen=True, kw_only=True):
    """One line of a list of requests."""

    id: str
    reference: str
    direction: Direction
    peer: str
    kind: str
    urgency: str
    drill: bool = False
    state: str
    stage: Pile
    title: str
    due_at: datetime | None = None
    due_clock: str | None = None
    rests: bool = False
    left_s: int | None = None
    opened_at: datetime
    updated_at: datetime
    messages: int


class Page(Told, frozen=True, kw_only=True):
    """Part of a list; `next` is the cursor of what follows, or null."""

    requests: list[RequestLine]
    next: str | None = None


class Checked(Told, frozen=True, kw_only=True):
    """A form found right: nothing was sent."""

    right: bool
    kind: str
    to: str


class Unit(Told, frozen=True, kw_only=True):
    """A unit of the node."""

    id: str
    name_vi: str
    name_en: str


class Person(Told, frozen=True, kw_only=True):
    """An officer of the node."""

    id: str
    name: str


class WhoSees(Told, frozen=True, kw_only=True):
    """Who may see a request; not restricted is everybody whose role lets them."""

    request: str
    reference: str
    restricted: bool
    units: list[Unit]
    officers: list[Person]
    may_change: bool


class Restriction(Told, frozen=True, kw_only=True):
    """What a change of who may see a request came to: ids of units and officers."""

    request: str
    restricted: bool
    units: list[str]
    officers: list[str]


def marks_of(value: Any) -> Marks:
    """The marks of a message's header."""
    return msgspec.convert(msgspec.to_builtins(value), Marks)
