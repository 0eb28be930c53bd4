"""Statements run by the driver: the same results on both products, inside the same transaction."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from lienlac.errors import NotAllowed
from lienlac.storage.database import Database
from lienlac.storage.quick import Quick
from tests.disks import small_disk
from tests.storage.test_database import add, lines, words
from tests.storage.test_faults import blobs, rows

ADD = Quick(insert(lines), ("word",))
RENAME = Quick(update(lines).where(lines.c.word == bindparam("old")), ("word",))
FIND = Quick(select(lines.c.word).where(lines.c.word.in_([bindparam("a"), bindparam("b")])).order_by(lines.c.word))


def test_it_reads_and_writes_as_the_long_way_does(database):
    def work(connection):
        ADD(connection, {"word": "một"})
        ADD.many(connection, [{"word": "hai"}, {"word": "ba"}])
        RENAME(connection, {"old": "ba", "word": "bốn"})
        return FIND(connection, {"a": "bốn", "b": "hai"})

    assert database.write(work) == [("bốn",), ("hai",)]
    assert words(database) == ["một", "hai", "bốn"]
    with database.read() as connection:
        assert FIND(connection, {"a": "bốn", "b": "none"}) == [("bốn",)]


def test_rows_have_names_and_the_types_that_sqlalchemy_gives(database):
    database.write(add("một"))
    query = select(lines, (lines.c.word == "một").label("first"), (lines.c.word == "hai").label("other"))
    with database.read() as connection:
        (row,) = Quick(query).rows(connection)
        long_way = connection.execute(query).one()
    assert (row.id, row.word, row.parent) == (long_way.id, "một", None)
    assert (row.first, row.other) == (True, False)
    assert [type(value) for value in row] == [type(value) for value in long_way]
    assert tuple(row) == tuple(long_way)


def test_a_read_that_begins_with_it_is_a_snapshot_too(database):
    database.write(add("a"))
    with database.read() as connection:
        assert FIND(connection, {"a": "a", "b": "b"}) == [("a",)]
        database.write(add("b"))
        assert FIND(connection, {"a": "a", "b": "b"}) == [("a",)]


def test_it_is_undone_with_its_work(database):
    def work(connection):
        ADD(connection, {"word": "half"})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write(work)
    assert words(database) == []


def test_a_list_of_unknown_length_is_a_programming_error(sqlite_database):
    unknown = Quick(select(lines.c.word).where(lines.c.word.in_(bindparam("words", expanding=True))))
    with sqlite_database.read() as connection, pytest.raises(ValueError, match="IN"):
        unknown(connection, {"words": ["a"]})


def test_a_work_that_swallows_a_full_disk_cannot_go_on(tmp_path):
    disk = tmp_path / "disk"
    insert_blob = Quick(insert(blobs), ("data",))
    with small_disk(disk, 3) as remount, Database.open(f"sqlite:///{disk / 'node.db'}") as database:
        database.create_all()
        database.write(lambda c: c.exec_driver_sql("PRAGMA cache_size = 10"))

        def stubborn(connection):
            for _ in range(60):
                try:
                    insert_blob(connection, {"data": os.urandom(100_000)})
                except Exception:  # noqa: BLE001
                    break
            insert_blob(connection, {"data": b"after the failure"})

        with pytest.raises((NotAllowed, SQLAlchemyError)):
            database.write(stubborn)
        assert rows(database) == 0
        remount("size=20m")
        database.write(add("next"))
        assert words(database) == ["next"]
