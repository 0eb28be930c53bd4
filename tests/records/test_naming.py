"""Shared records in the index of identifiers: read soon after they were stated, each fact once, whatever comes between."""

from __future__ import annotations

from typing import Any, cast

import pytest
import sqlalchemy as sa

from lienlac import journal, limits
from lienlac.agreements import store as agreements
from lienlac.identifiers.index import store as index_store
from lienlac.identifiers.index.desk import Index
from lienlac.identifiers.index.mention import Mention
from lienlac.identifiers.index.places import store as placed
from lienlac.keys.rest.safe import Safe
from lienlac.people.access import store as access
from lienlac.people.officer import Officer, Role
from lienlac.records.shared.desk import Given, Opening, Say, Shared
from lienlac.records.shared.naming import desk as naming
from lienlac.records.shared.naming import store
from lienlac.records.shared.naming.desk import Names
from lienlac.records.shared.private.store import Kept
from lienlac.releases.desk import Releases
from lienlac.storage.database import Database
from lienlac.wire.bodies.parts import Said
from lienlac.wire.bodies.records import Remark
from tests.records.sides import AMBER
from tests.records.stones import BASIS, PURPOSE, SHAPE, Heap, Stone, Telling
from tests.world.fakes import START, HandClock, SeededChance

BOSS = Officer(id="off-" + "a" * 26, login="a", name="A", unit="A05", roles=frozenset({Role.SUPERVISOR}))
PHONE = Mention(type="phone", key="+84912345678", role="text")
OTHER = Mention(type="phone", key="+84987654321", role="text")
SAYS_PHONE, SAYS_OTHER = "gọi số 0912 345 678", "gọi số 0987654321"


class Play:
    """Heaps of stones on a real database, and what reads them into an index; `indexed` are told what they name."""

    def __init__(self, database: Database) -> None:
        self.database = database
        clock, chance = HandClock(), SeededChance("naming")
        releases = Releases(database=database, clock=clock, chance=chance, record=journal.record)
        given = Given(
            node_id="vn-a05", country="vn", database=database, clock=clock, chance=chance,
            sender=cast("Any", None),  # nobody takes part but this node: nothing is ever sent
            agreements=agreements, releases=releases, record=journal.record, changed=lambda _thing: None,
        )  # fmt: skip
        self.heaps = Shared(SHAPE, given, Telling())
        self.index = Index(Safe(b"k" * 32), Names.called)
        self.names = self.another()
        self.woken = 0
        self.names.wake = self._wake

    def _wake(self) -> None:
        self.woken += 1

    def another(self) -> Names:
        """As another process has it."""
        return Names(self.database, self.index, (self.heaps,))

    def open(self, title: str = "Sỏi", **more: Any) -> str:
        opening = Opening(
            top=Heap(title_vi=title, title_en="Pebbles"), marks=AMBER, purpose=PURPOSE, legal_basis=BASIS, **more
        )
        return self.heaps.open(BOSS, opening).line.id

    def state(self, record: str, *words: Any, element: str = "") -> list[str]:
        says = [Say(says=word, marks=AMBER, element=element) for word in words]
        return [one.element for one in self.heaps.state(BOSS, record, says).statements]

    def places(self, mention: Mention = PHONE) -> dict[str, tuple[str, int]]:
        """Where it is named: of each record the last place, and how many."""
        with self.database.read() as connection:
            value = index_store.value(connection, self.index._digest(mention))
            number = 0 if value is None else value.number
            found = {}
            for row in index_store.open_rows(connection, number, but=0, most=100):
                at = placed.newest(connection, row.number, number)
                assert at is not None
                found[row.thing_id] = Names.called(connection, at[0]), at[1]
            return found

    def stands(self) -> list[list[Any]]:
        """Everything that the index holds, whatever numbers it gave."""
        with self.database.read() as connection:
            thing, value, place = index_store.thing_table.c, index_store.value_table.c, placed.place_table.c
            mention = index_store.mention_table.c
            queries = (
                sa.select(thing.thing_id, value.digest, place.place, place.role)
                .join_from(placed.place_table, index_store.thing_table, place.thing == thing.number)
                .join(index_store.value_table, place.value == value.number),
                sa.select(thing.thing_id, thing.label, value.digest, mention.role, mention.restricted)
                .join_from(index_store.mention_table, index_store.thing_table, mention.thing == thing.number)
                .join(index_store.value_table, mention.value == value.number),
                sa.select(value.digest, value.open_count, value.hidden_count),
            )
            return [sorted(map(tuple, connection.execute(query))) for query in queries]


@pytest.fixture
def play(database: Database) -> Play:
    return Play(database)


def test_what_an_element_says_is_found_once_it_was_read(play: Play) -> None:
    record = play.open(f"Vụ {SAYS_OTHER}")
    (stone,) = play.state(record, Stone(name=SAYS_PHONE))
    assert (play.places(), play.woken) == ({}, 2)
    with play.database.read() as connection:
        assert play.names.behind(connection) == 2
    play.names.catch_up()
    assert play.places() == {record: (stone, 1)}
    assert set(play.places(OTHER)) == {record}  # the record's own title
    with play.database.read() as connection:
        assert play.names.behind(connection) == 0


def test_what_is_changed_or_taken_back_is_named_no_longer(play: Play) -> None:
    record = play.open()
    one, other = play.state(record, Stone(name=SAYS_PHONE), Remark(text=Said(vi=SAYS_PHONE)))
    play.names.catch_up()
    assert play.places() == {record: (other, 2)}
    play.state(record, Stone(name=SAYS_OTHER), element=one)
    play.heaps.retract(BOSS, record, other, "nhầm số")
    play.names.catch_up()
    assert (play.places(), play.places(OTHER)) == ({}, {record: (one, 1)})


def test_an_exercise_names_nobody(play: Play) -> None:
    record = play.open(f"Diễn tập {SAYS_PHONE}", drill=True)
    play.state(record, Stone(name=SAYS_PHONE))
    play.heaps.private.keep(BOSS, record, SAYS_PHONE)
    play.names.catch_up()
    assert [list(rows) for rows in play.stands()] == [[], [], []]


def test_a_note_of_ours_is_a_place_from_the_moment_on_which_it_is_kept(play: Play) -> None:
    record = play.open()
    note = play.heaps.private.keep(BOSS, record, SAYS_PHONE)
    play.heaps.private.keep(BOSS, record, f'{{"text": "{SAYS_OTHER}"}}', kind=Kept.DRAFT)
    assert (play.places(), play.places(OTHER)) == ({record: ("notes", 1)}, {})
    play.heaps.private.delete(BOSS, record, note.id)
    assert play.places() == {}


# --- what comes between -------------------------------------------------------------------------------------------
def test_what_was_stated_before_this_program_is_read_once_with_its_notes(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store of an older version has facts and notes, and no word of how far they were read."""
    monkeypatch.setattr(limits, "RECORD_NAMED_STRETCH", 3)
    records = [play.open() for _ in range(3)]
    for record in records:
        play.state(record, *(Stone(name=f"Dòng {number}: {SAYS_PHONE}") for number in range(4)))
        play.heaps.private.keep(BOSS, record, SAYS_OTHER)
    gone = play.heaps.private.keep(BOSS, records[0], SAYS_PHONE)
    play.names.catch_up()
    play.heaps.private.delete(BOSS, records[0], gone.id)
    held = play.stands()

    def forget(connection: sa.Connection) -> None:
        index_store.empty(connection)
        placed.forget(connection)
        connection.execute(store.cursor_table.delete())

    play.database.write(forget)
    assert play.stands() == [[], [], []]
    play.names.catch_up()
    assert play.stands() == held
    assert {one: many for one, (_, many) in play.places().items()} == dict.fromkeys(records, 4)
    assert play.names.step() == 0


def test_rules_that_find_more_read_everything_once_more(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    record = play.open()
    play.state(record, Stone(name=SAYS_PHONE))
    monkeypatch.setattr(naming, "named_in", lambda _element, _shape: ())
    play.names.catch_up()
    assert play.places() == {}
    monkeypatch.undo()
    monkeypatch.setattr(naming, "RULES", naming.RULES + 1)
    play.names.catch_up()
    assert set(play.places()) == {record}


def test_two_processes_read_the_same_stretch_and_it_counts_once(play: Play) -> None:
    record = play.open()
    (stone,) = play.state(record, Stone(name=SAYS_PHONE))
    play.names.step()  # both know where to begin
    other = play.another()
    taken: list[int] = []
    write = play.database.write

    def first_the_other(work: Any) -> Any:
        if not taken:
            taken.append(0)
            taken.append(other.step())
        return write(work)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(play.database, "write", first_the_other)
        play.names.step()
    assert taken == [0, 2]
    play.names.catch_up()
    assert play.places() == {record: (stone, 1)}


def test_an_element_that_breaks_the_reader_hides_no_other(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    record = play.open()
    bad, good = play.state(record, Stone(name="x"), Stone(name=SAYS_PHONE))
    named_in = naming.named_in

    def breaks(element: Any, shape: Any) -> Any:
        if element.id == bad:
            raise ZeroDivisionError
        return named_in(element, shape)

    monkeypatch.setattr(naming, "named_in", breaks)
    play.names.catch_up()
    assert play.places() == {record: (good, 1)}


def test_made_anew_it_is_what_it_was(play: Play) -> None:
    record = play.open(f"Vụ {SAYS_OTHER}")
    play.state(record, Stone(name=SAYS_PHONE), Stone(name=SAYS_OTHER))
    play.heaps.private.keep(BOSS, record, SAYS_PHONE)
    play.names.catch_up()
    held = play.stands()
    assert play.index.rebuild(play.database, (), (play.names,)) == 1
    assert play.stands() == held


def test_what_is_hidden_names_nobody_in_the_open_before_and_after_it_was_read(play: Play) -> None:
    """Its need-to-know holds for what is read later too."""
    record = play.open()
    play.state(record, Stone(name=SAYS_PHONE))
    play.names.catch_up()

    def hide(connection: sa.Connection) -> None:
        access.add(connection, record, access.Relation.ALLOWED, [BOSS.id], by="off-x", at=START)
        for hear in play.heaps.narrowed:
            hear(connection, access.thing(connection, record, SHAPE.name))

    play.database.write(hide)
    play.state(record, Stone(name=SAYS_OTHER))
    play.names.catch_up()
    assert (play.places(), play.places(OTHER)) == ({}, {})
    with play.database.read() as connection:
        hidden = connection.execute(sa.select(index_store.mention_table.c.restricted)).scalars().all()
    assert list(hidden) == [1, 1]
