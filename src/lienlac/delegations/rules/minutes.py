"""What two or more sides have agreed on: when and where, each paragraph of the minutes, the minutes as a whole.

Pure (clauses 23.3 to 23.6). A side's position on an element is one digest: of the wording that it states itself, or of
the wording that it says it agrees to. Something is agreed when every side that takes part holds the same position and
that wording still stands in somebody's column. So a wording that is changed must be agreed anew, agreement to what no
longer stands counts for nothing, and nobody can agree for another: a position is read from its own author's column.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from lienlac.wire.bodies.delegations import Answer, Minutes, MinutesParagraph, Proposal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from lienlac.records.shared.fold import Element
    from lienlac.wire.bodies.parts import Said


def wording(element_id: str, text: Said) -> str:
    """The digest by which a wording of a paragraph is agreed to: of the paragraph, and of both languages."""
    return _digest("paragraph", element_id, text.vi, text.en)


def terms(element_id: str, proposal: Proposal) -> str:
    """The digest of a time and place."""
    place = (proposal.country or "", proposal.place)
    return _digest("terms", element_id, _when(proposal.starts), _when(proposal.ends), *place)


def _when(at: datetime | None) -> str:
    return "" if at is None else f"{at.timestamp():.6f}"  # the same instant, whatever its zone


def _digest(of: str, *parts: str) -> str:
    return hashlib.sha256(msgspec.json.encode(("lienlac-delegation", of, *parts))).hexdigest()


# --- one thing to be agreed on ------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What one side states in words of its own: its digest, and the word itself."""

    author: str
    digest: str
    says: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One element on which sides agree or do not. `agreed` is the wording that everybody stands by, None where none is.

    `positions`: what each side that takes part stands by, None where it has said nothing or has refused;
    `wordings`: what stands, by its author.
    """

    element: Element
    positions: Mapping[str, str | None]
    wordings: Mapping[str, Wording]
    agreed: Wording | None

    def stands(self, digest: str) -> Wording | None:
        """The wording with this digest, if it stands in anybody's column."""
        found = (one for _author, one in sorted(self.wordings.items()) if one.digest == digest)
        return next(found, None)

    def missing(self) -> tuple[str, ...]:
        """Sides that do not stand by the wording that most stand by."""
        held = [one for one in self.positions.values() if one is not None]
        most = max(sorted(set(held)), key=held.count, default=None)
        return tuple(node for node, one in self.positions.items() if one is None or one != most)


def agreement(element: Element, sides: AbstractSet[str]) -> Agreement:
    """How far sides agree on a paragraph or a proposal. One side alone agrees with nobody."""
    wordings: dict[str, Wording] = {}
    positions: dict[str, str | None] = dict.fromkeys(sorted(sides))
    for author in element.columns:
        says = element.by(author)
        own = _own(element.id, says)
        if own is not None:
            wordings[author] = Wording(author=author, digest=own, says=says)
        if author in positions:
            positions[author] = own or getattr(says, "agrees", None)
    found = Agreement(element=element, positions=positions, wordings=wordings, agreed=None)
    held = set(positions.values())
    if len(positions) < 2 or len(held) != 1 or None in held:
        return found
    standing = found.stands(str(held.pop()))
    if standing is None or not _whole(standing.says):
        return found
    return Agreement(element=element, positions=positions, wordings=wordings, agreed=standing)


def waits_for(found: Agreement, node: str) -> bool:
    """Whether a side has to answer: it has said nothing to another's wording, or agreed to what no longer stands."""
    own = found.element.by(node)
    if own is None:
        return any(author != node for author in found.wordings)
    agrees = getattr(own, "agrees", None)
    return agrees is not None and found.stands(agrees) is None


def _own(element_id: str, says: Any) -> str | None:
    if isinstance(says, MinutesParagraph) and (says.text.vi or says.text.en):
        return wording(element_id, says.text)
    if isinstance(says, Proposal) and says.answer is Answer.PROPOSES:
        return terms(element_id, says)
    return None


def _whole(says: Any) -> bool:
    """Minutes hold in both languages: a paragraph in one of them is a draft."""
    return not isinstance(says, MinutesParagraph) or bool(says.text.vi.strip() and says.text.en.strip())


# --- the minutes as a whole ---------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """The minutes: paragraphs in their order. `digest` is that of the whole, None until every paragraph is agreed.

    `signed`: what sides that take part have said of the whole as it now stands; `complete`: all of them have.
    """

    paragraphs: Sequence[Agreement]
    digest: str | None
    signed: Mapping[str, Minutes]
    complete: bool

    @property
    def open(self) -> int:
        """How many paragraphs are not agreed."""
        return sum(1 for one in self.paragraphs if one.agreed is None)


def whole(record_id: str, paragraphs: Iterable[Element], signing: Element | None, sides: AbstractSet[str]) -> Whole:
    """The minutes of a record as they now stand between these sides."""
    found = [agreement(one, sides) for one in paragraphs if not one.gone]
    found.sort(key=lambda one: (number(one), one.element.id))
    digest = None
    if found and all(one.agreed is not None for one in found):
        parts = [one.agreed.digest for one in found if one.agreed is not None]
        digest = _digest("whole", record_id, *parts)
    signed: dict[str, Minutes] = {}
    for node in sorted(sides):
        said = None if signing is None else signing.by(node)
        if isinstance(said, Minutes) and said.whole == digest:
            signed[node] = said
    complete = digest is not None and len(sides) > 1 and set(signed) == set(sides)
    return Whole(paragraphs=found, digest=digest, signed=signed, complete=complete)


def number(one: Agreement) -> int:
    """Where a paragraph stands: as the author of the agreed wording says, before that as its first author does."""
    if one.agreed is not None:
        return int(one.agreed.says.number)
    return int(one.element.standing[0].says.number)
