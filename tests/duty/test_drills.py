"""Drills on two real nodes: nobody knows the moment, everything says that it is one, results are what receipts say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import limits
from lienlac.duty.drills.drill import Draft, check, moment, windows
from lienlac.errors import NotAllowed, Refused
from lienlac.hotline.forms.steps import read_step
from lienlac.hotline.lifecycle import Step
from tests.security.house import PARTNER, House, make_template
from tests.world.fakes import START
from tests.world.nodes import deliver_all


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def house(template: dict[str, Path], tmp_path: Path) -> Iterator[House]:
    made = House(template, tmp_path)
    yield made
    made.shut()


def draft(house: House, **more: Any) -> Draft:
    now = house.clock.now()
    return Draft(**{"peer": PARTNER, "urgency": "urgent", "begins": now, "ends": now + timedelta(hours=8), **more})


def run(house: House) -> Any:
    """A drill was planned and has left, and the partner has acknowledged it a minute later."""
    house.node.duty.drills.plan(house["binh"], draft(house))
    house.clock.turn(8 * 3_600)
    house.node.duty.watch(house.clock.now())
    deliver_all([house.us, house.vn])
    (seen,) = house.node.duty.drills.listed(house["binh"])
    house.clock.turn(60)
    request = house.us.hotline.show(house.us.officer, seen.drill.request_id).request
    form = read_step(Step.ACKNOWLEDGE, request.kind, {}, house.clock.now())
    house.us.hotline.act(house.us.officer, request.id, Step.ACKNOWLEDGE, form)
    deliver_all([house.us, house.vn])
    (seen,) = house.node.duty.drills.listed(house["binh"])
    return seen


def test_a_drill_leaves_within_its_window_and_is_marked_on_both_sides(house: House) -> None:
    seen = run(house)
    assert seen.drill.state.value == "sent"
    assert seen.run.receipt_s == 0
    assert seen.run.acknowledge_s == 60
    assert seen.run.acknowledged_by == house.us.officer.name
    theirs = house.us.hotline.show(house.us.officer, seen.drill.request_id).request
    assert theirs.opening.body.drill
    line = house.program("anh").get("/api/requests?direction=out&stage=all").json()["requests"][0]
    assert line["drill"] is True
    assert "Drill" in house.browser("anh").get("/requests?direction=out").text
    page = house.browser("binh").get("/duty/drills").text
    assert seen.run.reference in page
    assert house.us.officer.name in page
    (listed,) = house.program("binh").get("/api/duty/drills").json()["drills"]
    assert (listed["receipt_s"], listed["acknowledge_s"]) == (0, 60)


def test_nobody_learns_the_moment_before_it_has_come(house: House) -> None:
    (drill,) = house.node.duty.drills.plan(house["binh"], draft(house))
    secret = drill.due_at.isoformat()[:19]
    answer = house.program("binh").get("/api/duty/drills")
    assert secret not in answer.text
    assert "due" not in answer.json()["drills"][0]
    house.node.duty.watch(drill.due_at - timedelta(seconds=1))
    assert house.node.duty.drills.listed(house["binh"])[0].drill.state.value == "planned"
    house.clock.turn((drill.due_at - house.clock.now()).total_seconds())
    house.node.duty.watch(house.clock.now())
    assert house.node.duty.drills.listed(house["binh"])[0].drill.state.value == "sent"


def test_the_same_moment_seen_twice_sends_one_request(house: House) -> None:
    """A stop between the request and its note: the key of the drill makes the second one the first."""
    (drill,) = house.node.duty.drills.plan(house["binh"], draft(house))
    house.clock.turn(8 * 3_600)
    desk = house.node.duty.drills
    first = desk._tests.open_drill(house["binh"], PARTNER, "urgent", drill.id)
    house.node.duty.watch(house.clock.now())
    house.node.duty.watch(house.clock.now())
    assert desk.listed(house["binh"])[0].drill.request_id == first
    assert len(house.program("anh").get("/api/requests?direction=out&stage=all").json()["requests"]) == 1


def test_several_are_planned_apart_and_one_is_taken_back(house: House) -> None:
    made = house.node.duty.drills.plan(house["binh"], draft(house, times=4, every_days=7))
    assert [drill.begins - made[0].begins for drill in made] == [timedelta(days=7 * number) for number in range(4)]
    assert house.program("binh").post(f"/api/duty/drills/{made[1].id}/cancel").status_code == 200
    assert house.program("binh").post(f"/api/duty/drills/{made[1].id}/cancel").status_code == 404
    states = sorted(seen.drill.state.value for seen in house.node.duty.drills.listed(house["binh"]))
    assert states == ["cancelled", "planned", "planned", "planned"]


def test_a_drill_that_cannot_be_sent_says_why(house: House) -> None:
    house.node.duty.drills.plan(house["binh"], draft(house))
    _close(house, "binh")
    house.clock.turn(8 * 3_600)
    house.node.duty.watch(house.clock.now())
    (seen,) = house.node.duty.drills.listed(house["dung"])
    assert (seen.drill.state.value, seen.drill.code) == ("failed", "not-found")


def _close(house: House, login: str) -> None:
    import sqlalchemy as sa

    house.database.write(
        lambda connection: connection.execute(
            sa.text("UPDATE account SET active = false WHERE login = :login"), {"login": login}
        )
    )


def test_attack_more_drills_than_anybody_needs(house: House) -> None:
    desk = house.node.duty.drills
    for _ in range(limits.DRILLS_PLANNED_MAX // 50):
        desk.plan(house["binh"], draft(house, times=50, every_days=1))
    with pytest.raises(NotAllowed) as caught:
        desk.plan(house["binh"], draft(house))
    assert caught.value.code == "too-many-drills"


def test_attack_a_duty_officer_looks_when_the_next_drill_comes(house: House) -> None:
    program, browser = house.program("anh"), house.browser("anh")
    window = house.node.duty.drills.plan(house["binh"], draft(house, times=2, every_days=7))
    house.node.duty.drills.cancel(house["binh"], window[1].id)
    assert program.get("/api/duty/drills").json()["drills"] == []
    assert program.post("/api/duty/drills", {}).status_code == 403
    assert program.post(f"/api/duty/drills/{window[0].id}/cancel").status_code == 403
    page = browser.get("/duty/drills")
    assert page.status_code == 200
    assert window[0].id not in page.text
    assert "/cancel" not in page.text
    assert 'name="from"' not in page.text, "nothing to plan with"
    assert house.node.duty.drills.listed(house["kiem"]) == []


@pytest.mark.parametrize("login", ["anh", "kiem"])
def test_duty_officers_and_auditors_read_what_became_of_drills(house: House, login: str) -> None:
    seen = run(house)
    house.node.duty.drills.plan(house["binh"], draft(house))
    (listed,) = house.program(login).get("/api/duty/drills").json()["drills"]
    assert (listed["reference"], listed["acknowledge_s"]) == (seen.run.reference, 60)
    page = house.browser(login).get("/duty/drills").text
    assert seen.run.reference in page
    assert "planned" not in page
    assert len(house.node.duty.drills.listed(house["binh"])) == 2


@pytest.mark.parametrize("login", ["giang", "admin"])
def test_for_everybody_else_there_are_no_drills(house: House, login: str) -> None:
    run(house)
    assert house.program(login).get("/api/duty/drills").status_code == 404
    assert house.browser(login).get("/duty/drills").status_code == 404


def test_drills_count_in_no_statistics(house: House) -> None:
    before = house.program("binh").get("/api/duty/metrics").text
    house.receive(drill=True)
    house.node.duty.watch(house.clock.now())
    alarms = house.program("binh").get("/api/duty/alarms?show=all").json()["alarms"]
    assert [alarm["drill"] for alarm in alarms] == [True]
    counted = [line for line in house.program("binh").get("/api/duty/metrics").text.splitlines() if "alarms{" in line]
    assert counted == [line for line in before.splitlines() if "alarms{" in line]


@pytest.mark.parametrize(
    "changes",
    [
        {"ends": START},
        {"begins": START - timedelta(days=1)},
        {"ends": START + timedelta(days=40)},
        {"times": 0},
        {"times": 2},
        {"times": 53, "every_days": 1},
        {"times": 2, "every_days": 93},
    ],
)
def test_what_cannot_be_planned(changes: dict[str, Any]) -> None:
    given_ = {"peer": "x", "urgency": "urgent", "begins": START, "ends": START + timedelta(hours=1), **changes}
    with pytest.raises(Refused):
        check(Draft(**given_), START)


@given(st.binary(min_size=8, max_size=8), st.integers(1, 2_000_000))
def test_a_moment_lies_in_its_window(chance: bytes, seconds: int) -> None:
    ends = START + timedelta(seconds=seconds)
    assert START <= moment(START, ends, chance) < ends


def test_windows_follow_each_other() -> None:
    made = Draft(peer="x", urgency="urgent", begins=START, ends=START + timedelta(hours=1), times=3, every_days=2)
    assert [begins for begins, _ in windows(made)] == [START + timedelta(days=2 * number) for number in range(3)]


def test_what_ended_long_ago_is_forgotten_a_bounded_number_at_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlalchemy as sa

    from lienlac.duty.store.drills import drill_table

    made = house.node.duty.drills.plan(house["binh"], draft(house, times=3, every_days=1))
    for drill in made:
        house.node.duty.drills.cancel(house["binh"], drill.id)
    monkeypatch.setattr(limits, "PRUNE_MAX_ROWS", 2)
    house.clock.turn((limits.ALARMS_KEPT_DAYS + 10) * 86_400)

    def left() -> int:
        with house.database.read() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(drill_table)).scalar_one()

    house.node.duty.watch(house.clock.now())
    assert left() == 1
    house.clock.turn(limits.PRUNE_EVERY_H * 3_600)
    house.node.duty.watch(house.clock.now())
    assert left() == 0
