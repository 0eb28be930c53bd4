"""A peer's message about a channel arrived, or a receipt for one of ours (clauses 16.2, 16.4, 16.6, 16.10).

What an arrived message must pass is the author's own column and nothing else: what crossed on the way is never
refused. A message that names a channel with somebody else is refused like one about a channel that does not exist.
What is replayed after a restore is stored whatever is still missing around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lienlac import limits
from lienlac.emergencies.emergency import Fact, fold
from lienlac.emergencies.lifecycle import Step
from lienlac.emergencies.rules.checks import check_body, check_clocks
from lienlac.emergencies.rules.clocks import clocks_agreed
from lienlac.emergencies.store import facts as store
from lienlac.emergencies.store import lines, links
from lienlac.emergencies.views.timeline import own_entry, urgency_of
from lienlac.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from lienlac.emergencies.emergency import Emergency
    from lienlac.emergencies.rules.clocks import Terms
    from lienlac.exchange.post import Arrived, Settled
    from lienlac.records.party import Party

MARK = "emg-"
"""How the id of an emergency begins."""


class Agreements(Protocol):
    """Where peers are found, and the agreement with each."""

    def peers(self, connection: Connection, /) -> Sequence[Party]:
        """All peers."""
        ...

    def terms_in_force(self, connection: Connection, peer_id: str, /) -> Terms | None:
        """The agreement in force with a peer, or None."""
        ...


class Arrivals:
    """Handlers of messages and receipts.

    Inside the transaction `changed` hears which channel did, and before it `said` of one in which something was said.
    """

    def __init__(
        self,
        node_id: str,
        agreements: Agreements,
        *,
        changed: Callable[[Connection, str], None],
        said: Callable[[Connection, Emergency], None],
    ) -> None:
        self._node_id = node_id
        self._agreements = agreements
        self._changed = changed
        self._said = said

    def arrived(self, connection: Connection, arrived: Arrived) -> None:
        """Take one message into its channel. Raises `Refused`, which becomes the receipt's verdict."""
        fact = Fact.arrived(arrived)
        if arrived.ours or arrived.replayed:
            self._keep(connection, fact)
            if arrived.ours and fact.step is Step.OPEN:
                _country, _mark, year, number = fact.body.reference.split("-")
                store.NUMBERS.reach(connection, int(year), int(number))
            return
        if not (fact.header.record_id or "").startswith(MARK):
            raise Refused("emergency-missing")
        before = store.FACTS.of(connection, fact.header.record_id or "")
        known = store.FACTS.one(connection, fact.id)
        if known is not None:
            # the same message in a new place: a peer that lost its memory sends it again
            if known.said != fact.said:
                raise Refused("message-id-used")
        else:
            check_body(fact.step, fact.body, arrived.received_at)
            if fact.step is Step.OPEN:
                self._check_opening(connection, fact, before)
            else:
                _check_step(fact, before)
        self._keep(connection, fact, before)

    def settled(self, connection: Connection, settled: Settled) -> None:
        """A message of ours reached its end: the receipt's instant and verdict, or given up here."""
        known = store.FACTS.one(connection, settled.header.id)
        if known is not None:
            self._keep(connection, known.settled(settled))

    def request_arrived(self, connection: Connection, arrived: Arrived) -> None:
        """A request that names a channel as its case was taken: it is shown there, if it is one between us and them."""
        header = arrived.header
        if header.record_id and header.case_id and header.case_id.startswith(MARK):
            peer = header.recipient if arrived.ours else header.sender
            self.linked(connection, header.case_id, header.record_id, peer, arrived.received_at)

    def linked(self, connection: Connection, emergency_id: str, request_id: str, peer: str, at: object) -> None:
        """Keep that a request belongs to a channel."""
        if links.add(connection, emergency_id, request_id, peer=peer, at=at):  # type: ignore[arg-type]
            self._changed(connection, emergency_id)

    def _keep(self, connection: Connection, fact: Fact, before: Sequence[Fact] | None = None) -> None:
        fresh = store.FACTS.one(connection, fact.id) is None
        emergency = store.keep(connection, fact, node_id=self._node_id, before=before)
        if emergency is None:
            return
        if fresh:
            self._said(connection, emergency)
        raised = fact.body.raised_from if fact.step is Step.OPEN else None
        if raised is not None:
            links.add(connection, emergency.id, raised.request, peer=emergency.other(self._node_id), at=fact.known_at)
        self._changed(connection, emergency.id)

    def _check_opening(self, connection: Connection, fact: Fact, before: Sequence[Fact]) -> None:
        """A new channel: new id, not our country's reference, times as agreed, and not one too many."""
        header, body = fact.header, fact.body
        if before:
            raise Refused("emergency-exists")
        here, there = self._node_id[:2], header.sender[:2]
        if here != there and body.reference.startswith(f"{here.upper()}-"):
            raise Refused("reference-foreign", reference=body.reference)
        if lines.open_with(connection, header.sender, "in") >= limits.EMERGENCIES_OPEN_MAX:
            raise Refused("emergencies-too-many", limit=limits.EMERGENCIES_OPEN_MAX)
        terms = self._agreements.terms_in_force(connection, header.sender)
        if terms is not None:
            check_clocks(body.clocks, clocks_agreed(terms, urgency_of(danger=body.lives_in_danger)))


def _check_step(fact: Fact, before: Sequence[Fact]) -> None:
    """A follow-up: in a channel between us and its author, in its own column, in that column's order."""
    emergency = fold(before)
    author = fact.header.sender
    if emergency is None or author not in (emergency.opener, emergency.answerer):
        raise Refused("emergency-unknown", emergency=fact.header.record_id or "")
    if not emergency.has_room(author, fact.step):
        raise Refused("emergency-too-long", limit_messages=limits.EMERGENCY_MESSAGES_MAX // 2)
    if not emergency.takes(emergency.side_of(author), fact.step):
        raise Refused("step-out-of-order", step=fact.step.value, state=emergency.state.value)
    named = fact.body.entry if fact.step is Step.RETRACT else getattr(fact.body, "corrects", None)
    known = None if named is None else emergency.facts.get(named)
    if known is not None and not own_entry(emergency, author, known.id):
        # one that is missing is taken: after a restore the entry may still be on its way
        raise Refused("entry-not-yours")
