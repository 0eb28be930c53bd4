"""An officer looks at the threat picture: every number is made of what this officer may know of, and of nothing else.

The slices whose records are pictured are handed in by the assembly; none is known here by name.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from lienlac import limits
from lienlac.errors import Refused
from lienlac.intelligence.picture.period import period
from lienlac.intelligence.picture.picture import NO_TYPOLOGY, behind, drawn, newest
from lienlac.people import rights
from lienlac.people.rights import Action
from lienlac.vocabulary import identifier_types, typologies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.intelligence.picture.period import Period
    from lienlac.intelligence.picture.picture import Behind, Picture
    from lienlac.people.officer import Officer
    from lienlac.records.pictured import Pictured, Pictures
    from lienlac.storage.database import Database

_EPOCH: Final = date(1970, 1, 1)


class First(Protocol):
    """How many identifiers of a type were new on a day (days since 1970)."""

    @property
    def day(self) -> int:
        """The day."""
        ...

    @property
    def type(self) -> str:
        """The type."""
        ...

    @property
    def new(self) -> int:
        """How many."""
        ...


class Seen(Protocol):
    """A thing that names an identifier."""

    @property
    def kind(self) -> str:
        """What kind of thing it is."""
        ...

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def label(self) -> str:
        """What people call it."""
        ...


class Index(Protocol):
    """Where identifiers are written down."""

    def firsts(self, connection: Connection, officer: Officer, *, since: int, until: int) -> Sequence[First] | None:
        """How many of each type were first named in the open on each day; None for who is told nothing."""
        ...

    def first_named(
        self, connection: Connection, officer: Officer, type_: str, *, since: int, until: int, most: int
    ) -> Sequence[Seen]:
        """Open things in which identifiers of a type were first named, in these days."""
        ...


class Picturing:
    """The threat picture of one node."""

    def __init__(self, *, database: Database, clock: Clock, index: Index, sources: Sequence[Pictures]) -> None:
        self._database = database
        self._clock = clock
        self._index = index
        self._sources = sources

    def period(self, span: str) -> Period:
        """The period of that name up to now. Raises `Refused("code-unknown")`."""
        return period(span, self._clock.now().date())

    def picture(self, officer: Officer, span: str, typology: str = "") -> Picture:
        """Everything at once. Raises `Refused("code-unknown")`."""
        rights.require(officer, Action.INTEL_READ)
        shown = self.period(span)
        _known(typology)
        with self._database.read() as connection:
            records, cut = self._records(connection, officer, shown)
            found = self._index.firsts(connection, officer, since=_day(shown.begins[0]), until=_day(shown.end))
        firsts = None if found is None else [(_EPOCH + timedelta(days=one.day), one.type, one.new) for one in found]
        if firsts is not None:
            firsts = [one for one in firsts if one[1] in identifier_types]
        return drawn(records, firsts, shown, typology=typology, cut=cut)

    def behind(self, officer: Officer, span: str, asked: Behind) -> list[Pictured]:
        """The records that a number is made of, the newest first. Raises `Refused("code-unknown")`."""
        rights.require(officer, Action.INTEL_READ)
        shown = self.period(span)
        _known(asked.typology)
        with self._database.read() as connection:
            records, _ = self._records(connection, officer, shown)
        return behind(newest(records), shown, asked)

    def new(self, officer: Officer, span: str, type_: str, place: int | None) -> list[Seen]:
        """Things in which identifiers of a type were first named, the newest first. Raises `Refused`."""
        rights.require(officer, Action.INTEL_READ)
        shown = self.period(span)
        identifier_types.get(type_, field="type")
        first, end = (shown.begins[0], shown.end) if place is None else shown.stretch(place)
        most = limits.PICTURE_LIST_MAX
        with self._database.read() as connection:
            found = self._index.first_named(connection, officer, type_, since=_day(first), until=_day(end), most=most)
        return list(found)

    def _records(self, connection: Connection, officer: Officer, shown: Period) -> tuple[list[Pictured], bool]:
        """Of each subject the newest, up to a bound; whether any had more."""
        found: list[Pictured] = []
        cut = False
        for source in self._sources:
            most = limits.PICTURE_RECORDS_MAX
            some = source.pictured(connection, officer, since=shown.since, until=shown.until, most=most + 1)
            cut = cut or len(some) > most
            found += some[:most]
        return found, cut


def _known(typology: str) -> None:
    if typology and typology != NO_TYPOLOGY and typology not in typologies:
        raise Refused("code-unknown", field="typology", value=typology[:40], vocabulary="typologies")


def _day(day: date) -> int:
    return (day - _EPOCH).days
