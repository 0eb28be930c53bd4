"""What an agreement puts before a second officer waits in a channel too; a life in danger breaks the glass."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lienlac import journal
from lienlac.emergencies.emergency import Emergency
from lienlac.emergencies.kinds import BODY_OF
from lienlac.emergencies.leaving.lines import LABELS, lines
from lienlac.emergencies.lifecycle import State, Step
from lienlac.errors import NotAllowed, Refused
from lienlac.people.access import store as access
from lienlac.people.officer import Role
from lienlac.people.rights import Action
from lienlac.records.forms.problems import FormRefused
from lienlac.releases import release as releases
from lienlac.releases.preview import BLACKENED
from lienlac.releases.release import Release
from lienlac.ui.words import Words
from lienlac.wire.bodies.agreement import SecondOfficer
from lienlac.wire.message import Tlp
from tests.emergencies.scene import Channels, emergency_form, entry

STRICT = SecondOfficer(tlp_from=Tlp.AMBER_STRICT, approvers=("supervisor",))
BY_KIND = SecondOfficer(kinds=("emergencies.open", "emergencies.stand-down"), approvers=("supervisor",))
HIGH = {"tlp": "amber+strict", "pap": "amber"}
CALM = {"lives_in_danger": False}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Channels]:
    made = Channels(tmp_path, second_officer=STRICT)
    yield made
    made.close()


@pytest.fixture
def by_kind(tmp_path: Path) -> Iterator[Channels]:
    made = Channels(tmp_path, second_officer=BY_KIND)
    yield made
    made.close()


def propose(
    world: Channels, emergency: Emergency, step: Step = Step.ENTRY, login: str = "anh", **fields: Any
) -> Release:
    desk, officer = world.vn.node.emergencies, world.vn.officer(login)
    made = desk.act(officer, emergency.id, step, desk.read_step(officer, emergency.id, step, fields))
    assert isinstance(made, Release)
    world.deliver()
    return made


def opened(world: Channels, login: str = "anh", **changes: Any) -> Release:
    desk = world.vn.node.emergencies
    made = desk.open(world.vn.officer(login), desk.read_opening(emergency_form(**changes)))
    assert isinstance(made, Release)
    world.deliver()
    return made


def approve(world: Channels, waiting: Release, login: str = "sep") -> None:
    world.vn.node.releases.approve(world.vn.officer(login), waiting.id, digest=waiting.digest)
    world.deliver()


def texts(emergency: Emergency) -> list[str]:
    return [fact.body.text.en for fact in emergency.facts.values() if fact.step is Step.ENTRY]


def test_an_entry_with_a_high_mark_waits_and_leaves_as_it_was_shown(world: Channels) -> None:
    emergency = world.answered(**CALM)
    waiting = propose(world, emergency, **entry("The witness is named.", marks=HIGH))
    ours, theirs = world.both(emergency)
    assert texts(ours) == texts(theirs) == []
    assert [one.id for one in world.show(world.vn, "binh", emergency).waiting] == [waiting.id]
    assert waiting.urgency == "hot"
    approve(world, waiting)
    ours, theirs = world.both(emergency)
    assert texts(ours) == texts(theirs) == ["The witness is named."]
    assert world.show(world.vn, "binh", emergency).waiting == ()
    with world.vn.node.database.read() as connection:
        (noted,) = [one for one in journal.about(connection, emergency.id, rows=50) if one.action == "emergency.entry"]
    assert noted.actor == world.vn.officer("anh").id
    assert noted.detail["confirmed_by"] == world.vn.officer("sep").id


def test_what_the_rule_does_not_name_leaves_at_once(world: Channels) -> None:
    emergency = world.answered(**CALM)
    world.say(world.vn, "anh", emergency, Step.ENTRY, **entry())
    world.say(world.vn, "anh", emergency, Step.HOLD, text="Until the bank opens.")
    assert texts(world.both(emergency)[1]) == ["The pager system is down too."]


def test_nobody_approves_their_own(world: Channels) -> None:
    emergency = world.answered(**CALM)
    waiting = propose(world, emergency, login="sep", **entry(marks=HIGH))
    with pytest.raises(NotAllowed, match="release-own"):
        approve(world, waiting)
    assert texts(world.both(emergency)[1]) == []


def test_a_kind_that_the_agreement_names_waits_from_the_opening_on(by_kind: Channels) -> None:
    waiting = opened(by_kind, **CALM)
    assert by_kind.us.node.emergencies.listed(by_kind.us.officer("mark")) == []
    assert by_kind.vn.node.emergencies.listed(by_kind.vn.officer("anh")) == []
    approve(by_kind, waiting)
    (line,) = by_kind.us.node.emergencies.listed(by_kind.us.officer("mark"))
    assert line.reference == waiting.reference
    emergency = by_kind.vn.node.emergencies.show(by_kind.vn.officer("anh"), line.emergency_id).emergency
    by_kind.say(by_kind.us, "mark", emergency, Step.ANSWER, remarks="We are on it.")
    down = propose(by_kind, emergency, Step.STAND_DOWN, text="A false alarm.")
    assert by_kind.both(emergency)[1].state is State.ACTIVE
    approve(by_kind, down)
    by_kind_us = by_kind.both(emergency)[1]
    assert {fact.step for fact in by_kind_us.facts.values()} == {Step.OPEN, Step.ANSWER, Step.STAND_DOWN}


def test_a_life_in_danger_sends_at_once_and_is_reviewed(world: Channels) -> None:
    emergency = world.answered()
    why = {"release": {"ahead": "Patients on ventilators."}}
    world.say(world.vn, "anh", emergency, Step.ENTRY, **entry("Ward 7 by name.", marks=HIGH), **why)
    assert texts(world.both(emergency)[1]) == ["Ward 7 by name."]
    (open_,) = world.show(world.vn, "sep", emergency).waiting
    assert open_.state is releases.State.SENT_AHEAD
    assert open_.words == "Patients on ventilators."
    reviewed = world.vn.node.releases.take(world.vn.officer("sep"), open_.id, releases.Step.REVIEW, "Right so.")
    assert reviewed.state is releases.State.REVIEWED


def test_the_glass_is_not_broken_where_no_life_is_in_danger(world: Channels) -> None:
    emergency = world.answered(**CALM)
    desk, anh = world.vn.node.emergencies, world.vn.officer("anh")
    fields = {**entry(marks=HIGH), "release": {"ahead": "It is late."}}
    with pytest.raises(FormRefused) as refused:
        desk.read_step(anh, emergency.id, Step.ENTRY, fields)
    assert [problem.code for problem in refused.value.problems] == ["emergency-ahead-danger"]
    with pytest.raises(FormRefused):
        desk.read_opening(emergency_form(**CALM, release={"ahead": "It is late."}))


def test_the_glass_is_not_broken_by_who_may_not(world: Channels) -> None:
    world.vn.hire("dt", "Lê Điều Tra", Role.INVESTIGATOR)
    emergency = world.answered()
    desk, officer = world.vn.node.emergencies, world.vn.officer("dt")
    form = desk.read_step(officer, emergency.id, Step.ENTRY, {**entry(marks=HIGH), "release": {"ahead": "Now."}})
    with pytest.raises(NotAllowed, match="not-allowed"):
        desk.act(officer, emergency.id, Step.ENTRY, form)
    assert texts(world.both(emergency)[1]) == []


def test_a_token_breaks_the_glass_only_if_it_names_that_act(world: Channels) -> None:
    emergency = world.answered()
    body = {**entry(marks=HIGH), "release": {"ahead": "Ventilators."}}
    plain = world.vn.program("anh").post(f"/api/emergencies/{emergency.id}/entry", body)
    assert (plain.status_code, plain.json()["code"]) == (403, "token-scope")
    named = world.vn.program("anh", acts=(Action.RELEASE_AHEAD,))
    assert named.post(f"/api/emergencies/{emergency.id}/entry", body).status_code == 201


def test_what_waits_is_looked_at_again_when_it_leaves(world: Channels) -> None:
    emergency = world.answered(**CALM)
    first = world.say(world.vn, "anh", emergency, Step.ENTRY, **entry())
    (known,) = [fact for fact in first.facts.values() if fact.step is Step.ENTRY]
    waiting = propose(world, emergency, **entry("Otherwise.", corrects=known.id, marks=HIGH))
    world.say(world.vn, "anh", emergency, Step.RETRACT, entry=known.id, reason="Wrong ward.")
    with pytest.raises((NotAllowed, Refused), match="entry-not-yours"):
        approve(world, waiting)
    assert [one.state for one in world.show(world.vn, "sep", emergency).waiting] == [releases.State.WAITING]


def test_a_form_sent_twice_waits_once(world: Channels) -> None:
    emergency = world.answered(**CALM)
    desk, anh = world.vn.node.emergencies, world.vn.officer("anh")
    made = [
        desk.act(
            anh, emergency.id, Step.ENTRY, desk.read_step(anh, emergency.id, Step.ENTRY, entry(marks=HIGH)),
            once="0123456789",
        )
        for _ in range(2)
    ]  # fmt: skip
    assert made[0].id == made[1].id
    assert len(world.show(world.vn, "anh", emergency).waiting) == 1


def test_raised_from_a_hidden_request_it_is_hidden_while_it_waits(by_kind: Channels) -> None:
    request, mark = by_kind.freeze(), by_kind.us.officer("mark")
    boss, database, at = by_kind.us.officer("boss"), by_kind.us.node.database, by_kind.clock.now()
    named = {mark.id, boss.id}
    database.write(
        lambda connection: access.add(connection, request.id, access.Relation.ALLOWED, named, by=mark.id, at=at)
    )
    desk = by_kind.us.node.emergencies
    waiting = desk.open(mark, desk.read_opening(emergency_form(raised_from=request.reference, **CALM)))
    assert isinstance(waiting, Release)
    for login, seen in (("boss", [waiting.id]), ("dana", [])):
        with database.read() as connection:
            assert [one.id for one in by_kind.us.node.releases.undecided(connection, by_kind.us.officer(login))] == seen


def test_by_browser_and_by_program(world: Channels) -> None:
    emergency = world.answered(**CALM)
    anh, sep = world.vn.browser("anh"), world.vn.browser("sep")
    page = f"/emergencies/{emergency.id}"
    sent = anh.post(f"{page}/entry", {"text.en": "The witness is named.", "marks.tlp": "amber+strict"})
    assert sent.headers["location"].startswith("/approvals/rel-")
    release_id = sent.headers["location"].split("?")[0].rsplit("/", 1)[1]
    assert f'href="/approvals/{release_id}"' in sep.get(page).text
    assert "The witness is named." in sep.get(f"/approvals/{release_id}").text
    world.vn.node.releases.take(world.vn.officer("sep"), release_id, releases.Step.RETURN, "Without the name.")
    again = anh.get(f"{page}?release={release_id}")
    assert "The witness is named." in again.text
    assert f'value="{release_id}"' in again.text
    assert world.vn.browser("binh").get(f"{page}?release={release_id}").status_code == 409
    gone = anh.post(
        f"{page}/entry", {"text.en": "A witness is known.", "marks.tlp": "amber", "release.instead_of": release_id}
    )
    assert gone.headers["location"].startswith(page)
    with world.vn.node.database.read() as connection:
        assert world.vn.node.releases.to_go_on_from(connection, world.vn.officer("anh")) == []
    told = world.vn.program("anh").post(f"/api/emergencies/{emergency.id}/entry", entry(marks=HIGH))
    assert (told.status_code, told.json()["waits"]["state"]) == (202, "waiting")


def test_countries_are_read_by_name_by_whoever_lets_the_channel_leave(by_kind: Channels) -> None:
    waiting = opened(by_kind, countries=["VN", "KH"], **CALM)
    assert "Việt Nam (VN); Campuchia (KH)" in by_kind.vn.browser("sep").get(f"/approvals/{waiting.id}").text


def test_a_marked_passage_leaves_black_and_an_open_one_keeps_the_message_back(world: Channels) -> None:
    emergency = world.answered(**CALM)
    world.say(world.vn, "anh", emergency, Step.ENTRY, **entry("The witness [[Lan]] saw it."))
    for one in world.both(emergency):
        assert texts(one) == [f"The witness {BLACKENED} saw it."]
    desk, anh = world.vn.node.emergencies, world.vn.officer("anh")
    form = desk.read_step(anh, emergency.id, Step.ENTRY, entry("The witness [[Lan saw it."))
    with pytest.raises(Refused, match="release-unclosed"):
        desk.act(anh, emergency.id, Step.ENTRY, form)
    assert len(texts(world.both(emergency)[0])) == 1


def test_a_second_officer_sees_every_field_that_leaves() -> None:
    for kind, body in BODY_OF.items():
        assert set(body.__struct_fields__) <= set(LABELS), kind
    world_body = msgspec.convert(
        {
            "officer": {"name": "An", "unit": "A05"}, "at": "2026-11-23T02:40:00Z", "source": "own",
            "text": {"vi": "Chữ", "en": "Words"}, "source_text": "A log", "corrects": "msg-" + "a" * 26,
            "next_update": {"at": None},
        },
        BODY_OF["emergencies.entry"],
    )  # fmt: skip
    said = {line.path: line.text for line in lines(world_body, Words("en", "UTC"))}
    assert set(said) == set(world_body.__struct_fields__)
    assert "Words" in said["text"]
    assert "Chữ" in said["text"]
