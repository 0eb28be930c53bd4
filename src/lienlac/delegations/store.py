"""What delegations ask across records: a year's visits, what is due soon. Decides nothing; asks with a scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.delegations.shape import OPEN, SHAPE
from lienlac.people.access.store import in_scope
from lienlac.records.shared.fold import Part
from lienlac.records.shared.store.facts import element_table
from lienlac.records.shared.store.lines import record_table
from lienlac.wire.bodies.delegations import OutcomeState, Stage

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lienlac.people.rights import Scope

_record, _element = record_table.c, element_table.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One visit of a yearly plan."""

    record_id: str
    reference: str
    title_vi: str
    title_en: str
    state: str
    host: str
    part: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One element that has its time soon, or had it."""

    record_id: str
    reference: str
    title_vi: str
    title_en: str
    element: str
    line: str
    at: datetime
    outcome: bool
    drill: bool


def _of(scope: Scope) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _element.record_id == _record.id,
        _record.kind == SHAPE.name,
        _element.gone == 0,
        in_scope(scope, _record.id, restricted=_record.restricted),
    )


def in_year(connection: Connection, scope: Scope, year: int) -> list[Planned]:
    """Visits that begin in a year (UTC), in their order, as many as one page holds."""
    begins, ends = (clock.to_us(datetime(one, 1, 1, tzinfo=UTC)) for one in (year, year + 1))
    query = (
        sa.select(record_table, _element.sort_us, _element.state.label("stage"))
        .where(*_of(scope), _element.kind == SHAPE.top, _element.sort_us >= begins, _element.sort_us < ends)
        .order_by(_element.sort_us, _record.id)
        .limit(limits.DELEGATION_YEAR_MAX)
    )
    return [_planned(row) for row in connection.execute(query)]


def _planned(row: Any) -> Planned:
    return Planned(
        record_id=row.id, reference=row.reference, title_vi=row.title_vi, title_en=row.title_en, state=row.stage,
        host=row.host, part=row.part, at=clock.from_us(row.sort_us),
    )  # fmt: skip


def due_before(connection: Connection, scope: Scope, now: datetime) -> list[Due]:
    """Visits that begin soon, and outcomes that are due soon or overdue, of records in which this node takes part."""
    soon, due = now + timedelta(days=limits.DELEGATION_SOON_DAYS), now + timedelta(days=limits.DELEGATION_DUE_DAYS)
    over = (OutcomeState.DONE.value, OutcomeState.DROPPED.value)
    visits = sa.and_(
        _element.kind == SHAPE.top,
        _element.state.in_((Stage.PLANNED.value, Stage.CONFIRMED.value)),
        _element.sort_us.between(clock.to_us(now), clock.to_us(soon)),
    )
    outcomes = sa.and_(_element.kind == "outcome", _element.state.not_in(over), _element.sort_us < clock.to_us(due))
    query = (
        sa.select(record_table, _element.element, _element.kind.label("what"), _element.line, _element.sort_us)
        .where(*_of(scope), _record.part == Part.IN.value, sa.or_(visits, outcomes))
        .order_by(_element.sort_us, _element.element)
        .limit(limits.DELEGATION_REMINDED_MAX)
    )
    return [_due(row) for row in connection.execute(query)]


def _due(row: Any) -> Due:
    return Due(
        record_id=row.id, reference=row.reference, title_vi=row.title_vi, title_en=row.title_en, element=row.element,
        line=row.line, at=clock.from_us(row.sort_us), outcome=row.what == "outcome", drill=bool(row.drill),
    )  # fmt: skip


def open_elements(connection: Connection, scope: Scope) -> list[tuple[str, str]]:
    """Paragraphs and proposals that are not agreed, of records in which this node takes part; with their records."""
    query = (
        sa.select(_element.record_id, _element.element)
        .where(*_of(scope), _record.part == Part.IN.value, _element.kind.in_(("paragraph", "proposal")))
        .where(_element.state == OPEN)
        .order_by(_element.record_id, _element.element)
        .limit(limits.DELEGATION_REMINDED_MAX)
    )
    return [(row.record_id, row.element) for row in connection.execute(query)]


def paragraph_ids(connection: Connection, record_id: str) -> list[str]:
    """Paragraphs of a record's minutes that hold. Whoever asks has found the record behind the gate."""
    query = (
        sa.select(_element.element)
        .where(_element.record_id == record_id, _element.kind == "paragraph", _element.gone == 0)
        .order_by(_element.element)
        .limit(limits.DELEGATION_MINUTES_MAX)
    )
    return list(connection.execute(query).scalars())
