"""What the desk hands out: a warning with everything around it, a partner, what became of a form. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lienlac.flash.lifecycle import Step
    from lienlac.flash.rules import Terms
    from lienlac.flash.store.lines import Line
    from lienlac.flash.warning import Flash
    from lienlac.people.rights import Thing
    from lienlac.releases.release import Release


@dataclass(frozen=True, slots=True)
class Partner:
    """A peer who may be warned, and what is agreed with it."""

    node_id: str
    name_vi: str
    name_en: str
    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """A warning between its author and one reader, and the steps that this officer may take now."""

    flash: Flash
    line: Line
    thing: Thing
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One warning as people see it: of our own there is one part for each partner, of a partner's exactly one.

    `waiting`: what was put forward about it and waits for a second officer.
    """

    parts: tuple[One, ...]
    ours: bool
    waiting: tuple[Release, ...]

    @property
    def first(self) -> One:
        """The part that the page shows whole; all say the same."""
        return self.parts[0]

    @property
    def steps(self) -> tuple[Step, ...]:
        """Steps that can be taken on any part."""
        return tuple(dict.fromkeys(step for part in self.parts for step in part.steps))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a form: the warnings that left, and what waits for a second officer instead."""

    reference: str
    sent: tuple[str, ...]
    waits: tuple[Release, ...]
