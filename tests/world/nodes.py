"""Real nodes for the simulated world: real keys, a real SQLite file each, and the real post office.

Keys are made once for each process; a template of paired nodes with an agreement in force (through the real desks)
is made once too and copied for every seed. A node can be shut, opened again from its file, saved and restored.
"""

from __future__ import annotations

import contextlib
import functools
import shutil
import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from lienlac.errors import LienlacError
from lienlac.exchange import store
from lienlac.exchange.post_office import PostOffice
from lienlac.exchange.transport.courier import answer_delivery, next_page
from lienlac.keys.card import make_card
from lienlac.keys.suite import NodeKeys
from lienlac.people.officer import Officer, Role
from lienlac.storage.database import Database
from lienlac.wire.bodies.agreement import Agreement, ContactPoint, KindTerms, Party
from lienlac.wire.message import Lane, Pap, Tlp
from tests.folders import files_in
from tests.world import pebbles
from tests.world.fakes import START, HandClock, SeededChance, WrongClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lienlac.wire.kinds import Kind

NODE_IDS = ("vn-a05", "us-ic3", "sg-spf")
ROTATIONS_MAX = 2
SUPERVISOR = Officer(
    id="off-" + "s" * 26, login="truc", name="Trực ban", unit="A05", roles=frozenset({Role.SUPERVISOR})
)


@functools.cache
def key_chain(node_id: str) -> list[tuple[NodeKeys, str]]:
    """A node's keys and cards: the first, and those after each rotation."""
    keys, chain = NodeKeys.generate(node_id, START), []
    for number in range(ROTATIONS_MAX + 1):
        if number:
            keys = keys.rotated()
        card = make_card(
            keys,
            node_id=node_id,
            name_vi=f"Nút {node_id}",
            name_en=f"Node {node_id}",
            country=node_id[:2].upper(),
            url=f"https://{node_id}.example",
            created_at=START,
        )
        chain.append((keys, card.decode()))
    return chain


class Eye:
    """Looks into a node's file from outside, and knows whether anything was committed since it was found good."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
        self._good = self._seen = -1

    def see(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(query, values).fetchall()

    def anything_new(self) -> bool:
        ((self._seen,),) = self.see("PRAGMA data_version")  # another number after every commit of others
        return self._seen != self._good

    def found_good(self) -> None:
        self._good = self._seen

    def close(self) -> None:
        self._connection.close()


@dataclass
class SimNode:
    """One node. `post` is a new object after each start; what survives is the file, the keys and the health."""

    node_id: str
    path: Path
    clock: WrongClock
    chance: SeededChance
    rotation: int = 0
    health: pebbles.Health = field(default_factory=pebbles.Health)
    starts: int = 0
    kinds: tuple[Kind, ...] = pebbles.KINDS
    after_start: Callable[[], None] = lambda: None
    """What else is wired round the node, anew after each start."""

    def start(self) -> None:
        """Open the file and wire everything round it anew."""
        self.starts += 1
        keys, card = key_chain(self.node_id)[self.rotation]
        self.database = Database.open(f"sqlite:///{self.path}", synchronous="off")
        self.post = PostOffice(
            database=self.database,
            clock=self.clock,
            chance=self.chance,
            node_id=self.node_id,
            keys=keys,
            card=card,
            files=files_in(self.path.parent / f"{self.node_id}-files"),
            kinds=self.kinds,
        )
        self.pebbles = pebbles.Pebbles(self.health)
        names = [kind.name for kind in pebbles.KINDS]
        self.post.listen(
            {name: [self.pebbles.arrived] for name in names}, {name: [self.pebbles.settled] for name in names}
        )
        self.compared: set[str] = set()
        self.busy: set[tuple[str, Lane]] = set()
        self.after_start()

    @functools.cached_property
    def eye(self) -> Eye:
        """From outside, until the node is shut."""
        return Eye(self.path)

    def shut(self) -> None:
        if "eye" in self.__dict__:
            self.eye.close()
            del self.eye
        self.database.close()

    def save(self, to: Path) -> None:
        """A backup of the database while it runs."""
        to.unlink(missing_ok=True)
        source, target = sqlite3.connect(self.path), sqlite3.connect(to)
        source.backup(target)
        target.close()
        source.close()

    def restore(self, saved: Path) -> None:
        """The disk is lost; go on from an older backup. The key file is kept elsewhere and is the newest."""
        self.shut()
        for ending in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        shutil.copyfile(saved, self.path)
        self.start()

    def send(self, peer: str, lane: Lane, *texts: str, **changes: object) -> list[str]:
        """An officer acts: pebbles in one transaction; returns the messages' digests."""
        items = [pebbles.outgoing(peer, lane, text, **changes) for text in texts]

        def work(connection: Any) -> list[str]:
            sent = self.post.departures.send_many(connection, items)
            for item, text in zip(sent, texts, strict=True):
                self.pebbles.sent(connection, item.header.id, peer, text)
            return [item.digest for item in sent]

        return self.database.write(work)

    def answer(self, body: bytes, via: str | None) -> bytes:
        """What this node's door does with a delivery."""
        return answer_delivery(self.post.office, self.post.arrivals, body, via)[1]


def deliver(sender: SimNode, recipient: SimNode, lane: Lane) -> Any:
    """One parcel of a lane over a wire without fault; returns the reply, None when nothing waits."""
    parcel = sender.post.courier.parcel(recipient.node_id, lane)
    if parcel is None:
        return None
    return sender.post.courier.delivered(parcel, recipient.answer(parcel.body, sender.node_id))


def deliver_all(nodes: list[SimNode], rounds: int = 30) -> None:
    """Deliver between all nodes until nothing moves any more; asserts that this ends."""
    for _ in range(rounds):
        moved = False
        for sender in nodes:
            with sender.database.read() as connection:
                roads = store.outbox_lanes(connection)
            for peer, lane in roads:
                recipient = next(node for node in nodes if node.node_id == peer)
                deliver(sender, recipient, lane)
                moved = True
        if not moved:
            return
    msg = "still something to deliver"
    raise AssertionError(msg)


def agreement(a: SimNode, b: SimNode, agreement_id: str, version: int = 1, **changes: Any) -> bytes:
    """The document's exact bytes: every pebble is covered, marks up to AMBER."""

    def party(node: SimNode) -> Party:
        contact = ContactPoint(desk="Trực ban", phone="+84 24 0000 0000", email="truc@example.org", named_officer="Anh")
        return Party(
            node_id=node.node_id,
            name_vi=node.node_id,
            name_en=node.node_id,
            fingerprint=node.post.office.fingerprint,
            contact=contact,
        )

    values: dict[str, Any] = {
        "agreement_id": agreement_id,
        "version": version,
        "proposed_at": a.clock.now(),
        "parties": (party(a), party(b)),
        "kinds": tuple(KindTerms(kind=kind.name) for kind in pebbles.KINDS),
        "purposes": (pebbles.PURPOSE,),
        "legal_bases": (pebbles.BASIS,),
        "typologies": ("fxp-rig",),
        "refusal_grounds": ("not-found",),
        "tlp_ceiling": Tlp.AMBER_STRICT,
        "pap_ceiling": Pap.AMBER,
        "retention_days": 1825,
        "no_receipt_warning_s": 300,
    }
    return msgspec.json.encode(Agreement(**{**values, **changes}))


def pair(a: SimNode, b: SimNode, *, agree: bool = True, **agreed: Any) -> str:
    """The whole ceremony through the desks; returns the agreement's id."""
    invitation = a.post.desk.invite(SUPERVISOR)
    acceptance = b.post.desk.accept(SUPERVISOR, invitation, heard_fingerprint=a.post.office.fingerprint)
    assert acceptance is not None
    a.post.desk.accept(SUPERVISOR, acceptance, heard_fingerprint=b.post.office.fingerprint)
    agreement_id = a.post.desk.read_paper(acceptance).paper.agreement_id
    if agree:
        a.post.desk.propose(SUPERVISOR, agreement(a, b, agreement_id, **agreed))
        deliver_all([a, b])
        b.post.desk.sign(SUPERVISOR, a.node_id, 1)
        deliver_all([a, b])
    return agreement_id


def new_node(
    node_id: str, path: Path, clock: HandClock, seed: str, *, empty: bool, kinds: tuple[Kind, ...] = pebbles.KINDS
) -> SimNode:
    """A started node over a file that is there already, or over an empty one that gets all tables."""
    node = SimNode(node_id, path, WrongClock(clock), SeededChance(f"{seed}/{node_id}"), kinds=kinds)
    node.start()
    if empty:
        node.database.create_all()
        node.database.write(pebbles.metadata.create_all)
    return node


@dataclass
class Template:
    """Files of paired nodes, closed, and the time at which they were closed."""

    files: dict[str, Path]
    at: Any
    kinds: tuple[Kind, ...] = pebbles.KINDS

    def opened(self) -> list[SimNode]:
        """The template's own nodes, to prepare them further; the caller shuts them."""
        clock = HandClock(self.at)
        return [
            new_node(node_id, path, clock, "template", empty=False, kinds=self.kinds)
            for node_id, path in self.files.items()
        ]

    def copy(self, folder: Path, seed: str) -> tuple[HandClock, list[SimNode]]:
        """Started nodes on fresh copies."""
        clock = HandClock(self.at)
        nodes = []
        for node_id in self.files:
            path = folder / f"{node_id}.db"
            shutil.copyfile(self.files[node_id], path)
            nodes.append(new_node(node_id, path, clock, seed, empty=False, kinds=self.kinds))
        return clock, nodes


def make_template(
    folder: Path,
    *,
    count: int = 2,
    agree: bool = True,
    kinds: tuple[Kind, ...] = pebbles.KINDS,
    agreed: Callable[[SimNode, SimNode], dict[str, Any]] = lambda _a, _b: {},
) -> Template:
    """Pair every node with every other one, through the desks. `agreed`: what the agreement of two of them says."""
    clock = HandClock()
    nodes = [
        new_node(node_id, folder / f"{node_id}.db", clock, "template", empty=True, kinds=kinds)
        for node_id in NODE_IDS[:count]
    ]
    for i, a in enumerate(nodes):
        for b in nodes[i + 1 :]:
            pair(a, b, agree=agree, **agreed(a, b))
            clock.turn(60)
    for node in nodes:
        node.shut()
    return Template({node.node_id: node.path for node in nodes}, clock.now(), kinds)


def fetch(caller: SimNode, peer: SimNode, lane: Lane, *, lose_reply: bool = False) -> int:
    """The caller fetches what waits for it at the peer, and brings back the receipts; returns the envelopes taken."""
    with caller.database.read() as connection:
        place = store.lane_position(connection, peer.node_id, "in", lane)
    after = place.sequence if place is not None else 0
    with peer.database.read() as connection:
        waiting = next_page(connection, caller.node_id, lane, after=after)
    if not waiting or lose_reply:
        return 0
    reply = caller.post.arrivals.receive([item.envelope for item in waiting], peer.node_id)
    with peer.database.read() as connection:
        again = store.outbox(connection, caller.node_id, lane, after=after, rows=len(reply.answers))
    with contextlib.suppress(LienlacError):
        peer.post.settlements.settle(caller.node_id, again, reply)
    return len(waiting)
