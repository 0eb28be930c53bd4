"""Attack: send along what is not the sender's to say: owner, author, side, state, reference, clocks, unit, role, scope.

A page ignores what its form does not declare, a program is told, and in both cases the node's own values stand. Roles
and scopes of one's own account: `test_self_promotion.py`; of others: `test_privilege_through_user_management.py`; a
second officer who is the first: `tests/hotline/test_second_officer.py`; fields of the exchange's own messages:
`tests/exchange/attacks`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.hotline.kinds import BY_NAME
from lienlac.hotline.kinds.shared import COMMON
from lienlac.hotline.kinds.steps import CONSIDERED
from lienlac.hotline.lifecycle import State, Step
from lienlac.hotline.pages import typed
from lienlac.people import accounts
from lienlac.people.fresh import STEP_UP
from tests.hotline.cases import opening_of
from tests.hotline.scene import freeze_form
from tests.security.house import NODE, PARTNER

if TYPE_CHECKING:
    from tests.security.house import House

NOT_THEIRS: dict[str, Any] = {
    "officer": "Đại tá Giả",
    "officer.name": "Đại tá Giả",
    "officer.unit": "Bộ",
    "officer_id": "off-" + "b" * 26,
    "author": "binh",
    "by": "binh",
    "actor": "binh",
    "confirmed_by": "binh",
    "confirmed_by.name": "Đại tá Giả",
    "state": "executed",
    "stage": "ended",
    "actual": "executed",
    "desired": "closed",
    "step": "result",
    "sender": PARTNER,
    "recipient": "us-fbi",
    "requester": PARTNER,
    "executor": NODE,
    "direction": "in",
    "reference": "US-2026-000001",
    "id": "req-" + "b" * 26,
    "record_id": "req-" + "b" * 26,
    "received_at": "2020-01-01T00:00:00Z",
    "sent_at": "2020-01-01T00:00:00Z",
    "at": "2020-01-01T00:00:00Z",
    "clocks": "1",
    "clocks.decide_s": "1",
    "agreement_id": "agr-" + "b" * 26,
    "unit": "cyber",
    "units": "cyber",
    "role": "supervisor",
    "roles": "supervisor",
    "scope": "all",
    "restricted": "false",
    "holder": "binh",
    "released": "yes",
    "approved_by": "binh",
    "fresh": "yes",
    "proof": "passkey",
}


def check_author(house: House, request_id: str, step: Step, login: str) -> None:
    request = house.hotline.show(house["kiem"], request_id).request
    fact = next(fact for fact in request.facts.values() if fact.step is step)
    assert (fact.body.officer.name, fact.body.officer.unit) == (house[login].name, house[login].unit)
    assert (fact.header.sender, fact.header.recipient) == (NODE, PARTNER)
    assert fact.header.sent_at == house.clock.now()


def test_a_page_takes_nothing_that_its_form_does_not_declare(house: House) -> None:
    request_id = house.receive()
    browser = house.browser("anh")
    browser.get(f"/requests/{request_id}")
    assert browser.post(f"/requests/{request_id}/acknowledge", NOT_THEIRS).status_code == 303
    check_author(house, request_id, Step.ACKNOWLEDGE, "anh")
    request = house.hotline.show(house["anh"], request_id).request
    assert request.state is State.ACKNOWLEDGED
    assert request.requester == PARTNER


def test_a_new_request_from_a_page_bears_our_own_number_name_sides_and_clocks(house: House) -> None:
    kind = BY_NAME["legal-info"]
    fields = typed.fields_from((*kind.fields, *COMMON), opening_of("legal-info"), "UTC")
    head = {
        "urgency": "normal", "purpose": "investigate", "typology": "fxp-rig",
        "legal_basis": "bilateral-arrangement", "legal_basis_text": "Article 4", "to": PARTNER, "act": "send",
    }  # fmt: skip
    browser = house.browser("anh")
    answer = browser.post("/requests/new/legal-info", {**NOT_THEIRS, **fields, **head})
    assert answer.status_code == 303, answer.text
    request = house.hotline.show(house["anh"], answer.headers["location"].rsplit("/", 1)[1]).request
    agreed = house.hotline.show(house["anh"], house.send("anh", urgency="hot")).request.opening.body.clocks
    assert request.reference.startswith("VN-2026-")
    assert request.id != NOT_THEIRS["id"]
    assert (request.requester, request.executor) == (NODE, PARTNER)
    assert request.opening.body.clocks.decide_s == agreed.decide_s == 4 * 3600
    check_author(house, request.id, Step.OPEN, "anh")


def test_a_program_is_told_that_it_may_not_say_this(house: House) -> None:
    request_id = house.receive()
    program = house.program("anh")
    form = freeze_form(transferred_at=house.clock.now().isoformat())
    for name, value in NOT_THEIRS.items():
        for path, body in (
            ("/api/requests", form),
            ("/api/requests/check", form),
            (f"/api/requests/{request_id}/acknowledge", {}),
            (f"/api/requests/{request_id}/note", {"text": "t"}),
        ):
            answer = program.post(path, {**body, name: value})
            assert answer.status_code == 422, (path, answer.text)
            assert name in [problem["field"] for problem in answer.json()["problems"]]
    assert len(house.hotline.show(house["anh"], request_id).request.facts) == 1
    assert len(program.get("/api/requests?direction=out").json()["requests"]) == 0


def test_a_refusal_that_needs_two_is_not_confirmed_by_a_field(house: House) -> None:
    request_id = house.receive()
    house.act("anh", request_id, Step.ACKNOWLEDGE)
    browser = house.browser("anh")
    browser.get(f"/requests/{request_id}")
    form = {
        **NOT_THEIRS, "ground": "political-offence", "explanation": "Not a crime here.", "considered": list(CONSIDERED),
        "sure": "yes", "confirmed_by": house["binh"].id,
    }  # fmt: skip
    answer = browser.post(f"/requests/{request_id}/refuse", form)
    assert answer.status_code in {303, 422}, answer.text
    request = house.hotline.show(house["anh"], request_id).request
    assert request.state is State.ACKNOWLEDGED
    assert Step.REFUSE not in {fact.step for fact in request.facts.values()}


def test_a_restriction_is_signed_by_who_makes_it(house: House) -> None:
    request_id = house.receive()
    browser = house.browser("binh")
    browser.get(f"/requests/{request_id}/access")
    form = {**NOT_THEIRS, "reason": "Nghi lộ tin", "units": house.cast.units["fraud"], "by": house["dung"].id}
    assert browser.post(f"/requests/{request_id}/restrict", form).status_code == 303
    entries = house.browser("kiem").get("/log").text
    assert house["dung"].name not in entries
    assert house["binh"].name in entries


def test_an_act_that_needs_a_proof_takes_none_from_a_field(house: House) -> None:
    assert STEP_UP
    browser = house.browser("admin")
    browser.get("/users/new")
    house.clock.turn(1_200)
    form = {**NOT_THEIRS, "login": "moi", "name": "Mới", "unit": house.cast.units["fraud"], "roles": "duty-officer"}
    browser.post("/users/new", {**form, "language": "en", "proved_at": "9999999999", "session": "fresh"})
    with house.database.read() as connection:
        assert "moi" not in {officer.login for officer, _ in accounts.every(connection)}
