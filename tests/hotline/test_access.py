"""Who may see a request: restricting, giving and taking back access, over screens, interface and desk, on both products."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from lienlac import journal
from lienlac.errors import LienlacError, NotAllowed
from lienlac.hotline.inbox.store import Filter
from lienlac.hotline.lifecycle import Stage as Pile
from lienlac.hotline.lifecycle import Step
from lienlac.people.officer import Officer, Role
from lienlac.people.rights import Thing
from lienlac.records.access.desk import Act
from tests.hotline.scene import Stage, freeze_form, preserve_form
from tests.people.cast import Cast


@pytest.fixture
def cast(stage: Stage) -> Cast:
    """Officers of two units at Viet Nam's node, and one request that has arrived there."""
    made = Cast(stage.vn.database, stage.clock.now())
    made.unit("fraud", "Phòng chống lừa đảo", "Anti-fraud division")
    made.unit("cyber", "Phòng điều tra", "Investigation division")
    for login, unit, *roles in (
        ("anh", "fraud", Role.DUTY_OFFICER),
        ("binh", "fraud", Role.SUPERVISOR),
        ("chi", "cyber", Role.DUTY_OFFICER),
        ("dung", "cyber", Role.SUPERVISOR),
        ("giang", "cyber", Role.ANALYST),
    ):
        made.add(login, *roles, unit=unit)
    made.add("kiem", Role.AUDITOR, unit="cyber")
    made.add("soat", Role.AUDITOR, unit="cyber", audits=["fraud"])
    made.add("admin", Role.ADMINISTRATOR, unit="fraud")
    return made


@pytest.fixture
def request_id(stage: Stage, cast: Cast) -> str:
    del cast
    request = stage.us.open(freeze_form())
    stage.deliver()
    return request.id


def sees(stage: Stage, officer: Officer, request_id: str) -> bool:
    """Whether every way of looking says the same; a way that differs fails here."""
    hotline = stage.vn.hotline
    try:
        found = hotline.show(officer, request_id)
        shown = True
        by_name = hotline.show(officer, found.request.reference).request.id == request_id
    except NotAllowed:
        assert refused(hotline.show, officer, request_id) == "not-found"
        shown = by_name = False
    ways = {
        "shown": shown,
        "by reference": by_name,
        "listed": any(row.request_id == request_id for row in hotline.inbox(officer, Filter(direction="in")).rows),
        "found": bool(hotline.inbox(officer, Filter(direction="in", stage=None, words=("goldentrade",))).rows),
        "counted": hotline.counts(officer, stage.clock.now())["in"].open == 1,
    }
    assert len(set(ways.values())) == 1, ways
    return shown


def everybody(stage: Stage, cast: Cast, request_id: str) -> set[str]:
    return {login for login in cast.people if login != "admin" and sees(stage, cast[login], request_id)}


def refused(call: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(LienlacError) as caught:
        call(*args, **more)
    return caught.value.code


ALL = {"anh", "binh", "chi", "dung", "giang", "kiem"}


def test_without_a_restriction_everybody_sees_whose_role_lets_them(stage, cast, request_id):
    assert everybody(stage, cast, request_id) == ALL
    assert refused(stage.vn.hotline.show, cast["admin"], request_id) == "not-found"


def test_a_confined_auditor_sees_what_an_officer_of_their_units_took_on(stage, cast, request_id):
    assert not sees(stage, cast["soat"], request_id)
    stage.vn.officer = cast["chi"]
    stage.vn.act(stage.vn.hotline.show(cast["chi"], request_id).request, Step.ACKNOWLEDGE)
    assert not sees(stage, cast["soat"], request_id)
    other = stage.us.open(preserve_form())
    stage.deliver()
    stage.vn.officer = cast["anh"]
    stage.vn.act(stage.vn.hotline.show(cast["anh"], other.id).request, Step.ACKNOWLEDGE)
    assert stage.vn.hotline.show(cast["soat"], other.id).request.id == other.id
    assert [row.request_id for row in stage.vn.hotline.inbox(cast["soat"], Filter(direction="in")).rows] == [other.id]


def test_a_supervisor_restricts_gives_takes_back_and_lifts(stage, cast, request_id):
    access = stage.vn.hotline.access
    access.change(
        cast["binh"], request_id, Act.RESTRICT, units=["Anti-fraud division"], officers=[], reason="Nghi lộ tin"
    )
    assert everybody(stage, cast, request_id) == {"anh", "binh", "kiem", "soat"}
    access.change(cast["binh"], request_id, Act.ALLOW, units=[], officers=["giang"], reason="Cần phân tích")
    assert everybody(stage, cast, request_id) == {"anh", "binh", "giang", "kiem", "soat"}
    access.change(cast["binh"], request_id, Act.TAKE_BACK, units=[], officers=["giang"], reason="Đã xong")
    assert everybody(stage, cast, request_id) == {"anh", "binh", "kiem", "soat"}
    access.change(cast["binh"], request_id, Act.RESTRICT, units=[], officers=["dung"], reason="Chuyển vụ việc")
    assert everybody(stage, cast, request_id) == {"binh", "dung", "kiem"}
    access.change(cast["dung"], request_id, Act.LIFT, reason="Hết lý do")
    assert everybody(stage, cast, request_id) == ALL


def test_each_change_is_journalled_with_who_whom_and_why(stage, cast, request_id):
    access = stage.vn.hotline.access
    access.change(
        cast["binh"], request_id, Act.RESTRICT, units=["Anti-fraud division"], officers=[], reason="Nghi lộ tin"
    )
    access.change(cast["binh"], request_id, Act.ALLOW, units=["Investigation division"], officers=[], reason="Phối hợp")
    access.change(
        cast["binh"], request_id, Act.TAKE_BACK, units=["Investigation division"], officers=[], reason="Đã xong"
    )
    access.change(cast["binh"], request_id, Act.LIFT, reason="Hết lý do")
    with stage.vn.database.read() as connection:
        entries = [entry for entry in reversed(journal.about(connection, request_id)) if "reason" in entry.detail]
    assert [(entry.action, entry.actor, entry.detail["reason"]) for entry in entries] == [
        ("request.restrict", cast["binh"].id, "Nghi lộ tin"),
        ("request.allow", cast["binh"].id, "Phối hợp"),
        ("request.take-back", cast["binh"].id, "Đã xong"),
        ("request.lift", cast["binh"].id, "Hết lý do"),
    ]
    fraud, cyber = cast.units["fraud"], cast.units["cyber"]
    assert [entry.detail["units"] for entry in entries] == [[fraud], sorted([fraud, cyber]), [fraud], []]


def test_only_a_supervisor_or_a_holder_decides(stage, cast, request_id):
    restrict = partial(stage.vn.hotline.access.change, act=Act.RESTRICT)
    words = {"units": ["Anti-fraud division"], "officers": [], "reason": "r"}
    assert refused(restrict, cast["anh"], request_id, **words) == "not-allowed"
    assert refused(restrict, cast["kiem"], request_id, **words) == "not-allowed"
    assert refused(restrict, cast["giang"], request_id, **words) == "not-allowed"
    assert refused(restrict, cast["admin"], request_id, **words) == "not-found"
    stage.vn.officer = cast["anh"]
    stage.vn.act(stage.vn.hotline.show(cast["anh"], request_id).request, Step.ACKNOWLEDGE)
    assert restrict(cast["anh"], request_id, **words).units == {cast.units["fraud"]}
    assert refused(restrict, cast["chi"], request_id, **words) == "not-found"


def test_who_opened_a_request_may_restrict_it(stage, cast):
    stage.vn.officer = cast["anh"]
    request = stage.vn.open(freeze_form())
    restrict = partial(stage.vn.hotline.access.change, act=Act.RESTRICT)
    assert (
        refused(restrict, cast["chi"], request.id, units=["Investigation division"], officers=[], reason="r")
        == "not-allowed"
    )
    assert restrict(cast["anh"], request.id, units=["Anti-fraud division"], officers=[], reason="r").restricted


def test_nobody_locks_themselves_out_and_a_supervisor_always_remains(stage, cast, request_id):
    access = stage.vn.hotline.access
    thing = access.change(
        cast["binh"], request_id, Act.RESTRICT, units=["Investigation division"], officers=[], reason="r"
    )
    assert thing.officers == {cast["binh"].id}
    access.change(cast["binh"], request_id, Act.LIFT, reason="r")
    stage.vn.officer = cast["anh"]
    stage.vn.act(stage.vn.hotline.show(cast["anh"], request_id).request, Step.ACKNOWLEDGE)
    alone = {"units": [], "officers": ["anh"], "reason": "r"}
    assert (
        refused(partial(access.change, act=Act.RESTRICT), cast["anh"], request_id, **alone)
        == "restriction-without-supervisor"
    )
    access.change(cast["anh"], request_id, Act.RESTRICT, units=[], officers=["binh"], reason="r")
    assert (
        refused(
            partial(access.change, act=Act.TAKE_BACK), cast["anh"], request_id, units=[], officers=["binh"], reason="r"
        )
        == "restriction-without-supervisor"
    )
    assert sees(stage, cast["binh"], request_id)


@pytest.mark.parametrize(
    ("act", "words", "code"),
    [
        ("restrict", {"units": [], "officers": []}, "restriction-empty"),
        ("restrict", {"units": ["nobody"], "officers": []}, "unit-unknown"),
        ("restrict", {"units": [], "officers": ["nobody"]}, "officer-unknown"),
        ("restrict", {"units": [], "officers": ["admin"]}, "officer-cannot-read"),
        ("restrict", {"units": ["Anti-fraud division"], "officers": [], "reason": " "}, "access-reason-missing"),
        ("restrict", {"units": ["Anti-fraud division"], "officers": [], "reason": "x" * 301}, "line-too-long"),
        ("allow", {"units": ["Anti-fraud division"], "officers": []}, "not-restricted"),
        ("take_back", {"units": ["Anti-fraud division"], "officers": []}, "not-named"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(stage, cast, request_id, act, words, code):
    call = partial(stage.vn.hotline.access.change, act=Act(act.replace("_", "-")))
    assert refused(call, cast["binh"], request_id, **{"reason": "r", **words}) == code
    assert everybody(stage, cast, request_id) == ALL


def test_lifting_what_is_open_is_refused(stage, cast, request_id):
    assert (
        refused(partial(stage.vn.hotline.access.change, act=Act.LIFT), cast["binh"], request_id, reason="r")
        == "not-restricted"
    )


def test_at_most_so_many_are_named(stage, cast, request_id, monkeypatch):
    monkeypatch.setattr("lienlac.limits.RESTRICTED_TO_MAX", 2)
    call = partial(stage.vn.hotline.access.change, act=Act.RESTRICT)
    code = refused(
        call, cast["binh"], request_id, units=["Anti-fraud division", "Phòng điều tra"], officers=["giang"], reason="r"
    )
    assert code == "restriction-too-long"


def test_a_closed_unit_is_not_named_but_what_names_it_stays_restricted(stage, cast, request_id):
    access = stage.vn.hotline.access
    access.change(cast["binh"], request_id, Act.RESTRICT, units=["Anti-fraud division"], officers=["binh"], reason="r")
    cast.move("anh", "cyber")
    cast.move("binh", "cyber")
    cast.move("admin", "cyber")
    cast.close("fraud")
    assert everybody(stage, cast, request_id) == {"binh", "kiem", "soat"}
    other = stage.us.open(preserve_form())
    stage.deliver()
    assert (
        refused(
            partial(access.change, act=Act.RESTRICT),
            cast["binh"],
            other.id,
            units=["Anti-fraud division"],
            officers=[],
            reason="r",
        )
        == "unit-closed"
    )


def test_membership_counts_as_it_is_now(stage, cast, request_id):
    stage.vn.hotline.access.change(
        cast["binh"], request_id, Act.RESTRICT, units=["Anti-fraud division"], officers=[], reason="r"
    )
    cast.move("chi", "fraud")
    assert sees(stage, cast["chi"], request_id)
    cast.move("chi", "cyber")
    assert not sees(stage, cast["chi"], request_id)


def test_members_act_on_a_restricted_request_and_others_find_nothing_to_act_on(stage, cast, request_id):
    stage.vn.hotline.access.change(
        cast["binh"], request_id, Act.RESTRICT, units=["Anti-fraud division"], officers=[], reason="r"
    )
    request = stage.vn.hotline.show(cast["anh"], request_id).request
    stage.vn.officer = cast["chi"]
    assert refused(stage.vn.act, request, Step.ACKNOWLEDGE) == "not-found"
    stage.vn.officer = cast["anh"]
    assert stage.vn.act(request, Step.ACKNOWLEDGE).stage is Pile.OPEN
    stage.deliver()
    assert refused(stage.vn.hotline.access.who_sees, cast["chi"], request_id) == "not-found"


def test_what_changes_is_told_to_those_who_saw_it_and_those_who_see_it_now(stage, cast, request_id):
    told: list[Thing] = []
    stage.vn.hotline._tell = told.append
    stage.vn.hotline.access.change(
        cast["binh"], request_id, Act.RESTRICT, units=["Anti-fraud division"], officers=[], reason="r"
    )
    assert [thing.restricted for thing in told] == [False, True]
    stage.vn.officer = cast["anh"]
    stage.vn.act(stage.vn.hotline.show(cast["anh"], request_id).request, Step.ACKNOWLEDGE)
    assert told[-1].units == {cast.units["fraud"]}
    assert told[-1].holders == {cast["anh"].id, cast.units["fraud"]}
