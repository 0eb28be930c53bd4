"""What must hold of a message of ours before it leaves, and once more when it was approved later.

Pure: the request, the earlier one and the agreement are handed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.errors import NotAllowed, Refused
from lienlac.hotline.kinds import BY_KIND
from lienlac.hotline.lifecycle import Step
from lienlac.hotline.rules.followups import check_follow_up
from lienlac.hotline.rules.replies import check_reply
from lienlac.hotline.rules.safeguards import check_opening
from lienlac.wire.bodies import hotline as bodies

if TYPE_CHECKING:
    from datetime import datetime

    import msgspec

    from lienlac.hotline.forms.clocks import Terms
    from lienlac.hotline.request import Request
    from lienlac.hotline.rules.followups import Earlier


def opening(
    kind_name: str,
    body: bodies.Opening,
    earlier: Earlier | None,
    *,
    purpose: str,
    typology: str | None,
    sides: tuple[str, str],
    at: datetime,
) -> None:
    """Raise `Refused` for an opening that the other side would refuse; what its form found may have changed since."""
    kind, follows = BY_KIND[kind_name], body.follows
    check_opening(kind, body, purpose=purpose, typology=typology)
    check_follow_up(
        kind,
        earlier,
        named=follows is not None,
        reference="" if follows is None else follows.reference,
        sides=sides,
        purpose=purpose,
        at=at,
    )


def answer(request: Request, node_id: str, step: Step, body: Any) -> None:
    """What names a question names one that is open. Raises `Refused("question-unknown")`."""
    awaited = request.awaited_correction
    open_ones = {
        Step.CLARIFY: [question.asked.id for question in request.open_questions],
        Step.CORRECT: [] if awaited is None else [awaited.asked.id],
        Step.ANSWER_USE: [use.asked.id for use in request.open_uses(request.side_of(node_id))],
    }
    if step in open_ones and body.answers not in open_ones[step]:
        raise Refused("question-unknown", field="answers")


def ground(terms: Terms | None, body: msgspec.Struct) -> None:
    """A ground must be one that the agreement names. Raises `NotAllowed("ground-not-agreed")`."""
    if not isinstance(body, bodies.Declined | bodies.Returned):
        return
    grounds = () if terms is None else terms.agreement.refusal_grounds
    if body.ground not in grounds:
        raise NotAllowed("ground-not-agreed", field="ground", ground=body.ground)


def reply(request: Request, node_id: str, step: Step, body: msgspec.Struct, at: datetime) -> None:
    """What the other side would refuse is not sent. Raises `Refused`."""
    check_reply(request, request.side_of(node_id), step, body, at=at)
