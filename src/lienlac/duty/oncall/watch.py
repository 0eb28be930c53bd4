"""Time passed, or the roster changed: tell each partner who answers now, if that is another than we said last.

Only where the agreement names the kind and covers its purpose; a link that is closed just now gets it when it is open
again. Asked every few seconds: two reads where nothing has changed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from lienlac import limits
from lienlac.duty.kinds import ON_CALL
from lienlac.duty.oncall.statement import Statement, next_instant
from lienlac.duty.roster import plan
from lienlac.duty.store import oncall as store
from lienlac.duty.store import shifts
from lienlac.errors import NotAllowed
from lienlac.exchange.post import Outgoing
from lienlac.people import accounts
from lienlac.wire.bodies.duty import Contact, OnCall
from lienlac.wire.message import Marks, Pap, Tlp

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.agreements.terms import Terms
    from lienlac.exchange.post import Sender

PURPOSE: Final = "run-cooperation"
Mark = TypeVar("Mark", Tlp, Pap)

BASIS: Final = "contact-network-24-7"
"""Named first where it is agreed; else the agreement's first basis."""

AGAIN: Final = timedelta(minutes=limits.ON_CALL_AGAIN_MIN)
"""Pause before a statement that was refused is made again."""


class Party(Protocol):
    """A peer, as far as duty names it."""

    @property
    def node_id(self) -> str:
        """Its node's id."""
        ...


class Agreements(Protocol):
    """Where duty finds its peers and the agreement with each."""

    def peers(self, connection: Connection, /) -> Sequence[Party]:
        """All peers."""
        ...

    def terms_in_force(self, connection: Connection, peer_id: str, /) -> Terms | None:
        """The agreement in force with a peer, or None."""
        ...


def contact_now(connection: Connection, now: datetime) -> Contact | None:
    """Who is first on call here, as a partner reads it; a closed account answers nobody."""
    for shift in plan.on_call(shifts.at(connection, now), now):
        try:
            officer = accounts.get(connection, shift.officer_id)
        except NotAllowed:
            continue
        if officer.active:
            number = shifts.phone(connection, officer.id)
            return Contact(name=officer.name, unit=shift.unit, phone=number, until=shift.ends)
    return None


class OnCallWatch:
    """What we state to our partners."""

    def __init__(self, agreements: Agreements, sender: Sender) -> None:
        self._agreements = agreements
        self._sender = sender

    def due(self, connection: Connection, now: datetime) -> bool:
        """Whether anything is to be stated; only reads."""
        contact = contact_now(connection, now)
        peers = self._agreements.peers(connection)
        return any(self._wanted(connection, peer.node_id, contact, now) is not None for peer in peers)

    def step(self, connection: Connection, now: datetime) -> tuple[str, ...]:
        """State what has changed; to whom."""
        contact = contact_now(connection, now)
        return tuple(
            peer.node_id
            for peer in self._agreements.peers(connection)
            if self._state(connection, peer.node_id, contact, now)
        )

    def _state(self, connection: Connection, peer: str, contact: Contact | None, now: datetime) -> bool:
        terms = self._wanted(connection, peer, contact, now)
        if terms is None:
            return False
        last = store.ours(connection, peer)
        stated_at = next_instant(now, None if last is None else last.statement.stated_at)
        try:
            sent = self._sender.send(connection, _outgoing(peer, OnCall(stated_at=stated_at, contact=contact), terms))
        except NotAllowed:
            return False  # suspended, or not covered: tried again at the next step
        statement = Statement(message_id=sent.header.id, stated_at=stated_at, received_at=None, contact=contact)
        return store.keep(connection, peer, statement, ours=True)

    def _wanted(self, connection: Connection, peer: str, contact: Contact | None, now: datetime) -> Terms | None:
        """The agreement under which this contact is to be stated to a peer; None when it is not."""
        last = store.ours(connection, peer)
        known = None if last is None else last.statement.contact
        refused = last is not None and last.code is not None and now - last.statement.stated_at >= AGAIN
        if contact == known and not refused:
            return None
        terms = self._agreements.terms_in_force(connection, peer)
        return terms if terms is not None and terms.offers(ON_CALL) and _covered(terms) else None


def _covered(terms: Terms) -> bool:
    return PURPOSE in terms.agreement.purposes and bool(terms.agreement.legal_bases)


def _outgoing(peer: str, body: OnCall, terms: Terms) -> Outgoing:
    agreed = terms.agreement
    return Outgoing(
        kind=ON_CALL,
        body=body,
        recipient=peer,
        purpose=PURPOSE,
        legal_basis=BASIS if BASIS in agreed.legal_bases else agreed.legal_bases[0],
        marks=Marks(tlp=_within(Tlp.AMBER, agreed.tlp_ceiling), pap=_within(Pap.AMBER, agreed.pap_ceiling)),
        addressees=("duty-desk",),
    )


def _within(wanted: Mark, ceiling: Mark) -> Mark:
    order = list(type(wanted))
    return min(wanted, ceiling, key=order.index)
