"""What may be said of a delegation, the same before a word leaves and when one arrives. Pure (clauses 23.x)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from lienlac.errors import Refused
from lienlac.wire.bodies.delegations import (
    Answer,
    Delegation,
    MinutesParagraph,
    Outcome,
    ProgrammeItem,
    Proposal,
    ProtocolNote,
)

if TYPE_CHECKING:
    from datetime import datetime

    from lienlac.records.shared.shape import Saying
    from lienlac.wire.bodies.parts import Said


def check(saying: Saying) -> None:
    """Raise `Refused`: `delegation-times`, `delegation-answer`, `minutes-word`, `date-invalid`, `field-missing`."""
    says = saying.says
    if isinstance(says, Delegation):
        _check_times(says.starts, says.ends, "ends")
    elif isinstance(says, Proposal):
        _check_proposal(says)
    elif isinstance(says, ProgrammeItem):
        _check_times(says.at, says.until, "until")
        _check_said(says.text)
    elif isinstance(says, MinutesParagraph):
        if _empty(says.text) == (says.agrees is None):
            raise Refused("minutes-word", field="text")
    elif isinstance(says, Outcome):
        _check_said(says.text)
        _check_date(says.due)
    elif isinstance(says, ProtocolNote):
        _check_said(says.text)


def _check_proposal(says: Proposal) -> None:
    own = (says.starts, says.ends, says.country) != (None, None, None) or bool(says.place)
    if says.answer is Answer.PROPOSES:
        if says.starts is None or says.agrees is not None:
            raise Refused("delegation-answer", field="starts")
        _check_times(says.starts, says.ends, "ends")
    elif own or (says.agrees is None) == (says.answer is Answer.ACCEPTS):
        raise Refused("delegation-answer", field="answer")


def _check_times(starts: datetime | None, ends: datetime | None, field: str) -> None:
    if ends is not None and (starts is None or ends < starts):
        raise Refused("delegation-times", field=field)


def _check_date(text: str | None) -> None:
    """The type has seen its form; this sees that the calendar has it."""
    try:
        date.fromisoformat(text or "2000-01-01")
    except ValueError as error:
        raise Refused("date-invalid", field="due", value=text) from error


def _check_said(text: Said) -> None:
    if _empty(text):
        raise Refused("field-missing", field="text")


def _empty(text: Any) -> bool:
    return not (text.vi.strip() or text.en.strip())
