"""One request as indicators count it: made of the fold alone, so that both nodes make the same of it. Pure.

A drill does not count, nor does a request of which the executor's node has not said that it took it. Every time is the
difference of two instants that receipts state; what a receipt is still awaited of has no time yet.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from lienlac.hotline.deadlines import Running, clocks
from lienlac.hotline.kinds import FREEZE_PAYMENT, RELEASE_PAYMENT
from lienlac.hotline.lifecycle import ClockName, Step
from lienlac.identifiers.money import CURRENCIES, minor_units
from lienlac.records.fact import Standing
from lienlac.records.measured import Coins, Measured
from lienlac.wire.bodies.hotline.money import FreezeOutcome, ReleaseReason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import Any

    from lienlac.hotline.request import Fact, Request
    from lienlac.identifiers.money import Money

_HELD: Final = frozenset({FreezeOutcome.HELD, FreezeOutcome.PARTLY})
_CLOCKS: Final = {
    ClockName.RECEIPT: "receipt",
    ClockName.ACKNOWLEDGE: "acknowledge",
    ClockName.DECIDE: "decide",
    ClockName.EXECUTE: "execute",
}


def measured(request: Request) -> Measured | None:
    """What counts of a request; None where nothing does."""
    opening = request.opening
    if opening.standing is not Standing.ACCEPTED or opening.received_at is None or opening.body.drill:
        return None
    decision, feedback = request.first(Step.ACCEPT, Step.REFUSE), _feedback(request)
    reports = [fact.body.report for fact in request.executor_steps if fact.step is Step.RESULT]
    freeze = request.kind == FREEZE_PAYMENT
    holds = [report for report in reports if freeze and report.outcome in _HELD]
    held = next((report.held for report in reversed(holds) if report.held is not None), None)
    return Measured(
        requester=request.requester,
        executor=request.executor,
        kind=request.kind,
        typology=opening.header.typology or "",
        received_at=opening.received_at,
        seconds=dict(_seconds(request, opening.received_at)),
        inside={
            _CLOCKS[due.clock]: due.running is Running.MET
            for due in clocks(request)
            if due.clock in _CLOCKS and due.running in (Running.MET, Running.MISSED)
        },
        decided=decision is not None,
        ground=decision.body.ground if decision is not None and decision.step is Step.REFUSE else "",
        freeze=freeze,
        was_held=bool(holds),
        usefulness="" if feedback is None else feedback.usefulness.value,
        asked=_coins(request.body.amount) if freeze else None,  # type: ignore[attr-defined]  # a freeze has an amount
        held=_coins(held),
        returned=_returned(request, reports),
        received=None if feedback is None else _coins(feedback.returned),
    )


def _seconds(request: Request, received_at: datetime) -> Iterator[tuple[str, int]]:
    yield "receipt", _between(request.opening.header.sent_at, received_at)
    accepted = request.first(Step.ACCEPT)
    for measure, since, fact in (
        ("acknowledge", received_at, request.first(Step.ACKNOWLEDGE)),
        ("decide", received_at, request.first(Step.ACCEPT, Step.REFUSE)),
        ("execute", None if accepted is None else accepted.received_at, request.first(Step.RESULT)),
    ):
        if since is not None and fact is not None and fact.received_at is not None:
            yield measure, _between(since, fact.received_at)


def _between(since: datetime, until: datetime) -> int:
    """Whole seconds; two clocks that differ make no negative time."""
    return max(0, int((until - since).total_seconds()))


def _feedback(request: Request) -> Any:
    """The requester's last word on what it was good for."""
    said: Fact | None = next((fact for fact in reversed(request.requester_steps) if fact.step is Step.FEEDBACK), None)
    return None if said is None else said.body


def _returned(request: Request, reports: list[Any]) -> Coins | None:
    if request.kind != RELEASE_PAYMENT or request.body.reason is not ReleaseReason.RETURNED:  # type: ignore[attr-defined]  # a release has a reason
        return None
    return _coins(next((one.released for one in reversed(reports) if one.released is not None), None))


def _coins(money: Money | None) -> Coins | None:
    """Money as it is summed; an amount that no currency of the catalogue has cannot be, and is no money here."""
    if money is None or money.currency not in CURRENCIES:
        return None
    if len(money.amount.partition(".")[2].rstrip("0")) > CURRENCIES[money.currency].decimals:
        return None
    return None if not Decimal(money.amount) else (money.currency, minor_units(money))
