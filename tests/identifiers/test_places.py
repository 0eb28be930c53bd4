"""Long things in the index: one thing however many of its places name a value; what no place names leaves nothing."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienlac import limits
from lienlac.identifiers.index import store
from lienlac.identifiers.index.desk import Index, Known
from lienlac.identifiers.index.firsts import DAY_US
from lienlac.identifiers.index.mention import Mention, Naming, of_name
from lienlac.identifiers.index.places import store as placed
from lienlac.identifiers.index.writing.desk import Place
from lienlac.people.access import store as access
from lienlac.people.officer import Officer
from lienlac.storage.database import Database
from tests.identifiers.test_index import ADMINISTRATOR, ANALYST, INSIDER, NOW, PHONE, SAFE

OTHER = Mention(type="phone", key="+84987654321", role="text")
TABLES = (store.value_table, store.thing_table, store.mention_table, store.bucket_table, placed.place_table)


def case(number: int = 1, *, restricted: bool = False) -> Naming:
    return Naming(
        kind="case", id=f"cas-{number}", label=f"VN-C-2026-{number}", at_us=DAY_US, restricted=restricted,
    )  # fmt: skip


class Play:
    """An index on a real database; a place is called by its number."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.index = Index(SAFE, lambda _connection, place: f"place-{place}")

    def put(self, naming: Naming, *places: tuple[int, tuple[Mention, ...]], day: int = 1) -> None:
        made = [Place(number, day * DAY_US, mentions) for number, mentions in places]
        self.database.write(lambda connection: self.index.put_places(connection, naming, made))

    def restrict(self, naming: Naming, *subjects: str) -> None:
        def work(connection: sa.Connection) -> None:
            access.add(connection, naming.id, access.Relation.ALLOWED, subjects, by="off-x", at=NOW)
            self.index.hide(connection, naming.id, restricted=True)

        self.database.write(work)

    def ask(self, who: Officer = ANALYST, mention: Mention = PHONE) -> Known:
        with self.database.read() as connection:
            return self.index.look_up(connection, who, mention)

    def rows(self, table: sa.Table) -> list[Any]:
        with self.database.read() as connection:
            return list(connection.execute(sa.select(table)))

    def empty(self) -> None:
        def work(connection: sa.Connection) -> None:
            store.empty(connection)
            placed.forget(connection)

        self.database.write(work)


@pytest.fixture
def play(database: Database) -> Play:
    return Play(database)


def test_a_thing_counts_once_and_says_where_it_named_it_last(play: Play) -> None:
    play.put(case(), *((number, (PHONE,)) for number in (5, 7, 9)))
    play.put(case(2), (1, (PHONE,)))
    known = play.ask()
    assert known.times == 2
    assert [(one.id, one.place, one.places) for one in known.seen] == [
        ("cas-2", "place-1", 1),
        ("cas-1", "place-9", 3),
    ]


def test_what_one_place_takes_back_another_still_names(play: Play) -> None:
    play.put(case(), (1, (PHONE,)), (2, (PHONE, OTHER)))
    play.put(case(), (2, ()))
    assert [(one.place, one.places) for one in play.ask().seen] == [("place-1", 1)]
    assert play.ask(mention=OTHER).times == 0
    play.put(case(), (1, ()))
    assert [play.rows(table) for table in TABLES] == [[]] * len(TABLES)


def test_a_name_in_a_place_leaves_no_text_behind(play: Play) -> None:
    play.put(case(), (1, tuple(of_name("Nguyễn Văn Ánh", "holder"))))
    play.put(case(), (1, ()))
    assert [play.rows(table) for table in TABLES] == [[]] * len(TABLES)


def test_a_thing_that_names_nothing_leaves_no_trace(play: Play) -> None:
    play.put(case(), (1, ()), (2, ()))
    assert play.rows(store.thing_table) == []


def test_a_line_a_thousand_times_is_shown_as_that_many_at_least(play: Play) -> None:
    """A list of calls: ten thousand lines of one case name one number, and the other case is seen all the same."""
    most = limits.MENTIONS_COUNTED_MAX
    play.put(case(1), (1, (PHONE,)))
    play.put(case(2), *((number, (PHONE,)) for number in range(1, most + 100)))
    known = play.ask()
    assert (known.times, [(one.id, one.places) for one in known.seen]) == (2, [("cas-2", most), ("cas-1", 1)])


# --- rights -------------------------------------------------------------------------------------------------------
def test_places_of_what_is_hidden_are_neither_shown_nor_counted(play: Play) -> None:
    """An existence oracle: also what is named in it after it was hidden, and what it named before."""
    play.put(case(1), (1, (PHONE,)))
    play.put(case(2), (1, (PHONE,)))
    play.restrict(case(1), "uni-fraud")
    play.put(case(1, restricted=True), (2, (PHONE, OTHER)))
    assert [(play.ask(who).times, play.ask(who, OTHER).times) for who in (ANALYST, INSIDER)] == [(1, 0), (2, 1)]
    assert [one.places for one in play.ask(INSIDER).seen] == [1, 2]
    assert play.ask(ADMINISTRATOR).times == 0
    play.put(case(1), (3, (OTHER,)))  # the act that opened it was not heard: what is said now counts
    assert [(one.times, [seen.places for seen in one.seen]) for one in (play.ask(mention=OTHER),)] == [(1, [2])]


MENTIONS = [
    Mention(type="phone", key=f"+8491234567{digit}", role=role) for digit in range(3) for role in ("named", "text")
]
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("put"), st.integers(0, 2),
            st.dictionaries(st.integers(-2, 4), st.sets(st.sampled_from(MENTIONS)), min_size=1, max_size=3),
        ),
        st.tuples(st.sampled_from(["hide", "open"]), st.integers(0, 2), st.just({})),
    ),
    max_size=15,
)  # fmt: skip


@given(STEPS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_whatever_places_said_the_index_is_what_a_full_count_says(
    sqlite_database: Database, steps: list[tuple[str, int, dict[int, set[Mention]]]]
) -> None:
    play = Play(sqlite_database)
    play.empty()
    said: dict[int, dict[int, set[Mention]]] = {0: {}, 1: {}, 2: {}}
    hidden = dict.fromkeys(said, False)
    for step, number, places in steps:
        if step == "put":
            play.put(case(number, restricted=hidden[number]), *((one, tuple(named)) for one, named in places.items()))
            said[number] |= places
        else:
            hidden[number] = step == "hide"
            play.database.write(
                lambda connection, one=number: play.index.hide(connection, f"cas-{one}", restricted=hidden[one])
            )
    for mention in MENTIONS:
        naming = {
            number: [place for place, named in places.items() if mention.key in {one.key for one in named}]
            for number, places in said.items()
        }
        shown = {number: places for number, places in naming.items() if places and not hidden[number]}
        known = play.ask(mention=mention)
        assert known.times == len(shown)
        assert {one.id: (one.place, one.places) for one in known.seen} == {
            f"cas-{number}": (f"place-{max(places)}", len(places)) for number, places in shown.items()
        }
    values = {one.key for number, places in said.items() for named in places.values() for one in named}
    assert len(play.rows(store.value_table)) == len(values)
    firsts = {row.day: row.count for row in play.rows(store.first_table) if row.count}
    in_the_open = {
        one.key for number, places in said.items() if not hidden[number] for named in places.values() for one in named
    }
    assert firsts == ({1: len(in_the_open)} if in_the_open else {})
