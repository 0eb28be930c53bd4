"""Objects in and out: every byte as it came, every version, and what waits in quarantine with its reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from lienlac import journal, limits
from lienlac.clock import to_us
from lienlac.errors import LienlacError, NotAllowed
from lienlac.intelligence.collection import Draft, Giver, Marks, Source, parse_draft, parse_marks, strictest
from lienlac.intelligence.matching import EVERYTHING, Match, Which
from lienlac.intelligence.store.objects import object_table
from lienlac.records.access.desk import Act
from tests.intelligence.scene import AMBER, FEED, GREEN, RED, Desk, domain, id_of, indicator, malware, uid

LAST = Match()


def states(outcome: Any) -> list[str]:
    return [one.state for one in outcome.results]


def refused(code: str) -> Any:
    return pytest.raises(LienlacError, match=f"^{code}")


# --- bytes and versions ---------------------------------------------------------------------------------------------


def test_every_byte_comes_back_as_it_came(desk: Desk) -> None:
    """Odd spacing, order of keys, escapes, unknown properties and types: nothing is rewritten."""
    odd = b'{ "value":"h\\u006fa.example" ,"type":"domain-name","id":"domain-name--%s", "spec_version":"2.1","x_ours":1.50}'
    odd = odd % b"5ad0c1a1-3a32-4e75-a7f1-7dc9e1bb27ff"
    collection = desk.collection()
    desk.bring(collection, odd, indicator(1), malware(1))
    assert desk.raws(collection) == [odd, indicator(1), malware(1)]


def test_each_version_has_an_instant_of_its_own_also_inside_one_call(desk: Desk) -> None:
    collection = desk.collection()
    desk.bring(collection, *(indicator(number) for number in range(50)))
    desk.bring(collection, *(indicator(number) for number in range(50, 80)))
    instants = [row.added_us for row in desk.page(collection).rows]
    assert len(set(instants)) == 80
    assert instants == sorted(instants)
    assert instants[0] >= to_us(desk.clock.now())


def test_a_clock_that_was_put_back_gives_no_instant_twice(desk: Desk) -> None:
    collection = desk.collection()
    desk.bring(collection, indicator(1))
    desk.clock.turn(-3600)
    desk.bring(collection, indicator(2))
    first, second = (row.added_us for row in desk.page(collection).rows)
    assert second == first + 1


def test_an_instant_is_not_given_again_after_its_object_was_deleted(desk: Desk) -> None:
    """Whoever polls from there on would never see what came second."""
    collection = desk.collection()
    given = desk.bring(collection, indicator(1)).results[0].added_us
    desk.intelligence.delete(desk.analyst, collection.id, id_of(indicator(1)), EVERYTHING)
    desk.clock.turn(-3600)
    assert desk.bring(collection, indicator(2)).results[0].added_us > given


def test_versions_are_told_by_their_own_date_not_by_arrival(desk: Desk) -> None:
    collection = desk.collection()
    newer, older, middle = (indicator(1, f"2026-11-0{day}T00:00:00.000Z") for day in (3, 1, 2))
    for raw in (newer, older, middle):
        assert states(desk.bring(collection, raw)) == ["new"]
    assert desk.raws(collection, LAST) == [newer]
    assert desk.raws(collection, Match(places=frozenset({Which.FIRST}))) == [older]
    assert desk.raws(collection, Match(places=frozenset({Which.FIRST, Which.LAST}))) == [newer, older]
    assert desk.raws(collection) == [newer, older, middle]


def test_versions_of_one_object_in_one_call(desk: Desk) -> None:
    collection = desk.collection()
    raws = [indicator(1, f"2026-11-0{day}T00:00:00.000Z") for day in (2, 3, 1)]
    assert states(desk.bring(collection, *raws)) == ["new"] * 3
    assert desk.raws(collection, LAST) == [raws[1]]
    assert desk.raws(collection, Match(places=frozenset({Which.FIRST}))) == [raws[2]]


def test_the_same_again_is_no_error_and_changes_nothing(desk: Desk) -> None:
    collection = desk.collection()
    first = desk.bring(collection, indicator(1), domain(1)).results
    desk.clock.turn(60)
    respelt = json.dumps(json.loads(indicator(1)), sort_keys=True, indent=1).encode()
    again = desk.bring(collection, indicator(1), respelt, domain(1))
    assert states(again) == ["same"] * 3
    assert [one.added_us for one in again.results] == [first[0].added_us, first[0].added_us, first[1].added_us]
    assert [one.version_us for one in again.results[::2]] == [one.version_us for one in first]
    assert desk.raws(collection) == [indicator(1), domain(1)]
    assert desk.fresh(collection).objects == 2


def test_an_observable_without_date_has_the_instant_it_came_in_and_keeps_it(desk: Desk) -> None:
    collection = desk.collection()
    desk.bring(collection, domain(1))
    first = desk.page(collection).rows[0]
    assert first.version_us == first.added_us
    desk.clock.turn(60)
    richer = domain(1, defanged=True)
    assert states(desk.bring(collection, richer)) == ["new"]
    assert desk.raws(collection, LAST) == [richer]
    assert desk.raws(collection) == [domain(1), richer]


def test_same_id_and_version_with_another_content_is_held_and_both_are_kept(desk: Desk) -> None:
    collection = desk.collection()
    other = indicator(1, name="Something else")
    desk.bring(collection, indicator(1))
    outcome = desk.bring(collection, other)
    assert states(outcome) == ["held"]
    assert outcome.results[0].code == "intel-version-conflict"
    assert desk.raws(collection) == [indicator(1)]
    shown = desk.intelligence.quarantine.show(desk.analyst, outcome.results[0].held_id)
    assert (shown.raw, shown.rival) == (other, indicator(1))
    assert "nội dung khác" in shown.held.sentence("vi")


def test_one_true_and_one_number_are_not_the_same(desk: Desk) -> None:
    collection = desk.collection()
    desk.bring(collection, malware(1, x_flag=True))
    assert states(desk.bring(collection, malware(1, x_flag=1))) == ["held"]


def test_a_version_dated_ahead_of_the_clock_is_held_until_its_time(desk: Desk) -> None:
    """It would stand before every correction for ever."""
    collection = desk.collection()
    raw = indicator(1, "2026-11-25T00:00:00.000Z")
    outcome = desk.bring(collection, raw, indicator(2, "9999-01-01T00:00:00.000Z"))
    assert [one.code for one in outcome.results] == ["intel-version-future"] * 2
    assert desk.raws(collection) == []
    desk.clock.turn(86_400)
    released = desk.intelligence.quarantine.check_again(desk.analyst, outcome.results[0].held_id)
    assert released.state == "new"
    assert desk.raws(collection) == [raw]
    assert desk.intelligence.quarantine.check_again(desk.analyst, outcome.results[1].held_id).state == "held"
    assert desk.fresh(collection).held == 1
    with refused("intel-decided"):
        desk.intelligence.quarantine.check_again(desk.analyst, outcome.results[0].held_id)


def test_a_version_a_little_ahead_passes(desk: Desk) -> None:
    """Zones that somebody took for UTC: up to a day."""
    assert states(desk.bring(desk.collection(), indicator(1, "2026-11-23T20:00:00.000Z"))) == ["new"]


def test_bad_objects_spoil_only_themselves(desk: Desk) -> None:
    collection = desk.collection()
    bad = b'{"type":"indicator","id":"indicator--1"}'
    outcome = desk.bring(collection, indicator(1), bad, b'"text"', indicator(2))
    assert states(outcome) == ["new", "held", "held", "new"]
    assert desk.raws(collection) == [indicator(1), indicator(2)]
    held = desk.intelligence.quarantine.listed(desk.analyst)
    assert len(held) == 2
    assert desk.intelligence.quarantine.show(desk.analyst, held[1][0].id).raw == bad
    assert all(one.sentence("vi") != one.sentence("en") for one, _ in held)


def test_a_list_of_what_is_held_carries_names_and_no_large_bytes(desk: Desk) -> None:
    """A page costs little however large its objects are; what decides is the size in bytes, not in characters."""
    collection = desk.collection()
    most = limits.INTEL_HELD_NAMED_BYTES
    room = most - len(wrong("", "Vừa"))
    raws = [wrong("ậ" * 9, "Ngắn"), wrong("x" * room, "Vừa"), wrong("x" * (room + 1), "Vừa"), wrong("ậ" * room, "Dài")]
    assert len(raws[1]) == most
    ids = [one.held_id for one in desk.bring(collection, *raws).results]
    quarantine = desk.intelligence.quarantine
    listed = {one.id: one for one, _ in quarantine.listed(desk.analyst)}
    assert [listed[held_id].name for held_id in ids] == ["Ngắn", "Vừa", "", ""]
    assert [len(listed[held_id].said) for held_id in ids] == [len(raws[0]), most, 0, 0]
    assert quarantine.of_ids(desk.analyst, ids) == listed
    assert [quarantine.show(desk.analyst, held_id).held for held_id in ids] == [listed[held_id] for held_id in ids]
    assert [quarantine.show(desk.analyst, held_id).raw for held_id in ids] == raws


def wrong(description: str, name: str) -> bytes:
    return malware(1, name=name, description=description, is_family="yes")


def test_the_same_bad_object_again_is_held_once_and_counted(desk: Desk) -> None:
    collection = desk.collection()
    bad = b'{"type":"indicator","id":"indicator--1"}'
    first = desk.bring(collection, bad, bad).results
    second = desk.bring(collection, bad).results
    assert {one.held_id for one in (*first, *second)} == {first[0].held_id}
    [(held, _)] = desk.intelligence.quarantine.listed(desk.analyst)
    assert held.times == 3
    assert desk.fresh(collection).held == 1


def test_dismissing_keeps_the_bytes_and_needs_the_right(desk: Desk) -> None:
    collection = desk.collection()
    held_id = desk.bring(collection, b"{}").results[0].held_id
    with refused("not-allowed"):
        desk.intelligence.quarantine.dismiss(desk.looker, held_id)
    desk.intelligence.quarantine.dismiss(desk.analyst, held_id)
    assert desk.intelligence.quarantine.listed(desk.analyst) == []
    [(held, _)] = desk.intelligence.quarantine.listed(desk.analyst, state="dismissed")
    assert held.decided_by == desk.analyst.id
    assert desk.intelligence.quarantine.show(desk.analyst, held_id).raw == b"{}"


def test_a_full_quarantine_refuses_the_whole_call_rather_than_dropping_anything(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lienlac.limits.INTEL_HELD_MAX", 1)
    collection = desk.collection()
    desk.bring(collection, b"{}")
    with refused("intel-quarantine-full"):
        desk.bring(collection, indicator(1), b'{"a":1}')
    assert desk.raws(collection) == []


# --- marks ----------------------------------------------------------------------------------------------------------


def rank_of(desk: Desk, raw: bytes) -> int:
    with desk.database.read() as connection:
        query = sa.select(object_table.c.tlp).where(object_table.c.object_id == id_of(raw))
        return int(connection.execute(query).scalar_one())


def test_the_strictest_mark_wins_and_what_has_none_is_as_strict_as_its_collection(desk: Desk) -> None:
    collection = desk.collection(ceiling="amber")
    strict = Source(giver=Giver.FEED, ref="fed-2", label="Strict", marks=Marks(tlp="amber"))
    plain, green, also_green = (
        indicator(1),
        indicator(2, object_marking_refs=[GREEN]),
        malware(3, object_marking_refs=[GREEN]),
    )
    desk.bring(collection, plain, green)
    desk.bring(collection, also_green, source=strict)
    assert [rank_of(desk, raw) for raw in (plain, green, also_green)] == [2, 1, 2]


def own_definition(number: int, words: str) -> bytes:
    value = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": f"marking-definition--{uid(number)}",
        "created": "2026-01-01T00:00:00.000Z",
        "definition_type": "statement",
        "definition": {"statement": words},
    }
    return json.dumps(value).encode()


def test_definitions_of_others_mark_what_comes_with_them_and_what_comes_later(desk: Desk) -> None:
    collection = desk.collection(ceiling="red")
    definition = own_definition(9, "TLP:RED")
    refs = [id_of(definition)]
    together, later = indicator(1, object_marking_refs=refs), indicator(2, object_marking_refs=[*refs, GREEN])
    desk.bring(collection, together, definition)
    desk.bring(collection, later)
    assert rank_of(desk, together) == rank_of(desk, later) == 4


def test_what_is_marked_above_the_ceiling_is_held_not_shown(desk: Desk) -> None:
    collection = desk.collection(ceiling="green")
    outcome = desk.bring(collection, indicator(1, object_marking_refs=[AMBER]), indicator(2, object_marking_refs=[RED]))
    assert [one.code for one in outcome.results] == ["intel-above-ceiling"] * 2
    assert "RED" in outcome.results[1].sentence("en").upper()
    assert desk.raws(collection) == []


def test_a_lowered_ceiling_hides_at_once_what_lies_above(desk: Desk) -> None:
    """In lists, pages and single objects alike; nothing is lost, and a raised ceiling shows it again."""
    collection = desk.collection(ceiling="amber")
    amber, green = indicator(1, object_marking_refs=[AMBER]), indicator(2, object_marking_refs=[GREEN])
    desk.bring(collection, amber, green)
    desk.intelligence.describe(desk.analyst, collection.id, Draft(title=collection.title, ceiling="green"))
    assert desk.raws(collection) == [green]
    assert desk.raws(collection, Match(ids=(id_of(amber),))) == []
    assert desk.intelligence.newest(desk.analyst, collection.id, rows=10)[0].raw == green
    with refused("not-found"):
        desk.intelligence.seen(desk.analyst, id_of(amber))
    desk.intelligence.describe(desk.analyst, collection.id, Draft(title=collection.title, ceiling="amber"))
    assert desk.raws(collection) == [amber, green]


def test_our_marks_stand_beside_the_bytes(desk: Desk) -> None:
    marks = parse_marks(tlp="green", pap="amber", handling=["h1", "h2"], grade_4x4="B2", grade_6x6="C3")
    collection = desk.collection()
    desk.bring(collection, indicator(1), source=Source(giver=Giver.PEER, ref="us-ic3", label="IC3", marks=marks))
    seen = desk.intelligence.seen(desk.analyst, id_of(indicator(1)))
    assert (seen.newest.pap, seen.newest.handling) == ("amber", "h1 h2")
    assert (seen.newest.grade_4x4, seen.newest.grade_6x6) == ("B2", "C3")
    assert seen.sources[seen.newest.source].ref == "us-ic3"
    assert seen.newest.raw == indicator(1)


def test_marks_combine_to_the_strictest() -> None:
    one = Marks(tlp="green", pap="red", handling=("h0",), grade_4x4="A1")
    assert strictest(
        one, Marks(tlp="amber+strict", pap="clear", handling=("h2",), grade_4x4="C4", grade_6x6="F6")
    ) == Marks(tlp="amber+strict", pap="red", handling=("h2",), grade_4x4="A1", grade_6x6="F6")
    with refused("intel-grade"):
        parse_marks(tlp="green", pap="clear", handling=(), grade_4x4="D1", grade_6x6="")


# --- filters --------------------------------------------------------------------------------------------------------


def test_filters_join_by_and_and_values_by_or(desk: Desk) -> None:
    collection = desk.collection()
    old, new = indicator(1), indicator(1, "2026-11-05T00:00:00.000Z")
    desk.bring(collection, old, new, malware(2), domain(3), indicator(4))

    def found(**match: Any) -> list[bytes]:
        return desk.raws(collection, Match(**match))

    assert found(types=("malware", "domain-name")) == [malware(2), domain(3)]
    assert found(types=("domain-name", "indicator", "malware"), specs=(21,)) == [
        new,
        malware(2),
        domain(3),
        indicator(4),
    ]
    assert found(types=("indicator",)) == [new, indicator(4)]
    assert found(ids=(id_of(old), id_of(malware(2)))) == [new, malware(2)]
    assert found(ids=(id_of(old),), types=("malware", "indicator")) == [new]
    assert found(ids=(id_of(old),), types=("malware",)) == []
    assert found(ids=(id_of(old),), places=frozenset({Which.ALL})) == [old, new]
    assert found(ids=(id_of(old),), places=frozenset(), versions_us=(1_793_491_200_000_000,)) == [old]
    assert found(specs=(20,)) == []
    assert found(types=("toString",)) == []


def test_pages_end_by_number_and_by_weight(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    collection = desk.collection()
    raws = [indicator(number) for number in range(5)]
    desk.bring(collection, *raws)
    page = desk.page(collection, rows=2)
    assert (len(page.rows), page.more) == (2, True)
    assert desk.page(collection, rows=5).more is False
    monkeypatch.setattr("lienlac.limits.TAXII_PAGE_MAX_BYTES", len(raws[0]) * 3)
    page = desk.page(collection)
    assert (len(page.rows), page.more) == (3, True)
    rest = desk.page(collection, after=page.rows[-1].added_us)
    assert [row.raw for row in (*page.rows, *rest.rows)] == raws


def test_an_object_larger_than_a_page_still_comes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lienlac.limits.TAXII_PAGE_MAX_BYTES", 10)
    collection = desk.collection()
    desk.bring(collection, indicator(1), indicator(2))
    assert [row.raw for row in desk.page(collection).rows] == [indicator(1)]


# --- deleting -------------------------------------------------------------------------------------------------------


def test_deleting_takes_every_version_or_those_named(desk: Desk) -> None:
    collection = desk.collection()
    first, second, third = (indicator(1, f"2026-11-0{day}T00:00:00.000Z") for day in (1, 2, 3))
    desk.bring(collection, first, second, third, malware(1))
    assert desk.intelligence.delete(desk.analyst, collection.id, id_of(first), Match()) == 1
    assert desk.raws(collection, LAST) == [second, malware(1)]
    assert (
        desk.intelligence.delete(desk.analyst, collection.id, id_of(first), Match(places=frozenset({Which.FIRST}))) == 1
    )
    assert desk.raws(collection, Match(places=frozenset({Which.FIRST}))) == [second, malware(1)]
    assert desk.intelligence.delete(desk.analyst, collection.id, id_of(first), EVERYTHING) == 1
    assert desk.raws(collection) == [malware(1)]
    assert desk.fresh(collection).objects == 1
    with refused("not-found"):
        desk.intelligence.delete(desk.analyst, collection.id, id_of(first), EVERYTHING)


def test_deleting_one_place_leaves_the_others(desk: Desk) -> None:
    here, there = desk.collection("Here"), desk.collection("There")
    desk.bring(here, indicator(1))
    desk.bring(there, indicator(1))
    desk.intelligence.delete(desk.analyst, here.id, id_of(indicator(1)), EVERYTHING)
    assert desk.raws(there) == [indicator(1)]


# --- collections and who may ----------------------------------------------------------------------------------------


def test_titles_that_look_alike_are_one(desk: Desk) -> None:
    desk.collection("Lừa đảo")
    with refused("intel-title-taken"):
        desk.collection("LUA  ĐẢO")


def test_a_closed_collection_takes_nothing_and_stays_for_the_record(desk: Desk) -> None:
    collection = desk.collection()
    desk.bring(collection, indicator(1))
    desk.intelligence.close(desk.analyst, collection.id)
    with refused("intel-collection-closed"):
        desk.bring(collection, indicator(2))
    assert desk.intelligence.collections(desk.analyst) == []
    assert [one.id for one in desk.intelligence.collections(desk.analyst, closed=True)] == [collection.id]
    assert desk.raws(collection) == [indicator(1)]


def test_a_restricted_collection_is_not_there_for_others(desk: Desk) -> None:
    collection = desk.collection()
    held_id = desk.bring(collection, indicator(1), b"{}").results[1].held_id
    access = desk.intelligence.access
    access.change(desk.analyst, collection.id, Act.RESTRICT, units=[], officers=["giang", "sep"], reason="Nguồn tin")
    assert desk.raws(collection) == [indicator(1)]
    assert desk.intelligence.collections(desk.other) == []
    assert desk.intelligence.quarantine.listed(desk.other) == []
    attempts = (
        lambda: desk.intelligence.collection(desk.other, collection.id),
        lambda: desk.intelligence.page(desk.other, collection.id, LAST, after_us=-1, rows=1),
        lambda: desk.intelligence.bring(desk.other, collection.id, [indicator(2)], source=FEED),
        lambda: desk.intelligence.delete(desk.other, collection.id, id_of(indicator(1)), EVERYTHING),
        lambda: desk.intelligence.seen(desk.other, id_of(indicator(1))),
        lambda: desk.intelligence.newest(desk.other, collection.id, rows=1),
        lambda: desk.intelligence.close(desk.other, collection.id),
        lambda: desk.intelligence.quarantine.show(desk.other, held_id),
        lambda: desk.intelligence.quarantine.check_again(desk.other, held_id),
        lambda: desk.intelligence.quarantine.dismiss(desk.other, held_id),
        lambda: access.change(desk.other, collection.id, Act.LIFT, units=[], officers=[], reason="r"),
    )
    for attempt in attempts:
        with refused("not-found"):
            attempt()
    access.change(desk.analyst, collection.id, Act.LIFT, units=[], officers=[], reason="Xong")
    assert desk.intelligence.collection(desk.other, collection.id)[0].id == collection.id


def test_each_act_needs_its_own_right(desk: Desk) -> None:
    collection = desk.collection()
    desk.bring(collection, indicator(1))
    looker, admin = desk.looker, desk.cast["admin"]
    assert desk.intelligence.page(looker, collection.id, LAST, after_us=-1, rows=1).rows
    for attempt in (
        lambda: desk.intelligence.create(looker, Draft(title="x")),
        lambda: desk.intelligence.bring(looker, collection.id, [indicator(2)], source=FEED),
        lambda: desk.intelligence.delete(looker, collection.id, id_of(indicator(1)), EVERYTHING),
        lambda: desk.intelligence.close(looker, collection.id),
    ):
        with refused("not-allowed"):
            attempt()
    for attempt in (
        lambda: desk.intelligence.collections(admin),
        lambda: desk.intelligence.collection(admin, collection.id),
        lambda: desk.intelligence.create(admin, Draft(title="x")),
    ):
        with refused("not-found"):
            attempt()


def test_what_was_done_stands_in_the_journal_without_content(desk: Desk) -> None:
    collection = desk.collection()
    desk.bring(collection, indicator(1), b"{}")
    desk.bring(collection, indicator(1))
    desk.intelligence.delete(desk.analyst, collection.id, id_of(indicator(1)), EVERYTHING)
    with desk.database.read() as connection:
        entries = journal.about(connection, collection.id)
    assert [entry.action for entry in entries] == ["intel.delete", "intel.add", "intel.collection-create"]
    assert entries[1].detail["new"] == entries[1].detail["held"] == 1
    assert all("lừa đảo" not in str(entry.detail).lower() for entry in entries)


def test_a_draft_is_read_strictly() -> None:
    good = {
        "title": " Mua  bán ",
        "description_vi": "",
        "description_en": "",
        "ceiling": "amber",
        "readable": True,
        "writable": False,
    }
    assert parse_draft(**good).title == "Mua bán"
    for change, code in (
        ({"title": " "}, "line-empty"),
        ({"ceiling": "pink"}, "code-unknown"),
        ({"description_en": "x" * 4001}, "text-too-long"),
        ({"description_vi": "a\x00b"}, "text-controls"),
        ({"title": "Thẻ 4111 1111 1111 1111"}, "card-number-in-text"),
        ({"description_en": "card 4111111111111111"}, "card-number-in-text"),
    ):
        with refused(code):
            parse_draft(**{**good, **change})


def test_a_thousand_take_a_few_statements(quick_desk: Desk) -> None:
    """The cost of a statement must not be paid for each object."""
    collection = quick_desk.collection()
    raws = [indicator(number) for number in range(1000)]
    seen: list[str] = []

    def count(connection: Any) -> None:
        connection.connection.driver_connection.set_trace_callback(lambda text: seen.append(text.split()[0]))
        quick_desk.intelligence.add(connection, raws, collection_id=collection.id, source=FEED, by="node")
        connection.connection.driver_connection.set_trace_callback(None)

    quick_desk.database.write(count)
    assert len(quick_desk.raws(collection)) == 1000
    assert sum(word != "INSERT" for word in seen) < 20


def test_nobody_adds_where_there_is_no_collection(desk: Desk) -> None:
    with pytest.raises(NotAllowed, match="not-found"):
        desk.database.write(
            lambda connection: desk.intelligence.add(
                connection, [indicator(1)], collection_id="x" * 36, source=FEED, by="node"
            )
        )
