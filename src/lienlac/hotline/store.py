"""The hotline's own tables: facts, which are the truth; what goes on from what; what the desk was told; the numbers.

`keep` is the one way in: store a fact, fold the whole set again, write the inbox line. Decides nothing; what a fact
may be is decided before, in `arrivals` and `desk`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.hotline.inbox import store as inbox
from lienlac.hotline.inbox.line import NEVER_US, line_of, words_of
from lienlac.hotline.kinds import BODY_OF
from lienlac.hotline.lifecycle import Step
from lienlac.hotline.request import Fact, Request, fold
from lienlac.hotline.rules.followups import Earlier
from lienlac.records.store import Facts, Numbers, SentOnce
from lienlac.storage.schema import RowNumber, metadata

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

fact_table = sa.Table(
    "hotline_fact",
    metadata,
    sa.Column("message_id", sa.String(40), primary_key=True),
    sa.Column("request_id", sa.String(40), nullable=False),
    sa.Column("peer", sa.String(40), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("ours", sa.Boolean, nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("header", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("standing", sa.SmallInteger, nullable=False),
    sa.Column("code", sa.String(64)),
    sa.Column("received_us", sa.BigInteger),
    sa.Column("officer_id", sa.String(40)),
    sa.Index("ix_hotline_fact_request", "request_id", "message_id"),
)

notice_table = sa.Table(
    "hotline_notice",
    metadata,
    sa.Column("number", RowNumber, primary_key=True, autoincrement=True),
    sa.Column("request_id", sa.String(40), nullable=False, index=True),
    sa.Column("at_us", sa.BigInteger, nullable=False, index=True),
    sa.Column("code", sa.String(20), nullable=False),
    sa.Column("clock", sa.String(20)),
    sa.Column("percent", sa.Integer),
)

follow_table = sa.Table(
    "hotline_follow",
    metadata,
    sa.Column("request_id", sa.String(40), primary_key=True),
    sa.Column("earlier_id", sa.String(40), nullable=False, index=True),
)


_FINDABLE: Final = frozenset({Step.OPEN, Step.CLARIFY, Step.CORRECT})
"""Steps whose words the search finds."""

FACTS: Final = Facts(fact_table, of="request_id", fact=Fact, bodies=BODY_OF, most=limits.HOTLINE_MESSAGES_MAX)
"""The facts of requests."""
ONCE: Final = SentOnce("hotline_once", sa.Column("request_id", sa.String(40), nullable=False))
"""Forms of new requests that were sent already."""
NUMBERS: Final = Numbers("hotline_number")
"""Running numbers of our own requests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that the watch told the desk."""

    request_id: str
    at: datetime
    code: str
    clock: str | None
    percent: int | None


# --- requests -----------------------------------------------------------------------------------------------------


def request(connection: Connection, request_id: str) -> Request | None:
    """The request as it stands, or None."""
    return fold(FACTS.of(connection, request_id))


def keep(
    connection: Connection,
    new: Fact,
    *,
    node_id: str,
    before: Sequence[Fact] | None = None,
    officer_id: str | None = None,
) -> Request | None:
    """Store a fact, join it with what is known of it, and write the inbox line anew.

    `before`: the request's facts, where the caller has them already. None while the request's opening is missing.
    """
    known = before if before is not None else FACTS.of(connection, new.header.record_id or "")
    ours = new.header.sender == node_id
    peer = new.header.recipient if ours else new.header.sender
    twin = FACTS.put(connection, new, known, peer=peer, ours=ours, officer_id=officer_id)
    folded = fold((*known, new))
    if folded is None:
        return None
    fresh = twin is None and new.id == folded.opening.id
    words = words_of(folded) if twin is None and new.step in _FINDABLE else ()
    watched_us = 0 if fresh else inbox.watched_us(connection, folded.id)
    if twin is None or not new.counts:
        # What begins now is told of, although the watch once looked at a clock that has been set back since; so is what
        # begins again because a step of ours was not taken.
        watched_us = min(watched_us, clock.to_us(_written_at(new, node_id)))
    follows = folded.opening.body.follows
    if fresh and follows is not None:
        connection.execute(_ADD_FOLLOW, {"request_id": folded.id, "earlier_id": follows.request})
    inbox.put_line(connection, line_of(folded, node_id, watched_us, later(connection, folded.id)), words, fresh=fresh)
    if follows is not None and new.step is Step.RESULT:
        _touch(connection, follows.request, node_id)
    return folded


def _written_at(new: Fact, node_id: str) -> datetime:
    """When this node first had a fact, by its own clock."""
    theirs = new.header.sender != node_id
    return new.received_at if theirs and new.received_at is not None else new.header.sent_at


def _touch(connection: Connection, request_id: str, node_id: str) -> None:
    """Write an earlier request's line anew: what it had held may last longer now, or no more."""
    known = request(connection, request_id)
    if known is not None:
        show(connection, known, node_id=node_id, watched_us=inbox.watched_us(connection, request_id))


def show(connection: Connection, folded: Request, *, node_id: str, watched_us: int, again_us: int = NEVER_US) -> None:
    """Write a request's inbox line after the watch has told everything up to an instant; look again at `again_us`."""
    values = line_of(folded, node_id, watched_us, later(connection, folded.id))
    values["watch_us"] = min(values["watch_us"], again_us)
    inbox.put_line(connection, values, (), fresh=False)


# --- what goes on from what ---------------------------------------------------------------------------------------


_ADD_FOLLOW = follow_table.insert()
_LATER = (
    sa.select(follow_table.c.request_id)
    .where(follow_table.c.earlier_id == sa.bindparam("of_request"))
    .limit(limits.HOTLINE_FOLLOWERS_MAX)
)


def later_ids(connection: Connection, request_id: str) -> list[str]:
    """Ids of the requests that go on from this one."""
    return list(connection.execute(_LATER, {"of_request": request_id}).scalars())


def later(connection: Connection, request_id: str, *, only: Sequence[str] | None = None) -> tuple[Request, ...]:
    """The requests that go on from this one (or `only` these of them), oldest first."""
    ids = later_ids(connection, request_id) if only is None else only
    found = (request(connection, one) for one in ids)
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.opening.header.sent_at))


def earlier(connection: Connection, request_id: str) -> Earlier | None:
    """A request to go on from, with what went on from it already."""
    known = request(connection, request_id)
    return None if known is None else Earlier(known, later(connection, known.id))


# --- what the desk was told ---------------------------------------------------------------------------------------


def add_notice(connection: Connection, new: Notice) -> None:
    """Keep what the desk was told."""
    connection.execute(
        notice_table.insert().values(
            request_id=new.request_id, at_us=clock.to_us(new.at), code=new.code, clock=new.clock, percent=new.percent
        )
    )


def notices(connection: Connection, request_id: str) -> list[Notice]:
    """What the desk was told about a request, oldest first."""
    query = sa.select(notice_table).where(notice_table.c.request_id == request_id).order_by(notice_table.c.number)
    return [
        Notice(
            request_id=row.request_id,
            at=clock.from_us(row.at_us),
            code=row.code,
            clock=row.clock,
            percent=row.percent,
        )
        for row in connection.execute(query.limit(limits.PAGE_MAX_ROWS))
    ]
