"""Whatever was shared, corrected, recalled, lost and sent twice: in the end the peer has what was last shared and not
recalled, and at no moment anything that the marks forbid.

The road between the nodes loses answers, holds everything back for a while, and brings things twice; the nodes' own
loops turn between. A model of a few lines says what must be there.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from lienlac.exchange import store
from lienlac.exchange.transport.courier import answer_delivery
from lienlac.intelligence.matching import EVERYTHING
from tests.intelligence.sharing.scene import AMBER, GREEN, RED, Shared, id_of, indicator, marked

OBJECTS = st.integers(1, 3)
MARKS = {"green": GREEN, "amber": AMBER, "red": RED}


class Sharing(RuleBasedStateMachine):
    """Viet Nam shares a collection as it grows, up to amber."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.world = Shared(Path(self.folder.name))
        self.collection = self.world.collection(ceiling="red")
        sharing, self.officer = self.world.vn.node.sharing, self.world.vn.officer("giang")
        form = self.world.form(self.collection, mode="standing", tlp="amber")
        (self.share,) = sharing.share(self.officer, sharing.read_share(form)).shares
        self.running = True
        self.version = 0
        self.newest: dict[int, tuple[str, bytes]] = {}
        self.sent: dict[int, bytes] = {}
        self.closed: set[int] = set()
        for number in (1, 2):
            self.write(number, "green", first=False)
        self.world.settle()

    def teardown(self) -> None:
        self.heal()
        self.world.close()
        self.folder.cleanup()

    @rule(number=OBJECTS, mark=st.sampled_from(sorted(MARKS)), first=st.booleans())
    def write(self, number: int, mark: str, first: bool) -> None:
        """A new version, under some mark; perhaps once the one before has arrived."""
        if first:
            self.world.settle()
        self.version += 1
        modified = f"2026-10-{2 + self.version // 24:02d}T{self.version % 24:02d}:00:00.000Z"
        raw = marked(indicator, number, MARKS[mark], modified=modified)
        self.world.bring(self.collection, raw)
        self.newest[number] = (mark, raw)

    @precondition(lambda self: self.world.there())
    @rule(data=st.data(), first=st.booleans())
    def harden(self, data: Any, first: bool) -> None:
        """Something that the peer has becomes TLP:RED here."""
        there = [number for number in (1, 2, 3) if id_of(indicator(number)) in self.world.there()]
        if there:
            self.write(number=data.draw(st.sampled_from(there)), mark="red", first=first)

    @precondition(lambda self: self.newest)
    @rule(data=st.data())
    def delete(self, data: Any) -> None:
        """Gone here, and so there."""
        number = data.draw(st.sampled_from(sorted(self.newest)))
        self.world.vn.node.intelligence.delete(self.officer, self.collection.id, id_of(indicator(number)), EVERYTHING)
        del self.newest[number]
        self.turn("both")

    @rule(number=OBJECTS)
    def recall(self, number: int) -> None:
        """By an officer: whatever comes later of it does not go under this share any more."""
        sharing = self.world.vn.node.sharing
        known = self.world.states(self.share).get(id_of(indicator(number)))
        if known in ("sent", "new", "same", "held", "unheard"):
            taking = sharing.read_recall({"ids": [id_of(indicator(number))], "reason": "Nhầm."})
            assert sharing.recall(self.officer, self.share, taking) == (1, None)
            self.closed.add(number)

    @rule()
    def stop_or_resume(self) -> None:
        sharing = self.world.vn.node.sharing
        (sharing.stop if self.running else sharing.resume)(self.officer, self.share)
        self.running = not self.running

    @rule(who=st.sampled_from(["vn", "us", "both"]))
    def turn(self, who: str) -> None:
        """A node's loop turns, once."""
        for side in (self.world.vn, self.world.us):
            if who in ("both", side.id[:2]):
                side.node.sharing.watch(self.world.clock.now())

    @rule()
    def calm(self) -> None:
        """For once everything goes as it should."""
        self.world.settle()

    @rule(lost=st.booleans(), backwards=st.booleans())
    def carry(self, lost: bool, backwards: bool) -> None:
        """One delivery each way; its answer may be lost, so that it comes again."""
        world = self.world
        sides = [(world.vn, world.us), (world.us, world.vn)]
        for side, other in reversed(sides) if backwards else sides:
            post = side.node.post
            with side.node.database.read() as connection:
                lanes = store.outbox_lanes(connection)
            for _peer, lane in lanes:
                parcel = post.courier.parcel(other.id, lane)
                if parcel is None:
                    continue
                answer = answer_delivery(other.node.post.office, other.node.post.arrivals, parcel.body, side.id)[1]
                if not lost:
                    post.courier.delivered(parcel, answer)
                else:
                    post.courier.failed(parcel, "peer-unreachable", "the answer was lost")

    @invariant()
    def nothing_forbidden_is_there(self) -> None:
        """Not for a moment: neither TLP:RED, nor what is stricter than the share."""
        for versions in self.world.there().values():
            for raw in versions:
                assert RED.encode() not in raw

    def heal(self) -> None:
        """The road is good again and both loops run: both sides must agree."""
        if not self.running:
            self.stop_or_resume()
        self.world.clock.turn(8 * 3600)
        self.world.settle()
        expected = {
            id_of(raw): raw
            for number, (mark, raw) in self.newest.items()
            if mark != "red" and number not in self.closed
        }
        there = {object_id: versions[-1] for object_id, versions in self.world.there().items()}
        assert there == expected
        states = self.world.states(self.share)
        assert {one for one, state in states.items() if state in ("new", "same")} == set(expected)
        assert not set(states.values()) & {"sent", "due", "recalling", "unheard", "refused"}


Sharing.TestCase.settings = settings(
    max_examples=16, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestSharing = pytest.mark.slow(Sharing.TestCase)
