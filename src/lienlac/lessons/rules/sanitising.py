"""What may not stand in a lesson: identifiers, references and ids of cases, and what its own case is known by. Pure.

Found is what the finder of identifiers is sure of or thinks likely, whatever looks like a reference of this system, and
every name and value by which the case is known from which the lesson was drawn. What is merely possible is shown to
whoever reviews, and blocks nothing: a person decides. A finder never finds everything; that is why two people read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac.identifiers.finding import Sureness, masked, read, shown
from lienlac.identifiers.folding import compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

REFERENCE: Final = re.compile(r"\b[A-Z]{2}-(?:[A-Z]-)?[0-9]{4}-[0-9]{4,9}\b", re.IGNORECASE)
"""A request, channel, warning, case, programme, delegation or lesson as people name it."""
OWN_ID: Final = re.compile(r"\b[a-z]{2,5}-[a-z2-7]{26}\b")
NUMBER: Final = re.compile(r"(?<!\d)\d{9,}(?!\d)")
"""A row of digits that is no sum and no date: an account, a telephone, a card, whatever stands around it."""
KNOWN_MIN: Final = 6
"""Letters and digits of a name or value below which finding it again says nothing: `An` stands in every text."""
_NOT_OF_A_CASE: Final = frozenset({"amount"})
"""Finds that identify nobody."""
_OF_TOOLS: Final = frozenset({"domain", "url", "app-package", "telegram-bot", "bic"})
"""What the list of tools may hold: where a tool is found."""

_TYPED: Final = frozenset(
    {"methods", "typologies", "review_on", "state", "case", "used_on", "of", "step", "about", "answers"}
)
"""Fields that hold no text of a person's."""
_LINKED: Final = frozenset({"mth", "lsn"})
"""What a lesson may be linked to: methods and lessons; never a case, a request, a channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Something that may not stand there, or should be looked at: in which field, what it is, how it may be shown."""

    field: str
    type: str
    shown: str
    blocks: bool


def places(says: msgspec.Struct, known: Sequence[str] = ()) -> list[Place]:
    """Every such place of a word. `known`: by what the case is known from which the lesson was drawn."""
    folded = {one: compact(one) for one in known}
    wanted = {one: value for one, value in folded.items() if len(value) >= KNOWN_MIN}
    found: list[Place] = []
    for field, text in texts(says):
        found += _in(field, text, wanted)
    return found


def _in(field: str, text: str, known: dict[str, str]) -> Iterator[Place]:
    reading = read(text)
    for find in reading.finds:
        if find.type in _NOT_OF_A_CASE or (field == "tools" and find.type in _OF_TOOLS):
            continue
        blocks = find.sureness is not Sureness.POSSIBLE
        yield Place(field=field, type=find.type, shown=find.shown or shown(find.type, find.raw), blocks=blocks)
    for removed in reading.removed:
        yield Place(field=field, type=removed, shown="•••", blocks=True)
    for match in NUMBER.finditer(text):
        yield Place(field=field, type="number", shown=masked(match[0]), blocks=True)
    for match in (*REFERENCE.finditer(text), *OWN_ID.finditer(text)):
        yield Place(field=field, type="reference", shown=match[0], blocks=True)
    whole = compact(text)
    for one, value in known.items():
        if value in whole:
            yield Place(field=field, type="known", shown=one, blocks=True)


def texts(says: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a word by its field: what has a type of its own (ids, dates, codes, digests) is no text."""
    for name in says.__struct_fields__:
        value = getattr(says, name)
        typed = name in _TYPED or (name == "target" and value.partition("-")[0] in _LINKED)
        if not typed:
            yield from _texts(value, field or name)


def _texts(value: Any, field: str) -> Iterator[tuple[str, str]]:
    if type(value) is str:  # words of an enumeration are texts too, and say nothing
        if value:
            yield field, value
    elif isinstance(value, msgspec.Struct):
        yield from texts(value, field)
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one, field)


def blocking(found: Iterable[Place]) -> list[Place]:
    """Those for which a word is not kept."""
    return [one for one in found if one.blocks]
