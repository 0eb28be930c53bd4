"""The request as the fold of the messages about it: commutative, associative, idempotent (clauses 12.2, 12.3).

A `Fact` is one message and what is known of its journey. A request is a set of facts, keyed by message id (a message
re-issued after a restore keeps its id); two copies of one fact join upwards, so two nodes that hold the same messages
hold the same request, in whatever order they came. Everything else is derived from the whole set: each column is
walked in its author's lane order through `lifecycle`; a step that the table does not know there is void.
Knows no clock and no database; instants are those that receipts state.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from lienlac import limits
from lienlac.hotline.kinds import BY_KIND, STEP_OF
from lienlac.hotline.lifecycle import (
    EXECUTOR,
    REQUESTER,
    STAGES,
    Actual,
    Beside,
    Desired,
    Side,
    Stage,
    State,
    Step,
    follows,
    possible,
    shown,
)
from lienlac.hotline.rules.safeguards import is_provisional
from lienlac.records import fact as records
from lienlac.records.fact import Standing, in_lane, lane_of, merge

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lienlac.wire.bodies.hotline import Opening


class Fact(records.Fact):
    """One message about a request."""

    @property
    def step(self) -> Step:
        """Which step of the lifecycle this is."""
        return STEP_OF[self.header.kind]


_IMPLIED: Final = Step.RECEIPT
"""The executor's first word implies its receipt, which may still be on its way; also when the opening was given up."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something asked by one side, and the other side's answer once there is one.

    A clarification, a return for correction, or leave for another use.
    """

    asked: Fact
    answered: Fact | None


@dataclass(frozen=True)
class Request:
    """A request as both sides see it. Made by `fold`, never by hand; `facts` is keyed by message id."""

    facts: Mapping[str, Fact]
    opening: Fact
    desired: Desired
    actual: Actual
    requester_steps: tuple[Fact, ...]
    executor_steps: tuple[Fact, ...]
    void: frozenset[str] = field(default_factory=frozenset)

    @property
    def id(self) -> str:
        """The request's id."""
        return self.opening.header.record_id or ""

    @property
    def kind(self) -> str:
        """The opening's kind."""
        return self.opening.header.kind

    @property
    def reference(self) -> str:
        """What people call it."""
        return str(self.opening.body.reference)

    @property
    def requester(self) -> str:
        """Node id of the side that asks."""
        return self.opening.header.sender

    @property
    def executor(self) -> str:
        """Node id of the side that is asked."""
        return self.opening.header.recipient

    def side_of(self, node_id: str) -> Side:
        """Which side a node is."""
        return Side.REQUESTER if node_id == self.requester else Side.EXECUTOR

    @cached_property
    def body(self) -> Opening:
        """What the request states now: as it was opened, or as it was last corrected."""
        corrected = [turn.answered for turn in self.returns if turn.answered is not None]
        found: Opening = corrected[-1].body.opening if corrected else self.opening.body
        return found

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions in the order they were asked, each with the first answer that names it."""
        return _pairs(self.executor_steps, Step.ASK, self.requester_steps, Step.CLARIFY)

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """Questions without an answer."""
        return tuple(question for question in self.questions if question.answered is None)

    @cached_property
    def returns(self) -> tuple[Question, ...]:
        """Every time the request went back, each with its correction."""
        return _pairs(self.executor_steps, Step.RETURN, self.requester_steps, Step.CORRECT)

    @property
    def awaited_correction(self) -> Question | None:
        """The last return, while nothing was corrected since; None where none is awaited."""
        if self.actual is not Actual.RETURNED or not self.returns or self.returns[-1].answered is not None:
            return None
        return self.returns[-1]

    @cached_property
    def uses(self) -> tuple[Question, ...]:
        """Every time one side asked for leave to use something otherwise; only the other side can give it."""
        one, other = self.requester_steps, self.executor_steps
        found = _pairs(one, Step.ASK_USE, other, Step.ANSWER_USE) + _pairs(other, Step.ASK_USE, one, Step.ANSWER_USE)
        return tuple(sorted(found, key=lambda use: (use.asked.header.sent_at, use.asked.id)))

    def open_uses(self, side: Side) -> tuple[Question, ...]:
        """What the other side asks of this one and what is not answered yet."""
        return tuple(
            use for use in self.uses if use.answered is None and self.side_of(use.asked.header.sender) is not side
        )

    def beside(self, side: Side) -> Beside:
        """What stands beside the columns, seen from one side."""
        return Beside(
            question_open=bool(self.open_questions),
            correction_awaited=self.awaited_correction is not None,
            use_open=bool(self.open_uses(side)),
            lasting=BY_KIND[self.kind].withdrawn_after_result,
        )

    @property
    def state(self) -> State:
        """Both columns in one word."""
        return shown(self.desired, self.actual, self.beside(Side.REQUESTER))

    @property
    def stage(self) -> Stage:
        """Which pile it lies on."""
        return STAGES[self.state]

    def takes(self, author: Side, step: Step) -> bool:
        """Whether a step that arrives follows in its author's column."""
        actual = self.actual
        if author is Side.EXECUTOR and actual in (Actual.SENT, Actual.NOT_TAKEN):
            if self.opening.standing is Standing.REFUSED:
                return False
            actual = EXECUTOR[Actual.SENT][_IMPLIED].to
        return follows(author, self.desired, actual, step)

    def has_room(self, author: str, step: Step) -> bool:
        """Whether another message of this node fits: each side has its own room, so that none can silence the other.

        The last few places are kept for steps: correspondence alone may not fill them.
        """
        said = sum(fact.header.sender == author for fact in self.facts.values())
        kept = limits.HOTLINE_STEPS_KEPT if step is Step.NOTE else 0
        return said < limits.HOTLINE_MESSAGES_MAX // 2 - kept

    def possible(self, side: Side) -> tuple[Step, ...]:
        """Steps that an officer of that side may begin now."""
        return possible(side, self.desired, self.actual, self.beside(side))

    def first(self, *steps: Step) -> Fact | None:
        """The first step of these, in its author's order."""
        return next((fact for fact in (*self.executor_steps, *self.requester_steps) if fact.step in steps), None)

    @property
    def result(self) -> Fact | None:
        """What holds now: the last result."""
        return next((fact for fact in reversed(self.executor_steps) if fact.step is Step.RESULT), None)

    @property
    def timeline(self) -> tuple[Fact, ...]:
        """All messages for reading: by the time they were received, or sent while no receipt is known.

        Instants are whole seconds; within one, a side's messages stand in the order of its lane, the opening first.
        """

        def place(fact: Fact) -> tuple[Any, ...]:
            header = fact.header
            return (fact.received_at or header.sent_at, header.sent_at, fact.step is not Step.OPEN, header.sequence)

        return tuple(sorted(self.facts.values(), key=lambda fact: (place(fact), fact.id)))


def _pairs(asking: tuple[Fact, ...], asked: Step, answering: tuple[Fact, ...], answered: Step) -> tuple[Question, ...]:
    """Each fact of one step with the first fact of the other step that names it."""
    answers: dict[str, Fact] = {}
    for fact in answering:
        if fact.step is answered:
            answers.setdefault(fact.body.answers, fact)
    return tuple(Question(fact, answers.get(fact.id)) for fact in asking if fact.step is asked)


def fold(facts: Iterable[Fact]) -> Request | None:
    """The request that these facts make, or None while its opening is missing. Order and repetition do not matter."""
    joined = merge(facts)
    openings = [fact for fact in joined.values() if fact.step is Step.OPEN]
    if not openings:
        return None
    opening = min(openings, key=in_lane)
    requester_facts = lane_of(joined, opening.header.sender)
    executor_facts = lane_of(joined, opening.header.recipient)
    desired, requester_steps = _walk_requester(opening, requester_facts)
    actual, executor_steps = _walk_executor(opening, executor_facts)
    taken = {fact.id for fact in (*requester_steps, *executor_steps)}
    return Request(
        facts=joined,
        opening=opening,
        desired=desired,
        actual=actual,
        requester_steps=requester_steps,
        executor_steps=executor_steps,
        void=frozenset(joined.keys() - taken - {opening.id}),
    )


def _walk_requester(opening: Fact, facts: list[Fact]) -> tuple[Desired, tuple[Fact, ...]]:
    # An opening that was refused does not count, yet it was wanted: the column begins where it led.
    begun = Step.OPEN_UNVALIDATED if is_provisional(opening.body) else Step.OPEN
    desired, steps = REQUESTER[Desired.UNSAID][begun].to, []
    for fact in facts:
        if fact.step is not Step.OPEN and follows(Side.REQUESTER, desired, Actual.SENT, fact.step):
            desired = REQUESTER[desired][fact.step].to
            steps.append(fact)
    return desired, tuple(steps)


def _walk_executor(opening: Fact, facts: list[Fact]) -> tuple[Actual, tuple[Fact, ...]]:
    actual, steps = Actual.SENT, []
    if opening.standing is Standing.REFUSED or (opening.standing is Standing.GIVEN_UP and not facts):
        actual = EXECUTOR[actual][Step.TURN_AWAY].to
    elif opening.standing is Standing.ACCEPTED or facts:
        actual = EXECUTOR[actual][_IMPLIED].to
    for fact in facts:
        if follows(Side.EXECUTOR, Desired.WANTED, actual, fact.step):
            actual = EXECUTOR[actual][fact.step].to
            steps.append(fact)
    return actual, tuple(steps)
