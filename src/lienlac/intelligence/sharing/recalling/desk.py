"""What is taken back from a partner: by an officer's word, because an object was deleted, because its marks rose.

An officer's recall waits for a second one only where the agreement names recalls: taking back must not wait otherwise.
Nothing is sent here; what is marked as due goes by the node's loop, and the partner confirms each object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from lienlac import clock, limits
from lienlac.errors import NotAllowed
from lienlac.intelligence.sharing import kinds
from lienlac.intelligence.sharing.order import TakingBack
from lienlac.intelligence.sharing.rules.sifting import lowered
from lienlac.intelligence.sharing.store import given, shares
from lienlac.intelligence.sharing.store.parting import no_longer
from lienlac.intelligence.sharing.watch import MARKS_CHANGED
from lienlac.intelligence.store import collections
from lienlac.people import rights
from lienlac.people.rights import Action
from lienlac.wire.bodies import intelligence as bodies
from lienlac.wire.message import Marks, Pap, Tlp

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.agreements.terms import Terms
    from lienlac.intelligence.collection import Collection
    from lienlac.intelligence.sharing.leaving.desk import Leaving
    from lienlac.intelligence.sharing.rules.form import Taking
    from lienlac.intelligence.sharing.store.given import Given
    from lienlac.intelligence.sharing.store.shares import Share
    from lienlac.people.officer import Officer
    from lienlac.releases.release import Release
    from lienlac.storage.database import Database


class Taken(NamedTuple):
    """How many objects are being taken back; or what waits for a second officer before they are."""

    objects: int
    waits: Release | None = None


class Desk(Protocol):
    """What is asked of the desk of sharing."""

    leaving: Leaving

    def now(self) -> datetime:
        """The present."""
        ...

    def terms(self, connection: Connection, peer: str) -> Terms:
        """The agreement in force. Raises `NotAllowed("no-agreement")`."""
        ...

    def agreed(self, connection: Connection, peer: str) -> Terms | None:
        """The same, or None."""
        ...

    def require(
        self, connection: Connection, officer: Officer, action: Action, share_id: str
    ) -> tuple[Share, Collection]:
        """A share that the officer may know of. Raises `NotAllowed("not-found" | "not-allowed")`."""
        ...

    def note(self, connection: Connection, officer: Officer, action: str, thing: str, **detail: object) -> None:
        """Write it down, and tell who looks."""
        ...

    def changed(self, connection: Connection) -> None:
        """Tell who looks, and the loop."""
        ...


class Recalls:
    """Takes back."""

    def __init__(self, desk: Desk, *, database: Database) -> None:
        self._desk = desk
        self._database = database

    def recall(self, officer: Officer, share_id: str, taking: Taking) -> Taken:
        """Take back objects, what lies above a ceiling now, or all. Raises `NotAllowed("recall-nothing")`."""
        rights.require(officer, Action.INTEL_SHARE)

        def work(connection: Connection) -> Taken:
            share, _ = self._desk.require(connection, officer, Action.INTEL_SHARE, share_id)
            order = TakingBack(
                share=share.id, ids=taking.ids, above=taking.above, act=taking.act.value, reason=taking.reason
            )
            rows = self._rows(connection, share, order)
            if not rows:
                raise NotAllowed("recall-nothing")
            terms = self._desk.agreed(connection, share.peer)
            marks = Marks(tlp=Tlp(share.order.tlp), pap=Pap(share.order.pap))
            asked = terms and terms.needs_second_officer(kinds.RECALL, marks, share.order.typology, content=False)
            if terms and asked:
                wait = self._desk.leaving.propose_recall(connection, officer, share, order, len(rows), asked)
                return Taken(0, wait)
            return Taken(self.take(connection, officer, order))

        return self._database.write(work)

    def take(self, connection: Connection, officer: Officer, order: TakingBack, *, also: Officer | None = None) -> int:
        """Begin it, in the caller's transaction; `also` is who approved it. How many objects."""
        share, collection = self._desk.require(connection, officer, Action.INTEL_SHARE, order.share)
        rows = self._rows(connection, share, order)
        if order.everything:
            at = clock.to_us(self._desk.now())
            shares.update(connection, share.number, state="stopped", changed_us=at)
        if not rows:
            raise NotAllowed("recall-nothing")
        code = "officer-aside" if order.act == bodies.Act.SET_ASIDE.value else "officer-delete"
        given.mark(connection, rows, "due", code=code, text=order.reason, at_us=clock.to_us(self._desk.now()))
        said = order.reason[: limits.LINE_MAX_CHARS]
        detail: dict[str, Any] = {"share": share.id, "objects": len(rows), "act": order.act, "reason": said}
        if order.above:
            detail["above"] = True
        if also is not None:
            detail["confirmed_by"] = also.id
        self._desk.note(connection, officer, "intel.recall", collection.id, **detail)
        return len(rows)

    def above(self, connection: Connection, found: Sequence[Share]) -> dict[int, int]:
        """Of each share how many objects its partner has that lie above a ceiling which was lowered since."""
        counts = {one.number: self._over(connection, one) for one in found}
        return {number: given.count_over(connection, number, over) if over else 0 for number, over in counts.items()}

    def _rows(self, connection: Connection, share: Share, order: TakingBack) -> list[Given]:
        if order.ids:
            known = given.of_peer(connection, share.peer, order.ids)
            return [one for one in known.values() if one.share == share.number and recallable(one)]
        if order.above:
            over = self._over(connection, share)
            return given.over(connection, share.number, over) if over else []
        return given.recallable(connection, share.number)

    def _over(self, connection: Connection, share: Share) -> given.Over | None:
        terms = self._desk.agreed(connection, share.peer)
        if terms is None:
            return None  # nothing can be told to a partner without an agreement
        collection = collections.numbered(connection, share.collection)
        limit = lowered(terms, share.order, shown=collection.ceiling)
        return None if limit is None else given.Over(collection.number, *limit)

    # --- by itself ------------------------------------------------------------------------------------------------
    def deleted(self, connection: Connection, collection: Collection, object_id: str) -> None:
        """An object of ours was deleted: who was given it is told to delete it too."""
        if given.standing(connection, collection.number, [object_id]):
            return
        mine = []
        for one in given.of_object(connection, object_id):
            share = shares.numbered(connection, one.share)
            if share is not None and share.collection == collection.number and recallable(one):
                mine.append(one)
        if mine:
            text = "Deleted by its author. Bên cung cấp đã xoá."
            given.mark(connection, mine, "due", code="deleted", text=text, at_us=clock.to_us(self._desk.now()))
            self._desk.changed(connection)

    def marked(self, connection: Connection, collection: Collection, object_id: str) -> None:
        """The marks beside an object were set anew: what a peer may no longer have is taken back."""
        back = []
        for one in given.of_object(connection, object_id):
            share = shares.numbered(connection, one.share)
            if share is None or share.collection != collection.number or not recallable(one):
                continue
            if no_longer(connection, share, one, self._desk.terms(connection, share.peer)):
                back.append(one)
        if back:
            at_us = clock.to_us(self._desk.now())
            given.mark(connection, back, "due", code="marks", text=MARKS_CHANGED, at_us=at_us)
            self._desk.changed(connection)


def recallable(one: Given) -> bool:
    """Whether it can be taken back: the peer has it, or a recall was not taken."""
    return one.there or one.state == "unheard"
