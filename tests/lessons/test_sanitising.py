"""No account, telephone number or reference gets past, wherever in a text it stands: generated."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lienlac.lessons.rules.sanitising import blocking, places
from lienlac.wire.bodies.lessons import Kind, Part
from lienlac.wire.bodies.parts import Said
from lienlac.wire.bodies.records import Remark

words = st.lists(st.sampled_from(["Chuyển", "tiền", "qua", "ví", "money", "then", ",", "."]), max_size=12).map(" ".join)
digits = st.text(st.sampled_from("0123456789"), min_size=9, max_size=19)
references = st.from_regex(r"(VN|US|SG)-([CPDLE]-)?20[0-9]{2}-[0-9]{6}", fullmatch=True)
ids = st.from_regex(r"(cas|req|emg|wrn)-[a-z2-7]{26}", fullmatch=True)


@given(words, st.one_of(digits, references, ids), words, st.sampled_from(["vi", "en"]))
def test_what_names_a_case_is_found_wherever_it_stands(before, leak, after, language):
    text = Said(**{language: f"{before} {leak} {after}"})
    for word in (Part(kind=Kind.TRIED, text=text), Remark(text=text)):
        assert blocking(places(word))


@given(words, st.sampled_from(["Trần Thị Bích Ngọc", "Công ty TNHH Sao Mai", "0071 0012 34567"]), words)
def test_what_the_case_is_known_by_is_found_however_it_is_spelt(before, known, after):
    for spelt in (known, known.upper(), known.replace(" ", "-"), known.replace("ầ", "a")):
        word = Remark(text=Said(vi=f"{before} {spelt} {after}"))
        assert any(
            one.type in {"known", "number", "account-number", "phone"} for one in blocking(places(word, [known]))
        )


@given(words)
def test_plain_words_block_nothing(text):
    assert blocking(places(Remark(text=Said(vi=text)), ["An", "Ngọc"])) == []
