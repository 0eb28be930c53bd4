"""The tables of shared records: on both products they say the same, and no hot question reads a whole table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as replaced

from lienlac.clock import to_us
from lienlac.records.shared.fold import Statement, derived, fold, member_element, top_element
from lienlac.records.shared.store import facts, lines, pace, ways
from lienlac.records.shared.store.facts import FactStore
from lienlac.records.shared.store.pace import FREE, Pace
from lienlac.records.shared.store.ways import Way
from lienlac.storage.database import Database
from lienlac.wire.bodies.hotline import Officer
from lienlac.wire.bodies.records import Stated
from lienlac.wire.message import Marks, Pap, Tlp
from tests.records.heaps import Heaps
from tests.records.stones import SHAPE, Stone
from tests.records.test_fold import FACTS

AT = datetime(2026, 11, 26, tzinfo=UTC)
RECORD = "hep-" + "a" * 26


def statement(
    number: int, *, element: str = "", version: int = 1, author: str = "vn-a05", name: str | None = "x"
) -> Any:
    stated = Stated(
        id=derived("fct", author, str(number)), element=derived("sto", RECORD, element or str(number)), version=version, at=AT,
        officer=Officer(name="A", unit="B"), marks=Marks(tlp=Tlp.AMBER, pap=Pap.AMBER),
        says=None if name is None else Stone(name=name),
    )  # fmt: skip
    return Statement(author=author, kind="stone", stated=stated, known_at=AT + timedelta(seconds=number))


def test_what_is_stored_is_the_fold_of_what_was_put(new_database: Callable[..., Database]) -> None:
    """Several at once of one element, older ones after newer ones, both authors."""
    database, store = new_database(), FactStore(SHAPE)
    every = [
        statement(1, element="a"), statement(2, element="a", version=3), statement(3, element="b"),
        statement(4, element="a", version=2), statement(5, element="a", author="us-ic3"),
        statement(6, element="b", version=2, name=None), statement(7, element="a", version=4),
    ]  # fmt: skip
    for some in (every[:3], every[3:6], every[6:]):
        database.write(lambda connection, some=some: store.put(connection, RECORD, some))
    with database.read() as connection:
        held = list(store.walk(connection, RECORD))
        assert store.known_elements(connection, RECORD, [derived("sto", RECORD, name) for name in "abc"]) == fold(held)
        assert [one.position for one in held] == list(range(1, 8))
        assert store.count_of(connection, RECORD, "vn-a05") == 6
        assert set(store.known(connection, "us-ic3", [every[4].id, every[0].id])) == {every[4].id}
        gone = facts.listed(connection, RECORD, "stone", gone=True, rows=10)
        assert [row.element for row in gone] == [every[2].element]


@pytest.fixture(scope="module")
def one_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """For many examples, each with a record of its own."""
    database = Database.open(f"sqlite:///{tmp_path_factory.mktemp('facts')}/facts.db", synchronous="off")
    database.create_all()
    yield database
    database.close()


NUMBERS = count()


@given(facts_=FACTS, cuts=st.lists(st.integers(0, 30), max_size=3))
def test_however_it_was_cut_what_is_stored_is_the_fold(
    one_database: Database, facts_: list[Statement], cuts: list[int]
) -> None:
    store, number = FactStore(SHAPE), next(NUMBERS)
    record = derived("hep", "example", str(number))
    own = [replace(one, stated=replaced(one.stated, id=derived("fct", record, one.id))) for one in facts_]
    edges = [0, *sorted(min(cut, len(own)) for cut in cuts), len(own)]
    for begins, ends in pairwise(edges):
        one_database.write(lambda connection, some=own[begins:ends]: store.put(connection, record, some))
    with one_database.read() as connection:
        stored = store.known_elements(connection, record, [one.element for one in own])
    plain = {
        at: {author: replace(one, position=0) for author, one in element.columns.items()}
        for at, element in stored.items()
    }
    assert plain == {at: dict(element.columns) for at, element in fold(own).items()}


def test_ways_and_paces(new_database: Callable[..., Database]) -> None:
    database, store = new_database(), FactStore(SHAPE)

    def work(connection: Any) -> None:
        placed, _ = store.put(connection, RECORD, [statement(number) for number in range(1, 6)])
        one, two, three, four, five = (each.position for each in placed)
        ways.add(connection, RECORD, "us", [one, two, three], Way.DUE)
        ways.add(connection, RECORD, "us", [three, four], Way.HELD)  # the third has its way already
        assert ways.due(connection, RECORD, "us", 10) == [one, two, three]
        assert ways.behind(connection, "hep-") == [(RECORD, "us")]
        assert ways.behind(connection, "heq-") == []
        ways.sent(connection, [one, two], "us", "msg-1")
        assert ways.carried(connection, "msg-1") == (RECORD, "us", 2)
        ways.settle(connection, "msg-1", Way.DUE, "shared-ahead")
        assert ways.due(connection, RECORD, "us", 10) == [one, two, three]
        assert ways.carried(connection, "msg-1") is None
        ways.took(connection, RECORD, "us", [one, four, five], "msg-2")
        assert ways.counts(connection, RECORD) == {"us": {Way.DUE: 2, Way.TAKEN: 3}}
        assert ways.holders(connection, RECORD, placed[0].element) == {"us"}
        assert ways.holders(connection, RECORD, placed[1].element) == set()
        ways.withdraw(connection, RECORD, placed[1].element)
        ways.forget(connection, RECORD, "us", to_us(AT))
        left = ways.untouched(connection, RECORD, "vn-a05", "us", kinds=["member"], since_us=0, after=0)
        assert [row.position for row in left] == [two]
        assert ways.untouched(connection, RECORD, "vn-a05", "us", kinds=["member"], since_us=None, after=0) == []
        assert pace.of(connection, RECORD, "us") == FREE
        pace.put(connection, RECORD, "us", Pace(until_us=5, times=1, pack=7))
        assert pace.of(connection, RECORD, "us") == Pace(until_us=5, times=1, pack=7)
        pace.free(connection, RECORD)
        assert pace.of(connection, RECORD, "us") == FREE

    database.write(work)


def test_no_question_of_a_lively_record_reads_a_whole_table(tmp_path: Path) -> None:
    """Every statement of an exchange of facts and of everything that an officer looks at, as SQLite plans it."""
    heaps = Heaps(tmp_path)
    vn, us = heaps.nodes
    said: set[str] = set()
    for node in heaps.nodes:
        node.sim.database.write(lambda connection: connection.connection.driver_connection.set_trace_callback(said.add))
    record = vn.open()
    vn.invite(record, us)
    heaps.deliver()
    us.accept(record)
    heaps.deliver()
    element = vn.stone(record, "granite")
    heaps.deliver()
    vn.stone(record, "gneiss", element=element)
    vn.heaps.retract(vn.officer, record, element, "no")
    heaps.deliver()
    read = vn.heaps.read
    looks = [
        lambda: read.room(vn.officer, record), lambda: read.history(vn.officer, record),
        lambda: read.elements(vn.officer, record, "stone"), lambda: read.told(vn.officer, record, element),
        lambda: read.elements(vn.officer, record, "stone", states=["light"], newest_first=True, after=(AT, "x")),
    ]  # fmt: skip
    for look in looks:
        look()
    with vn.sim.database.read() as connection:
        connection.connection.driver_connection.set_trace_callback(said.add)
        keeper = vn.heaps.keeper
        line = lines.find(connection, record)
        assert line is not None
        keeper.members(connection, line)
        keeper.ready(connection, record, us.id)
        facts.counts(connection, record)
        ways.counts(connection, record)
        ways.behind(connection, "hep-")
        ways.under_way(connection, record, us.id)
        ways.untouched(connection, record, vn.id, us.id, kinds=["member"], since_us=0, after=0)
        keeper.facts.count_of(connection, record, vn.id)
        connection.connection.driver_connection.set_trace_callback(None)
    about = [one for one in said if re.search(r"shared_(fact|way|element)\b", one) and not one.startswith("INSERT")]
    assert len(about) > 15, "the search finds them"
    whole = re.compile(r"SCAN shared_(fact|way|element)(?! USING INDEX ix_shared_way_due)")
    for one in about:
        plan = [row[3] for row in vn.sim.eye.see(f"EXPLAIN QUERY PLAN {one}")]
        assert not any(whole.search(step) for step in plan), (one, plan)
    heaps.close()


def test_both_nodes_compute_the_ids_of_members_alike() -> None:
    """Clause 20.5, as another implementation would: SHA-256 of record, line feed and node, 16 bytes, base 32."""
    assert member_element("cas-" + "a" * 26, "us-ic3") == "mem-oo2q23uz2fzhtmmwoslbkqlwl4"
    assert top_element("cas-" + "a" * 26) == "top-bjrt74xzfvcpqaq7snlvmgvdcy"
