"""What is wrong with a form: all of it at once, each with its field, a code, and a sentence in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lienlac.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lienlac.errors import LienlacError


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake. `field` is a dotted path such as `beneficiaries.0.number`; empty means the form as a whole."""

    field: str
    code: str
    en: str
    vi: str


class FormRefused(Refused):
    """A form with at least one mistake; its own sentence counts them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("form-invalid", field=problems[0].field, count=len(problems))
        self.problems = tuple(problems)


def problem_of(error: LienlacError, field: str) -> Problem:
    """A refusal by a lower rule, as a mistake in a field."""
    return Problem(field=field, code=error.code, en=error.sentence("en"), vi=error.sentence("vi"))
