"""The database as everybody above sees it: snapshot reads, durable writes, callbacks after commit, migrations.

Responsible for opening either product and for what its failures are called. Refuses to know any table.
Everything here is synchronous; several threads may share one `Database`.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self, TypeVar, cast

from sqlalchemy.exc import SQLAlchemyError

from lienlac.storage import faults
from lienlac.storage.backend import Backend, Synchronous, open_backend
from lienlac.storage.schema import metadata
from lienlac.storage.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from lienlac.errors import NotAllowed

T = TypeVar("T")


class Database:
    """One database, opened by its address.

    All faults of storage are `NotAllowed("storage-…")` and pass without a restart once their cause has ended.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._writer = Writer(backend)

    @classmethod
    def open(cls, url: str, *, synchronous: Synchronous = "full") -> Self:
        """`sqlite:///path` or `postgresql+psycopg://…`; connects when first used.

        `synchronous="off"` gives up durability at power failure, for tests and throw-away databases.
        Raises `NotAllowed("storage-url")`.
        """
        return cls(open_backend(url, synchronous))

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        """Which product this is."""
        return self._backend.name

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read-only snapshot: everything inside sees one state. Keep it short; never write through it."""
        try:
            with self._backend.reading.connect() as connection:
                yield connection
        except Exception as error:
            fault = faults.translate(error)
            if fault is None or fault is error:
                raise
            raise fault from error

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run the work in a transaction and return its result once the commit is durable.

        Works of several threads may share a commit; one that raises undoes only itself, and its exception comes
        back here. After-commit callbacks have run when this returns. The work must not commit, roll back, call
        `write`, or wait for another thread. Raises `NotAllowed("storage-…")` when nothing could be applied;
        `storage-uncertain` alone leaves that open.
        """
        return cast("T", self._writer.write(work))

    def after_commit(self, connection: Connection, callback: Callable[[], None]) -> None:
        """Inside a work: run the callback, which must be quick, in the writer's thread once the work is durable.

        Callbacks run in the order of their works; one that fails is logged and hinders nobody.
        """
        self._writer.after_commit(connection, callback)

    def trouble(self, within_s: float) -> tuple[NotAllowed, float] | None:
        """The newest fault for which nothing could be saved, and how many seconds ago; None when it is older."""
        found = self._writer.trouble
        age_s = 0.0 if found is None else time.monotonic() - found.since_start_s
        return None if found is None or age_s > within_s else (found.fault, age_s)

    def on_trouble(self, tell: Callable[[], None]) -> None:
        """Call this, which must be quick, from the writer's thread whenever nothing could be saved."""
        self._writer.on_trouble.append(tell)

    def migrate(self) -> None:
        """Bring the database to this program's schema; one process at a time, in one transaction.

        Raises `NotAllowed("storage-newer")` when a newer program has made it.
        """
        if self._is_newest():
            return
        # Alembic takes longer to load than everything else of a command: only where there is something to do.
        from lienlac.storage import migrations

        migrations.upgrade(self._backend)

    def _is_newest(self) -> bool:
        """Whether the database says that it has this program's newest version; any doubt is left to Alembic."""
        versions = Path(__file__).parent / "migrations" / "versions"
        newest = max(path.name.partition("_")[0] for path in versions.glob("[0-9]*_*.py"))
        try:
            with self._backend.reading.connect() as connection:
                found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
        except SQLAlchemyError:
            return False  # no such table yet, or a fault that the longer way will name
        return found == [newest]

    def create_all(self) -> None:
        """All tables of the metadata as they are declared: for tests and throw-away databases."""
        self.write(metadata.create_all)

    def close(self) -> None:
        """Finish the waiting writes and let go of every connection. Idempotent."""
        self._writer.close()
        self._backend.reading.dispose()
        self._backend.writing.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
