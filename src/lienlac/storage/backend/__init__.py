"""What differs between SQLite and PostgreSQL: how to connect, how a write begins, what a lost commit means.

Both sides are one small class with the same members (`Backend`), chosen by the address. Everything above is the same
code on both. Knows nothing of tables, threads or queues.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from sqlalchemy import Engine, make_url
from sqlalchemy.exc import ArgumentError

from lienlac.errors import NotAllowed
from lienlac.storage.backend.postgresql import WRITE_LOCK, PostgresqlBackend
from lienlac.storage.backend.sqlite import SqliteBackend

if TYPE_CHECKING:
    from sqlalchemy import Connection

Synchronous = Literal["full", "off"]

__all__ = ["WRITE_LOCK", "Backend", "Synchronous", "open_backend"]


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

    def tidy(self, connection: Connection) -> None:
        """Between two transactions, while nobody waits: what would else keep a later one waiting. Never raises."""
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
