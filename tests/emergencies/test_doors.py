"""Pages and interface of a channel, as browsers and programs use them: whole stories, mistakes, keys, exports."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lienlac import journal
from lienlac.emergencies.forms.examples import OPENING_EXAMPLES, STEP_EXAMPLES
from lienlac.emergencies.forms.openings import read_opening
from lienlac.emergencies.forms.steps import read_step
from lienlac.emergencies.kinds import OPEN
from lienlac.emergencies.lifecycle import State, Step
from lienlac.emergencies.pages.showing import instant_of
from lienlac.errors import Refused
from lienlac.interface import emergencies as shapes
from tests.emergencies.scene import Channels, agreed_with_channels, emergency_form
from tests.world.fakes import START


@pytest.fixture(scope="module")
def world(prepared: Channels, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Channels]:
    made = prepared.copied(tmp_path_factory.mktemp("doors"))
    yield made
    made.close()


def page_form(**changes: str) -> dict[str, str]:
    return {
        "to": "us-ic3", "title_vi": "Chiến dịch lừa đảo", "title_en": "Fraud campaign", "situation.vi": "Hàng nghìn tin nhắn giả.",
        "asked.en": "Take the sender down.", "severity": "serious", "typology": "imp-bnk", "purpose": "prevent-crime",
        "legal_basis": "contact-network-24-7",
        "legal_basis_text": "24/7", "began_at": "02:40", "countries": "VN, us", "organisations": "Ngân hàng A\nNgân hàng B",
        "marks.tlp": "amber", "marks.pap": "amber", "next_update": "30", **changes,
    }  # fmt: skip


def test_a_whole_emergency_by_browser(world: Channels) -> None:
    anh = world.vn.browser("anh")
    page = anh.get("/emergencies/new")
    assert page.status_code == 200
    assert re.search(r'name="legal_basis_text"[^>]*value="[^"]*agr-', page.text), (
        "the basis can be quoted without typing it"
    )
    wrong = anh.post("/emergencies/new", page_form(title_en="", typology="", began_at="yesterday at noon"))
    assert wrong.status_code == 422
    assert "Chiến dịch lừa đảo" in wrong.text, "what was typed stays"
    sent = anh.post("/emergencies/new", page_form())
    path = sent.headers["location"]
    world.deliver()
    mark = world.us.browser("mark")
    assert "Fraud campaign" in mark.get("/").text
    opened = mark.get(path)
    assert "We are on it" in opened.text
    assert "Vietnam (VN), United States (US)" in opened.text
    assert "Việt Nam (VN), Hoa Kỳ (US)" in anh.get(path).text
    assert mark.post(f"{path}/answer", {"remarks": "Ringing the carrier.", "next_update": "15"}).status_code == 303
    world.deliver()
    assert anh.post(f"{path}/entry", {"text.vi": "", "text.en": ""}).status_code == 422
    assert (
        anh.post(
            f"{path}/entry", {"text.vi": "Đã chặn 3 đầu số.", "at": "09:50", "source": "provider", "next_update": ""}
        ).status_code
        == 303
    )
    assert anh.post(f"{path}/report", {"severity": "limited", "summary.vi": "Đã khống chế."}).status_code == 303
    assert anh.post(f"{path}/report", {}).status_code == 422, "a report that says nothing"
    assert anh.post(f"{path}/hand-over", {"to": "binh", "text": "Chờ nhà mạng."}).status_code == 303
    assert "Chờ nhà mạng." in world.vn.browser("binh").get(path).text
    assert anh.post(f"{path}/stand-down", {"text": ""}).status_code == 422
    assert anh.post(f"{path}/stand-down", {"text": "Xong."}).status_code == 303
    world.deliver()
    text = mark.get(f"{path}/timeline").text
    assert "Đã chặn 3 đầu số." in text
    assert "Đã khống chế." in text
    assert mark.get(f"{path}/now").status_code == 200


def test_a_whole_emergency_by_program(world: Channels) -> None:
    vn, us = world.vn.program("anh"), world.us.program("mark")
    opened = vn.post("/api/emergencies", emergency_form())
    assert opened.status_code == 201, opened.text
    made = msgspec.json.decode(opened.content, type=shapes.Emergency)
    name = made.record.id
    world.deliver()
    assert us.get(f"/api/emergencies/{name}").json()["steps"] == ["answer"]
    assert us.post(f"/api/emergencies/{made.record.reference}/answer", {"next_update": 20}).status_code == 201
    for step in (Step.ENTRY, Step.REPORT, Step.PRESENCE, Step.HOLD, Step.RESUME, Step.STAND_DOWN, Step.RESUME):
        body = next(iter(STEP_EXAMPLES[step].values()))
        if step is Step.ENTRY:
            body = {**body, "at": world.clock.now().isoformat()}
        answer = us.post(f"/api/emergencies/{name}/{step.value}", body)
        assert answer.status_code == 201, (step, answer.text)
        msgspec.json.decode(answer.content, type=shapes.Emergency)
    world.deliver()
    record = vn.get(f"/api/emergencies/{name}/record")
    assert record.headers["content-disposition"] == f'attachment; filename="{made.record.reference}.json"'
    whole = msgspec.json.decode(record.content, type=shapes.EmergencyRecord)
    assert whole.format == "lienlac-emergency/1"
    assert len(whole.messages) == 9
    assert all(len(message.digest) == 64 and message.received_at for message in whole.messages)
    assert whole.sides["answerer"].summary == {"vi": "", "en": "Contained; two wards still on paper."}
    with world.vn.node.database.read() as connection:
        acts = [(entry.action, entry.actor) for entry in journal.about(connection, name, rows=50)]
    assert ("emergency.export", world.vn.officer("anh").id) in acts
    found = vn.post("/api/emergencies/search", {"show": "all", "words": "benh vien"}).json()
    assert name in [line["id"] for line in found["emergencies"]]


def test_every_mistake_of_a_form_comes_back_at_once(world: Channels) -> None:
    program = world.vn.program("anh")
    answer = program.post("/api/emergencies", {"title_vi": "x", "severity": "huge", "nonsense": 1})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    fields = {one["field"] for one in answer.json()["problems"]}
    assert {"title_en", "situation", "asked", "severity", "purpose", "legal_basis", "typology", "nonsense"} <= fields
    assert all(one["vi"] and one["en"] for one in answer.json()["problems"])


def test_pages_of_a_list_follow_each_other_without_gap_or_repetition(world: Channels) -> None:
    for number in range(3):
        world.open(title_en=f"Number {number}", deliver=False)
        world.clock.turn(60)
    program = world.vn.program("anh")
    seen, cursor = [], ""
    while True:
        page = program.get(f"/api/emergencies?rows=2&show=all{f'&cursor={cursor}' if cursor else ''}").json()
        seen += [line["id"] for line in page["emergencies"]]
        cursor = page["next"]
        if not cursor:
            break
    whole = [line.emergency_id for line in world.vn.node.emergencies.listed(world.vn.officer("anh"), live=None)]
    assert seen == whole
    assert program.get("/api/emergencies?cursor=abc").json()["code"] == "cursor-invalid"
    world.deliver()


def test_need_to_know_is_decided_with_a_reason_and_shows_at_once(world: Channels) -> None:
    opened = world.open()
    boss, anh = world.vn.program("sep"), world.vn.program("anh")
    path = f"/api/emergencies/{opened.id}"
    assert boss.post(f"{path}/restrict", {"officers": ["sep"]}).json()["code"] == "access-reason-missing"
    assert boss.post(f"{path}/restrict", {"officers": ["sep"], "reason": "A source is named."}).status_code == 200
    assert anh.get(path).status_code == 404
    assert boss.get(f"{path}/access").json()["restricted"] is True
    assert boss.post(f"{path}/allow", {"officers": ["anh"], "reason": "She leads it."}).status_code == 200
    assert anh.get(path).status_code == 200
    assert boss.post(f"{path}/take-back", {"officers": ["anh"], "reason": "Done."}).status_code == 200
    assert anh.get(path).status_code == 404
    assert boss.post(f"{path}/lift", {"reason": "Public now."}).status_code == 200
    assert anh.get(path).status_code == 200
    page = world.vn.browser("sep")
    assert page.get(f"/emergencies/{opened.id}/access").text.count("A source is named.") == 1


def test_an_entry_is_corrected_and_retracted_on_its_own_page(world: Channels) -> None:
    opened = world.answered()
    browser = world.vn.browser("anh")
    path = f"/emergencies/{opened.id}"
    browser.get(path)
    browser.post(f"{path}/entry", {"text.vi": "Sai.", "source": "own"})
    entry_id = re.findall(rf"{path}/entries/(msg-[a-z2-7]+)", browser.get(path).text)[0]
    own = f"{path}/entries/{entry_id}"
    assert "Sai." in browser.get(own).text
    assert browser.post(f"{own}/correct", {"text.vi": "", "text.en": ""}).status_code == 422
    assert browser.post(f"{own}/correct", {"text.vi": "Đúng.", "source": "own"}).status_code == 303
    assert browser.post(f"{own}/retract", {"reason": ""}).status_code == 422
    assert browser.post(f"{own}/retract", {"reason": "Nhầm bệnh viện."}).status_code == 303
    shown = browser.get(path).text
    assert "Nhầm bệnh viện." in shown
    assert browser.get(own).status_code == 404, "what was retracted is not corrected any more"


def test_a_request_begun_here_keeps_the_link_through_its_own_form(world: Channels) -> None:
    """What the channel hands over is a beginning; the request's page shows it, and its panel leads back."""
    opened = world.answered()
    browser = world.vn.browser("anh")
    page = browser.get(f"/emergencies/{opened.id}").text
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.split('id="requests"')[1]))
    fields.pop("csrf", None)
    assert fields["case_id"] == opened.id
    form = browser.post("/requests/new/preserve-data", fields)
    assert form.status_code == 200
    assert f'name="case_id" value="{opened.id}"' in form.text
    assert opened.reference in form.text


def test_forms_of_the_examples_are_right() -> None:
    agreements = {"us-ic3": agreed_with_channels()}
    for form in OPENING_EXAMPLES.values():
        assert read_opening({**form, "began_at": START.isoformat()}, START, agreements).to == "us-ic3"
    for step, forms in STEP_EXAMPLES.items():
        for form in forms.values():
            said = {**form, "at": START.isoformat()} if "at" in form else form
            assert read_step(step, said, START).step is step
    file = json.loads(
        (Path(__file__).resolve().parents[2] / "examples" / "emergencies" / "ransomware.json").read_text(
            encoding="utf-8"
        )
    )
    assert file == next(iter(OPENING_EXAMPLES.values()))
    assert OPEN in [terms.kind for terms in agreements["us-ic3"].kinds]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("02:40", "2026-11-22T19:40:00+00:00"),
        ("09:59", "2026-11-23T02:59:00+00:00"),
        ("23:10", "2026-11-22T16:10:00+00:00"),
        ("23/11/2026 09:10", "2026-11-23T02:10:00+00:00"),
        ("2h40", "2026-11-22T19:40:00+00:00"),
    ],
)
def test_a_time_typed_at_night_is_the_last_one_that_fits(typed: str, meant: str) -> None:
    """START is 10:00 in Hanoi: an hour that lies ahead was yesterday's."""
    from datetime import datetime

    assert datetime.fromisoformat(instant_of(typed, "Asia/Ho_Chi_Minh", START)) == datetime.fromisoformat(meant)


@pytest.mark.parametrize("typed", ["", "noon", "25:00", "31/02/2026 03:00", "2026", "99:99"])
def test_a_time_that_is_none_is_refused(typed: Any) -> None:
    with pytest.raises(Refused, match="time-malformed"):
        instant_of(typed, "Asia/Ho_Chi_Minh", START)


def test_a_long_timeline_shows_its_newest_lines_first_and_the_rest_on_demand(
    world: Channels, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lienlac import limits

    monkeypatch.setattr(limits, "EMERGENCY_TIMELINE_ROWS", 2)
    opened = world.answered()
    world.clock.turn(60)
    world.say(world.vn, "anh", opened, Step.ENTRY, text={"en": "The newest line."})
    browser = world.vn.browser("anh")
    short, whole = browser.get(f"/emergencies/{opened.id}").text, browser.get(f"/emergencies/{opened.id}?all=1").text
    assert "The newest line." in short
    assert short.count('id="item-') == 2
    assert whole.count('id="item-') == 3


def test_a_channel_that_stands_still_costs_the_watch_nothing(world: Channels) -> None:
    """Nothing due, nothing told: the second look finds nothing."""
    opened = world.answered(next_update="none")
    world.turn()
    told = world.vn.node.database.write(
        lambda connection: world.vn.node.emergencies.watch(connection, world.clock.now())
    )
    assert opened.id not in told
    assert world.show(world.vn, "anh", opened).emergency.state is State.ACTIVE
