"""Attack: read an account number, a name, a word that was searched or a secret where nobody guards it.

Addresses are written down on their way (by proxies, in a browser's history), logs are read by whoever runs the machine,
the journal by whoever may see it. A whole day is played with values that can be told apart, every page of every role is
opened, and then each address, redirect, header, log line and journal entry is searched for them. What the log of a
running node masks by shape is tested in `tests/cli/test_logs.py`, that no access log is written in
`tests/cli/test_serve.py`.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import sqlalchemy as sa

from lienlac import journal
from lienlac.hotline.lifecycle import Step
from tests.hotline.scene import freeze_form
from tests.security.poison import ADDRESSES, Page
from tests.security.walk import doors, filled, things_of

if TYPE_CHECKING:
    from tests.security.house import House

SAID = {
    "account": "0071000123456",
    "holder": "NGUYEN VAN KIN",
    "victim": "483920017",
    "facts": "platform called GoldenTrade",
    "searched": "zxqv bi mat",
    "question": "Which branch keeps it?",
    "phone": "+1 202 555 0177",
    "mail": "anh.kin@example.org",
    "file": "sao-ke-kin.pdf",
    "typed": "no-such-account-kin",
    "password": "a wrong password of kin",
}
SEARCHED = "request.searched"
"""Whose entry holds the words, on purpose: who looked for whom is what an inspection asks. No page shows them."""
SPELT = re.compile(r"[\s+.%-]|%20|&#43;")


def squeezed(text: str) -> str:
    """Without what different places write differently between letters."""
    return SPELT.sub("", text).lower()


def found_in(text: str, values: dict[str, str]) -> list[str]:
    plain = squeezed(text)
    return [name for name, value in values.items() if squeezed(value) in plain]


def a_day(house: House) -> tuple[str, dict[str, str], list[Any]]:
    """Requests both ways, a search, a file, a channel, a token, failures; what was said, and every answer."""
    values, answers = dict(SAID), []
    form = freeze_form()
    account = {**form["beneficiaries"][0], "number": SAID["account"], "holder_name": SAID["holder"]}
    changes = {"beneficiaries": [account], "facts": f"The {SAID['facts']} FX.", "phone": SAID["phone"]}
    request_id = house.receive(**changes)
    house.send("anh", **changes)
    house.act("anh", request_id, Step.ACKNOWLEDGE)
    house.act("anh", request_id, Step.ASK, question=SAID["question"])
    browser = house.browser("anh")
    values["cookie"] = browser.client.cookies["lienlac-session"]
    for words in (SAID["searched"], SAID["account"], SAID["holder"]):
        answers.append(browser.post("/requests/search", {"words": words}))
        answers.append(house.program("anh").post("/api/requests/search", {"words": words}))
    answers.append(house.program("anh").client.get("/api/requests", params={"words": "x"}))
    contacts = f"/duty/contacts/{house['anh'].id}"
    browser.get(contacts)
    answers.append(browser.post(f"{contacts}/add", {"kind": "email", "address": SAID["mail"]}))
    made = browser.post("/account/tokens", {"label": "t", "scope": "read", "days": "1"})
    token = re.search(r"lienlac_[A-Za-z0-9_-]{43}", made.text)
    assert token
    values["token"] = token[0]
    answers.append(made)
    upload = house.program("anh")
    upload.headers["Content-Disposition"] = f'attachment; filename="{SAID["file"]}"'
    answers.append(upload.client.post("/api/files", content=b"x", headers=upload.headers))
    assert answers[-1].status_code == 201
    stranger = house.browser("chi")
    stranger.client.cookies.clear()
    stranger.get("/sign-in")
    answers.append(stranger.post("/sign-in", {"login": SAID["typed"], "password": SAID["password"], "code": "123456"}))
    answers.append(
        browser.post(f"/requests/{request_id}/refuse", {"ground": SAID["account"], "explanation": SAID["facts"]})
    )
    answers.append(house.program("anh").post("/api/requests", {"kind": SAID["holder"], "facts": SAID["facts"]}))
    return request_id, values, answers


@pytest.fixture
def heard(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    return caplog


def test_no_value_of_a_case_and_no_secret_stands_in_an_address_a_header_a_log_line_or_the_journal(
    house: House, heard: pytest.LogCaptureFixture
) -> None:
    request_id, values, answers = a_day(house)
    things = things_of(house, request_id)
    for login in ("anh", "binh", "kiem", "admin", "khanh"):
        browser = house.browser(login)
        for door in doors(house.app):
            if door.method == "GET" and not door.path.startswith(("/live", "/static", "/api/")):
                answers.append(browser.get(filled(door.path, things)))
    pages = [answer for answer in answers if answer.headers.get("content-type", "").startswith("text/html")]
    assert sum(answer.status_code == 200 for answer in pages) > 60
    assert any(found_in(answer.text, values) for answer in pages), "the pages themselves do show them"
    addresses = {answer.headers.get("location", "") for answer in answers} | {
        str(answer.request.url) for answer in answers
    }
    for answer in pages:
        for _tag, attributes in Page(answer.text).tags:
            addresses |= {value for name, value in attributes.items() if name in ADDRESSES and value}
    assert len(addresses) > 60
    for address in addresses:
        assert found_in(address, values) == [], address
    for answer in answers:
        told = {name: text for name, text in answer.headers.items() if name != "set-cookie"}
        assert found_in(str(told), values) == [], told
    assert found_in(heard.text, values) == []
    with house.database.read() as connection:
        entries = connection.execute(sa.select(journal.journal_entry.c.entry)).scalars().all()
    assert len(entries) > 8
    logs = [answer.text for answer in pages if answer.request.url.path == "/log"]
    assert len(logs) > 2
    for text in logs:
        assert found_in(text, {name: SAID[name] for name in ("searched", "account", "holder", "victim")}) == []
    for entry in entries:
        told = msgspec.json.decode(entry)
        assert "detail" in told
        if told["action"] != SEARCHED:
            assert found_in(entry.decode(), values) == [], entry


def test_a_failure_in_the_middle_of_a_search_names_no_word_in_the_log(
    house: House, heard: pytest.LogCaptureFixture
) -> None:
    """What a database could not do is logged whole; what it was given for it is not."""
    request_id = house.receive()
    browser, program = house.browser("anh"), house.program("anh")
    house.database.write(lambda connection: connection.exec_driver_sql("ALTER TABLE hotline_request RENAME TO gone"))
    answers = [
        browser.post("/requests/search", {"words": SAID["searched"]}),
        program.post("/api/requests/search", {"words": SAID["account"]}),
        browser.post(f"/requests/{request_id}/note", {"text": SAID["facts"]}),
        program.post(f"/api/requests/{request_id}/note", {"text": SAID["facts"]}),
    ]
    for answer in answers:
        assert answer.status_code in {404, 500, 503}
        assert "Traceback" not in answer.text
        assert "hotline_request" not in answer.text
    assert "no such table" in heard.text, "it was logged"
    assert found_in(heard.text, SAID) == []


def test_a_word_that_is_searched_is_refused_in_an_address(house: House) -> None:
    program = house.program("anh")
    answer = program.get(f"/api/requests?words={SAID['account']}")
    assert answer.json()["code"] == "search-in-address"
    page = house.browser("anh").get(f"/requests?words={SAID['account']}").text
    assert SAID["account"] not in page, "a page does not take it from there either"
