"""Attacks on the second pair of eyes: nobody lets their own out, nothing else leaves than what was shown, and only once.

Everything goes through the doors of a whole node with a real partner; what left is read from the partner's database.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest

from lienlac import journal
from lienlac.errors import NotAllowed
from lienlac.hotline.forms.steps import read_step
from lienlac.hotline.kinds.steps import CONSIDERED
from lienlac.hotline.lifecycle import Step
from lienlac.people import accounts
from lienlac.people.officer import Role
from lienlac.releases import store
from lienlac.releases.release import State
from tests.hotline.cases import RESULTS
from tests.hotline.scene import freeze_form
from tests.security.house import House, Program
from tests.world.nodes import deliver_all

SECRET = "Bà Hoa, số 5 ngõ 12"
RESULT = {**RESULTS["freeze-payment"], "follow_up": f"Told by [[{SECRET}]] of the branch."}
VICTIM = "483920017"
DECIDE = ("release.decide",)


@dataclasses.dataclass
class Case:
    """A result that waits for a second officer: who proposed it, and the doors."""

    house: House
    request_id: str
    waits: dict[str, Any]

    @property
    def path(self) -> str:
        return f"/api/approvals/{self.waits['id']}"

    def program(self, login: str, **more: Any) -> Program:
        return self.house.program(login, acts=DECIDE if may_decide(self.house, login) else (), **more)

    def approve(self, login: str, **body: Any) -> Any:
        return self.program(login).post(f"{self.path}/approve", {"digest": self.waits["digest"], **body})

    @property
    def results(self) -> list[Any]:
        """Results that the partner holds."""
        deliver_all([self.house.us, self.house.vn])
        found = self.house.us.hotline.show(self.house.us.officer, self.request_id).request
        return [fact.body for fact in found.facts.values() if fact.step is Step.RESULT]

    @property
    def state(self) -> State:
        with self.house.database.read() as connection:
            found = store.get(connection, self.waits["id"])
        assert found is not None
        return found.state


def may_decide(house: House, login: str) -> bool:
    return bool(house[login].roles & {Role.DUTY_OFFICER, Role.SUPERVISOR})


def propose(house: House, login: str = "anh", **clause: Any) -> Case:
    """A freeze request arrives and is accepted; one officer states the result, which has to wait."""
    house.agree(answers=("hotline.freeze-payment",), **clause)
    request_id = house.receive()
    house.act("anh", request_id, Step.ACKNOWLEDGE)
    house.act("anh", request_id, Step.ACCEPT, considered=list(CONSIDERED))
    answer = house.program(login).post(f"/api/requests/{request_id}/result", now(house, RESULT))
    assert answer.status_code == 202, answer.text
    return Case(house, request_id, answer.json()["waits"])


def now(house: House, form: dict[str, Any]) -> dict[str, Any]:
    return {**form, "held_at": house.clock.now().isoformat()}


@pytest.fixture
def case(house: House) -> Case:
    made = propose(house)
    assert made.results == []
    return made


def refused(answer: Any, code: str) -> None:
    assert answer.status_code >= 400
    assert answer.json()["code"] == code, answer.text


def test_what_was_approved_leaves_as_it_was_shown_with_its_passage_black(case: Case) -> None:
    """The good way, so that the attacks below fail for their own reasons."""
    shown = case.program("binh").get(case.path).json()
    assert SECRET not in str(shown)
    assert case.approve("binh").status_code == 201
    (result,) = case.results
    assert SECRET not in str(result)
    assert result.report.follow_up == "Told by ▇▇▇ of the branch."
    assert result.officer.name == case.house["anh"].name
    with case.house.database.read() as connection:
        entries = journal.about(connection, case.request_id)
    assert {entry.action for entry in entries} >= {"release.propose", "release.approve", "request.result"}
    assert next(entry for entry in entries if entry.action == "release.approve").actor == case.house["binh"].id
    assert all(SECRET not in str(entry.detail) for entry in entries)


def test_attack_approving_ones_own(house: House) -> None:
    case = propose(house, "binh")
    refused(case.approve("binh"), "release-own")
    browser = house.browser("binh")
    browser.get(f"/approvals/{case.waits['id']}")
    told = browser.post(f"/approvals/{case.waits['id']}/approve", {"digest": case.waits["digest"]})
    assert told.status_code == 409
    assert case.results == []
    assert case.state is State.WAITING


@pytest.mark.parametrize("digest", ["0" * 64, "f" * 64])
def test_attack_approving_with_a_stale_digest(case: Case, digest: str) -> None:
    refused(case.approve("binh", digest=digest), "release-changed")
    assert case.results == []


def test_attack_approving_without_a_digest(case: Case) -> None:
    refused(case.program("binh").post(f"{case.path}/approve", {}), "request-malformed")
    browser = case.house.browser("binh")
    assert browser.post(f"/approvals/{case.waits['id']}/approve").status_code == 409
    assert case.results == []


def test_attack_approving_one_through_the_id_of_another(case: Case) -> None:
    house = case.house
    text = "Kính gửi, xin xem kết quả."
    house.agree(kinds=("hotline.note",), answers=("hotline.freeze-payment",))
    other = house.program("chi").post(f"/api/requests/{case.request_id}/note", {"text": text}).json()["waits"]
    answer = case.program("binh").post(f"/api/approvals/{other['id']}/approve", {"digest": case.waits["digest"]})
    refused(answer, "release-changed")
    refused(case.approve("binh", digest=other["digest"]), "release-changed")
    assert case.results == []


def test_attack_changing_the_draft_while_it_waits_or_after_it_was_approved(case: Case) -> None:
    for body in ({"body": {"report": {}}}, {"recipient": "us-ic3"}, {"withheld": []}, {"payload": "e30="}):
        refused(case.approve("binh", **body), "request-malformed")
    program = case.program("anh")
    for method in ("put", "patch", "delete", "post"):
        answer = getattr(program.client, method)(case.path, headers=program.headers)
        assert answer.status_code in (404, 405), method
    assert case.approve("binh").status_code == 201
    refused(program.post(f"{case.path}/take-back", {}), "release-decided")
    refused(case.program("binh").post(f"{case.path}/return", {"words": "No"}), "release-decided")
    assert len(case.results) == 1


def test_attack_a_token_that_only_reads_or_does_not_name_the_act(case: Case) -> None:
    body = {"digest": case.waits["digest"]}
    refused(case.house.program("binh", "read").post(f"{case.path}/approve", body), "token-scope")
    refused(case.house.program("binh", "write").post(f"{case.path}/approve", body), "token-scope")
    assert case.results == []
    assert case.approve("binh").status_code == 201


def test_attack_a_session_that_was_left_open(case: Case) -> None:
    """Eleven minutes after the last proof a click approves nothing: the page asks for a passkey or a code."""
    browser = case.house.browser("binh")
    case.house.clock.turn(11 * 60)
    browser.get(f"/approvals/{case.waits['id']}")
    answer = browser.post(f"/approvals/{case.waits['id']}/approve", {"digest": case.waits["digest"]})
    assert "step-up" in answer.text
    assert case.results == []
    assert case.state is State.WAITING


def test_attack_somebody_who_may_not_know_of_the_case(case: Case) -> None:
    case.house.restrict(case.request_id)
    program = case.program("dung")
    refused(program.get(case.path), "not-found")
    refused(case.approve("dung"), "not-found")
    refused(program.post(f"{case.path}/return", {"words": "No"}), "not-found")
    listed = program.get("/api/approvals").json()
    assert case.waits["id"] not in str(listed)
    assert case.waits["id"] not in case.house.browser("dung").get("/approvals").text
    missing = program.get("/api/approvals/rel-" + "b" * 26).json()
    known = program.get(case.path).json()
    assert {**known, "request_id": ""} == {**missing, "request_id": ""}, "hidden and absent look the same"
    assert case.results == []


@pytest.mark.parametrize(
    ("login", "code"),
    [("chi", "release-approver"), ("kiem", "not-allowed"), ("hai", "not-allowed"), ("giang", "not-allowed"),
     ("linh", "not-allowed"), ("admin", "not-found"), ("soat", "not-allowed")],
)  # fmt: skip
def test_attack_an_officer_who_is_not_the_second_officer(case: Case, login: str, code: str) -> None:
    refused(case.approve(login), code)
    assert case.results == []


def test_attack_approving_what_has_waited_too_long(house: House) -> None:
    case = propose(house, wait_s=3600)
    house.clock.turn(3601)
    refused(case.approve("binh"), "release-expired")
    assert house.node.releases.watch(house.clock.now()) == 1
    assert case.state is State.EXPIRED
    refused(case.approve("binh"), "release-decided")
    assert case.results == []


def test_attack_twice_at_once_from_two_sessions(case: Case) -> None:
    start, answers = Barrier(2), []
    doors = [case.house.browser("binh"), case.house.browser("dung")]

    def decide(browser: Any) -> None:
        start.wait()
        answers.append(browser.post(f"/approvals/{case.waits['id']}/approve", {"digest": case.waits["digest"]}))

    hands = [Thread(target=decide, args=(browser,)) for browser in doors]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert len(case.results) == 1


def test_attack_a_form_that_comes_twice_is_one_proposal(house: House) -> None:
    house.agree(kinds=("hotline.note",))
    request_id = house.receive()
    house.act("anh", request_id, Step.ACKNOWLEDGE)
    program = house.program("anh")
    program.headers["Idempotency-Key"] = '"0123456789abcdef"'
    made = [program.post(f"/api/requests/{request_id}/note", {"text": "x"}).json()["waits"]["id"] for _ in range(2)]
    assert made[0] == made[1]


# --- what may have changed since ----------------------------------------------------------------------------------


def close_account(house: House, _request_id: str) -> None:
    house.database.write(lambda c: accounts.change(c, dataclasses.replace(house["anh"], active=False)))


def take_the_right(house: House, _request_id: str) -> None:
    changed = dataclasses.replace(house["anh"], roles=frozenset({Role.ANALYST}))
    house.database.write(lambda c: accounts.change(c, changed))


def hide_the_request(house: House, request_id: str) -> None:
    house.restrict(request_id, unit="cyber", by="dung")


@pytest.mark.parametrize("change", [close_account, take_the_right, hide_the_request])
def test_attack_a_proposer_who_may_no_longer_send(house: House, change: Callable[[House, str], None]) -> None:
    case = propose(house)
    change(house, case.request_id)
    refused(case.approve("dung"), "release-proposer-gone")
    assert case.state is State.WAITING
    assert case.results == []


# --- what is withheld ---------------------------------------------------------------------------------------------


def open_by_program(house: House, login: str = "anh", **changes: Any) -> Any:
    form = freeze_form(transferred_at=house.clock.now().isoformat(), **changes)
    return house.program(login).post("/api/requests", form)


def test_attack_a_withheld_field_smuggled_in_through_the_interface(house: House) -> None:
    answer = open_by_program(house)
    assert answer.status_code == 201
    made = answer.json()
    assert made["body"]["victims"] == []
    deliver_all([house.us, house.vn])
    there = house.us.hotline.show(house.us.officer, made["id"]).request
    assert there.body.victims == ()
    assert VICTIM not in str(there.opening.body)


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ({"let_out": ["victims"]}, "release-why"),
        ({"let_out": ["victims"], "why": "  "}, "release-why"),
        ({"let_out": ["victims.0.number"], "why": "x"}, "release-field"),
        ({"let_out": ["__class__"], "why": "x"}, "release-field"),
        ({"withhold": []}, "form-invalid"),
        ({"let_out": "victims", "why": "x"}, "form-invalid"),
    ],
)
def test_attack_letting_out_without_a_reason_or_by_another_name(house: House, choice: Any, code: str) -> None:
    refused(open_by_program(house, release=choice), code)


def test_what_is_let_out_with_a_reason_leaves_and_is_written_down(house: House) -> None:
    made = open_by_program(house, release={"let_out": ["victims"], "why": "The bank asks for it."}).json()
    assert made["body"]["victims"][0]["number"] == VICTIM
    with house.database.read() as connection:
        entry = next(one for one in journal.about(connection, made["id"]) if one.action == "request.open")
    assert (entry.detail["let_out"], entry.detail["why"]) == (["victims"], "The bank asks for it.")


def test_attack_letting_people_s_data_out_past_the_second_officer(house: House) -> None:
    house.agree(persons=True)
    assert open_by_program(house).status_code == 201
    answer = open_by_program(house, release={"let_out": ["victims"], "why": "The bank asks for it."})
    assert answer.status_code == 202
    assert answer.json()["waits"]["reasons"] == ["person"]


def test_attack_a_passage_that_is_not_closed_does_not_leave(house: House) -> None:
    refused(open_by_program(house, facts="Paid by [[Mary Smith of Boise"), "release-unclosed")


def test_attack_a_correction_brings_back_what_was_withheld(house: House) -> None:
    made = open_by_program(house).json()
    deliver_all([house.us, house.vn])
    request = house.us.see(house.us.hotline.show(house.us.officer, made["id"]).request)
    house.us.act(request, Step.ACKNOWLEDGE)
    house.us.act(request, Step.RETURN, ground="incomplete", explanation="Which account?")
    deliver_all([house.us, house.vn])
    program = house.program("anh")
    awaited = program.get(f"/api/requests/{made['id']}").json()["awaited_correction"]
    kept = {name: value for name, value in freeze_form(transferred_at=house.clock.now().isoformat()).items()
            if name in {"beneficiaries", "victims", "amount", "transferred_at", "recall", "facts", "victim"}}  # fmt: skip
    answer = program.post(f"/api/requests/{made['id']}/correct", {"answers": awaited, "form": kept})
    assert answer.status_code == 201, answer.text
    assert answer.json()["body"]["victims"] == []


# --- breaking the glass -------------------------------------------------------------------------------------------


def test_breaking_the_glass_leaves_at_once_and_stays_red_until_somebody_else_reviewed_it(house: House) -> None:
    case = propose(house)
    words = "The victim is held at the address; police go in now."
    form = {**now(house, RESULT), "release": {"ahead": words}}
    refused(house.program("anh").post(f"/api/requests/{case.request_id}/result", form), "token-scope")
    assert case.results == []
    program = house.program("anh", acts=("release.ahead",))
    answer = program.post(f"/api/requests/{case.request_id}/result", form)
    assert answer.status_code == 201, answer.text
    assert len(case.results) == 1
    (ahead,) = [one for one in answer.json()["releases"] if one["state"] == "sent-ahead"]
    case.waits["id"] = ahead["id"]
    page = house.browser("binh").get("/approvals").text
    assert "These messages have left already." in page
    assert "Sent without a second officer" in house.browser("binh").get(f"/requests/{case.request_id}").text
    refused(program.post(f"{case.path}/review", {"words": "It was right"}), "token-scope")
    refused(case.program("anh").post(f"{case.path}/review", {"words": "It was right"}), "release-own")
    refused(case.program("binh").post(f"{case.path}/review", {"words": " "}), "reason-missing")
    assert case.program("binh").post(f"{case.path}/review", {"words": "It was right"}).status_code == 201
    assert case.state is State.REVIEWED
    assert "These messages have left already." not in house.browser("binh").get("/approvals").text
    with house.database.read() as connection:
        actions = {entry.action: entry for entry in journal.about(connection, case.request_id)}
    assert words in actions["release.ahead"].detail["words"]


@pytest.mark.parametrize("login", ["hai", "khanh"])
def test_attack_breaking_the_glass_without_the_right(house: House, login: str) -> None:
    house.agree(kinds=("hotline.note",))
    request_id = house.receive()
    house.act("anh", request_id, Step.ACKNOWLEDGE)
    form = {"text": "x", "release": {"ahead": "A life is in danger"}}
    refused(house.program(login).post(f"/api/requests/{request_id}/note", form), "token-scope")
    note = read_step(Step.NOTE, "hotline.freeze-payment", form, house.clock.now())
    with pytest.raises(NotAllowed, match="not-allowed"):
        house.hotline.act(house[login], request_id, Step.NOTE, note)
    assert len(house.hotline.show(house["anh"], request_id).request.facts) == 2


def test_attack_breaking_the_glass_without_saying_why_on_the_page(house: House) -> None:
    house.agree(kinds=("hotline.note",))
    request_id = house.receive()
    house.act("anh", request_id, Step.ACKNOWLEDGE)
    browser = house.browser("anh")
    look = browser.post(f"/requests/{request_id}/note", {"text": "x"})
    assert look.status_code == 200
    answer = browser.post(f"/requests/{request_id}/note", {"text": "x", "sure": "ahead", "release.ahead": " "})
    assert answer.status_code == 422
    assert len(house.hotline.show(house["anh"], request_id).request.facts) == 2


def test_attack_breaking_the_glass_with_a_session_alone(house: House) -> None:
    """A screen left open: the page asks for a proof first, and carries what was typed."""
    house.agree(kinds=("hotline.note",))
    request_id = house.receive()
    house.act("anh", request_id, Step.ACKNOWLEDGE)
    browser = house.browser("anh")
    house.clock.turn(660)
    browser.get("/account")
    form = {"text": "x", "sure": "ahead", "release.ahead": "A life is in danger"}
    shown = re.search(r'name="shown" value="([^"]*)"', browser.post(f"/requests/{request_id}/note", {"text": "x"}).text)
    assert shown
    answer = browser.post(f"/requests/{request_id}/note", form | {"shown": shown[1]})
    assert answer.status_code == 403
    assert 'value="A life is in danger"' in answer.text
    assert len(house.hotline.show(house["anh"], request_id).request.facts) == 2


# --- refusals that two answer for already -------------------------------------------------------------------------


def test_attack_a_refusal_confirmed_by_somebody_whom_the_agreement_does_not_name(house: House) -> None:
    house.agree(kinds=("hotline.refuse",))
    request_id = house.receive()
    house.act("anh", request_id, Step.ACKNOWLEDGE)
    house.act("anh", request_id, Step.REFUSE, ground="human-rights-risk", explanation="x", considered=list(CONSIDERED))
    with pytest.raises(NotAllowed, match="release-approver"):
        house.hotline.second.confirm(house["chi"], request_id)
    house.hotline.second.confirm(house["binh"], request_id)
