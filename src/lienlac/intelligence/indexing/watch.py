"""Time passes: objects that were stored are read into the indexes, a bounded stretch at a time.

Storing an object does none of this, so that whoever brings a million waits for none of it. What is still to be read is
a position in the order of adding, durable with the objects: a killed process, a restored backup and a program whose
rules have changed all go on by themselves. An object counts only as its newest version; what was superseded or deleted
meanwhile is left out, inside the very transaction that moves the position.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from lienlac import limits
from lienlac.errors import Refused
from lienlac.intelligence.indexing import store
from lienlac.intelligence.indexing.reader import Item
from lienlac.intelligence.indexing.store import EVERYWHERE, Position
from lienlac.intelligence.store import collections
from lienlac.stix.strict import value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from lienlac.intelligence.collection import Collection
    from lienlac.intelligence.indexing.reader import Reader
    from lienlac.intelligence.store.objects import Stored
    from lienlac.storage.database import Database

_log: Final = logging.getLogger(__name__)
Found = list[tuple[Item, Any]]


class Indexing:
    """Reads what was stored. `wake` is called after each commit that left something to be read."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.readers: list[Reader] = []
        self.wake: Callable[[], None] = _nobody

    # --- inside the transaction of whoever stores ---
    def stored(self, connection: Connection, *_what: object) -> None:
        """Objects were stored: they are read soon, by somebody else."""
        self._database.after_commit(connection, self._woken)

    def again(self, connection: Connection, collection: Collection) -> None:
        """What a collection shows has changed: it is read again."""
        for reader in self.readers:
            store.begin_again(connection, reader.name, collection.number, reader.rules)
        self._database.after_commit(connection, self._woken)

    def deleted(self, connection: Connection, collection: Collection, object_id: str) -> None:
        """Versions of an object were deleted: what is left of it, if anything, is read at once."""
        left = store.newest_of(connection, collection.number, object_id)
        item = None if left is None else _item(left)
        for reader in self.readers:
            if item is None:
                reader.gone(connection, collection, object_id)
            else:
                reader.keep(connection, collection, [_looked(reader, item)])

    # --- time passes ---
    def step(self) -> int:
        """Read one stretch; how many versions it had, 0 when nothing is left."""
        with self._database.read() as connection:
            known = store.positions(connection)
            turn = None if self._unfit(known) else self._turn(connection, known)
        if self._unfit(known):
            self._database.write(self._fit)
            return 1
        if turn is None:
            return 0
        reader, was, rows = turn
        found = [_looked(reader, item) for row in rows if row.standing >= 2 and (item := _item(row)) is not None]

        def work(connection: Connection) -> None:
            reached = rows[-1].added_us if rows else was.reached_us
            if not store.move(connection, was, reached):
                return  # another process has read this stretch
            still = store.still_newest(connection, rows)
            _keep(connection, reader, [one for one in found if one[0].stored.added_us in still])
            if was.collection != EVERYWHERE and not rows:
                store.forget(connection, was.reader, was.collection)

        self._database.write(work)
        return max(len(rows), 1)

    def catch_up(self) -> None:
        """Read until nothing is left: for commands and tests."""
        while self.step():
            pass

    def behind(self, connection: Connection) -> int:
        """How many stored versions somebody has still to read, counted up to `limits.INTEL_BEHIND_COUNTED_MAX`."""
        known = {one.reader: one for one in store.positions(connection) if one.collection == EVERYWHERE}
        waiting = 0
        for reader in self.readers:
            at = known.get(reader.name)
            reached = 0 if at is None or at.rules != reader.rules else at.reached_us
            waiting = max(waiting, store.behind(connection, reached, limits.INTEL_BEHIND_COUNTED_MAX))
        return waiting

    def reached(self, connection: Connection, name: str) -> int | None:
        """Up to which instant a reader has read everything, when there is something that it has not read yet."""
        rules = {reader.name: reader.rules for reader in self.readers}
        known = {one.reader: one for one in store.positions(connection) if one.collection == EVERYWHERE}
        at = known.get(name)
        reached = 0 if at is None or at.rules != rules.get(name) else at.reached_us
        return reached if store.behind(connection, reached, 1) else None

    # --- inside ---
    def _unfit(self, known: Sequence[Position]) -> bool:
        """Whether a reader has no position, or one that it reached by other rules."""
        rules = {one.reader: one.rules for one in known if one.collection == EVERYWHERE}
        return any(rules.get(reader.name) != reader.rules for reader in self.readers)

    def _fit(self, connection: Connection) -> None:
        """Who is new, or has changed its rules, begins at the beginning; what it kept stays until it is replaced."""
        rules = {one.reader: one.rules for one in store.positions(connection) if one.collection == EVERYWHERE}
        for reader in self.readers:
            if rules.get(reader.name) != reader.rules:
                store.begin_again(connection, reader.name, EVERYWHERE, reader.rules)
                _log.info("every object is read by %s from the beginning", reader.name)

    def _turn(self, connection: Connection, known: Sequence[Position]) -> tuple[Reader, Position, list[Stored]] | None:
        """Who reads next, from where, and what; None when everything is read. What is new goes first."""
        readers = {reader.name: reader for reader in self.readers}
        for position in known:
            reader = readers.get(position.reader)
            if reader is None:
                continue  # of a program that had more readers than this one
            rows = store.next_of(connection, position)
            if rows or position.collection != EVERYWHERE:
                return reader, position, rows
        return None

    def _woken(self) -> None:
        self.wake()


def _looked(reader: Reader, item: Item) -> tuple[Item, Any]:
    """What a reader finds in an object; one that breaks it must not keep every later one from being read."""
    try:
        return item, reader.look(item)
    except Exception:  # noqa: BLE001  # whatever a reader trips over, the others must go on, and the log says it
        _log.exception("object of instant %d breaks %s", item.stored.added_us, reader.name)
        return item, None


def _keep(connection: Connection, reader: Reader, found: Found) -> None:
    by_collection: dict[int, Found] = {}
    for one in found:
        by_collection.setdefault(one[0].stored.collection, []).append(one)
    for number, some in by_collection.items():
        reader.keep(connection, collections.numbered(connection, number), some)


def _item(row: Stored) -> Item | None:
    """A stored version as readers get it; what this program no longer reads is kept, and found by its id alone."""
    try:
        return Item(row, value_of(bytes(row.raw)))
    except Refused as error:
        _log.warning("object of instant %d is not read: %s", row.added_us, error.code)
        return None


def _nobody() -> None:
    """Nobody waits to be woken: a command that ends soon."""
