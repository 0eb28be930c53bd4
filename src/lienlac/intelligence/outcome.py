"""What became of objects that somebody gave: one result for each, in the order in which they were given. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from lienlac.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lienlac.errors import Language
    from lienlac.stix.checking import Stix

State = Literal["new", "same", "held"]


class Result(NamedTuple):
    """One object: taken as a new version, known already, or held in quarantine with its reason.

    `added_us` names the stored version (for "same" the one that was there); `version_us` is what TAXII calls its
    version. `held_id` is that of the quarantine.
    """

    state: State
    object_id: str
    type: str
    version_us: int
    added_us: int
    code: str = ""
    details: Mapping[str, Any] = {}  # never changed
    held_id: str = ""

    def sentence(self, language: Language) -> str:
        """Why it is held; empty when it is not."""
        return Refused(self.code, **self.details).sentence(language) if self.code else ""


class Added(NamedTuple):
    """A version that was just stored, for whoever listens in the same transaction."""

    added_us: int
    tlp: str
    stix: Stix


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of all of them."""

    collection_id: str
    results: Sequence[Result]
    added: Sequence[Added] = field(default=(), repr=False)

    @property
    def new(self) -> int:
        """How many were stored as new versions."""
        return len(self.added)

    @property
    def held(self) -> int:
        """How many wait in quarantine."""
        return sum(one.state == "held" for one in self.results)

    @property
    def same(self) -> int:
        """How many were known already, byte for byte or in what they say."""
        return len(self.results) - self.new - self.held

    @property
    def counts(self) -> tuple[int, int, int]:
        """New, known, held."""
        return self.new, self.same, self.held
