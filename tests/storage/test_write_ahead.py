"""SQLite's write-ahead file is carried over while nobody waits, before a commit would have to do it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from lienlac import limits
from lienlac.storage.backend import write_ahead
from lienlac.storage.database import Database

PAGE = 4_096


def filled(connection: sqlite3.Connection, pages: int) -> None:
    for _ in range(pages):
        connection.execute("INSERT INTO one VALUES (zeroblob(?))", (PAGE - 200,))


@pytest.fixture
def plain(tmp_path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(tmp_path / "plain.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("CREATE TABLE one (what BLOB)")
    return connection


def pages_of(connection: sqlite3.Connection) -> int:
    """What SQLite itself says; asking carries the file over."""
    return int(connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1])


def test_its_length_is_what_sqlite_says(plain: sqlite3.Connection, tmp_path: Path) -> None:
    filled(plain, 20)
    counted = next(pages for pages in range(1, 1_000) if not write_ahead.is_long(tmp_path / "plain.db", pages + 1))
    assert counted == pages_of(plain)
    filled(plain, 1)  # begins anew in the same file, whose size remains
    assert (tmp_path / "plain.db-wal").stat().st_size > 20 * PAGE
    assert write_ahead.is_long(tmp_path / "plain.db", 1)
    assert not write_ahead.is_long(tmp_path / "plain.db", 10)
    plain.close()


@pytest.mark.parametrize("content", [None, b"", b"\0" * 20, b"\xff" * 32])
def test_a_file_that_cannot_be_read_is_not_long(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "odd.db-wal").write_bytes(content)
    assert not write_ahead.is_long(tmp_path / "odd.db", 1)


def test_it_is_carried_over_while_nobody_waits(new_database_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STORAGE_WAL_PAGES", 40)
    with Database.open(f"sqlite:///{new_database_file}", synchronous="off") as database:
        database.write(lambda connection: connection.execute(text("CREATE TABLE one (what BLOB)")))

        def fill(connection: Connection) -> None:
            filled(connection.connection.driver_connection, 10)  # type: ignore[arg-type]

        for _ in range(60):
            database.write(fill)
        database.write(lambda _connection: None)
        size = Path(f"{new_database_file}-wal").stat().st_size
    assert size < 100 * (PAGE + 24), "600 pages were written"


@pytest.fixture
def new_database_file(tmp_path: Path) -> Path:
    return tmp_path / "new.db"
