"""What a node knows of lessons beside what it shares: where one was drawn from, what is cleared, runs. Decides nothing.

None of these tables has a way out of the house.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.lessons.shape import SHAPE
from lienlac.people.access.store import in_scope
from lienlac.records.portions import portions
from lienlac.records.shared.fold import Part
from lienlac.records.shared.store.facts import element_table
from lienlac.records.shared.store.lines import record_table
from lienlac.storage.schema import metadata
from lienlac.wire.bodies.lessons import Stage, StepResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.people.rights import Scope

source_table = sa.Table(
    "lesson_source",
    metadata,
    sa.Column("record_id", sa.String(40), primary_key=True),
    sa.Column("thing", sa.String(40), primary_key=True),
    sa.Column("officer_id", sa.String(40), nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
)
cleared_table = sa.Table("lesson_cleared", metadata, sa.Column("fact_id", sa.String(40), primary_key=True))
run_table = sa.Table(
    "lesson_run",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("record_id", sa.String(40), nullable=False),
    sa.Column("thing", sa.String(40), nullable=False),
    sa.Column("officer_id", sa.String(40), nullable=False),
    sa.Column("started_us", sa.BigInteger, nullable=False),
    sa.Column("ended_us", sa.BigInteger),
    sa.Column("results", sa.LargeBinary, nullable=False),
    sa.Column("element", sa.String(40), nullable=False),
    sa.Index("ix_lesson_run_record", "record_id", "started_us"),
    sa.Index("ix_lesson_run_thing", "thing", "started_us"),
)
_run, _record, _element = run_table.c, record_table.c, element_table.c
_RESULTS = msgspec.json.Decoder(tuple[StepResult, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a lesson's checklist. `thing`: in which case, empty for none; `element`: the use it became."""

    id: str
    record_id: str
    thing: str
    officer_id: str
    started_at: datetime
    ended_at: datetime | None = None
    results: tuple[StepResult, ...] = ()
    element: str = ""


# --- where a lesson was drawn from --------------------------------------------------------------------------------
def add_source(connection: Connection, record_id: str, thing: str, *, by: str, at: datetime) -> None:
    """A lesson was drawn from this; known already stays as it is."""
    if thing not in sources(connection, record_id):
        values = {"record_id": record_id, "thing": thing, "officer_id": by, "at_us": clock.to_us(at)}
        connection.execute(source_table.insert().values(**values))


def sources(connection: Connection, record_id: str) -> list[str]:
    """Ids of what a lesson was drawn from."""
    query = sa.select(source_table.c.thing).where(source_table.c.record_id == record_id).order_by(source_table.c.at_us)
    return list(connection.execute(query.limit(limits.LESSON_METHODS_MAX)).scalars())


# --- what is cleared ----------------------------------------------------------------------------------------------
def clear(connection: Connection, fact_ids: Iterable[str]) -> None:
    """A second officer has read these."""
    wanted = sorted(set(fact_ids) - cleared(connection, fact_ids))
    if wanted:
        connection.execute(cleared_table.insert(), [{"fact_id": one} for one in wanted])


def cleared(connection: Connection, fact_ids: Iterable[str]) -> set[str]:
    """Those of these that were read by a second officer."""
    found: set[str] = set()
    for some in portions(sorted(set(fact_ids))):
        query = sa.select(cleared_table.c.fact_id).where(cleared_table.c.fact_id.in_(some))
        found.update(connection.execute(query).scalars())
    return found


# --- runs ---------------------------------------------------------------------------------------------------------
def add_run(connection: Connection, run: Run) -> None:
    """A checklist is begun."""
    connection.execute(
        run_table.insert().values(
            id=run.id, record_id=run.record_id, thing=run.thing, officer_id=run.officer_id,
            started_us=clock.to_us(run.started_at), ended_us=None, results=b"[]", element="",
        )
    )  # fmt: skip


def change_run(connection: Connection, run: Run) -> None:
    """A step was ticked, or the run ended."""
    connection.execute(
        run_table.update()
        .where(_run.id == run.id)
        .values(
            results=msgspec.json.encode(run.results),
            ended_us=None if run.ended_at is None else clock.to_us(run.ended_at),
            element=run.element,
        )
    )


def find_run(connection: Connection, run_id: str) -> Run | None:
    """A run, whoever may see it: who asks has found its lesson behind the gate."""
    row = connection.execute(sa.select(run_table).where(_run.id == run_id)).one_or_none()
    return None if row is None else _run_of(row)


def runs(connection: Connection, record_id: str, *, rows: int) -> list[Run]:
    """Runs of a lesson, the newest first."""
    query = sa.select(run_table).where(_run.record_id == record_id).order_by(_run.started_us.desc(), _run.id)
    return [_run_of(row) for row in connection.execute(query.limit(rows))]


def count_runs(connection: Connection, record_id: str) -> int:
    """How many runs of a lesson there are."""
    return int(connection.execute(sa.select(sa.func.count()).where(_run.record_id == record_id)).scalar_one())


def runs_in(connection: Connection, scope: Scope, thing: str) -> list[tuple[Run, Any]]:
    """Runs in a case, with their lessons as far as the officer may know of them; the newest first."""
    query = (
        sa.select(run_table, _record.reference, _record.title_vi, _record.title_en, _steps().label("steps"))
        .where(_run.thing == thing, _record.id == _run.record_id)
        .where(in_scope(scope, _record.id, restricted=_record.restricted))
        .order_by(_run.started_us.desc(), _run.id)
        .limit(limits.PAGE_MAX_ROWS)
    )  # fmt: skip
    return [(_run_of(row), row) for row in connection.execute(query)]


def _steps() -> sa.ScalarSelect[int]:
    """How many steps a lesson's checklist has."""
    step = element_table.alias("step")
    counted = sa.select(sa.func.count()).where(step.c.record_id == _record.id, step.c.kind == "step", step.c.gone == 0)
    return counted.correlate(record_table).scalar_subquery()


def with_steps(connection: Connection, scope: Scope, typologies: Sequence[str]) -> list[Any]:
    """Lessons in use that have a checklist, in which this node takes part; those of these kinds of crime first."""
    steps = _steps()
    query = (
        sa.select(record_table, steps.label("steps"))
        .where(
            _record.kind == SHAPE.name, _record.part == Part.IN.value, _record.state != Stage.RETIRED.value, steps > 0,
            in_scope(scope, _record.id, restricted=_record.restricted),
        )
        .order_by(sa.case((_record.typology.in_(typologies), 0), else_=1), _record.changed_us.desc(), _record.id)
        .limit(limits.LESSON_OFFERED_MAX)
    )  # fmt: skip
    return list(connection.execute(query))


def _run_of(row: Any) -> Run:
    ended = None if row.ended_us is None else clock.from_us(row.ended_us)
    return Run(
        id=row.id, record_id=row.record_id, thing=row.thing, officer_id=row.officer_id,
        started_at=clock.from_us(row.started_us), ended_at=ended,
        results=_RESULTS.decode(row.results), element=row.element,
    )  # fmt: skip


# --- across lessons -----------------------------------------------------------------------------------------------
def content_ids(connection: Connection, record_id: str, kinds: Sequence[str]) -> list[str]:
    """Elements of these kinds that hold. Whoever asks has found the record behind the gate."""
    query = (
        sa.select(_element.element)
        .where(_element.record_id == record_id, _element.kind.in_(kinds), _element.gone == 0)
        .order_by(_element.sort_us, _element.element)
        .limit(limits.LESSON_WORDS_MAX)
    )
    return list(connection.execute(query).scalars())


def to_look_at_again(connection: Connection, scope: Scope, now: datetime, host: str) -> list[Any]:
    """Lessons of our own whose day has come, the longest overdue first: id, reference, titles, day."""
    query = (
        sa.select(
            _record.id, _record.reference, _record.title_vi, _record.title_en, _record.drill, _element.sort_us
        )
        .where(
            _element.record_id == _record.id, _record.kind == SHAPE.name, _record.host == host, _element.gone == 0,
            _element.kind == SHAPE.top, _element.state != Stage.RETIRED.value, _element.sort_us <= clock.to_us(now),
            in_scope(scope, _record.id, restricted=_record.restricted),
        )
        .order_by(_element.sort_us, _record.id)
        .limit(limits.DELEGATION_REMINDED_MAX)
    )  # fmt: skip
    return list(connection.execute(query))


def used(connection: Connection, record_ids: Sequence[str]) -> dict[str, dict[tuple[str, str], int]]:
    """How often these lessons were used, by mark, as `facts.counts` says it of one."""
    found: dict[str, dict[tuple[str, str], int]] = {}
    for some in portions(record_ids):
        query = (
            sa.select(_element.record_id, _element.kind, _element.state, sa.func.count().label("many"))
            .where(_element.record_id.in_(some), _element.kind == "use", _element.gone == 0)
            .group_by(_element.record_id, _element.kind, _element.state)
        )
        for row in connection.execute(query):
            found.setdefault(row.record_id, {})[(row.kind, row.state)] = row.many
    return found
