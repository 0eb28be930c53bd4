"""Two real nodes with joint programmes over a wire without fault; requests are told to their indicators by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lienlac import journal
from lienlac.agreements import store as agreements
from lienlac.hotline.measuring.desk import Measures
from lienlac.people.officer import Officer, Role
from lienlac.people.rights import Thing
from lienlac.programmes.desk import Programmes
from lienlac.programmes.indicators.desk import Indicators
from lienlac.programmes.pages import sheets
from lienlac.programmes.programme import SHAPE, substance
from lienlac.records.measured import Measured
from lienlac.records.shared.desk import Given, Opening, Say
from lienlac.releases.desk import Releases
from lienlac.ui.shared.telling import Telling
from lienlac.wire.bodies.agreement import KindTerms
from lienlac.wire.bodies.parts import Said
from lienlac.wire.bodies.programmes import Commitment, Phase, Programme
from lienlac.wire.message import Marks, Pap, Tlp
from tests.world import nodes, pebbles
from tests.world.fakes import HandClock
from tests.world.nodes import SimNode

AMBER = Marks(tlp=Tlp.AMBER, pap=Pap.AMBER)
DUE = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def top(**more: Any) -> Programme:
    values: dict[str, Any] = {
        "title_vi": "Chương trình phối hợp chống lừa đảo đầu tư",
        "title_en": "Joint programme against investment fraud",
        "typologies": ("fxp", "eco-ndl"),
        "from_day": "2026-01-01",
        "until_day": "2027-12-31",
    }
    return Programme(**{**values, **more})


def commitment(owner: str, title: str = "Lập đầu mối ngân hàng", **more: Any) -> Commitment:
    return Commitment(title=Said(vi=title), owner=owner, **{"due": DUE, **more})


def measured(requester: str, executor: str, at: datetime, **more: Any) -> Measured:
    values: dict[str, Any] = {"kind": "hotline.freeze-payment", "typology": "fxp-rig", "freeze": True}
    return Measured(requester=requester, executor=executor, received_at=at, **{**values, **more})


class ProgrammeNode:
    """One node with its programmes, an officer who may bind it, and one who may only look."""

    def __init__(self, sim: SimNode) -> None:
        self.sim = sim
        self.id = sim.node_id
        self.told: list[Thing] = []
        self.releases = Releases(database=sim.database, clock=sim.clock, chance=sim.chance, record=journal.record)
        self.indicators = Indicators(sim.database, Measures())
        given = Given(
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
        )
        self.programmes = Programmes(
            given, self.indicators, Telling("/programmes", (sheets.TOP, *sheets.SHEETS), sheets.FURTHER)
        )
        shared = self.programmes.shared
        sim.post.listen(shared.arrivals.handlers, shared.arrivals.settlement_handlers)
        self.manager = self.officer("m", Role.PROGRAMME_MANAGER)
        self.analyst = self.officer("a", Role.ANALYST)

    def officer(self, letter: str, role: Role, **more: Any) -> Officer:
        return Officer(
            id="off-" + letter * 26, login=letter, name=f"Cán bộ {letter}", unit="A05", roles=frozenset({role}), **more
        )

    def open(self, word: Programme | None = None) -> str:
        opening = Opening(top=word or top(), marks=AMBER, purpose="stop-funds", legal_basis="bilateral-arrangement")
        return self.programmes.shared.open(self.manager, opening).line.id

    def state(self, record: str, word: Any, *, element: str = "") -> str:
        say = Say(says=word, marks=AMBER, element=element)
        return self.programmes.shared.state(self.manager, record, [say]).statements[0].element

    def element(self, record: str, element: str) -> Any:
        return self.programmes.shared.read.some(self.manager, record, [element])[element]

    def sign(self, record: str) -> None:
        room = self.programmes.shared.read.room(self.manager, record)
        assert room.top is not None
        self.programmes.sign(self.manager, record, substance(room.top.by(room.line.host)))

    def hear(self, request_id: str, said: Measured | None) -> None:
        self.sim.database.write(lambda connection: self.indicators.heard(connection, request_id, said))

    def settle(self) -> None:
        while self.indicators.watch():
            pass


class Scene:
    """Both of them, with one programme that both take part in when it is wanted."""

    def __init__(self, folder: Path) -> None:
        kinds = (*pebbles.KINDS, *SHAPE.kinds)
        agreed: Any = {"kinds": tuple(KindTerms(kind=kind.name) for kind in kinds if kind.opening)}
        self.clock = HandClock()
        self.sims = [
            nodes.new_node(node_id, folder / f"{node_id}.db", self.clock, "programmes", empty=True, kinds=kinds)
            for node_id in nodes.NODE_IDS[:2]
        ]
        vn, us = self.sims
        nodes.pair(vn, us, **agreed)
        self.vn, self.us = (ProgrammeNode(sim) for sim in self.sims)

    def deliver(self) -> None:
        for _ in range(60):
            nodes.deliver_all(self.sims)
            if not any(node.programmes.shared.watch() for node in (self.vn, self.us)):
                return
        msg = "still something due"
        raise AssertionError(msg)

    def shared(self, word: Programme | None = None) -> str:
        record = self.vn.open(word)
        part = self.vn.programmes.shared.part
        part.invite(self.vn.manager, record, self.us.id, summary=Said(vi="Mời", en="Come"))
        self.deliver()
        self.us.programmes.shared.part.answer(self.us.manager, record, accept=True)
        self.deliver()
        return record

    def hear(self, request_id: str, said: Measured | None) -> None:
        for node in (self.vn, self.us):
            node.hear(request_id, said)

    def settle(self) -> None:
        for node in (self.vn, self.us):
            node.settle()

    def close(self) -> None:
        for sim in self.sims:
            sim.shut()


__all__ = ["AMBER", "DUE", "Phase", "ProgrammeNode", "Scene", "commitment", "measured", "timedelta", "top"]
