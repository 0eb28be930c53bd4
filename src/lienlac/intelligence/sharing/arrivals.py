"""A peer's message about sharing arrived, or a receipt for one of ours (clauses 18.2 to 18.9).

A pack is only opened and checked against what its message states; what is in it is taken in later, by pieces, in the
order in which messages came (`watch`). Nothing of a peer's ever touches another collection than its own: so it can
neither overwrite what is ours nor recall what it did not give.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac import clock, ids, limits
from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.intelligence.collection import Draft, Giver, Marks, Source
from lienlac.intelligence.rules.sorting import Checked
from lienlac.intelligence.sharing import kinds
from lienlac.intelligence.sharing.rules import ours
from lienlac.intelligence.sharing.store import arrived as store
from lienlac.intelligence.sharing.store import given, shares
from lienlac.intelligence.store import collections, objects, quarantine, sources
from lienlac.journal import NODE
from lienlac.wire.bodies import intelligence as bodies
from lienlac.wire.packing.packs import opened
from lienlac.wire.receipt import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.exchange.post import ArrivalHandler, Arrived, Settled, SettlementHandler
    from lienlac.ids import Chance
    from lienlac.intelligence.adding.desk import Adding, Given, Record
    from lienlac.intelligence.collection import Collection
    from lienlac.intelligence.sharing.asked import Agreements
    from lienlac.records.party import Party
    from lienlac.wire.message import Header

_LETTERS: Final = {"new": "n", "same": "s", "held": "h"}
_TAKEN: Final = {"n": "new", "s": "same", "h": "held", "r": "refused"}
_BACK: Final = {"d": "recalled", "k": "aside", "u": "absent"}
_NAMES: Final = uuid.UUID("7d3c7a04-6c2f-5c0e-9d55-1b1f0c1f7a10")
"""Namespace of the identities of nodes."""
_STRICTEST_KEPT: Final = "amber+strict"
"""TLP:RED is for named people and never shared in packs: whatever an agreement's ceiling is, it is held."""


class Rooms:
    """Each peer's collection: its objects go in there, and out of there."""

    def __init__(self, *, node_id: str, chance: Chance, record: Record, adding: Adding, agreements: Agreements) -> None:
        self._node_id = node_id
        self._chance = chance
        self._record = record
        self._adding = adding
        self._agreements = agreements

    def take(self, connection: Connection, one: store.Arrived, part: Sequence[Given], now: datetime) -> bool:
        """A piece of a pack, each object by its own merits; False when somebody else has taken it meanwhile."""
        states, reasons = self._added(connection, one, part, now)
        return store.advance(connection, one, states, reasons, now)

    def _added(
        self, connection: Connection, one: store.Arrived, part: Sequence[Given], now: datetime
    ) -> tuple[str, list[tuple[int, str, str]]]:
        collection = self._room(connection, one.peer, now)
        named = [got.stix.id for got in part if isinstance(got, Checked)]
        here = given.ours(connection, named, but=collection.number)
        judged, echoes = ours.judged(part, here, own_identity=identity_of(self._node_id))
        fresh = [got for place, got in enumerate(judged) if place not in echoes]
        source = self._source(connection, one)
        try:
            with connection.begin_nested():
                outcome = self._adding.add(connection, fresh, collection, source=source, by=NODE)
        except (Refused, NotAllowed) as error:
            if error.code.startswith("storage-"):
                raise
            return "r" * len(part), [(one.place + at, error.code, _sentence(error)) for at in range(len(part))]
        results = iter(outcome.results)
        states, reasons = [], []
        for place in range(len(part)):
            if place in echoes:
                states.append("s")
                continue
            result = next(results)
            states.append(_LETTERS[result.state])
            if result.code:
                text = result.sentence("en")[: limits.INTEL_TAKEN_REASON_CHARS]
                reasons.append((one.place + place, result.code, text))
        return "".join(states), reasons

    def _source(self, connection: Connection, one: store.Arrived) -> Source:
        """The peer, with the marks of this message: the least that everything in it carries."""
        marks = one.header.marks
        stated = Marks(
            tlp=marks.tlp.value,
            pap=marks.pap.value,
            handling=tuple(code.value for code in marks.handling),
            grade_4x4=one.grade_4x4,
            grade_6x6=one.grade_6x6,
        )
        party = self._agreements.require_peer(connection, one.peer)
        return _source_of(one.peer, party.name_en, stated)

    def _room(self, connection: Connection, peer: str, now: datetime) -> Collection:
        """The peer's collection, made when its first object comes; it holds what the agreement allows."""
        number = store.room(connection, peer)
        terms = self._agreements.terms_in_force(connection, peer)
        agreed = "clear" if terms is None else terms.agreement.tlp_ceiling.value
        ceiling = _STRICTEST_KEPT if agreed == "red" else agreed
        if number is None:
            return self._new_room(connection, peer, ceiling, now)
        found = collections.numbered(connection, number)
        if found.ceiling != ceiling and terms is not None:
            collections.change(connection, number, _draft(found, ceiling))
            found = collections.numbered(connection, number)
        return found

    def _new_room(self, connection: Connection, peer: str, ceiling: str, now: datetime) -> Collection:
        party = self._agreements.require_peer(connection, peer)
        titles = (party.name_en, f"{party.name_en} ({peer})", f"{peer} {now:%Y-%m-%d %H:%M:%S.%f}")
        drafts = [_new_draft(title, peer, party, ceiling) for title in titles]
        draft = next((one for one in drafts if not collections.taken(connection, one.key)), drafts[-1])
        collection_id = str(uuid.UUID(bytes=self._chance.token(16), version=4))
        collections.insert(connection, collection_id, draft, by=NODE, at=now)
        made = collections.named(connection, collection_id)
        if made is None:
            raise NotAllowed("not-found")
        store.keep_room(connection, peer, made.number)
        self._record(
            connection, at=now, actor=NODE, action="intel.collection-create", thing=made.id, detail={"peer": peer}
        )
        return made

    def take_back(
        self, connection: Connection, peer: str, object_ids: Sequence[str], body: bodies.Recall, now: datetime
    ) -> str:
        """What the peer recalls: out of its collection, into quarantine where it asks for that, else gone."""
        number = store.room(connection, peer)
        if number is None:
            return "u" * len(object_ids)
        collection = collections.numbered(connection, number)
        here = store.standing(connection, number, object_ids)
        held = store.forget_held(connection, number, object_ids, now)
        aside = body.act is bodies.Act.SET_ASIDE
        gone = 0
        for object_id in here:
            gone += objects.delete(connection, number, object_id)
        kept = self._set_aside(connection, collection, here, body, peer, now) if aside else 0
        collections.count(connection, number, objects=-gone, held=kept - held)
        detail = {
            "peer": peer,
            "act": body.act.value,
            "objects": len(here),
            "versions": gone,
            "reason": body.reason[: limits.LINE_MAX_CHARS],
        }
        self._record(connection, at=now, actor=NODE, action="intel.recalled", thing=collection.id, detail=detail)
        letter = "k" if aside else "d"
        return "".join(letter if object_id in here else "u" for object_id in object_ids)

    def _set_aside(
        self,
        connection: Connection,
        collection: Collection,
        here: Mapping[str, list[tuple[str, int, bytes]]],
        body: bodies.Recall,
        peer: str,
        now: datetime,
    ) -> int:
        party = self._agreements.require_peer(connection, peer)
        source = sources.keep(connection, _source_of(peer, party.name_en, Marks(tlp=_STRICTEST_KEPT)), now)
        holdings = [
            quarantine.Holding(
                id=ids.new_id("qua", self._chance),
                code="intel-recalled",
                details={"reason": body.reason[: limits.LINE_MAX_CHARS]},
                object_id=object_id,
                type=kind,
                version_us=version_us,
                rival_us=0,
                raw=raw,
            )
            for object_id, versions in here.items()
            for kind, version_us, raw in versions
        ]
        found = quarantine.hold(
            connection, holdings, collection=collection.number, source=source, at_us=clock.to_us(now)
        )
        return sum(held_id == one.id for held_id, one in zip(found, holdings, strict=True))


class Arrivals:
    """Handlers of messages and receipts; `changed` hears, inside the transaction, that something did."""

    def __init__(self, changed: Callable[[Connection], None]) -> None:
        self._changed = changed

    @property
    def handlers(self) -> dict[str, list[ArrivalHandler]]:
        """By kind."""
        return {
            kinds.SHARE: [self.shared],
            kinds.TAKEN: [self.taken],
            kinds.RECALL: [self.recall],
            kinds.RECALLED: [self.recalled],
            kinds.SIGHTED: [self.sighted],
        }

    @property
    def settlement_handlers(self) -> dict[str, list[SettlementHandler]]:
        """By kind."""
        return {kinds.SHARE: [self.settled], kinds.RECALL: [self.settled], kinds.SIGHTED: [self.settled]}

    def shared(self, connection: Connection, arrived: Arrived) -> None:
        """A pack. Raises `Refused("pack-…" | "share-missing" | "share-too-many")`."""
        body: bodies.Shared = arrived.body
        found = opened(body.pack, count=body.count, size_bytes=body.size_bytes, digest=body.digest)
        if arrived.ours:
            _ours_again(connection, arrived, found)
            return
        self._check(connection, arrived)
        said = {"title": body.title, "mode": body.mode.value, "grade_4x4": body.grade_4x4, "grade_6x6": body.grade_6x6}
        self._queue(connection, arrived, kind="share", count=body.count, **said)

    def recall(self, connection: Connection, arrived: Arrived) -> None:
        """A recall: carried out in its turn, behind the packs that came before it."""
        if arrived.ours:
            return
        self._check(connection, arrived)
        self._queue(connection, arrived, kind="recall", count=len(arrived.body.objects))

    def _check(self, connection: Connection, arrived: Arrived) -> None:
        if arrived.replayed:
            return
        if not (arrived.header.record_id or "").startswith("shr-"):
            raise Refused("share-missing")
        if store.waiting(connection, arrived.header.sender) >= limits.INTEL_WAITING_MAX:
            raise Refused("share-too-many", limit=limits.INTEL_WAITING_MAX)

    def _queue(self, connection: Connection, arrived: Arrived, *, kind: str, count: int, **said: str) -> None:
        body = msgspec.json.encode(arrived.body)
        store.queue(connection, arrived.header, kind=kind, body=body, count=count, at=arrived.received_at, **said)
        self._changed(connection)

    def taken(self, connection: Connection, arrived: Arrived) -> None:
        """What became of a pack of ours. Raises `Refused("share-unknown" | "share-answer")`."""
        body: bodies.Taken = arrived.body
        parcel = _answered(connection, arrived, body.of, "share", len(body.states))
        if parcel is None:
            return
        others = {place: (_TAKEN[letter], "", "") for place, letter in enumerate(body.states) if letter != "n"}
        for reason in body.reasons:
            if reason.at in others:
                others[reason.at] = (others[reason.at][0], reason.code, reason.text)
        given.answered(connection, parcel.number, "new", others)
        shares.settle(connection, parcel.number, "taken", at=arrived.received_at)
        self._changed(connection)

    def recalled(self, connection: Connection, arrived: Arrived) -> None:
        """What became of a recall of ours. Raises `Refused("share-unknown" | "share-answer")`."""
        body: bodies.Recalled = arrived.body
        parcel = _answered(connection, arrived, body.of, "recall", len(body.states))
        if parcel is None:
            return
        rows = given.of_parcel(connection, parcel.number)
        by_state: dict[str, list[given.Given]] = {}
        for one in rows:
            by_state.setdefault(_BACK[body.states[one.place]], []).append(one)
        for state, several in by_state.items():
            given.confirm(connection, several, state)
        shares.settle(connection, parcel.number, "taken", at=arrived.received_at)
        self._changed(connection)

    def sighted(self, connection: Connection, arrived: Arrived) -> None:
        """Something of ours was seen there, or was of use. Raises `Refused("sighting-unknown")`."""
        body: bodies.Sighted = arrived.body
        peer = arrived.header.recipient if arrived.ours else arrived.header.sender
        collection = store.room(connection, peer) if arrived.ours else None
        if not arrived.ours:
            before = given.of_peer(connection, peer, [body.object]).get(body.object)
            if before is None and not arrived.replayed:
                raise Refused("sighting-unknown")
            share = None if before is None else shares.numbered(connection, before.share)
            collection = None if share is None else share.collection
        store.see(
            connection,
            arrived.header.id,
            peer=peer,
            object_id=body.object,
            **sighting_values(body, direction="out" if arrived.ours else "in", at=arrived.received_at),
            collection=collection or 0,
        )
        self._changed(connection)

    def settled(self, connection: Connection, settled: Settled) -> None:
        """A message of ours reached its end: taken by the other node, refused, or given up here."""
        accepted = settled.verdict is Verdict.ACCEPTED
        if settled.header.kind == kinds.SIGHTED:
            store.settle_sighting(connection, settled.header.id, "delivered" if accepted else "refused")
            return
        parcel = shares.parcel(connection, settled.header.id)
        if parcel is None or parcel.state == "taken":
            return
        if accepted:
            shares.settle(connection, parcel.number, "delivered")
        else:
            code = settled.code or "given-up"
            shares.settle(connection, parcel.number, "refused", code=code, at=settled.received_at)
            given.not_taken(connection, parcel.number, code, settled.reason[: limits.LINE_MAX_CHARS])
        self._changed(connection)


def identity_of(node_id: str) -> str:
    """The id of the identity under which a node writes objects."""
    return f"identity--{uuid.uuid5(_NAMES, node_id)}"


def sighting_values(body: bodies.Sighted, *, direction: str, at: datetime) -> dict[str, Any]:
    """What is kept of a sighting."""
    return {
        "direction": direction,
        "count": body.count,
        "first_us": None if body.first is None else clock.to_us(body.first),
        "last_us": None if body.last is None else clock.to_us(body.last),
        "useful": body.useful,
        "text": body.text,
        "who": f"{body.officer.name} · {body.officer.unit}",
        "state": "delivered" if direction == "in" else "sent",
        "at_us": clock.to_us(at),
    }


def _answered(
    connection: Connection, arrived: Arrived, message_id: str, kind: str, length: int
) -> shares.Parcel | None:
    """The message of ours that an answer is about; None when there is nothing to be done."""
    if arrived.ours:
        store.answered_before(connection, message_id)
        return None
    parcel = shares.parcel(connection, message_id)
    if parcel is None and arrived.replayed:
        return None
    if parcel is None or parcel.peer != arrived.header.sender or parcel.kind != kind:
        raise Refused("share-unknown")
    if parcel.objects != length:
        raise Refused("share-answer", count=length, expected=parcel.objects)
    return None if parcel.state == "taken" else parcel


def _ours_again(connection: Connection, arrived: Arrived, found: Sequence[bytes]) -> None:
    """A pack of ours comes back after a restore: what the peer has is remembered, so that it can be recalled."""
    header: Header = arrived.header
    if shares.parcel(connection, header.id) is not None:
        return
    share = shares.named(connection, header.record_id or "")
    number = 0 if share is None else share.number
    peer, at = header.recipient, arrived.received_at
    parcel = shares.add_parcel(connection, header.id, kind="share", peer=peer, share=number, objects=len(found), at=at)
    given.again(connection, peer, found, share=number, parcel=parcel, at_us=clock.to_us(at))


def _source_of(peer: str, label: str, marks: Marks) -> Source:
    """A source for each way in which a peer marks: what is checked again later keeps the marks that it came with."""
    said = (marks.tlp, marks.pap, "+".join(marks.handling), marks.grade_4x4, marks.grade_6x6)
    return Source(giver=Giver.PEER, ref=" ".join((peer, *said)).strip(), label=label, marks=marks)


def _new_draft(title: str, peer: str, party: Party, ceiling: str) -> Draft:
    """Closed to programs until an officer opens it."""
    return Draft(
        title=title[: limits.LINE_MAX_CHARS],
        description_vi=f"Dữ liệu do {party.name_vi} chia sẻ qua nút {peer}.",
        description_en=f"Shared by {party.name_en} through the node {peer}.",
        ceiling=ceiling,
        readable=False,
        writable=False,
    )


def _draft(found: Collection, ceiling: str) -> Draft:
    return Draft(
        title=found.title,
        description_vi=found.description_vi,
        description_en=found.description_en,
        ceiling=ceiling,
        readable=found.readable,
        writable=found.writable,
    )


def _sentence(error: LienlacError) -> str:
    return error.sentence("en")[: limits.INTEL_TAKEN_REASON_CHARS]
