"""By what an entity is found again: the identifiers that it names, for the index and for finding it twice. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.identifiers.index.mention import comparable, gathered, of_name, of_text, of_value
from lienlac.identifiers.names import buckets
from lienlac.wire.bodies.cases import EntityKind, EntityRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lienlac.identifiers.index.mention import Mention
    from lienlac.wire.bodies.cases import Entity

NAMED_KINDS = frozenset({EntityKind.PERSON, EntityKind.ORGANISATION})
"""Entities that are called by a name; of others the name is a label."""


def mentions(words: Iterable[Entity]) -> tuple[Mention, ...]:
    """What an entity names, of every side's column."""
    return gathered(one for word in words for one in _of(word))


def _of(word: Entity) -> Iterator[Mention]:
    role = "victim" if word.role in {EntityRole.VICTIM, EntityRole.MINOR, EntityRole.MISSING} else "named"
    for one in word.identifiers:
        yield from of_value(one.type, one.value, role)
    if word.kind in NAMED_KINDS:
        for name in (word.name, *word.aliases):
            yield from of_name(name, role)
    else:
        yield from of_text(word.name, role)
    for text in (word.notes.vi, word.notes.en):
        yield from of_text(text)


def keys(words: Iterable[Entity]) -> tuple[str, ...]:
    """What two entities of one case share when they may be one: an identifier, or a name written almost so."""
    found: dict[str, None] = {}
    for word in words:
        for one in word.identifiers:
            found |= {f"{each.type}:{comparable(each)}": None for each in of_value(one.type, one.value, "named")}
        for name in (word.name, *word.aliases):
            found |= {f"name:{bucket}": None for bucket in buckets(name)}
    return tuple(found)
