"""The screens: the whole story through forms, in both languages, with mistakes shown and nothing leaked."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from lienlac.hotline.inbox.line import amount_of
from lienlac.hotline.lifecycle import State, Step
from lienlac.people.officer import Role
from tests.hotline.scene import START, Stage, freeze_form, preserve_form
from tests.hotline.webscene import Browser, Door

FREEZE = {
    "to": "vn-a05",
    "urgency": "hot",
    "purpose": "stop-funds",
    "legal_basis": "bilateral-arrangement",
    "legal_basis_text": "Arrangement of 2024, article 4",
    "typology": "fxp-rig",
    "case_number": "IC3-2026-4417",
    "rows.beneficiaries": "1",
    "beneficiaries.0.form": "vn",
    "beneficiaries.0.bank": "Vietcombank",
    "beneficiaries.0.number": "0071 0001 2345 6",
    "amount.amount": "48,250.00",
    "amount.currency": "USD",
    "transferred_at": "2026-11-23T08:14",
    "recall": "sent",
    "facts": "A fake forex platform <script>alert(1)</script>.",
    "marks.tlp": "amber",
    "marks.pap": "amber",
    "victim.identified": "yes",
}


@pytest.fixture
def doors(quick_stage: Stage) -> tuple[Stage, Browser, Browser]:
    return quick_stage, Door(quick_stage, quick_stage.us).browser(), Door(quick_stage, quick_stage.vn, "vi").browser()


def test_the_story_through_forms(doors: tuple[Stage, Browser, Browser]) -> None:
    stage, us, vn = doors
    assert us.get("/requests/new").status_code == 200
    assert us.get("/requests/new/freeze-payment").status_code == 200
    look = us.post("/requests/new/freeze-payment", {**FREEZE, "act": "look"})
    assert look.status_code == 200
    assert "Look at it once more" in look.text
    assert "Vietcombank" in look.text
    assert "<script>alert" not in look.text
    sent = us.post("/requests/new/freeze-payment", {**FREEZE, "act": "send"})
    assert sent.status_code == 303, sent.text[:3000]
    path = sent.headers["location"]
    assert "Sent, no receipt yet" in us.get(path).text
    stage.deliver()
    assert "Chờ tiếp nhận" in vn.get(path).text
    assert vn.post(f"{path}/acknowledge", {"remarks": ""}).status_code == 303
    assert vn.post(f"{path}/ask", {"question": "Chi nhánh nào?"}).status_code == 303
    stage.deliver()
    page = us.get(path).text
    assert "Chi nhánh nào?" in page
    question = re.search(r'name="answers" value="(msg-[a-z2-7]+)"', page)
    assert question
    assert us.post(f"{path}/clarify", {"answers": question[1], "answer": "Ba Dinh"}).status_code == 303
    stage.deliver()
    vn.get(path)
    once_more = vn.post(f"{path}/accept", {"extent": "fully"})
    assert once_more.status_code == 200
    assert 'name="sure" value="yes"' in once_more.text
    assert vn.post(f"{path}/accept", {"extent": "fully", "sure": "yes"}).status_code == 303
    result = {
        "outcome": "partly", "held.amount": "812.000.000", "held.currency": "VND", "held_at": "2026-11-23T10:00",
        "until": "2026-11-26T10:00", "bank_reference": "VCB-118",
    }  # fmt: skip
    vn.get(path)
    assert vn.post(f"{path}/result", {**result, "sure": "yes"}).status_code == 303
    stage.deliver()
    us.get(path)
    assert "812,000,000" in us.page
    assert us.post(f"{path}/close", {"sure": "yes"}).status_code == 303
    stage.deliver()
    assert vn.get("/requests?direction=in&stage=ended").text.count("US-2026-000001") >= 1


def test_mistakes_are_shown_at_their_fields_and_nothing_is_sent(doors: tuple[Stage, Browser, Browser]) -> None:
    stage, us, _vn = doors
    us.get("/requests/new/freeze-payment")
    wrong = {
        **FREEZE,
        "beneficiaries.0.bank": "Ngân hàng Không Có",
        "amount.amount": "nhiều",
        "facts": "",
        "act": "send",
    }
    answer = us.post("/requests/new/freeze-payment", wrong)
    assert answer.status_code == 422
    for field in ("beneficiaries.0.bank", "amount.amount", "facts"):
        assert f'href="#f-{field}"' in answer.text
    assert not stage.us.wire.waiting


def test_a_pasted_vietqr_fills_bank_account_and_amount(doors: tuple[Stage, Browser, Browser]) -> None:
    from lienlac.identifiers.accounts import VnAccount
    from lienlac.identifiers.money import Money
    from lienlac.identifiers.vietqr import build

    _stage, us, _vn = doors
    us.get("/requests/new/freeze-payment")
    code = build(VnAccount(bin="970436", number="0071000123456"), amount=Money("2500000", "VND"), memo="NAP TIEN")
    page = us.post("/requests/new/freeze-payment", {"act": "qr", "qr": code, "rows.beneficiaries": "1"}).text
    for text in ("970436", "0071000123456", "2500000", "NAP TIEN"):
        assert f'value="{text}' in page
    wrong = us.post("/requests/new/freeze-payment", {"act": "qr", "qr": code[:-1] + "0", "rows.beneficiaries": "1"})
    assert wrong.status_code == 422


def test_an_account_is_checked_while_it_is_typed(doors: tuple[Stage, Browser, Browser]) -> None:
    _stage, us, _vn = doors
    us.get("/requests/new/freeze-payment")
    row = {"at": "victims.0", "victims.0.form": "us", "victims.0.bank": "021000021", "victims.0.number": "483920017"}
    assert "021000021" in us.post("/requests/new/account", row).text
    bad = us.post("/requests/new/account", {**row, "victims.0.bank": "021000022"})
    assert 'class="error"' in bad.text


def test_a_preservation_through_its_form(doors: tuple[Stage, Browser, Browser]) -> None:
    stage, us, _vn = doors
    us.get("/requests/new/preserve-data")
    plain = {name: value for name, value in preserve_form().items() if isinstance(value, str) and name != "kind"}
    fields = {
        **plain, "period_days": "90", "mla_intended": "yes", "confidential": "yes", "identifiers.0.type": "ip",
        "identifiers.0.value": "203.0.113.7", "rows.identifiers": "1", "covers_from": "2026-10-01T00:00",
    }  # fmt: skip
    assert us.post("/requests/new/preserve-data", {**fields, "act": "look"}).status_code == 200
    sent = us.post("/requests/new/preserve-data", {**fields, "act": "send"})
    assert sent.status_code == 303
    stage.deliver()
    assert "203.0.113.7" in us.get(sent.headers["location"]).text


def test_the_inbox_filters_searches_and_says_when_it_is_empty(doors: tuple[Stage, Browser, Browser]) -> None:
    stage, us, vn = doors
    assert "No open request to a partner" in us.get("/requests?direction=out").text
    stage.us.open(freeze_form())
    stage.us.open(preserve_form())
    stage.deliver()
    assert vn.get("/requests").text.count('id="row-req-') == 2
    assert vn.get("/requests?kind=hotline.preserve-data").text.count('id="row-req-') == 1
    assert vn.get("/requests?due=soon").text.count('id="row-req-') == 1
    assert vn.get("/requests/rows?direction=in").text.count('id="row-req-') == 2
    assert vn.post("/requests/search", {"words": "3456", "direction": "in"}).text.count('id="row-req-') == 1
    assert vn.post("/requests/search", {"words": "nothing", "direction": "in"}).text.count('id="row-req-') == 0
    assert vn.get("/requests?kind=nonsense&stage=nonsense&cursor=").status_code == 200


def test_every_state_of_a_request_can_be_shown(doors: tuple[Stage, Browser, Browser]) -> None:
    stage, us, vn = doors
    request = stage.us.open(preserve_form(urgency="hot"))
    path = f"/requests/{request.id}"
    seen = []

    def look() -> None:
        stage.deliver()
        assert us.get(path).status_code == vn.get(path).status_code == 200
        assert us.get(f"{path}/status").status_code == us.get(f"{path}/timeline").status_code == 200
        seen.append(stage.us.see(request).state)

    assert us.get(path).status_code == 200
    look()
    stage.clock.turn(minutes=40)
    stage.watch()
    look()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    look()
    stage.vn.act(request, Step.ASK, question="Which server?")
    look()
    stage.vn.act(request, Step.ACCEPT, extent="partly", remarks="Logs only.")
    look()
    until = (stage.clock.now() + timedelta(days=60)).isoformat()
    stage.vn.act(
        request, Step.RESULT, outcome="partly", preserved="Logs", preserved_at=START.isoformat(), until=until,
        follow_up="MLA request",
    )  # fmt: skip
    look()
    stage.us.act(request, Step.FEEDBACK, usefulness="partly", text="Late.", returned={"amount": "5", "currency": "USD"})
    stage.us.act(request, Step.CLOSE)
    stage.us.act(request, Step.NOTE, text="Thank you.")
    look()
    other = stage.us.open(freeze_form())
    stage.deliver()
    stage.vn.act(other, Step.ACKNOWLEDGE)
    stage.vn.act(other, Step.REFUSE, ground="de-facto-impossibility", withheld_by_law=True)
    path = f"/requests/{other.id}"
    look()
    assert seen[-1] is State.CLOSED


def test_withdraw_by_a_foreign_page_is_refused(doors: tuple[Stage, Browser, Browser]) -> None:
    stage, us, _vn = doors
    request = stage.us.open(freeze_form())
    us.get(f"/requests/{request.id}")
    found = re.search(r'name="csrf-token" content="([^"]*)"', us.page)
    assert found
    data = {"csrf": found[1], "reason": "x", "sure": "yes"}
    answer = us.client.post(f"/requests/{request.id}/withdraw", data=data, headers={"Origin": "http://evil.test"})
    assert answer.status_code == 403
    assert stage.us.see(request).state is State.SENT


def test_a_new_request_is_told_on_every_page_until_somebody_acknowledges_it(
    doors: tuple[Stage, Browser, Browser],
) -> None:
    stage, us, vn = doors
    first, second = stage.us.open(freeze_form(urgency="urgent")), stage.us.open(freeze_form())
    stage.deliver()
    for path in ("/account", "/requests/new/freeze-payment", "/live/beside?at=/account"):
        page = vn.get(path).text
        assert f'href="/requests/{first.id}"' in page
        assert "Có 2 yêu cầu mới chờ tiếp nhận" in page
    assert "<title>(2) " in vn.get("/account").text
    assert "yêu cầu mới" not in us.get("/account").text
    stage.vn.act(first, Step.ACKNOWLEDGE)
    assert "Có 1 yêu cầu mới chờ tiếp nhận" in vn.get("/account").text
    stage.vn.act(second, Step.ACKNOWLEDGE)
    page = vn.get("/account").text
    assert 'data-count="0"' in page
    assert "<title>Tài khoản" in page


def test_who_may_not_acknowledge_is_not_called_to_it(quick_stage: Stage) -> None:
    auditor = Door(quick_stage, quick_stage.vn, "vi", Role.AUDITOR).browser()
    quick_stage.us.open(freeze_form())
    quick_stage.deliver()
    page = auditor.get("/requests").text
    assert "US-2026-000001" in page
    assert 'data-count="0"' in page


def test_a_question_to_us_is_counted_and_named_on_our_side(doors: tuple[Stage, Browser, Browser]) -> None:
    stage, us, vn = doors
    request = stage.us.open(freeze_form())
    stage.deliver()
    stage.vn.act(request, Step.ACKNOWLEDGE)
    stage.vn.act(request, Step.ASK, question="Which branch?")
    stage.deliver()
    page = us.get("/requests?direction=out").text
    assert "They ask us" in page
    assert '<span class="badge">1<' in page
    assert us.get("/requests?direction=out&state=clarifying").text.count('id="row-req-') == 1
    assert us.get("/requests?direction=out&state=accepted").text.count('id="row-req-') == 0
    assert "Chờ đối tác trả lời" in vn.get("/requests").text


def test_the_other_duty_desk_can_be_rung_from_the_request(doors: tuple[Stage, Browser, Browser]) -> None:
    stage, us, vn = doors
    request = stage.us.open(freeze_form(phone="+1 202 555 0143"))
    stage.deliver()
    assert "+1 202 555 0100" in us.get(f"/requests/{request.id}").text
    page = vn.get(f"/requests/{request.id}").text
    assert re.search(r'name="phone" value="[+]1 202 555 0100"', page), "our own number is filled in"
    assert re.search(r'name="phone"[^>]*value="[+]1 202 555 0100"', us.get("/requests/new/freeze-payment").text)


def test_handling_marks_are_said_in_words(doors: tuple[Stage, Browser, Browser]) -> None:
    stage, us, vn = doors
    request = stage.us.open(freeze_form())
    stage.deliver()
    page = us.get(f"/requests/{request.id}").text
    assert "as far as they need to know" in page
    assert "prevent and fight crime" in page
    assert "Chỉ dùng để phòng, chống tội phạm" in vn.get(f"/requests/{request.id}").text


@pytest.mark.parametrize(
    "text", ["22/11/2026 20:14", "22.11.2026 20h14", "22-11-2026  20 : 14", "2026-11-22T20:14", "22/11/2026, 20:14"]
)
def test_a_time_is_typed_day_first_in_the_officers_zone(doors: tuple[Stage, Browser, Browser], text: str) -> None:
    _stage, _us, vn = doors
    vn.get("/requests/new/freeze-payment")
    look = vn.post("/requests/new/freeze-payment", {**FREEZE, "to": "us-fbi", "transferred_at": text, "act": "look"})
    assert look.status_code == 200, look.text
    assert "22/11/2026 20:14 (Hà Nội)" in look.text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("text", ["11/23/2026 20:14", "22/11/2026", "22/11/26 20:14", "32/11/2026 20:14", "hôm qua"])
def test_a_time_that_could_mean_another_day_is_asked_about(doors: tuple[Stage, Browser, Browser], text: str) -> None:
    _stage, _us, vn = doors
    vn.get("/requests/new/freeze-payment")
    answer = vn.post("/requests/new/freeze-payment", {**FREEZE, "to": "us-fbi", "transferred_at": text, "act": "look"})
    assert answer.status_code == 422
    assert 'href="#f-transferred_at"' in answer.text
    assert f'value="{text}"' in answer.text


def test_mistakes_are_listed_from_the_head_of_the_page_down(doors: tuple[Stage, Browser, Browser]) -> None:
    _stage, us, _vn = doors
    us.get("/requests/new/freeze-payment")
    page = us.post("/requests/new/freeze-payment", {"to": "vn-a05", "urgency": "hot", "act": "look"}).text
    fields = re.findall(r'<li><a href="#f-([a-z_.0-9]+)">', page)
    assert fields == [
        *("beneficiaries.0.number", "amount.amount", "transferred_at", "facts"), *("purpose", "typology", "legal_basis")
    ]  # fmt: skip


def test_the_amount_of_a_line_is_written_in_the_readers_way(doors: tuple[Stage, Browser, Browser]) -> None:
    stage, us, vn = doors
    stage.us.open(freeze_form())
    stage.us.open(preserve_form())
    stage.deliver()
    assert "48.250,00\N{NO-BREAK SPACE}USD" in vn.get("/requests").text
    assert "48,250.00\N{NO-BREAK SPACE}USD" in us.get("/requests?direction=out").text
    assert amount_of("VNPT · 12.50 USD · x") == (None, "VNPT · 12.50 USD · x")
