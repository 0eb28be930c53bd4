"""Two real nodes (or three) that share one subject's records, over a wire without fault: for tests of subjects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from lienlac import journal
from lienlac.agreements import store as agreements
from lienlac.people.officer import Officer, Role
from lienlac.records.shared.desk import Given, Opening
from lienlac.records.shared.shape import Shape
from lienlac.releases.desk import Releases
from lienlac.wire.bodies.agreement import KindTerms
from lienlac.wire.bodies.parts import Said
from lienlac.wire.message import Marks, Pap, Tlp
from tests.records.stones import BASIS, PURPOSE
from tests.world import nodes, pebbles
from tests.world.fakes import HandClock

AMBER = Marks(tlp=Tlp.AMBER, pap=Pap.AMBER)
RED = Marks(tlp=Tlp.RED, pap=Pap.AMBER)
D = TypeVar("D")


class Side(Generic[D]):
    """One node with its desk, an officer who may do everything here, and a second one."""

    def __init__(self, sim: nodes.SimNode, make: Callable[[Given], D]) -> None:
        self.sim = sim
        self.id = sim.node_id
        releases = Releases(database=sim.database, clock=sim.clock, chance=sim.chance, record=journal.record)
        given = Given(
            node_id=sim.node_id, country=sim.node_id[:2], database=sim.database, clock=sim.clock, chance=sim.chance,
            sender=sim.post.departures, agreements=agreements, releases=releases, record=journal.record,
            changed=lambda _thing: None,
        )  # fmt: skip
        self.desk = make(given)
        self.shared: Any = self.desk.shared  # type: ignore[attr-defined]  # every subject's desk has it
        sim.post.listen(self.shared.arrivals.handlers, self.shared.arrivals.settlement_handlers)
        self.officer = self.hire("a")
        self.second = self.hire("b")

    def hire(self, letter: str, *roles: Role) -> Officer:
        """An officer of this node."""
        return Officer(
            id="off-" + letter * 26, login=f"o{letter}", name=f"Sếp {letter.upper()}", unit="A05",
            roles=frozenset(roles or {Role.SUPERVISOR}),
        )  # fmt: skip

    def open(self, top: msgspec.Struct, marks: Marks = AMBER, **more: Any) -> str:
        opening = Opening(top=top, marks=marks, purpose=PURPOSE, legal_basis=BASIS, **more)
        return str(self.shared.open(self.officer, opening).line.id)

    def invite(self, record: str, other: Side[D], **more: Any) -> Any:
        return self.shared.part.invite(self.officer, record, other.id, summary=Said(vi="Mời", en="Come"), **more)

    def accept(self, record: str) -> Any:
        return self.shared.part.answer(self.officer, record, accept=True)

    def facts(self, record: str) -> dict[str, bytes]:
        """Everything held of a record, by fact."""
        with self.sim.database.read() as connection:
            walked = self.shared.keeper.facts.walk(connection, record)
            return {one.id: msgspec.json.encode((one.author, one.stated)) for one in walked}


class Sides(Generic[D]):
    """All of them; `vn` and `us` are the first two."""

    def __init__(self, folder: Path, shape: Shape, make: Callable[[Given], D], count: int = 2, **agreed: Any) -> None:
        self.clock = HandClock()
        kinds = (*pebbles.KINDS, *shape.kinds)
        agreed = {"kinds": tuple(KindTerms(kind=kind.name) for kind in kinds if kind.opening), **agreed}
        self.sims = []
        for node_id in nodes.NODE_IDS[:count]:
            sim = nodes.new_node(node_id, folder / f"{node_id}.db", self.clock, "sides", empty=True, kinds=kinds)
            self.sims.append(sim)
        for place, a in enumerate(self.sims):
            for b in self.sims[place + 1 :]:
                nodes.pair(a, b, **agreed)
        self.sides = [Side(sim, make) for sim in self.sims]

    @property
    def vn(self) -> Side[D]:
        return self.sides[0]

    @property
    def us(self) -> Side[D]:
        return self.sides[1]

    def shared(self, top: msgspec.Struct) -> str:
        """A record of the first's in which the second takes part."""
        record = self.vn.open(top)
        self.vn.invite(record, self.us)
        self.deliver()
        self.us.accept(record)
        self.deliver()
        return record

    def deliver(self) -> None:
        """Until nothing moves any more."""
        for _ in range(60):
            nodes.deliver_all(self.sims)
            if not any(side.shared.watch() for side in self.sides):
                return
        msg = "still something due"
        raise AssertionError(msg)

    def close(self) -> None:
        for sim in self.sims:
            sim.shut()
