"""A joint programme on two nodes: whose words are whose, who has signed what, and a report that both compute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.people.officer import Role
from lienlac.programmes.indicators.figures import digest_of
from lienlac.programmes.indicators.quarter import Quarter
from lienlac.programmes.lifecycle import DOINGS, OUTCOMES, PHASES, PROMISES, follows
from lienlac.programmes.programme import SHAPE, check, look, promised, substance
from lienlac.records.shared.desk import Say
from lienlac.records.shared.shape import Saying
from lienlac.wire.bodies.parts import Said
from lienlac.wire.bodies.programmes import (
    ActionDay,
    Doing,
    Milestone,
    Operation,
    Phase,
    Promise,
    Reached,
    Report,
    Signature,
)
from tests.programmes.scene import AMBER, DUE, Scene, commitment, measured, top

QUARTER = Quarter(2026, 3)
IN_QUARTER = datetime(2026, 8, 20, 8, 0, tzinfo=UTC)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    yield made
    made.close()


def _code(call: Any, *args: Any) -> str:
    with pytest.raises(LienlacError) as caught:
        call(*args)
    return caught.value.code


def _fill(scene: Scene) -> None:
    """Some requests in both directions, known to both nodes."""
    vn, us = scene.vn.id, scene.us.id
    for number in range(10):
        scene.hear(
            f"req-{number}",
            measured(
                vn, us, IN_QUARTER + timedelta(days=number), seconds={"receipt": 3, "decide": 60 * (number + 1)},
                inside={"decide": number < 7}, decided=True, was_held=number < 4, asked=("VND", 1_000_000),
                held=("VND", 500_000) if number < 4 else None,
            ),
        )  # fmt: skip
    scene.hear(
        "req-us", measured(us, vn, IN_QUARTER, kind="hotline.preserve-data", freeze=False, decided=True, ground="r2")
    )
    scene.hear("req-other", measured(us, vn, IN_QUARTER, typology="imp-pol"))


# --- columns ------------------------------------------------------------------------------------------------------
def test_only_the_owner_says_how_far_a_commitment_has_come(scene: Scene) -> None:
    record = scene.shared()
    element = scene.vn.state(record, commitment(scene.us.id))
    scene.deliver()
    assert promised(scene.us.element(record, element)).state is Promise.PROPOSED
    scene.us.state(record, commitment(scene.us.id, state=Promise.STARTED), element=element)
    scene.deliver()
    for node in (scene.vn, scene.us):
        known = node.element(record, element)
        assert promised(known).state is Promise.STARTED
        assert {author: said.says.state for author, said in known.columns.items()} == {
            scene.vn.id: Promise.PROPOSED,
            scene.us.id: Promise.STARTED,
        }
        assert look(known).state == "started"


def test_reporting_the_other_sides_commitment_as_done_is_refused(scene: Scene) -> None:
    record = scene.shared()
    element = scene.vn.state(record, commitment(scene.us.id))
    word = commitment(scene.us.id, state=Promise.DONE)
    assert _code(lambda: scene.vn.state(record, word, element=element)) == "programme-not-owner"
    saying = Saying(kind="commitment", says=word, element=None, author=scene.vn.id, host=scene.vn.id, now=DUE)
    assert _code(check, saying) == "programme-not-owner"


def test_a_member_cannot_say_what_the_programme_is(scene: Scene) -> None:
    record = scene.shared()
    room = scene.us.programmes.shared.read.room(scene.us.manager, record)
    code = _code(lambda: scene.us.state(record, top(title_en="Ours now"), element=room.top.id))
    assert code == "programme-not-host"


def test_a_programme_that_has_ended_does_not_run_again(scene: Scene) -> None:
    record = scene.shared()
    room = scene.vn.programmes.shared.read.room(scene.vn.manager, record)
    for phase in (Phase.RUNNING, Phase.ENDED):
        scene.vn.state(record, top(phase=phase), element=room.top.id)
    assert _code(lambda: scene.vn.state(record, top(phase=Phase.RUNNING), element=room.top.id)) == "programme-state"


# --- signing ------------------------------------------------------------------------------------------------------
def test_both_sides_sign_exactly_what_it_says(scene: Scene) -> None:
    record = scene.shared()
    scene.vn.sign(record)
    scene.us.sign(record)
    scene.deliver()
    both = frozenset({scene.vn.id, scene.us.id})
    for node in (scene.vn, scene.us):
        assert node.programmes.signed(node.manager, record) == both
    # Another phase is no other programme; other dates are.
    room = scene.vn.programmes.shared.read.room(scene.vn.manager, record)
    scene.vn.state(record, top(phase=Phase.RUNNING), element=room.top.id)
    scene.deliver()
    assert scene.us.programmes.signed(scene.us.manager, record) == both
    scene.vn.state(record, top(phase=Phase.RUNNING, until_day="2029-12-31"), element=room.top.id)
    scene.deliver()
    assert scene.us.programmes.signed(scene.us.manager, record) == frozenset()


def test_signing_what_was_changed_meanwhile_is_not_possible(scene: Scene) -> None:
    record = scene.shared()
    read = substance(top())
    room = scene.vn.programmes.shared.read.room(scene.vn.manager, record)
    scene.vn.state(record, top(typologies=("fxp",)), element=room.top.id)
    scene.deliver()
    assert _code(scene.us.programmes.sign, scene.us.manager, record, read) == "programme-changed"


def test_signing_for_the_other_side_does_nothing(scene: Scene) -> None:
    """Whatever one side states, in however many elements, is its own signature and nobody else's."""
    record = scene.shared()
    scene.vn.sign(record)
    scene.deliver()
    word = Signature(version=1, substance=substance(top()))

    def forge(connection: Any) -> None:
        line, _thing = scene.vn.programmes.shared.read.found(connection, scene.vn.manager, SHAPE.rights.writes, record)
        says = [Say(says=word, marks=AMBER), Say(says=word, marks=AMBER)]
        scene.vn.programmes.shared.say(connection, scene.vn.manager, line, says)

    scene.vn.sim.database.write(forge)
    scene.deliver()
    for node in (scene.vn, scene.us):
        assert node.programmes.signed(node.manager, record) == {scene.vn.id}


def test_who_may_only_write_can_neither_sign_nor_state_a_signature(scene: Scene) -> None:
    record = scene.shared()
    writer = scene.vn.officer("l", Role.LIAISON_OFFICER)
    word = Signature(version=1, substance=substance(top()))
    assert _code(scene.vn.programmes.sign, writer, record, substance(top())) == "not-allowed"
    state = scene.vn.programmes.shared.state
    for officer in (writer, scene.vn.manager):
        assert _code(state, officer, record, [Say(says=word, marks=AMBER)]) == "programme-own-act"
    scene.vn.sign(record)
    room = scene.vn.programmes.shared.read.elements(scene.vn.manager, record, "signature")
    retract = scene.vn.programmes.shared.retract
    assert _code(retract, writer, record, room[0][0].id, "Không đồng ý") == "not-allowed"
    retract(scene.vn.manager, record, room[0][0].id, "Ký nhầm bản cũ")
    assert scene.vn.programmes.signed(scene.vn.manager, record) == frozenset()


# --- reports ------------------------------------------------------------------------------------------------------
def test_a_quarter_is_computed_by_both_and_countersigned(scene: Scene) -> None:
    record = scene.shared()
    _fill(scene)
    scene.settle()
    scene.vn.programmes.report(scene.vn.manager, record, QUARTER, scene.us.id, Said(vi="Quý ba"))
    scene.deliver()
    shown = scene.us.programmes.compare(scene.us.manager, record, QUARTER, scene.vn.id)
    assert shown.differing == ()
    assert shown.current
    theirs = shown.columns[scene.vn.id]
    assert theirs.figures == shown.ours_now
    there = next(one for one in theirs.figures.directions if one.requester == scene.vn.id)
    assert (there.requests, there.decided, there.freezes, there.held) == (10, 10, 10, 4)
    decide = next(one for one in there.times if one.kind == "" and one.measure == "decide")
    assert (decide.count, decide.p50_s, decide.p90_s, decide.most_s) == (10, 300, 540, 600)
    assert (decide.inside, decide.clocked) == (7, 10)
    assert [(one.currency, one.asked, one.held) for one in there.money] == [("VND", "10000000", "2000000")]
    back = next(one for one in theirs.figures.directions if one.requester == scene.us.id)
    assert (back.requests, back.refused, [one.code for one in back.grounds]) == (1, 1, ["r2"])
    scene.us.programmes.countersign(scene.us.manager, record, QUARTER, scene.vn.id, theirs.digest)
    scene.deliver()
    known = scene.vn.element(record, shown.element)
    assert look(known).state == "countersigned"
    assert known.by(scene.us.id).countersigns == theirs.digest
    again = (scene.us.manager, record, QUARTER, scene.vn.id, theirs.digest)
    assert _code(scene.us.programmes.countersign, *again) == "report-stated"


def test_countersigning_what_differs_is_not_possible_and_the_differences_are_shown(scene: Scene) -> None:
    record = scene.shared()
    _fill(scene)
    scene.us.hear("req-only-here", measured(scene.us.id, scene.vn.id, IN_QUARTER))
    scene.settle()
    scene.vn.programmes.report(scene.vn.manager, record, QUARTER, scene.us.id)
    scene.deliver()
    shown = scene.us.programmes.compare(scene.us.manager, record, QUARTER, scene.vn.id)
    digest = shown.columns[scene.vn.id].digest
    arguments = (scene.us.manager, record, QUARTER, scene.vn.id, digest)
    assert _code(scene.us.programmes.countersign, *arguments) == "report-differs-here"
    way = f"{scene.us.id} → {scene.vn.id}"
    assert (f"{way} · requests", "1", "2") in shown.differing
    scene.us.programmes.report(scene.us.manager, record, QUARTER, scene.vn.id)
    scene.deliver()
    known = scene.vn.element(record, shown.element)
    assert look(known).state == "differing"
    assert known.by(scene.us.id).countersigns is None


def test_countersigning_another_report_than_was_read_is_not_possible(scene: Scene) -> None:
    record = scene.shared()
    _fill(scene)
    scene.settle()
    assert _code(scene.us.programmes.countersign, scene.us.manager, record, QUARTER, scene.vn.id, "0" * 64) == (
        "report-missing"
    )
    scene.vn.programmes.report(scene.vn.manager, record, QUARTER, scene.us.id)
    scene.deliver()
    assert _code(scene.us.programmes.countersign, scene.us.manager, record, QUARTER, scene.vn.id, "0" * 64) == (
        "report-changed"
    )


def test_a_peers_forged_report_is_refused(scene: Scene) -> None:
    """Figures that are not the digest's, not of the quarter, not between these two, or impossible."""
    record = scene.shared()
    _fill(scene)
    scene.settle()
    (figures,) = scene.vn.programmes.count(scene.vn.manager, record, scene.us.id, QUARTER).figures
    there, back = figures.directions
    good = Report(quarter=QUARTER.name, figures=figures, digest=digest_of(figures))

    def said(**changes: Any) -> str:
        report = msgspec.structs.replace(good, **changes)
        return _code(
            check,
            Saying(kind="report", says=report, element=None, author=scene.vn.id, host=scene.vn.id, now=DUE),
        )

    def other(**changes: Any) -> dict[str, Any]:
        changed = msgspec.structs.replace(figures, **changes)
        return {"figures": changed, "digest": digest_of(changed)}

    assert said(digest="0" * 64) == "report-digest"
    assert said(countersigns="0" * 64) == "report-differs"
    assert said(quarter="2026-Q4") == "report-quarter"
    assert said(**other(directions=(back, there))) == "report-parties"
    assert (there.requester, there.executor) == (scene.us.id, scene.vn.id)
    stranger = msgspec.structs.replace(there, executor="zz-x"), msgspec.structs.replace(back, requester="zz-x")
    assert said(**other(directions=stranger)) == "report-parties", "a report about two others"
    for wrong in ({"refused": 99}, {"held": there.freezes + 1}, {"decided": there.requests + 1}):
        assert said(**other(directions=(msgspec.structs.replace(there, **wrong), back))) == "report-figures"


def test_figures_are_no_oracle_for_who_may_not_count(scene: Scene) -> None:
    """Who may look at programmes, but not see all requests, learns from no answer how many there are."""
    record = scene.shared()
    _fill(scene)
    scene.settle()
    confined = scene.vn.officer("c", Role.AUDITOR, audits=frozenset({"A05"}))
    for officer in (scene.vn.analyst, confined):
        found = _code(scene.vn.programmes.count, officer, record, scene.us.id, QUARTER)
        assert found in {"programme-statistics", "not-found"}
    compared = scene.vn.programmes.compare(scene.vn.analyst, record, QUARTER, scene.us.id)
    assert compared.ours_now is None
    assert compared.differing == ()
    assert _code(scene.vn.programmes.report, scene.vn.analyst, record, QUARTER, scene.us.id) == "not-allowed"
    whole = scene.vn.officer("w", Role.AUDITOR)
    assert scene.vn.programmes.count(whole, record, scene.us.id, QUARTER).figures[0].directions[0].requests


def test_a_report_is_not_stated_before_its_time_or_while_counting_goes_on(scene: Scene) -> None:
    record = scene.shared()
    _fill(scene)
    report = scene.vn.programmes.report
    assert scene.clock.now() < QUARTER.after.until
    assert _code(report, scene.vn.manager, record, QUARTER.after, scene.us.id) == "report-quarter-open"
    assert _code(report, scene.vn.manager, record, QUARTER, scene.us.id) == "report-counting"
    scene.settle()
    report(scene.vn.manager, record, QUARTER, scene.us.id)
    assert _code(report, scene.vn.manager, record, QUARTER, scene.us.id) == "report-stated"
    assert _code(report, scene.vn.manager, record, QUARTER, scene.vn.id) == "programme-member"


# --- rules --------------------------------------------------------------------------------------------------------
@given(st.sampled_from(list(Promise)), st.sampled_from(list(Promise)), st.booleans())
def test_a_commitment_goes_on_as_the_table_says(before: Promise, after: Promise, other: bool) -> None:
    one = commitment("vn-a05-nut", state=before)
    two = commitment("us-fbi-node" if other else "vn-a05-nut", state=after)
    if after is before or other or after in PROMISES[before]:
        follows(one, two)
    else:
        assert _code(follows, one, two) == "programme-state"


@given(st.data())
def test_operations_days_and_milestones_go_on_as_their_tables_say(data: st.DataObject) -> None:
    makes, table = data.draw(
        st.sampled_from(
            [
                (lambda state: Operation(title=Said(en="O"), state=state), DOINGS),
                (lambda state: ActionDay(title=Said(en="D"), starts=DUE, state=state), DOINGS),
                (lambda state: Milestone(title=Said(en="M"), due=DUE, state=state), OUTCOMES),
            ]
        )
    )
    before, after = (data.draw(st.sampled_from(list(table))) for _ in range(2))
    if after is before or after in table[before]:
        follows(makes(before), makes(after))
    else:
        assert _code(follows, makes(before), makes(after)) == "programme-state"


def test_every_state_stands_in_its_table() -> None:
    for table, states in ((PHASES, Phase), (PROMISES, Promise), (DOINGS, Doing), (OUTCOMES, Reached)):
        assert set(table) == set(states)
        assert all(after in set(states) for row in table.values() for after in row)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        (top(from_day="2026-02-31"), "date-invalid"),
        (top(until_day="2025-12-31"), "period-reversed"),
        (top(typologies=("no-such",)), "code-unknown"),
        (ActionDay(title=Said(), starts=DUE), "field-missing"),
        (ActionDay(title=Said(en="D"), starts=DUE, ends=DUE - timedelta(hours=1)), "period-reversed"),
    ],
)
def test_words_that_say_nothing_possible_are_refused(word: Any, code: str) -> None:
    kind = str(word.__struct_config__.tag)
    with pytest.raises(Refused) as caught:
        check(Saying(kind=kind, says=word, element=None, author="vn-a05-nut", host="vn-a05-nut", now=DUE))
    assert caught.value.code == code


def test_ids_of_all_kinds_are_told_apart() -> None:
    assert len(set(SHAPE.prefixes.values())) == len(SHAPE.prefixes)
    for kind, prefix in SHAPE.prefixes.items():
        assert SHAPE.kind_of(f"{prefix}-{'a' * 26}") == kind
    assert isinstance(NotAllowed("not-found"), LienlacError)
