"""An officer looks an identifier up, or a page asks what else names what it names. Each look-up by hand is journalled.

Whoever may not know of the thing itself gets "not found"; what else they may not know of is neither shown nor counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.identifiers.finding import shown
from lienlac.identifiers.index.desk import HAVE_PLACES, NARROW, READS
from lienlac.identifiers.index.mention import gathered, of_name, of_text, of_value
from lienlac.people.access import store as access
from lienlac.people.rights import Action, require

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.identifiers.index.desk import Index, Known
    from lienlac.identifiers.index.mention import Mention
    from lienlac.identifiers.index.writing.desk import Source
    from lienlac.people.officer import Officer
    from lienlac.storage.database import Database


class Record(Protocol):
    """How something is written into the journal."""

    def __call__(
        self, connection: Connection, *, at: datetime, actor: str, action: str, thing: str, detail: Any = None
    ) -> str:
        """Returns the entry's digest."""
        ...


class Records(Protocol):
    """Who knows what long things name: `records.shared.naming`."""

    def of_element(
        self, connection: Connection, kind: str, record_id: str, element_id: str, /
    ) -> tuple[str, Sequence[Mention]] | None:
        """As which thing an element is known, and what it names; None when there is no such record."""
        ...

    def of_places(
        self, connection: Connection, kind: str, record_id: str, places: Sequence[int], /
    ) -> list[Mention] | None:
        """What stands in these places; None when there is no such record."""
        ...


class Elsewhere:
    """What pages, programs and panels call."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        index: Index,
        sources: Mapping[str, Source],
        record: Record,
        behind: Callable[[Connection], int],
        records: Records,
    ) -> None:
        """`sources`: who names identifiers, by kind of thing; `behind`: how many things the index has yet to read.

        `records`: who knows what long things name, and where.
        """
        self._database = database
        self._clock = clock
        self._index = index
        self._sources = sources
        self._record = record
        self._behind = behind
        self._records = records

    def waiting(self) -> int:
        """How many stored things are not in the index yet, counted up to `limits.INTEL_BEHIND_COUNTED_MAX`."""
        with self._database.read() as connection:
            return self._behind(connection)

    def of(self, officer: Officer, kind: str, thing_id: str) -> list[Known]:
        """What else names what this thing names. Raises `NotAllowed("not-found" | "not-allowed")`."""
        if kind in HAVE_PLACES:
            return self._of_record(officer, kind, thing_id)
        source = self._sources.get(kind)
        if source is None:
            raise NotAllowed("not-found")
        with self._database.read() as connection:
            require(officer, (READS | NARROW)[kind], access.thing(connection, thing_id, kind))
            named = source.naming(connection, thing_id)
            if named is None:
                raise NotAllowed("not-found")
            return self._index.elsewhere(connection, officer, thing_id, named[1])

    def of_element(self, officer: Officer, kind: str, record_id: str, element_id: str) -> list[Known]:
        """What else names what one element of a record names. Raises `NotAllowed("not-found" | "not-allowed")`."""
        with self._database.read() as connection:
            require(officer, READS[kind], access.thing(connection, record_id, kind))
            found = self._records.of_element(connection, kind, record_id, element_id)
            if found is None:
                raise NotAllowed("not-found")
            thing_id, mentions = found
            if thing_id != record_id:
                named = self._sources[kind].naming(connection, thing_id)
                mentions = () if named is None else named[1]
            return self._index.elsewhere(connection, officer, thing_id, mentions, record_id) if mentions else []

    def _of_record(self, officer: Officer, kind: str, record_id: str) -> list[Known]:
        """What other things name of what a record, and what lies in it, named last."""
        with self._database.read() as connection:
            require(officer, READS[kind], access.thing(connection, record_id, kind))
            shared = self._index.shared(connection, record_id)
            places = [one.place for one in shared if one.thing_id == record_id]
            mentions = self._records.of_places(connection, kind, record_id, places)
            if mentions is None:
                raise NotAllowed("not-found")
            for thing_id in dict.fromkeys(one.thing_id for one in shared if one.thing_id != record_id):
                named = self._sources[kind].naming(connection, thing_id)
                mentions += () if named is None else named[1]
            digests = frozenset(one.digest for one in shared)
            return self._index.beside(connection, officer, record_id, mentions, digests)

    def look_up(self, officer: Officer, text: str, type_: str = "") -> list[Known]:
        """Where the identifiers of a text are named, or one value of a known type; also those that nobody names.

        Raises `Refused("nothing-to-look-up")`.
        """
        require(officer, Action.INTEL_READ)
        mentions = _mentions(text, type_)
        if not mentions:
            raise Refused("nothing-to-look-up", field="text")
        self._database.write(lambda connection: self._note(connection, officer, mentions))
        with self._database.read() as connection:
            found = [self._index.look_up(connection, officer, mention) for mention in mentions]
            for mention in mentions:
                if mention.type == "name":
                    found += self._index.similar_names(connection, officer, mention)
        return found

    def _note(self, connection: Connection, officer: Officer, mentions: tuple[Mention, ...]) -> None:
        asked = [{"type": one.type, "value": shown(one.type, one.shown or one.key)} for one in mentions]
        self._record(
            connection,
            at=self._clock.now(),
            actor=officer.id,
            action="identifier.looked-up",
            thing=officer.id,
            detail={"asked": asked},
        )


def _mentions(text: str, type_: str) -> tuple[Mention, ...]:
    if type_ == "name":
        found = gathered(of_name(text.strip()[: limits.LINE_MAX_CHARS], "named"))
    elif type_:
        found = gathered(of_value(type_, text[: limits.LINE_MAX_CHARS], "named"))
    else:
        found = gathered(of_text(text))
    return found[: limits.MENTIONS_COMPARED_MAX]
