"""What a database's failure means to the operator: one of the `storage-…` codes, or nothing.

Full disk, read-only file, a lock that lasts, a lost server: these are states of this machine, not defects, so they
become `NotAllowed`. A broken constraint or a wrong statement is a defect or a rule and stays what it was.
Knows nothing of tables.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from sqlalchemy import exc

from lienlac.errors import NotAllowed

_SQLITE: Final = {
    sqlite3.SQLITE_FULL: "storage-full",
    sqlite3.SQLITE_READONLY: "storage-read-only",
    sqlite3.SQLITE_BUSY: "storage-busy",
    sqlite3.SQLITE_LOCKED: "storage-busy",
    sqlite3.SQLITE_CANTOPEN: "storage-unavailable",
    sqlite3.SQLITE_IOERR: "storage-unavailable",
    sqlite3.SQLITE_PERM: "storage-unavailable",
    sqlite3.SQLITE_CORRUPT: "storage-damaged",
    sqlite3.SQLITE_NOTADB: "storage-damaged",
}
_SQLITE_EXTENDED: Final = {
    sqlite3.SQLITE_IOERR_SHMSIZE: "storage-full",
    sqlite3.SQLITE_IOERR_SHMMAP: "storage-full",
}
"""The shared-memory file beside the database could not grow: in practice the disk is full."""
_SQLSTATE: Final = {
    "53100": "storage-full",
    "25006": "storage-read-only",
    "53300": "storage-busy",
    "55P03": "storage-busy",
    "57014": "storage-busy",
    "40001": "storage-busy",
    "40P01": "storage-busy",
    "57P01": "storage-unavailable",
    "57P02": "storage-unavailable",
    "57P03": "storage-unavailable",
    "57P05": "storage-unavailable",
    "25P03": "storage-unavailable",
    "28000": "storage-unavailable",
    "28P01": "storage-unavailable",
    "3D000": "storage-unavailable",
}
_SQLSTATE_CLASS: Final = {
    "08": "storage-unavailable",
    "53": "storage-busy",
    "58": "storage-unavailable",
    "XX": "storage-damaged",
}
REOPEN: Final = frozenset({"storage-read-only", "storage-unavailable", "storage-damaged"})
"""After these the open connection is worth nothing, even when the cause has ended."""

PASSING: Final = frozenset({"storage-busy", "storage-uncertain"})
"""These say something about one attempt and nothing about the next."""


def translate(error: BaseException) -> NotAllowed | None:
    """The storage fault behind a driver's or SQLAlchemy's exception; None when it is something else."""
    if isinstance(error, NotAllowed):
        return error if error.code.startswith("storage-") else None
    if isinstance(error, exc.TimeoutError):
        return NotAllowed("storage-busy", reason="all readers are in use")
    original = error.orig if isinstance(error, exc.DBAPIError) and error.orig is not None else error
    reason = str(original).strip().partition("\n")[0]
    code = _sqlite_code(original) if isinstance(original, sqlite3.Error) else _postgresql_code(original)
    if code is None and isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        code = "storage-unavailable"
    return None if code is None else NotAllowed(code, reason=reason)


def _sqlite_code(error: sqlite3.Error) -> str | None:
    number = getattr(error, "sqlite_errorcode", None)
    if number is None:
        return None
    return _SQLITE_EXTENDED.get(number) or _SQLITE.get(number & 0xFF)


def _postgresql_code(error: BaseException) -> str | None:
    """By SQLSTATE; an operational error of the driver without one means that there is no server to answer."""
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        return _SQLSTATE.get(state) or _SQLSTATE_CLASS.get(state[:2])
    if type(error).__module__.startswith("psycopg") and "OperationalError" in {c.__name__ for c in type(error).__mro__}:
        return "storage-unavailable"
    return None
