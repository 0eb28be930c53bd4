"""The emergency as the fold of the messages about it: commutative, associative, idempotent (clauses 16.2, 16.3).

A `Fact` is one message and what is known of its journey; an emergency is a set of facts, keyed by message id. Two
copies of one fact join upwards, so two nodes that hold the same messages hold the same channel, in whatever order they
came. Everything else is derived from the whole set; what people read of it is in `timeline`. Knows no clock and no
database; instants are those that receipts state.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lienlac import limits
from lienlac.emergencies.kinds import STEP_OF
from lienlac.emergencies.lifecycle import LIVE, Column, Side, State, Step, after, follows, possible, shown
from lienlac.records import fact as records
from lienlac.records.fact import Standing, in_lane, lane_of, merge

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lienlac.wire.bodies.emergencies import Opened


class Fact(records.Fact):
    """One message of a channel."""

    @property
    def step(self) -> Step:
        """Which step this is."""
        return STEP_OF[self.header.kind]


@dataclass(frozen=True)
class Emergency:
    """A channel as both sides see it. Made by `fold`, never by hand; `steps` are what counted, by side, in order."""

    facts: Mapping[str, Fact]
    opening: Fact
    columns: Mapping[Side, Column]
    steps: Mapping[Side, tuple[Fact, ...]]
    void: frozenset[str] = field(default_factory=frozenset)

    @property
    def id(self) -> str:
        """The emergency's id."""
        return self.opening.header.record_id or ""

    @property
    def body(self) -> Opened:
        """What the opening says."""
        found: Opened = self.opening.body
        return found

    @property
    def reference(self) -> str:
        """What people call it."""
        return str(self.body.reference)

    @property
    def opener(self) -> str:
        """Node id of the side that opened it."""
        return self.opening.header.sender

    @property
    def answerer(self) -> str:
        """Node id of the side that is asked."""
        return self.opening.header.recipient

    @property
    def state(self) -> State:
        """Both columns in one word."""
        return shown(self.columns[Side.OPENER], self.columns[Side.ANSWERER])

    @property
    def live(self) -> bool:
        """Whether it stands on the list of what is open."""
        return self.state in LIVE

    def side_of(self, node_id: str) -> Side:
        """Which side a node is."""
        return Side.OPENER if node_id == self.opener else Side.ANSWERER

    def node_of(self, side: Side) -> str:
        """Which node a side is."""
        return self.opener if side is Side.OPENER else self.answerer

    def other(self, node_id: str) -> str:
        """The node on the other side."""
        return self.answerer if node_id == self.opener else self.opener

    def said(self, side: Side, *steps: Step) -> tuple[Fact, ...]:
        """What a side said by these steps, in its order; the opening is the opener's first word."""
        every = (self.opening, *self.steps[side]) if side is Side.OPENER else self.steps[side]
        return tuple(fact for fact in every if fact.step in steps)

    def takes(self, side: Side, step: Step) -> bool:
        """Whether a step that arrives follows in its author's column."""
        column = self.columns[side]
        if side is Side.ANSWERER and column in (Column.SENT, Column.NOT_TAKEN):
            if self.opening.standing is Standing.REFUSED:
                return False
            column = Column.DELIVERED  # the answering side's first word implies its receipt
        return follows(side, column, step)

    def has_room(self, author: str, step: Step) -> bool:
        """Whether another message of this node fits: each side has its own room, so that none can silence the other.

        The last places are kept for what moves a column: entries alone may not fill them.
        """
        written = sum(fact.header.sender == author for fact in self.facts.values())
        moves = step in (Step.ANSWER, Step.HOLD, Step.STAND_DOWN, Step.RESUME)
        return written < limits.EMERGENCY_MESSAGES_MAX // 2 - (0 if moves else limits.EMERGENCY_STEPS_KEPT)

    def possible(self, side: Side) -> tuple[Step, ...]:
        """Steps that an officer of that side may begin now."""
        return possible(side, self.columns[Side.OPENER], self.columns[Side.ANSWERER])


def fold(facts: Iterable[Fact]) -> Emergency | None:
    """The channel that these facts make, or None while its opening is missing. Order and repetition do not matter."""
    joined = merge(facts)
    openings = [fact for fact in joined.values() if fact.step is Step.OPEN]
    if not openings:
        return None
    opening = min(openings, key=in_lane)
    opener, opener_steps = _walk(Side.OPENER, Column.ACTIVE, lane_of(joined, opening.header.sender))
    theirs = lane_of(joined, opening.header.recipient)
    answerer, answerer_steps = _walk(Side.ANSWERER, _received(opening, theirs), theirs)
    taken = {fact.id for fact in (*opener_steps, *answerer_steps)}
    return Emergency(
        facts=joined,
        opening=opening,
        columns={Side.OPENER: opener, Side.ANSWERER: answerer},
        steps={Side.OPENER: opener_steps, Side.ANSWERER: answerer_steps},
        void=frozenset(joined.keys() - taken - {opening.id}),
    )


def _received(opening: Fact, theirs: list[Fact]) -> Column:
    """Where the answering side begins: its first word implies its receipt, which may still be on its way."""
    if opening.standing is Standing.REFUSED or (opening.standing is Standing.GIVEN_UP and not theirs):
        return after(Side.ANSWERER, Column.SENT, Step.TURN_AWAY)
    if opening.standing is Standing.ACCEPTED or theirs:
        return after(Side.ANSWERER, Column.SENT, Step.RECEIPT)
    return Column.SENT


def _walk(side: Side, column: Column, facts: list[Fact]) -> tuple[Column, tuple[Fact, ...]]:
    steps = []
    for fact in facts:
        if fact.step is not Step.OPEN and follows(side, column, fact.step):
            column = after(side, column, fact.step)
            steps.append(fact)
    return column, tuple(steps)
