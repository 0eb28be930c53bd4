"""One warning between its author and one reader, as the fold of the messages about it (clauses 17.2, 17.3).

A `Fact` is one message and what is known of its journey; the fold is commutative, associative and idempotent, so two
nodes that hold the same messages hold the same warning, in whatever order they came. Everything else is derived from
the whole set. Knows no clock and no database; instants are those that receipts state, the present is an argument.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from lienlac import limits
from lienlac.flash.kinds import STEP_OF
from lienlac.flash.lifecycle import OF_THE_AUTHOR, OF_THE_READER, STANDING, Column, Side, State, Step, after, follows
from lienlac.records import fact as record
from lienlac.records.fact import Standing, in_lane, lane_of, merge

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from lienlac.wire.bodies.flash import Warned


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(record.Fact):
    """One message about a warning."""

    @property
    def step(self) -> Step:
        """Which step this is."""
        return STEP_OF[self.header.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What was said at one time, and the first acknowledgement of it; `until`: the message that took its place."""

    fact: Fact
    read: Fact | None
    until: Fact | None = None

    @property
    def body(self) -> Warned:
        """What it says."""
        found: Warned = self.fact.body
        return found

    @property
    def due_at(self) -> datetime | None:
        """Until when it is to be acknowledged: it runs from the receipt."""
        if self.body.acknowledge_s is None or self.fact.received_at is None:
            return None
        return self.fact.received_at + timedelta(seconds=self.body.acknowledge_s)

    @property
    def took(self) -> timedelta | None:
        """From the receipt to the acknowledgement, both as signed; None while nobody has read it."""
        if self.read is None or self.fact.received_at is None:
            return None
        return max(self.read.known_at - self.fact.received_at, timedelta(0))


@dataclass(frozen=True)
class Flash:
    """A warning as both sides see it. Made by `fold`, never by hand; `steps` are what counted, by side, in order."""

    facts: Mapping[str, Fact]
    opening: Fact
    columns: Mapping[Side, Column]
    steps: Mapping[Side, tuple[Fact, ...]]
    void: frozenset[str] = field(default_factory=frozenset)

    @property
    def id(self) -> str:
        """The id of this warning between these two."""
        return self.opening.header.record_id or ""

    @property
    def author(self) -> str:
        """Node id of the side that warns."""
        return self.opening.header.sender

    @property
    def reader(self) -> str:
        """Node id of the side that is warned."""
        return self.opening.header.recipient

    @property
    def versions(self) -> tuple[Version, ...]:
        """Everything it ever said, oldest first; the last one holds."""
        said = (self.opening, *(fact for fact in self.steps[Side.AUTHOR] if fact.step is Step.SUPERSEDE))
        following = (*said[1:], None)
        return tuple(
            Version(fact=fact, read=self._read(fact.id), until=until)
            for fact, until in zip(said, following, strict=True)
        )

    @property
    def present(self) -> Version:
        """The version that holds, or held last."""
        return self.versions[-1]

    @property
    def body(self) -> Warned:
        """What the version that holds says."""
        return self.present.body

    @property
    def reference(self) -> str:
        """What people call it."""
        return str(self.opening.body.reference)

    @property
    def withdrawal(self) -> Fact | None:
        """The message that ended it."""
        return next((fact for fact in self.steps[Side.AUTHOR] if fact.step is Step.WITHDRAW), None)

    @property
    def judgement(self) -> Fact | None:
        """What the reader said last of its use."""
        said = [fact for fact in self.steps[Side.READER] if fact.step is Step.FEEDBACK]
        return said[-1] if said else None

    @property
    def acknowledgements(self) -> tuple[Fact, ...]:
        """Who read which version, in the order in which they said so."""
        return tuple(fact for fact in self.steps[Side.READER] if fact.step is Step.ACKNOWLEDGE)

    def state(self, now: datetime) -> State:
        """Both columns, and the time, in one word."""
        lasting = self.lasting
        over = lasting in STANDING and self.body.valid_until <= now
        return State.EXPIRED if over else lasting

    @property
    def lasting(self) -> State:
        """The state, time left aside."""
        reader = self.columns[Side.READER]
        if reader is Column.NOT_TAKEN:
            return State.NOT_TAKEN
        if self.columns[Side.AUTHOR] is Column.WITHDRAWN:
            return State.WITHDRAWN
        if reader is Column.SENT:
            return State.SENT
        return State.UNREAD if self.present.read is None else State.READ

    def side_of(self, node_id: str) -> Side:
        """Which side a node is."""
        return Side.AUTHOR if node_id == self.author else Side.READER

    def other(self, node_id: str) -> str:
        """The node on the other side."""
        return self.reader if node_id == self.author else self.author

    def takes(self, side: Side, step: Step) -> bool:
        """Whether a step that arrives follows in its author's column."""
        column = self.columns[side]
        if side is Side.READER and column in (Column.SENT, Column.NOT_TAKEN):
            if self.opening.standing is Standing.REFUSED:
                return False
            column = Column.DELIVERED  # the reading side's first word implies its receipt
        return follows(side, column, step)

    def possible(self, side: Side, now: datetime) -> tuple[Step, ...]:
        """Steps that an officer of that side may take now: also what has expired can be read and judged."""
        wanted = OF_THE_AUTHOR if side is Side.AUTHOR else OF_THE_READER
        if self.columns[Side.READER] is Column.NOT_TAKEN:
            return ()
        found = [step for step in wanted if follows(side, self.columns[side], step)]
        if self.present.read is not None and Step.ACKNOWLEDGE in found:
            found.remove(Step.ACKNOWLEDGE)  # once by name is enough for each version
        if side is Side.AUTHOR and self.state(now) is State.EXPIRED and Step.WITHDRAW in found:
            found.remove(Step.WITHDRAW)
        return tuple(found)

    def has_room(self, author: str, step: Step) -> bool:
        """Whether another message of this node fits; the last places are kept for withdrawing and acknowledging."""
        written = sum(fact.header.sender == author for fact in self.facts.values())
        kept = 0 if step in (Step.WITHDRAW, Step.ACKNOWLEDGE) else limits.FLASH_STEPS_KEPT
        return written < limits.FLASH_MESSAGES_MAX // 2 - kept

    def _read(self, version: str) -> Fact | None:
        return next((fact for fact in self.acknowledgements if fact.body.of == version), None)


def fold(facts: Iterable[Fact]) -> Flash | None:
    """The warning that these facts make, or None while its opening is missing. Order and repetition do not matter."""
    joined = merge(facts)
    openings = [fact for fact in joined.values() if fact.step is Step.WARN]
    if not openings:
        return None
    opening = min(openings, key=in_lane)
    author, author_steps = _walk(Side.AUTHOR, Column.STANDING, lane_of(joined, opening.header.sender))
    theirs = lane_of(joined, opening.header.recipient)
    reader, reader_steps = _walk(Side.READER, _received(opening, theirs), theirs)
    taken = {fact.id for fact in (*author_steps, *reader_steps)}
    return Flash(
        facts=joined,
        opening=opening,
        columns={Side.AUTHOR: author, Side.READER: reader},
        steps={Side.AUTHOR: author_steps, Side.READER: reader_steps},
        void=frozenset(joined.keys() - taken - {opening.id}),
    )


def _received(opening: Fact, theirs: list[Fact]) -> Column:
    """Where the reading side begins: its first word implies its receipt, which may still be on its way."""
    if opening.standing is Standing.REFUSED or (opening.standing is Standing.GIVEN_UP and not theirs):
        return after(Side.READER, Column.SENT, Step.TURN_AWAY)
    if opening.standing is Standing.ACCEPTED or theirs:
        return after(Side.READER, Column.SENT, Step.RECEIPT)
    return Column.SENT


def _walk(side: Side, column: Column, facts: list[Fact]) -> tuple[Column, tuple[Fact, ...]]:
    steps = []
    for fact in facts:
        if fact.step is not Step.WARN and follows(side, column, fact.step):
            column = after(side, column, fact.step)
            steps.append(fact)
    return column, tuple(steps)
