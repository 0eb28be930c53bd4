"""The hotline's message kinds: fifteen that open a request, each declared once, and one for each step (clauses 12.x).

All travel in the urgent lane: a thread about a request must never overtake itself. Interception is no kind and no
version of any kind; a test holds that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.hotline.kinds import advice, data, disclosure, measures, money, people
from lienlac.hotline.lifecycle import Step
from lienlac.vocabulary import refusals
from lienlac.wire.bodies import hotline as bodies
from lienlac.wire.kinds import Kind
from lienlac.wire.message import Lane

if TYPE_CHECKING:
    import msgspec

    from lienlac.hotline.kinds.field import RequestKind

FREEZE_PAYMENT: Final = money.FREEZE.kind
PRESERVE_DATA: Final = data.PRESERVE.kind
EXTEND: Final = data.EXTEND.kind
RELEASE_PAYMENT: Final = money.RELEASE.kind

REQUEST_KINDS: Final[tuple[RequestKind, ...]] = (
    *money.KINDS,
    *data.KINDS,
    *disclosure.KINDS,
    *measures.KINDS,
    *people.KINDS,
    *advice.KINDS,
)
"""Every kind of request, in the order in which people choose one."""
BY_NAME: Final[dict[str, RequestKind]] = {kind.name: kind for kind in REQUEST_KINDS}
"""By what forms call them."""
BY_KIND: Final[dict[str, RequestKind]] = {kind.kind: kind for kind in REQUEST_KINDS}
"""By the message kind of the opening."""

OPENINGS: Final = tuple(Kind(kind.kind, 1, kind.body, Lane.URGENT, opening=True) for kind in REQUEST_KINDS)

_FOLLOW_UPS: Final[dict[Step, type[msgspec.Struct]]] = {
    Step.ACKNOWLEDGE: bodies.Acknowledged,
    Step.ASK: bodies.Asked,
    Step.CLARIFY: bodies.Clarified,
    Step.ACCEPT: bodies.Accepted,
    Step.RETURN: bodies.Returned,
    Step.CORRECT: bodies.Corrected,
    Step.REFUSE: bodies.Declined,
    Step.RESULT: bodies.Result,
    Step.VALIDATE: bodies.Validated,
    Step.LAPSE: bodies.Lapsed,
    Step.WITHDRAW: bodies.Withdrawn,
    Step.FEEDBACK: bodies.Feedback,
    Step.CLOSE: bodies.Closed,
    Step.NOTE: bodies.Note,
    Step.ASK_USE: bodies.UseAsked,
    Step.ANSWER_USE: bodies.UseAnswered,
}

HOTLINE_KINDS: Final[tuple[Kind, ...]] = OPENINGS + tuple(
    Kind(f"hotline.{step.value}", 1, body, Lane.URGENT) for step, body in _FOLLOW_UPS.items()
)

STEP_OF: Final[dict[str, Step]] = {kind.name: Step.OPEN for kind in OPENINGS} | {
    f"hotline.{step.value}": step for step in _FOLLOW_UPS
}
"""The step that a message of each kind is."""

BODY_OF: Final[dict[str, type[msgspec.Struct]]] = {kind.name: kind.body for kind in HOTLINE_KINDS}
"""The body type of each kind."""


def kind_of(step: Step) -> str:
    """The kind's name of a follow-up step."""
    return f"hotline.{step.value}"


def grounds_of(kind: RequestKind) -> tuple[str, ...]:
    """The grounds on which a request of this kind may be returned or refused."""
    return tuple(code for code in refusals.codes() if code not in kind.grounds_left_out)
