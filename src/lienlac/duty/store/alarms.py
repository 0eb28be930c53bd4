"""The tables of alarms and of each telling; there is one alarm for each request and clock that was ever warned of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.duty.alarms.alarm import Alarm, Cause, Phase, Place, Telling, Warned
from lienlac.storage.quick import Quick
from lienlac.storage.schema import RowNumber, metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

alarm_table = sa.Table(
    "duty_alarm",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("request_id", sa.String(40), nullable=False),
    sa.Column("clock", sa.String(20), nullable=False),
    sa.Column("reference", sa.String(20), nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("urgency", sa.String(10), nullable=False),
    sa.Column("direction", sa.String(3), nullable=False),
    sa.Column("peer", sa.String(40), nullable=False),
    sa.Column("drill", sa.Boolean, nullable=False),
    sa.Column("cause", sa.String(20), nullable=False),
    sa.Column("percent", sa.Integer),
    sa.Column("warned_us", sa.BigInteger, nullable=False),
    sa.Column("phase", sa.String(10), nullable=False),
    sa.Column("began_us", sa.BigInteger, nullable=False),
    sa.Column("holder", sa.String(40)),
    sa.Column("taken_us", sa.BigInteger),
    sa.Column("ended_us", sa.BigInteger),
    sa.Column("stamp", sa.BigInteger, nullable=False),
    sa.Column("climb_us", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("request_id", "clock"),
    sa.Index("ix_duty_alarm_phase", "phase", "climb_us"),
    sa.Index("ix_duty_alarm_warned", "warned_us"),
)

telling_table = sa.Table(
    "duty_telling",
    metadata,
    sa.Column("row", RowNumber, primary_key=True, autoincrement=True),
    sa.Column("alarm_id", sa.String(40), nullable=False, index=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("owner", sa.String(80), nullable=False, index=True),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("place", sa.String(20), nullable=False),
    sa.Column("rank", sa.SmallInteger, nullable=False),
    sa.Column("cause", sa.String(20), nullable=False),
    sa.Column("percent", sa.Integer),
    sa.Column("warned_us", sa.BigInteger, nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("not_before_us", sa.BigInteger, nullable=False),
    sa.Column("notice_id", sa.String(40), nullable=False),
)

NEVER_US = 2**62
"""Stands for "time alone changes nothing"."""

_LIVE = (Phase.OPEN.value, Phase.TAKEN.value)


_OPEN_FOR: Final = Quick(
    sa.select(alarm_table)
    .where(
        alarm_table.c.phase == Phase.OPEN.value,
        alarm_table.c.id.in_(
            sa.select(telling_table.c.alarm_id).where(telling_table.c.owner == sa.bindparam("of_owner"))
        ),
    )
    .order_by(alarm_table.c.warned_us)
    .limit(limits.PAGE_MAX_ROWS)
)
"""Asked for every page."""
_TOLD: Final = Quick(
    sa.select(telling_table.c.owner)
    .join(alarm_table, alarm_table.c.id == telling_table.c.alarm_id)
    .where(alarm_table.c.phase == Phase.OPEN.value)
    .distinct()
)
"""Asked once for all open pages whenever something happens."""


def put(connection: Connection, alarm: Alarm, *, climb: datetime | None, stamp: int) -> None:
    """Store an alarm, new or changed, and when it is to be looked at again."""
    values = {
        "reference": alarm.reference,
        "kind": alarm.kind,
        "urgency": alarm.urgency,
        "direction": alarm.direction,
        "peer": alarm.peer,
        "drill": alarm.drill,
        "cause": alarm.warned.cause.value,
        "percent": alarm.warned.percent,
        "warned_us": clock.to_us(alarm.warned.at),
        "phase": alarm.phase.value,
        "began_us": clock.to_us(alarm.began_at),
        "holder": alarm.holder,
        "taken_us": _us(alarm.taken_at),
        "ended_us": _us(alarm.ended_at),
        "stamp": stamp,
        "climb_us": NEVER_US if climb is None else clock.to_us(climb),
    }
    done = connection.execute(alarm_table.update().where(alarm_table.c.id == alarm.id).values(**values))
    if not done.rowcount:
        connection.execute(
            alarm_table.insert().values(id=alarm.id, request_id=alarm.request_id, clock=alarm.clock, **values)
        )


def restamp(connection: Connection, alarm_id: str, stamp: int) -> None:
    """The alarm's request was looked at as it stands now."""
    connection.execute(alarm_table.update().where(alarm_table.c.id == alarm_id).values(stamp=stamp))


def reclimb(connection: Connection, alarm_id: str, climb: datetime | None) -> None:
    """When time alone will have somebody else told."""
    values = {"climb_us": NEVER_US if climb is None else clock.to_us(climb)}
    connection.execute(alarm_table.update().where(alarm_table.c.id == alarm_id).values(**values))


def climb_all(connection: Connection, now: datetime) -> None:
    """Look at every open alarm again: the roster, or who may be told, has changed."""
    open_ones = alarm_table.c.phase == Phase.OPEN.value
    connection.execute(alarm_table.update().where(open_ones).values(climb_us=clock.to_us(now)))


def get(connection: Connection, alarm_id: str) -> Alarm | None:
    """One alarm."""
    row = connection.execute(sa.select(alarm_table).where(alarm_table.c.id == alarm_id)).one_or_none()
    return None if row is None else _alarm(row)


def of_clock(connection: Connection, request_id: str, name: str) -> Alarm | None:
    """The alarm about one clock of a request."""
    table = alarm_table.c
    query = sa.select(alarm_table).where(table.request_id == request_id, table.clock == name)
    row = connection.execute(query).one_or_none()
    return None if row is None else _alarm(row)


def live(connection: Connection) -> list[tuple[Alarm, int]]:
    """Every alarm that has not ended, the longest waiting first, with the stamp of its request when last looked at."""
    query = sa.select(alarm_table).where(alarm_table.c.phase.in_(_LIVE)).order_by(alarm_table.c.warned_us)
    return [(_alarm(row), row.stamp) for row in connection.execute(query.limit(limits.ALARMS_WATCHED_MAX))]


def any_live(connection: Connection) -> bool:
    """Whether there is anything to watch."""
    return (
        connection.execute(sa.select(alarm_table.c.id).where(alarm_table.c.phase.in_(_LIVE)).limit(1)).first()
        is not None
    )


def climbing(connection: Connection, now: datetime) -> list[str]:
    """Open alarms whose time to climb has come."""
    table = alarm_table.c
    query = sa.select(table.id).where(table.phase == Phase.OPEN.value, table.climb_us <= clock.to_us(now))
    return list(connection.execute(query.limit(limits.ALARMS_WATCHED_MAX)).scalars())


def of_request(connection: Connection, request_id: str) -> list[Alarm]:
    """Every alarm about a request, oldest first."""
    query = sa.select(alarm_table).where(alarm_table.c.request_id == request_id).order_by(alarm_table.c.began_us)
    return [_alarm(row) for row in connection.execute(query)]


def listed(
    connection: Connection, seen: sa.ColumnElement[bool], *, live: bool, rows: int = limits.PAGE_DEFAULT_ROWS
) -> list[Alarm]:
    """Alarms that the reader may know of (`seen`), the latest warning first: those that live, or all."""
    query = sa.select(alarm_table).where(seen).order_by(alarm_table.c.warned_us.desc(), alarm_table.c.id)
    if live:
        query = query.where(alarm_table.c.phase.in_(_LIVE))
    return [_alarm(row) for row in connection.execute(query.limit(min(rows, limits.PAGE_MAX_ROWS)))]


def open_for(connection: Connection, owner: str) -> list[Alarm]:
    """Open alarms that this person was told of, the longest waiting first."""
    return [_alarm(row) for row in _OPEN_FOR.rows(connection, {"of_owner": owner})]


def told(connection: Connection) -> frozenset[str]:
    """Everybody who was told of an alarm that is open."""
    return frozenset(owner for (owner,) in _TOLD(connection))


def counts(connection: Connection) -> dict[str, int]:
    """How many alarms are in each phase."""
    real = sa.select(alarm_table.c.phase, sa.func.count()).where(alarm_table.c.drill == sa.false())
    query = real.group_by(alarm_table.c.phase)
    found = {row[0]: int(row[1]) for row in connection.execute(query)}
    return {phase.value: found.get(phase.value, 0) for phase in Phase}


def prune(connection: Connection, before: datetime, rows: int) -> None:
    """Forget alarms that ended long ago, so many at once."""
    old = sa.and_(alarm_table.c.phase == Phase.ENDED.value, alarm_table.c.ended_us < clock.to_us(before))
    ids = list(connection.execute(sa.select(alarm_table.c.id).where(old).limit(rows)).scalars())
    if ids:
        connection.execute(telling_table.delete().where(telling_table.c.alarm_id.in_(ids)))
        connection.execute(alarm_table.delete().where(alarm_table.c.id.in_(ids)))


# --- tellings -----------------------------------------------------------------------------------------------------


def add_telling(connection: Connection, new: Telling) -> None:
    """Keep that somebody was told."""
    connection.execute(
        telling_table.insert().values(
            alarm_id=new.alarm_id,
            number=new.number,
            owner=new.owner,
            name=new.name,
            place=new.place.value,
            rank=new.rank,
            cause=new.warned.cause.value,
            percent=new.warned.percent,
            warned_us=clock.to_us(new.warned.at),
            at_us=clock.to_us(new.at),
            not_before_us=clock.to_us(new.not_before),
            notice_id=new.notice_id,
        )
    )


def tellings(connection: Connection, alarm_ids: Sequence[str]) -> dict[str, list[Telling]]:
    """Who was told of these alarms, in order, by alarm."""
    found: dict[str, list[Telling]] = {alarm_id: [] for alarm_id in alarm_ids}
    if alarm_ids:
        query = sa.select(telling_table).where(telling_table.c.alarm_id.in_(alarm_ids))
        for row in connection.execute(query.order_by(telling_table.c.row)):
            found[row.alarm_id].append(_telling(row))
    return found


def notice_ids(found: Iterable[Telling]) -> list[str]:
    """Their notices."""
    return [telling.notice_id for telling in found]


def _alarm(row: Any) -> Alarm:
    return Alarm(
        id=row.id,
        request_id=row.request_id,
        reference=row.reference,
        kind=row.kind,
        urgency=row.urgency,
        direction=row.direction,
        peer=row.peer,
        drill=row.drill,
        clock=row.clock,
        warned=Warned(cause=Cause(row.cause), percent=row.percent, at=clock.from_us(row.warned_us)),
        phase=Phase(row.phase),
        began_at=clock.from_us(row.began_us),
        holder=row.holder,
        taken_at=_instant(row.taken_us),
        ended_at=_instant(row.ended_us),
    )


def _telling(row: Any) -> Telling:
    return Telling(
        alarm_id=row.alarm_id,
        number=row.number,
        owner=row.owner,
        name=row.name,
        place=Place(row.place),
        rank=row.rank,
        warned=Warned(cause=Cause(row.cause), percent=row.percent, at=clock.from_us(row.warned_us)),
        at=clock.from_us(row.at_us),
        not_before=clock.from_us(row.not_before_us),
        notice_id=row.notice_id,
    )


def _us(at: datetime | None) -> int | None:
    return None if at is None else clock.to_us(at)


def _instant(value_us: int | None) -> datetime | None:
    return None if value_us is None else clock.from_us(value_us)
