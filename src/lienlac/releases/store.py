"""The table of releases and the only SQL on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.people.access.store import Scoped, in_scope
from lienlac.releases.release import SENT, TO_GO_ON_FROM, UNDECIDED, Reason, Release, State
from lienlac.storage.quick import Quick
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from lienlac.people.rights import Scope

release_table = sa.Table(
    "release",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("thing", sa.String(40), nullable=False, index=True),
    sa.Column("reference", sa.String(40), nullable=False),
    sa.Column("urgency", sa.String(20), nullable=False),
    sa.Column("drill", sa.Boolean, nullable=False),
    sa.Column("proposer", sa.String(40), nullable=False),
    sa.Column("reasons", sa.String(100), nullable=False),
    sa.Column("approvers", sa.String(300), nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    sa.Column("whole", sa.LargeBinary, nullable=False),
    sa.Column("withheld", sa.Text, nullable=False),
    sa.Column("let_out", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("created_us", sa.BigInteger, nullable=False),
    sa.Column("expires_us", sa.BigInteger, nullable=False),
    sa.Column("decided_by", sa.String(40), nullable=True),
    sa.Column("decided_us", sa.BigInteger, nullable=True),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("replaced_by", sa.String(40), nullable=True),
    sa.Index("release_by_state", "state", "expires_us"),
    sa.Index("release_by_proposer", "proposer", "state"),
)
_T = release_table.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """As much of a waiting release as whoever watches it needs; no payload is read for it."""

    id: str
    urgency: str
    created_at: datetime
    expires_at: datetime


def insert(connection: Connection, release: Release) -> None:
    """A new release."""
    connection.execute(
        release_table.insert().values(
            id=release.id,
            state=release.state.value,
            kind=release.kind,
            thing=release.thing,
            reference=release.reference,
            urgency=release.urgency,
            drill=release.drill,
            proposer=release.proposer,
            reasons=" ".join(reason.value for reason in release.reasons),
            approvers=" ".join(sorted(release.approvers)),
            payload=release.payload,
            whole=release.whole,
            withheld="\n".join(release.withheld),
            let_out="\n".join(release.let_out),
            why=release.why,
            created_us=clock.to_us(release.created_at),
            expires_us=clock.to_us(release.expires_at),
            words=release.words,
        )
    )


def decide(connection: Connection, release: Release, to: State, *, by: str, at: datetime, words: str) -> bool:
    """Move a release on from the state in which it was read; False when somebody else was quicker."""
    values: dict[str, Any] = {"state": to.value, "decided_by": by, "decided_us": clock.to_us(at), "words": words}
    if to in SENT:
        values["whole"] = b""  # what was withheld is not kept for its own sake
    found = connection.execute(
        release_table.update().where(_T.id == release.id, _T.state == release.state.value).values(**values)
    )
    return found.rowcount == 1


def replace(connection: Connection, release_id: str, proposer: str, by: str) -> bool:
    """Something came of going on from this one; False when it is not the proposer's, or something came of it before."""
    found = connection.execute(
        release_table.update()
        .where(
            _T.id == release_id,
            _T.proposer == proposer,
            _T.state.in_(_words(TO_GO_ON_FROM)),
            _T.replaced_by.is_(None),
        )
        .values(replaced_by=by, whole=b"")
    )
    return found.rowcount == 1


def get(connection: Connection, release_id: str) -> Release | None:
    """One release."""
    row = connection.execute(sa.select(release_table).where(_T.id == release_id)).first()
    return None if row is None else _release(row)


def undecided(connection: Connection, scope: Scope, *, rows: int = limits.PAGE_MAX_ROWS) -> list[Release]:
    """What somebody still owes a decision or a review, the oldest first."""
    return [_release(row) for row in _UNDECIDED(connection, scope, rows)]


def decided(connection: Connection, scope: Scope, *, rows: int = limits.PAGE_DEFAULT_ROWS) -> list[Release]:
    """What was decided last, the newest first."""
    query = sa.select(release_table).where(_T.state.not_in(_words(UNDECIDED)), in_scope(scope, _T.thing))
    return [_release(row) for row in connection.execute(query.order_by(_T.decided_us.desc(), _T.id).limit(rows))]


def to_go_on_from(connection: Connection, proposer: str, *, rows: int = limits.PAGE_DEFAULT_ROWS) -> list[Release]:
    """What came back to its proposer, or ran out of time, and nothing came of yet."""
    return [_release(row) for row in _TO_GO_ON_FROM.rows(connection, {"of_proposer": proposer, "most": rows})]


def proposers(connection: Connection) -> frozenset[str]:
    """Whoever proposed what is undecided, or what came back and nothing came of yet."""
    return frozenset(one for (one,) in _PROPOSERS(connection))


def open_about(connection: Connection, thing: str, *, rows: int = limits.PAGE_DEFAULT_ROWS) -> list[Release]:
    """What waits or was sent ahead of one record, the oldest first."""
    query = sa.select(release_table).where(_T.thing == thing, _T.state.in_(_words(UNDECIDED)))
    return [_release(row) for row in connection.execute(query.order_by(_T.created_us, _T.id).limit(rows))]


def overdue(connection: Connection, now: datetime, *, rows: int = limits.PAGE_MAX_ROWS) -> list[Release]:
    """What waited too long."""
    query = sa.select(release_table).where(_T.state == State.WAITING.value, _T.expires_us <= clock.to_us(now))
    return [_release(row) for row in connection.execute(query.order_by(_T.expires_us).limit(rows))]


def waiting(connection: Connection) -> list[Waiting]:
    """What waits to be decided about by anybody, what ends next first: for the node's own watch, never for a reader."""
    found = _WAITING(connection, {"most": limits.RELEASES_WATCHED_MAX})
    return [
        Waiting(id=one, urgency=urgency, created_at=clock.from_us(created), expires_at=clock.from_us(expires))
        for one, urgency, created, expires in found
    ]


def any_overdue(connection: Connection, now: datetime) -> bool:
    """Whether anything waited too long; what the watch asks first, since it may be asked without writing."""
    query = sa.select(_T.id).where(_T.state == State.WAITING.value, _T.expires_us <= clock.to_us(now)).limit(1)
    return connection.execute(query).first() is not None


def waiting_of(connection: Connection, proposer: str) -> int:
    """How many of one officer's proposals wait."""
    query = sa.select(sa.func.count()).where(_T.state == State.WAITING.value, _T.proposer == proposer)
    return int(connection.execute(query).scalar_one())


def _words(states: Iterable[State]) -> list[str]:
    return sorted(state.value for state in states)


def _is_one_of(states: Iterable[State]) -> sa.ColumnElement[bool]:
    return sa.or_(*(_T.state == word for word in _words(states)))


# Asked for every page: what waits for a second officer stands beside it.
_UNDECIDED: Final = Scoped(
    lambda scope, rows: (
        sa.select(release_table)
        .where(_is_one_of(UNDECIDED), in_scope(scope, _T.thing))
        .order_by(_T.created_us, _T.id)
        .limit(rows)
    )
)
_WAITING: Final = Quick(
    sa.select(_T.id, _T.urgency, _T.created_us, _T.expires_us)
    .where(_T.state == State.WAITING.value)
    .order_by(_T.expires_us, _T.id)
    .limit(sa.bindparam("most"))
)
_PROPOSERS: Final = Quick(
    sa.select(_T.proposer)
    .where(
        sa.or_(_is_one_of(UNDECIDED), sa.and_(_is_one_of({State.RETURNED, State.EXPIRED}), _T.replaced_by.is_(None)))
    )
    .distinct()
)
_TO_GO_ON_FROM: Final = Quick(
    sa.select(release_table)
    .where(
        _T.proposer == sa.bindparam("of_proposer"),
        _is_one_of({State.RETURNED, State.EXPIRED}),
        _T.replaced_by.is_(None),
    )
    .order_by(_T.decided_us.desc(), _T.id)
    .limit(sa.bindparam("most"))
)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()


def _release(row: Row[Any]) -> Release:
    return Release(
        id=row.id,
        state=State(row.state),
        thing=row.thing,
        reference=row.reference,
        urgency=row.urgency,
        drill=row.drill,
        proposer=row.proposer,
        reasons=tuple(Reason(word) for word in row.reasons.split()),
        approvers=frozenset(row.approvers.split()),
        payload=row.payload,
        whole=row.whole,
        withheld=_lines(row.withheld),
        let_out=_lines(row.let_out),
        why=row.why,
        created_at=clock.from_us(row.created_us),
        expires_at=clock.from_us(row.expires_us),
        decided_by=row.decided_by,
        decided_at=None if row.decided_us is None else clock.from_us(row.decided_us),
        words=row.words,
        replaced_by=row.replaced_by,
    )
