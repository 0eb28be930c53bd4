"""Attacks through papers: a hidden request by its code, by a message, by its package; a reader who takes out too much."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from lienlac.exchange.log.code import code_of
from lienlac.hotline.lifecycle import Step
from tests.documents.reading import whole
from tests.security.walk import things_of

if TYPE_CHECKING:
    from tests.security.house import House

UNKNOWN = code_of("0" * 64)
EXPORT = ("document.export",)


def test_existence_oracle_a_hidden_message_and_none_look_the_same_to_whoever_checks_a_paper(house: House) -> None:
    hidden = house.receive()
    digest = things_of(house, hidden)["digest"]
    assert house.browser("chi").post("/verify", {"code": code_of(digest)}).status_code == 200
    house.restrict(hidden)
    program, browser = house.program("chi"), house.browser("chi")
    for typed in (code_of(digest), digest, things_of(house, hidden)["message"]):
        answers = [program.post("/api/verify", {"code": one}) for one in (typed, UNKNOWN)]
        assert [answer.status_code for answer in answers] == [409, 409]
        problems = [answer.json() for answer in answers]
        for problem in problems:
            assert problem.pop("request_id")
        assert problems[0] == {**problems[1], "detail": problems[0]["detail"], "sentences": problems[0]["sentences"]}
        assert problems[0]["detail"].replace(typed, "?") == problems[1]["detail"].replace(UNKNOWN, "?")
        page = browser.post("/verify", {"code": typed})
        assert page.status_code == 409
        assert hidden not in page.text
    assert house.program("anh").post("/api/verify", {"code": code_of(digest)}).json()["record_id"] == hidden


@pytest.mark.parametrize("login", ["chi", "giang", "khanh"])
def test_unauthorised_download_no_paper_of_a_hidden_request(house: House, login: str) -> None:
    hidden, there = house.receive(), house.receive()
    house.restrict(hidden)
    things = things_of(house, hidden)
    program, browser = house.program(login), house.browser(login)
    for path in (f"{hidden}/paper", f"{hidden}/papers/{things['message']}", f"{there}/papers/{things['digest']}"):
        assert browser.get(f"/requests/{path}").status_code == 404
        assert program.get(f"/api/requests/{path}").status_code == 404
    allowed = house.program(login, acts=EXPORT) if login == "khanh" else program
    package = allowed.post(f"/api/requests/{hidden}/package")
    assert package.status_code == (404 if login == "khanh" else 403)


@pytest.mark.parametrize("login", ["anh", "giang", "hai", "linh", "kiem", "admin"])
def test_only_who_may_release_takes_a_package_out(house: House, login: str) -> None:
    request_id = house.receive()
    refused = 404 if login == "admin" else 403  # for whom there are no requests there is no package either
    assert house.program(login).post(f"/api/requests/{request_id}/package").status_code == refused
    assert house.browser(login).post(f"/requests/{request_id}/package", {}).status_code == refused
    page = house.browser(login).get(f"/requests/{request_id}").text
    assert "/package" not in page


@pytest.mark.parametrize("login", ["binh", "khanh"])
def test_who_may_gets_it_from_the_page_and_by_program(house: House, login: str) -> None:
    request_id = house.receive()
    browser = house.browser(login)
    assert f"/requests/{request_id}/package" in browser.get(f"/requests/{request_id}").text
    for answer in (
        browser.post(f"/requests/{request_id}/package", {}),
        house.program(login, acts=EXPORT).post(f"/api/requests/{request_id}/package"),
    ):
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-disposition"] == f'attachment; filename="{house.reference(request_id)}.zip"'
        with zipfile.ZipFile(io.BytesIO(answer.content)) as read:
            assert read.testzip() is None


def test_a_package_cannot_be_asked_for_from_a_foreign_page(house: House) -> None:
    """Attack: CSRF. The browser comes with its session; the foreign page without our token, or with a foreign origin."""
    request_id = house.receive()
    browser = house.browser("binh")
    assert browser.client.post(f"/requests/{request_id}/package", data={}).status_code == 403
    assert browser.post(f"/requests/{request_id}/package", {}, Origin="https://evil.example").status_code == 403
    assert browser.get(f"/requests/{request_id}/package").status_code in (404, 405)


def test_step_up_bypass_a_token_that_does_not_name_the_act_takes_nothing_out(house: House) -> None:
    request_id = house.receive()
    answer = house.program("binh").post(f"/api/requests/{request_id}/package")
    assert (answer.status_code, answer.json()["code"]) == (403, "token-scope")


def test_a_token_that_only_reads_prints_and_takes_nothing_out(house: House) -> None:
    request_id = house.receive()
    program = house.program("binh", "read")
    assert program.get(f"/api/requests/{request_id}/paper").status_code == 200
    assert program.post(f"/api/requests/{request_id}/package").status_code == 403


def test_what_an_officer_account_is_called_here_stands_in_no_paper(house: House) -> None:
    """Ids of accounts never leave: papers and forms name officers as the message does."""
    request_id = house.receive()
    house.act("anh", request_id, Step.ACKNOWLEDGE)
    answer = house.program("binh", acts=EXPORT).post(f"/api/requests/{request_id}/package")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as read:
        texts = [read.read(name).decode() for name in read.namelist() if name.endswith(".json")]
        papers = [whole(read.read(name)) for name in read.namelist() if name.endswith(".pdf")]
    for officer in house.cast.people:
        assert all(house[officer].id not in text for text in (*texts, *papers))
    assert any(house["anh"].name in text for text in papers)


def test_the_page_says_which_leaf_and_which_head(house: House) -> None:
    request_id = house.receive()
    digest = things_of(house, request_id)["digest"]
    page = house.browser("anh").post("/verify", {"code": code_of(digest).lower()})
    assert page.status_code == 200
    assert digest in page.text
    assert f"/requests/{request_id}" in page.text
    found = house.program("anh").post("/api/verify", {"code": digest}).json()
    assert [place["leaf"] for place in found["log"]] == ["message-received", "receipt-issued"]
    assert found["log"][0]["root"] in page.text
    assert found["code"] == code_of(digest)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "x",
        "<script>alert(1)</script>",
        "%27%20OR%201=1",
        "A" * 5_000,
        "\x00",
        "💥" * 30,
        code_of("1" * 64)[:-1] + "0",
    ],
)
def test_whatever_is_typed_is_answered_with_a_sentence(house: House, typed: str) -> None:
    page = house.browser("anh").post("/verify", {"code": typed})
    assert page.status_code in (400, 409, 422)
    assert "<script>alert" not in page.text
    answer = house.program("anh").post("/api/verify", {"code": typed})
    assert answer.status_code in (400, 409, 422)
    assert answer.json()["code"] in (
        "code-unreadable",
        "code-mistyped",
        "message-unknown",
        "malformed",
        "request-malformed",
    )
