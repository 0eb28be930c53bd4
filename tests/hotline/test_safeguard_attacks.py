"""A node that leaves its own checks out gains nothing: each attack is refused by the receiver, with its reason.

The attacker here is a whole node whose desk checks nothing; what it signs is well-formed.
"""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec import structs

from lienlac.errors import NotAllowed, Refused
from lienlac.exchange.post import Arrived
from lienlac.hotline.kinds import BY_NAME, kind_of
from lienlac.hotline.kinds.steps import CONSIDERED
from lienlac.hotline.lifecycle import State, Step
from lienlac.hotline.request import Request
from lienlac.records.forms.problems import FormRefused
from lienlac.vocabulary import purposes, typologies
from lienlac.wire.bodies import hotline as bodies
from tests.hotline.cases import (
    CLOCKS,
    DECISION,
    LEADING,
    NAMES,
    OFFICER,
    RESULTS,
    body_of,
    form_of,
    opening_of,
    report_of,
)
from tests.hotline.scene import START, US, VN, Side, Stage, freeze_form, header_of, preserve_form
from tests.hotline.test_windows import in_haste_stage, preserved

_numbers = itertools.count(500)
AUTHORISATION = bodies.Authorisation(
    decided_by=bodies.DecidedBy.COURT, authority="Court", law="18 USC 981", scope="All", decided_on="2026-11-20"
)


def forged(
    stage: Stage, author: str, kind: str, body: object, record: str, *, late: timedelta = timedelta(), **header: Any
) -> None:
    """A message of that author arrives at the other node; its refusal is raised."""
    receiver: Side = stage.vn if author == US else stage.us
    number = next(_numbers)
    made = header_of(author, receiver.node_id, kind, number, record, stage.clock.now(), token=f"forged {number}")
    made = structs.replace(made, **{"purpose": "investigate", "typology": "fxp-rig", **header})
    now = stage.clock.now() + late
    arrived = Arrived(header=made, body=body, digest=f"{number:064x}", received_at=now)
    handler = receiver.hotline.arrival_handlers[kind][0]
    receiver.database.write(lambda connection: handler(connection, arrived))


def forged_opening(stage: Stage, name: str, body: bodies.Opening | None = None, **header: Any) -> None:
    kind = BY_NAME[name]
    purpose = header.pop("purpose", kind.purposes[0])
    body = body or opening_of(name)
    clocks = dict.fromkeys(("acknowledge_s", "decide_s", "execute_s"))
    lengthy = structs.replace(body.clocks, correct_s=3600, **clocks)
    body = structs.replace(body, clocks=lengthy if body.clocks == CLOCKS else body.clocks)
    record = "req-" + "".join("abcdefghijklmnopqrstuvwxyz"[int(digit)] for digit in f"{next(_numbers):026d}")
    forged(stage, US, kind.kind, body, record, purpose=purpose, **header)


def forged_step(stage: Stage, author: str, request: Request, step: Step, body: object) -> None:
    forged(stage, author, kind_of(step), body, request.id)


def under_way(stage: Stage, form: dict[str, Any] | None = None) -> Request:
    """A request that Viet Nam accepted."""
    request = stage.us.open(form or freeze_form())
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    stage.vn.act(request, Step.ACCEPT, considered=list(CONSIDERED))
    stage.deliver()
    return request


# --- openings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in NAMES if name not in LEADING])
def test_the_forger_of_these_tests_can_send_what_is_right(name: str, quick_stage: Stage) -> None:
    forged_opening(quick_stage, name)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in LEADING])
def test_a_purpose_that_the_kind_does_not_serve_is_refused(name: str, quick_stage: Stage) -> None:
    purpose = "exercise" if "exercise" not in BY_NAME[name].purposes else "none"
    with pytest.raises(Refused, match="purpose-unfit"):
        forged_opening(quick_stage, name, purpose=purpose)


def test_no_kind_serves_every_purpose() -> None:
    for kind in BY_NAME.values():
        assert set(kind.purposes) < set(purposes.codes())


@pytest.mark.parametrize("name", ["disclose-subscriber", "disclose-traffic", "locate"])
def test_disclosing_or_locating_without_a_decision_is_refused(name: str, quick_stage: Stage) -> None:
    body = structs.replace(opening_of(name), authorisation=None)
    with pytest.raises(Refused, match="authorisation-missing"):
        forged_opening(quick_stage, name, body)


def test_an_opening_without_offence_or_case_is_refused(quick_stage: Stage) -> None:
    with pytest.raises(Refused, match="offence-missing"):
        forged_opening(quick_stage, "freeze-payment", typology=None)
    with pytest.raises(Refused, match="case-missing"):
        forged_opening(quick_stage, "freeze-payment", structs.replace(opening_of("freeze-payment"), case_number=" "))


def test_a_terrorism_code_for_speech_alone_is_refused(quick_stage: Stage) -> None:
    code = next(word.code for word in typologies if word.needs_element)
    body = opening_of("freeze-payment")
    for element in (None, bodies.TerrorismElement(), bodies.TerrorismElement(listed_entity="  ")):
        with pytest.raises(Refused, match="terrorism-element-missing"):
            forged_opening(quick_stage, "freeze-payment", structs.replace(body, terrorism=element), typology=code)
    shown = structs.replace(body, terrorism=bodies.TerrorismElement(violence="A bomb at a market."))
    forged_opening(quick_stage, "freeze-payment", shown, typology=code)


def test_danger_to_life_as_a_pretext_for_haste_is_refused(quick_stage: Stage) -> None:
    body = structs.replace(opening_of("emergency-disclose"), urgency=bodies.Urgency.NORMAL)
    with pytest.raises(Refused, match="urgency-unfit"):
        forged_opening(quick_stage, "emergency-disclose", body)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"validate_s": None}, "validate_s"),
        ({"validate_s": 90 * 86400}, "validate_s"),
        ({"correct_s": None}, "correct_s"),
    ],
)
def test_a_requester_who_grants_itself_more_time_than_agreed_is_refused(
    quick_stage: Stage, changes: dict[str, Any], field: str
) -> None:
    stage = in_haste_stage(quick_stage)
    clocks = structs.replace(CLOCKS, acknowledge_s=None, decide_s=None, execute_s=None, validate_s=172_800)
    body = structs.replace(opening_of("freeze-payment"), clocks=structs.replace(clocks, **changes))
    with pytest.raises(Refused, match="clocks-not-agreed") as caught:
        forged_opening(stage, "freeze-payment", body)
    assert caught.value.field == field


def test_interception_and_content_exist_nowhere() -> None:
    """No kind, no category, no outcome, no word of any form asks for what is being said."""
    words = [kind.name for kind in BY_NAME.values()]
    for kind in BY_NAME.values():
        for field in (*kind.fields, *kind.report_fields):
            words += [field.name, *(code for code in field.choices if field.vocabulary is None)]
    for word in ("intercept", "wiretap", "content", "live", "record-calls"):
        assert not [found for found in words if word in [*found.split("-"), found]], word
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"kind": "intercept"}, bodies.AnyOpening)


# --- follow-ups ------------------------------------------------------------------------------------------------------


def _follow_up(stage: Stage, name: str, earlier: Request | None, **changes: Any) -> bodies.Opening:
    follows = bodies.Follows(
        request=earlier.id if earlier else "req-" + "q" * 26,
        reference=earlier.reference if earlier else "US-2026-000009",
    )
    return structs.replace(opening_of(name), follows=structs.replace(follows, **changes))


def test_an_orphan_follow_up_is_refused_by_the_receiver_and_prevented_by_the_sender(quick_stage: Stage) -> None:
    stage = quick_stage
    with pytest.raises(Refused, match="follow-up-missing"):
        forged_opening(stage, "extend", structs.replace(opening_of("extend"), follows=None))
    with pytest.raises(Refused, match="follow-up-orphan"):
        forged_opening(stage, "extend", _follow_up(stage, "extend", None))
    with pytest.raises(FormRefused, match="form-invalid") as caught:
        stage.us.open(form_of("extend", follows="US-2026-000009"))
    assert [(problem.field, problem.code) for problem in caught.value.problems] == [("follows", "follow-up-orphan")]


def test_an_extension_of_another_nodes_request_is_an_orphan_like_any_other(quick_stage: Stage) -> None:
    """Nobody finds out by guessing what the receiver itself has asked for."""
    stage = quick_stage
    theirs = stage.vn.open(preserve_form())
    stage.deliver()
    assert stage.us.see(theirs).requester == VN
    with pytest.raises(Refused, match="follow-up-orphan"):
        forged_opening(stage, "extend", _follow_up(stage, "extend", theirs))
    with pytest.raises(FormRefused):
        stage.us.open(form_of("extend", follows=theirs.reference))


def test_an_id_under_another_ones_reference_is_an_orphan(quick_stage: Stage) -> None:
    before = preserved(quick_stage)
    body = _follow_up(quick_stage, "extend", before, reference="US-2026-000777")
    with pytest.raises(Refused, match="follow-up-orphan"):
        forged_opening(quick_stage, "extend", body, purpose="preserve-evidence")


def test_releasing_what_was_preserved_or_extending_what_was_disclosed_is_refused(quick_stage: Stage) -> None:
    stage = quick_stage
    before = preserved(stage)
    with pytest.raises(Refused, match="follow-up-kind"):
        forged_opening(stage, "release-payment", _follow_up(stage, "release-payment", before), purpose="stop-funds")
    told = stage.carried_out(form_of("legal-info"), RESULTS["legal-info"])
    with pytest.raises(Refused, match="follow-up-kind"):
        forged_opening(stage, "extend", _follow_up(stage, "extend", told))


def test_extending_what_has_ended_or_never_held_is_refused(quick_stage: Stage) -> None:
    stage = quick_stage
    before = preserved(stage)
    pending = stage.us.open(preserve_form())
    stage.deliver()
    with pytest.raises(Refused, match="follow-up-nothing-held"):
        forged_opening(stage, "extend", _follow_up(stage, "extend", pending), purpose="preserve-evidence")
    stage.clock.turn(days=91)
    with pytest.raises(Refused, match="follow-up-too-late"):
        forged_opening(stage, "extend", _follow_up(stage, "extend", before), purpose="preserve-evidence")


def test_an_extension_for_another_purpose_is_refused(quick_stage: Stage) -> None:
    before = preserved(quick_stage)
    other = next(purpose for purpose in BY_NAME["extend"].purposes if purpose != "preserve-evidence")
    with pytest.raises(Refused, match="follow-up-purpose"):
        forged_opening(quick_stage, "extend", _follow_up(quick_stage, "extend", before), purpose=other)


# --- answers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_result_of_another_kind_is_refused(name: str, quick_stage: Stage) -> None:
    stage = quick_stage
    asked = "legal-info" if name == "freeze-payment" else "freeze-payment"
    request = under_way(stage, form_of(asked))
    body = bodies.Result(officer=OFFICER, report=report_of(name))  # type: ignore[arg-type]
    if name == asked:
        forged_step(stage, VN, request, Step.RESULT, body)
        return
    with pytest.raises(Refused, match="report-other-kind"):
        forged_step(stage, VN, request, Step.RESULT, body)


def test_a_refusal_on_human_rights_by_one_officer_alone_is_refused(quick_stage: Stage) -> None:
    stage = quick_stage
    request = stage.us.open(form_of("locate"))
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    stage.deliver()
    alone = bodies.Declined(officer=OFFICER, ground="political-offence", explanation="x", considered=CONSIDERED)
    with pytest.raises(Refused, match="refusal-unconfirmed"):
        forged_step(stage, VN, request, Step.REFUSE, alone)
    second = bodies.Officer(name="Trần Văn Hải", unit="A05")
    forged_step(stage, VN, request, Step.REFUSE, structs.replace(alone, confirmed_by=second))
    assert stage.us.see(request).state is State.REFUSED


def test_a_ground_that_does_not_fit_is_refused_whether_it_returns_or_refuses(quick_stage: Stage) -> None:
    stage = quick_stage
    request = stage.us.open(form_of("legal-info"))
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    stage.deliver()
    for step, body in (
        (Step.REFUSE, bodies.Declined(officer=OFFICER, ground="incomplete")),
        (Step.REFUSE, bodies.Declined(officer=OFFICER, ground="political-offence", confirmed_by=OFFICER)),
        (Step.RETURN, bodies.Returned(officer=OFFICER, ground="data-not-held", explanation="x")),
        (Step.RETURN, bodies.Returned(officer=OFFICER, ground="disproportionate", explanation="x")),
    ):
        with pytest.raises(Refused, match="ground-unfit"):
            forged_step(stage, VN, request, step, body)


def test_refusing_inside_the_window_for_a_correction_is_refused(quick_stage: Stage) -> None:
    stage = quick_stage
    request = stage.us.open(freeze_form())
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    stage.vn.act(request, Step.RETURN, ground="incomplete", explanation="Which branch?")
    stage.deliver()
    with pytest.raises(Refused, match="correction-window-open"):
        forged_step(stage, VN, request, Step.REFUSE, bodies.Declined(officer=OFFICER, ground="data-not-held"))


# --- corrections -----------------------------------------------------------------------------------------------------


def _sent_back(stage: Stage, form: dict[str, Any] | None = None) -> tuple[Request, str]:
    request = stage.us.open(form or freeze_form())
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    seen = stage.vn.act(request, Step.RETURN, ground="incomplete", explanation="Which branch?")
    stage.deliver()
    return stage.us.see(request), seen.returns[-1].asked.id


def test_a_correction_that_makes_another_request_of_it_is_refused(quick_stage: Stage) -> None:
    request, answers = _sent_back(quick_stage)
    present = request.opening.body
    others = [
        opening_of("preserve-data"),
        structs.replace(present, reference="US-2026-000099"),
        structs.replace(present, urgency=bodies.Urgency.NORMAL),
        structs.replace(present, clocks=structs.replace(present.clocks, decide_s=None)),
        structs.replace(present, drill=True),
        structs.replace(present, officer=OFFICER),
    ]
    for opening in others:
        body = bodies.Corrected(officer=OFFICER, answers=answers, opening=opening)
        with pytest.raises(Refused, match="correction-other-request"):
            forged_step(quick_stage, US, request, Step.CORRECT, body)


def test_a_correction_cannot_drop_the_decision_nor_bring_the_one_that_is_missing(quick_stage: Stage) -> None:
    stage = quick_stage
    request, answers = _sent_back(stage, form_of("locate"))
    bare = structs.replace(request.opening.body, authorisation=None)
    with pytest.raises(Refused, match="authorisation-missing"):
        forged_step(stage, US, request, Step.CORRECT, bodies.Corrected(officer=OFFICER, answers=answers, opening=bare))
    in_haste_stage(stage)
    request, answers = _sent_back(stage)
    stated = structs.replace(request.opening.body, authorisation=AUTHORISATION)
    with pytest.raises(Refused, match="correction-authorises"):
        forged_step(
            stage, US, request, Step.CORRECT, bodies.Corrected(officer=OFFICER, answers=answers, opening=stated)
        )


def test_a_second_correction_and_one_that_nobody_asked_for_change_nothing(quick_stage: Stage) -> None:
    stage = quick_stage
    request, answers = _sent_back(stage)
    for facts in ("The branch is Ba Dinh.", "Everything is quite different."):
        opening = structs.replace(request.opening.body, facts=facts)
        forged_step(
            stage, US, request, Step.CORRECT, bodies.Corrected(officer=OFFICER, answers=answers, opening=opening)
        )
    assert stage.vn.see(request).body.facts == "The branch is Ba Dinh."  # type: ignore[attr-defined]
    other = under_way(stage)
    opening = structs.replace(other.opening.body, facts="Everything is quite different.")
    forged_step(
        stage, US, other, Step.CORRECT, bodies.Corrected(officer=OFFICER, answers="msg-" + "z" * 26, opening=opening)
    )
    assert stage.vn.see(other).body == other.opening.body
    assert stage.vn.see(other).state is State.ACCEPTED


# --- lapses ----------------------------------------------------------------------------------------------------------


def test_a_lapse_at_another_instant_than_both_computed_is_refused(quick_stage: Stage) -> None:
    stage = in_haste_stage(quick_stage)
    request = under_way(stage)
    for instant in (START, START + timedelta(hours=47), START + timedelta(days=90)):
        with pytest.raises(Refused, match="lapse-other-instant"):
            forged_step(stage, US, request, Step.LAPSE, bodies.Lapsed(validate_until=instant))


def test_a_lapse_of_what_was_validated_or_never_needed_it_is_refused(quick_stage: Stage) -> None:
    stage = quick_stage
    plain = under_way(stage)
    lapse = bodies.Lapsed(validate_until=START + timedelta(hours=48))
    with pytest.raises(Refused, match="step-out-of-order"):
        forged_step(stage, US, plain, Step.LAPSE, lapse)
    in_haste_stage(stage)
    request = under_way(stage)
    stage.us.act(request, Step.VALIDATE, authorisation=DECISION)
    stage.deliver()
    with pytest.raises(Refused, match="step-out-of-order"):
        forged_step(stage, US, request, Step.LAPSE, lapse)
    assert stage.vn.see(request).state is State.ACCEPTED


def test_a_lapse_replayed_on_another_request_is_refused(quick_stage: Stage) -> None:
    stage = in_haste_stage(quick_stage)
    first = under_way(stage)
    stage.clock.turn(hours=10)
    second = under_way(stage)
    stage.clock.turn(hours=38, seconds=1)
    stage.watch()
    stage.deliver()
    lapse = next(fact for fact in stage.us.see(first).facts.values() if fact.step is Step.LAPSE)
    with pytest.raises(Refused, match="lapse-other-instant"):
        forged_step(stage, US, second, Step.LAPSE, lapse.body)
    arrived = Arrived(
        header=structs.replace(lapse.header, record_id=second.id), body=lapse.body, digest=lapse.digest,
        received_at=stage.clock.now(),
    )  # fmt: skip
    handler = stage.vn.hotline.arrival_handlers[lapse.header.kind][0]
    with pytest.raises(Refused):
        stage.vn.database.write(lambda connection: handler(connection, arrived))
    assert stage.vn.see(second).state is State.ACCEPTED


def test_the_executor_cannot_let_a_request_lapse_nor_validate_it(quick_stage: Stage) -> None:
    stage = in_haste_stage(quick_stage)
    request = under_way(stage)
    lapse = bodies.Lapsed(validate_until=START + timedelta(hours=48))
    for step, body in ((Step.LAPSE, lapse), (Step.VALIDATE, body_of(Step.VALIDATE, ""))):
        with pytest.raises(Refused, match="wrong-side"):
            forged_step(stage, VN, request, step, body)


# --- another use -------------------------------------------------------------------------------------------------------


def test_leave_for_another_use_that_one_gives_oneself_is_refused(quick_stage: Stage) -> None:
    stage = quick_stage
    request = under_way(stage)
    asked = stage.us.act(request, Step.ASK_USE, purpose="prosecute", text="For the trial.").uses[0].asked
    stage.deliver()
    body = bodies.UseAnswered(officer=OFFICER, answers=asked.id, granted=True)
    with pytest.raises(Refused, match="use-own-question"):
        forged_step(stage, US, request, Step.ANSWER_USE, body)
    with pytest.raises(NotAllowed, match="step-not-possible"):
        stage.us.act(request, Step.ANSWER_USE, answers=asked.id, granted=True)
    assert stage.vn.see(request).uses[0].answered is None
    stage.vn.act(request, Step.ANSWER_USE, answers=asked.id, granted=False, conditions="Not before a court.")
    stage.deliver()
    answered = stage.us.see(request).uses[0].answered
    assert answered is not None
    assert answered.body.granted is False
