"""Three real nodes that know each other, each with heaps of stones, over a wire without fault."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import msgspec

from lienlac import journal
from lienlac.agreements import store as agreements
from lienlac.people.officer import Officer, Role
from lienlac.people.rights import Thing
from lienlac.records.shared.desk import Given, Opening, Say, Shared
from lienlac.releases.desk import Releases
from lienlac.wire.bodies.agreement import KindTerms
from lienlac.wire.bodies.parts import Said
from lienlac.wire.message import Marks, Pap, Tlp
from tests.records.stones import BASIS, PURPOSE, SHAPE, Heap, Stone, Telling
from tests.world import nodes, pebbles
from tests.world.nodes import SimNode, Template

AMBER = Marks(tlp=Tlp.AMBER, pap=Pap.AMBER)
RED = Marks(tlp=Tlp.RED, pap=Pap.AMBER)


class HeapNode:
    """One node with its heaps and an officer who may do everything."""

    def __init__(self, sim: SimNode) -> None:
        self.sim = sim
        self.id = sim.node_id
        self.told: list[Thing] = []
        self.asked: list[str] = []
        sim.after_start = self.wire
        self.wire()
        self.officer = Officer(
            id="off-" + sim.node_id[:2] * 13, login="sep", name=f"Sếp {self.id}", unit="A05",
            roles=frozenset({Role.SUPERVISOR}),
        )  # fmt: skip

    def wire(self) -> None:
        sim = self.sim
        self.releases = Releases(
            database=sim.database, clock=sim.clock, chance=sim.chance, record=journal.record,
            hear=lambda connection, release: self.heaps.leaving.heard(connection, release),  # noqa: PLW0108  # made below
        )  # fmt: skip
        self.heaps = Shared(
            SHAPE,
            Given(
                node_id=sim.node_id,
                country=sim.node_id[:2],
                database=sim.database,
                clock=sim.clock,
                chance=sim.chance,
                sender=sim.post.departures,
                agreements=agreements,
                releases=self.releases,
                record=journal.record,
                changed=self.told.append,
                asked=lambda _connection, line: self.asked.append(line.id),
            ),
            Telling(),
        )
        sim.post.listen(self.heaps.arrivals.handlers, self.heaps.arrivals.settlement_handlers)

    def open(self, title: str = "Sỏi", marks: Marks = AMBER, **more: Any) -> str:
        top = Heap(title_vi=title, title_en="Pebbles")
        opening = Opening(top=top, marks=marks, purpose=PURPOSE, legal_basis=BASIS, **more)
        return self.heaps.open(self.officer, opening).line.id

    def stone(self, record: str, name: str, *, element: str = "", marks: Marks = AMBER, **more: Any) -> str:
        say = Say(says=Stone(name=name, **more), marks=marks, element=element)
        return self.heaps.state(self.officer, record, [say]).statements[0].element

    def invite(self, record: str, other: HeapNode, **more: Any) -> Any:
        return self.heaps.part.invite(self.officer, record, other.id, summary=Said(vi="Mời", en="Come"), **more)

    def accept(self, record: str) -> Any:
        return self.heaps.part.answer(self.officer, record, accept=True)

    def stones(self, record: str) -> dict[str, str]:
        """Names by author, sorted: what a person sees."""
        found = self.heaps.read.elements(self.officer, record, "stone", rows=200)
        return {one.id: "/".join(f"{s.author[:2]}:{s.says.name}" for s in one.standing) for one, _at in found}

    def facts(self, record: str) -> dict[str, bytes]:
        """Everything held of a record, by fact."""
        with self.sim.database.read() as connection:
            return {
                one.id: msgspec.json.encode((one.author, one.stated))
                for one in self.heaps.keeper.facts.walk(connection, record)
            }


_made: dict[bytes, Template] = {}
_place = tempfile.TemporaryDirectory(prefix="heaps-")


def template(count: int, agreed: dict[str, Any]) -> Template:
    """Paired nodes with this agreement, made once for each process and copied for each test."""
    key = msgspec.json.encode([count, agreed])
    if key not in _made:
        kinds = (*pebbles.KINDS, *SHAPE.kinds)
        offered = tuple(KindTerms(kind=kind.name) for kind in kinds if kind.opening)
        folder = Path(_place.name) / str(len(_made))
        folder.mkdir()
        _made[key] = nodes.make_template(
            folder, count=count, kinds=kinds, agreed=lambda _a, _b: {"kinds": offered, **agreed}
        )
    return _made[key]


class Heaps:
    """The three of them."""

    def __init__(self, folder: Path, count: int = 2, **agreed: Any) -> None:
        self.clock, self.sims = template(count, agreed).copy(folder, "heaps")
        self.nodes = [HeapNode(sim) for sim in self.sims]

    def deliver(self) -> None:
        """Until nothing moves any more."""
        for _ in range(60):
            nodes.deliver_all(self.sims)
            if not any(node.heaps.watch() for node in self.nodes):
                return
        msg = "still something due"
        raise AssertionError(msg)

    def close(self) -> None:
        for sim in self.sims:
            sim.shut()
