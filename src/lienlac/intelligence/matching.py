"""What is asked of a collection: which ids, types, versions and specifications, from where on, and how many. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Which(StrEnum):
    """A version named by its place."""

    FIRST = "first"
    LAST = "last"
    ALL = "all"


SPECS: Final = {"2.0": 20, "2.1": 21}
"""Versions of STIX as they are stored."""
SPEC_NAMES: Final = {number: name for name, number in SPECS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Filters; each empty one lets everything pass. `versions` are places and instants, and hold by OR."""

    ids: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    places: frozenset[Which] = frozenset({Which.LAST})
    versions_us: tuple[int, ...] = ()
    specs: tuple[int, ...] = ()

    @property
    def all_versions(self) -> bool:
        """Whether every version is asked for."""
        return Which.ALL in self.places

    @property
    def standings(self) -> tuple[int, ...]:
        """Values of a row's standing that the places allow."""
        bits = (Which.FIRST in self.places) * 1 + (Which.LAST in self.places) * 2
        return tuple(one for one in (1, 2, 3) if one & bits)


EVERYTHING: Final = Match(places=frozenset({Which.ALL}))
