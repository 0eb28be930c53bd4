"""When an answer is due: one pure function that both sides share (clauses 12.4 to 12.6, 12.10, 12.13).

The times allowed travel in the opening; every instant is one that a receipt states, so both nodes compute the same
deadline and nobody's local clock is argued about. While a question is open (from the receipt of the question to the
receipt of its answer) the executor's clocks rest. A return opens the requester's window for a correction, and the
correction starts the decision's clock anew. Until a receipt exists the sender alone runs a shorter clock, "no receipt
yet": silence gains no time. Reads no clock: the present is an argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from lienlac.hotline.lifecycle import Actual, ClockName, Desired, State, Step
from lienlac.hotline.rules.followups import lasts_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lienlac.hotline.request import Fact, Question, Request
    from lienlac.wire.bodies.hotline import Clocks


ESCALATE_AT_PERCENT: Final = (50, 80, 100)
"""Parts of a clock at which the desk is told."""

HOLD_ENDS_WARNINGS: Final = (timedelta(days=14), timedelta(days=7), timedelta(days=1))
"""How long before a hold or a preservation ends the desk is told."""


_LAST: Final = datetime.max.replace(tzinfo=UTC)


class Running(StrEnum):
    """What a clock is doing."""

    RUNS = "runs"
    RESTS = "rests"
    MET = "met"
    MISSED = "missed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One clock of one request.

    `due_at` is None while the clock rests; `left` then says how much time remains once it goes on. `stopped_at` is
    when the step that it waits for was received; MISSED tells that this was too late. `parts` says when each part of
    `ESCALATE_AT_PERCENT` was or will be used up; rests that began later do not move it.
    """

    clock: ClockName
    started_at: datetime
    allowed: timedelta
    running: Running
    due_at: datetime | None
    left: timedelta | None = None
    stopped_at: datetime | None = None
    parts: tuple[tuple[int, datetime], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """An instant at which the duty desk is to be told something: part of a clock gone, or a hold about to end."""

    at: datetime
    code: str
    clock: ClockName | None = None
    percent: int | None = None


def clocks(request: Request) -> tuple[Due, ...]:
    """Every clock that has started, in order. The receipt clock is the requester's own."""
    allowed: Clocks = request.opening.body.clocks
    opened = request.opening
    ended = _ended(request)
    found = [
        _due(ClockName.RECEIPT, opened.header.sent_at, allowed.receipt_s, _receipt_stop(request), (), ended=ended),
    ]
    if opened.received_at is not None:
        rests = _rests(request)
        start = opened.received_at
        acknowledged = _stop(request.first(Step.ACKNOWLEDGE))
        found.append(_due(ClockName.ACKNOWLEDGE, start, allowed.acknowledge_s, acknowledged, rests, ended=ended))
        found.append(_decision(request, start, rests, ended=ended))
        accepted = request.first(Step.ACCEPT)
        if accepted is not None and accepted.received_at is not None:
            done = _stop(request.first(Step.RESULT))
            found.append(_due(ClockName.EXECUTE, accepted.received_at, allowed.execute_s, done, rests, ended=ended))
        found.append(_correction(request, ended=ended))
        found.append(_validation(request, start))
    return tuple(due for due in found if due is not None)


def _decision(
    request: Request, opened_at: datetime, rests: tuple[tuple[datetime, datetime | None], ...], *, ended: bool
) -> Due | None:
    """The clock of the decision that is awaited, or of the last one: each correction starts it anew."""
    corrections = [turn.answered for turn in request.returns if turn.answered is not None]
    last = request.returns[-1] if request.returns else None
    # A return that was never corrected was the decision, whatever was said after its window.
    decided = last.asked if last is not None and last.answered is None else request.first(Step.ACCEPT, Step.REFUSE)
    started = corrections[-1].received_at if corrections else opened_at
    if started is None:
        return None
    return _due(ClockName.DECIDE, started, request.opening.body.clocks.decide_s, _stop(decided), rests, ended=ended)


def _correction(request: Request, *, ended: bool) -> Due | None:
    """The window that the last return opened."""
    if not request.returns:
        return None
    last = request.returns[-1]
    returned_at = last.asked.received_at
    if returned_at is None:
        return None
    over = ended or request.actual is not Actual.RETURNED
    return _due(
        ClockName.CORRECT, returned_at, request.opening.body.clocks.correct_s, _stop(last.answered), (), ended=over
    )


def _validation(request: Request, opened_at: datetime) -> Due | None:
    """The time within which a measure asked for in haste must be validated."""
    allowed = request.opening.body.clocks.validate_s
    if request.opening.body.authorisation is not None:
        return None
    ended = request.desired is not Desired.PROVISIONAL or request.actual in {Actual.REFUSED, Actual.NOT_TAKEN}
    return _due(ClockName.VALIDATE, opened_at, allowed, _stop(request.first(Step.VALIDATE)), (), ended=ended)


def validate_until(request: Request) -> datetime | None:
    """When a request that is not validated yet lapses; None where there is nothing to validate or no receipt yet."""
    if request.desired is not Desired.PROVISIONAL or request.opening.received_at is None:
        return None
    if request.actual in {Actual.REFUSED, Actual.NOT_TAKEN}:
        return None
    due = _validation(request, request.opening.received_at)
    return None if due is None else due.due_at


def window_open(turn: Question, request: Request, at: datetime | None) -> bool:
    """Whether a correction to this return may still come; not where no window was agreed. `at` None: who knows, yes."""
    allowed = request.opening.body.clocks.correct_s
    if allowed is None:
        return False
    returned_at = turn.asked.received_at
    return returned_at is None or at is None or at <= _later(returned_at, timedelta(seconds=allowed))


def next_due(dues: tuple[Due, ...]) -> Due | None:
    """The running clock that ends first; a resting one when none runs; None when nothing is awaited."""
    running = [due for due in dues if due.running is Running.RUNS and due.due_at is not None]
    if running:
        return min(running, key=lambda due: due.due_at or due.started_at)
    return next((due for due in dues if due.running is Running.RESTS), None)


def warnings(
    request: Request, dues: tuple[Due, ...], *, ours: bool, later: tuple[Request, ...] = ()
) -> tuple[Warned, ...]:
    """Every instant at which our desk is to be told, in order.

    `ours`: we are the requester. `later`: requests that go on from this one, for one may have extended its measure.
    """
    found = []
    for due in dues:
        if due.running is not Running.RUNS or due.due_at is None:
            continue
        if due.clock is ClockName.RECEIPT:
            if ours:
                found.append(Warned(at=due.due_at, code="no-receipt", clock=due.clock, percent=100))
            continue
        for percent, at in due.parts:
            code = "due-soon" if percent < 100 else _PASSED.get(due.clock, "overdue")
            found.append(Warned(at=at, code=code, clock=due.clock, percent=percent))
    hold = _hold(request, later)
    if hold is not None:
        stated_at, until = hold
        # A hold of three days is not told of fourteen days before its end.
        early = (until - before for before in HOLD_ENDS_WARNINGS)
        found += [Warned(at=at, code="hold-ends") for at in early if at > stated_at]
    return tuple(sorted(found, key=lambda warned: (warned.at, warned.code, warned.percent or 0)))


_PASSED: Final = {ClockName.CORRECT: "correction-over", ClockName.VALIDATE: "lapses"}
"""What is said when a clock of the requester's has run out: no answer is late, something ends."""


def _hold(request: Request, later: tuple[Request, ...]) -> tuple[datetime, datetime] | None:
    """When the present hold was stated, and until when it lasts."""
    if request.result is None or request.state is not State.EXECUTED:
        return None
    until = lasts_until(request, later)
    if until is None:
        return None
    results = [one.result for one in (request, *later) if one.result is not None]
    stated_at = max(result.received_at or result.header.sent_at for result in results)
    # A hold that ended before it was stated has no end to warn of; it may even lie before all time.
    return None if until <= stated_at else (stated_at, until)


_Stop = tuple[bool, "datetime | None"]
"""Whether the awaited step was taken, and when it was received as far as a receipt says."""


def _stop(fact: Fact | None) -> _Stop:
    return (False, None) if fact is None else (True, fact.received_at)


def _receipt_stop(request: Request) -> _Stop:
    if request.opening.received_at is not None:
        return True, request.opening.received_at
    return bool(request.executor_steps), None


def _ended(request: Request) -> bool:
    """Whether nothing is awaited any more, whatever was answered: withdrawn, refused, closed, never taken."""
    return request.state in {State.WITHDRAWN, State.LAPSED, State.NOT_TAKEN, State.CLOSED, State.REFUSED}


def _due(
    clock: ClockName,
    started_at: datetime,
    allowed_s: int | None,
    stop: _Stop,
    rests: tuple[tuple[datetime, datetime | None], ...],
    *,
    ended: bool,
) -> Due | None:
    """One clock, or None when the agreement names no time for it."""
    if allowed_s is None:
        return None
    allowed = timedelta(seconds=allowed_s)
    stopped, stopped_at = stop
    due_at, left = _shifted(started_at, allowed, rests, stopped_at)
    if stopped:
        late = stopped_at is not None and due_at is not None and stopped_at > due_at
        running = Running.MISSED if late else Running.MET
    elif ended:
        running = Running.ENDED
    else:
        running = Running.RESTS if due_at is None else Running.RUNS
    return Due(
        clock=clock,
        started_at=started_at,
        allowed=allowed,
        running=running,
        due_at=due_at,
        left=left,
        stopped_at=stopped_at,
        parts=tuple(_parts(started_at, allowed, rests, stopped_at)),
    )


def _parts(
    started_at: datetime,
    allowed: timedelta,
    rests: tuple[tuple[datetime, datetime | None], ...],
    stopped_at: datetime | None,
) -> Iterator[tuple[int, datetime]]:
    for percent in ESCALATE_AT_PERCENT:
        at, _left = _shifted(started_at, allowed * percent / 100, rests, stopped_at)
        if at is not None:
            yield percent, at


def _later(at: datetime, length: timedelta) -> datetime:
    """A peer may have written an instant at the end of all time; no arithmetic of ours fails on it."""
    try:
        return at + length
    except OverflowError:
        return _LAST


def _shifted(
    started_at: datetime,
    allowed: timedelta,
    rests: tuple[tuple[datetime, datetime | None], ...],
    stopped_at: datetime | None,
) -> tuple[datetime | None, timedelta | None]:
    """The due instant moved by every rest that began before it; while a rest lasts, None and the time left."""
    due_at = _later(started_at, allowed)
    for begun, over in rests:
        if begun >= due_at or (over is not None and over <= started_at):
            continue
        if stopped_at is not None and begun >= stopped_at:
            continue
        if over is None:
            return None, due_at - max(begun, started_at)
        due_at = _later(due_at, over - max(begun, started_at))
    return due_at, None


def _rests(request: Request) -> tuple[tuple[datetime, datetime | None], ...]:
    """When the executor's clocks rested: from a question's receipt to its answer's, overlaps joined, in order."""
    spans: list[tuple[datetime, datetime | None]] = []
    for question in request.questions:
        begun = question.asked.received_at
        if begun is None:
            continue
        over = question.answered.received_at if question.answered else None
        if over is None or over > begun:
            spans.append((begun, over))
    joined: list[tuple[datetime, datetime | None]] = []
    for begun, over in sorted(spans, key=lambda span: span[0]):
        if joined and (joined[-1][1] is None or begun <= joined[-1][1]):
            last_begun, last_over = joined[-1]
            later = None if last_over is None or over is None else max(last_over, over)
            joined[-1] = (last_begun, later)
        else:
            joined.append((begun, over))
    return tuple(joined)
