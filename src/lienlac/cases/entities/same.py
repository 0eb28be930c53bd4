"""Which entities may be one and why, and which a person has said to be one (clause 21.9). Pure.

Proposals are hints with their reasons; nothing is merged by itself. A name alone is never enough to be certain: what
the tones say stands beside it. Where sides disagree, entities stand apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from lienlac.identifiers.index.mention import comparable, of_value
from lienlac.identifiers.names import Tones, likeness
from lienlac.wire.bodies.cases import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lienlac.identifiers.names import Likeness
    from lienlac.records.shared.fold import Element
    from lienlac.wire.bodies.cases import Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Two entities that may be one. `shared`: identifiers that both name; `likeness` of their names, if alike."""

    first: str
    second: str
    shared: tuple[tuple[str, str], ...]
    likeness: Likeness | None

    @property
    def weight(self) -> float:
        """The more telling ones first: an identifier says more than any name."""
        return 100 * len(self.shared) + (0.0 if self.likeness is None else self.likeness.score)


def _identifiers(words: Iterable[Entity]) -> dict[str, tuple[str, str]]:
    found = {}
    for word in words:
        for one in word.identifiers:
            for mention in of_value(one.type, one.value, "named"):
                found[f"{mention.type}:{comparable(mention)}"] = mention.type, mention.shown or mention.key
    return found


def compare(first: Element, second: Element) -> Proposal | None:
    """Why two entities may be one; None when nothing says so."""
    one, other = [[said.says for said in each.standing] for each in (first, second)]
    if not one or not other:
        return None
    theirs = _identifiers(other)
    shared = tuple(shown for key, shown in _identifiers(one).items() if key in theirs)
    names = [[name for word in words for name in (word.name, *word.aliases)] for words in (one, other)]
    best = max((likeness(a, b) for a in names[0] for b in names[1]), key=lambda each: each.score)
    same_kind = {word.kind for word in one} & {word.kind for word in other}
    alike = best if best.worth_a_look and same_kind and (shared or best.tones is not Tones.DIFFERENT) else None
    if not shared and alike is None:
        return None
    ids = sorted((first.id, second.id))
    return Proposal(first=ids[0], second=ids[1], shared=shared, likeness=alike)


def proposals(
    alike: Iterable[Sequence[str]], elements: Mapping[str, Element], decided: Iterable[tuple[str, str]], most: int
) -> list[Proposal]:
    """Pairs among entities that share a key, without those that a person has decided; the most telling first."""
    known = {tuple(sorted(pair)) for pair in decided}
    pairs = {tuple(sorted(pair)) for group in alike for pair in combinations(dict.fromkeys(group), 2)} - known
    found = [
        made
        for one, other in sorted(pairs)
        if one in elements and other in elements and (made := compare(elements[one], elements[other])) is not None
    ]
    return sorted(found, key=lambda each: (-each.weight, each.first, each.second))[:most]


def merged(merges: Iterable[Element]) -> dict[str, str]:
    """By entity, as which it is shown where a person has said that it is one with another, and nobody the contrary."""
    said: dict[tuple[str, str], set[Verdict]] = {}
    leads: dict[tuple[str, str], str] = {}
    for element in merges:
        for one in element.standing:
            first, second = sorted((one.says.first, one.says.second))
            said.setdefault((first, second), set()).add(one.says.verdict)
            leads.setdefault((first, second), one.says.first)
    shown: dict[str, str] = {}

    def lead(entity: str) -> str:
        while shown.get(entity, entity) != entity:
            entity = shown[entity]
        return entity

    for pair, verdicts in sorted(said.items()):
        if verdicts == {Verdict.SAME}:
            first, second = lead(leads[pair]), lead(pair[0] if leads[pair] == pair[1] else pair[1])
            if first != second:
                shown[second] = first
    return {entity: lead(entity) for entity in shown}
