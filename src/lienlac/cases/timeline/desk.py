"""An officer takes a timeline in, or hands one out; row by row, so that a file of a million never lies in memory.

First the whole file is read and nothing is kept: how many rows, which cannot be taken and why. Only if the rest has
room in the case is it stated, in stretches of one transaction; a long file in several acts, of which each says behind
which row the next begins. Each row's element follows from the file and the row: the same file taken in twice is there
once, and whoever was cut off in the middle begins again at the start and loses and doubles nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from lienlac import limits
from lienlac.cases.timeline.rows import Problem, Row, lines_of, read, values_of
from lienlac.errors import NotAllowed, Refused
from lienlac.people.rights import Action
from lienlac.records.shared.desk import Say
from lienlac.records.shared.fold import derived
from lienlac.records.shared.keeping.desk import require_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from lienlac.people.officer import Officer
    from lienlac.records.shared.desk import Shared
    from lienlac.storage.database import Database
    from lienlac.wire.message import Marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a file holds: rows in all, those that would be taken, those outside the wanted time, those that cannot be.

    `problems` are the first of the last kind; `first` and `last` the time that the others span.
    """

    rows: int
    good: int
    outside: int
    bad: int
    problems: tuple[Problem, ...]
    digest: str
    first: datetime | None
    last: datetime | None

    @property
    def acts(self) -> int:
        """In how many acts it is taken in."""
        return -(-self.good // limits.CASE_IMPORT_ROWS_MAX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an act took: rows that are new here, those that it came through, up to which row of the file.

    `following`: behind this row the next act begins; None when the file is through.
    """

    look: Look
    new: int
    through: int
    row: int
    following: int | None


class Timelines:
    """Imports and exports. `pieces` gives the file anew each time it is called."""

    def __init__(self, shared: Shared, database: Database) -> None:
        self._shared = shared
        self._database = database

    def look(
        self, pieces: Callable[[], Iterable[bytes]], *, since: datetime | None = None, until: datetime | None = None
    ) -> Look:
        """Read a file through and keep nothing. Raises `Refused`: `case-import-…`."""
        digest = hashlib.sha256()
        rows = good = outside = bad = 0
        problems: list[Problem] = []
        first = last = None
        for one in read(lines_of(_counted(pieces(), digest))):
            rows += 1
            if isinstance(one, Problem):
                bad += 1
                problems += [one] if len(problems) < limits.CASE_IMPORT_PROBLEMS_SHOWN else []
            elif _inside(one, since, until):
                good += 1
                first = one.event.at if first is None else min(first, one.event.at)
                last = one.event.at if last is None else max(last, one.event.at)
            else:
                outside += 1
        return Look(
            rows=rows,
            good=good,
            outside=outside,
            bad=bad,
            problems=tuple(problems),
            digest=digest.hexdigest(),
            first=first,
            last=last,
        )

    def take(
        self,
        officer: Officer,
        name: str,
        pieces: Callable[[], Iterable[bytes]],
        marks: Marks,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        after: int = 0,
    ) -> Taken:
        """Take a timeline in from behind that row on, at most `CASE_IMPORT_ROWS_MAX` rows of it.

        Raises `NotAllowed`: `not-found`, `shared-no-part`; `Refused`: `case-import-…`.
        """
        with self._database.read() as connection:
            line, _thing = self._shared.read.found(connection, officer, Action.CASE_WRITE, name)
            require_in(line)
        look = self.look(pieces, since=since, until=until)
        if not look.good:
            raise Refused("case-import-nothing", rows=look.rows)

        def element(row: int) -> str:
            return derived("evt", line.id, f"{look.digest} {row}")

        rows = read(lines_of(pieces()), after)
        behind = (one for one in rows if isinstance(one, Row) and _inside(one, since, until))
        new = through = last = 0
        while through < limits.CASE_IMPORT_ROWS_MAX:
            stretch = [
                Say(says=one.event, marks=marks, element=element(last := one.row))
                for one in islice(behind, limits.CASE_IMPORT_FACTS)
            ]
            if not stretch:
                break
            if not through and not after:
                self._require_room(officer, line.id, look, stretch)
            new += self._state(officer, line.id, stretch)
            through += len(stretch)
        more = next(behind, None) is not None
        return Taken(look=look, new=new, through=through, row=last, following=last if more else None)

    def _require_room(self, officer: Officer, record_id: str, look: Look, stretch: list[Say]) -> None:
        """The whole file has room, or nothing of it is taken; one that was begun before had it then."""
        if self._shared.read.some(officer, record_id, [stretch[0].element]):
            return
        facts = self._shared.keeper.facts
        with self._database.read() as connection:
            if facts.room_for(connection, record_id, self._shared.node_id, look.good):
                return
            room = limits.RECORD_FACTS_MAX - facts.count_of(connection, record_id, self._shared.node_id)
        raise Refused("case-import-rows", rows=look.good, limit=max(room, 0))

    def _state(self, officer: Officer, record_id: str, says: list[Say]) -> int:
        if not says:
            return 0
        known = self._shared.read.some(officer, record_id, [one.element for one in says])
        fresh = [one for one in says if one.element not in known]
        if fresh:
            self._shared.state(officer, record_id, fresh)
        return len(fresh)

    def rows(self, officer: Officer, name: str) -> Iterator[dict[str, str]]:
        """The timeline of a case, by time, a page at a time. Raises `NotAllowed("not-found")`."""
        after = None
        while True:
            found = self._shared.read.elements(officer, name, "event", after=after, rows=limits.PAGE_MAX_ROWS)
            for element, _at in found:
                for one in element.standing:
                    yield values_of(element.id, one.author, one.says)
            if len(found) < limits.PAGE_MAX_ROWS:
                return
            after = found[-1][1], found[-1][0].id


def _inside(one: Row, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or one.event.at >= since) and (until is None or one.event.at <= until)


def _counted(pieces: Iterable[bytes], digest: hashlib._Hash) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limits.CASE_IMPORT_MAX_BYTES:
            raise NotAllowed("case-import-size", limit_bytes=limits.CASE_IMPORT_MAX_BYTES)
        digest.update(piece)
        yield piece
