"""How either product's connections are kept: one that writes, opened anew once it is lost, and some that read.

What a statement was given never stands in its failure: failures are logged, cases are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool, QueuePool

from lienlac import limits

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine


def writing(address: URL | str, **given: Any) -> Engine:
    """For the writer, who keeps its connection itself. `given`: what the product needs besides."""
    return create_engine(address, poolclass=NullPool, hide_parameters=True, **given)


def reading(address: URL | str, **given: Any) -> Engine:
    """For readers: a bounded number of connections, for which they wait a bounded time."""
    return create_engine(
        address,
        poolclass=QueuePool,
        pool_size=limits.STORAGE_READERS_KEPT,
        max_overflow=limits.STORAGE_READERS_MAX - limits.STORAGE_READERS_KEPT,
        pool_timeout=limits.STORAGE_READER_WAIT_S,
        hide_parameters=True,
        **given,
    )


def driver(connection: Connection) -> Any:
    """The driver's own connection, for what SQLAlchemy does not know."""
    return connection.connection.driver_connection
