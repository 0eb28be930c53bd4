"""Search over intelligence on both databases: what it finds, what it never finds, where it goes on, what it leaves."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from lienlac import journal, limits
from lienlac.errors import Refused
from lienlac.identifiers.folding import fold, words_in, words_once
from lienlac.identifiers.index.desk import Index
from lienlac.intelligence.collection import Collection, Giver, Source
from lienlac.intelligence.desk import Intelligence
from lienlac.intelligence.search.wanted import Found, parse
from lienlac.intelligence.search.words import links_of, read, typologies_of
from lienlac.intelligence.store.objects import key_of
from lienlac.intelligence.store.reading import link_table, texts
from lienlac.people.officer import Officer
from lienlac.records.access.desk import Act
from tests.identifiers.test_index import SAFE
from tests.intelligence.scene import AMBER, RED, Desk, domain, id_of, indicator, malware, uid

DAY = 86_400
OFFICER = Source(giver=Giver.OFFICER, ref="off-1", label="Giang")


def search(
    desk: Desk, officer: Officer | None = None, *, before: int | None = None, rows: int = 50, **asked: Any
) -> Found:
    return desk.intelligence.search.page(officer or desk.analyst, parse(**asked), before_us=before, rows=rows)


def ids(found: Found) -> list[str]:
    return [hit.stored.object_id for hit in found.hits]


def filled(desk: Desk, *raws: bytes, **more: Any) -> Collection:
    collection = desk.collection(**more)
    desk.bring(collection, *raws)
    desk.intelligence.indexing.catch_up()
    return collection


def report(number: int = 1, **more: Any) -> bytes:
    value = {
        "type": "report", "spec_version": "2.1", "id": f"report--{uid(number)}", "created": "2026-10-01T00:00:00.000Z",
        "modified": "2026-10-01T00:00:00.000Z", "name": "Báo cáo", "published": "2026-10-01T00:00:00Z",
        "report_types": ["threat-report"], "object_refs": [f"malware--{uid(1)}"],
    }  # fmt: skip
    return json.dumps({**value, **more}, ensure_ascii=False).encode()


def sighting(number: int, of: str, **more: Any) -> bytes:
    value = {
        "type": "sighting", "spec_version": "2.1", "id": f"sighting--{uid(number)}",
        "created": "2026-10-01T00:00:00.000Z", "modified": "2026-10-01T00:00:00.000Z", "sighting_of_ref": of,
    }  # fmt: skip
    return json.dumps({**value, **more}).encode()


def test_words_without_tones_find_a_name_with_them(desk):
    filled(desk, indicator(1, name="Đặng Thị Hồng"), indicator(2, name="Đặng Văn Hùng"), indicator(3, name="Hong Kong"))
    assert ids(search(desk, text="dang thi hong")) == [id_of(indicator(1))]
    assert ids(search(desk, text="ĐẶNG hồng")) == [id_of(indicator(1))]
    assert ids(search(desk, text="dang")) == [id_of(indicator(2)), id_of(indicator(1))]
    assert ids(search(desk, text="hong kongs")) == []


def test_a_longer_word_finds_what_begins_so_and_a_short_one_only_itself(desk):
    filled(desk, indicator(1, name="GoldenTrade"), indicator(2, name="Go"))
    assert ids(search(desk, text="golden")) == [id_of(indicator(1))]
    assert ids(search(desk, text="go")) == [id_of(indicator(2))]


def test_a_number_is_found_by_how_it_ends(desk):
    filled(desk, indicator(1, name="STK 0071000123456"), indicator(2, name="STK 0071000999999"))
    assert ids(search(desk, text="123456")) == [id_of(indicator(1))]
    assert ids(search(desk, text="00710001")) == [id_of(indicator(1))]


def test_signs_alone_find_nothing_and_nothing_finds_everything(desk):
    filled(desk, indicator(1), malware(1))
    assert ids(search(desk, text="***")) == []
    assert ids(search(desk, text='"; DROP')) == []
    assert len(ids(search(desk))) == 2


@pytest.mark.parametrize(
    "text", ['"', "'", "a* OR b", "NEAR(a b)", "~yindicator", "a:b", "^a", "(", "{a}", "\x00", "%", "'a' & 'b'", "\\"]
)
def test_what_the_databases_read_as_commands_is_read_as_words(desk, text):
    filled(desk, indicator(1, name="Trang"))
    assert ids(search(desk, text=text)) == []


def test_filters_narrow_and_hold_together(desk):
    first = filled(desk, indicator(1), malware(1, name="Gói lừa đảo"), title="Một")
    second = filled(desk, indicator(2, revoked=True), indicator(3, object_marking_refs=[AMBER]), title="Hai")
    assert ids(search(desk, type="malware")) == [id_of(malware(1))]
    assert ids(search(desk, text="lua dao", type="malware")) == [id_of(malware(1))]
    assert set(ids(search(desk, text="lua dao", collection=second.id))) == {id_of(indicator(2)), id_of(indicator(3))}
    assert ids(search(desk, collection=first.id, type="indicator")) == [id_of(indicator(1))]
    assert ids(search(desk, state="revoked")) == [id_of(indicator(2))]
    assert ids(search(desk, text="lua", state="revoked")) == [id_of(indicator(2))]
    assert id_of(indicator(2)) not in ids(search(desk, state="current"))
    assert ids(search(desk, giver="officer")) == []
    assert len(ids(search(desk, giver="feed"))) == 4
    desk.intelligence.bring(desk.analyst, first.id, [indicator(9)], source=OFFICER)
    assert ids(search(desk, giver="officer")) == [id_of(indicator(9))]


def test_a_mark_and_a_period_narrow(desk):
    collection = filled(desk, indicator(1), ceiling="red")
    desk.clock.turn(3600)
    noon = desk.clock.now()
    desk.clock.turn(3600)
    desk.bring(collection, indicator(2, object_marking_refs=[AMBER]))
    desk.intelligence.indexing.catch_up()
    assert ids(search(desk, tlp="amber")) == [id_of(indicator(2))]
    assert ids(search(desk, since=noon)) == [id_of(indicator(2))]
    assert ids(search(desk, until=noon)) == [id_of(indicator(1))]
    assert ids(search(desk, text="trang", until=noon)) == [id_of(indicator(1))]
    assert ids(search(desk, text="trang", since=noon)) == [id_of(indicator(2))]
    with pytest.raises(Refused, match="search-period"):
        search(desk, since=noon, until=noon - timedelta(hours=1))


def test_days_back_are_counted_from_when_it_is_asked(desk):
    collection = filled(desk, indicator(1, name="Trang một"))
    desk.clock.turn(5 * DAY)
    desk.bring(collection, indicator(2, name="Trang hai"))
    desk.intelligence.indexing.catch_up()
    asked = parse(within_days=7), parse(text="trang", within_days=7)

    def found() -> list[list[str]]:
        return [ids(desk.intelligence.search.page(desk.analyst, one)) for one in asked]

    assert found() == [[id_of(indicator(2)), id_of(indicator(1))]] * 2
    desk.clock.turn(3 * DAY)
    assert found() == [[id_of(indicator(2))]] * 2
    desk.clock.turn(7 * DAY)
    assert found() == [[], []]


def test_days_back_reach_what_is_held_too(desk):
    desk.bring(desk.collection(), b'{"type": "indicator", "name": "Trang"}')
    desk.clock.turn(8 * DAY)
    assert [len(search(desk, state="held", within_days=days).held) for days in (7, 30)] == [0, 1]


@pytest.mark.parametrize("days", [-1, limits.INTEL_WITHIN_DAYS_MAX + 1])
def test_days_back_have_bounds(desk, days):
    with pytest.raises(Refused, match="code-unknown"):
        search(desk, within_days=days)
    assert ids(search(desk, within_days=limits.INTEL_WITHIN_DAYS_MAX)) == []


@pytest.mark.parametrize("date", ["since", "until"])
def test_days_back_and_dates_are_not_mixed(desk, date):
    with pytest.raises(Refused, match="search-period-twice"):
        search(desk, within_days=7, **{date: desk.clock.now()})


def test_a_typology_is_found_in_every_spelling_and_by_its_family(desk):
    chain = [{"kill_chain_name": "lienlac", "phase_name": "fxp-rig"}]
    reference = [{"source_name": "lienlac-typology", "external_id": "FXP-RIG"}]
    filled(
        desk,
        report(1, labels=["fxp-rig"]),
        indicator(2, kill_chain_phases=chain),
        malware(3, external_references=reference),
        indicator(4),
    )
    assert len(ids(search(desk, typology="fxp-rig"))) == 3
    assert len(ids(search(desk, typology="FXP"))) == 3
    assert ids(search(desk, typology="fxp", type="report")) == [id_of(report(1))]
    with pytest.raises(Refused, match="code-unknown"):
        search(desk, typology="nonsense")


def test_only_what_was_sighted(desk):
    filled(desk, indicator(1), indicator(2), sighting(1, id_of(indicator(2))))
    assert ids(search(desk, sighted=True)) == [id_of(indicator(2))]
    assert ids(search(desk, text="trang", sighted=True)) == [id_of(indicator(2))]


def test_only_the_newest_version_is_found_and_by_its_own_words(desk):
    collection = filled(desk, indicator(1, name="Tên cũ"))
    desk.bring(collection, indicator(1, "2026-11-02T00:00:00.000Z", name="Tên mới"))
    desk.intelligence.indexing.catch_up()
    assert ids(search(desk, text="cu")) == []
    assert ids(search(desk, text="moi")) == [id_of(indicator(1))]


def test_what_is_deleted_leaves_no_word_and_no_link(desk):
    collection = filled(desk, report(1, name="Bí mật"), malware(1))
    from lienlac.intelligence.matching import EVERYTHING

    desk.intelligence.delete(desk.cast["sep"], collection.id, id_of(report(1)), EVERYTHING)
    assert ids(search(desk, text="bi mat")) == []
    with desk.database.read() as connection:
        assert "mat" not in " ".join(connection.execute(sa.select(texts.table.c.body)).scalars())
        assert connection.execute(sa.select(link_table)).all() == []


def test_what_goes_before_it_was_read_is_not_read(desk):
    from lienlac.intelligence.matching import EVERYTHING

    collection = desk.collection()
    desk.bring(collection, indicator(1), indicator(2))
    desk.intelligence.delete(desk.cast["sep"], collection.id, id_of(indicator(1)), EVERYTHING)
    desk.intelligence.indexing.catch_up()
    assert ids(search(desk, text="trang")) == [id_of(indicator(2))]


def test_a_page_says_that_the_newest_are_not_read_yet(desk):
    collection = filled(desk, indicator(1))
    assert search(desk, text="trang").unread_us is None
    desk.bring(collection, indicator(2))
    found = search(desk, text="trang")
    assert ids(found) == [id_of(indicator(1))]
    assert found.unread_us == found.hits[0].stored.added_us
    assert search(desk).unread_us is None, "without words the table itself is asked"
    desk.intelligence.indexing.catch_up()
    assert search(desk, text="trang").unread_us is None
    assert len(ids(search(desk, text="trang"))) == 2


def test_what_was_read_before_is_replaced_when_it_is_read_again(desk):
    collection = filled(desk, indicator(1), report(1))
    with desk.database.read() as connection:
        before = [
            connection.execute(sa.select(table).order_by(table.c[0])).all() for table in (texts.table, link_table)
        ]
    desk.database.write(lambda connection: desk.intelligence.indexing.again(connection, collection))
    desk.intelligence.indexing.catch_up()
    with desk.database.read() as connection:
        after = [connection.execute(sa.select(table).order_by(table.c[0])).all() for table in (texts.table, link_table)]
    assert after == before
    assert ids(search(desk, text="trang")) == [id_of(indicator(1))]


@pytest.mark.parametrize(
    "asked", [{}, {"text": "trang"}, {"type": "indicator"}, {"text": "trang", "type": "indicator"}]
)
@pytest.mark.parametrize("looked", [3, 7, 5_000])
def test_pages_follow_each_other_without_gap_or_repeat(desk, monkeypatch, asked, looked):
    monkeypatch.setattr(limits, "INTEL_SEARCH_LOOKED_MAX", looked)
    monkeypatch.setattr(limits, "INTEL_SEARCH_STREAM_MIN", looked)
    places = [desk.collection(title=f"Bộ {number}") for number in range(3)]
    wanted = []
    for number in range(20):
        outcome = desk.bring(places[number % 3], indicator(number, revoked=number % 4 == 0), malware(number))
        wanted.append(outcome.added[0].added_us)
    desk.intelligence.indexing.catch_up()
    expected = [us for number, us in enumerate(wanted) if number % 4]
    found: list[int] = []
    before, pages = None, 0
    while True:
        page = search(desk, before=before, rows=4, state="current", **asked)
        found += [hit.stored.added_us for hit in page.hits if hit.stored.type == "indicator"]
        before, pages = page.onward_us, pages + 1
        assert pages < 60
        if before is None:
            break
    assert found == sorted(expected, reverse=True)


def test_a_hidden_collection_gives_no_hit_no_page_and_no_pause(desk, monkeypatch):
    monkeypatch.setattr(limits, "INTEL_SEARCH_LOOKED_MAX", 3)
    monkeypatch.setattr(limits, "INTEL_SEARCH_STREAM_MIN", 3)
    filled(desk, indicator(1), title="Mở")
    hidden = filled(desk, *(indicator(number) for number in range(2, 12)), title="Kín")
    desk.intelligence.access.change(
        desk.cast["sep"], hidden.id, Act.RESTRICT, units=[desk.cast.units["cyber"]], officers=[], reason="Nguồn tin"
    )
    for asked in ({"text": "trang"}, {}, {"type": "indicator"}, {"collection": hidden.id}, {"text": "hoa sen"}):
        found = search(desk, desk.other, **asked)
        assert ids(found) == ([] if "collection" in asked else [id_of(indicator(1))])
        assert found.onward_us is None, "a pause would say that there is more than is shown"
    assert len(ids(search(desk, text="trang", rows=50))) >= 3


def test_a_hidden_sighting_does_not_make_an_object_a_sighted_one(desk):
    filled(desk, indicator(1), title="Mở")
    hidden = filled(desk, sighting(1, id_of(indicator(1))), title="Kín")
    desk.intelligence.access.change(
        desk.cast["sep"], hidden.id, Act.RESTRICT, units=[desk.cast.units["cyber"]], officers=[], reason="Nguồn tin"
    )
    assert ids(search(desk, sighted=True)) == [id_of(indicator(1))]
    assert ids(search(desk, desk.other, sighted=True)) == []


def test_what_is_marked_above_a_lowered_ceiling_is_found_no_more(desk):
    from lienlac.intelligence.collection import Draft

    collection = filled(desk, indicator(1, object_marking_refs=[RED]), ceiling="red")
    assert len(ids(search(desk, text="trang"))) == 1
    desk.intelligence.describe(desk.analyst, collection.id, Draft(title="Lừa đảo ngoại hối", ceiling="green"))
    assert ids(search(desk, text="trang")) == []
    assert ids(search(desk)) == []
    assert ids(search(desk, type="indicator")) == []


def test_quarantine_is_searched_by_its_own_words(desk):
    collection = filled(desk, indicator(1))
    desk.bring(
        collection, indicator(1, name="Khác hẳn"), b'{"type": "indicator", "name": "B\xe1\xba\xa3n h\xe1\xbb\x8fng"}'
    )
    assert len(search(desk, state="held").held) == 2
    assert [one.code for one, _ in search(desk, state="held", text="hong").held] == ["stix-missing"]
    assert search(desk, state="held", text="khac han").held[0][0].object_id == id_of(indicator(1))
    assert search(desk, state="held", text="nothing like it").held == ()
    assert search(desk, state="held", type="malware").held == ()


def test_a_search_for_words_is_noted_once_and_looking_through_is_not(desk):
    filled(desk, *(indicator(number) for number in range(4)))
    search(desk, type="indicator")
    first = search(desk, text="Trang lừa", type="indicator", rows=2)
    search(desk, text="Trang lừa", type="indicator", rows=2, before=first.onward_us)
    with desk.database.read() as connection:
        noted = [one for one in journal.latest(connection) if one.action == "intel.searched"]
    assert [one.detail for one in noted] == [{"words": ["trang", "lua"], "type": "indicator"}]
    assert noted[0].actor == desk.analyst.id


def test_an_identifier_goes_through_the_index_whatever_its_spelling(desk):
    index = Index(SAFE)
    desk.intelligence = Intelligence(
        database=desk.database, clock=desk.clock, chance=desk.intelligence.adding._chance, record=journal.record, index=index,
    )  # fmt: skip
    filled(desk, domain(1, "hoa-sen-invest.example"), indicator(2), domain(3, "khac.example"))
    found = search(desk, text="Hoa-Sen-Invest[.]example", identifier="domain")
    assert set(ids(found)) == {id_of(domain(1)), id_of(indicator(2))}
    assert found.known[0].times == 2
    assert ids(search(desk, text="khong-co.example", identifier="domain")) == []
    with pytest.raises(Refused, match="nothing-to-look-up"):
        search(desk, text=" ", identifier="domain")
    with pytest.raises(Refused, match="code-unknown"):
        search(desk, text="a", identifier="nonsense")


def test_who_may_not_read_intelligence_may_not_search(desk):
    from lienlac.errors import NotAllowed

    with pytest.raises(NotAllowed, match="not-found"):
        search(desk, desk.cast["admin"], text="trang")


# --- rules --------------------------------------------------------------------------------------------------------
@given(st.text())
def test_every_text_gives_words_that_are_their_own(text):
    words = list(words_in(text))
    assert [one for word in words for one in words_in(word)] == words
    assert all(word == fold(word) and word and " " not in word for word in words)


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_the_quick_way_for_plain_letters_says_what_folding_says(text):
    import re

    assert list(words_in(text)) == [one[:64] for one in re.findall(r"[^\W_]+", fold(text))]
    assert words_once(text) == list(dict.fromkeys(words_in(text)))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=12), below, max_size=4),
    max_leaves=20,
)


@given(
    st.dictionaries(
        st.sampled_from(
            ["name", "labels", "object_refs", "created_by_ref", "external_references", "kill_chain_phases", "x"]
        ),
        JSON,
    )
)
def test_any_object_is_read_without_a_fault(value):
    words = read(1, 2, {"type": "x-thing", **value}, key_of)
    assert words.body.startswith("~c2 ~yx-thing")
    assert all(isinstance(key, int) and role for key, role in words.links)


def test_words_of_a_name_come_before_those_of_a_long_text(monkeypatch):
    monkeypatch.setattr(limits, "INTEL_WORDS_MAX", 3)
    words = read(1, 2, json.loads(report(1, description="một hai ba bốn năm", name="Tên gọi riêng")), key_of)
    assert words.body == "~c2 ~yreport ten goi rieng"


def test_links_leave_out_markings_and_inner_parts():
    value = {
        "type": "observed-data", "created_by_ref": "identity--1", "object_marking_refs": ["marking-definition--1"],
        "objects": {"0": {"type": "file", "content_ref": "1"}}, "object_refs": ["file--1", 5],
        "granular_markings": [{"marking_ref": "marking-definition--2"}],
    }  # fmt: skip
    assert sorted(links_of(value)) == [("created_by_ref", "identity--1"), ("object_refs", "file--1")]
    assert typologies_of(
        {"labels": ["FXP", "nothing", 5], "external_references": [{"source_name": "other", "external_id": "FXP-RIG"}]}
    ) == ["fxp"]


def test_a_word_that_is_frequent_by_itself_is_meant_as_it_stands(desk, monkeypatch):
    monkeypatch.setattr(limits, "INTEL_WORD_FREQUENT", 3)
    filled(desk, *(indicator(number, name="Vàng") for number in range(3)), indicator(9, name="Vangtrade"))
    assert id_of(indicator(9)) not in ids(search(desk, text="vang"))
    assert ids(search(desk, text="vangt")) == [id_of(indicator(9))]
    monkeypatch.setattr(limits, "INTEL_WORD_FREQUENT", 4)
    assert id_of(indicator(9)) in ids(search(desk, text="vang"))
