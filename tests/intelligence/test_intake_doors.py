"""Taking a report in through its doors: without script, with files, by a program; and what a stranger's text cannot do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from lienlac.intelligence.collection import Draft
from tests.identifiers.test_finding import REPORT
from tests.intelligence.test_intake_opening import CODE, picture
from tests.security.house import House, make_template


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def house(template: dict[str, Any], tmp_path: Any) -> Iterator[House]:
    made = House(template, tmp_path)
    yield made
    made.shut()


@pytest.fixture
def collection(house: House) -> str:
    return house.node.intelligence.create(house["giang"], Draft(title="Forex")).id


def test_paste_look_confirm(house: House, collection: str) -> None:
    browser = house.browser("giang")
    browser.get("/intelligence/intake")
    answer = browser.post("/intelligence/intake", {"text": REPORT, "label": "PA05"})
    assert answer.status_code == 303
    page = browser.get(answer.headers["location"]).text
    assert "hxxps://san-vang[.]com/dang-ky?ref=8812" in page
    assert "https://san-vang" not in page
    assert "4111 1111 1111 1111" not in page
    assert "Abc@12345" not in page
    assert 'href="http' not in page
    said = {"title": "Vụ san-vang", "collection": collection, "typology": "fxp-rig", "tlp": "amber", "pap": "clear"}
    done = browser.post(f"{answer.headers['location']}/confirm", {**said, "keep": ["0", "1", "4"]})
    assert done.status_code == 303
    assert done.headers["location"].startswith("/intelligence/objects/report--"), "no form is sent twice by a reload"
    report = browser.get(done.headers["location"]).text
    assert "3 objects, 3 of them new." in report
    assert "hxxps://san-vang[.]com/dang-ky?ref=8812" in report


def test_a_mistake_keeps_what_was_ticked(house: House, collection: str) -> None:
    browser = house.browser("giang")
    browser.get("/intelligence/intake")
    place = browser.post("/intelligence/intake", {"text": REPORT, "label": ""}).headers["location"]
    browser.get(place)
    again = browser.post(f"{place}/confirm", {"title": "", "collection": collection, "keep": ["1"]})
    assert again.status_code == 422
    ticked = re.findall(r'name="keep" value="(\d+)"[^>]* checked', again.text)
    assert ticked == ["1"]


def test_the_other_language_is_chosen_where_a_mistake_stands(house: House, collection: str) -> None:
    """An answer to a form is no page of its own: what can be opened again is the page that its form came from."""
    browser = house.browser("giang")
    browser.get("/intelligence/intake")
    place = browser.post("/intelligence/intake", {"text": REPORT, "label": "PA05"}).headers["location"]
    browser.client.headers["referer"] = f"https://elsewhere.example{place}"
    refused = browser.post(f"{place}/confirm", {"title": "", "collection": collection, "keep": ["1"]}).text
    assert f'name="back" value="{place}"' in refused
    browser.client.headers["referer"] = f"https://elsewhere.example{place}/confirm"
    twice = browser.post(f"{place}/confirm", {"title": "", "collection": collection, "keep": ["1"]}).text
    assert f'name="back" value="{place}"' in twice
    wrong = browser.post("/intelligence/intake", {"text": "", "label": "PA05"}).text
    assert 'name="back" value="/intelligence/intake"' in wrong


def test_a_bank_that_nobody_knows_is_named_at_its_own_field(house: House, collection: str) -> None:
    browser = house.browser("giang")
    browser.get("/intelligence/intake")
    text = "Chuyển vào số tài khoản 123456789012, rồi số tài khoản 998877665544."
    place = browser.post("/intelligence/intake", {"text": text, "label": "PA05"}).headers["location"]
    fields = re.findall(r'name="(bank-\d+)"', browser.get(place).text)
    assert len(fields) == 2
    said = {"title": "Hai tài khoản", "collection": collection, "keep": [one[5:] for one in fields]}
    again = browser.post(f"{place}/confirm", {**said, fields[0]: "BIDV", fields[1]: "Ngân hàng Mây"})
    assert again.status_code == 422
    assert f'id="e-{fields[1]}"' in again.text
    assert f'id="e-{fields[0]}"' not in again.text
    assert 'value="Ngân hàng Mây"' in again.text


def test_a_title_that_was_emptied_stays_empty(house: House, collection: str) -> None:
    browser = house.browser("giang")
    browser.get("/intelligence/intake")
    place = browser.post("/intelligence/intake", {"text": REPORT, "label": "PA05"}).headers["location"]
    assert re.search(r'id="f-title"[^>]* value="PA05"', browser.get(place).text)
    again = browser.post(f"{place}/confirm", {"title": "", "collection": collection, "keep": ["0"]})
    assert re.search(r'id="f-title"[^>]* value=""', again.text)


def test_what_is_too_strict_for_its_collection_leads_to_quarantine(house: House) -> None:
    browser = house.browser("giang")
    narrow = house.node.intelligence.create(house["giang"], Draft(title="Green", ceiling="green")).id
    browser.get("/intelligence/intake")
    place = browser.post("/intelligence/intake", {"text": REPORT, "label": ""}).headers["location"]
    done = browser.post(f"{place}/confirm", {"title": "Vụ", "collection": narrow, "tlp": "red", "keep": ["1"]})
    assert done.headers["location"] == "/intelligence/quarantine"
    assert "2 are held in quarantine." in browser.get("/intelligence/quarantine").text


def test_a_program_takes_a_picture_in(house: House, collection: str) -> None:
    program = house.program("giang")
    answer = program.client.post(
        "/api/intelligence/intake/files",
        content=picture(CODE),
        headers={**program.headers, "Content-Disposition": 'attachment; filename="qr.png"'},
    )
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert [(one["type"], one["shown"]) for one in found["finds"]] == [("bank-account", "Vietcombank 0071000123456")]
    taken = program.post(
        f"/api/intelligence/intake/{found['id']}/confirm", {"title": "QR", "collection": collection, "keep": [0]}
    )
    assert taken.status_code == 201
    assert {one["type"] for one in taken.json()["objects"]} == {"bank-account", "report"}


def test_a_report_is_nobody_elses(house: House) -> None:
    """Somebody else's id, also a supervisor's: not there."""
    found = house.program("giang").post("/api/intelligence/intake/text", {"text": REPORT}).json()
    for login in ("sep", "binh", "dung"):
        if login in house.cast.people:
            other = house.program(login)
            assert other.get(f"/api/intelligence/intake/{found['id']}").status_code == 404
            assert other.call("DELETE", f"/api/intelligence/intake/{found['id']}").status_code == 404


def test_a_text_cannot_write_into_the_page(house: House) -> None:
    """Stored XSS by a report that somebody was sent."""
    evil = '<script>alert(1)</script> STK 0071000123456 VCB chủ TK NGUYEN <b>VAN</b> A https://a.com/"><img src=x>'
    browser = house.browser("giang")
    browser.get("/intelligence/intake")
    place = browser.post("/intelligence/intake", {"text": evil, "label": "<i>x</i>"}).headers["location"]
    page = browser.get(place).text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "<i>x" not in page
