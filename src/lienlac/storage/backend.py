"""What differs between SQLite and PostgreSQL: how to connect, how a write begins, what a lost commit means.

Both sides are one small class with the same five members (`Backend`), chosen by the address. Everything above is
the same code on both. What a statement was given never stands in its failure: failures are logged, cases are not.
Knows nothing of tables, threads or queues.
"""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol
from urllib.parse import quote

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.pool import NullPool, QueuePool

from lienlac import limits
from lienlac.errors import NotAllowed

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection

Synchronous = Literal["full", "off"]
WRITE_LOCK: Final = 0x4C69_656E_6C61_63
"""PostgreSQL advisory lock of whoever writes: one at a time over all processes, as the log needs it."""

_LOOK_S: Final = 0.02
"""Between two attempts at a lock that SQLite does not wait for by itself."""
_PAUSE_S: Final = 1.0
"""Idle time after which a server's connection is asked whether it still lives."""


class Backend(Protocol):
    """What the writer and the readers need to know of a database product."""

    name: Literal["sqlite", "postgresql"]
    reading: Engine
    writing: Engine

    def begin(self, connection: Connection) -> str:
        """Start a write transaction, alone over all processes; returns the name to ask `outcome` for ("" if none)."""
        ...

    def healthy(self, connection: Connection) -> bool:
        """Whether the transaction still stands, so that a commit will truly commit."""
        ...

    def outcome(self, name: str) -> bool | None:
        """After a commit whose answer was lost: did it happen? None when nobody can tell."""
        ...


def open_backend(address: str, synchronous: Synchronous) -> Backend:
    """The backend for `sqlite:///path` or `postgresql+psycopg://…`. Connects to nothing yet."""
    try:
        url = make_url(address)
    except ArgumentError:
        raise NotAllowed("storage-url") from None
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        return SqliteBackend(Path(url.database), synchronous)
    if url.get_backend_name() == "postgresql":
        return PostgresqlBackend(url.set(drivername="postgresql+psycopg"), synchronous)
    raise NotAllowed("storage-url")


class SqliteBackend:
    """One file in WAL mode. Only the writer's connection ever writes or checkpoints; readers are query-only."""

    name: Literal["sqlite", "postgresql"] = "sqlite"

    def __init__(self, path: Path, synchronous: Synchronous) -> None:
        self._path = path.absolute()
        self._synchronous = synchronous
        self.writing = create_engine(
            "sqlite://", creator=self._connect_writer, poolclass=NullPool, hide_parameters=True
        )
        self.reading = create_engine(
            "sqlite://",
            creator=self._connect_reader,
            poolclass=QueuePool,
            pool_size=limits.STORAGE_READERS_KEPT,
            max_overflow=limits.STORAGE_READERS_MAX - limits.STORAGE_READERS_KEPT,
            pool_timeout=limits.STORAGE_READER_WAIT_S,
            hide_parameters=True,
        )
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
            connection.execute(f"PRAGMA wal_autocheckpoint = {limits.STORAGE_WAL_PAGES}")
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
        return bool(_driver(connection).in_transaction)

    def outcome(self, name: str) -> bool | None:
        """A failed COMMIT in the same process is a rollback."""
        del name
        return False


class PostgresqlBackend:
    """A server. Writers of all processes queue at one advisory lock; readers get a read-only snapshot."""

    name: Literal["sqlite", "postgresql"] = "postgresql"

    def __init__(self, url: URL, synchronous: Synchronous) -> None:
        arguments: dict[str, Any] = {"connect_timeout": int(limits.STORAGE_BUSY_WAIT_S), "tcp_user_timeout": 20_000}
        if "options" not in url.query:
            arguments["options"] = (
                f"-c lock_timeout={int(limits.STORAGE_BUSY_WAIT_S * 1000)} -c timezone=UTC"
                f" -c synchronous_commit={'on' if synchronous == 'full' else 'off'}"
            )
        self.writing = create_engine(url, poolclass=NullPool, connect_args=arguments, hide_parameters=True)
        self.reading = create_engine(
            url,
            connect_args=arguments,
            poolclass=QueuePool,
            pool_size=limits.STORAGE_READERS_KEPT,
            max_overflow=limits.STORAGE_READERS_MAX - limits.STORAGE_READERS_KEPT,
            pool_timeout=limits.STORAGE_READER_WAIT_S,
            hide_parameters=True,
        )
        event.listen(self.reading, "connect", _only_snapshots)
        event.listen(self.reading, "checkout", _ask_after_a_pause)
        event.listen(self.reading, "checkin", _remember_time)

    def begin(self, connection: Connection) -> str:
        """Take the writers' lock; the transaction's own number is fetched in the same breath.

        A connection keeps the read-only state that the database had when it was opened: whoever begins must hear of it
        before any work has run, because another connection may find the database writable again.
        Raises `NotAllowed("storage-read-only")`.
        """
        connection.begin()
        asked = "pg_current_xact_id()::text, current_setting('transaction_read_only')"
        row = connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK}), {asked}").one()
        if row[2] == "on":
            raise NotAllowed("storage-read-only", reason="transaction_read_only is on")
        return str(row[1])

    def healthy(self, connection: Connection) -> bool:
        """In a failed transaction the server answers COMMIT with a silent ROLLBACK."""
        return bool(_driver(connection).info.transaction_status.name == "INTRANS")

    def outcome(self, name: str) -> bool | None:
        """Ask the server for the fate of that transaction, for as long as a writer may reasonably wait."""
        give_up = time.monotonic() + limits.STORAGE_BUSY_WAIT_S
        while True:
            try:
                with self.reading.connect() as connection:
                    status = connection.exec_driver_sql(f"SELECT pg_xact_status('{int(name)}'::xid8)").scalar_one()
            except DBAPIError:
                status = "in progress"
            if status in {"committed", "aborted"}:
                return bool(status == "committed")
            if time.monotonic() > give_up:
                return None
            time.sleep(0.1)


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


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
    _driver(connection).execute("BEGIN IMMEDIATE")


def _begin_snapshot(connection: Connection) -> None:
    _driver(connection).execute("BEGIN")


def _only_snapshots(connection: Any, _record: Any) -> None:
    from psycopg import IsolationLevel  # a node on SQLite never loads the driver

    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.read_only = True


def _ask_after_a_pause(connection: Any, record: Any, _proxy: Any) -> None:
    """A connection that lay idle may have died with its server: ask before it is used; a moment ago it still lived."""
    if time.monotonic() - record.info.get("used", time.monotonic()) < _PAUSE_S:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except Exception as error:
        raise DisconnectionError from error


def _remember_time(_connection: Any, record: Any) -> None:
    record.info["used"] = time.monotonic()
