"""Which right each step of an officer needs. Pure; the gate itself is `people.rights`."""

from __future__ import annotations

from typing import Final

from lienlac.hotline.lifecycle import Step
from lienlac.people.rights import Action

RIGHT_OF: Final[dict[Step, Action]] = {
    Step.OPEN: Action.REQUEST_OPEN,
    Step.WITHDRAW: Action.REQUEST_WITHDRAW,
    **dict.fromkeys(
        (
            Step.CLARIFY,
            Step.CORRECT,
            Step.VALIDATE,
            Step.FEEDBACK,
            Step.CLOSE,
            Step.NOTE,
            Step.ASK_USE,
            Step.ANSWER_USE,
        ),
        Action.REQUEST_WRITE,
    ),
    **dict.fromkeys(
        (Step.ACKNOWLEDGE, Step.ASK, Step.ACCEPT, Step.RETURN, Step.REFUSE, Step.RESULT), Action.REQUEST_ANSWER
    ),
}
"""By step; what is missing here only the node itself says."""
