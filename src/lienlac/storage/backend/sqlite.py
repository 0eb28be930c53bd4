"""SQLite: one file, one connection that writes, and a write-ahead file that is carried over while nobody waits."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import quote

from sqlalchemy import event

from lienlac import limits
from lienlac.storage.backend import engines, write_ahead

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

_log: Final = logging.getLogger(__name__)
_LOOK_S: Final = 0.02
"""Between two attempts at a lock that SQLite does not wait for by itself."""


class SqliteBackend:
    """One file in WAL mode. Only the writer's connection ever writes or checkpoints; readers are query-only."""

    name: Literal["sqlite", "postgresql"] = "sqlite"

    def __init__(self, path: Path, synchronous: Literal["full", "off"]) -> None:
        self._path = path.absolute()
        self._synchronous = synchronous
        self.writing = engines.writing("sqlite://", creator=self._connect_writer)
        self.reading = engines.reading("sqlite://", creator=self._connect_reader)
        event.listen(self.writing, "begin", _begin_immediate)
        event.listen(self.reading, "begin", _begin_snapshot)

    def _open(self, mode: str) -> sqlite3.Connection:
        # isolation_level=None: Python must not begin or commit anything of its own accord.
        return sqlite3.connect(
            f"file:{quote(str(self._path))}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=limits.STORAGE_BUSY_WAIT_S,
            cached_statements=256,
        )

    def _connect_writer(self) -> sqlite3.Connection:
        if not self._path.exists() and self._path.parent.is_dir() and os.access(self._path.parent, os.W_OK):
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        connection = self._open("rwc")
        try:
            _write_ahead(connection)
            connection.execute(f"PRAGMA synchronous = {self._synchronous.upper()}")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # what was replaced or dropped leaves no trace in the file
            connection.execute(f"PRAGMA journal_size_limit = {limits.STORAGE_WAL_KEPT_BYTES}")
            connection.execute(f"PRAGMA wal_autocheckpoint = {limits.STORAGE_WAL_MOST_PAGES}")
            connection.execute("PRAGMA cache_size = -6000")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _connect_reader(self) -> sqlite3.Connection:
        connection = self._open("rw")
        try:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA cache_size = -2000")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def begin(self, connection: Connection) -> str:
        """BEGIN IMMEDIATE (by the event): the lock is taken before anything is read."""
        connection.begin()
        return ""

    def healthy(self, connection: Connection) -> bool:
        """SQLite ends a transaction by itself on some failures; then there is nothing left to commit."""
        return bool(engines.driver(connection).in_transaction)

    def outcome(self, name: str) -> bool | None:
        """A failed COMMIT in the same process is a rollback."""
        del name
        return False

    def tidy(self, connection: Connection) -> None:
        """Carry the write-ahead file over once it is long. Where it cannot be, it stays, and a later commit tries."""
        if not write_ahead.is_long(self._path, limits.STORAGE_WAL_PAGES):
            return
        try:
            engines.driver(connection).execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except sqlite3.Error as error:
            _log.warning("the write-ahead file was not carried over: %s", error)


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Ask for the write-ahead file.

    Where several processes ask this of a new database at once, SQLite refuses all but one without waiting: who was
    refused waits here.
    """
    give_up = time.monotonic() + limits.STORAGE_BUSY_WAIT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(_LOOK_S)
        else:
            return


def _begin_immediate(connection: Connection) -> None:
    engines.driver(connection).execute("BEGIN IMMEDIATE")


def _begin_snapshot(connection: Connection) -> None:
    engines.driver(connection).execute("BEGIN")
