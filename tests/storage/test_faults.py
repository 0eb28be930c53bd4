"""Full disk, read-only disk, missing directory, another program's lock, damage: named, nothing half applied, and
over without a restart once the cause has ended."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, LargeBinary, Table, func, insert, select

from lienlac import limits
from lienlac.errors import NotAllowed, catalogue
from lienlac.storage import audit, ledger
from lienlac.storage.backend import WRITE_LOCK
from lienlac.storage.database import Database
from lienlac.storage.schema import RowNumber, metadata
from tests.disks import small_disk

blobs = Table(
    "test_blobs",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("data", LargeBinary, nullable=False),
    info={"test": True},
)


def add(kilobytes: int) -> Callable[[Connection], int]:
    """A work with a row and a leaf, so that half an application would show."""

    def work(connection: Connection) -> int:
        connection.execute(insert(blobs), {"data": os.urandom(1024 * kilobytes)})
        return ledger.append(connection, [(b"\x01" + os.urandom(32), "blob")])

    return work


def rows(database: Database) -> int:
    """How many rows there are, having checked that there are as many leaves and that the log holds."""
    with database.read() as connection:
        count = connection.execute(select(func.count()).select_from(blobs)).scalar_one()
        verification = audit.verify_all(connection)
    assert (verification.size, verification.first_fault) == (count, None)
    return int(count)


def fill(database: Database) -> tuple[int, NotAllowed]:
    """Write until it fails; how many works were acknowledged, and the fault."""
    done = 0
    while True:
        try:
            database.write(add(100))
        except NotAllowed as fault:
            return done, fault
        done += 1


def test_a_full_disk_is_named_and_passes(tmp_path):
    disk = tmp_path / "disk"
    with small_disk(disk, 4) as remount, Database.open(f"sqlite:///{disk / 'node.db'}") as database:
        database.create_all()
        told: list[str] = []
        database.on_trouble(lambda: told.append("told"))
        done, fault = fill(database)
        assert fault.code == "storage-full"
        assert told == ["told"]
        found = database.trouble(3600)
        assert found is not None
        assert (found[0].code, found[0].details) == ("storage-full", fault.details)
        assert database.trouble(-1) is None, "what is older than asked for is not told any more"
        assert rows(database) == done > 0
        again, fault = fill(database)
        assert fault.code == "storage-full"
        remount("size=20m")
        assert database.write(add(100)) == done + again
        assert rows(database) == done + again + 1


def test_a_group_that_meets_a_full_disk_is_undone_as_a_whole(tmp_path):
    with Database.open(f"sqlite:///{tmp_path / 'node.db'}", synchronous="off") as database:
        database.create_all()
        database.write(add(1))

        def cap(connection: Connection) -> None:
            used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {used + 20}")

        database.write(cap)
        outcomes = together(database, [add(1), add(500), add(1)])
        assert {outcome.code for outcome in outcomes if isinstance(outcome, NotAllowed)} == {"storage-full"}
        assert rows(database) == 1 + sum(isinstance(outcome, int) for outcome in outcomes)
        database.write(lambda c: c.exec_driver_sql("PRAGMA max_page_count = 100000"))
        before = rows(database)
        database.write(add(500))
        assert rows(database) == before + 1


def together(database: Database, works: list[Callable[[Connection], object]]) -> list[object]:
    """What each work returned or raised when they are written at the same time."""
    outcomes: list[object] = [None] * len(works)

    def run(i: int) -> None:
        try:
            outcomes[i] = database.write(works[i])
        except NotAllowed as fault:
            outcomes[i] = fault

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_a_work_that_swallows_a_full_disk_is_not_half_applied(tmp_path):
    """SQLite may have dropped the whole transaction: what the work writes afterwards must not stand alone."""
    disk = tmp_path / "disk"
    with small_disk(disk, 3) as remount, Database.open(f"sqlite:///{disk / 'node.db'}") as database:
        database.create_all()
        database.write(lambda c: c.exec_driver_sql("PRAGMA cache_size = 10"))  # spill to disk in mid-transaction

        def stubborn(connection: Connection) -> str:
            for _ in range(60):
                try:
                    connection.execute(insert(blobs), {"data": os.urandom(100_000)})
                except Exception:  # noqa: BLE001
                    break
            connection.execute(insert(blobs), {"data": b"after the failure"})
            return "went on"

        with pytest.raises(NotAllowed, match="storage-full"):
            database.write(stubborn)
        assert rows(database) == 0
        remount("size=20m")
        database.write(add(1))
        assert rows(database) == 1


def test_a_read_only_disk_is_named_and_passes(tmp_path):
    disk = tmp_path / "disk"
    with small_disk(disk, 8) as remount:
        url = f"sqlite:///{disk / 'node.db'}"
        with Database.open(url) as database:
            database.create_all()
            database.write(add(1))
        remount("ro")
        with Database.open(url) as database:
            for _ in range(2):
                with pytest.raises(NotAllowed) as caught:
                    database.write(add(1))
                assert caught.value.code in {"storage-read-only", "storage-unavailable"}
            remount("rw")
            database.write(add(1))
            assert rows(database) == 2


def test_a_read_only_file_is_named_and_passes(tmp_path):
    """An immutable file where we are root (whom permissions do not bind), a read-only one elsewhere."""
    path = tmp_path / "node.db"
    url = f"sqlite:///{path}"
    with Database.open(url) as database:
        database.create_all()
        database.write(add(1))
    root = os.geteuid() == 0
    if root and (shutil.which("chattr") is None or not _chattr("+i", path)):
        pytest.skip("this file system knows no immutable files, and root is not bound by permissions")
    if not root:
        path.chmod(0o400)
    try:
        with Database.open(url) as database:
            with pytest.raises(NotAllowed, match="storage-read-only"):
                database.write(add(1))
            assert rows(database) == 1
            _chattr("-i", path) if root else path.chmod(0o600)
            database.write(add(1))
            assert rows(database) == 2
    finally:
        _chattr("-i", path) if root else path.chmod(0o600)


def _chattr(flag: str, path: Path) -> bool:
    return subprocess.run(["chattr", flag, str(path)], check=False, capture_output=True).returncode == 0


def test_a_missing_directory_is_named_and_passes(tmp_path):
    directory = tmp_path / "not" / "there"
    with Database.open(f"sqlite:///{directory / 'node.db'}") as database:
        for act in (database.create_all, lambda: rows(database)):
            with pytest.raises(NotAllowed, match="storage-unavailable"):
                act()
        directory.mkdir(parents=True)
        database.create_all()
        database.write(add(1))
        assert rows(database) == 1


def test_reading_never_makes_a_database(tmp_path):
    path = tmp_path / "node.db"
    with Database.open(f"sqlite:///{path}") as database, pytest.raises(NotAllowed, match="storage-unavailable"):
        rows(database)
    assert not path.exists()


def test_another_program_that_holds_the_file_is_named_and_passes(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "STORAGE_BUSY_WAIT_S", 0.05)
    path = tmp_path / "node.db"
    with Database.open(f"sqlite:///{path}") as database:
        database.create_all()
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        outcomes = together(database, [add(1), add(1)])
        assert [outcome.code for outcome in outcomes if isinstance(outcome, NotAllowed)] == ["storage-busy"] * 2
        other.execute("ROLLBACK")
        other.close()
        database.write(add(1))
        assert rows(database) == 1


@pytest.mark.postgres
def test_another_process_that_holds_the_writers_lock_is_named_and_passes(postgresql_server, monkeypatch):
    import psycopg

    monkeypatch.setattr(limits, "STORAGE_BUSY_WAIT_S", 1.0)
    name = postgresql_server.new_database()
    with Database.open(postgresql_server.url(name)) as database:
        with psycopg.connect(f"user=lienlac host={postgresql_server.directory} dbname={name}") as other:
            other.execute("SELECT pg_advisory_xact_lock(%s)", (WRITE_LOCK,))
            with pytest.raises(NotAllowed, match="storage-busy"):
                database.write(add(1))
        database.write(add(1))
        assert rows(database) == 1
    postgresql_server.drop_database(name)


@pytest.mark.postgres
def test_two_processes_worth_of_writers_share_one_log(postgresql_server):
    name = postgresql_server.new_database()
    url = postgresql_server.url(name)
    with Database.open(url) as one, Database.open(url) as other:
        threads = [
            threading.Thread(target=lambda d=database: [d.write(add(1)) for _ in range(15)])
            for database in (one, other, one, other)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert rows(one) == 60
    postgresql_server.drop_database(name)


def test_two_processes_worth_of_writers_share_one_file(tmp_path):
    url = f"sqlite:///{tmp_path / 'node.db'}"
    with Database.open(url, synchronous="off") as one, Database.open(url, synchronous="off") as other:
        one.create_all()
        threads = [
            threading.Thread(target=lambda d=database: [d.write(add(1)) for _ in range(15)])
            for database in (one, other, one, other)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert rows(one) == 60


def test_damage_is_named(tmp_path):
    path = tmp_path / "node.db"
    path.write_bytes(b"this is not a database " * 1000)
    with Database.open(f"sqlite:///{path}") as database:
        with pytest.raises(NotAllowed, match="storage-damaged"):
            database.write(add(1))
        with pytest.raises(NotAllowed, match="storage-damaged"):
            rows(database)


def test_too_many_readers_hear_busy(sqlite_files, tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "STORAGE_READERS_KEPT", 1)
    monkeypatch.setattr(limits, "STORAGE_READERS_MAX", 2)
    monkeypatch.setattr(limits, "STORAGE_READER_WAIT_S", 0.05)
    with Database.open(sqlite_files.new_url(tmp_path), synchronous="off") as database:
        with database.read(), database.read(), pytest.raises(NotAllowed, match="storage-busy"), database.read():
            pass
        assert rows(database) == 0


def test_every_fault_has_its_sentences():
    for name in ("full", "read-only", "busy", "unavailable", "damaged", "uncertain", "url", "newer"):
        assert catalogue()[f"storage-{name}"]["family"] == "not-allowed"
