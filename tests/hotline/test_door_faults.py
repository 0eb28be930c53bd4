"""Faults at the hotline's doors, screens and interface: what a browser, a program or a peer could do to them."""

from __future__ import annotations

import base64
import functools
import re
from datetime import UTC, datetime

import pytest

from lienlac.exchange.post import Arrived
from lienlac.hotline.kinds import kind_of
from lienlac.hotline.lifecycle import Step
from lienlac.identifiers import vietqr
from lienlac.identifiers.accounts import VnAccount
from lienlac.ui.words import Words, rfc3339
from lienlac.wire.bodies import hotline as bodies
from tests.hotline.scene import US, VN, Stage, _call, freeze_form, header_of
from tests.hotline.test_pages import FREEZE
from tests.hotline.webscene import Browser, Door

FAR = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
EARLY = datetime(1, 1, 1, tzinfo=UTC)


@pytest.fixture
def us(quick_stage: Stage) -> Browser:
    return Door(quick_stage, quick_stage.us).browser()


def once_of(page: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', page)
    assert found
    return found[1]


# --- twice ------------------------------------------------------------------------------------------------------------


def test_a_double_click_sends_one_request(quick_stage: Stage, us: Browser) -> None:
    """The page's script holds back a second click; a browser without it, or a retry on a bad line, does not."""
    us.get("/requests/new/freeze-payment")
    look = us.post("/requests/new/freeze-payment", {**FREEZE, "act": "look"})
    form = {**FREEZE, "act": "send", "once": once_of(look.text)}
    first = us.post("/requests/new/freeze-payment", form)
    again = us.post("/requests/new/freeze-payment", form)
    assert first.status_code == again.status_code == 303
    assert first.headers["location"] == again.headers["location"]
    assert len(quick_stage.us.wire.waiting) == 1


def test_who_changes_something_after_looking_gets_a_new_key(us: Browser) -> None:
    us.get("/requests/new/freeze-payment")
    look = us.post("/requests/new/freeze-payment", {**FREEZE, "act": "look"})
    key = once_of(look.text)
    edit = us.post("/requests/new/freeze-payment", {**FREEZE, "act": "edit", "once": key})
    assert key not in edit.text
    again = us.post("/requests/new/freeze-payment", {**FREEZE, "act": "look", "once": key})
    assert once_of(again.text) != key
    assert again.text.count('name="once"') == 1


def test_a_step_confirmed_twice_is_taken_once(quick_stage: Stage, us: Browser) -> None:
    stage = quick_stage
    request = stage.us.open(freeze_form())
    stage.deliver()
    path = f"/requests/{request.id}"
    page = us.get(path).text
    key = next(key for key in re.findall(r'name="once" value="([^"]+)"', page) if key.endswith("-withdraw"))
    asked = us.post(f"{path}/withdraw", {"reason": "Paid back.", "once": key})
    assert once_of(asked.text) == key
    for _ in range(2):
        sent = us.post(f"{path}/withdraw", {"reason": "Paid back.", "once": key, "sure": "yes"})
        assert sent.status_code == 303
    assert len(stage.us.wire.waiting) == 1


def test_a_program_that_heard_no_answer_asks_again_without_harm(quick_stage: Stage) -> None:
    program = Door(quick_stage, quick_stage.us).program()
    program.headers["Idempotency-Key"] = '"a-key-of-its-own"'
    made = [program.post("/api/requests", freeze_form()) for _ in range(3)]
    assert {answer.status_code for answer in made} == {201}
    assert len({answer.json()["id"] for answer in made}) == 1
    changed = program.post("/api/requests", freeze_form(facts="Something else."))
    assert (changed.status_code, changed.json()["code"]) == (409, "once-used")
    assert len(quick_stage.us.wire.waiting) == 1


# --- what a peer wrote --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [EARLY, FAR])
@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "America/New_York", "UTC"])
def test_an_instant_without_a_date_in_the_readers_zone_is_still_shown(at: datetime, zone: str) -> None:
    words = Words("vi", zone)
    assert words.instant(at)
    assert words.elsewhere(at)
    assert rfc3339(at)


@pytest.mark.parametrize("at", [EARLY, FAR])
def test_a_page_opens_whatever_instants_and_codes_the_peer_wrote(quick_stage: Stage, us: Browser, at: datetime) -> None:
    """ "Until further notice" is often written as the last instant there is; the page must not fail on it."""
    stage = quick_stage
    request = stage.us.open(freeze_form())
    stage.deliver()
    officer = bodies.Officer(name="\u202eN<b>", unit="\x07U")
    said = (
        (Step.ACKNOWLEDGE, bodies.Acknowledged(officer=officer)),
        (Step.ASK, bodies.Asked(officer=officer, question="{{ 7 * 7 }} %(x)s")),
        (Step.ACCEPT, bodies.Accepted(officer=officer, extent=bodies.Extent.PARTLY)),
        (
            Step.RESULT,
            bodies.Result(
                officer=officer,
                report=bodies.FreezeResult(
                    outcome=bodies.FreezeOutcome.NOT_HELD, held=None, held_at=at, until=at, bank_reference="<script>"
                ),
            ),
        ),
        (Step.NOTE, bodies.Note(officer=officer, text="<img src=x>")),
    )
    for number, (step, body) in enumerate(said):
        header = header_of(VN, US, kind_of(step), 70 + number, request.id, stage.clock.now())
        arrived = Arrived(header=header, body=body, digest=f"{number:064x}", received_at=stage.clock.now())
        stage.us.database.write(functools.partial(_call, stage.us.hotline.arrival_handlers[header.kind][0], arrived))
    for path in (f"/requests/{request.id}", "/requests?direction=out&stage=all", f"/requests/{request.id}/timeline"):
        answer = us.get(path)
        assert answer.status_code == 200, path
        assert "<img" not in answer.text
        assert "<script>" not in answer.text
    assert "{{ 7 * 7 }} %(x)s" in us.get(f"/requests/{request.id}").text


# --- finding ------------------------------------------------------------------------------------------------------------


def test_a_search_goes_on_beyond_its_first_page(quick_stage: Stage, us: Browser) -> None:
    """Only fifty were shown, and nothing said that there were more."""
    stage = quick_stage
    made = {stage.us.open(freeze_form(facts="Alpha beta gamma.")).id for _ in range(53)}
    us.get("/requests?direction=out")
    first = us.post("/requests/search", {"direction": "out", "words": "gamma"})
    seen = set(re.findall(r'id="row-(req-[a-z2-7]+)"', first.text))
    assert len(seen) == 50
    cursor = re.search(r'name="cursor" value="([^"]+)"', first.text)
    assert cursor
    more = us.post("/requests/search", {"direction": "out", "words": "gamma", "cursor": cursor[1]})
    rest = set(re.findall(r'id="row-(req-[a-z2-7]+)"', more.text))
    assert seen | rest == made
    assert not seen & rest
    assert 'name="cursor"' not in more.text


def test_words_in_an_address_are_refused_and_not_dropped(quick_stage: Stage) -> None:
    """Dropped, they would answer with every request there is, as if all had been found."""
    door = Door(quick_stage, quick_stage.us)
    door.program().post("/api/requests", freeze_form())
    answer = door.program("read").get("/api/requests?direction=out&words=0071000123456")
    assert (answer.status_code, answer.json()["code"]) == (422, "search-in-address")
    assert "0071000123456" not in answer.text


@pytest.mark.parametrize("end", ["", "\x00", "req-", "req-" + "a" * 25 + "\x00", "'; --", "é"])
def test_a_forged_cursor_never_reaches_the_database(stage: Stage, end: str) -> None:
    cursor = base64.urlsafe_b64encode(f"5:{end}".encode()).decode().rstrip("=")
    answer = Door(stage, stage.us).program().get(f"/api/requests?cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor-invalid")


@pytest.mark.parametrize("name", ["%00", "req-%00", "US-2026-%00", "%F0%9F%98%80", "x" * 5_000])
def test_a_name_that_no_request_has_is_not_found(stage: Stage, name: str) -> None:
    program = Door(stage, stage.us).program()
    assert program.get(f"/api/requests/{name}").status_code == 404
    assert program.post(f"/api/requests/{name}/note", {"text": "x"}).status_code == 404


def test_a_form_of_nothing_but_unknown_fields_gets_a_short_answer(quick_stage: Stage) -> None:
    program = Door(quick_stage, quick_stage.us).program()
    answer = program.post("/api/requests/check", {f"f{number}": 1 for number in range(100_000)})
    assert answer.status_code == 422
    assert len(answer.content) < 50_000


# --- typing -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("01/11/2026 01:30", 422),
        ("2026-11-01T01:30", 422),
        ("2026-11-01T01:30-04:00", 200),
        ("08/03/2026 02:30", 422),
        ("08/03/2026 03:30", 200),
        ("22/11/2026", 422),
        ("2026-11-22", 422),
    ],
)
def test_an_american_officer_is_asked_when_the_clocks_changed(
    quick_stage: Stage, us: Browser, text: str, status: int
) -> None:
    us.get("/account")
    us.post("/account/choices", {"language": "en", "time_zone": "America/New_York", "theme": "system"})
    us.get("/requests/new/freeze-payment")
    look = us.post("/requests/new/freeze-payment", {**FREEZE, "transferred_at": text, "act": "look"})
    assert look.status_code == status
    if "01:30" in text and status == 422:
        assert "2026-11-01T01:30:00-04:00" in look.text
        assert "2026-11-01T01:30:00-05:00" in look.text


ROW = {"form": "vn", "bank": "Vietcombank", "number": "0071000123456"}
QR = vietqr.build(VnAccount(bin="970415", number="108877665544"))


@pytest.mark.parametrize(("rows", "status"), [(19, 200), (20, 422)])
def test_a_pasted_code_is_not_lost_where_every_row_is_taken(us: Browser, rows: int, status: int) -> None:
    taken = {f"beneficiaries.{row}.{field}": value for row in range(rows) for field, value in ROW.items()}
    us.get("/requests/new/freeze-payment")
    form = {**FREEZE, **taken, "rows.beneficiaries": str(rows), "qr": QR, "act": "qr"}
    answer = us.post("/requests/new/freeze-payment", form)
    assert answer.status_code == status
    assert QR in answer.text if status == 422 else 'value="108877665544"' in answer.text
