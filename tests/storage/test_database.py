"""Reads and writes on both products: durability of order, isolation of works, and what a failure costs whom."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, ForeignKey, Integer, String, Table, exc, func, insert, select, text

from lienlac import limits
from lienlac.errors import NotAllowed
from lienlac.storage.database import Database
from lienlac.storage.schema import RowNumber, metadata

lines = Table(
    "test_lines",
    metadata,
    Column("id", RowNumber, primary_key=True),
    Column("word", String(50), nullable=False, unique=True),
    Column("parent", Integer, ForeignKey("test_lines.id")),
    info={"test": True},
)


def add(word: str) -> Callable[[Connection], str]:
    def work(connection: Connection) -> str:
        connection.execute(insert(lines), {"word": word})
        return word

    return work


def words(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(select(lines.c.word).order_by(lines.c.id)).scalars())


class Held:
    """Holds the writer inside a work, so that what is written meanwhile forms one group."""

    def __init__(self, database: Database) -> None:
        self._inside, self._go = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=database.write, args=(self._hold,))
        self._writer = database._writer

    def _hold(self, _connection: Connection) -> None:
        self._inside.set()
        assert self._go.wait(30)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._inside.wait(30)
        return self

    def wait_for(self, count: int) -> None:
        while len(self._writer._waiting) < count:
            threading.Event().wait(0.001)

    def __exit__(self, *_: object) -> None:
        self._go.set()
        self._thread.join()


def in_one_group(database: Database, works: list[Callable[[Connection], object]]) -> list[object]:
    """What each work returned or raised, when all of them share one commit, in this order."""
    outcomes: list[object] = [None] * len(works)

    def run(i: int) -> None:
        try:
            outcomes[i] = database.write(works[i])
        except Exception as error:  # noqa: BLE001
            outcomes[i] = error

    threads = []
    with Held(database) as held:
        for i in range(len(works)):
            threads.append(threading.Thread(target=run, args=(i,)))
            threads[-1].start()
            held.wait_for(i + 1)
    for thread in threads:
        thread.join()
    return outcomes


def test_what_was_written_is_read(database):
    assert database.write(add("một")) == "một"
    assert words(database) == ["một"]


def test_a_failing_work_is_undone_and_its_error_comes_back(database):
    def work(connection):
        add("half")(connection)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write(work)
    database.write(add("whole"))
    assert words(database) == ["whole"]


def test_a_broken_constraint_stays_what_it_is(database):
    database.write(add("one"))
    with pytest.raises(exc.IntegrityError):
        database.write(add("one"))
    with pytest.raises(exc.IntegrityError):
        database.write(lambda c: c.execute(insert(lines), {"word": "orphan", "parent": 999}))
    assert words(database) == ["one"]


def test_in_a_group_only_the_failing_works_are_undone(database):
    def fail(connection):
        add("never")(connection)
        raise KeyError("mine")

    def swallow(connection):
        add("swallowed")(connection)
        try:
            add("first")(connection)
        except exc.IntegrityError:
            return "went on"
        raise AssertionError

    outcomes = in_one_group(database, [add("first"), fail, add("second"), add("first"), swallow, add("third")])
    assert outcomes[0] == "first"
    assert isinstance(outcomes[1], KeyError)
    assert outcomes[2] == "second"
    assert isinstance(outcomes[3], exc.IntegrityError)
    assert outcomes[5] == "third"
    if database.dialect == "sqlite":  # the statement alone failed; the work may go on
        assert outcomes[4] == "went on"
        assert words(database) == ["first", "second", "swallowed", "third"]
    else:  # the server has given the work up; it must not look as if it had succeeded, nor hurt the others
        assert isinstance(outcomes[4], RuntimeError)
        assert words(database) == ["first", "second", "third"]


def test_alone_a_swallowed_failure_is_never_a_silent_rollback(database):
    database.write(add("first"))

    def swallow(connection):
        add("swallowed")(connection)
        with pytest.raises(exc.IntegrityError):
            add("first")(connection)
        return "went on"

    if database.dialect == "sqlite":
        assert database.write(swallow) == "went on"
        assert words(database) == ["first", "swallowed"]
    else:
        with pytest.raises(RuntimeError, match="begin_nested"):
            database.write(swallow)
        assert words(database) == ["first"]
    database.write(add("next"))
    assert words(database)[-1] == "next"


def test_works_of_a_group_see_each_other_in_order(database):
    def count(connection):
        return connection.execute(select(func.count()).select_from(lines)).scalar()

    assert in_one_group(database, [add("a"), count, add("b"), count]) == ["a", 1, "b", 2]


@pytest.mark.parametrize("ending", ["commit", "rollback"])
def test_a_work_that_ends_the_transaction_is_a_programming_error_and_takes_nobody_halfway(database, ending):
    def end(connection):
        add("early")(connection)
        getattr(connection, ending)()

    outcomes = in_one_group(database, [add("before"), end, add("after")])
    assert isinstance(outcomes[1], RuntimeError)
    for index in (0, 2):
        assert isinstance(outcomes[index], NotAllowed)
        assert outcomes[index].code == "storage-busy"
    assert words(database) == []
    with pytest.raises(RuntimeError):
        database.write(end)
    database.write(add("next"))
    assert words(database) == ["next"]


def test_nested_transactions_of_a_work_are_its_own_business(database):
    def work(connection):
        add("kept")(connection)
        with pytest.raises(ZeroDivisionError), connection.begin_nested():  # noqa: PT012
            add("undone")(connection)
            raise ZeroDivisionError
        add("kept too")(connection)

    in_one_group(database, [work, add("other")])
    assert words(database) == ["kept", "kept too", "other"]


def test_a_nested_transaction_left_open_is_a_programming_error(database):
    def work(connection):
        connection.begin_nested()
        add("x")(connection)

    outcomes = in_one_group(database, [add("before"), work, add("after")])
    assert isinstance(outcomes[1], RuntimeError)
    assert words(database) == ["before", "after"]
    with pytest.raises(RuntimeError):
        database.write(work)
    assert words(database) == ["before", "after"]


def test_writing_inside_a_write_is_a_programming_error(database):
    with pytest.raises(RuntimeError, match="inside a write"):
        database.write(lambda _c: database.write(add("x")))
    database.write(add("y"))
    assert words(database) == ["y"]


def test_callbacks_run_after_the_commit_in_order_and_only_for_what_was_applied(database, caplog):
    heard: list[str] = []

    def tell(word, *, fail=False):
        def work(connection):
            add(word)(connection)
            database.after_commit(connection, lambda: heard.append(f"{word} of {len(words(database))}"))
            if fail:
                raise ZeroDivisionError
            return word

        return work

    def tell_badly(connection):
        database.after_commit(connection, lambda: 1 / 0)

    with caplog.at_level(logging.ERROR):
        in_one_group(database, [tell("a"), tell("b", fail=True), tell_badly, tell("c")])
    assert heard == ["a of 2", "c of 2"]
    assert "ZeroDivisionError" in caplog.text
    database.write(tell("d"))
    assert heard[2:] == ["d of 3"]


def test_after_commit_outside_of_a_work_is_a_programming_error(database):
    with database.read() as connection, pytest.raises(RuntimeError):
        database.after_commit(connection, lambda: None)


def test_a_read_is_a_snapshot(database):
    database.write(add("before"))
    with database.read() as connection:
        query = select(func.count()).select_from(lines)
        assert connection.execute(query).scalar() == 1
        database.write(add("meanwhile"))
        assert connection.execute(query).scalar() == 1
    assert len(words(database)) == 2


def test_a_reader_cannot_write(database):
    with pytest.raises(NotAllowed, match="storage-read-only"), database.read() as connection:
        connection.execute(insert(lines), {"word": "sneaked in"})
    assert words(database) == []


def test_many_threads_lose_nothing(database):
    rounds, threads = 12, 16
    failures: list[BaseException] = []

    def run(name: int) -> None:
        try:
            for i in range(rounds):
                assert database.write(add(f"{name}-{i}")) == f"{name}-{i}"
                with pytest.raises(exc.IntegrityError):
                    database.write(add(f"{name}-{i}"))
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    running = [threading.Thread(target=run, args=(n,)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert failures == []
    assert sorted(words(database)) == sorted(f"{n}-{i}" for n in range(threads) for i in range(rounds))


@settings(max_examples=20)
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.booleans()), min_size=2, max_size=10))
def test_a_group_is_as_if_one_after_the_other(sqlite_files, tmp_path_factory, plan):
    """Any mixture of works that succeed, fail by themselves, or fail by a constraint."""

    def work_of(word, fails):
        def work(connection):
            add(word)(connection)
            if fails:
                raise ZeroDivisionError
            return word

        return work

    with Database.open(sqlite_files.new_url(tmp_path_factory.mktemp("group")), synchronous="off") as database:
        outcomes = in_one_group(database, [work_of(*step) for step in plan])
        expected: list[str] = []
        for (word, fails), outcome in zip(plan, outcomes, strict=True):
            if word in expected:
                assert isinstance(outcome, exc.IntegrityError)
            elif fails:
                assert isinstance(outcome, ZeroDivisionError)
            else:
                assert outcome == word
                expected.append(word)
        assert words(database) == expected


def test_a_full_queue_answers_busy(sqlite_database, monkeypatch):
    monkeypatch.setattr(limits, "WRITE_QUEUE_MAX", 2)
    waiting = [threading.Thread(target=sqlite_database.write, args=(add(w),)) for w in "ab"]
    with Held(sqlite_database) as held:
        for i, thread in enumerate(waiting):
            thread.start()
            held.wait_for(i + 1)
        with pytest.raises(NotAllowed, match="storage-busy"):
            sqlite_database.write(add("c"))
    for thread in waiting:
        thread.join()
    assert words(sqlite_database) == ["a", "b"]


def test_closing_finishes_what_waits_and_refuses_what_comes(new_database):
    database = new_database()
    thread = threading.Thread(target=database.write, args=(add("waiting"),))
    with Held(database) as held:
        thread.start()
        held.wait_for(1)
        closing = threading.Thread(target=database.close)
        closing.start()
    thread.join()
    closing.join()
    with pytest.raises(NotAllowed, match="storage-unavailable"):
        database.write(add("late"))
    database.close()


@pytest.mark.parametrize("address", ["", "x", "sqlite://", "sqlite:///:memory:", "mysql://h/d", "postgresql+asyncpg"])
def test_an_address_that_is_not_understood(address):
    with pytest.raises(NotAllowed, match="storage-url"):
        Database.open(address)


def test_foreign_keys_and_durability_are_on(database_url):
    with Database.open(database_url) as database:
        if database.dialect == "sqlite":
            pragmas = ("foreign_keys", "journal_mode", "synchronous")
            found = database.write(lambda c: [c.execute(text(f"PRAGMA {p}")).scalar() for p in pragmas])
            assert found == [1, "wal", 2]
        else:
            assert database.write(lambda c: c.execute(text("SHOW synchronous_commit")).scalar()) == "on"


def test_a_new_file_is_closed_to_other_users(tmp_path):
    path = tmp_path / "new.db"
    with Database.open(f"sqlite:///{path}") as database:
        database.create_all()
        assert path.stat().st_mode & 0o077 == 0
        assert path.with_name("new.db-wal").stat().st_mode & 0o077 == 0
