"""A peer's message about a request arrived, or a receipt for one of ours (clauses 12.2, 12.7).

What an arrived message must pass is the author's own column and nothing else: what crossed on the way is never
refused. Everything refused here becomes the signed receipt. What is replayed after a restore is stored whatever is
still missing around it: it was checked when it first came or was sent, and both sides have signed that it was taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lienlac import limits
from lienlac.errors import Refused
from lienlac.hotline import store
from lienlac.hotline.forms.clocks import clocks_agreed
from lienlac.hotline.kinds import BY_KIND
from lienlac.hotline.lifecycle import WRITES, Step
from lienlac.hotline.request import Fact, fold
from lienlac.hotline.rules.followups import check_follow_up
from lienlac.hotline.rules.replies import check_reply
from lienlac.hotline.rules.safeguards import check_clocks, check_opening

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from lienlac.exchange.post import Arrived, Settled
    from lienlac.hotline.forms.clocks import Terms
    from lienlac.hotline.request import Request
    from lienlac.records.party import Party


class Agreements(Protocol):
    """Where the hotline finds its peers and the agreement with each."""

    def peers(self, connection: Connection, /) -> Sequence[Party]:
        """All peers."""
        ...

    def terms_in_force(self, connection: Connection, peer_id: str, /) -> Terms | None:
        """The agreement in force with a peer, or None."""
        ...


class Arrivals:
    """The hotline's handlers of messages and receipts.

    Inside the transaction `changed` hears which request did, and before it `opened` of one that is new here and `said`
    of one about which something new was said.
    """

    def __init__(
        self,
        node_id: str,
        agreements: Agreements,
        *,
        changed: Callable[[Connection, str], None],
        opened: Callable[[Connection, Request], None],
        said: Callable[[Connection, Request], None],
        measured: Callable[[Connection, Request], None],
    ) -> None:
        self._node_id = node_id
        self._agreements = agreements
        self._changed = changed
        self._opened = opened
        self._said = said
        self._measured = measured

    def arrived(self, connection: Connection, arrived: Arrived) -> None:
        """Take one message into its request. Raises `Refused`, which becomes the receipt's verdict."""
        fact = Fact.arrived(arrived)
        if arrived.ours or arrived.replayed:
            self._replayed(connection, fact, ours=arrived.ours)
            return
        if not fact.header.record_id:
            raise Refused("request-missing")
        before = store.FACTS.of(connection, fact.header.record_id)
        known = store.FACTS.one(connection, fact.id)
        if known is not None:
            # The same message in a new place: a peer that lost its memory sends it again.
            if known.said != fact.said:
                raise Refused("message-id-used")
        elif fact.step is Step.OPEN:
            self._check_opening(connection, fact, before)
        else:
            _check_step(fact, before)
        self._keep(connection, fact, before)

    def settled(self, connection: Connection, settled: Settled) -> None:
        """A message of ours reached its end: the receipt's instant and verdict, or given up here."""
        known = store.FACTS.one(connection, settled.header.id)
        if known is not None:
            self._keep(connection, known.settled(settled))

    def _replayed(self, connection: Connection, fact: Fact, *, ours: bool) -> None:
        self._keep(connection, fact)
        if ours and fact.step is Step.OPEN:
            _country, year, number = fact.body.reference.split("-")
            store.NUMBERS.reach(connection, int(year), int(number))

    def _keep(self, connection: Connection, fact: Fact, before: Sequence[Fact] | None = None) -> None:
        fresh = store.FACTS.one(connection, fact.id) is None
        request = store.keep(connection, fact, node_id=self._node_id, before=before)
        if request is not None:
            if fresh and fact.step is Step.OPEN:
                self._opened(connection, request)
            if fresh:
                self._said(connection, request)
            self._measured(connection, request)
            self._changed(connection, request.id)

    def _check_opening(self, connection: Connection, fact: Fact, before: Sequence[Fact]) -> None:
        """A new request: new id, not our country's reference, safeguards kept, times as agreed, no orphan."""
        header, body = fact.header, fact.body
        if any(known.step is Step.OPEN for known in before):
            raise Refused("request-exists")
        here, there = self._node_id[:2], header.sender[:2]
        if here != there and body.reference.startswith(f"{here.upper()}-"):
            raise Refused("reference-foreign", reference=body.reference)
        kind = BY_KIND[header.kind]
        check_opening(kind, body, purpose=header.purpose, typology=header.typology)
        self._check_earlier(connection, fact)
        terms = self._agreements.terms_in_force(connection, header.sender)
        if terms is not None:
            authorised = body.authorisation is not None
            agreed = clocks_agreed(terms, header.kind, body.urgency.value, authorised=authorised)
            check_clocks(body.clocks, agreed, authorised=authorised)

    def _check_earlier(self, connection: Connection, fact: Fact) -> None:
        """What a request goes on from is known here, between the same two sides, and still goes on."""
        follows = fact.body.follows
        earlier = None if follows is None else store.earlier(connection, follows.request)
        check_follow_up(
            BY_KIND[fact.header.kind],
            earlier,
            named=follows is not None,
            reference="" if follows is None else follows.reference,
            sides=(fact.header.sender, fact.header.recipient),
            purpose=fact.header.purpose,
            at=fact.received_at or fact.header.sent_at,
        )


def _check_step(fact: Fact, before: Sequence[Fact]) -> None:
    """A follow-up: on a request between us and its author, in its own column, in that column's order."""
    request = fold(before)
    author = fact.header.sender
    if request is None or author not in (request.requester, request.executor):
        raise Refused("request-unknown", request=fact.header.record_id or "")
    if not request.has_room(author, fact.step):
        raise Refused("request-too-long", limit_messages=limits.HOTLINE_MESSAGES_MAX // 2)
    side = request.side_of(author)
    if side not in WRITES[fact.step]:
        raise Refused("wrong-side", kind=fact.header.kind)
    if not request.takes(side, fact.step):
        raise Refused("step-out-of-order", step=fact.step.value, state=request.state.value)
    # An answer to a question that is missing here is taken: after a restore the question may still be on its way.
    check_reply(request, side, fact.step, fact.body, at=fact.received_at)
