"""One run of one feed: what it was given, what it counted, and how what came is kept, piece by piece.

The cursor moves in the transaction that stores what it stands for: a run that breaks off anywhere goes on from there.
Checking needs no database and is done outside of any transaction; a transaction holds few objects, so that officers'
acts go in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Connection

from lienlac import journal, limits
from lienlac.errors import LienlacError, NotAllowed
from lienlac.intelligence.adding.desk import checked
from lienlac.intelligence.collection import Giver, Source
from lienlac.intelligence.feeds.courier.line import BrokenError
from lienlac.intelligence.feeds.feed import Counts
from lienlac.intelligence.feeds.store import feeds, runs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lienlac.intelligence.adding.desk import Given
    from lienlac.intelligence.feeds.courier.line import Line, Wait
    from lienlac.intelligence.feeds.feed import Feed
    from lienlac.intelligence.feeds.store.runs import Lost
    from lienlac.intelligence.outcome import Outcome
    from lienlac.storage.database import Database


class Add(Protocol):
    """`Intelligence.add`."""

    def __call__(
        self, connection: Connection, given: list[Given], /, *, collection_id: str, source: Source, by: str
    ) -> Outcome:
        """Into the collection, in the caller's transaction."""
        ...


Move = Callable[[Connection], None]
"""What is written in one transaction."""


class Convert(Protocol):
    """Makes objects of STIX of one MISP event; raises `Refused` for what is none."""

    def __call__(self, event: bytes, /) -> list[bytes]:
        """Each object's bytes."""
        ...


@dataclass(slots=True, kw_only=True)
class Job:
    """A run under way. `more` says that it broke off with more to come, `warn` what somebody should know of it."""

    feed: Feed
    line: Line
    worker: str
    database: Database
    add: Add
    convert: Convert
    wait: Wait
    now: datetime
    counts: Counts = field(default_factory=Counts)
    pages: int = 0
    more: bool = False
    warn: str = ""

    def page(self) -> bool:
        """Count one call for content; whether the run may make it."""
        if self.pages >= limits.FEED_RUN_PAGES:
            self.more = True
            return False
        self.pages += 1
        return True

    def count(self, **more: int) -> None:
        """Count something."""
        self.counts = replace(self.counts, **{name: getattr(self.counts, name) + by for name, by in more.items()})

    async def take(self, raws: Sequence[bytes], cursor: bytes, *, item: str = "", stamp: int = 0) -> None:
        """Store objects, and with the last of them where the feed goes on. Raises `BrokenError`."""
        source = Source(giver=Giver.FEED, ref=self.feed.id, label=self.feed.title, marks=self.feed.marks)
        starts = list(range(0, len(raws), limits.FEED_CHUNK_OBJECTS)) or [0]
        for start in starts[:-1]:
            await self._store(raws[start : start + limits.FEED_CHUNK_OBJECTS], source, None)

        def move(connection: Connection) -> None:
            feeds.change(connection, self.feed.id, cursor=cursor)
            if item:
                runs.stamp(connection, self.feed.id, item, stamp)

        await self._store(raws[starts[-1] :], source, move)

    async def keep(self, cursor: bytes, *, lost: Sequence[Lost] = (), **counted: int) -> None:
        """Nothing to store: only where the feed goes on, and what the other side did not take."""

        def move(connection: Connection) -> None:
            runs.lose(connection, self.feed.id, lost, self.now)
            feeds.change(connection, self.feed.id, cursor=cursor)

        await self._write(move)
        self.count(**counted)

    async def read(self, ask: Callable[[Connection], Any]) -> Any:
        """Ask the database, in a thread."""

        def work() -> Any:
            with self.database.read() as connection:
                return ask(connection)

        return await asyncio.to_thread(work)

    async def _store(self, raws: Sequence[bytes], source: Source, move: Move | None) -> None:
        given = await asyncio.to_thread(checked, raws)

        def work(connection: Connection) -> None:
            if given:
                outcome = self.add(
                    connection, given, collection_id=self.feed.collection_id, source=source, by=journal.NODE
                )
                self.count(new=outcome.new, same=outcome.same, held=outcome.held)
            if move is not None:
                move(connection)

        await self._write(work)

    async def _write(self, work: Move) -> None:
        before = self.counts

        def once(connection: Connection) -> None:
            self.counts = before  # the writer may do it again
            if not feeds.holds(connection, self.feed.id, self.worker):
                raise NotAllowed("feed-let-go")
            work(connection)

        try:
            await asyncio.to_thread(self.database.write, once)
        except LienlacError as error:
            self.counts = before
            raise BrokenError.of(error) from error
