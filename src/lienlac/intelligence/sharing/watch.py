"""Time passed: take in what peers sent, tell them what became of it, send what is to be sent, recall what is to be.

Each step is one short transaction, so that an urgent message never waits for a large share; whoever calls repeats them
until nothing is left to do. A share remembers the instant up to which its collection was looked at: after a stop it
goes on from there, without a gap and without sending anything twice. Whatever is found newer than what a peer has is
judged by the marks as they are now: it goes, or what the peer has is taken back. What its author revoked is taken back
too where the version that says so stays here. Of what else stays it is kept that the peer has an older version
(`store.outdated`), and it is looked at again as soon as anything has changed on which that depends.
"""

from __future__ import annotations

import functools
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac import clock, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange.post import Outgoing
from lienlac.intelligence.adding.desk import checked
from lienlac.intelligence.sharing import kinds
from lienlac.intelligence.sharing.outdated.watch import Glances
from lienlac.intelligence.sharing.store import arrived, given, outdated, shares
from lienlac.intelligence.sharing.store.parting import parted
from lienlac.intelligence.store import collections
from lienlac.vocabulary import combine_handling
from lienlac.vocabulary import marks as words
from lienlac.wire.bodies import intelligence as bodies
from lienlac.wire.message import Handling, Marks, Pap, Tlp
from lienlac.wire.packing.packs import opened, packed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.agreements.terms import Terms
    from lienlac.intelligence.sharing.arrivals import Rooms
    from lienlac.intelligence.sharing.asked import Agreements, Sender
    from lienlac.intelligence.sharing.order import Order
    from lienlac.intelligence.sharing.outdated.watch import Glance
    from lienlac.intelligence.sharing.rules.sifting import Candidate
    from lienlac.intelligence.sharing.store.arrived import Arrived
    from lienlac.intelligence.sharing.store.given import Given
    from lienlac.intelligence.sharing.store.parting import Parts
    from lienlac.intelligence.sharing.store.shares import Share
    from lienlac.storage.database import Database

_log = logging.getLogger(__name__)
ADDRESSEES: Final = ("analysts",)
"""Whom these messages are for at the other side."""
MARKS_CHANGED: Final = (
    "The marks of these objects are now stricter than what may be shared under this agreement. "
    "Mức bảo vệ của các đối tượng này nay cao hơn mức được phép chia sẻ theo thoả thuận."
)
REVOKED: Final = (
    "Revoked by its author; the version that says so may not be shared. "
    "Bên cung cấp đã thu hồi; phiên bản thông báo việc thu hồi không được phép chia sẻ."
)
_TLP: Final = {word.rank: word.code for word in words.tlp}
_ACTS: Final = {"officer-aside": bodies.Act.SET_ASIDE}
_UNDER_WAY: Final = timedelta(hours=limits.INTEL_UNDER_WAY_H)


class Work:
    """What the node's loop repeats."""

    def __init__(self, *, database: Database, sender: Sender, agreements: Agreements, rooms: Rooms) -> None:
        self._database = database
        self._sender = sender
        self._agreements = agreements
        self._rooms = rooms
        self._open: tuple[int, list[bytes]] = (0, [])
        self._glances = Glances()

    def step(self, now: datetime) -> bool:
        """One piece of everything that is due; False when nothing was."""
        did = self._take(now)
        did = self._tell() or did
        did = self._recall(now) or did
        with self._database.read() as connection:
            behind = shares.behind(connection)
        for share in behind:
            did = self._send_one(share, now) or did
        return self._look_again(now) or did

    # --- in -------------------------------------------------------------------------------------------------------
    def _take(self, now: datetime) -> bool:
        """A piece of the oldest message that waits; only one is under way, so that their order stays."""
        with self._database.read() as connection:
            one = arrived.next_queued(connection)
        if one is None:
            return False
        if one.kind == "recall":
            return self._database.write(lambda connection: self._take_back(connection, one, now))
        if self._open[0] != one.number:
            body = msgspec.json.decode(one.body or b"", type=bodies.Shared)
            self._open = (
                one.number, opened(body.pack, count=body.count, size_bytes=body.size_bytes, digest=body.digest)
            )  # fmt: skip
        part = checked(self._open[1][one.place : one.place + limits.INTEL_TAKE_PIECE])
        return self._database.write(lambda connection: self._rooms.take(connection, one, part, now))

    def _take_back(self, connection: Connection, one: Arrived, now: datetime) -> bool:
        body = msgspec.json.decode(one.body or b"", type=bodies.Recall)
        part = body.objects[one.place : one.place + limits.INTEL_RECALL_PIECE]
        states = self._rooms.take_back(connection, one.peer, part, body, now)
        return arrived.advance(connection, one, states, [], now)

    def _tell(self) -> bool:
        """Tell the senders what became of what was taken in."""
        with self._database.read() as connection:
            found = arrived.unanswered(connection)
        told = [self._quietly(lambda connection, one=one: self._answer(connection, one)) for one in found]
        return any(told)

    def _answer(self, connection: Connection, one: Arrived) -> None:
        if one.kind == "recall":
            kind, body = kinds.RECALLED, bodies.Recalled(of=one.message_id, states=one.states)
        else:
            reasons = tuple(bodies.Reason(at=at, code=code, text=text) for at, code, text in one.reasons)
            kind, body = kinds.TAKEN, bodies.Taken(of=one.message_id, states=one.states, reasons=reasons)  # type: ignore[assignment]
        header = one.header
        outgoing = Outgoing(
            kind=kind,
            body=body,
            recipient=one.peer,
            purpose=header.purpose,
            legal_basis=header.legal_basis,
            legal_basis_text=header.legal_basis_text,
            typology=header.typology,
            marks=header.marks,
            addressees=ADDRESSEES,
            record_id=header.record_id,
        )
        self._sender.send_many(connection, [outgoing])
        arrived.answer(connection, one.number)

    # --- out ------------------------------------------------------------------------------------------------------
    def _recall(self, now: datetime) -> bool:
        with self._database.read() as connection:
            peers = given.due_peers(connection)
        sent = [self._quietly(lambda connection, peer=peer: self._send_recall(connection, peer, now)) for peer in peers]
        return any(sent)

    def _send_recall(self, connection: Connection, peer: str, now: datetime) -> None:
        rows = given.due(connection, peer)
        if not rows:
            return
        share = shares.numbered(connection, rows[0].share)
        if share is None:
            given.mark(connection, rows, "unheard", code="share-unknown", text=rows[0].text, at_us=rows[0].at_us)
            return
        body = bodies.Recall(
            objects=tuple(one.object_id for one in rows),
            act=_ACTS.get(rows[0].code, bodies.Act.DELETE),
            reason=rows[0].text,
        )
        marks = _marks((max(one.tlp for one in rows), share.order.pap, "h0"), share.order)
        ceiling = self._terms(connection, share.peer).agreement.tlp_ceiling.value
        if not words.tlp.within(marks.tlp.value, ceiling):
            marks = msgspec.structs.replace(marks, tlp=Tlp(ceiling))
        sent = self._sender.send_many(connection, [_outgoing(kinds.RECALL, body, share, marks)])[0]
        parcel = shares.add_parcel(
            connection, sent.header.id, kind="recall", peer=share.peer, share=share.number, objects=len(rows), at=now
        )
        given.recalling(connection, rows, parcel=parcel)

    def _send_one(self, share: Share, now: datetime) -> bool:
        return self._carefully(share, lambda connection: self._piece(connection, share.number, now))

    def _carefully(self, share: Share, work: Callable[[Connection], bool]) -> bool:
        """Do it; what does not let the share go on now is written beside it."""
        try:
            return self._database.write(work)
        except NotAllowed as error:
            code = error.code
            if code.startswith("storage-"):
                raise
            if code != share.problem:
                self._database.write(lambda connection: shares.update(connection, share.number, problem=code))
            return False

    def _piece(self, connection: Connection, number: int, now: datetime) -> bool:
        """Look at what was added to a share's collection, and send what may go."""
        share = shares.numbered(connection, number)
        collection = None if share is None else collections.named(connection, share.order.collection)
        if share is None or collection is None:
            return False
        sending = share.state == "active"
        begins = min(share.cursor_us, share.look_us) if sending else share.look_us
        if begins >= collection.last_us:
            return False
        if given.any_due(connection, share.peer):
            return False  # what is taken back goes first: nothing newer may stand before it in the lane
        if sending and shares.under_way(connection, share.peer, now - _UNDER_WAY) >= limits.INTEL_UNDER_WAY_MAX:
            return False
        found, more = given.candidates(
            connection, share.collection, after_us=begins, until_us=collection.last_us, order=share.order
        )
        ends = found[-1].added_us if more else collection.last_us
        parts = parted(connection, share, found, self._terms(connection, share.peer), sending=sending)
        batch, done = self._pack(connection, share, parts.go, now)
        given.mark(connection, parts.back, "due", code="marks", text=MARKS_CHANGED, at_us=clock.to_us(now))
        given.mark(connection, parts.revoked, "due", code="revoked", text=REVOKED, at_us=clock.to_us(now))
        outdated.note(connection, parts.outdated)
        values: dict[str, Any] = {"look_us": max(share.look_us, ends), "batch": batch, "done": done, "problem": ""}
        if sending:
            values["cursor_us"] = ends
        shares.update(connection, share.number, **values)
        return True

    def _look_again(self, now: datetime) -> bool:
        """What peers have an older version of: the newer one goes as soon as it may. Mostly only reads."""
        with self._database.read() as connection:
            due = [one for one in outdated.shares(connection) if not self._is_held_up(connection, one, now)]
            found = [(one, self._glances.due(connection, one, self._agreements, now)) for one in due]
            moves = [(one, glance) for one, glance in found if glance and self._moves(connection, one, glance)]
        did = any(glance for _, glance in found) and not moves
        for share, glance in moves:
            work = functools.partial(self._glance, glance=glance, now=now)
            did = self._carefully(share, work) or did
        return did

    def _moves(self, connection: Connection, share: Share, glance: Glance) -> bool:
        """Whether anything of the next piece is to be changed; what is not has been looked at."""
        rows, parts = self._looked(connection, share, glance)
        if parts.go or parts.revoked or outdated.over(rows, parts):
            return True
        self._glances.done(glance, rows)
        return False

    def _looked(self, connection: Connection, share: Share, glance: Glance) -> tuple[list[Given], Parts]:
        rows = outdated.listed(connection, share.number, after=glance.after, rows=limits.INTEL_OUTDATED_PIECE)
        found = given.newest(connection, share.collection, (one.object_id for one in rows))
        return rows, parted(connection, share, found, self._terms(connection, share.peer), sending=True)

    def _is_held_up(self, connection: Connection, share: Share, now: datetime) -> bool:
        """Whether it has its collection to look at first, or the peer something to answer."""
        last_us = collections.numbered(connection, share.collection).last_us
        if min(share.cursor_us, share.look_us) < last_us or given.any_due(connection, share.peer):
            return True
        return shares.under_way(connection, share.peer, now - _UNDER_WAY) >= limits.INTEL_UNDER_WAY_MAX

    def _glance(self, connection: Connection, glance: Glance, now: datetime) -> bool:
        """Some of them. What a ceiling that was lowered shuts in is for an officer to take back."""
        share = shares.numbered(connection, glance.share)
        if share is None or share.state != "active":
            return False
        rows, parts = self._looked(connection, share, glance)
        batch, done = self._pack(connection, share, parts.go, now)
        given.mark(connection, parts.revoked, "due", code="revoked", text=REVOKED, at_us=clock.to_us(now))
        shares.update(connection, share.number, batch=batch, done=done, problem="")
        outdated.keep(connection, rows, parts)
        self._glances.done(glance, rows)
        return True

    def _pack(
        self, connection: Connection, share: Share, go: list[tuple[Candidate, Given | None]], now: datetime
    ) -> tuple[int, int]:
        """Send these, those with the same marks and gradings together; the number of messages and objects so far."""
        groups: dict[tuple[int, str, str, str, str], list[tuple[Candidate, Given | None]]] = {}
        for pair in go:
            groups.setdefault(pair[0].group, []).append(pair)
        batch, done = share.batch, share.done
        outgoing, parts = [], []
        for group, pairs in groups.items():
            for pack in packed([one.raw for one, _ in pairs]):
                batch, done = batch + 1, done + pack.objects
                body = bodies.Shared(
                    title=share.order.title,
                    mode=bodies.Mode(share.order.mode),
                    batch=batch,
                    done=done,
                    of=None if share.order.standing else share.order.count,
                    count=pack.objects,
                    size_bytes=pack.size_bytes,
                    digest=pack.digest,
                    pack=pack.pack,
                    grade_4x4=group[3],
                    grade_6x6=group[4],
                )
                outgoing.append(_outgoing(kinds.SHARE, body, share, _marks(group[:3], share.order)))
                parts.append(pairs[pack.first : pack.first + pack.objects])
        sent_all = self._sender.send_many(connection, outgoing) if outgoing else []
        for sent, part in zip(sent_all, parts, strict=True):
            parcel = shares.add_parcel(
                connection, sent.header.id, kind="share", peer=share.peer, share=share.number, objects=len(part), at=now
            )
            rows = [given.Row(one, before, place) for place, (one, before) in enumerate(part)]
            given.put(connection, share.peer, rows, share=share.number, parcel=parcel, at_us=clock.to_us(now))
        return batch, done

    def _terms(self, connection: Connection, peer: str) -> Terms:
        terms = self._agreements.terms_in_force(connection, peer)
        if terms is None:
            raise NotAllowed("no-agreement", peer=peer)
        return terms

    def _quietly(self, work: Any) -> bool:
        """A message that the agreement does not let go now waits; the next step tries again."""
        try:
            self._database.write(work)
        except (NotAllowed, Refused) as error:
            if error.code.startswith("storage-"):
                raise
            _log.warning("sharing waits: %s", error.code)
            return False
        return True


def _marks(group: tuple[Any, ...], order: Order) -> Marks:
    tlp, pap, handling = group
    codes = combine_handling((*handling.split(), *order.handling))
    return Marks(
        tlp=Tlp(_TLP[tlp]),
        pap=Pap(pap),
        handling=tuple(Handling(code) for code in codes),
    )


def _outgoing(kind: str, body: msgspec.Struct, share: Share, marks: Marks) -> Outgoing:
    order = share.order
    return Outgoing(
        kind=kind,
        body=body,
        recipient=share.peer,
        purpose=order.purpose,
        legal_basis=order.legal_basis,
        legal_basis_text=order.legal_basis_text,
        typology=order.typology,
        marks=marks,
        addressees=ADDRESSEES,
        record_id=share.id,
    )
