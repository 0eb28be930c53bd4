"""A case as a whole: how each side stands to it, who works on it, what was decided (clauses 21.1 to 21.5).

Each authority says all this in its own column: what it does itself (`status`) and what it would have the others do
(`desired`). Only types here: what follows from what is the table in `cases.lifecycle`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from lienlac import limits
from lienlac.wire.bodies.emergencies import Severity
from lienlac.wire.bodies.parts import Said
from lienlac.wire.message import Code, Id, Instant, Line, NodeId, OptionalLine

Refs = Annotated[tuple[Id, ...], msgspec.Meta(max_length=limits.CASE_REFS_MAX)]
Typologies = Annotated[tuple[Code, ...], msgspec.Meta(max_length=limits.CASE_TYPOLOGIES_MAX)]


class Status(StrEnum):
    """What one side does about a case."""

    WORKING = "working"
    PAUSED = "paused"
    CLOSED = "closed"


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="case", tag_field="is"):
    """What a case is, and how its author stands to it.

    `hot`: one answer is needed now, this grave; null: not hot to this side. `next_update`: when this side reports next.
    `closing`: what this side closed it with. `lead_…`: whom to ring. `merged_into`: the case that went on instead.
    """

    title_vi: Line
    title_en: Line
    summary: Said = Said()
    typologies: Typologies = ()
    status: Status = Status.WORKING
    desired: Status | None = None
    hot: Severity | None = None
    next_update: Instant | None = None
    lead_name: OptionalLine = ""
    lead_unit: OptionalLine = ""
    lead_phone: OptionalLine = ""
    own_number: OptionalLine = ""
    closing: Said = Said()
    merged_into: Id | None = None


class Participant(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="participant", tag_field="is"
):
    """An officer who works on the case, by name and unit. `on_now`: at the desk just now, `until` when."""

    name: Line
    unit: Line
    role: OptionalLine = ""
    phone: OptionalLine = ""
    on_now: bool = False
    until: Instant | None = None


class TaskStatus(StrEnum):
    """How a task stands, as one side sees it."""

    TODO = "todo"
    DOING = "doing"
    BLOCKED = "blocked"
    DONE = "done"
    DROPPED = "dropped"


class Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="task", tag_field="is"):
    """Something that is to be done. `owner` does it; `after` are tasks that come first.

    Who asks says in its column what is wanted by when, the owner in its own how far it is.
    """

    text: Said
    owner: NodeId
    status: TaskStatus = TaskStatus.TODO
    due: Instant | None = None
    assignee: OptionalLine = ""
    after: Refs = ()
    about: Refs = ()
    result: Said = Said()


class Standing(StrEnum):
    """How a hypothesis stands."""

    OPEN = "open"
    SUPPORTED = "supported"
    CONFIRMED = "confirmed"
    REFUTED = "refuted"


class Hypothesis(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="hypothesis", tag_field="is"
):
    """Something that may be so, and what speaks for it and against it."""

    text: Said
    standing: Standing = Standing.OPEN
    speaks_for: Said = Said()
    speaks_against: Said = Said()
    about: Refs = ()


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="decision", tag_field="is"):
    """What was decided, by whom, when and why."""

    text: Said
    at: Instant
    decided_by: Line
    reason: Said = Said()
    about: Refs = ()


class Situation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="situation", tag_field="is"):
    """How one side sees the situation at an instant: what is known, what was done, what comes next, what it needs."""

    at: Instant
    known: Said
    done: Said = Said()
    planned: Said = Said()
    needed: Said = Said()
