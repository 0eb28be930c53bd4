"""PostgreSQL that goes away: while idle, in the middle of a work, around the commit; and its own full disk."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from lienlac import limits
from lienlac.errors import NotAllowed
from lienlac.storage.database import Database
from tests.databases import NoPostgresqlError, PostgresqlServer, running_server
from tests.disks import small_disk
from tests.storage.test_faults import add, fill, rows
from tests.storage.wire_cutter import WireCutter

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresqlServer]:
    """A server of our own: others must not feel it stop."""
    try:
        with running_server() as server:
            yield server
    except NoPostgresqlError as error:
        pytest.skip(f"no PostgreSQL: {error}")


@pytest.fixture
def cutter(server: PostgresqlServer) -> Iterator[WireCutter]:
    directory = Path(tempfile.mkdtemp(prefix="lienlac-wire-", dir="/tmp"))
    with WireCutter(directory, server.directory) as cutter:
        yield cutter
    shutil.rmtree(directory)


@pytest.fixture
def far_database(server: PostgresqlServer, cutter: WireCutter) -> Iterator[Database]:
    """A fresh database reached through the wire cutter."""
    name = server.new_database()
    directory = Path(cutter._listener.getsockname()).parent
    with Database.open(f"postgresql+psycopg://lienlac@/{name}?host={directory}") as database:
        database.write(add(1))
        yield database
    server.drop_database(name)


def test_a_server_that_stops_is_named_and_passes(server):
    name = server.new_database()
    with Database.open(server.url(name)) as database:
        database.write(add(1))
        assert rows(database) == 1
        server.stop(at_once=True)
        for _ in range(2):
            with pytest.raises(NotAllowed, match="storage-unavailable"):
                database.write(add(1))
            with pytest.raises(NotAllowed, match="storage-unavailable"):
                rows(database)
        server.start()
        assert rows(database) == 1
        database.write(add(1))
        assert rows(database) == 2


def test_a_server_that_takes_writes_again_is_found_at_the_first_attempt(server):
    """A connection that was opened while nobody might write keeps that state: it must not cost anybody their act."""
    name = server.new_database()
    with Database.open(server.url(name)) as database:
        database.write(add(1))
        server.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        server.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'")
        with pytest.raises(NotAllowed, match="storage-read-only"):
            database.write(add(1))
        ran = []
        with pytest.raises(NotAllowed, match="storage-read-only"):
            database.write(lambda _connection: ran.append(1))
        assert not ran, "no work runs where it cannot be kept"
        server.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        database.write(add(1))
        assert rows(database) == 2


def test_a_server_that_restarts_while_nobody_writes_is_not_even_noticed(server):
    name = server.new_database()
    with Database.open(server.url(name)) as database:
        database.write(add(1))
        server.stop(at_once=True)
        server.start()
        database.write(add(1))
        assert rows(database) == 2


def test_a_connection_lost_inside_a_work_applies_nothing(server):
    name = server.new_database()
    with Database.open(server.url(name)) as database:

        def cut_off(connection):
            add(1)(connection)
            pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            server.execute(f"SELECT pg_terminate_backend({pid}, 5000)")
            add(1)(connection)

        with pytest.raises(NotAllowed, match="storage-unavailable"):
            database.write(cut_off)
        assert rows(database) == 0
        database.write(add(1))
        assert rows(database) == 1


def test_a_commit_that_never_arrived_is_not_acknowledged(far_database, cutter):
    cutter.armed = "before"
    with pytest.raises(NotAllowed, match="storage-unavailable"):
        far_database.write(add(1))
    assert cutter.cuts == 1
    assert rows(far_database) == 1


def test_a_commit_whose_answer_was_lost_is_found_to_have_happened(far_database, cutter):
    told = []
    cutter.armed = "after"

    def work(connection):
        far_database.after_commit(connection, lambda: told.append("told"))
        return add(1)(connection)

    assert far_database.write(work) == 1
    assert cutter.cuts == 1
    assert told == ["told"]
    assert rows(far_database) == 2


def test_a_commit_that_nobody_can_tell_about_says_so(far_database, cutter, monkeypatch):
    monkeypatch.setattr(limits, "STORAGE_BUSY_WAIT_S", 0.3)
    cutter.refuse_after_cut = True
    cutter.armed = "after"
    with pytest.raises(NotAllowed, match="storage-uncertain"):
        far_database.write(add(1))
    with pytest.raises(NotAllowed, match="storage-unavailable"):
        far_database.write(add(1))
    cutter._refusing = False
    assert rows(far_database) == 2
    far_database.write(add(1))
    assert rows(far_database) == 3


def test_a_full_disk_is_named_and_passes(server, tmp_path):
    disk = server.directory / "disk"
    with small_disk(disk, 24) as remount:
        place = disk / "place"
        place.mkdir()
        place.chmod(0o700)
        os.chown(place, server.data.stat().st_uid, server.data.stat().st_gid)
        server.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        server.execute("CREATE DATABASE full_disk TEMPLATE template0 TABLESPACE small STRATEGY FILE_COPY")
        try:
            with Database.open(server.url("full_disk")) as database:
                database.create_all()
                done, fault = fill(database)
                assert fault.code == "storage-full"
                found = database.trouble(3600)
                assert found is not None
                assert found[0].code == "storage-full"
                assert rows(database) == done > 0
                remount("size=60m")
                database.write(add(100))
                assert rows(database) == done + 1
        finally:
            server.drop_database("full_disk")
            server.execute("DROP TABLESPACE small")
