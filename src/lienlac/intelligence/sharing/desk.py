"""An officer shares, stops, goes on, recalls, says what was seen; and `Sharing`, the room as the assembly wires it.

Nothing leaves here at once: an officer decides, where the agreement asks for it a second one approves, and the node's
loop sends by pieces (`watch`). What is decided names exactly what was shown, by its digest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from lienlac import clock, ids, limits
from lienlac.errors import NotAllowed
from lienlac.exchange.post import Outgoing
from lienlac.intelligence.search.words import links_of
from lienlac.intelligence.sharing import kinds
from lienlac.intelligence.sharing.arrivals import Arrivals, Rooms, sighting_values
from lienlac.intelligence.sharing.leaving.desk import Leaving
from lienlac.intelligence.sharing.outdated import desk as outdated
from lienlac.intelligence.sharing.recalling.desk import Recalls
from lienlac.intelligence.sharing.rules import form
from lienlac.intelligence.sharing.shown import Inside, Outcome, Partner, Standing, Whole
from lienlac.intelligence.sharing.store import arrived, given, once, shares
from lienlac.intelligence.sharing.store.survey import survey
from lienlac.intelligence.sharing.watch import ADDRESSEES, Work
from lienlac.intelligence.store import collections
from lienlac.people import rights
from lienlac.people.rights import Action, scope_of
from lienlac.wire.bodies import intelligence as bodies
from lienlac.wire.bodies.hotline import Officer as Named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.agreements.terms import Terms
    from lienlac.clock import Clock
    from lienlac.ids import Chance
    from lienlac.intelligence.adding.desk import Record
    from lienlac.intelligence.around.neighbour import Thing
    from lienlac.intelligence.collection import Collection, Source
    from lienlac.intelligence.desk import Intelligence
    from lienlac.intelligence.sharing.asked import Agreements, Sender
    from lienlac.intelligence.sharing.order import Order
    from lienlac.intelligence.sharing.recalling.desk import Taken
    from lienlac.intelligence.sharing.shown import Survey, Waiting
    from lienlac.intelligence.sharing.store.arrived import Incoming, Sighting
    from lienlac.intelligence.sharing.store.given import Given
    from lienlac.intelligence.sharing.store.shares import Share
    from lienlac.people.officer import Officer
    from lienlac.releases.desk import Releases
    from lienlac.storage.database import Database


class Sharing:
    """What pages, programs, commands and the node's loop call."""

    kinds = kinds.INTELLIGENCE_KINDS

    def __init__(
        self,
        *,
        node_id: str,
        database: Database,
        clock: Clock,
        chance: Chance,
        record: Record,
        sender: Sender,
        agreements: Agreements,
        intelligence: Intelligence,
        releases: Releases,
        changed: Callable[[], None],
    ) -> None:
        """`changed` hears, once it is durable, that something about sharing did."""
        self._database = database
        self._clock = clock
        self._chance = chance
        self._record = record
        self._sender = sender
        self._agreements = agreements
        self._intelligence = intelligence
        self._tell = changed
        self.wake: Callable[[], None] = lambda: None
        rooms = Rooms(
            node_id=node_id, chance=chance, record=record, adding=intelligence.adding, agreements=agreements,
        )  # fmt: skip
        self.work = Work(database=database, sender=sender, agreements=agreements, rooms=rooms)
        self.arrivals = Arrivals(self.changed)
        self.leaving = Leaving(self, database=database, releases=releases)
        self.recalls = Recalls(self, database=database)
        releases.serve((kinds.SHARE, kinds.SIGHTED, kinds.RECALL), self.leaving)
        intelligence.hears.append(self._heard)
        intelligence.gone.append(self.recalls.deleted)
        intelligence.marking.changed.append(self.recalls.marked)

    def watch(self, now: datetime) -> bool:
        """One piece of whatever is due; False when nothing is."""
        did = self.work.step(now)
        if did:
            self._tell()
        return did

    def now(self) -> datetime:
        """The present."""
        return self._clock.now()

    # --- whom, what -----------------------------------------------------------------------------------------------
    def partners(self) -> list[Partner]:
        """Peers with whom sharing is agreed."""
        found = []
        with self._database.read() as connection:
            for peer in self._agreements.peers(connection):
                terms = self._agreements.terms_in_force(connection, peer.node_id)
                if terms is not None and terms.offers(kinds.SHARE):
                    found.append(Partner(peer.node_id, peer.name_vi, peer.name_en, terms))
        return found

    def collections(self, officer: Officer) -> list[Collection]:
        """Those that the officer may share out of."""
        return self._intelligence.collections(officer) if rights.may(officer, Action.INTEL_SHARE) else []

    def peer_names(self, language: str) -> dict[str, str]:
        """Peers as people call them."""
        with self._database.read() as connection:
            peers = self._agreements.peers(connection)
        return {one.node_id: one.name_vi if language == "vi" else one.name_en for one in peers}

    def read_share(self, data: object) -> form.Wanted:
        """Raises `FormRefused`."""
        agreed = {one.node_id: one.terms.agreement for one in self.partners()}
        return form.read_share(data, self.now(), agreed)

    def read_recall(self, data: object) -> form.Taking:
        """Raises `FormRefused`."""
        return form.read_recall(data, self.now())

    def read_sighting(self, data: object) -> form.Seen:
        """Raises `FormRefused`."""
        return form.read_sighting(data, self.now())

    # --- sharing --------------------------------------------------------------------------------------------------
    def preview(self, officer: Officer, wanted: form.Wanted) -> list[Survey]:
        """What exactly would leave for each peer. Raises `NotAllowed("not-found" | "intel-collection-closed")`."""
        rights.require(officer, Action.INTEL_SHARE)
        with self._database.read() as connection:
            return [self._survey(connection, officer, wanted, peer) for peer in wanted.to]

    def share(self, officer: Officer, wanted: form.Wanted, *, key: str = "") -> Outcome:
        """Begin, or put before a second officer.

        Raises `NotAllowed("not-found" | "share-changed" | "share-empty" | "share-too-many-open" | …)`.
        """
        surveys = self.preview(officer, wanted)
        if wanted.digests and tuple(one.order.digest for one in surveys) != wanted.digests:
            raise NotAllowed("share-changed")
        if not any(one.count for one in surveys) and wanted.mode is bodies.Mode.ONCE:
            raise NotAllowed("share-empty")

        def begin(connection: Connection) -> Outcome:
            began, waits = [], []
            for one in surveys:
                if wanted.mode is bodies.Mode.ONCE and not one.count:
                    continue
                if one.reasons:
                    waits.append(self.leaving.propose(connection, officer, one))
                else:
                    began.append(self.begin(connection, officer, one.order))
            return Outcome(shares=tuple(began), waits=tuple(waits))

        return self._database.write(lambda connection: self._once(connection, officer, key, repr(wanted), begin))

    def begin(self, connection: Connection, officer: Officer, order: Order, *, also: Officer | None = None) -> str:
        """A share begins, in the caller's transaction; `also` is who approved it."""
        collection, _ = self._intelligence.find(connection, officer, Action.INTEL_SHARE, order.collection)
        if not collection.open:
            raise NotAllowed("intel-collection-closed", title=collection.title)
        if shares.open_with(connection, order.peer) >= limits.INTEL_SHARES_MAX:
            raise NotAllowed("share-too-many-open", limit=limits.INTEL_SHARES_MAX)
        share_id = ids.new_id("shr", self._chance)
        shares.insert(connection, share_id, order, collection=collection.number, by=officer.id, at=self.now())
        detail = {
            "share": share_id, "peer": order.peer, "mode": order.mode, "count": order.count, "digest": order.digest,
            "tlp": order.tlp, "pap": order.pap, "let_out": list(order.let_out), "why": order.why,
        }  # fmt: skip
        if also is not None:
            detail["confirmed_by"] = also.id
        self.note(connection, officer, "intel.share", collection.id, **detail)
        return share_id

    def stop(self, officer: Officer, share_id: str) -> None:
        """Nothing more is sent under it; what was sent is still looked at, and recalled where marks ask for it."""
        self._set(officer, share_id, "stopped")

    def resume(self, officer: Officer, share_id: str) -> None:
        """Go on from where it stopped; what the peer refused is sent again."""
        self._set(officer, share_id, "active")

    def _set(self, officer: Officer, share_id: str, state: shares.State) -> None:
        def work(connection: Connection) -> None:
            share, collection = self.require(connection, officer, Action.INTEL_SHARE, share_id)
            values: dict[str, Any] = {"state": state, "changed_us": clock.to_us(self.now()), "problem": ""}
            if state == "active" and given.counts(connection, [share.number])[share.number].get("refused"):
                values["cursor_us"] = -1
            shares.update(connection, share.number, **values)
            action = "intel.share-stop" if state == "stopped" else "intel.share-resume"
            self.note(connection, officer, action, collection.id, share=share.id)

        self._database.write(work)

    # --- taking back ----------------------------------------------------------------------------------------------
    def recall(self, officer: Officer, share_id: str, taking: form.Taking) -> Taken:
        """Take back objects of a share, or all of it. Raises `NotAllowed("recall-nothing")`."""
        rights.require(officer, Action.INTEL_SHARE)
        return self.recalls.recall(officer, share_id, taking)

    # --- what was seen --------------------------------------------------------------------------------------------
    def sight(self, officer: Officer, seen: form.Seen, *, key: str = "") -> Outcome:
        """Tell whoever gave us an object that it was seen, or of use. Raises `NotAllowed("not-found")`."""
        rights.require(officer, Action.INTEL_ADD)

        def say(connection: Connection) -> Outcome:
            outgoing = [
                self._sighting(connection, officer, seen, peer)
                for peer in self._givers(connection, officer, seen.object_id)
            ]
            waits = [self.leaving.say(connection, officer, one) for one in outgoing]
            return Outcome(waits=tuple(one for one in waits if one is not None))

        return self._database.write(lambda connection: self._once(connection, officer, key, repr(seen), say))

    def said(self, connection: Connection, officer: Officer, outgoing: Outgoing) -> None:
        """Send it, in the caller's transaction, and keep what was said."""
        sent = self._sender.send(connection, outgoing)
        body: Any = outgoing.body
        room = arrived.room(connection, outgoing.recipient) or 0
        arrived.see(
            connection,
            sent.header.id,
            peer=outgoing.recipient,
            object_id=body.object,
            collection=room,
            **sighting_values(body, direction="out", at=self.now()),
        )
        thing = collections.numbered(connection, room).id if room else body.object
        detail = {"object": body.object, "peer": outgoing.recipient, "message": sent.header.id}
        self.note(connection, officer, "intel.sighted", thing, **detail)

    def _givers(self, connection: Connection, officer: Officer, object_id: str) -> list[str]:
        """Peers from whom the officer may know that we have it."""
        rooms = arrived.rooms(connection, scope_of(officer))
        found = [peer for peer, number in rooms.items() if arrived.standing(connection, number, [object_id])]
        if not found:
            raise NotAllowed("not-found")
        return found

    def _sighting(self, connection: Connection, officer: Officer, seen: form.Seen, peer: str) -> Outgoing:
        newest = arrived.newest_share(connection, peer)
        if newest is None:
            raise NotAllowed("not-found")
        header = newest.header
        return Outgoing(
            kind=kinds.SIGHTED,
            body=bodies.Sighted(
                object=seen.object_id,
                officer=Named(name=officer.name, unit=officer.unit, phone=seen.phone),
                count=seen.count,
                first=seen.first,
                last=seen.last,
                useful=seen.useful,
                text=seen.text,
            ),
            recipient=peer,
            purpose=header.purpose,
            legal_basis=header.legal_basis,
            legal_basis_text=header.legal_basis_text,
            typology=header.typology,
            marks=header.marks,
            addressees=ADDRESSEES,
            record_id=header.record_id,
        )

    # --- looking --------------------------------------------------------------------------------------------------
    def shares(self, officer: Officer) -> list[Standing]:
        """Shares of collections that the officer may know of: nobody learns of others by their numbers."""
        rights.require(officer, Action.INTEL_READ)
        with self._database.read() as connection:
            return self._standing(connection, shares.listed(connection, scope_of(officer)))

    def whole(self, officer: Officer, share_id: str, *, state: str = "", after: int = 0, rows: int) -> Whole:
        """One of them with a page of its objects. Raises `NotAllowed("not-found")`."""
        with self._database.read() as connection:
            share, _ = self.require(connection, officer, Action.INTEL_READ, share_id)
            objects = given.listed(connection, share.number, state=state, after=after, rows=rows)
            return Whole(
                standing=self._standing(connection, [share])[0],
                objects=objects,
                parcels=shares.parcels(connection, share.number, rows=20),
                sightings=[
                    one
                    for one in arrived.sightings(connection, scope_of(officer), rows=limits.PAGE_MAX_ROWS)
                    if one.direction == "in" and one.peer == share.peer
                ],
                outdated=outdated.of_share(connection, share, self._agreements),
            )

    def incoming(self, officer: Officer) -> list[Incoming]:
        """What peers shared with us."""
        rights.require(officer, Action.INTEL_READ)
        with self._database.read() as connection:
            return arrived.incoming(connection, scope_of(officer))

    def inside(self, officer: Officer, peer: str, share_id: str) -> Inside:
        """One of these. Raises `NotAllowed("not-found")`."""
        rights.require(officer, Action.INTEL_READ)
        with self._database.read() as connection:
            found = [
                one
                for one in arrived.incoming(connection, scope_of(officer))
                if (one.peer, one.share_id) == (peer, share_id)
            ]
            number = arrived.rooms(connection, scope_of(officer)).get(peer)
            if not found or number is None:
                raise NotAllowed("not-found")
            return Inside(
                incoming=found[0],
                collection=collections.numbered(connection, number),
                messages=arrived.of_share(connection, peer, share_id, rows=limits.PAGE_DEFAULT_ROWS),
            )

    def sightings(self, officer: Officer, *, object_id: str = "") -> list[Sighting]:
        """What both sides said of objects that went over."""
        rights.require(officer, Action.INTEL_READ)
        with self._database.read() as connection:
            return arrived.sightings(connection, scope_of(officer), object_id=object_id, rows=limits.PAGE_DEFAULT_ROWS)

    def things(self, officer: Officer, object_ids: Iterable[str]) -> dict[str, Thing]:
        """Those of these objects that the officer may see, by id."""
        rights.require(officer, Action.INTEL_READ)
        return self._intelligence.rounds.things(officer, object_ids)

    def named_by(self, officer: Officer, object_id: str) -> list[str]:
        """An object and what it is about, as far as the officer may see it: a report goes with what it names."""
        rights.require(officer, Action.INTEL_READ)
        try:
            raw = self._intelligence.seen(officer, object_id).newest.raw
        except NotAllowed:
            return []
        named = {target for member, target in links_of(orjson.loads(raw)) if member == "object_refs"}
        return [object_id, *sorted(self.things(officer, named))]

    def given(self, officer: Officer, object_id: str) -> list[tuple[Given, Share]]:
        """To whom an object was given and what they answered, under shares that the officer may know of."""
        rights.require(officer, Action.INTEL_READ)
        found = []
        with self._database.read() as connection:
            for one in given.of_object(connection, object_id):
                share = shares.numbered(connection, one.share)
                seen = None if share is None else shares.find(connection, share.id, scope_of(officer))
                if seen is not None:
                    found.append((one, seen))
        return found

    def givers(self, officer: Officer, object_id: str) -> dict[str, str]:
        """Peers who gave us an object, each with its newest share: on that page a word goes back to them."""
        if not rights.may(officer, Action.INTEL_ADD):
            return {}
        with self._database.read() as connection:
            try:
                peers = self._givers(connection, officer, object_id)
            except NotAllowed:
                return {}
            found = {peer: arrived.newest_share(connection, peer) for peer in peers}
            return {peer: share.share_id for peer, share in found.items() if share is not None}

    def waiting(self, connection: Connection, officer: Officer) -> int:
        """Recalled objects that nobody has confirmed, and what partners have outdated, of what they may know of."""
        if not rights.may(officer, Action.INTEL_SHARE):
            return 0
        found = shares.listed(connection, scope_of(officer))
        unconfirmed = given.unconfirmed(connection, [one.number for one in found])
        return sum(count for count, _ in unconfirmed.values()) + sum(outdated.counts(connection, found).values())

    def need_a_hand(self, connection: Connection, officer: Officer) -> list[Waiting]:
        """Shares of which the partner has something outdated that will not change by itself."""
        return outdated.waiting(connection, officer)

    # --- inside ---------------------------------------------------------------------------------------------------
    def _survey(self, connection: Connection, officer: Officer, wanted: form.Wanted, peer: str) -> Survey:
        collection, thing = self._intelligence.find(connection, officer, Action.INTEL_SHARE, wanted.collection)
        if not collection.open:
            raise NotAllowed("intel-collection-closed", title=collection.title)
        terms = self.terms(connection, peer)
        return survey(connection, wanted, peer, collection, terms, restricted=thing.restricted)

    def terms(self, connection: Connection, peer: str) -> Terms:
        """The agreement in force. Raises `NotAllowed("no-agreement")`."""
        terms = self.agreed(connection, peer)
        if terms is None:
            raise NotAllowed("no-agreement", peer=peer)
        return terms

    def agreed(self, connection: Connection, peer: str) -> Terms | None:
        """The same, or None."""
        return self._agreements.terms_in_force(connection, peer)

    def _standing(self, connection: Connection, found: Sequence[Share]) -> list[Standing]:
        numbers = [one.number for one in found]
        counts, open_ = given.counts(connection, numbers), given.unconfirmed(connection, numbers)
        above, old = self.recalls.above(connection, found), outdated.counts(connection, found)
        return [
            Standing(
                share=one,
                collection=collections.numbered(connection, one.collection),
                counts=counts[one.number],
                above=above[one.number],
                outdated=old.get(one.number, 0),
                unconfirmed=open_.get(one.number, (0, 0))[0],
                since=clock.from_us(open_[one.number][1]) if one.number in open_ else None,
            )
            for one in found
        ]

    def require(
        self, connection: Connection, officer: Officer, action: Action, share_id: str
    ) -> tuple[Share, Collection]:
        """A share that the officer may know of. Raises `NotAllowed("not-found" | "not-allowed")`."""
        share = shares.find(connection, share_id, scope_of(officer))
        if share is None:
            raise NotAllowed("not-found")
        collection, _ = self._intelligence.find(connection, officer, action, share.order.collection)
        return share, collection

    def _heard(self, connection: Connection, collection: Collection, added: Sequence[Any], source: Source) -> None:
        del collection, added, source
        self._database.after_commit(connection, lambda: self.wake())  # noqa: PLW0108  # the loop comes later

    def changed(self, connection: Connection) -> None:
        """Tell who looks, and the loop, once it is durable."""

        def tell() -> None:
            self.wake()
            self._tell()

        self._database.after_commit(connection, tell)

    def note(self, connection: Connection, officer: Officer, action: str, thing: str, **detail: object) -> None:
        """Write it down, and tell who looks."""
        self._record(connection, at=self.now(), actor=officer.id, action=action, thing=thing, detail=detail)
        self.changed(connection)

    def _once(
        self, connection: Connection, officer: Officer, key: str, said: str, work: Callable[[Connection], Outcome]
    ) -> Outcome:
        """Do it, unless this form was sent before: then what came of it."""
        before = once.ONCE.before(connection, officer.id, key, said)
        if before is None:
            outcome = work(connection)
            made = [*outcome.shares, *(one.id for one in outcome.waits)]
            once.ONCE.keep(connection, officer.id, key, said, made=" ".join(made), at=self.now())
            return outcome
        made = before.split()
        return Outcome(
            shares=tuple(one for one in made if one.startswith("shr-")),
            waits=tuple(self.leaving.releases.get(connection, officer, one) for one in made if one.startswith("rel-")),
        )
