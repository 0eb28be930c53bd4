"""Words of joint programmes (clauses 22.x): what was agreed against a field of crime, who owes what, what came of it.

Only types here. A quarterly report carries the figures that its author's node has computed from requests between two
authorities; the digest names exactly these figures, and whoever computes the same can countersign it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from lienlac import limits
from lienlac.wire.bodies.parts import Said
from lienlac.wire.bodies.records import Facts, Invited, Link, Member, Remark
from lienlac.wire.message import Code, Digest, Id, Instant, Line, NodeId, OptionalLine

Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z")]
QuarterName = Annotated[str, msgspec.Meta(pattern=r"^(19[7-9][0-9]|20[0-9]{2}|21[0-8][0-9])-Q[1-4]\Z")]
Typologies = Annotated[tuple[Code, ...], msgspec.Meta(min_length=1, max_length=limits.PROGRAMME_TYPOLOGIES_MAX)]
Refs = Annotated[tuple[Id, ...], msgspec.Meta(max_length=limits.PROGRAMME_REFS_MAX)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class Phase(StrEnum):
    """Where a programme stands."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"
    CANCELLED = "cancelled"


class Programme(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="programme", tag_field="is"):
    """What the programme is. `typologies`: the field of crime, families or single kinds."""

    title_vi: Line
    title_en: Line
    summary: Said = Said()
    typologies: Typologies
    from_day: Day
    until_day: Day
    phase: Phase = Phase.DRAFT


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="signature", tag_field="is"):
    """Its author signs the programme as the host's column says it. `substance` is the digest of what is signed.

    `version` is for people; what holds is the digest.
    """

    version: Annotated[int, msgspec.Meta(ge=1, le=limits.RECORD_VERSIONS_MAX)]
    substance: Digest


class Reached(StrEnum):
    """What became of an objective or a milestone."""

    OPEN = "open"
    REACHED = "reached"
    MISSED = "missed"
    DROPPED = "dropped"


class Objective(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="objective", tag_field="is"):
    """What is to be better. `indicator`: which figure of the reports will show it; the figure is never typed in."""

    title: Said
    detail: Said = Said()
    indicator: OptionalLine = ""
    due: Instant | None = None
    state: Reached = Reached.OPEN


class Doing(StrEnum):
    """Where an operation or an action day stands."""

    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class Operation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="operation", tag_field="is"):
    """Work of both sides over some time: against whom or what, led by whom."""

    title: Said
    detail: Said = Said()
    lead: NodeId | None = None
    starts: Instant | None = None
    ends: Instant | None = None
    objectives: Refs = ()
    state: Doing = Doing.PLANNED
    outcome: Said = Said()


class ActionDay(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="action-day", tag_field="is"
):
    """The same measures on both sides at the same time."""

    title: Said
    detail: Said = Said()
    operation: Id | None = None
    starts: Instant
    ends: Instant | None = None
    place: OptionalLine = ""
    state: Doing = Doing.PLANNED
    outcome: Said = Said()


class Promise(StrEnum):
    """What a commitment's owner says of it; anybody else only proposes."""

    PROPOSED = "proposed"
    PROMISED = "promised"
    STARTED = "started"
    DONE = "done"
    DROPPED = "dropped"


class Commitment(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="commitment", tag_field="is"
):
    """Who owes what until when. Only the owner's column says more than that it is proposed."""

    title: Said
    detail: Said = Said()
    owner: NodeId
    due: Instant
    objective: Id | None = None
    operation: Id | None = None
    state: Promise = Promise.PROPOSED
    outcome: Said = Said()


class Milestone(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="milestone", tag_field="is"):
    """A point in time by which something can be seen from outside."""

    title: Said
    detail: Said = Said()
    due: Instant
    objective: Id | None = None
    state: Reached = Reached.OPEN


class Degree(StrEnum):
    """How likely, how bad."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Holding(StrEnum):
    """Whether a risk is still one."""

    OPEN = "open"
    CLOSED = "closed"


class Risk(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="risk", tag_field="is"):
    """What could go wrong, and what is done about it."""

    title: Said
    likelihood: Degree
    impact: Degree
    answer: Said = Said()
    owner: NodeId | None = None
    state: Holding = Holding.OPEN


# --- reports ------------------------------------------------------------------------------------------------------
class Times(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How long one measure took: `kind` of request, empty for all. Seconds; `inside` of `clocked` were in time."""

    kind: Annotated[str, msgspec.Meta(pattern=r"^([a-z0-9][a-z0-9.-]{0,63})?\Z")]
    measure: Code
    count: Count
    p50_s: Count
    p90_s: Count
    most_s: Count
    inside: Count
    clocked: Count


class Ground(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many were refused on one ground."""

    code: Code
    count: Count


Units = Annotated[str, msgspec.Meta(pattern=r"^(0|[1-9][0-9]{0,29})\Z")]
"""So many of a currency's smallest unit, as digits: a sum can be larger than what every program holds as a number."""


class Sum(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Money in one currency, in its smallest unit: asked to be held, held, let go back to owners, reported received."""

    currency: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")]
    asked: Units
    held: Units
    returned: Units
    received: Units


class Direction(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Requests of one authority to the other."""

    requester: NodeId
    executor: NodeId
    requests: Count
    decided: Count
    refused: Count
    freezes: Count
    held: Count
    useful: Count
    partly_useful: Count
    not_useful: Count
    times: Annotated[tuple[Times, ...], msgspec.Meta(max_length=limits.PROGRAMME_TIMES_MAX)] = ()
    grounds: Annotated[tuple[Ground, ...], msgspec.Meta(max_length=limits.PROGRAMME_GROUNDS_MAX)] = ()
    money: Annotated[tuple[Sum, ...], msgspec.Meta(max_length=limits.PROGRAMME_CURRENCIES_MAX)] = ()


class Figures(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was computed, and of what. `definition` is the number of the definitions of clause 22.6."""

    definition: Annotated[int, msgspec.Meta(ge=1, le=1_000)]
    since: Instant
    until: Instant
    typologies: Typologies
    directions: tuple[Direction, Direction]


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="report", tag_field="is"):
    """A quarter in figures, as its author's node computed them from its own records.

    `countersigns`: the digest of the other side's report; it may stand here only when it is also the author's own.
    """

    quarter: QuarterName
    figures: Figures
    digest: Digest
    countersigns: Digest | None = None
    remarks: Said = Said()


ProgrammeWord = (
    Programme | Signature | Objective | Operation | ActionDay | Commitment | Milestone | Risk | Report
    | Member | Remark | Link
)  # fmt: skip


class ProgrammeFacts(Facts[ProgrammeWord], frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Facts of a programme."""


class ProgrammeInvited(Invited[ProgrammeWord], frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An authority is asked to take part in a programme."""
