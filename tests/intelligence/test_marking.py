"""Marks beside an object: stricter at once, never below the floor, kept for later versions, never inside the bytes."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.errors import NotAllowed, Refused
from lienlac.intelligence.collection import Giver, Marks, Source
from lienlac.intelligence.marking.rules import above, lowers
from lienlac.intelligence.store import objects
from lienlac.vocabulary import marks as words
from tests.intelligence.scene import AMBER, GREEN, Desk, id_of, indicator

OWN = Source(giver=Giver.OFFICER, ref="off-1", label="Own", marks=Marks(tlp="clear"))
MARKS = st.builds(
    Marks,
    tlp=st.sampled_from(words.tlp.codes()),
    pap=st.sampled_from(words.pap.codes()),
    handling=st.lists(st.sampled_from(words.handling.codes())).map(words.combine_handling),
    grade_4x4=st.sampled_from(["", "A1", "X4"]),
    grade_6x6=st.sampled_from(["", "B2"]),
)


def stored(desk: Desk, collection, object_id):
    with desk.database.read() as connection:
        return objects.versions(connection, collection.number, object_id, ceiling=9)


def put(desk: Desk, *raws, source: Source = OWN, **more):
    collection = desk.collection(ceiling="red", **more)
    desk.bring(collection, *raws, source=source)
    return collection


def change(desk: Desk, collection, raw, chosen: Marks, *, by=None, reason: str = "", lowering: bool = False):
    marking, officer = desk.intelligence.marking, by or desk.analyst
    before = marking.show(desk.analyst, collection.id, id_of(raw)).present
    return marking.set(
        officer, collection.id, id_of(raw), before=before, chosen=chosen, reason=reason, lowering=lowering
    )


def test_stricter_marks_stand_beside_every_version_and_leave_the_bytes_alone(desk: Desk) -> None:
    old, new = indicator(1), indicator(1, modified="2026-11-02T00:00:00.000Z", object_marking_refs=[GREEN])
    collection = put(desk, old, new)
    chosen = Marks(tlp="amber+strict", pap="amber", handling=("h1", "h2"), grade_4x4="B2", grade_6x6="C3")
    done = change(desk, collection, new, chosen)
    assert done.present == chosen
    rows = stored(desk, collection, id_of(new))
    assert {(row.tlp, row.pap, row.handling, row.grade_4x4, row.grade_6x6) for row in rows} == {
        (words.tlp.rank("amber+strict"), "amber", "h1 h2", "B2", "C3")
    }
    assert {bytes(row.raw) for row in rows} == {old, new}


def test_a_later_version_is_at_least_as_strict_as_what_was_set(desk: Desk) -> None:
    raw = indicator(1)
    collection = put(desk, raw, indicator(2))
    change(desk, collection, raw, Marks(tlp="amber", pap="red", grade_4x4="A1"))
    later = indicator(1, modified="2026-11-05T00:00:00.000Z", object_marking_refs=[GREEN])
    desk.bring(collection, later, indicator(3), source=OWN)
    newest = stored(desk, collection, id_of(raw))[0]
    assert (newest.tlp, newest.pap, newest.grade_4x4) == (words.tlp.rank("amber"), "red", "A1")
    assert stored(desk, collection, id_of(indicator(3)))[0].pap == "clear"


def test_nothing_goes_below_what_the_object_or_its_source_states(desk: Desk) -> None:
    marked = indicator(1, object_marking_refs=[AMBER])
    collection = put(desk, marked)
    with pytest.raises(Refused, match="intel-marks-floor"):
        change(desk, collection, marked, Marks(tlp="green"), reason="x", lowering=True)
    plain = indicator(2)
    feed = Source(giver=Giver.FEED, ref="f", label="F", marks=Marks(tlp="green", handling=("h3",)))
    desk.bring(collection, plain, source=feed)
    with pytest.raises(Refused, match="intel-marks-floor"):
        change(desk, collection, plain, Marks(tlp="green"), reason="x", lowering=True)


def test_lowering_needs_the_right_the_proof_and_a_reason(desk: Desk) -> None:
    raw = indicator(1)
    collection = put(desk, raw)
    change(desk, collection, raw, Marks(tlp="amber", handling=("h2",)))
    less = Marks(tlp="green", handling=("h2",))
    with pytest.raises(NotAllowed, match="step-up-required"):
        change(desk, collection, raw, less, reason="Đã công bố")
    with pytest.raises(Refused, match="reason-missing"):
        change(desk, collection, raw, less, lowering=True)
    with pytest.raises(NotAllowed, match="step-up-required"):
        change(desk, collection, raw, Marks(tlp="amber"), reason="a handling code less is less, too")
    assert change(desk, collection, raw, less, reason="Đã công bố", lowering=True).present == less


def test_two_officers_do_not_undo_each_other_unseen(desk: Desk) -> None:
    raw = indicator(1)
    collection = put(desk, raw)
    marking = desk.intelligence.marking
    before = marking.show(desk.analyst, collection.id, id_of(raw)).present
    change(desk, collection, raw, Marks(tlp="red"))
    with pytest.raises(NotAllowed, match="intel-marks-changed"):
        marking.set(
            desk.other, collection.id, id_of(raw), before=before, chosen=Marks(tlp="green"), reason="x", lowering=True
        )


def test_a_mark_above_the_ceiling_is_refused_for_it_would_show_nowhere(desk: Desk) -> None:
    raw = indicator(1)
    collection = desk.collection(ceiling="amber")
    desk.bring(collection, raw, source=OWN)
    with pytest.raises(Refused, match="intel-marks-ceiling"):
        change(desk, collection, raw, Marks(tlp="red"))


def test_whoever_only_reads_sets_nothing(desk: Desk) -> None:
    raw = indicator(1)
    collection = put(desk, raw)
    with pytest.raises(NotAllowed):
        change(desk, collection, raw, Marks(tlp="red"), by=desk.looker)


@given(MARKS, MARKS)
def test_what_holds_is_never_less_than_either(chosen: Marks, floor: Marks) -> None:
    held = above(floor, chosen)
    for one in (chosen, floor):
        assert not lowers(dataclasses.replace(one, handling=words.combine_handling(one.handling)), held)
    assert above(floor, held) == held
    assert not lowers(chosen, chosen)
