"""States and records in courier files: nodes that never have a line between them compare too (clause 7.7).

Every file carries its sender's signed state, in which stand the stretches that the sender asks for and the last places
that it can show of those asked of it, and pages of the reader's own past before it. Whoever unpacks believes a state by
its signature and a page by what proves itself, as over a line; what is still wanted is asked for in the next file, and
what is here is replayed once nothing more is to come. With a peer that can be called nothing of this is done: there the
calls of section 7 are quicker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lienlac import limits
from lienlac.agreements.store import Delivery
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange import store
from lienlac.exchange.names import RECORD_TYP, STATE_TYP
from lienlac.exchange.office import parsed_card
from lienlac.exchange.recovery import memory
from lienlac.exchange.recovery.comparing import Loss
from lienlac.keys import jwe, jws
from lienlac.wire.message import Lane
from lienlac.wire.recovery import RecordRequest, decode_page, decode_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from lienlac.agreements.store import Peer
    from lienlac.exchange.office import Office
    from lienlac.exchange.recovery.comparing import Comparisons
    from lienlac.exchange.recovery.replaying import Replays
    from lienlac.exchange.recovery.stating import States
    from lienlac.wire.recovery import LinkState


class CarriedStates:
    """What courier files hold beside envelopes and receipts, so that a loss of memory shows and is made good."""

    def __init__(self, office: Office, states: States, comparisons: Comparisons, replays: Replays) -> None:
        self._office = office
        self._states = states
        self._comparisons = comparisons
        self._replays = replays

    # --- packing --------------------------------------------------------------------------------------------------

    def pack(self, peer: Peer, write_page: Callable[[bytes], object]) -> bytes:
        """Write the pages that the peer asked for or surely lacks; returns our sealed state, for behind them."""
        shows = []
        room = limits.COURIER_RECORD_PAGES
        for request in self._asked_of_us(peer):
            place: RecordRequest | None = request
            while place is not None and room:
                page, last, more = self._states.page(peer.node_id, place)
                if last > place.after:
                    write_page(page)
                    room -= 1
                place = msgspec.structs.replace(place, after=last)
                if not more or last == request.after:
                    shows.append(place)
                    place = None
        with self._office.database.read() as connection:
            said = self._states.view(connection, peer.node_id)
            wants = self._wanted(connection, peer)
        said = msgspec.structs.replace(said, wants=tuple(wants), shows=tuple(shows))
        signed = jws.sign(msgspec.json.encode(said), self._office.keys.signing, STATE_TYP)
        return jwe.seal(signed, parsed_card(peer.card).sealing, STATE_TYP)

    def _asked_of_us(self, peer: Peer) -> list[RecordRequest]:
        """What the peer's newest state asks for, and what it shows to be lost without the peer knowing of it yet.

        A peer that took less than it has receipted, or sent less than we have taken, has forgotten the rest. When it
        does not know that yet, telling it of the loss and giving the lost back in one file saves a journey.
        """
        if not _only_carried(peer):
            return []
        with self._office.database.read() as connection:
            state = _newest(connection, peer.node_id)
            if state is None:
                return []
            found = {(one.direction, one.lane): one for one in state.wants}
            for lane in Lane:
                ours = store.settled_up_to(connection, peer.node_id, "out", lane)
                theirs = store.lane_position(connection, peer.node_id, "in", lane)
                taken, sent = state.taken.get(lane, 0), state.sent.get(lane, 0)
                if taken < ours:
                    lost = RecordRequest(direction="to-me", lane=lane, after=taken)
                    found.setdefault(("to-me", lane), lost)
                if theirs is not None and sent < theirs.sequence:
                    lost = RecordRequest(direction="from-me", lane=lane, after=state.receipted.get(lane, 0))
                    found.setdefault(("from-me", lane), lost)
        return list(found.values())

    def _wanted(self, connection: Connection, peer: Peer) -> list[RecordRequest]:
        state = _newest(connection, peer.node_id) if _only_carried(peer) else None
        return [] if state is None else self._comparisons.wanted(connection, state)

    # --- unpacking ------------------------------------------------------------------------------------------------

    def hear(self, peer: Peer, sealed: bytes) -> None:
        """The peer's state, before anything else of its file is signed for: a log that was cut goes on in a new epoch.

        Raises `Refused` when it is not the peer's, `NotAllowed("keys-older")` as over a line, and when it is sealed to
        a key that we do not have: it was sealed to the newest that the peer knows.
        """
        if not _only_carried(peer):
            return
        try:
            signed = jwe.unseal(sealed, self._office.keys, STATE_TYP)
        except Refused as refusal:
            if refusal.code == "sealed-to-another":
                raise NotAllowed("keys-older", peer=peer.node_id) from refusal
            raise
        self._comparisons.judge(self._comparisons.believe(peer.node_id, signed))
        self._office.database.write(lambda connection: store.keep_carried_state(connection, peer.node_id, signed))

    def take(self, peer: Peer, sealed: bytes) -> int:
        """A page of our past: how many places it goes on by. Nothing is kept unless all of it proves itself."""
        if not _only_carried(peer):
            return 0
        page = decode_page(jwe.unseal(sealed, self._office.keys, RECORD_TYP))
        self._comparisons.take(peer.node_id, page.items)
        return len(page.items)

    def waits(self, peer: Peer, stated: str) -> bool:
        """Whether envelopes of this file must wait until our past is here: they would be taken in out of their order.

        `stated` is the head of our log in the file's first line: nobody's word, and costs a delay at the most.
        """
        if not _only_carried(peer):
            return False
        with self._office.database.read() as connection:
            short = memory.log_lost(self._office, connection, stated) is not None
            return short or store.under_way(connection, peer.node_id) is not None

    def finish(self, peer: Peer) -> tuple[int, int]:
        """Replay what came, unless the peer has more to show; how many of ours and of theirs were put back."""
        if not _only_carried(peer):
            return 0, 0
        with self._office.database.read() as connection:
            state = _newest(connection, peer.node_id)
            wanted = [] if state is None else self._comparisons.wanted(connection, state)
        if state is None:
            return 0, 0
        shown = {(one.direction, one.lane): one.after for one in state.shows}
        if any(shown.get((one.direction, one.lane), one.after + 1) > one.after for one in wanted):
            return 0, 0
        loss = Loss(peer=peer.node_id, log_lost=False, wanted=wanted, claimed=state.taken)
        return self._replays.absorb(loss)


def _only_carried(peer: Peer) -> bool:
    return peer.delivery is Delivery.COURIER and not peer.fetch


def _newest(connection: Connection, peer_id: str) -> LinkState | None:
    """The state in the file of a peer that was unpacked last; it was verified before it was kept."""
    signed = store.carried_state(connection, peer_id)
    return None if signed is None else decode_state(jws.payload_unverified(signed))
