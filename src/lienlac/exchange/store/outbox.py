"""What waits to leave, and what a person must look at because the peer would not take it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from lienlac.exchange.store.tables import Waiting, dead_letter_table, outbox_table
from lienlac.people.access.store import Scoped, in_scope, leader
from lienlac.storage.quick import Quick
from lienlac.wire.message import Lane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from lienlac.people.rights import Scope

_WAITING_FOR: Final = Quick(
    sa.select(sa.func.count(), sa.func.min(outbox_table.c.queued_us)).where(
        outbox_table.c.peer == sa.bindparam("of_peer")
    )
)
"""Asked for every page."""

# --- outbox -------------------------------------------------------------------------------------------------------


def add_to_outbox(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Queue envelopes; each row has digest, peer, lane, sequence, envelope, queued_us."""
    if rows:
        connection.execute(outbox_table.insert(), [{"attempts": 0} | row for row in rows])


def outbox(connection: Connection, peer: str, lane: Lane, *, after: int, rows: int) -> list[Waiting]:
    """Waiting envelopes of one lane, in order."""
    query = (
        sa.select(outbox_table)
        .where(outbox_table.c.peer == peer, outbox_table.c.lane == lane.value, outbox_table.c.sequence > after)
        .order_by(outbox_table.c.sequence)
        .limit(rows)
    )
    return [_waiting(row) for row in connection.execute(query)]


def outbox_sizes(connection: Connection, peer: str, lane: Lane, *, after: int, rows: int) -> list[int]:
    """How long the waiting envelopes of one lane are, in order."""
    table = outbox_table.c
    query = (
        sa.select(sa.func.length(table.envelope))
        .where(table.peer == peer, table.lane == lane.value, table.sequence > after)
        .order_by(table.sequence)
        .limit(rows)
    )
    return list(connection.execute(query).scalars())


def outbox_entry(connection: Connection, digest: str) -> Waiting | None:
    """One outbox row."""
    row = connection.execute(sa.select(outbox_table).where(outbox_table.c.digest == digest)).one_or_none()
    return None if row is None else _waiting(row)


def outbox_lanes(connection: Connection) -> list[tuple[str, Lane]]:
    """Every peer and lane that has something waiting."""
    query = sa.select(outbox_table.c.peer, outbox_table.c.lane).distinct()
    return [(row.peer, Lane(row.lane)) for row in connection.execute(query)]


def first_waiting(connection: Connection, peer: str, lane: Lane) -> int | None:
    """The lowest place of a lane that waits; None when none does."""
    query = sa.select(sa.func.min(outbox_table.c.sequence)).where(
        outbox_table.c.peer == peer, outbox_table.c.lane == lane.value
    )
    found: int | None = connection.execute(query).scalar_one()
    return found


def waiting_for(connection: Connection, peer: str) -> tuple[int, int | None]:
    """How many envelopes wait for a peer, and since when the oldest does (microseconds)."""
    count, oldest = _WAITING_FOR(connection, {"of_peer": peer})[0]
    return count, oldest


def remove_from_outbox(connection: Connection, digests: Sequence[str]) -> None:
    """Settled: no longer waiting."""
    if digests:
        connection.execute(outbox_table.delete().where(outbox_table.c.digest.in_(digests)))


def note_attempt(connection: Connection, digest: str, *, code: str, reason: str) -> int:
    """Count an attempt that the peer answered without taking the message; returns the count."""
    connection.execute(
        outbox_table.update()
        .where(outbox_table.c.digest == digest)
        .values(attempts=outbox_table.c.attempts + 1, last_code=code, last_reason=reason[:2000])
    )
    query = sa.select(outbox_table.c.attempts).where(outbox_table.c.digest == digest)
    return connection.execute(query).scalar_one_or_none() or 0


# --- dead letters -------------------------------------------------------------------------------------------------


def add_dead_letter(connection: Connection, row: dict[str, Any]) -> None:
    """Put a message before a person."""
    connection.execute(dead_letter_table.insert().values(**row))


def dead_letters(
    connection: Connection, peer: str | None = None, *, scope: Scope | None = None, rows: int = 100
) -> list[Any]:
    """Undecided dead letters, oldest first; with a scope only those about what it shows, and about no thing at all."""
    if peer is not None and scope is not None:
        return _DEAD_LETTERS(connection, scope, rows, of_peer=peer)
    query = sa.select(dead_letter_table).where(dead_letter_table.c.decision.is_(None))
    if peer is not None:
        query = query.where(dead_letter_table.c.peer == peer)
    if scope is not None:
        query = query.where(_about_what_it_shows(scope))
    return list(connection.execute(query.order_by(dead_letter_table.c.at_us).limit(rows)))


def _about_what_it_shows(scope: Scope) -> sa.ColumnElement[bool]:
    about = dead_letter_table.c.record_id
    return sa.or_(about.is_(None), in_scope(scope, leader(about)))


_DEAD_LETTERS: Final = Scoped(
    lambda scope, rows: (
        sa.select(dead_letter_table)
        .where(
            dead_letter_table.c.decision.is_(None),
            dead_letter_table.c.peer == sa.bindparam("of_peer"),
            _about_what_it_shows(scope),
        )
        .order_by(dead_letter_table.c.at_us)
        .limit(rows)
    )
)
"""Asked for every page: the number stands beside it."""


def dead_letter(connection: Connection, digest: str) -> Any | None:
    """One dead letter, decided or not."""
    query = sa.select(dead_letter_table).where(dead_letter_table.c.digest == digest)
    return connection.execute(query).one_or_none()


def decide_dead_letter(connection: Connection, digest: str, *, decision: str, by: str, reason: str, at_us: int) -> None:
    """What a person (or a late receipt) decided."""
    connection.execute(
        dead_letter_table.update()
        .where(dead_letter_table.c.digest == digest)
        .values(decision=decision, decided_by=by, decided_reason=reason, decided_us=at_us)
    )


def _waiting(row: Any) -> Waiting:
    return Waiting(
        digest=row.digest,
        peer=row.peer,
        lane=Lane(row.lane),
        sequence=row.sequence,
        envelope=bytes(row.envelope),
        attempts=row.attempts,
        queued_us=row.queued_us,
        last_code=row.last_code,
        last_reason=row.last_reason,
    )
