"""The fold of facts and who takes part: whatever came first, however often (clauses 20.3, 20.5)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from lienlac.ids import ID_PATTERN
from lienlac.records.shared.covering import covers, lowered, strictest
from lienlac.records.shared.fold import (
    DRAWN_BYTES,
    Part,
    Statement,
    derived,
    fold,
    joined,
    member_element,
    membership,
    opened_by,
    record_id_of,
)
from lienlac.wire.bodies.hotline import Officer
from lienlac.wire.bodies.records import Member, Stands, Stated
from lienlac.wire.message import Handling, Marks, Pap, Tlp
from tests.records.stones import Stone

AT = datetime(2026, 11, 26, tzinfo=UTC)
MARKS = st.builds(
    Marks,
    tlp=st.sampled_from(Tlp),
    pap=st.sampled_from(Pap),
    handling=st.lists(st.sampled_from([one for one in Handling if one is not Handling.H0]), unique=True).map(tuple),
)
HOST, MEMBER, RECORD = "vn-a05", "us-ic3", "hep-x"


def statement(author: str, element: str, version: int, name: str | None, number: int) -> Statement:
    stated = Stated(
        id=derived("fct", author, f"{element} {version} {number}"), element=element, version=version, at=AT,
        officer=Officer(name="A", unit="B"), marks=Marks(tlp=Tlp.AMBER, pap=Pap.AMBER),
        says=None if name is None else Stone(name=name),
    )  # fmt: skip
    return Statement(author=author, kind="stone", stated=stated, known_at=AT)


FACTS = st.lists(
    st.builds(
        statement,
        author=st.sampled_from(["vn", "us", "sg"]),
        element=st.sampled_from([derived("sto", "record", name) for name in "abc"]),
        version=st.integers(1, 4),
        name=st.sampled_from(["granite", "basalt", None]),
        number=st.integers(0, 2),
    ),
    unique_by=lambda one: one.id,
)


@given(FACTS, st.randoms(use_true_random=False), st.lists(st.integers(0, 50)))
def test_whatever_came_first_and_however_often(facts, chance, again):
    shuffled = list(facts) + [facts[place % len(facts)] for place in again if facts]
    chance.shuffle(shuffled)
    assert fold(shuffled) == fold(facts)


@given(FACTS, st.integers(0, 30))
def test_what_two_nodes_hold_together_is_the_fold_of_both(facts, place):
    """Associative: the fold of one part, joined with the other part, is the fold of the whole."""
    found = fold(facts[:place])
    for one in facts[place:]:
        found[one.element] = joined(found.get(one.element), one)
    assert found == fold(facts)


@given(FACTS)
def test_of_each_author_the_highest_version_holds(facts):
    for element in fold(facts).values():
        for author, held in element.columns.items():
            assert held.version == max(
                one.version for one in facts if (one.element, one.author) == (element.id, author)
            )


# --- who takes part -----------------------------------------------------------------------------------------------
WORDS = st.lists(
    st.tuples(st.sampled_from([HOST, MEMBER]), st.sampled_from(list(Stands)), st.integers(1, 3)), max_size=12
)
OWN = {Stands.ACCEPTED, Stands.DECLINED, Stands.LEFT}


def words_of(words):
    """Facts about the member, each author's in its own row of versions, saying only what is that author's to say."""
    counts = {HOST: 0, MEMBER: 0}
    for author, stands, invitation in words:
        if (stands in OWN) == (author == MEMBER):
            counts[author] += 1
            stated = Stated(
                id=f"fct-{author}-{counts[author]}", element=member_element(RECORD, MEMBER), version=counts[author],
                at=AT, officer=Officer(name="A", unit="B"), marks=Marks(tlp=Tlp.AMBER, pap=Pap.AMBER),
                says=Member(node=MEMBER, stands=stands, invitation=invitation),
            )  # fmt: skip
            yield Statement(author=author, kind="member", stated=stated, known_at=AT)


@given(WORDS, st.randoms(use_true_random=False))
def test_who_takes_part_does_not_depend_on_the_order(words, chance):
    facts = list(words_of(words))
    shuffled = list(facts)
    chance.shuffle(shuffled)
    at = member_element(RECORD, MEMBER)
    assert membership(HOST, MEMBER, fold(shuffled).get(at)) == membership(HOST, MEMBER, fold(facts).get(at))


@given(WORDS)
def test_nobody_is_in_without_the_hosts_word_and_no_removal_is_undone_by_the_member(words):
    facts = list(words_of(words))
    found = membership(HOST, MEMBER, fold(facts).get(member_element(RECORD, MEMBER)))
    hosts = [one.says for one in facts if one.author == HOST]
    if not hosts:
        assert found is None
    elif hosts[-1].stands is Stands.REMOVED:
        assert found is not None
        assert found.part is Part.REMOVED
    else:
        assert found is not None
        assert (found.part is Part.IN) <= any(one.stands in {Stands.INVITED, Stands.JOINED} for one in hosts)


# --- marks --------------------------------------------------------------------------------------------------------
@given(st.lists(MARKS, min_size=1))
def test_a_message_marked_as_the_strictest_of_its_facts_covers_each(marks):
    assert all(covers(strictest(marks), one) for one in marks)


@given(MARKS, st.lists(st.tuples(st.sampled_from(Tlp), st.sampled_from(Pap))))
def test_lowered_marks_are_above_no_ceiling_and_never_higher_than_before(marks, ceilings):
    low = lowered(marks, ceilings)
    order, steps = list(Tlp), list(Pap)
    assert covers(marks, low)
    assert all(order.index(low.tlp) <= order.index(tlp) for tlp, _ in ceilings)
    assert all(steps.index(low.pap) <= steps.index(pap) for _, pap in ceilings)


@given(st.binary(min_size=DRAWN_BYTES, max_size=DRAWN_BYTES), st.text(max_size=40))
def test_an_id_is_of_who_opened_the_record_and_of_nobody_else(drawn: bytes, other: str) -> None:
    made = record_id_of("hep-", HOST, drawn)
    assert re.match(ID_PATTERN, made)
    assert opened_by(made, "hep-", HOST)
    assert not opened_by(made, "hep-", MEMBER)
    assert not opened_by(made, "cas-", HOST)
    assert opened_by(other, "hep-", HOST) == (other == made)
