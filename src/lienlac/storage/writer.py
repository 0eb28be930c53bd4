"""The one thread that writes. Works wait in a bounded queue; those that wait together share one commit.

A group is at most `limits.GROUP_COMMIT_MAX` works in one transaction, each behind its own savepoint: a work that
raises undoes itself alone. Nobody is answered before the commit is durable. When the transaction as a whole fails,
nothing of the group is applied and every work of it hears the same storage fault. Then the writer goes on, with a
new connection where the old one is worth nothing. Knows nothing of tables.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from lienlac import limits
from lienlac.errors import NotAllowed
from lienlac.storage import faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, ExceptionContext

    from lienlac.storage.backend import Backend

_log: Final = logging.getLogger(__name__)
_GATHER_S: Final = 0.001
"""Longest wait for works that are about to come back after a shared commit; a lone work never waits."""


class _Ticket:
    """One work in the queue; `done` is held until the outcome stands."""

    __slots__ = ("callbacks", "done", "error", "result", "work")

    def __init__(self, work: Callable[[Connection], object]) -> None:
        self.work = work
        self.result: object = None
        self.error: BaseException | None = None
        self.callbacks: list[Callable[[], None]] = []
        self.done = threading.Lock()
        self.done.acquire()


class Trouble(NamedTuple):
    """The newest failure to save anything: what it was, and when by the machine's steady clock."""

    fault: NotAllowed
    since_start_s: float


class _GroupLostError(Exception):
    """The transaction is gone or cannot be saved; carries the fault that everyone in the group hears."""

    def __init__(self, fault: NotAllowed) -> None:
        super().__init__(fault.code)
        self.fault = fault


def _copy(fault: NotAllowed) -> NotAllowed:
    """A fault of its own for each caller: a shared exception would collect everybody's tracebacks."""
    copied = NotAllowed(fault.code)
    copied.details = fault.details
    return copied


class Writer:
    """Owns the writing connection. The thread starts with the first work and ends with `close`."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._waiting: deque[_Ticket] = deque()
        self._wake = threading.Condition(threading.Lock())
        self._closed = False
        self._thread: threading.Thread | None = None
        self._connection: Connection | None = None
        self._current: _Ticket | None = None
        self._lost: NotAllowed | None = None
        self.trouble: Trouble | None = None
        self.on_trouble: list[Callable[[], None]] = []
        event.listen(backend.writing, "handle_error", self._after_error)
        event.listen(backend.writing, "commit", self._forbid_ending)
        event.listen(backend.writing, "rollback", self._forbid_ending)

    def write(self, work: Callable[[Connection], object]) -> object:
        """Queue the work and wait until its outcome is durable. Raises what the work raised, or a storage fault."""
        if self._thread is not None and threading.get_ident() == self._thread.ident:
            msg = "write() called inside a write or an after-commit callback: use the connection that is already given"
            raise RuntimeError(msg)
        ticket = _Ticket(work)
        with self._wake:
            if self._closed:
                raise NotAllowed("storage-unavailable", reason="closed")
            if len(self._waiting) >= limits.WRITE_QUEUE_MAX:
                raise NotAllowed("storage-busy", reason="too many writes are waiting")
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="lienlac-writer", daemon=True)
                self._thread.start()
            self._waiting.append(ticket)
            self._wake.notify()
        ticket.done.acquire()
        if ticket.error is not None:
            raise ticket.error
        return ticket.result

    def after_commit(self, connection: Connection, callback: Callable[[], None]) -> None:
        """Run the callback in this thread once the present work is durable; forgotten when it is undone."""
        ticket = self._current
        if ticket is None or connection is not self._connection:
            msg = "after_commit() needs the connection of a running write"
            raise RuntimeError(msg)
        ticket.callbacks.append(callback)

    def close(self) -> None:
        """Finish what waits, refuse what comes, close the connection."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        if self._thread is not None and threading.get_ident() != self._thread.ident:
            self._thread.join()

    def _run(self) -> None:
        group: list[_Ticket] = []
        while group := self._gather(after=len(group)):
            try:
                self._commit_group(group)
            except _GroupLostError as lost:
                self._abandon(group, lost.fault)
            except BaseException as error:  # noqa: BLE001  # the writer must outlive anything, and say what it was
                _log.critical("the writer met an error of its own", exc_info=error)
                self._abandon(group, NotAllowed("storage-unavailable", reason=type(error).__name__))
        self._drop_connection()

    def _gather(self, after: int) -> list[_Ticket]:
        """The next group; empty when closed. After a shared commit, gives the others a moment to come back."""
        with self._wake:
            while not self._waiting and not self._closed:
                self._wake.wait()
        if after > 1:
            until = time.monotonic() + _GATHER_S
            seen = 0
            while seen < len(self._waiting) < after and time.monotonic() < until:
                seen = len(self._waiting)
                time.sleep(0)
        with self._wake:
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), limits.GROUP_COMMIT_MAX))]

    def _commit_group(self, group: list[_Ticket]) -> None:
        connection, name = self._begin()
        self._lost = None
        alone = len(group) == 1
        for ticket in group:
            self._run_work(connection, ticket, savepoint=not alone)
        if all(ticket.error is not None for ticket in group):
            connection.rollback()
        else:
            self._commit(connection, name)
        for ticket in group:
            if ticket.error is None:
                self._call_back(ticket)
            ticket.done.release()
        if not self._waiting:
            self._backend.tidy(connection)

    def _begin(self) -> tuple[Connection, str]:
        """A write transaction. A connection that died while idle is replaced once: no work has run yet."""
        fresh = self._connection is None
        try:
            if self._connection is None:
                self._connection = self._backend.writing.connect()
            return self._connection, self._backend.begin(self._connection)
        except Exception as error:
            fault = faults.translate(error)
            if fault is None or fault.code in faults.REOPEN:
                self._drop_connection()
                if not fresh:
                    return self._begin()
            elif self._connection is not None:
                self._connection.rollback()
            if fault is None:
                raise
            raise _GroupLostError(fault) from error

    def _run_work(self, connection: Connection, ticket: _Ticket, *, savepoint: bool) -> None:
        """Run one work. Its error stays in its ticket; raises only when the group cannot be saved."""
        driver: Any = connection.connection.driver_connection
        transaction = connection.get_transaction()
        if savepoint:
            self._raw(driver, "SAVEPOINT lienlac_work")
        self._current = ticket
        try:
            ticket.result = ticket.work(connection)
            self._refuse_unclean(connection)
            if savepoint and self._lost is None:
                driver.execute("RELEASE SAVEPOINT lienlac_work")
        except BaseException as error:  # noqa: BLE001  # it belongs to the caller, whatever it is
            fault = faults.translate(error)
            ticket.error = fault or error
            if fault is not None and fault.code in faults.REOPEN:
                self._lost = fault
            elif fault is not None and self._lost is None:
                self._remember(fault)  # the others of the group may still fit
        finally:
            self._current = None
        if self._lost is not None:
            raise _GroupLostError(self._lost)
        if transaction is None or not transaction.is_active or connection.get_transaction() is not transaction:
            raise _GroupLostError(NotAllowed("storage-busy", reason="a work broke the transaction"))
        if ticket.error is None:
            return
        ticket.callbacks.clear()
        if savepoint:
            while connection.in_nested_transaction():
                connection.get_nested_transaction().rollback()  # type: ignore[union-attr]
            self._raw(driver, "ROLLBACK TO SAVEPOINT lienlac_work")
            self._raw(driver, "RELEASE SAVEPOINT lienlac_work")

    def _commit(self, connection: Connection, name: str) -> None:
        if not self._backend.healthy(connection):
            raise _GroupLostError(NotAllowed("storage-busy", reason="the transaction had already failed"))
        try:
            connection.commit()
        except Exception as error:
            fault = faults.translate(error)
            if fault is None:
                raise
            if fault.code in faults.REOPEN:
                self._drop_connection()
                happened = self._backend.outcome(name)
                if happened:
                    return
                if happened is None:
                    raise _GroupLostError(NotAllowed("storage-uncertain")) from error
            raise _GroupLostError(fault) from error

    @staticmethod
    def _raw(driver: Any, statement: str) -> None:
        """A savepoint statement of our own; when it fails the group is lost."""
        try:
            driver.execute(statement)
        except Exception as error:
            fault = faults.translate(error)
            raise _GroupLostError(fault or NotAllowed("storage-busy", reason=str(error))) from error

    def _refuse_unclean(self, connection: Connection) -> None:
        """What a work may not leave behind. PostgreSQL would answer its commit with a silent rollback."""
        if connection.in_nested_transaction():
            msg = "a work left a nested transaction open"
            raise RuntimeError(msg)
        if self._lost is None and not self._backend.healthy(connection):
            msg = "a work went on after a statement had failed: use begin_nested() around what may fail"
            raise RuntimeError(msg)

    def _abandon(self, group: list[_Ticket], fault: NotAllowed) -> None:
        """Undo the whole group and tell everyone, except that a programming error keeps its own name."""
        connection = self._connection
        if connection is not None:
            try:
                driver: Any = connection.connection.driver_connection
                driver.rollback()
                connection.rollback()
            except Exception:  # noqa: BLE001  # whatever is wrong with it, it goes
                self._drop_connection()
        if fault.code in faults.REOPEN:
            self._drop_connection()
        _log.warning("nothing of a group of %d writes was applied: %s", len(group), fault)
        self._remember(fault)
        for ticket in group:
            if not isinstance(ticket.error, RuntimeError):
                ticket.error = _copy(fault)
            ticket.done.release()

    def _remember(self, fault: NotAllowed) -> None:
        """Whoever looks at a screen should hear that the node saves nothing, not only who has just tried to act."""
        if fault.code in faults.PASSING:
            return
        self.trouble = Trouble(_copy(fault), time.monotonic())
        for tell in self.on_trouble:
            try:
                tell()
            except Exception:  # noqa: BLE001  # the writer goes on, whatever a screen makes of it
                _log.exception("telling of a storage fault failed")

    def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.invalidate()
                connection.close()
            except (SQLAlchemyError, OSError):
                _log.debug("a dead connection would not close", exc_info=True)

    @staticmethod
    def _call_back(ticket: _Ticket) -> None:
        for callback in ticket.callbacks:
            try:
                callback()
            except Exception:  # noqa: BLE001  # it must not hinder the next one
                _log.exception("a callback after commit failed; the commit stands")

    def _after_error(self, context: ExceptionContext) -> None:
        """Remember that the group is lost when a failure took the whole transaction with it.

        SQLite drops the transaction by itself on some failures. A work that swallows the error must not go on in
        autocommit, so a transaction is opened that is doomed from the start.
        """
        if self._current is None or context.connection is None or context.connection is not self._connection:
            return
        driver: Any = context.connection.connection.driver_connection
        if self._backend.name == "sqlite" and not driver.in_transaction:
            fault = faults.translate(context.original_exception)
            self._lost = fault or NotAllowed("storage-busy", reason="rolled back")
            driver.execute("BEGIN")
        elif context.is_disconnect:
            self._lost = faults.translate(context.original_exception) or NotAllowed(
                "storage-unavailable", reason="the connection was lost"
            )

    def _forbid_ending(self, connection: Connection) -> None:
        if self._current is not None and connection is self._connection:
            msg = "a work must not commit or roll back: its transaction is shared"
            raise RuntimeError(msg)
