"""Attack: another site makes an officer's browser act, with or without a form's token, in every form a page can send.

Every door of the screens that changes something is tried, found by walking the routes. What a hostile page can send
without being asked (forms of three encodings, no headers of its own) never passes; neither does the token of another
session, nor a method that is named anywhere but in the request line. Programs' doors take no cookie at all.
Single doors and odd spellings of Origin stand in `tests/pages/test_attacks.py`, step-up in `test_step_up_bypass.py`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from lienlac.assembly.doors import people_app
from tests.clients import TestClient
from tests.security.house import ORIGIN
from tests.security.test_auditor_changes_nothing import state
from tests.security.walk import PROGRAMS, doors, filled, things_of

if TYPE_CHECKING:
    from tests.security.house import Browser, House

FOREIGN = (
    {"Origin": "http://evil.test"},
    {"Origin": "null"},
    {"Origin": f"{ORIGIN}.evil.test"},
    {"Origin": f"{ORIGIN}:8080"},
    {"Origin": "http://node.test@evil.test"},
    {"Origin": "http://evil.test/#@node.test"},
    {"Origin": "http://evil.test", "Referer": f"{ORIGIN}/account"},
    {"Origin": "http://evil.test", "X-Forwarded-Host": "evil.test"},
    {"Origin": "http://evil.test", "Sec-Fetch-Site": "cross-site"},
    {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
    {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"},
    {"Origin": ORIGIN, "Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Referer": f"{ORIGIN}/account"},
    {},
)
OURS = {"Origin": ORIGIN}
FIELDS = {"reason": "r", "text": "t", "name": "x", "language": "vi", "theme": "dark", "time_zone": "UTC", "sure": "yes"}


def token_of(browser: Browser) -> str:
    found = re.search(r'name="csrf-token" content="([^"]*)"', browser.page)
    assert found
    return found[1]


def changing(house: House, things: dict[str, str]) -> list[str]:
    """Every address of the screens that takes a POST."""
    found = [filled(door.path, things) for door in doors(house.app) if door.method == "POST"]
    paths = [path for path in found if not path.startswith(PROGRAMS)]
    assert len(paths) > 50
    return paths


def test_no_door_acts_for_a_foreign_page_that_knows_the_token(house: House) -> None:
    things = things_of(house, house.receive())
    browser = house.browser("binh")
    form, before = {"csrf": token_of(browser), **FIELDS}, state(house)
    for path in changing(house, things):
        for headers in FOREIGN if path == "/account/choices" else FOREIGN[-3:]:
            answer = browser.client.post(path, data=form, headers=headers, follow_redirects=False)
            assert answer.status_code == 403, (path, headers)
            assert "sent from another site" in answer.text, (path, headers)
    assert state(house) == before
    assert browser.get("/account").status_code == 200, "the session lives on"


def test_no_door_acts_on_a_token_of_another_session(house: House) -> None:
    """Neither another officer's, nor one of the same officer's other browser, nor of a visitor, nor of nobody."""
    things = things_of(house, house.receive())
    browser = house.browser("binh")
    other, twin = house.browser("anh"), house.browser("binh")
    visitor = house.browser("binh")
    visitor.client.cookies.clear()
    visitor.get("/sign-in")
    tokens = [token_of(other), token_of(twin), token_of(visitor), "", "0" * 64, token_of(browser)[:-1]]
    assert len(set(tokens)) == len(tokens)
    before = state(house)
    takes_files = {filled(door.path, things) for door in doors(house.app) if door.files}
    assert len(takes_files) > 2
    for number, path in enumerate(changing(house, things)):  # each door one of the wrong ones, one door all of them
        for token in tokens if path == "/account/choices" else [tokens[number % len(tokens)]]:
            fields = {"csrf": token, **FIELDS}
            encoded: Any = {"files": [(name, (None, text)) for name, text in fields.items()]}  # as multipart
            sent = encoded if path in takes_files else {"data": fields}
            answer = browser.client.post(path, headers=OURS, follow_redirects=False, **sent)
            assert answer.status_code == 403, (path, token)
    assert state(house) == before


def test_the_same_acts_pass_with_the_right_token_from_our_own_page(house: House) -> None:
    """What the attacks above lack is origin and token, nothing else."""
    browser = house.browser("binh")
    answer = browser.client.post(
        "/account/choices", data={"csrf": token_of(browser), **FIELDS}, headers=OURS, follow_redirects=False
    )
    assert answer.status_code == 303
    assert house["binh"].theme == "dark"


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("text/plain", "csrf={token}&theme=dark&language=vi&time_zone=UTC"),
        ("text/plain", '{{"csrf": "{token}", "theme": "dark", "language": "vi", "time_zone": "UTC"}}'),
        ("text/plain", "csrf={token}\r\ntheme=dark\r\n"),
        ("application/json", '{{"csrf": "{token}", "theme": "dark", "language": "vi", "time_zone": "UTC"}}'),
        ("application/json", "csrf={token}&theme=dark&language=vi&time_zone=UTC"),
        ("application/xml", "<csrf>{token}</csrf>"),
        ("application/msgpack", "csrf={token}&theme=dark&language=vi&time_zone=UTC"),
        ("", "csrf={token}&theme=dark&language=vi&time_zone=UTC"),
        ("text/plain; application/x-www-form-urlencoded", "csrf={token}&theme=dark&language=vi&time_zone=UTC"),
        (
            "multipart/form-data; boundary=b",
            '--b\r\nContent-Disposition: form-data; name="csrf"; filename="f"\r\n\r\n{token}\r\n--b--\r\n',
        ),
    ],
)
def test_a_token_in_a_body_of_another_kind_is_no_token(house: House, kind: str, shape: str) -> None:
    """A hostile page may send text/plain without being asked; no body but a form is ever read as one."""
    browser = house.browser("binh")
    answer = browser.client.post(
        "/account/choices",
        content=shape.format(token=token_of(browser)).encode(),
        headers={**OURS, **({"Content-Type": kind} if kind else {})},
        follow_redirects=False,
    )
    assert answer.status_code in {400, 403, 422}, answer.status_code
    assert house["binh"].theme == "system"


@pytest.mark.parametrize("where", ["query", "cookie", "name-twice", "field-of-another-name"])
def test_a_token_in_another_place_is_no_token(house: House, where: str) -> None:
    browser = house.browser("binh")
    token, query, fields = token_of(browser), "", dict(FIELDS)
    if where == "query":
        query = f"?csrf={token}&x-csrf-token={token}"
    elif where == "cookie":
        browser.client.cookies.set("csrf", token)
        browser.client.cookies.set("x-csrf-token", token)
    elif where == "name-twice":
        fields["csrf"] = ["", token]  # type: ignore[assignment]  # the first one counts
    else:
        fields["csrf_token"] = fields["_csrf"] = token
    answer = browser.client.post(f"/account/choices{query}", data=fields, headers=OURS, follow_redirects=False)
    assert answer.status_code == 403
    assert house["binh"].theme == "system"


OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")


def test_a_method_named_elsewhere_counts_for_nothing(house: House) -> None:
    request_id = house.receive()
    browser = house.browser("anh")
    before = state(house)
    for name in OVERRIDES:
        looked = browser.client.get(
            f"/requests/{request_id}/acknowledge?_method=POST&csrf={token_of(browser)}",
            headers={**OURS, name: "POST"},
            follow_redirects=False,
        )
        assert looked.status_code in {404, 405}
        for said in ("GET", "HEAD", "OPTIONS"):
            answer = browser.client.post(
                f"/requests/{request_id}/acknowledge?_method={said}",
                data={**FIELDS, "_method": said},
                headers={"Origin": "http://evil.test", name: said},
                follow_redirects=False,
            )
            assert answer.status_code == 403
    assert state(house) == before


def test_a_page_is_never_asked_to_let_another_site_in(house: House) -> None:
    """No answer to anybody carries a header that opens it to another origin, not even to a preflight."""
    request_id = house.receive()
    browser = house.browser("binh")
    asked = {
        "Origin": "http://evil.test",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-csrf-token, authorization",
    }
    for path in ("/", "/sign-in", f"/requests/{request_id}", "/api/requests", "/api/openapi.json", "/account/choices"):
        for method in ("OPTIONS", "GET"):
            answer = browser.client.request(method, path, headers=asked, follow_redirects=False)
            assert not [name for name in answer.headers if name.lower().startswith("access-control-")], path
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"
            assert answer.headers["cross-origin-opener-policy"] == "same-origin"


def test_no_programs_door_takes_a_cookie_or_a_token_from_an_address_or_a_body(house: House) -> None:
    """So a browser that is signed in can be made to call none of them, whatever the body's kind."""
    things = things_of(house, house.receive())
    browser = house.browser("binh")
    secret = house.program("binh").headers["Authorization"].removeprefix("Bearer ")
    before, tried = state(house), 0
    for door in doors(house.app):
        if not door.path.startswith(PROGRAMS) or door.action is None:
            continue
        path = filled(door.path, things)
        sent: dict[str, Any] = {"data": {"access_token": secret}} if door.method in {"POST", "PUT"} else {}
        for query in ("", f"?access_token={secret}&token={secret}"):
            for headers in (OURS, {"Authorization": f"Basic {secret}", **OURS}, {"X-Api-Key": secret, **OURS}):
                answer = browser.client.request(door.method, path + query, headers=headers, **sent)
                assert answer.status_code == 401, (str(door), query)
        tried += 1
    assert tried > 40
    assert state(house) == before


def test_a_page_without_encryption_is_foreign_where_pages_are_encrypted(house: House) -> None:
    """Whoever sits on the wire can put a page on http:// at the node's own name; a browser of before 2020 says no more."""
    app = people_app(house.node, tls=True)
    client = TestClient(app, base_url="https://node.test")
    page = client.get("/sign-in").text
    found = re.search(r'name="csrf-token" content="([^"]*)"', page)
    assert found
    form = {"csrf": found[1], "language": "vi", "back": "/sign-in"}
    for origin, status in (("http://node.test", 403), ("https://node.test", 303)):
        answer = client.post("/language", data=form, headers={"Origin": origin}, follow_redirects=False)
        assert answer.status_code == status, origin


def test_cookies_do_not_travel_from_another_site(house: House) -> None:
    """The outer belt: every cookie is SameSite=Strict and HttpOnly, also those of a visitor."""
    browser = house.browser("binh")
    answers = [browser.client.get("/sign-in", headers={"Cookie": ""}), browser.get("/account")]
    answers.append(browser.post("/language", {"language": "vi", "back": "/account"}))
    answers.append(browser.post("/sign-out"))
    cookies = [line for answer in answers for line in answer.headers.get_list("set-cookie")]
    assert len(cookies) > 1
    for line in cookies:
        assert "samesite=strict" in line.lower(), line
        assert "httponly" in line.lower(), line
        assert "domain=" not in line.lower(), line
