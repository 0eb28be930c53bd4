"""Refusals on grounds of law or of human rights: proposed by one officer, confirmed by another, or given back."""

from __future__ import annotations

from typing import Any

import pytest

from lienlac import journal
from lienlac.errors import NotAllowed, Refused
from lienlac.hotline.kinds.steps import CONSIDERED
from lienlac.hotline.lifecycle import State, Step
from lienlac.hotline.request import Request
from lienlac.people.officer import Role
from lienlac.records.forms.problems import FormRefused
from tests.hotline.cases import form_of
from tests.hotline.scene import AUDITOR, Stage
from tests.hotline.test_walks import SECOND
from tests.hotline.webscene import Browser, Door

RIGHTS = {"ground": "human-rights-risk", "explanation": "He would face death.", "considered": list(CONSIDERED)}


def proposed(stage: Stage, **changes: Any) -> Request:
    """A request that one Vietnamese officer proposes to refuse."""
    request = stage.us.open(form_of("locate"))
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    stage.deliver()
    stage.vn.act(request, Step.REFUSE, **{**RIGHTS, **changes})
    return request


def test_nothing_travels_until_another_officer_confirms(stage: Stage) -> None:
    request = proposed(stage)
    assert not stage.vn.wire.waiting
    assert stage.vn.see(request).state is State.ACKNOWLEDGED
    waiting = stage.vn.hotline.second.waiting(SECOND)
    assert [(one.officer_id, reference) for one, reference in waiting] == [(stage.vn.officer.id, request.reference)]
    stage.vn.hotline.second.confirm(SECOND, request.reference)
    assert stage.vn.hotline.second.waiting(SECOND) == []
    stage.deliver()
    refused = stage.us.see(request)
    assert refused.state is State.REFUSED
    body = refused.executor_steps[-1].body
    assert (body.officer.name, body.confirmed_by.name) == (stage.vn.officer.name, SECOND.name)
    assert set(body.considered) == set(CONSIDERED)
    assert not stage.us.refusals
    with stage.vn.database.read() as connection:
        entries = [entry for entry in journal.about(connection, request.id) if "refus" in entry.action]
    assert [(entry.action, entry.actor) for entry in entries] == [
        ("request.refuse", stage.vn.officer.id),
        ("request.propose-refusal", stage.vn.officer.id),
    ]
    assert entries[0].detail["confirmed_by"] == SECOND.id


def test_nobody_confirms_their_own_proposal(quick_stage: Stage) -> None:
    request = proposed(quick_stage)
    with pytest.raises(NotAllowed, match="own-proposal"):
        quick_stage.vn.hotline.second.confirm(quick_stage.vn.officer, request.id)
    assert not quick_stage.vn.wire.waiting


def test_nobody_confirms_without_the_right_to_refuse(quick_stage: Stage) -> None:
    request = proposed(quick_stage)
    with pytest.raises(NotAllowed, match="not-allowed"):
        quick_stage.vn.hotline.second.confirm(AUDITOR, request.id)
    assert not quick_stage.vn.wire.waiting


def test_proposing_again_does_not_make_another_the_author_of_ones_own(quick_stage: Stage) -> None:
    """Who proposes anew becomes the author: the first one may confirm then, the new one still may not."""
    stage = quick_stage
    request = proposed(stage)
    first = stage.vn.officer
    stage.vn.officer = SECOND
    stage.vn.act(request, Step.REFUSE, **RIGHTS)
    with pytest.raises(NotAllowed, match="own-proposal"):
        stage.vn.hotline.second.confirm(SECOND, request.id)
    stage.vn.hotline.second.confirm(first, request.id)
    stage.deliver()
    body = stage.us.see(request).executor_steps[-1].body
    assert (body.officer.name, body.confirmed_by.name) == (SECOND.name, first.name)


def test_a_proposal_given_back_keeps_its_reason_and_cannot_be_confirmed(quick_stage: Stage) -> None:
    stage = quick_stage
    request = proposed(stage)
    with pytest.raises(Refused, match="reason-missing"):
        stage.vn.hotline.second.drop(SECOND, request.id, "  ")
    stage.vn.hotline.second.drop(SECOND, request.id, "The assurance of 2025 covers this.")
    shown = stage.vn.hotline.show(stage.vn.officer, request.id)
    assert shown.proposal is not None
    assert (shown.proposal.returned_by, shown.proposal.reason) == (SECOND.name, "The assurance of 2025 covers this.")
    with pytest.raises(NotAllowed, match="nothing-proposed"):
        stage.vn.hotline.second.confirm(SECOND, request.id)
    stage.vn.act(request, Step.ACCEPT, considered=list(CONSIDERED))
    assert stage.vn.hotline.show(stage.vn.officer, request.id).proposal is None


def test_its_author_takes_a_proposal_back_without_a_reason(quick_stage: Stage) -> None:
    stage = quick_stage
    request = proposed(stage)
    stage.vn.hotline.second.drop(stage.vn.officer, request.id, "")
    assert stage.vn.hotline.show(stage.vn.officer, request.id).proposal is None
    assert not stage.vn.wire.waiting


def test_a_proposal_for_what_was_decided_otherwise_meanwhile_is_gone(quick_stage: Stage) -> None:
    stage = quick_stage
    request = proposed(stage)
    stage.us.act(request, Step.WITHDRAW, reason="He gave himself up.")
    stage.deliver()
    with pytest.raises(NotAllowed, match="step-not-possible"):
        stage.vn.hotline.second.confirm(SECOND, request.id)
    assert stage.us.see(request).state is State.WITHDRAWN


def test_rights_must_be_thought_through_one_by_one(quick_stage: Stage) -> None:
    for considered in ([], list(CONSIDERED[1:])):
        with pytest.raises(FormRefused) as caught:
            proposed(quick_stage, considered=considered)
        assert [(one.field, one.code) for one in caught.value.problems] == [("considered", "rights-not-considered")]


def test_accepting_what_reaches_a_person_asks_for_the_list_too(quick_stage: Stage) -> None:
    stage = quick_stage
    request = stage.us.open(form_of("locate"))
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    with pytest.raises(FormRefused):
        stage.vn.act(request, Step.ACCEPT)
    stage.vn.act(request, Step.ACCEPT, considered=list(CONSIDERED))


def test_a_conflict_of_law_names_the_law(quick_stage: Stage) -> None:
    stage = quick_stage
    request = stage.us.open(form_of("locate"))
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    form: dict[str, Any] = {"ground": "conflict-of-law", "considered": list(CONSIDERED)}
    with pytest.raises(FormRefused) as caught:
        stage.vn.act(request, Step.REFUSE, **form)
    assert {one.field for one in caught.value.problems} == {"conflict.law"}
    conflict = {
        "law": "Law on Cybersecurity",
        "provision": "Article 26",
        "nature": "It forbids the disclosure.",
        "consequences": "A fine for the provider.",
    }
    stage.vn.act(request, Step.REFUSE, **form, conflict=conflict)
    stage.vn.hotline.second.confirm(SECOND, request.id)
    stage.deliver()
    assert stage.us.see(request).executor_steps[-1].body.conflict.law == "Law on Cybersecurity"


# --- the doors ---------------------------------------------------------------------------------------------------------


def doors(stage: Stage) -> tuple[Browser, Browser]:
    """Two officers of the Vietnamese desk at their pages."""
    first = Door(stage, stage.vn, "vi")
    return first.browser(), first.colleague().browser()


def test_two_officers_at_their_pages(quick_stage: Stage) -> None:
    stage = quick_stage
    request = stage.us.open(form_of("locate"))
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    first, second = doors(stage)
    path = f"/requests/{request.id}"
    first.get(path)
    form = {**RIGHTS, "sure": "yes"}
    assert first.post(f"{path}/refuse", form).status_code == 303
    own = first.get(path).text
    assert f"{path}/refusal/confirm" not in own
    assert first.post(f"{path}/refusal/confirm", {}).status_code == 409
    inbox = second.get("/requests").text
    assert path in inbox
    page = second.get(path).text
    assert f"{path}/refusal/confirm" in page
    assert "He would face death." in page
    assert second.post(f"{path}/refusal/return", {"refusal_reason": ""}).status_code == 422
    assert second.post(f"{path}/refusal/confirm", {}).status_code == 303
    stage.deliver()
    assert stage.us.see(request).state is State.REFUSED


def test_programs_confirm_and_give_back_too(quick_stage: Stage) -> None:
    stage = quick_stage
    request = stage.us.open(form_of("locate"))
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    door = Door(stage, stage.vn)
    first, second = door.program(), door.colleague().program()
    path = f"/api/requests/{request.id}"
    answer = first.post(f"{path}/refuse", RIGHTS)
    assert answer.status_code == 201, answer.text
    assert answer.json()["state"] == "acknowledged"
    assert answer.json()["proposal"]["body"]["ground"] == "human-rights-risk"
    assert first.post(f"{path}/refusal/confirm").json()["code"] == "own-proposal"
    back = second.post(f"{path}/refusal/return", {"reason": "Ask the ministry first."})
    assert back.json()["proposal"]["reason"] == "Ask the ministry first."
    assert first.post(f"{path}/refuse", RIGHTS).status_code == 201
    assert second.post(f"{path}/refusal/confirm").json()["state"] == "refused"


def test_an_auditor_at_the_page_sees_the_proposal_and_no_button(quick_stage: Stage) -> None:
    request = proposed(quick_stage)
    page = Door(quick_stage, quick_stage.vn, role=Role.AUDITOR).browser().get(f"/requests/{request.id}").text
    assert "He would face death." in page
    assert "/refusal/" not in page
