"""Requests in the threat picture: their kind of crime, the money asked for, held and returned, the way it went.

Reads the lines that the officer's scope shows, and of each only the messages that say something here.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from lienlac import clock
from lienlac.hotline import store
from lienlac.hotline.inbox.store import request_table, seen
from lienlac.hotline.kinds import BY_KIND, FREEZE_PAYMENT, RELEASE_PAYMENT, kind_of
from lienlac.hotline.lifecycle import Step
from lienlac.identifiers import accounts
from lienlac.people.rights import Action, may, scope_of
from lienlac.records.pictured import Pictured
from lienlac.wire.bodies.hotline.money import FreezeOutcome, ReleaseReason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.hotline.request import Fact
    from lienlac.identifiers.money import Money
    from lienlac.people.officer import Officer
    from lienlac.records.pictured import Fate

_OF_MONEY: Final = (FREEZE_PAYMENT, RELEASE_PAYMENT)
_LATER: Final = (kind_of(Step.CORRECT), kind_of(Step.RESULT))
_HELD: Final = frozenset({FreezeOutcome.HELD, FreezeOutcome.PARTLY})


class ForPicture:
    """The requests of one node, as the threat picture needs them."""

    def pictured(
        self, connection: Connection, officer: Officer, *, since: datetime, until: datetime, most: int
    ) -> Sequence[Pictured]:
        """Requests opened in that time that the officer may know of, the newest first; no drills."""
        if not may(officer, Action.REQUEST_READ):
            return ()
        table = request_table.c
        query = (
            sa.select(table.request_id, table.kind, table.title, table.reference, table.opened_us)
            .where(table.opened_us >= clock.to_us(since), table.opened_us < clock.to_us(until), table.drill == 0)
            .where(seen(scope_of(officer)))
            .order_by(table.opened_us.desc())
            .limit(most)
        )
        rows = connection.execute(query).all()
        said = _facts(connection, [row.request_id for row in rows], tuple(BY_KIND))
        money = [row.request_id for row in rows if row.kind in _OF_MONEY]
        later = _facts(connection, money, _LATER)
        return [
            _pictured(row, said[row.request_id][0], later.get(row.request_id, ()))
            for row in rows
            if row.request_id in said
        ]


def _facts(connection: Connection, ids: Sequence[str], kinds: tuple[str, ...]) -> dict[str, list[Fact]]:
    found: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in store.FACTS.some(connection, ids, kinds):
        if fact.counts or fact.header.kind in BY_KIND:
            found[fact.header.record_id or ""].append(fact)
    return found


def _pictured(row: Any, opening: Fact, later: Sequence[Fact]) -> Pictured:
    body, result = opening.body, None
    asks, answers = opening.header.sender, opening.header.recipient
    for fact in sorted(later, key=lambda one: one.header.sequence):
        if fact.header.kind == kind_of(Step.CORRECT) and fact.header.sender == asks:
            body = fact.body.opening
        elif fact.header.kind == kind_of(Step.RESULT) and fact.header.sender == answers:
            result = fact.body.report
    title = f"{row.reference} · {row.title}" if row.title else row.reference
    return Pictured(
        kind="request",
        path=f"/requests/{row.request_id}",
        title_vi=title,
        title_en=title,
        at=clock.from_us(row.opened_us),
        typologies=(opening.header.typology,) if opening.header.typology else (),
        money=tuple(_money(row.kind, body, result)),
        flows=_flows(body, row.reference[:2]) if row.kind == FREEZE_PAYMENT else frozenset(),
    )


def _money(kind: str, body: Any, result: Any) -> Iterable[tuple[Fate, Money]]:
    if kind == FREEZE_PAYMENT:
        yield "asked", body.amount
        if result is not None and result.outcome in _HELD and result.held is not None:
            yield "held", result.held
    elif kind == RELEASE_PAYMENT and body.reason is ReleaseReason.RETURNED:
        released = None if result is None else result.released
        if released is not None:
            yield "returned", released


def _flows(body: Any, home: str) -> frozenset[tuple[str, str]]:
    """From where the victims' accounts are, or else the country that asks, to where the money was sent."""
    origins = {accounts.country(one) for one in body.victims} - {""} or {home}
    targets = {accounts.country(one) for one in body.beneficiaries} - {""}
    return frozenset(product(origins, targets))
