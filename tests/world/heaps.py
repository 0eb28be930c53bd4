"""The simulated world with shared records: officers of all nodes work on the same heaps while everything goes wrong.

The networks, disks and clocks are those of `world`. What officers do here: open, state, supersede, take back, restrict
to some members or by marks, invite, answer, leave, remove, give history, decide what waits for a second officer.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from lienlac.errors import NotAllowed, Refused
from lienlac.people.officer import Officer, Role
from lienlac.people.store import insert_account
from lienlac.records.shared.desk import Say
from lienlac.releases.release import State, Step
from lienlac.wire.bodies.agreement import KindTerms, SecondOfficer
from lienlac.wire.bodies.parts import Said
from lienlac.wire.bodies.records import History, Remark
from lienlac.wire.message import Marks, Pap, Tlp
from tests.records.heaps import HeapNode
from tests.records.stones import SHAPE, Stone, StoneFacts
from tests.world import checkers, heap_checkers, nodes, pebbles
from tests.world.heap_checkers import Ledger, Watched
from tests.world.network import Weather
from tests.world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.world.nodes import SimNode, Template

KINDS = (*pebbles.KINDS, *SHAPE.kinds)
CEILINGS = {
    frozenset({"vn-a05", "us-ic3"}): Tlp.AMBER_STRICT,
    frozenset({"vn-a05", "sg-spf"}): Tlp.AMBER,
    frozenset({"us-ic3", "sg-spf"}): Tlp.GREEN,
}
GUARDED = {frozenset({"vn-a05", "us-ic3"})}
"""Between these, what is about a witness leaves only with a second officer."""
EXPECTED = frozenset(
    {
        "shared-no-part", "shared-not-host", "shared-member-already", "shared-answered", "not-found", "no-agreement",
        "link-suspended", "release-outdated", "release-expired", "release-decided", "agreement-marks", "release-own",
        "shared-reason-marks", "lane-full", "choice-unknown",
    }
)  # fmt: skip
"""What officers may be told here; anything else is a defect."""


def agreed(a: SimNode, b: SimNode) -> dict[str, Any]:
    pair = frozenset({a.node_id, b.node_id})
    return {
        "kinds": tuple(KindTerms(kind=kind.name) for kind in KINDS if kind.opening),
        "tlp_ceiling": CEILINGS[pair],
        "second_officer": SecondOfficer(persons=pair in GUARDED),
    }


def prepared(folder: Path, count: int) -> Template:
    """Paired nodes whose officers have accounts."""
    template = nodes.make_template(folder, count=count, kinds=KINDS, agreed=agreed)
    for sim in template.opened():
        node = HeapNode(sim)
        for officer in (node.officer, second(node.officer)):
            sim.database.write(
                lambda connection, one=officer: insert_account(
                    connection, one, password_hash="-", totp_sealed="", at=template.at, until=None
                )
            )
        sim.shut()
    return template


def second(officer: Officer) -> Officer:
    return Officer(
        id="off-" + "2" * 26, login="hai", name="Người thứ hai", unit=officer.unit, roles=frozenset({Role.SUPERVISOR})
    )


class HeapWorld(World):
    """One seed's world in one folder."""

    THREE = 0.7

    def __init__(self, seed: int, folder: Path, templates: dict[int, Template]) -> None:
        super().__init__(seed, folder, templates)
        self.heaps = {sim.node_id: HeapNode(sim) for sim in self.nodes}
        self.watched = [Watched(node) for node in self.heaps.values()]
        self.ledger = Ledger(CEILINGS, GUARDED)
        self.saved: dict[str, set[str]] = {}
        self.records: list[str] = []

    def live(self, steps: int = 60) -> None:
        """All of it; raises `checkers.Broken`."""
        try:
            self._begin()
            for _ in range(steps):
                self.ledger.step += 1
                self.chance.choice((self.act, self.chance.choice(self.steps)))()
                heap_checkers.safety(self.watched, self.ledger)
            self.heal()
            heap_checkers.safety(self.watched, self.ledger)
            checkers.settled(self.nodes, {}, set(), self.lost_heads)
            heap_checkers.settled(list(self.heaps.values()), self.ledger)
        finally:
            for node in self.nodes:
                node.shut()

    def _begin(self) -> None:
        """As it mostly is: one opened it, others were asked and said yes, before anything went wrong."""
        weather, self.network.weather = self.network.weather, Weather()
        host = self.heaps[self.one().node_id]
        self.open(host)
        for act in (self.invite, self.answer):
            for node in self.heaps.values():
                if (node is host) == (act == self.invite) and self.chance.random() < 0.85:
                    for other in self.heaps.values():
                        if act == self.answer or other is not node:
                            self._try(act, node, other)
            for _ in range(12):
                for sim in self.nodes:
                    self._courier(sim)
                self.network.turn(1)
                self.ledger.step += 1
                heap_checkers.safety(self.watched, self.ledger)
        self.network.weather = weather

    # --- what officers do -----------------------------------------------------------------------------------------
    def act(self) -> None:
        """One or a few acts of officers."""
        for _ in range(self.chance.choice((1, 2, 5))):
            node = self.heaps[self.one().node_id]
            if len(self.records) < 2 and self.chance.random() < 0.05:
                self.open(node)
                continue
            acts = [self.say] * 10 + [self.take_back] * 2 + [self.invite] * 3 + [self.answer] * 4
            acts += [self.leave, self.remove, self.give, self.decide, self.decide, self.flood]
            self._try(self.chance.choice(acts), node, self.heaps[self.one().node_id])

    def _try(self, act: Callable[[HeapNode, str, HeapNode], None], node: HeapNode, other: HeapNode) -> None:
        known = sorted(heap_checkers.hosts(node))
        if not known:
            return
        try:
            act(node, self.chance.choice(known), other)
        except (NotAllowed, Refused) as error:
            if error.code not in EXPECTED:
                raise
            self.note(f"{node.id} {act.__name__}: {error.code}")

    def open(self, node: HeapNode) -> None:
        marks = self.chance.choice((Marks(tlp=Tlp.GREEN, pap=Pap.GREEN), Marks(tlp=Tlp.AMBER, pap=Pap.AMBER)))
        record = node.open(f"heap {len(self.records)}", marks)
        with node.sim.database.read() as connection:
            self.ledger.state(record, node.heaps.keeper.facts.walk(connection, record))
        self.records.append(record)
        self.note(f"{node.id} opens {record}")

    def say(self, node: HeapNode, record: str, _other: HeapNode) -> None:
        """New stones, or another word about one that is there, ours or theirs."""
        says = []
        for _ in range(self.chance.choice((1, 1, 2))):
            element = ""
            if self.chance.random() < 0.5:
                known = node.sim.eye.see(
                    "SELECT element FROM shared_element WHERE record_id = ? AND kind = 'stone' ORDER BY element", record
                )
                element = self.chance.choice(known)[0] if known else ""
            says.append(self._word(element))
        outcome = node.heaps.state(node.officer, record, says)
        self.ledger.state(record, outcome.statements)
        self.note(f"{node.id} states {[(one.id[-4:], one.element[-4:], one.version) for one in outcome.statements]}")

    def _word(self, element: str) -> Say:
        chance, number = self.chance, next(self.numbers)
        marks = Marks(tlp=chance.choice(list(Tlp)), pap=Pap.GREEN)
        audience = None
        if chance.random() < 0.25:
            audience = frozenset(one for one in self.heaps if chance.random() < 0.5)
        if not element and chance.random() < 0.2:
            return Say(says=Remark(text=Said(vi=f"lời {number}", en="")), marks=marks, audience=audience)
        witness = "Bà Hoa" if chance.random() < 0.15 else ""
        stone = Stone(name=f"stone {number}", weight=chance.randrange(1_000), witness=witness)
        return Say(says=stone, marks=marks, element=element, audience=audience)

    def flood(self, node: HeapNode, record: str, _other: HeapNode) -> None:
        """So many at once that they go as a catch-up."""
        outcome = node.heaps.state(node.officer, record, [self._word("") for _ in range(60)])
        self.ledger.state(record, outcome.statements)
        self.note(f"{node.id} states {len(outcome.statements)} at once")

    def take_back(self, node: HeapNode, record: str, _other: HeapNode) -> None:
        known = node.sim.eye.see(
            "SELECT element FROM shared_fact WHERE record_id = ? AND author = ? AND kind IN ('stone', 'remark')"
            " AND newest = 1 ORDER BY element", record, node.id,
        )  # fmt: skip
        if known:
            outcome = node.heaps.retract(node.officer, record, self.chance.choice(known)[0], "it was a potato")
            self.ledger.state(record, outcome.statements)
            self.note(f"{node.id} takes back {[(one.element[-4:], one.version) for one in outcome.statements]}")

    def invite(self, node: HeapNode, record: str, other: HeapNode) -> None:
        history = self.chance.choice(list(History))
        since = node.sim.clock.now() - timedelta(hours=self.chance.randrange(24))
        outcome = node.invite(record, other, history=history, since=since)
        self.ledger.state(record, outcome.statements)
        self.note(f"{node.id} invites {other.id} with {history}")

    def answer(self, node: HeapNode, record: str, _other: HeapNode) -> None:
        accept = self.chance.random() < 0.85
        outcome = node.heaps.part.answer(node.officer, record, accept=accept, text="" if accept else "no")
        self.ledger.state(record, outcome.statements)
        self.note(f"{node.id} {'accepts' if accept else 'declines'}")

    def leave(self, node: HeapNode, record: str, _other: HeapNode) -> None:
        if self.chance.random() < 0.5:
            return
        self.ledger.state(record, node.heaps.part.leave(node.officer, record, "done").statements)
        self.note(f"{node.id} leaves")

    def remove(self, node: HeapNode, record: str, other: HeapNode) -> None:
        self.ledger.state(record, node.heaps.part.remove(node.officer, record, other.id, "out").statements)
        self.note(f"{node.id} removes {other.id}")

    def give(self, node: HeapNode, record: str, other: HeapNode) -> None:
        history = self.chance.choice(list(History))
        many = node.heaps.part.give_history(node.officer, record, other.id, history, node.sim.clock.now())
        self.note(f"{node.id} gives {other.id} {many} earlier facts ({history})")

    def decide(self, node: HeapNode, record: str, _other: HeapNode) -> None:
        """The second officer looks at what waits longest; time may have passed over it."""
        node.releases.watch(node.sim.clock.now())
        other = second(node.officer)
        with node.sim.database.read() as connection:
            waiting = [one for one in node.releases.undecided(connection, other) if one.state is State.WAITING]
        if not waiting:
            return
        release = min(waiting, key=lambda one: one.id)
        if self.chance.random() < 0.3:
            node.releases.take(other, release.id, Step.RETURN, "no")
            self.note(f"{node.id} returns {release.id}")
            return
        draft = release.draft
        node.releases.approve(other, release.id, digest=release.digest)
        body = msgspec.json.decode(draft.body, type=StoneFacts)
        self.ledger.approved |= {(one.id, draft.recipient) for one in body.facts}
        self.note(f"{node.id} approves {release.id}")

    # --- what goes wrong ------------------------------------------------------------------------------------------
    def _courier(self, node: SimNode) -> None:
        self.heaps[node.node_id].heaps.watch()
        super()._courier(node)

    def back_up(self) -> None:
        before = {node_id: found[0].stat().st_mtime_ns for node_id, found in self.backups.items()}
        super().back_up()
        for node_id, found in self.backups.items():
            if found[0].stat().st_mtime_ns != before.get(node_id):
                self.saved[node_id] = {one for one, stated in self.ledger.facts.items() if stated.one.author == node_id}

    def lose_disk(self) -> None:
        starts = {node.node_id: node.starts for node in self.nodes}
        super().lose_disk()
        for node in self.nodes:
            if node.starts != starts[node.node_id]:
                for one, stated in self.ledger.facts.items():
                    if stated.one.author == node.node_id and one not in self.saved[node.node_id]:
                        stated.uncertain = True
                # until it has its memory back nobody can say who saw whom
                self.ledger.since |= {at: self.ledger.step for at in self.ledger.since if at[1] == node.node_id}

    def heal(self) -> None:
        for node in self.heaps.values():
            node.releases.watch(node.sim.clock.now() + timedelta(days=3))
        try:
            super().heal()
        except checkers.Broken:
            for node in self.heaps.values():
                heap_checkers.nothing_waits(node)  # says more
            raise

    def _unfinished(self) -> bool:
        if super()._unfinished():
            return True
        return any(node.sim.eye.see(WAITS) for node in self.heaps.values())


WAITS = (
    "SELECT 1 FROM shared_way w JOIN shared_record r ON r.id = w.record_id"
    " WHERE w.way = 2 OR (w.way = 0 AND r.part = 'in') LIMIT 1"
)
