"""Where one can go within a record: the pages used most, one beside the other, and the others in groups. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lienlac.ui.words import N_

if TYPE_CHECKING:
    from lienlac.records.shared.reading.desk import Room
    from lienlac.ui.shared.sheet import Subject

_RECORD: Final = (
    ("discussion", N_("Discussion")),
    ("members", N_("Who takes part")),
    ("history", N_("History")),
    ("notes", N_("Our notes")),
    ("access", N_("Who may see this")),
)
_FIRST_ENTRIES: Final = 4


@dataclass(frozen=True, slots=True)
class Place:
    """One page of a record: its path below the record's, what it is called, how many stand there."""

    path: str
    label: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Places:
    """What stands beside each other, and the rest by what it is."""

    first: tuple[Place, ...]
    more: tuple[tuple[str, tuple[Place, ...]], ...]

    def away(self, path: str) -> Place | None:
        """The page of this path, if it is not among the first."""
        return next((one for _label, found in self.more for one in found if one.path == path), None)


def places_of(subject: Subject, room: Room) -> Places:
    """All pages of a record."""
    entries = [Place(one.path, one.many, _many(room, one.kind)) for one in subject.sheets]
    views = [Place(one.path, one.label, one.count(room)) for one in subject.extra_tabs]
    record = [Place(path, label) for path, label in _RECORD]
    by_path = {one.path: one for one in (*entries, *views, *record)}
    wanted = subject.first or (
        *(one.path for one in views), *(one.path for one in entries[:_FIRST_ENTRIES]), "discussion"
    )  # fmt: skip
    groups = ((N_("Views"), views), (N_("What stands in it"), entries), (N_("The record"), record))
    more = ((label, tuple(one for one in found if one.path not in wanted)) for label, found in groups)
    return Places(
        first=(Place("", N_("Overview")), *(by_path[path] for path in wanted)),
        more=tuple((label, found) for label, found in more if found),
    )


def _many(room: Room, kind: str) -> int:
    return sum(many for key, many in room.counts.items() if key[0] == kind)
