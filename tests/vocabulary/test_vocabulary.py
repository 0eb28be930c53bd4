"""The shared words: complete in both languages, spelled as the wire wants them, and strict about unknown codes."""

from __future__ import annotations

import re
import unicodedata

import msgspec
import pytest

from lienlac import vocabulary
from lienlac.errors import Refused
from lienlac.wire.bodies.hotline import Urgency
from lienlac.wire.message import Code, Handling, Pap, Tlp

ALL_WORDS = [
    pytest.param(name, word, id=f"{name}:{word.code}")
    for name, words in vocabulary.VOCABULARIES.items()
    for word in words
]
NOT_ON_THE_WIRE_AS_CODES = {"tlp", "currencies"}


@pytest.mark.parametrize("name", vocabulary.VOCABULARIES)
def test_every_list_loads_and_is_dated(name):
    words = vocabulary.VOCABULARIES[name]
    assert len(words) > 0
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", words.version)
    assert len(set(words.codes())) == len(words.all())


@pytest.mark.parametrize(("name", "word"), ALL_WORDS)
def test_every_word_is_complete_in_both_languages(name, word):
    assert word.en.strip() == word.en != ""
    assert word.vi.strip() == word.vi != ""
    assert bool(word.note_en) == bool(word.note_vi)
    for text in (word.vi, word.note_vi):
        assert unicodedata.normalize("NFC", text) == text
    for note in (word.note_en, word.note_vi):
        assert not note or note.endswith(".")
    if name not in NOT_ON_THE_WIRE_AS_CODES:
        assert msgspec.convert(word.code, Code) == word.code


def test_no_code_occurs_twice_in_a_file():
    from lienlac.vocabulary.words import read_data

    for name in vocabulary.VOCABULARIES:
        codes = [word["code"] for word in read_data(name)["word"]]
        assert len(codes) == len(set(codes)), name


def test_75_typologies_in_families_that_exist():
    typologies = vocabulary.typologies
    assert len(typologies) == 75
    families = {family.code for family in typologies.families()}
    for typology in typologies:
        assert typology.family_code in families
        assert typology.note_en
        assert typology.note_vi
        assert set(typology.identifiers) <= set(vocabulary.identifier_types.codes())
        assert all(re.fullmatch(r"[FT]\d{4}(\.\d{3})?", technique) for technique in typology.f3)
        assert all(1 <= article <= 68 for article in typology.un_articles)
    assert typologies.get("fxp-rig").shown_code == "FXP-RIG"
    assert typologies.covers("fxp", "fxp-rig")
    assert not typologies.covers("gmb", "fxp-rig")
    assert {word.code for word in typologies.members("fxp")} >= {"fxp-rig", "fxp-cry"}


def test_terrorism_typologies_demand_more_than_speech():
    for code in ("tfn", "tfn-crw", "ter"):
        assert vocabulary.typologies.get(code).care("en")
        assert vocabulary.typologies.get(code).care("vi")


def test_a_rights_ground_is_always_asked_about_and_decided_by_two():
    for code in ("discrimination", "political-offence", "speech-only"):
        ground = vocabulary.refusals.get(code)
        assert ground.must_check
        assert ground.second_officer


def test_only_the_three_formal_grounds_and_proportion_open_a_correction_window():
    correcting = {ground.code for ground in vocabulary.refusals if ground.corrects}
    assert correcting == {"incomplete", "manifest-errors", "insufficient-information", "disproportionate"}
    assert [ground.mark for ground in vocabulary.refusals if ground.mark] == ["R1", "R2", "R3", "R4", "R5"]


def test_bank_secrecy_and_fiscal_matter_are_no_grounds():
    for ground in vocabulary.refusals:
        assert not re.search(r"bank secrecy|fiscal|bí mật ngân hàng|thuế", f"{ground.en} {ground.vi}".lower())


@pytest.mark.parametrize(
    ("words", "enum"),
    [
        (vocabulary.tlp, Tlp),
        (vocabulary.pap, Pap),
        (vocabulary.handling, Handling),
        (vocabulary.urgencies, Urgency),
    ],
)
def test_ranked_words_are_the_wires_own_in_the_same_order(words, enum):
    assert list(words.codes()) == [member.value for member in enum]
    assert [word.rank for word in words] == list(range(len(words)))


def test_the_strictest_mark_wins():
    assert vocabulary.tlp.strictest([Tlp.GREEN, Tlp.AMBER_STRICT, Tlp.AMBER]) == "amber+strict"
    assert vocabulary.pap.strictest(["clear", "red"]) == "red"
    assert vocabulary.tlp.within("green", "amber")
    assert not vocabulary.tlp.within("red", "amber+strict")
    assert vocabulary.combine_handling(["h0"]) == ("h0",)
    assert vocabulary.combine_handling([]) == ("h0",)
    assert vocabulary.combine_handling(["h2", "h0", "h1", "h2"]) == ("h1", "h2")


@pytest.mark.parametrize("code", ["FXP-RIG", "fxp-rig ", "", "no-such", "x" * 5000])
def test_an_unknown_code_is_refused_and_never_fails_a_page(code):
    with pytest.raises(Refused) as refused:
        vocabulary.typologies.get(code, field="typology")
    assert refused.value.code == "code-unknown"
    assert refused.value.field == "typology"
    assert len(refused.value.sentence("vi")) < 300
    assert vocabulary.typologies.label(code, "vi") == code
    assert vocabulary.label("typologies", "fxp-rig", "vi") == "Sàn ngoại hối (MT4/MT5) can thiệp kết quả"
    with pytest.raises(Refused):
        vocabulary.label("no-such-list", "fxp-rig", "vi")


def test_seed_clocks_name_words_that_exist():
    for seed in vocabulary.all_seeds():
        assert seed.seconds > 0
        assert seed.source
        assert seed.urgency is None or seed.urgency in vocabulary.urgencies
    assert vocabulary.escalation_percent() == (50, 80, 100)
    assert vocabulary.preservation_warning_days() == (14, 7, 1)


def test_a_kinds_own_clock_leaves_out_the_general_ones_of_that_step():
    freeze = vocabulary.seeds_for("hotline.freeze-payment")
    assert [seed.seconds for seed in freeze if seed.step == "acknowledge"] == [30 * 60]
    assert [seed.seconds for seed in freeze if seed.step == "decide"] == [4 * 3600]
    preserve = vocabulary.seeds_for("hotline.preserve-data")
    acknowledge = {seed.urgency: seed.seconds for seed in preserve if seed.step == "acknowledge"}
    assert acknowledge == {"life": 1800, "hot": 3600, "urgent": 28800, "normal": 86400}
    assert [seed.seconds for seed in preserve if seed.step == "preserve-minimum"] == [60 * 86400]
    for kind in ("hotline.freeze-payment", "hotline.preserve-data"):
        lines = [(seed.step, seed.urgency) for seed in vocabulary.seeds_for(kind)]
        assert len(lines) == len(set(lines))
