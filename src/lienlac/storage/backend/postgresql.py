"""PostgreSQL: a server whose writers, of all processes, queue at one lock, and whose commits may lose their answers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, DisconnectionError

from lienlac import limits
from lienlac.errors import NotAllowed
from lienlac.storage.backend import engines

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection

WRITE_LOCK: Final = 0x4C69_656E_6C61_63
"""PostgreSQL advisory lock of whoever writes: one at a time over all processes, as the log needs it."""
_PAUSE_S: Final = 1.0
"""Idle time after which a server's connection is asked whether it still lives."""


class PostgresqlBackend:
    """A server. Writers of all processes queue at one advisory lock; readers get a read-only snapshot."""

    name: Literal["sqlite", "postgresql"] = "postgresql"

    def __init__(self, url: URL, synchronous: Literal["full", "off"]) -> None:
        arguments: dict[str, Any] = {"connect_timeout": int(limits.STORAGE_BUSY_WAIT_S), "tcp_user_timeout": 20_000}
        if "options" not in url.query:
            arguments["options"] = (
                f"-c lock_timeout={int(limits.STORAGE_BUSY_WAIT_S * 1000)} -c timezone=UTC"
                f" -c synchronous_commit={'on' if synchronous == 'full' else 'off'}"
            )
        self.writing = engines.writing(url, connect_args=arguments)
        self.reading = engines.reading(url, connect_args=arguments)
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
        return bool(engines.driver(connection).info.transaction_status.name == "INTRANS")

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

    def tidy(self, connection: Connection) -> None:
        """The server sees to itself."""


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
