"""Bodies of an emergency channel's messages: what two duty desks say to each other while it burns (clauses 16.x).

The emergency's id is the header's `record_id`; purpose, legal basis, typology and marks are the header's too. Only
types here: what may follow what is the table in `emergencies.lifecycle`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from lienlac import limits
from lienlac.wire.bodies.hotline import Officer
from lienlac.wire.message import Id, Instant, Line, OptionalLine, OptionalText, Text

Reference = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}-E-[0-9]{4}-[0-9]{6,9}\Z")]
"""What people say on the telephone: country, E, year and running number of the side that opened the channel."""
RequestReference = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}-[0-9]{4}-[0-9]{6,9}\Z")]
Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}\Z")]
Countries = Annotated[tuple[Country, ...], msgspec.Meta(max_length=limits.EMERGENCY_COUNTRIES_MAX)]
Organisations = Annotated[tuple[Line, ...], msgspec.Meta(max_length=limits.EMERGENCY_ORGANISATIONS_MAX)]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=400 * 86_400)]


class Severity(StrEnum):
    """How bad it is, as one side sees it; the graver of both is shown."""

    CRITICAL = "critical"
    SERIOUS = "serious"
    LIMITED = "limited"


class Source(StrEnum):
    """Where an entry's knowledge comes from."""

    OWN = "own"
    VICTIM = "victim"
    PROVIDER = "provider"
    PARTNER = "partner"
    PUBLIC = "public"
    OTHER = "other"


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A text in either language or both; one of them must be there."""

    vi: OptionalText = ""
    en: OptionalText = ""


class NextUpdate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When this side reports next; null: it promises nothing further."""

    at: Instant | None = None


class ChannelClocks(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Times allowed for the other side's first answer, copied from the agreement in force. `None`: none was agreed."""

    receipt_s: Seconds | None = None
    acknowledge_s: Seconds | None = None


class RaisedFrom(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The request that turned out to be bigger than a request."""

    request: Id
    reference: RequestReference


class Opened(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An emergency channel is opened, and its officer sits in it. `drill`: an exercise, marked as such everywhere."""

    reference: Reference
    title_vi: Line
    title_en: Line
    situation: Said
    asked: Said
    severity: Severity
    lives_in_danger: bool
    officer: Officer
    seat: Id
    clocks: ChannelClocks
    began_at: Instant | None = None
    countries: Countries = ()
    organisations: Organisations = ()
    next_update: NextUpdate | None = None
    raised_from: RaisedFrom | None = None
    drill: bool = False


class Answered(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The other side is on it, by name, and that officer sits in the channel."""

    officer: Officer
    seat: Id
    remarks: OptionalText = ""
    next_update: NextUpdate | None = None


class Entered(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One line of the shared timeline. `at` is when it happened; `corrects` names an entry of the same author."""

    officer: Officer
    at: Instant
    source: Source
    text: Said
    source_text: OptionalLine = ""
    corrects: Id | None = None
    next_update: NextUpdate | None = None


class Retracted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An entry of the same author no longer holds; it stays to be seen, with the reason."""

    officer: Officer
    entry: Id
    reason: Text


class Reported(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How this side sees the situation now: replaces what it said before. What is null stays as it was."""

    officer: Officer
    summary: Said | None = None
    severity: Severity | None = None
    lives_in_danger: bool | None = None
    next_update: NextUpdate | None = None


class Present(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An officer joins or leaves the channel. `seat` is the same for the same person in this channel."""

    officer: Officer
    seat: Id
    here: bool


class HandedOver(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An officer leaves the channel to a colleague, who takes over by joining."""

    officer: Officer
    seat: Id
    to: Officer
    to_seat: Id
    text: OptionalText = ""


class Stood(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What this side does from now on and why: hold, stand down (the text is its closing note), or resume."""

    officer: Officer
    text: Text
    next_update: NextUpdate | None = None
