"""The nouns: a neighbour, a group of them, a path; and what changed from one version to the next. Pure.

A relationship object is no thing of its own here: it is the line between two, and says what the line means. What an
object names but the reader may not see, and what it names but is stored nowhere, are one and the same: an id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

Direction = Literal["out", "in"]
RELATIONSHIP: Final = "relationship"
SIGHTING: Final = "sighting"
_ENDS: Final = {"source_ref": "target_ref", "target_ref": "source_ref"}
_SAID_CHARS: Final = 300


class Thing(NamedTuple):
    """One object as far as a neighbour needs it. `here`: it is stored where the reader may see it."""

    id: str
    type: str
    name: str
    tlp: str = ""
    revoked: bool = False
    here: bool = False


class Line(NamedTuple):
    """What joins two objects: `relation` is a relationship's type, or the member of the object that names the other.

    `out` leads away from the object asked about. `via` is the relationship object, "" for a plain reference.
    """

    direction: Direction
    relation: str
    kind: Literal["relationship", "reference", "sighting"]
    via: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Neighbours by one relation, the newest first; `more`: further ones are not shown."""

    line: Line
    things: tuple[Thing, ...]
    vias: tuple[str, ...]
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """An object and everything beside it that the reader may know of."""

    thing: Thing
    groups: tuple[Group, ...]


class Step(NamedTuple):
    """One step of a path: the line, and the thing at its end."""

    line: Line
    thing: Thing


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """The shortest way that was found; no steps where none was found within the bounds, `cut` when they ended it."""

    start: Thing
    steps: tuple[Step, ...]
    cut: bool = False


class Change(NamedTuple):
    """One member of an object that is not as it was; empty where it was not, or is no longer."""

    member: str
    before: str
    after: str


def other_end(value: dict[str, Any], member: str) -> str:
    """Of a relationship that names an object by this member: what it names at its other end, "" for nothing."""
    name = _ENDS.get(member, "") if value.get("type") == RELATIONSHIP else ""
    found = value.get(name)
    return found if isinstance(found, str) else ""


def line_of(value: dict[str, Any], member: str, via: str, *, towards: Direction) -> Line:
    """What a stored object that names another says of the two."""
    if value.get("type") == RELATIONSHIP and member in _ENDS:
        direction: Direction = "out" if member == "source_ref" else "in"
        return Line(direction, str(value.get("relationship_type", "")), RELATIONSHIP, via)
    if value.get("type") == SIGHTING and member == "sighting_of_ref":
        return Line(towards, member, SIGHTING)
    return Line(towards, member, "reference")


def changes(before: dict[str, Any], after: dict[str, Any]) -> tuple[Change, ...]:
    """What of an object is not as it was: member by member, in the order of the newer one; when it was is no change."""
    members = [*after, *(name for name in before if name not in after)]
    return tuple(
        Change(name, said(before.get(name)), said(after.get(name)))
        for name in members
        if name != "modified" and before.get(name) != after.get(name)
    )


def said(value: Any) -> str:
    """A member's value in a line."""
    if value is None:
        return ""
    if isinstance(value, list):
        text = ", ".join(map(said, value))
    elif isinstance(value, dict):
        text = "; ".join(f"{name}: {said(part)}" for name, part in value.items())
    elif isinstance(value, bool):
        text = "true" if value else "false"
    else:
        text = str(value)
    return text if len(text) <= _SAID_CHARS else f"{text[: _SAID_CHARS - 1]}…"


def type_of(object_id: str) -> str:
    """What an id says of its object's type."""
    return object_id.partition("--")[0]


def ordered(groups: Sequence[Group]) -> tuple[Group, ...]:
    """Relationships first, then sightings, then plain references; each by its name."""
    rank = {RELATIONSHIP: 0, SIGHTING: 1, "reference": 2}
    return tuple(sorted(groups, key=lambda one: (rank[one.line.kind], one.line.relation, one.line.direction)))
