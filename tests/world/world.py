"""A small world of real nodes that lives by one seed: officers act, couriers run, networks fail, disks are lost.

Every choice is drawn from the seed alone, so a seed replays. The world only does things; what must hold meanwhile is
said in `checkers`. After its steps it heals everything and demands that all is delivered within bounded steps.
"""

from __future__ import annotations

import io
import random
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from lienlac.agreements import store as agreements
from lienlac.errors import LienlacError, NotAllowed
from lienlac.exchange import store
from lienlac.storage import heads, ledger
from lienlac.wire.message import Lane
from tests.world import checkers, nodes, pebbles
from tests.world.network import Network, Weather

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.world.nodes import SimNode, Template

STEPS = 45
HEALING_ROUNDS_MAX = 80


class World:
    """One seed's world in one folder."""

    THREE = 0.2
    """How often there are three nodes instead of two."""

    def __init__(self, seed: int, folder: Path, templates: dict[int, Template]) -> None:
        self.seed = seed
        self.folder = folder
        self.chance = random.Random(f"world {seed}")
        self.story: list[str] = []
        count = 3 if self.chance.random() < self.THREE else 2
        self.clock, self.nodes = templates[count].copy(folder, str(seed))
        self.network = Network(self.clock, random.Random(f"network {seed}"), self.note)
        self.network.weather = self._weather()
        self.written: dict[str, str] = {}
        self.uncertain: set[str] = set()
        self.lost_heads: set[tuple[int, int, bytes]] = set()
        self.backups: dict[str, tuple[Path, int, set[str]]] = {}
        self.files: list[tuple[SimNode, SimNode, bytes]] = []
        self.numbers = iter(range(1, 100_000))
        self.steps = self._climate()

    # --- what this seed is like -----------------------------------------------------------------------------------

    def _weather(self) -> Weather:
        """Some seeds have good weather, some have one misfortune, some all of them."""

        def bad() -> float:
            return self.chance.choice((0.0, 0.0, 0.1, 0.35))

        slow = self.chance.choice((0.1, 2.0, 40.0))
        return Weather(request_lost=bad(), reply_lost=bad(), twice=bad(), ghost=bad() / 2, slow_s=slow)

    def _climate(self) -> list[Callable[[], None]]:
        """The steps of this world, each as often as this seed wants it."""
        always = {self.act: 8, self.courier: 10, self.wait: 8}
        sometimes: dict[Callable[[], None], int] = {
            self.partition: 2,
            self.reconnect: 2,
            self.suspend: 1,
            self.resume: 2,
            self.restart: 1,
            self.back_up: 2,
            self.lose_disk: 1,
            self.rotate: 1,
            self.carry_file: 2,
            self.fall_sick: 1,
            self.get_well: 1,
            self.read_letters: 1,
            self.fetch: 3,
            self.wrong_clock: 1,
        }
        chosen = {step: weight for step, weight in sometimes.items() if self.chance.random() < 0.55}
        weighted = always | chosen
        return [step for step, weight in weighted.items() for _ in range(weight)]

    def note(self, text: str) -> None:
        self.story.append(f"{self.clock.now():%d %H:%M:%S} {text}")

    # --- life -----------------------------------------------------------------------------------------------------

    def live(self, steps: int = STEPS) -> None:
        """All of it; raises `checkers.Broken`."""
        try:
            for _ in range(steps):
                self.chance.choice(self.steps)()
                checkers.safety(self.nodes, self.written)
            self.heal()
            checkers.safety(self.nodes, self.written)
            checkers.settled(self.nodes, self.written, self.uncertain, self.lost_heads)
        finally:
            for node in self.nodes:
                node.shut()

    def two(self) -> tuple[SimNode, SimNode]:
        a, b = self.chance.sample(self.nodes, 2)
        return a, b

    def one(self) -> SimNode:
        return self.chance.choice(self.nodes)

    def by_id(self, node_id: str) -> SimNode:
        return next(node for node in self.nodes if node.node_id == node_id)

    # --- steps ----------------------------------------------------------------------------------------------------

    def act(self) -> None:
        """An officer sends one pebble or a few at once."""
        a, b = self.two()
        lane = self.chance.choice(list(Lane))
        prefixes = ["plain"] * 8 + [pebbles.POISON, pebbles.UNWANTED]
        texts = [
            f"{self.chance.choice(prefixes)} {a.node_id} {next(self.numbers)}"
            for _ in range(self.chance.choice((1, 1, 1, 2, 4)))
        ]
        try:
            a.send(b.node_id, lane, *texts)
        except NotAllowed as error:
            self.note(f"{a.node_id} may not send: {error.code}")
            return
        self.written |= dict.fromkeys(texts, a.node_id)
        self.note(f"{a.node_id} sends {lane.value} {texts}")

    def courier(self) -> None:
        """One node's courier looks what is due."""
        self._courier(self.one())

    def _courier(self, node: SimNode) -> None:
        node.compared -= node.post.office.forgot
        for peer in self.nodes:
            if peer is not node:
                self._compare_once(node, peer)
        for peer_id, lane in node.post.courier.due():
            if (peer_id, lane) in node.busy:
                continue
            peer, compared = self.by_id(peer_id), peer_id in node.compared
            parcel = node.post.courier.parcel(peer_id, lane)
            if parcel is None:
                continue
            if not compared and not self._compare_once(node, peer):
                node.post.courier.failed(parcel, "peer-unreachable", "comparing")
                continue
            self.network.post(node, peer, parcel)

    def _compare_once(self, node: SimNode, peer: SimNode) -> bool:
        """Before the first delivery after a start: do we remember what we once exchanged?"""
        if peer.node_id in node.compared:
            return True
        if not self.network.call_succeeds(node.node_id, peer.node_id):
            return False
        recovery = node.post.recovery
        try:
            loss = recovery.compare(peer.node_id, peer.post.recovery.state_for(node.node_id))
            for wanted in loss.wanted:
                request = wanted
                while True:
                    page = peer.post.recovery.record_for(node.node_id, request)
                    following = recovery.fetched(loss, request, page)
                    if following is None:
                        break
                    request = following
            ours, theirs = recovery.absorb(loss)
            if ours or theirs or loss.log_lost:
                self.note(f"{node.node_id} recovers from {peer.node_id}: {loss.wanted} log {loss.log_lost}")
                self.note(f"{node.node_id} recovered {ours} sent and {theirs} received")
        except LienlacError as error:
            self.note(f"{node.node_id} could not compare with {peer.node_id}: {error}")
            return error.code == "key-unknown"  # it rotated and its word is on its way: go on, compare later
        node.compared.add(peer.node_id)
        node.post.office.forgot.discard(peer.node_id)
        return True

    def wait(self) -> None:
        """Time passes: a moment, a minute, an hour, half a day."""
        self.network.turn(self.chance.choice((0.3, 5.0, 60.0, 900.0, 4_000.0, 40_000.0)))

    def partition(self) -> None:
        a, b = self.two()
        self.network.weather.cuts.add((a.node_id, b.node_id))
        if self.chance.random() < 0.5:
            self.network.weather.cuts.add((b.node_id, a.node_id))
        self.note(f"cut {sorted(self.network.weather.cuts)}")

    def reconnect(self) -> None:
        self.network.weather.cuts.clear()
        self.note("no cuts")

    def suspend(self) -> None:
        a, b = self.two()
        kind = self.chance.choice((None, None, "pebble.normal"))
        a.post.desk.suspend(nodes.SUPERVISOR, b.node_id, kind=kind, reason="world")
        self.note(f"{a.node_id} suspends {kind or 'everything'} with {b.node_id}")

    def resume(self) -> None:
        a, b = self.two()
        for kind in (None, "pebble.normal"):
            self._resume(a, b, kind)

    def _resume(self, a: SimNode, b: SimNode, kind: str | None) -> None:
        try:
            a.post.desk.resume(nodes.SUPERVISOR, b.node_id, kind=kind, reason="world")
        except NotAllowed:
            return
        self.note(f"{a.node_id} resumes {kind or 'everything'} with {b.node_id}")

    def restart(self) -> None:
        node = self.one()
        node.shut()
        node.start()
        self.note(f"{node.node_id} starts again")

    def back_up(self) -> None:
        node = self.one()
        path = self.folder / f"{node.node_id}.backup"
        node.save(path)
        own = {text for text, author in self.written.items() if author == node.node_id}
        self.backups[node.node_id] = (path, node.rotation, own)
        self.note(f"{node.node_id} saved")

    def lose_disk(self) -> None:
        """A node goes on from an older backup. What it wrote since may be lost, unless a peer had taken it."""
        node = self.one()
        found = self.backups.get(node.node_id)
        if found is None or (found[1] != node.rotation and not self._everybody_knows(node)):
            return  # a rotation that is lost before anybody heard of it cannot be announced again: see the weaknesses
        path, _, saved = found
        node.restore(path)
        self._forget_heads(node)
        self.network.forget(node)
        self.files = [file for file in self.files if file[0] is not node]  # they hold receipts that nobody remembers
        own = {text for text, author in self.written.items() if author == node.node_id}
        self.uncertain |= own - saved
        self.note(f"{node.node_id} restored; uncertain {sorted(own - saved)}")

    def _forget_heads(self, node: SimNode) -> None:
        """Heads of a log beyond its backup were lost with the disk; whoever saw them saw the truth of that time."""
        with node.database.read() as connection:
            size = ledger.size(connection)
        for witness in self.nodes:
            with witness.database.read() as connection:
                rows = connection.execute(
                    sa.select(heads.heads.c.epoch, heads.heads.c.size, heads.heads.c.root).where(
                        heads.heads.c.name == node.node_id, heads.heads.c.size > size
                    )
                )
                self.lost_heads |= {(row.epoch, row.size, bytes(row.root)) for row in rows}

    def _everybody_knows(self, node: SimNode) -> bool:
        kid = node.post.office.keys.signing.kid
        for peer in self.nodes:
            with peer.database.read() as connection:
                if peer is not node and agreements.key(connection, kid) is None:
                    return False
        return True

    def rotate(self) -> None:
        node = self.one()
        if node.rotation == nodes.ROTATIONS_MAX:
            return
        keys, card = nodes.key_chain(node.node_id)[node.rotation + 1]
        node.post.desk.announce_keys(nodes.SUPERVISOR, card)
        node.rotation += 1
        node.post.office.keys, node.post.office.card = keys, card
        self.note(f"{node.node_id} rotates its keys")

    def carry_file(self) -> None:
        """Pack a courier file, or unpack one: late, again, or cut short."""
        if self.files and self.chance.random() < 0.6:
            sender, recipient, data = self.chance.choice(self.files)
            if self.chance.random() < 0.15:
                data = data[: self.chance.randrange(len(data))]
            try:
                counts = recipient.post.courier_files.unpack(nodes.SUPERVISOR, io.BytesIO(data))
            except LienlacError as error:
                self.note(f"{recipient.node_id} cannot unpack: {error.code}")
                return
            self.note(f"{recipient.node_id} unpacks from {sender.node_id}: {counts}")
            return
        a, b = self.two()
        out = io.BytesIO()
        counts = a.post.courier_files.pack(nodes.SUPERVISOR, b.node_id, out)
        self.files.append((a, b, out.getvalue()))
        self.note(f"{a.node_id} packs for {b.node_id}: {counts}")

    def fall_sick(self) -> None:
        node = self.one()
        node.health.sick = True
        self.note(f"{node.node_id} falls sick")

    def get_well(self) -> None:
        for node in self.nodes:
            node.health.sick = False

    def read_letters(self) -> None:
        self._read_letters(self.one())

    def _read_letters(self, node: SimNode) -> bool:
        """An officer decides about dead letters."""
        with node.database.read() as connection:
            letters = store.dead_letters(connection)
        for letter in letters:
            retry = self.chance.random() < 0.6
            self.note(f"{node.node_id} {'retries' if retry else 'gives up'} {letter.kind} ({letter.code})")
            try:
                if retry:
                    node.post.desk.retry_letter(nodes.SUPERVISOR, letter.digest)
                else:
                    node.post.desk.give_up_letter(nodes.SUPERVISOR, letter.digest, "world")
            except NotAllowed as error:
                self.note(f"{node.node_id} may not: {error.code}")
        return bool(letters)

    def fetch(self) -> None:
        """A node calls another one to fetch what waits there, beside the other's own courier."""
        a, b = self.two()
        if self.network.open(a.node_id, b.node_id):
            nodes.fetch(a, b, self.chance.choice(list(Lane)), lose_reply=not self.network.open(b.node_id, a.node_id))

    def wrong_clock(self) -> None:
        node = self.one()
        node.clock.error = timedelta(seconds=self.chance.choice((0, 0, 60, -60, 3_600, 86_400, -86_400)))
        self.note(f"{node.node_id} clock is wrong by {node.clock.error}")

    # --- healing --------------------------------------------------------------------------------------------------

    def heal(self) -> None:
        """Everything works again; within bounded rounds nothing may wait any more."""
        self.note("--- healing")
        self.network.calm()
        self.get_well()
        for node in self.nodes:
            node.clock.error = timedelta(0)
            for peer in self.nodes:
                if peer is not node:
                    for kind in (None, "pebble.normal"):
                        self._resume(node, peer, kind)
        self.network.turn(20_001)  # the last ghosts arrive
        for _ in range(HEALING_ROUNDS_MAX):
            if not self._unfinished():
                return
            for node in self.nodes:
                for peer in self.nodes:
                    if peer is not node:
                        self._compare_once(node, peer)
                self._courier(node)
                self._read_letters(node)
            self.network.turn(9_100)  # longer than any back-off
        checkers.settled(self.nodes, self.written, self.uncertain, self.lost_heads)
        raise checkers.Broken("healing does not end")

    def _unfinished(self) -> bool:
        for node in self.nodes:
            if len(node.compared) < len(self.nodes) - 1:
                return True
            with node.database.read() as connection:
                if store.outbox_lanes(connection) or store.dead_letters(connection):
                    return True
        return False
