"""Whether a message of the hotline needs a second officer: the agreement's clause, asked in the hotline's words (9.7).

Pure. Marks and offence codes are the request's and stand in every message about it; they count where the message says
something of the case. To acknowledge, to accept or to close never waits for a mark, only where the kind is named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.hotline.kinds import kind_of
from lienlac.hotline.lifecycle import Step
from lienlac.releases.release import Reason

if TYPE_CHECKING:
    from lienlac.hotline.forms.clocks import Terms
    from lienlac.wire.message import Marks

CONTENT: Final = frozenset(
    {
        Step.OPEN,
        Step.ASK,
        Step.CLARIFY,
        Step.CORRECT,
        Step.RESULT,
        Step.FEEDBACK,
        Step.NOTE,
        Step.ASK_USE,
        Step.ANSWER_USE,
    }
)
"""Steps that say something of the case."""


def reasons(
    terms: Terms, step: Step, opening_kind: str, marks: Marks, typology: str | None, *, persons: bool, files: bool
) -> tuple[Reason, ...]:
    """Why a step on a request of that kind must wait for a second officer; empty where it need not."""
    found = terms.needs_second_officer(
        opening_kind if step is Step.OPEN else kind_of(step),
        marks,
        typology,
        answers=opening_kind if step is Step.RESULT else "",
        content=step in CONTENT,
        persons=persons,
        files=files,
    )
    return tuple(Reason(word) for word in found)
