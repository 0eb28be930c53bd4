"""Objects are read into the index after they were stored: soon, each as its newest version, and past any crash."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lienlac import limits
from lienlac.identifiers.index.mention import Mention
from lienlac.intelligence.collection import Draft
from lienlac.intelligence.indexing import store
from lienlac.intelligence.indexing.watch import Indexing
from lienlac.intelligence.matching import EVERYTHING, Match, Which
from lienlac.storage.database import Database
from tests.intelligence.scene import AMBER, FEED, domain, id_of, indicator, malware
from tests.intelligence.test_intake import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lienlac.intelligence.indexing.reader import Item

HOUSE = Path(__file__).resolve().parents[2]
SITE = Mention(type="domain", key="hoa-sen-invest.example", role="named")
OTHER = Mention(type="domain", key="san-vang.example", role="named")


@pytest.fixture
def place(database: Database) -> Place:
    return Place(database)


def pointing(host: str, modified: str, number: int = 1) -> bytes:
    """A version of an indicator that names a host."""
    return indicator(number, modified, pattern=f"[domain-name:value = '{host}']")


def bring(place: Place, *raws: bytes) -> None:
    place.intelligence.bring(place.cast["giang"], place.collection.id, list(raws), source=FEED)


def named(place: Place, mention: Mention = SITE) -> int:
    """How often it is named, as the index stands at this moment."""
    with place.database.read() as connection:
        return place.index.look_up(connection, place.cast["giang"], mention).times


def behind(place: Place) -> int:
    with place.database.read() as connection:
        return place.intelligence.indexing.behind(connection)


class Heard:
    """A second reader that remembers what it was given."""

    name = "heard"

    def __init__(self, rules: int = 1) -> None:
        self.rules = rules
        self.kept: list[tuple[str, Any]] = []

    def look(self, item: Item) -> str:
        if item.value.get("name") == "breaks":
            raise ZeroDivisionError
        return str(item.value["type"])

    def keep(self, _connection: object, _collection: object, found: Sequence[tuple[Item, Any]]) -> None:
        self.kept += [(item.stored.object_id, what) for item, what in found]

    def gone(self, _connection: object, _collection: object, object_id: str) -> None:
        self.kept.append((object_id, "gone"))


def test_to_store_does_not_index_and_what_waits_is_said(place: Place) -> None:
    bring(place, domain(1), domain(2, "san-vang.example"))
    assert (named(place), behind(place)) == (0, 2)
    place.intelligence.indexing.catch_up()
    assert (named(place), behind(place)) == (1, 0)
    assert place.intelligence.indexing.step() == 0


def test_whoever_stores_wakes_the_indexing_once_it_is_durable(place: Place) -> None:
    woken: list[int] = []
    place.intelligence.indexing.wake = lambda: woken.append(behind(place))
    bring(place, domain(1))
    assert woken == [1]
    with pytest.raises(ZeroDivisionError):
        place.database.write(lambda connection: _add_and_fail(place, connection))
    assert woken == [1]


def _add_and_fail(place: Place, connection: Any) -> None:
    place.intelligence.add(connection, [domain(2)], collection_id=place.collection.id, source=FEED, by="test")
    raise ZeroDivisionError


def test_stretches_are_bounded_and_lose_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "INTEL_INDEX_STRETCH", 3)
    bring(place, *(pointing(f"trang-{number}.example", "2026-11-01T00:00:00.000Z", number) for number in range(1, 9)))
    steps = []
    while step := place.intelligence.indexing.step():
        steps.append(step)
    assert steps == [1, 3, 3, 2, 3, 3, 2]  # first of all the readers get their places, then each reads
    assert all(named(place, Mention(type="domain", key=f"trang-{n}.example", role="named")) for n in range(1, 9))


def test_large_objects_make_short_stretches(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "INTEL_INDEX_STRETCH_BYTES", 10)
    bring(place, domain(1), domain(2))
    place.intelligence.indexing.step()
    assert [place.intelligence.indexing.step() for _ in range(5)] == [1, 1, 1, 1, 0]


def test_only_the_newest_version_counts_however_they_come(place: Place) -> None:
    bring(place, pointing("hoa-sen-invest.example", "2026-11-01T00:00:00.000Z"))
    place.intelligence.indexing.catch_up()
    bring(place, pointing("san-vang.example", "2026-11-02T00:00:00.000Z"))
    place.intelligence.indexing.catch_up()
    assert (named(place), named(place, OTHER)) == (0, 1)
    bring(place, pointing("hoa-sen-invest.example", "2026-10-30T00:00:00.000Z"))  # an old one arrives late
    place.intelligence.indexing.catch_up()
    assert (named(place), named(place, OTHER)) == (0, 1)


def test_a_revision_that_names_nothing_leaves_no_trace_of_what_it_named(place: Place) -> None:
    bring(place, pointing("hoa-sen-invest.example", "2026-11-01T00:00:00.000Z"))
    place.intelligence.indexing.catch_up()
    bring(place, indicator(1, "2026-11-02T00:00:00.000Z", pattern="rule x { condition: true }", pattern_type="yara"))
    place.intelligence.indexing.catch_up()
    assert named(place) == 0


def test_what_is_deleted_before_it_is_read_is_never_named(place: Place) -> None:
    bring(place, domain(1), domain(2, "san-vang.example"))
    place.intelligence.delete(place.cast["giang"], place.collection.id, id_of(domain(1)), EVERYTHING)
    place.intelligence.indexing.catch_up()
    assert (named(place), named(place, OTHER)) == (0, 1)


def test_no_instant_lies_behind_what_was_read_though_the_clock_goes_back_and_the_newest_is_deleted(
    place: Place,
) -> None:
    bring(place, domain(1))
    place.intelligence.indexing.catch_up()
    place.intelligence.delete(place.cast["giang"], place.collection.id, id_of(domain(1)), EVERYTHING)
    place.clock.turn(-3_600)
    second = place.intelligence.create(place.cast["giang"], Draft(title="Second"))
    place.intelligence.bring(place.cast["giang"], second.id, [domain(2, "san-vang.example")], source=FEED)
    place.intelligence.indexing.catch_up()
    assert named(place, OTHER) == 1


def test_what_is_superseded_while_it_is_read_is_left_out(place: Place) -> None:
    """Between the look at a version and the transaction that keeps it, a newer one is stored."""
    bring(place, pointing("hoa-sen-invest.example", "2026-11-01T00:00:00.000Z"))
    naming = place.intelligence.naming
    place.intelligence.indexing.step()
    look = naming.look

    def slow(item: Item) -> Any:
        naming.look = look  # type: ignore[method-assign]
        bring(place, pointing("san-vang.example", "2026-11-02T00:00:00.000Z"))
        return look(item)

    naming.look = slow  # type: ignore[method-assign]
    place.intelligence.indexing.step()
    assert named(place) == 0
    place.intelligence.indexing.catch_up()
    assert (named(place), named(place, OTHER)) == (0, 1)


def test_when_the_newest_version_is_deleted_the_one_before_it_is_named_again(place: Place) -> None:
    first = pointing("hoa-sen-invest.example", "2026-11-01T00:00:00.000Z")
    bring(place, first, pointing("san-vang.example", "2026-11-02T00:00:00.000Z"))
    place.intelligence.indexing.catch_up()
    last = Match(ids=(id_of(first),), places=frozenset({Which.LAST}))
    place.intelligence.delete(place.cast["giang"], place.collection.id, id_of(first), last)
    assert (named(place), named(place, OTHER)) == (1, 0)


def test_a_ceiling_that_is_lowered_hides_what_lies_above_it_from_look_ups_too(place: Place) -> None:
    bring(place, domain(1, object_marking_refs=[AMBER]))
    place.intelligence.indexing.catch_up()
    assert named(place) == 1
    place.intelligence.describe(place.cast["giang"], place.collection.id, Draft(title="Forex", ceiling="green"))
    place.intelligence.indexing.catch_up()
    assert named(place) == 0
    place.intelligence.describe(place.cast["giang"], place.collection.id, Draft(title="Forex", ceiling="red"))
    place.intelligence.indexing.catch_up()
    assert named(place) == 1


def test_after_an_upgrade_with_other_rules_everything_is_read_again(place: Place) -> None:
    bring(place, domain(1), malware(2))
    old = Heard()
    indexing = Indexing(place.database)
    indexing.readers.append(old)
    indexing.catch_up()
    assert len(old.kept) == 2
    indexing.readers[:] = [new := Heard(rules=2)]
    with place.database.read() as connection:
        assert indexing.behind(connection) == 2
    indexing.catch_up()
    assert new.kept == old.kept


def test_a_reader_that_comes_later_reads_everything_and_the_others_go_on(place: Place) -> None:
    bring(place, domain(1))
    place.intelligence.indexing.catch_up()
    place.intelligence.indexing.readers.append(new := Heard())
    bring(place, malware(2))
    assert behind(place) == 2
    place.intelligence.indexing.catch_up()
    assert [what for _, what in new.kept] == ["domain-name", "malware"]
    assert (named(place), behind(place)) == (1, 0)


def test_an_object_that_breaks_a_reader_keeps_no_other_from_being_read(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    place.intelligence.indexing.readers.append(heard := Heard())
    bring(place, malware(1, name="breaks"), malware(2))
    place.intelligence.indexing.catch_up()
    assert [what for _, what in heard.kept] == [None, "malware"]
    assert "breaks heard" in caplog.text


def test_two_processes_read_no_stretch_twice(place: Place) -> None:
    """The other one has moved the position between our reading and our writing."""
    heard = Heard()
    indexing = Indexing(place.database)
    indexing.readers.append(heard)
    bring(place, malware(1))
    indexing.step()
    with place.database.read() as connection:
        was = store.positions(connection)[0]
    look = heard.look

    def slow(item: Item) -> str:
        place.database.write(lambda connection: store.move(connection, was, item.stored.added_us))
        return look(item)

    heard.look = slow  # type: ignore[method-assign]
    indexing.step()
    assert heard.kept == []
    assert indexing.step() == 0


@pytest.mark.chaos
def test_a_process_killed_between_storing_and_indexing_leaves_nothing_unread(database_url: str) -> None:
    with Database.open(database_url) as database:
        database.create_all()
    command = [sys.executable, "-m", "tests.intelligence.indexing_child", database_url]
    environment = {"PYTHONPATH": f"{HOUSE / 'src'}:{HOUSE}", "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=HOUSE, env=environment) as child:
        assert child.stdout is not None
        assert child.stdout.readline()
        child.kill()
    assert child.returncode == -9
    with Database.open(database_url) as database:
        indexing = Indexing(database)
        indexing.readers.append(heard := Heard())
        with database.read() as connection:
            assert indexing.behind(connection) == 40
        indexing.catch_up()
    assert len({object_id for object_id, _ in heard.kept}) == 40
    assert json.loads(indicator(1))["id"] in dict(heard.kept)
