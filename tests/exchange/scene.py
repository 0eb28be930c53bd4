"""Two real ends of one link for the exchange's tests: real keys, real databases, the real post office.

Only the clock and chance are turned by hand. What a dishonest or broken sender would write is made with `forge`: it
signs and seals with real keys whatever header it is told to.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import shutil
import sqlite3
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from lienlac import ids
from lienlac.agreements import store as agreements
from lienlac.errors import LienlacError, Refused
from lienlac.exchange import store
from lienlac.exchange.names import MESSAGE_TYP
from lienlac.exchange.office import parsed_card, position
from lienlac.exchange.post import Arrived, Outgoing, Settled
from lienlac.exchange.post_office import PostOffice
from lienlac.exchange.transport.courier import Parcel, answer_delivery
from lienlac.keys import jwe, jws
from lienlac.keys.card import make_card
from lienlac.keys.suite import NodeKeys
from lienlac.people.officer import Officer, Role
from lienlac.storage.blobs.files import Files
from lienlac.storage.database import Database
from lienlac.wire.bodies.agreement import Agreement, ContactPoint, KindTerms, Party
from lienlac.wire.kinds import Kind
from lienlac.wire.message import Header, Lane, Marks, Message, Pap, Text, Tlp
from lienlac.wire.receipt import Answer, Reply
from tests.folders import files_in
from tests.world.fakes import START, HandClock, SeededChance

US, VN, SG = "us-ic3", "vn-a05", "sg-spf"
MARKS = Marks(tlp=Tlp.AMBER, pap=Pap.AMBER)


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of every test kind."""

    text: Text


ASK = Kind("test.ask", 1, Note, Lane.NORMAL, opening=True)
SHOUT = Kind("test.shout", 1, Note, Lane.URGENT, opening=True)
LOAD = Kind("test.load", 1, Note, Lane.BULK)
KINDS = (ASK, SHOUT, LOAD)
BY_LANE = {kind.lane: kind.name for kind in KINDS}


def officer(role: Role) -> Officer:
    return Officer(
        id="off-" + role.value[0] * 26, login=role.value, name="Trực ban", unit="A05", roles=frozenset({role})
    )


BOSS = officer(Role.SUPERVISOR)
DUTY = officer(Role.DUTY_OFFICER)


def key_chain(node_id: str, number: int = 0) -> tuple[NodeKeys, str]:
    """A node's keys and card, after that many rotations; made once for each session."""
    return _key_chain(node_id, number)


@functools.cache
def _key_chain(node_id: str, number: int) -> tuple[NodeKeys, str]:
    keys = NodeKeys.generate(node_id, START) if not number else key_chain(node_id, number - 1)[0].rotated()
    return keys, card_for(node_id, keys)


def card_for(node_id: str, keys: NodeKeys, url: str = "https://127.0.0.1:1") -> str:
    names = {"name_vi": f"Nút {node_id}", "name_en": f"Node {node_id}", "country": node_id[:2].upper()}
    return make_card(keys, node_id=node_id, url=url, created_at=START, **names).decode()


class End:
    """One node. `got` and `settled` are what its handlers heard; `behave` is called by them and may raise."""

    def __init__(
        self,
        node_id: str,
        database: Database,
        clock: HandClock,
        *,
        rotation: int = 0,
        seed: str = "",
        url: str | None = None,
        kinds: tuple[Kind, ...] = KINDS,
        files: Files | None = None,
        scan: str = "",
    ) -> None:
        self.node_id, self.database, self.clock = node_id, database, clock
        keys, card = key_chain(node_id, rotation)
        self.post = PostOffice(
            database=database,
            clock=clock,
            chance=SeededChance(f"{node_id} {seed}"),
            node_id=node_id,
            keys=keys,
            card=card if url is None else card_for(node_id, keys, url),
            files=files or files_in(),
            kinds=kinds,
            scan=scan,
        )
        self.office = self.post.office
        self.got: list[str] = []
        self.heard: list[Arrived] = []
        self.settled: list[Settled] = []
        self.behave: Any = lambda _connection, _arrived: None
        names = [kind.name for kind in kinds]
        self.post.listen({name: [self._arrived] for name in names}, {name: [self._settled] for name in names})

    def _arrived(self, connection: Any, arrived: Arrived) -> None:
        self.behave(connection, arrived)
        self.got.append(arrived.body.text)
        self.heard.append(arrived)

    def _settled(self, _connection: Any, settled: Settled) -> None:
        self.settled.append(settled)

    # --- acting ---------------------------------------------------------------------------------------------------

    def outgoing(self, peer: End, text: str, lane: Lane = Lane.NORMAL, **changes: Any) -> Outgoing:
        values: dict[str, Any] = {
            "kind": BY_LANE[lane],
            "body": Note(text=text),
            "recipient": peer.node_id,
            "purpose": "stop-funds",
            "legal_basis": "arrangement",
            "typology": "fxp-rig",
            "marks": MARKS,
            "addressees": ("duty",),
        }
        return Outgoing(**{**values, **changes})

    def send(self, peer: End, *texts: str, lane: Lane = Lane.NORMAL, **changes: Any) -> list[str]:
        """Queue messages in one transaction; returns their digests."""
        items = [self.outgoing(peer, text, lane, **changes) for text in texts]
        return self.database.write(
            lambda connection: [sent.digest for sent in self.post.departures.send_many(connection, items)]
        )

    def parcel(self, peer: End, lane: Lane = Lane.NORMAL) -> Parcel:
        made = self.post.courier.parcel(peer.node_id, lane)
        assert made is not None
        return made

    def deliver(self, peer: End, lane: Lane = Lane.NORMAL) -> Reply:
        """One parcel there and its answer back."""
        parcel = self.parcel(peer, lane)
        return self.post.courier.delivered(parcel, self.carry(parcel, peer))

    def carry(self, parcel: Parcel, peer: End) -> bytes:
        """Only there: the sealed reply."""
        return answer_delivery(peer.office, peer.post.arrivals, parcel.body, self.node_id)[1]

    def take(self, *envelopes: bytes, via: str | None = None) -> list[Answer]:
        """What this node answers to these envelopes."""
        return list(self.post.arrivals.receive(envelopes, via).answers)

    # --- looking --------------------------------------------------------------------------------------------------

    def read(self, query: Any, *args: Any, **named: Any) -> Any:
        """A store function asked on a reading connection."""
        with self.database.read() as connection:
            return query(connection, *args, **named)

    def envelopes(self, peer: End, lane: Lane = Lane.NORMAL) -> list[bytes]:
        """What waits in a lane."""
        return [item.envelope for item in self.read(store.outbox, peer.node_id, lane, after=0, rows=10_000)]

    def place(self, peer: End, direction: store.Direction, lane: Lane = Lane.NORMAL) -> store.LanePosition:
        def ask(connection: Any) -> store.LanePosition:
            known = agreements.require_peer(connection, peer.node_id)
            return position(connection, known, direction, lane, peer.node_id if direction == "in" else self.node_id)

        found: store.LanePosition = self.read(ask)
        return found

    def stored(self, digest: str) -> store.Stored:
        found: store.Stored | None = self.read(store.by_digest, digest)
        assert found is not None
        return found

    def alarms(self, peer: End) -> set[str]:
        return {row.code for row in self.read(store.alarms, peer.node_id)}

    def peer(self, other: End) -> agreements.Peer:
        found: agreements.Peer = self.read(agreements.require_peer, other.node_id)
        return found

    # --- keys -----------------------------------------------------------------------------------------------------

    def rotate(self, number: int = 1) -> None:
        """As the installation does it: tell everybody under the old keys, then put the new ones in place."""
        keys, card = key_chain(self.node_id, number)
        self.post.desk.announce_keys(BOSS, card)
        self.office.keys, self.office.card = keys, card


def settle_all(*ends: End, rounds: int = 40) -> None:
    """Deliver between these ends, lane by lane, until nothing waits; fails when that does not end."""
    for _ in range(rounds):
        roads = [(end, *road) for end in ends for road in end.read(store.outbox_lanes)]
        if not roads:
            return
        for end, peer_id, lane in roads:
            peer = next(one for one in ends if one.node_id == peer_id)
            parcel = end.post.courier.parcel(peer_id, lane)
            if parcel is None:
                continue
            try:
                end.post.courier.delivered(parcel, end.carry(parcel, peer))
            except Refused as refusal:  # the road failed, as `dial` would see it; it is tried again
                end.post.courier.failed(parcel, refusal.code, "")
    waiting = [(end.node_id, end.read(store.outbox_lanes)) for end in ends]
    raise AssertionError(waiting)


def agreement_of(a: End, b: End, agreement_id: str, **changes: Any) -> Agreement:
    contact = ContactPoint(desk="Trực ban", phone="+84 24 0000 0000", email="truc@example.org", named_officer="Anh")
    parties = tuple(
        Party(node_id=end.node_id, name_vi="v", name_en="e", fingerprint=end.office.fingerprint, contact=contact)
        for end in (a, b)
    )
    values: dict[str, Any] = {
        "agreement_id": agreement_id,
        "version": 1,
        "proposed_at": a.clock.now(),
        "parties": parties,
        "kinds": (KindTerms(kind=ASK.name), KindTerms(kind=SHOUT.name)),
        "purposes": ("stop-funds",),
        "legal_bases": ("arrangement",),
        "typologies": ("fxp-rig",),
        "refusal_grounds": (),
        "tlp_ceiling": Tlp.AMBER_STRICT,
        "pap_ceiling": Pap.AMBER,
        "retention_days": 100,
        "no_receipt_warning_s": 300,
    }
    return Agreement(**{**values, **changes})


def pair(a: End, b: End) -> str:
    """The ceremony without an agreement; returns the agreement's id."""
    invitation = a.post.desk.invite(BOSS)
    acceptance = b.post.desk.accept(BOSS, invitation, heard_fingerprint=a.office.fingerprint)
    assert acceptance is not None
    a.post.desk.accept(BOSS, acceptance, heard_fingerprint=b.office.fingerprint)
    return a.post.desk.read_paper(acceptance).paper.agreement_id


def agree(a: End, b: End, agreement_id: str, **changes: Any) -> None:
    agreement = agreement_of(a, b, agreement_id, **changes)
    a.post.desk.propose(BOSS, msgspec.json.encode(agreement))
    settle_all(a, b)
    b.post.desk.sign(BOSS, a.node_id, agreement.version)
    settle_all(a, b)


def code_of(error: Any) -> str:
    """The code of a caught error."""
    raised = error.value
    assert isinstance(raised, LienlacError)
    return raised.code


# --- what a broken or dishonest sender writes -----------------------------------------------------------------------


def header_of(sender: End, recipient: End, lane: Lane = Lane.NORMAL, /, **changes: Any) -> Header:
    """A good header for the next place as the recipient sees it, and whatever is changed in it."""
    place = recipient.place(sender, "in", lane)
    values: dict[str, Any] = {
        "id": ids.new_id("msg", sender.office.chance),
        "kind": BY_LANE[lane],
        "version": 1,
        "sender": sender.node_id,
        "recipient": recipient.node_id,
        "lane": lane,
        "sequence": place.sequence + 1,
        "previous": place.chain,
        "sent_at": sender.clock.now(),
        "expires_at": sender.clock.now() + timedelta(days=30),
        "agreement_id": sender.peer(recipient).agreement_id,
        "purpose": "stop-funds",
        "legal_basis": "arrangement",
        "typology": "fxp-rig",
        "marks": MARKS,
        "addressees": ("duty",),
    }
    return Header(**{**values, **changes})


@dataclass(frozen=True)
class Forged:
    """Made bytes: payload, signed, sealed."""

    payload: bytes
    signed: bytes
    envelope: bytes
    chain: str = field(default="")

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.signed).hexdigest()


def forge(
    sender: End, recipient: End, header: Header | None = None, body: Any = None, *, keys: NodeKeys | None = None
) -> Forged:
    """A message signed by `keys` (the sender's own if not told otherwise) and sealed to the recipient."""
    raw = msgspec.json.encode({"text": "forged"} if body is None else body)
    payload = msgspec.json.encode(Message(header=header or header_of(sender, recipient), body=msgspec.Raw(raw)))
    return forge_payload(payload, keys or sender.office.keys, recipient)


def forge_payload(payload: bytes, keys: NodeKeys, recipient: End) -> Forged:
    """Any bytes, truly signed and sealed."""
    signed = jws.sign(payload, keys.signing, MESSAGE_TYP)
    sealed = jwe.seal(signed, parsed_card(recipient.office.card).sealing, MESSAGE_TYP)
    return Forged(payload, signed, sealed, hashlib.sha256(payload).hexdigest())


# --- files ----------------------------------------------------------------------------------------------------------


@dataclass
class Link:
    """Two ends in agreement on SQLite files of their own, which can be saved, restored and opened anew."""

    folder: Path
    clock: HandClock
    us: End
    vn: End

    def file(self, end: End) -> Path:
        return self.folder / f"{end.node_id}.db"

    def save(self, end: End, name: str = "saved") -> Path:
        """A backup while it runs."""
        target = self.folder / f"{end.node_id}.{name}"
        target.unlink(missing_ok=True)
        source, copy = sqlite3.connect(self.file(end)), sqlite3.connect(target)
        source.backup(copy)
        copy.close()
        source.close()
        return target

    def restore(self, end: End, saved: Path, *, rotation: int = 0) -> End:
        """The disk is lost; a new process goes on from the backup."""
        end.database.close()
        for ending in ("", "-wal", "-shm"):
            self.file(end).with_name(self.file(end).name + ending).unlink(missing_ok=True)
        shutil.copyfile(saved, self.file(end))
        again = End(
            end.node_id, open_file(self.file(end)), self.clock, rotation=rotation, seed=f"start {next(_starts)}"
        )
        if end is self.us:
            self.us = again
        else:
            self.vn = again
        return again


_starts = itertools.count(1)
"""A process that starts again draws other ids than the one before it."""


def open_file(path: Path) -> Database:
    return Database.open(f"sqlite:///{path}", synchronous="off")
