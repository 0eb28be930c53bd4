"""Refusals by lower rules, heard one after another while something typed is read, and told all at once. Pure.

For what is no form of the reader's (`reader`): each part is read by a rule of its own, which knows one mistake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.records.forms.problems import FormRefused, problem_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.records.forms.problems import Problem

Read = TypeVar("Read")


class Gathered:
    """What was wrong so far."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self._first: Refused | NotAllowed | None = None

    def hear(self, read: Callable[[], Read], otherwise: Read, field: str = "") -> Read:
        """What it reads, or `otherwise` where it refuses; `field` is for a rule that does not know where it stands.

        Who may not do this at all hears of that alone: `NotAllowed("not-allowed")` goes on.
        """
        try:
            return read()
        except FormRefused as several:
            self._note(several, *several.problems)
        except (Refused, NotAllowed) as one:
            if one.code == "not-allowed":
                raise
            one.field = one.field or field or None
            self.note(one)
        return otherwise

    def note(self, refusal: Refused | NotAllowed) -> None:
        """One mistake, at its field."""
        self._note(refusal, problem_of(refusal, refusal.field or ""))

    def finish(self) -> None:
        """One mistake is raised as it is, with its own code; several as `FormRefused`."""
        if self._first is not None and len(self._problems) == 1:
            raise self._first
        if self._problems:
            raise FormRefused(self._problems[: limits.FORM_PROBLEMS_MAX])

    def right(self, read: Read | None) -> Read:
        """`finish`, and what was read where nothing was wrong."""
        self.finish()
        if read is None:
            raise ValueError("nothing was read, and nothing was wrong with it")
        return read

    def _note(self, refusal: Refused | NotAllowed, *problems: Problem) -> None:
        self._first = self._first or refusal
        self._problems += problems
