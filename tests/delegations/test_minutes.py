"""When minutes are agreed, for every order in which words can come: properties of the pure rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.delegations.rules.minutes import agreement, terms, whole, wording
from lienlac.records.shared.fold import Statement, fold
from lienlac.wire.bodies.delegations import Minutes, MinutesParagraph, Proposal
from lienlac.wire.bodies.hotline import Officer
from lienlac.wire.bodies.parts import Said
from lienlac.wire.bodies.records import Stated
from tests.records.sides import AMBER

AT = datetime(2027, 1, 1, tzinfo=UTC)
SIDES = ("us-two", "vn-one")
ELEMENTS = ("par-" + "a" * 26, "par-" + "b" * 26)
RECORD = "dlg-" + "c" * 26
texts = st.sampled_from(["Một", "Hai", "Ba"]).map(lambda text: Said(vi=text, en=text.upper()))


def stated(author: str, element: str, version: int, says: object) -> Statement:
    fact = Stated(
        id=f"fct-{author}{element}{version}", element=element, version=version, at=AT + timedelta(seconds=version),
        officer=Officer(name="A", unit="B"), marks=AMBER, says=says,
    )  # fmt: skip
    return Statement(author=author, kind="paragraph", stated=fact, known_at=AT)


@st.composite
def words(draw: st.DrawFn, element: str) -> MinutesParagraph | None:
    kind = draw(st.sampled_from(["states", "agrees", "takes back"]))
    if kind == "takes back":
        return None
    text = draw(texts)
    if kind == "states":
        return MinutesParagraph(number=draw(st.integers(1, 3)), text=text)
    return MinutesParagraph(number=1, agrees=wording(element, text))


@st.composite
def histories(draw: st.DrawFn) -> list[Statement]:
    found = []
    for author in SIDES:
        for element in ELEMENTS:
            said = draw(st.lists(words(element), max_size=4))
            found += [stated(author, element, number, one) for number, one in enumerate(said, 1)]
    return found


@given(histories(), st.randoms(use_true_random=False))
def test_in_whatever_order_facts_come_the_minutes_are_the_same(history, order):
    """Two nodes that hold the same facts show the same minutes, with the same digest."""
    shuffled = list(history)
    order.shuffle(shuffled)
    one, other = (whole(RECORD, fold(facts).values(), None, set(SIDES)) for facts in (history, shuffled))
    assert (one.digest, [p.element.id for p in one.paragraphs]) == (
        other.digest,
        [p.element.id for p in other.paragraphs],
    )
    assert [p.positions for p in one.paragraphs] == [p.positions for p in other.paragraphs]


@given(histories())
def test_what_is_agreed_is_what_each_side_said_last(history):
    """Agreement, said again from the facts alone: the last words of both sides come to one wording that stands."""
    for element in fold(history).values():
        last = {
            author: max((one for one in history if (one.author, one.element) == (author, element.id)), default=None,
                        key=lambda one: one.version)
            for author in SIDES
        }  # fmt: skip
        said = {author: None if one is None else one.says for author, one in last.items()}
        own = {a: wording(element.id, s.text) for a, s in said.items() if s is not None and s.text.vi}
        stands = {a: own.get(a) or (s.agrees if s is not None else None) for a, s in said.items()}
        expected = len(set(stands.values())) == 1 and None not in stands.values() and bool(own)
        assert (agreement(element, set(SIDES)).agreed is not None) is expected


@given(histories(), words(ELEMENTS[0]), st.sampled_from(SIDES))
def test_nothing_one_side_says_moves_the_other(history, word, author):
    """The position of a side follows from its own column and from nothing else."""
    more = [*history, stated(author, ELEMENTS[0], 99, word)]
    other = next(one for one in SIDES if one != author)
    before, after = fold(history).get(ELEMENTS[0]), fold(more)[ELEMENTS[0]]
    known = None if before is None else agreement(before, set(SIDES)).positions[other]
    assert agreement(after, set(SIDES)).positions[other] == known


@given(histories(), texts)
def test_a_wording_that_is_changed_is_not_agreed(history, text):
    element = fold(history).get(ELEMENTS[0])
    found = None if element is None else agreement(element, set(SIDES)).agreed
    if found is None or wording(ELEMENTS[0], text) == found.digest:
        return
    changed = [*history, stated(found.author, ELEMENTS[0], 99, MinutesParagraph(number=1, text=text))]
    assert agreement(fold(changed)[ELEMENTS[0]], set(SIDES)).agreed is None


def minutes(*numbers: int) -> list[Statement]:
    """Paragraphs that both sides state alike, under these numbers."""
    return [
        stated(author, element, 1, MinutesParagraph(number=number, text=Said(vi=element, en=element)))
        for element, number in zip(ELEMENTS, numbers, strict=True)
        for author in SIDES
    ]


def test_the_order_of_paragraphs_is_part_of_the_whole():
    one, other = (whole(RECORD, fold(minutes(*numbers)).values(), None, set(SIDES)) for numbers in ((1, 2), (2, 1)))
    assert one.digest != other.digest
    assert one.digest is not None
    assert other.digest is not None


def test_signatures_under_an_earlier_whole_count_for_nothing():
    def signing(digest: str) -> Statement:
        return stated("vn-one", "min-" + "d" * 26, 1, Minutes(whole=digest, signatory="A"))

    now = whole(RECORD, fold(minutes(1, 2)).values(), None, set(SIDES))
    before = whole(RECORD, fold(minutes(2, 1)).values(), None, set(SIDES))
    for digest, signed in ((now.digest, ["vn-one"]), (before.digest, [])):
        element = next(iter(fold([signing(digest)]).values()))
        found = whole(RECORD, fold(minutes(1, 2)).values(), element, set(SIDES))
        assert (list(found.signed), found.complete) == (signed, False)


@pytest.mark.parametrize("sides", [set(), {"vn-one"}])
def test_one_side_alone_agrees_with_nobody(sides):
    assert whole(RECORD, fold(minutes(1, 2)).values(), None, sides).digest is None


def test_a_wording_is_agreed_to_in_its_own_paragraph_only():
    """The same sentence elsewhere is another sentence: agreement cannot be carried over."""
    text = Said(vi="Có", en="Yes")
    assert wording(ELEMENTS[0], text) != wording(ELEMENTS[1], text)


def test_two_languages_are_not_run_together():
    assert wording(ELEMENTS[0], Said(vi="ab", en="c")) != wording(ELEMENTS[0], Said(vi="a", en="bc"))


def test_the_same_instant_in_another_zone_is_the_same_proposal():
    here = Proposal(starts=datetime(2027, 3, 1, 2, tzinfo=UTC), place="Hà Nội")
    there = Proposal(starts=datetime.fromisoformat("2027-03-01T09:00:00+07:00"), place="Hà Nội")
    assert terms(ELEMENTS[0], here) == terms(ELEMENTS[0], there)
