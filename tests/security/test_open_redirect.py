"""Attack: let a page of ours send its reader to another site, through every field that says where to go next.

Fields that do: `next` at sign-in, `back` of the tray of files; the answer of every act is a path of ours. A redirect is
never absolute, never begins with two slashes or a backslash, and never holds a control character.
"""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.ui.page import safe_path
from tests.security.house import House
from tests.security.walk import PROGRAMS, doors, filled, things_of

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\r\nLocation: https://evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/%0d%0aSet-Cookie:x=1\r\n",
    " https://evil.example",
    "https:///evil.example",
    "/" + "a" * 3_000,
)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_attack_the_tray_sends_its_officer_elsewhere(house: House, target: str) -> None:
    browser = house.browser("anh")
    page = browser.get("/files?back=" + quote(target)).text
    assert "evil.example" not in page
    answer = browser.client.post(
        "/files",
        data={"csrf": _token(page), "back": target},
        files={"file": ("a.txt", b"x", "text/plain")},
        headers={"Origin": "http://node.test"},
        follow_redirects=False,
    )
    assert answer.status_code == 303
    place = answer.headers["location"]
    assert place.startswith("/")
    assert not place.startswith(("//", "/\\"))
    assert place.isprintable()
    assert "evil.example" not in place
    assert "x" not in answer.cookies


@pytest.mark.parametrize("target", ELSEWHERE)
def test_attack_sign_in_leads_elsewhere(house: House, target: str) -> None:
    page = house.browser("anh").client.get("/sign-in", params={"next": target}, follow_redirects=False)
    assert "evil.example" not in page.headers.get("location", "")
    assert "evil.example" not in page.text


@given(st.text(max_size=60), st.sampled_from(["", "/", "//", "/\\", "\\", "/\t", "https:", "/."]))
def test_a_path_that_was_found_safe_stays_on_this_node(text: str, beginning: str) -> None:
    path = safe_path(beginning + text)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))
    assert path.isprintable()
    assert "\\" not in path


def test_every_redirect_of_every_door_stays_on_this_node(house: House) -> None:
    """Each act is tried with every field that could name a place; what it answers is a path of ours."""
    request_id = house.receive()
    things, browser, seen = things_of(house, request_id), house.browser("binh"), 0
    evil = dict.fromkeys(("next", "back", "to", "url", "return", "redirect", "path"), "https://evil.example/")
    for door in doors(house.app):
        if door.method != "POST" or door.path.startswith(PROGRAMS) or door.path == "/sign-out":
            continue
        browser.get("/account")
        answer = browser.post(filled(door.path, things), {**evil})
        place = answer.headers.get("location") or answer.headers.get("hx-redirect")
        if place is not None:
            seen += 1
            assert place.startswith("/"), f"{door}: {place}"
            assert not place.startswith("//"), f"{door}: {place}"
            assert "evil.example" not in place, f"{door}: {place}"
    assert seen > 5


def _token(page: str) -> str:
    return page.split('name="csrf-token" content="')[1].split('"', maxsplit=1)[0]
