"""What may be said in a lesson's record, the same before a word leaves and when one arrives. Pure (clauses 24.x)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from lienlac.errors import Refused
from lienlac.wire.bodies.lessons import Lesson, Part, Step, Use

if TYPE_CHECKING:
    from lienlac.records.shared.shape import Saying
    from lienlac.wire.bodies.parts import Said


def check(saying: Saying) -> None:
    """Raise `Refused("field-missing" | "date-invalid" | "lesson-step-twice")`."""
    says = saying.says
    if isinstance(says, Lesson):
        _check_date(says.review_on, "review_on")
    elif isinstance(says, Part | Step):
        _check_said(says.text)
    elif isinstance(says, Use):
        _check_date(says.used_on, "used_on")
        steps = [one.step for one in says.results]
        if len(steps) != len(set(steps)):
            raise Refused("lesson-step-twice", field="results")


def _check_date(text: str | None, field: str) -> None:
    try:
        date.fromisoformat(text or "2000-01-01")
    except ValueError as error:
        raise Refused("date-invalid", field=field, value=text) from error


def _check_said(text: Said) -> None:
    if not (text.vi.strip() or text.en.strip()):
        raise Refused("field-missing", field="text")
