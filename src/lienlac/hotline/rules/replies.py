"""What a step must say beyond its column (clauses 12.8 to 12.13): the same at both ends.

A result of the request's own kind, a correction of the same request, a refusal with its second officer, a lapse at the
instant that both sides computed. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.errors import Refused
from lienlac.hotline.deadlines import validate_until, window_open
from lienlac.hotline.forms.steps import KEPT_IN_A_CORRECTION
from lienlac.hotline.kinds import BY_KIND, grounds_of
from lienlac.hotline.kinds.steps import TO_CORRECT, needs_second_officer
from lienlac.hotline.lifecycle import Side, Step
from lienlac.hotline.rules.safeguards import check_opening, is_provisional

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lienlac.hotline.request import Request


def check_reply(request: Request, side: Side, step: Step, body: Any, *, at: datetime | None) -> None:
    """Raise `Refused` for a step that its column allows and its content forbids.

    `at` is when the receiver got it; the sender, who cannot know that, gives the present. Codes: `report-other-kind`,
    `correction-other-request`, `correction-authorises`, `correction-late`, `correction-window-open`,
    `refusal-unconfirmed`, `ground-unfit`, `validation-late`, `lapse-other-instant`, `use-own-question`, and those of
    the safeguards.
    """
    if step in _CHECKS:
        _CHECKS[step](request, side, body, at)


def _result(request: Request, _side: Side, body: Any, _at: datetime | None) -> None:
    if not isinstance(body.report, BY_KIND[request.kind].report):
        raise Refused("report-other-kind", field="report")


def _returned(request: Request, _side: Side, body: Any, _at: datetime | None) -> None:
    if body.ground not in TO_CORRECT or body.ground not in grounds_of(BY_KIND[request.kind]):
        raise Refused("ground-unfit", field="ground", ground=body.ground)


def _refused(request: Request, _side: Side, body: Any, at: datetime | None) -> None:
    """Not on a ground that opens a window; not while one is open; not by one officer alone where two are needed."""
    if body.ground in TO_CORRECT or body.ground not in grounds_of(BY_KIND[request.kind]):
        raise Refused("ground-unfit", field="ground", ground=body.ground)
    if needs_second_officer(body.ground) and body.confirmed_by is None:
        raise Refused("refusal-unconfirmed", field="confirmed_by")
    awaited = request.awaited_correction
    if awaited is not None and window_open(awaited, request, at):
        raise Refused("correction-window-open")


def _corrected(request: Request, _side: Side, body: Any, at: datetime | None) -> None:
    """The same request, in time, and still one that the safeguards let pass."""
    opening, present = body.opening, request.opening.body
    if type(opening) is not type(present):
        raise Refused("correction-other-request", field="opening")
    if any(getattr(opening, name) != getattr(present, name) for name in KEPT_IN_A_CORRECTION):
        raise Refused("correction-other-request", field="opening")
    if is_provisional(present) and opening.authorisation is not None:
        raise Refused("correction-authorises", field="authorisation.decided_by")
    header = request.opening.header
    check_opening(BY_KIND[request.kind], opening, purpose=header.purpose, typology=header.typology)
    turn = next((turn for turn in request.returns if turn.asked.id == body.answers), None)
    if turn is not None and present.clocks.correct_s is not None and not window_open(turn, request, at):
        raise Refused("correction-late", field="answers")


def _validated(request: Request, _side: Side, _body: Any, at: datetime | None) -> None:
    until = validate_until(request)
    if until is not None and at is not None and at > until:
        raise Refused("validation-late")


def _lapsed(request: Request, _side: Side, body: Any, _at: datetime | None) -> None:
    """Not before its time, whatever clock the other side reads: both computed the instant from the same receipt."""
    until = validate_until(request)
    if until is not None and body.validate_until != until:
        raise Refused("lapse-other-instant", field="validate_until")


def _use_answered(request: Request, side: Side, body: Any, _at: datetime | None) -> None:
    """Nobody gives leave to oneself."""
    use = next((use for use in request.uses if use.asked.id == body.answers), None)
    if use is not None and request.side_of(use.asked.header.sender) is side:
        raise Refused("use-own-question", field="answers")


_CHECKS: dict[Step, Callable[[Request, Side, Any, datetime | None], None]] = {
    Step.RESULT: _result,
    Step.RETURN: _returned,
    Step.REFUSE: _refused,
    Step.CORRECT: _corrected,
    Step.VALIDATE: _validated,
    Step.LAPSE: _lapsed,
    Step.ANSWER_USE: _use_answered,
}
