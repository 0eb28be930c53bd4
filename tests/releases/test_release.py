"""The table of releases: nobody decides about their own, nothing is decided twice, and no walk leaves the table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.errors import NotAllowed
from lienlac.releases.release import (
    TABLE,
    TAKEN_BY,
    UNDECIDED,
    By,
    Draft,
    Reason,
    Release,
    State,
    Step,
    after,
    by_whom,
    possible,
)
from lienlac.wire.message import Marks, Pap, Tlp

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def release(state: State = State.WAITING) -> Release:
    draft = Draft(
        kind="hotline.note",
        body=msgspec.Raw(b'{"text":"x"}'),
        recipient="vn-a05",
        purpose="p",
        legal_basis="l",
        marks=Marks(tlp=Tlp.AMBER, pap=Pap.AMBER),
        addressees=("duty-desk",),
    )
    return Release(
        id="rel-" + "a" * 26,
        state=state,
        thing="",
        reference="US-2026-000001",
        proposer="off-a",
        reasons=(Reason.KIND,),
        approvers=frozenset({"supervisor"}),
        payload=msgspec.json.encode(draft),
        withheld=(),
        created_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )


def test_every_state_and_every_step_has_its_line() -> None:
    assert set(TABLE) == set(State)
    assert set(TAKEN_BY) == set(Step)
    assert {to for steps in TABLE.values() for to in steps.values()} | {State.WAITING, State.SENT_AHEAD} == set(State)
    assert {State.WAITING, State.SENT_AHEAD} == UNDECIDED


@given(st.sampled_from(State), st.lists(st.tuples(st.sampled_from(Step), st.sampled_from(By)), max_size=8))
def test_no_walk_leaves_the_table_and_an_end_is_an_end(state: State, steps: list[tuple[Step, By]]) -> None:
    here = release(state)
    for step, by in steps:
        allowed = step in possible(here, by)
        if not allowed:
            with pytest.raises(NotAllowed, match=r"release-(own|not-own|decided)"):
                after(here, step, by)
            continue
        to = after(here, step, by)
        assert to is TABLE[here.state][step]
        here = release(to)
        if to not in UNDECIDED:
            assert not any(possible(here, other) for other in By)


@pytest.mark.parametrize("step", [Step.APPROVE, Step.RETURN])
def test_nobody_decides_about_their_own(step: Step) -> None:
    with pytest.raises(NotAllowed) as told:
        after(release(), step, by_whom(release(), "off-a"))
    assert told.value.code == "release-own"


def test_nobody_reviews_what_they_sent_ahead_themselves() -> None:
    with pytest.raises(NotAllowed) as told:
        after(release(State.SENT_AHEAD), Step.REVIEW, by_whom(release(), "off-a"))
    assert told.value.code == "release-own"


def test_nobody_takes_back_what_another_proposed() -> None:
    with pytest.raises(NotAllowed) as told:
        after(release(), Step.TAKE_BACK, by_whom(release(), "off-b"))
    assert told.value.code == "release-not-own"


def test_the_digest_names_every_byte_that_would_leave() -> None:
    one = release()
    other = msgspec.json.encode(msgspec.structs.replace(one.draft, recipient="us-fbi"))
    changed = Release(**{**{name: getattr(one, name) for name in one.__slots__}, "payload": other})
    assert one.digest != changed.digest
    assert one.draft.recipient == "vn-a05"
