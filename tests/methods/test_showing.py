"""Records in other forms: side by side, as STIX, as a leaflet; and the vocabulary of kinds of crime."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.documents.document import Both
from lienlac.errors import Refused
from lienlac.methods.comparing import compare, likeness
from lienlac.methods.forms.examples import SEEDS
from lienlac.methods.forms.reading import read_method
from lienlac.methods.showing.leaflet import leaflet
from lienlac.methods.showing.stixing import method_bundle, vocabulary_bundle
from lienlac.methods.views import typology_list
from lienlac.stix.checking import check
from lienlac.vocabulary import typologies, vn24
from lienlac.wire.bodies.methods import Item, Method
from tests.methods.scene import Analysts
from tests.world.fakes import START

BODIES = [read_method(seed, START).body for seed in SEEDS]


@pytest.fixture
def world(tmp_path: Path) -> Analysts:
    return Analysts(tmp_path)


# --- side by side -------------------------------------------------------------------------------------------------


def test_a_record_beside_itself_differs_in_nothing() -> None:
    found = compare([BODIES[0], BODIES[0]])
    assert all(row.same for row in found.steps)
    assert all(row.same for rows in found.sets.values() for row in rows)
    assert all(all(has) for _code, has in found.typologies)


def test_a_step_more_stands_alone_and_the_others_stay_beside_each_other() -> None:
    before = BODIES[0]
    more = Item(vi="Yêu cầu chụp màn hình ngân hàng.", en="Ask for a screenshot of the bank app.")
    after = msgspec.structs.replace(before, steps=(*before.steps[:2], more, *before.steps[2:]))
    rows = compare([before, after]).steps
    assert [row.same for row in rows] == [True, True, False, True, True, True, True]
    assert rows[2].cells == (None, more)


items = st.builds(Item, vi=st.text("abc d", max_size=12), en=st.just(""))


@given(st.lists(st.lists(items, min_size=1, max_size=5), min_size=2, max_size=3))
def test_alignment_loses_nothing_and_keeps_every_order(columns: list[list[Item]]) -> None:
    methods: list[Method] = [msgspec.structs.replace(BODIES[0], steps=tuple(column)) for column in columns]
    rows = compare(methods).steps
    for place, column in enumerate(columns):
        assert [row.cells[place] for row in rows if row.cells[place] is not None] == column
    assert all(any(cell is not None for cell in row.cells) for row in rows)


def test_likeness_counts_words_in_either_language() -> None:
    assert likeness(Item(vi="Gọi điện đe doạ", en="x"), Item(vi="goi dien de doa")) == 1
    assert likeness(Item(vi="một"), Item(en="one")) == 0


def test_only_two_or_three_are_compared(world: Analysts) -> None:
    made = [world.write(seed=seed % 3).id for seed in range(4)]
    desk, pt = world.vn.node.methods, world.vn.officer("pt")
    assert len(desk.compared(pt, made[:3])[0]) == 3
    for wrong in (made[:1], made, [made[0], made[0]]):
        with pytest.raises(Refused, match="methods-compared"):
            desk.compared(pt, wrong)


# --- STIX ---------------------------------------------------------------------------------------------------------


def test_every_object_of_a_record_passes_our_own_checks_and_leads_somewhere(world: Analysts) -> None:
    for seed in range(3):
        written = world.write(seed=seed)
        bundle = method_bundle(written, typologies)
        ids = {one["id"] for one in bundle["objects"]}
        assert len(ids) == len(bundle["objects"])
        for one in bundle["objects"]:
            read = check(msgspec.json.encode(one))
            assert set(read.refs) <= ids, one
            assert set(read.marking_refs) <= ids, one
        kinds = [one["type"] for one in bundle["objects"]]
        assert kinds.count("course-of-action") == len(written.body.counter_measures)
        pattern = next(one for one in bundle["objects"] if one["name"] == written.body.title_en)
        named = {(one["source_name"], one.get("external_id")) for one in pattern["external_references"]}
        assert ("lienlac-method", written.id) in named
        assert any(source in ("mitre-f3", "mitre-attack") for source, _id in named)


def test_the_same_record_gives_the_same_objects_on_both_nodes(world: Analysts) -> None:
    written = world.write()
    world.share(written.id)
    here, there = method_bundle(written, typologies), method_bundle(world.there(written.id), typologies)
    pattern = next(one["id"] for one in here["objects"] if one["name"] == written.body.title_en)
    assert pattern in {one["id"] for one in there["objects"]}


def test_a_revoked_record_is_revoked_in_stix_too(world: Analysts) -> None:
    written = world.write()
    desk, pt = world.vn.node.methods, world.vn.officer("pt")
    world.clock.turn(60)
    desk.revoke(pt, written.id, "Wrong.")
    bundle = desk.bundle(pt, written.id)
    pattern = next(one for one in bundle["objects"] if one["name"] == written.body.title_en)
    assert pattern["revoked"] is True
    assert pattern["modified"] > pattern["created"]
    for one in bundle["objects"]:
        check(msgspec.json.encode(one))


def test_the_vocabulary_as_stix_passes_our_own_checks() -> None:
    bundle = vocabulary_bundle(typologies)
    assert len(bundle["objects"]) == len(typologies)
    for one in bundle["objects"]:
        check(msgspec.json.encode(one))
    text = msgspec.json.encode(bundle).decode()
    assert "18 USC" not in text, "hints about law are not verified and stay at home"


# --- the words ----------------------------------------------------------------------------------------------------


def test_red_flags_stand_in_both_languages_and_numbers_lead_to_the_list() -> None:
    for word in typologies:
        assert len(word.red_flags_vi) == len(word.red_flags_en), word.code
        assert all(str(number) in vn24 for number in word.vn24), word.code
    assert len(vn24) == 24
    used = {number for word in typologies for number in word.vn24}
    assert used == set(range(1, 25)), "every one of the 24 forms belongs to a kind"
    assert sum(bool(word.red_flags_vi) for word in typologies) > 55


def test_the_list_for_programs_says_everything() -> None:
    told = typology_list()
    assert len(told.typologies) == len(typologies)
    one = next(word for word in told.typologies if word.code == "fxp-rig")
    assert one.techniques
    assert one.law_hints["vn_penal_code"]
    assert one.red_flags_vi[0] == "môi giới không có giấy phép"


# --- the leaflet --------------------------------------------------------------------------------------------------


def said(text: str) -> Both:
    return Both(text, text)


def test_a_leaflet_holds_the_warning_and_nothing_of_any_case(world: Analysts) -> None:
    for seed in range(3):
        written = world.write(seed=seed)
        body = written.body
        document = leaflet(written, Both("Cục A05", "Department A05"), said, "vi")
        text = msgspec.json.encode(document).decode()
        assert body.warning.vi in text
        assert body.warning.en in text
        hidden = [item.value for item in body.identifiers] + [item.en for item in (*body.scripts, *body.steps)]
        assert not [one for one in hidden if one and one in text]
        assert written.present.by_name not in text
        assert document.marks.tlp == written.present.marks.tlp.value


def test_each_red_flag_of_a_leaflet_has_a_line_of_its_own(world: Analysts) -> None:
    from pypdf import PdfReader

    desk, pt = world.vn.node.methods, world.vn.officer("pt")
    flags = [{"vi": "Đòi phí rút tiền"}, {"vi": "Cài ứng dụng lạ"}, {"vi": "Gọi lúc nửa đêm", "en": "Calls at night"}]
    written = world.write(red_flags=flags)
    lines = PdfReader(io.BytesIO(desk.leaflet(pt, written.id, "vi"))).pages[0].extract_text().splitlines()
    assert [line.count("•") for line in lines if "•" in line] == [1] * 4


@pytest.mark.parametrize("lead", ["vi", "en"])
def test_every_leaflet_is_one_page(world: Analysts, lead: str) -> None:
    from pypdf import PdfReader

    desk, pt = world.vn.node.methods, world.vn.officer("pt")
    for seed in range(3):
        pages = PdfReader(io.BytesIO(desk.leaflet(pt, world.write(seed=seed).id, lead))).pages  # type: ignore[arg-type]
        assert len(pages) == 1
        text = pages[0].extract_text()
        assert SEEDS[seed]["title_vi"][:12] in text.replace("\n", " ")
