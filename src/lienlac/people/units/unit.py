"""The noun: a unit of this authority, such as a division or a duty desk, named in both languages.

Pure. A unit is never deleted, because what was restricted to it stays restricted to it; it is closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lienlac.errors import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One unit. `head` is the id of the officer who heads it; it gives them no right, it says whom to ask."""

    id: str
    name_vi: str
    name_en: str
    head: str | None = None
    active: bool = True

    def name(self, language: Language) -> str:
        """Its name in a language."""
        return self.name_vi if language == "vi" else self.name_en


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """Where one officer belongs: the unit named first to the other side, all units, and what an auditor audits."""

    first: Unit | None = None
    units: frozenset[str] = frozenset()
    audits: frozenset[str] = frozenset()
