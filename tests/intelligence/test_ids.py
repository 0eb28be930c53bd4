"""Versions found by their objects' ids: in a run, on the way into order, in their table or in the index, all the same."""

from __future__ import annotations

import functools
from array import array
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienlac import limits
from lienlac.intelligence.matching import EVERYTHING, Match
from lienlac.intelligence.store import ids, objects
from lienlac.storage.database import Database
from tests.intelligence.scene import Desk, id_of, indicator

KEYS = st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3)
KINDS = ["keep", "keep", "undone", "forget", "elsewhere", "started"]
ACTS = st.tuples(st.sampled_from(KINDS), st.lists(KEYS, min_size=1, max_size=12))
Model = dict[int, set[int]]


class Undone(Exception):
    """A transaction that does not come to its end."""


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds so small that everything happens at once: each parcel a run, a few runs an order, some runs open."""
    bounds = {"RUN_LEAST": 2, "RUNS_GATHERED": 10, "RUN_STRETCH": 3, "RUNS_OPEN_MAX": 7, "SIEVE_STRETCH": 4}
    for name, value in bounds.items():
        monkeypatch.setattr(limits, f"INTEL_{name}", value)


@pytest.fixture(autouse=True)
def process(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """This process has just started: nothing was read yet. Call it for another one."""

    def start() -> None:
        monkeypatch.setattr(ids, "_opened", ids._Opened())

    start()
    return start


def held(connection: sa.Connection) -> Model:
    """By key, what the tables of keys and of runs hold."""
    pairs = [tuple(row) for row in connection.execute(sa.select(ids.key_table))]
    for row in connection.execute(sa.select(ids.run_table)):
        numbers = array("q", bytes(row.pairs))
        keys, instants = numbers[: row.size], numbers[row.size :]
        assert list(keys) == sorted(keys)
        pairs += zip(keys, instants, strict=True)
    assert len(pairs) == len(set(pairs)), "a version stands in one place"
    found: Model = {}
    for key, instant in pairs:
        found.setdefault(key, set()).add(instant)
    return found


def keep(database: Database, keys: list[int], first_us: int, *, undo: bool = False) -> None:
    def take(connection: sa.Connection) -> None:
        ids.keep(connection, [(key, first_us + place) for place, key in enumerate(keys)])
        if undo:
            raise Undone

    database.write(take)


def forget(key: int, gone: set[int], connection: sa.Connection) -> None:
    ids.forget(connection, key, gone)


@pytest.mark.usefixtures("small")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, max_size=14))
def test_runs_say_what_an_index_would(
    database: Database, process: Callable[[], None], acts: list[tuple[str, list[int]]]
) -> None:
    """Whatever comes, goes, is undone, restarted or written by another process meanwhile.

    A key leads to its instants and to no other, and nothing else remains.
    """
    with database.read() as connection:
        model = held(connection)
    next_us = max((max(instants) for instants in model.values()), default=0) + 1
    for act, keys in acts:
        if act == "forget":
            gone = set(sorted(model.get(keys[0], ()))[::2])
            database.write(functools.partial(forget, keys[0], gone))
            model[keys[0]] = model.get(keys[0], set()) - gone
        elif act == "undone":
            with pytest.raises(Undone):
                keep(database, keys, next_us, undo=True)
        else:
            here = ids._opened
            if act != "keep":
                process()
            keep(database, keys, next_us)
            if act == "elsewhere":
                vars(ids)["_opened"] = here
            for place, key in enumerate(keys):
                model.setdefault(key, set()).add(next_us + place)
            next_us += len(keys)
        with database.read() as connection:
            for key in (*keys, 17):
                assert set(ids.instants(connection, [key])) == model.get(key, set())
            assert set(ids.instants(connection, model)) == {one for instants in model.values() for one in instants}
    with database.read() as connection:
        assert held(connection) == {key: instants for key, instants in model.items() if instants}


def test_a_key_that_stands_in_two_parcels_outlives_one_of_them(database: Database) -> None:
    """Also where a parcel that holds it is erased, and where a stretch of an order says what a parcel said."""
    keep(database, [7, 8], 10)
    keep(database, [7, 9], 20)
    with database.read() as connection:
        assert sorted(ids.instants(connection, [7])) == [10, 20]
    database.write(lambda connection: ids.forget(connection, 7, [10]))
    database.write(lambda connection: ids.forget(connection, 8, [11]))
    with database.read() as connection:
        assert ids.instants(connection, [7, 8]) == [20]


@pytest.mark.usefixtures("small")
def test_a_stretch_that_says_what_a_parcel_said_is_not_taken_for_it(
    database: Database, new_database: Callable[[], Database]
) -> None:
    keep(database, list(range(12)), 100)
    other = new_database()
    keep(other, [0, 1, 2], 100)  # as the first stretch of the order of the first
    for store in (other, database, other):
        with store.read() as connection:
            assert sorted(ids.instants(connection, [0, 2])) == [100, 102]


@pytest.mark.usefixtures("small")
def test_a_reader_of_an_older_state_still_finds_what_has_moved_since(database: Database) -> None:
    keep(database, [1, 2, 3, 4, 5], 10)
    with database.read() as before:
        assert sorted(ids.instants(before, [2, 5])) == [11, 14]
        for parcel in range(12):  # all of it comes into order and into the table, and out of what is kept open
            keep(database, [2, *range(100 * parcel, 100 * parcel + 7)], 1_000 * parcel + 1_000)
        assert sorted(ids.instants(before, [1, 2, 3, 4, 5])) == [10, 11, 12, 13, 14]
        assert ids.instants(before, [100]) == []
    with database.read() as after:
        assert sorted(ids.instants(after, [5, 102])) == [14, 1_006, 2_003]


def test_work_does_not_grow_with_what_is_stored(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What runs hold and what moves with a parcel is bounded, whatever came before."""
    for name, value in {"RUNS_GATHERED": 400, "RUN_STRETCH": 50}.items():
        monkeypatch.setattr(limits, f"INTEL_{name}", value)
    moved = 0
    for parcel in range(60):
        keep(sqlite_database, [(parcel * 100 + place) * 7_919 % 1_000_003 for place in range(100)], parcel * 100 + 1)
        with sqlite_database.read() as connection:
            waiting = connection.execute(sa.select(sa.func.sum(ids.run_table.c.size))).scalar_one()
            kept = connection.execute(sa.select(sa.func.count()).select_from(ids.key_table)).scalar_one()
        assert kept + waiting == (parcel + 1) * 100
        assert waiting <= 2 * 400 + 100
        assert kept - moved <= 150
        moved = kept


@pytest.fixture
def looked_up(sqlite_database: Database) -> list[str]:
    """Every question to the table of keys that the writer asks from now on."""
    asked: list[str] = []

    def hear(statement: str) -> None:
        if "FROM intel_object_key" in statement:
            asked.append(statement)

    def listen(connection: sa.Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.set_trace_callback(hear)

    sqlite_database.write(listen)
    return asked


@pytest.mark.usefixtures("small")
def test_what_is_new_is_not_looked_up(
    sqlite_database: Database, looked_up: list[str], process: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once a table was read. It is read a little with each parcel: after a start, and when another process wrote."""
    monkeypatch.setattr(limits, "INTEL_SIEVE_STRETCH", 10)
    step = 7_919 << 20

    def asks(first: int) -> bool:
        looked_up.clear()
        keys = [(first + place) * step for place in range(5)]
        assert sqlite_database.write(lambda connection: ids.instants(connection, keys)) == []
        keep(sqlite_database, keys, first)
        return any("added_us" in statement.partition("FROM")[0] for statement in looked_up)

    answers = [asks(10 * parcel) for parcel in range(1, 20)]
    assert not any(answers[1:]), "nothing was there at the beginning"
    here = ids._opened
    process()
    answers = [asks(10 * parcel) for parcel in range(20, 80)]
    assert answers[0]
    assert not answers[-1]
    assert answers.count(True) > 10, "a bounded part of it with each parcel"
    vars(ids)["_opened"] = here  # as a process that has not seen what the other one wrote
    answers = [asks(10 * parcel) for parcel in range(80, 300)]
    assert answers[0]
    assert not answers[-1]


@pytest.mark.usefixtures("small")
def test_a_table_that_was_not_read_is_not_spoken_of(
    database: Database,
    new_database: Callable[[], Database],
    process: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two stores in one process: what one of them reads and moves says nothing of what the other held before."""
    other = new_database()
    for parcel in range(8):
        keep(database, list(range(1_000 * parcel, 1_000 * parcel + 5)), 100 * parcel + 1)
    process()
    for parcel in range(8):
        keep(other, list(range(1_000 * parcel + 500, 1_000 * parcel + 505)), 100 * parcel + 1)
    with monkeypatch.context() as between:
        between.setattr(ids, "_read_on", lambda _connection: None)  # the other one has come between reading and moving
        keep(database, list(range(9_000, 9_009)), 10_000)
    with database.read() as connection:
        assert len(ids.instants(connection, range(9_000))) == 40


@pytest.fixture(params=["run", "order", "table", "index"])
def placed(request: pytest.FixtureRequest, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk whose objects come to stand in one of the four places before they are asked for."""
    place = request.param
    values = {
        "run": (1, 1_000, 1_000), "order": (1, 40, 4), "table": (1, 1, 1_000), "index": (1_000, 1_000, 1_000)
    }[place]  # fmt: skip
    for name, value in zip(("RUN_LEAST", "RUNS_GATHERED", "RUN_STRETCH"), values, strict=True):
        monkeypatch.setattr(limits, f"INTEL_{name}", value)
    yield desk
    with desk.database.read() as connection:
        ordered = connection.execute(sa.select(ids.run_table.c.ordered)).scalars().all()
        keys = connection.execute(sa.select(ids.key_table)).all()
        indexed = set(connection.execute(sa.select(objects.object_table.c.indexed)).scalars())
    assert {
        "run": 0 in ordered and not keys,
        "order": 1 in ordered,
        "table": bool(keys) and not ordered,
        "index": not ordered and not keys and indexed == {1},
    }[place]


def test_an_object_is_found_wherever_it_stands(placed: Desk) -> None:
    collection, other = placed.collection(), placed.collection("Thứ hai")
    raws = [indicator(number) for number in range(1, 41)]
    placed.bring(collection, *raws[:30])
    placed.bring(collection, *raws[30:])
    placed.bring(other, *raws[:3])
    newer = indicator(7, "2026-11-05T00:00:00.000Z")
    assert [one.state for one in placed.bring(collection, *raws).results] == ["same"] * 40
    assert [one.state for one in placed.bring(collection, newer, indicator(8, name="Khác")).results] == ["new", "held"]

    assert placed.raws(collection, Match(ids=(id_of(raws[0]), id_of(newer)))) == [raws[0], newer]
    assert placed.raws(collection, replace(EVERYTHING, ids=(id_of(newer),))) == [raws[6], newer]
    assert placed.raws(other, Match(ids=(id_of(raws[1]), id_of(raws[9])))) == [raws[1]]
    seen = placed.intelligence.seen(placed.analyst, id_of(raws[1]))
    assert {one.id for one, _ in seen.places} == {collection.id, other.id}

    assert placed.intelligence.delete(placed.analyst, collection.id, id_of(newer), Match()) == 1
    assert placed.raws(collection, replace(EVERYTHING, ids=(id_of(newer),))) == [raws[6]]
    assert placed.intelligence.delete(placed.analyst, collection.id, id_of(raws[1]), EVERYTHING) == 1
    assert placed.raws(collection, Match(ids=(id_of(raws[1]),))) == []
    assert placed.raws(other, Match(ids=(id_of(raws[1]),))) == [raws[1]]
    assert [one.state for one in placed.bring(collection, raws[1], raws[2]).results] == ["new", "same"]
    assert placed.raws(collection, Match(ids=(id_of(raws[1]),))) == [raws[1]]


def test_nothing_of_a_deleted_object_remains_where_it_was_found(placed: Desk) -> None:
    collection = placed.collection()
    raws = [indicator(number) for number in range(1, 41)]
    placed.bring(collection, *raws[:30])
    placed.bring(collection, *raws[30:])
    placed.intelligence.delete(placed.analyst, collection.id, id_of(raws[4]), EVERYTHING)
    with placed.database.read() as connection:
        assert objects.key_of(id_of(raws[4])) not in held(connection)
        assert ids.instants(connection, [objects.key_of(id_of(raws[4]))]) == []
