"""A peer's message about a warning arrived, or a receipt for one of ours (clauses 17.2, 17.4, 17.5, 17.8).

What an arrived message must pass is the author's own column and nothing else: what crossed on the way is never
refused. A message about a warning between others is refused like one about a warning that does not exist. What is
replayed after a restore is stored whatever is still missing around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lienlac import limits
from lienlac.errors import Refused
from lienlac.flash.lifecycle import OF_THE_AUTHOR, Side, Step
from lienlac.flash.rules import acknowledge_s, check_body, check_clock, check_same
from lienlac.flash.store import facts as store
from lienlac.flash.store import lines
from lienlac.flash.warning import Fact, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from lienlac.exchange.post import Arrived, Settled
    from lienlac.flash.rules import Terms
    from lienlac.records.party import Party

MARK = "flw-"
"""How the id of a warning begins."""


class Agreements(Protocol):
    """Where peers are found, and the agreement with each."""

    def peers(self, connection: Connection, /) -> Sequence[Party]:
        """All peers."""
        ...

    def terms_in_force(self, connection: Connection, peer_id: str, /) -> Terms | None:
        """The agreement in force with a peer, or None."""
        ...


class Arrivals:
    """Handlers of messages and receipts; `changed` hears, inside the transaction, which warning did."""

    def __init__(self, node_id: str, agreements: Agreements, changed: Callable[[Connection, str], None]) -> None:
        self._node_id = node_id
        self._agreements = agreements
        self._changed = changed

    def arrived(self, connection: Connection, arrived: Arrived) -> None:
        """Take one message. Raises `Refused`, which becomes the receipt's verdict."""
        fact = Fact.arrived(arrived)
        if arrived.ours or arrived.replayed:
            self._keep(connection, fact)
            if arrived.ours and fact.step is Step.WARN:
                _country, _mark, year, number = fact.body.reference.split("-")
                store.NUMBERS.reach(connection, int(year), int(number))
            return
        if not (fact.header.record_id or "").startswith(MARK):
            raise Refused("flash-missing")
        before = store.FACTS.of(connection, fact.header.record_id or "")
        known = store.FACTS.one(connection, fact.id)
        if known is not None:
            # the same message in a new place: a peer that lost its memory sends it again
            if known.said != fact.said:
                raise Refused("message-id-used")
        else:
            check_body(fact.step, fact.body, arrived.received_at)
            if fact.step is Step.WARN:
                self._check_warning(connection, fact, before)
            else:
                self._check_step(connection, fact, before)
        self._keep(connection, fact, before)

    def settled(self, connection: Connection, settled: Settled) -> None:
        """A message of ours reached its end: the receipt's instant and verdict, or given up here."""
        known = store.FACTS.one(connection, settled.header.id)
        if known is not None:
            self._keep(connection, known.settled(settled))

    def _keep(self, connection: Connection, fact: Fact, before: Sequence[Fact] | None = None) -> None:
        flash = store.keep(connection, fact, node_id=self._node_id, before=before)
        if flash is not None:
            self._changed(connection, flash.id)

    def _check_warning(self, connection: Connection, fact: Fact, before: Sequence[Fact]) -> None:
        """A new warning: new id, not our country's reference, time as agreed, and not one too many."""
        header, body = fact.header, fact.body
        if before:
            raise Refused("flash-exists")
        here, there = self._node_id[:2], header.sender[:2]
        if here != there and body.reference.startswith(f"{here.upper()}-"):
            raise Refused("reference-foreign", reference=body.reference)
        if lines.standing_with(connection, header.sender, "in", fact.known_at) >= limits.FLASH_STANDING_MAX:
            raise Refused("flash-too-many", limit=limits.FLASH_STANDING_MAX)
        self._check_clock(connection, fact)

    def _check_clock(self, connection: Connection, fact: Fact) -> None:
        terms = self._agreements.terms_in_force(connection, fact.header.sender)
        if terms is not None:
            check_clock(fact.body, acknowledge_s(terms, fact.body))

    def _check_step(self, connection: Connection, fact: Fact, before: Sequence[Fact]) -> None:
        """A follow-up: about a warning between us and its author, by the side whose step it is, in its order."""
        flash = fold(before)
        author = fact.header.sender
        if flash is None or author not in (flash.author, flash.reader):
            raise Refused("flash-unknown", warning=fact.header.record_id or "")
        side = flash.side_of(author)
        if (fact.step in OF_THE_AUTHOR) is not (side is Side.AUTHOR):
            raise Refused("flash-not-yours", step=fact.step.value)
        if not flash.has_room(author, fact.step):
            raise Refused("flash-too-long", limit_messages=limits.FLASH_MESSAGES_MAX // 2)
        if not flash.takes(side, fact.step):
            raise Refused("step-out-of-order", step=fact.step.value, state=flash.lasting.value)
        if fact.step is Step.SUPERSEDE:
            check_same(fact.body, flash.opening.body)
            self._check_clock(connection, fact)
        if fact.step is Step.ACKNOWLEDGE:
            named = flash.facts.get(fact.body.of)
            if named is not None and named.step not in (Step.WARN, Step.SUPERSEDE):
                # a version that is missing is taken: after a restore it may still be on its way
                raise Refused("flash-not-a-version")
