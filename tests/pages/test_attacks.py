"""What a hostile page, a stolen token or a crafted request may try against the screens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from litestar import Response, get, post

from lienlac.people import tokens
from lienlac.people.rights import Action
from lienlac.ui.guard import needs, public
from tests.pages.conftest import ORIGIN

if TYPE_CHECKING:
    from lienlac.ui.page import Ask


@get("/api/things", opt=needs(Action.REQUEST_READ), sync_to_thread=True)
def read_things(ask: Ask) -> Response[bytes]:
    return ask.json({"who": ask.officer.login})


@post("/api/things", opt=needs(Action.REQUEST_OPEN), sync_to_thread=True)
def open_thing(ask: Ask) -> Response[bytes]:
    return ask.json({"body": ask.body.decode()}, status=201)


@get("/forgotten", sync_to_thread=True)
def forgotten(ask: Ask) -> Response[str]:
    return ask.redirect("/")


@get("/broken", opt=public("a test"), sync_to_thread=True)
def broken(ask: Ask) -> Response[str]:
    raise ValueError("secret detail")


def token_of(node, login, scope="read"):
    officer = node.people[login].officer
    return node.database.write(
        lambda connection: tokens.create(
            connection, officer, label="t", scope=scope, now=node.clock.now(), chance=node.chance
        )
    ).secret


@pytest.fixture
def open_node(node):
    node.handlers = [read_things, open_thing, forgotten, broken]
    return node


# --- cross-site -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.test"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://node.test.evil.test"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "none"},
    ],
)
def test_csrf_cross_origin_with_a_right_token_is_refused(node, headers):
    browser = node.browser()
    browser.sign_in("admin")
    answer = browser.post("/sign-out", headers=headers)
    assert answer.status_code == 403
    assert browser.get("/users").status_code == 200


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "é"])
def test_csrf_without_the_forms_token_is_refused(node, token):
    browser = node.browser()
    browser.sign_in("admin")
    assert browser.post("/sign-out", {"csrf": token}).status_code == 403
    assert browser.get("/users").status_code == 200


def test_csrf_with_another_officers_token_is_refused(node):
    mine, theirs = node.browser(), node.browser()
    mine.sign_in("duty")
    theirs.sign_in("admin")
    assert theirs.post("/sign-out", {"csrf": mine.token}).status_code == 403


def test_login_csrf_needs_the_visitors_own_token(node):
    browser = node.browser()
    browser.get("/sign-in")
    answer = browser.post(
        "/sign-in",
        {"csrf": "0" * 64, "login": "admin", "password": node.people["admin"].password, "code": node.code("admin")},
    )
    assert answer.status_code == 403


def test_htmx_may_carry_the_token_in_a_header(node):
    browser = node.browser()
    browser.sign_in("admin")
    answer = browser.client.post(
        "/sign-out", headers={"Origin": ORIGIN, "X-Csrf-Token": browser.token, "HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert answer.headers["hx-redirect"] == "/sign-in"


@pytest.mark.parametrize("path", ["/sign-out", "/language", "/account/choices", "/users/new"])
def test_get_changes_nothing(node, path):
    browser = node.browser()
    browser.sign_in("admin")
    answer = browser.get(path)
    assert answer.status_code in {200, 404, 405}
    assert browser.get("/users").status_code == 200


# --- cookies and tokens ------------------------------------------------------------------------------------------------


def test_a_token_is_no_session(open_node):
    browser = open_node.browser()
    secret = token_of(open_node, "admin", "write")
    assert browser.get("/users", headers={"Authorization": f"Bearer {secret}"}).status_code == 303
    browser.client.cookies.set("lienlac-session", secret)
    assert browser.get("/users").status_code == 303


def test_a_session_is_no_token(open_node):
    browser = open_node.browser()
    browser.sign_in("duty")
    assert browser.get("/api/things").status_code == 401
    cookie = browser.client.cookies.get("lienlac-session")
    assert browser.get("/api/things", headers={"Authorization": f"Bearer {cookie}"}).status_code == 401


def test_a_token_reads_as_its_officer(open_node):
    secret = token_of(open_node, "duty")
    answer = open_node.browser().get("/api/things", headers={"Authorization": f"Bearer {secret}"})
    assert answer.json() == {"who": "duty"}


def test_a_reading_token_cannot_write(open_node):
    client = open_node.browser().client
    headers = {"Authorization": f"Bearer {token_of(open_node, 'duty')}"}
    answer = client.post("/api/things", content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "token-scope")
    headers = {"Authorization": f"Bearer {token_of(open_node, 'duty', 'write')}"}
    assert client.post("/api/things", content=b"{}", headers=headers).json() == {"body": "{}"}


def test_a_token_gives_no_more_than_its_officer_may(open_node):
    client = open_node.browser().client
    headers = {"Authorization": f"Bearer {token_of(open_node, 'audit', 'write')}"}
    assert client.get("/api/things", headers=headers).status_code == 200
    answer = client.post("/api/things", content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")
    headers = {"Authorization": f"Bearer {token_of(open_node, 'admin', 'write')}"}
    answer = client.get("/api/things", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic YTpi", "bearer x", "Bearer lienlac_" + "A" * 43])
def test_made_up_authorisation_is_nobody(open_node, header):
    answer = open_node.browser().get("/api/things", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert set(answer.json()["sentences"]) == {"en", "vi"}


# --- headers, cookies, addresses -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["vi\r\nX-Evil: 1", "<script>", "../../etc", "en-US", "", "x" * 5000])
def test_header_injection_in_the_language_form_is_refused(node, value):
    browser = node.browser()
    browser.get("/sign-in")
    answer = browser.post("/language", {"language": value})
    assert answer.status_code == 422
    assert "x-evil" not in answer.headers


@pytest.mark.parametrize("value", ["fr", "<script>alert(1)</script>", "../vi", "en; Path=/"])
def test_header_injection_in_the_language_cookie_falls_back(node, value):
    browser = node.browser()
    answer = browser.get("/sign-in", headers={"Cookie": f"lienlac-language={value}; lienlac-theme={value}"})
    assert '<html lang="en" data-theme="system">' in answer.text
    assert "<script>alert" not in answer.text


def test_a_forged_notice_is_not_shown(node):
    browser = node.browser()
    browser.sign_in("admin")
    browser.client.cookies.set("lienlac-notice", "WyJnb29kIiwiRXZpbCJd.0000")
    assert "Evil" not in browser.get("/users").text


def test_stored_xss_in_a_name_is_text(node):
    browser = node.browser()
    browser.sign_in("admin")
    browser.get("/users/new")
    name = "<img src=x onerror=alert(1)>"
    unit = '"><script>'
    assert browser.post("/users/units/new", {"name_vi": unit, "name_en": f"{unit}2"}).status_code == 303
    browser.get("/users/new")
    answer = browser.post(
        "/users/new", {"login": "eve", "name": name, "unit": unit, "roles": "duty-officer", "language": "en"}
    )
    assert answer.status_code == 200
    for page in (answer.text, browser.get("/users").text):
        assert "<img" not in page
        assert '"><script>' not in page
        assert "&lt;img" in page


def test_a_route_that_declares_nothing_is_closed_to_everybody(open_node):
    browser = open_node.browser()
    browser.sign_in("admin")
    assert browser.get("/forgotten").status_code == 404


@pytest.mark.parametrize("path", ["/nothing", "/users/off-nobody", "/account/sessions/x/end", "/static/x/../../app.py"])
def test_absent_things_look_absent(node, path):
    browser = node.browser()
    browser.sign_in("admin")
    assert browser.get(path).status_code in {404, 405}


def test_existence_oracle_forbidden_and_absent_users_answer_the_same(node):
    browser = node.browser()
    browser.sign_in("duty")

    def told(path):
        answer = browser.get(path)
        return answer.status_code, re.sub(r"[0-9a-f]{16,}|off-[a-z0-9]+|nonce=\S+", "", answer.text)

    assert told(f"/users/{node.people['admin'].officer.id}") == told("/users/off-" + "a" * 26)
    assert told("/users")[0] == 404


def test_an_unforeseen_failure_shows_a_number_and_no_detail(open_node, caplog):
    answer = open_node.browser().get("/broken")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["x-request-id"] in answer.text
    assert answer.headers["x-request-id"] in caplog.text


@pytest.mark.parametrize("path", ["/sign-in", "/nothing", "/api/nothing", "/broken", "/static/x/css/lienlac.css"])
def test_every_answer_carries_the_policy(open_node, path):
    answer = open_node.browser().get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "no-store" in answer.headers["cache-control"]


def test_a_nonce_serves_one_page(open_node):
    browser = open_node.browser()
    nonces = {
        re.search(r"'nonce-([^']+)'", browser.get("/sign-in").headers["content-security-policy"])[1] for _ in "ab"
    }
    assert len(nonces) == 2


def test_no_page_has_inline_script_or_style(node):
    browser = node.browser()
    pages = [browser.get("/sign-in").text, browser.get("/nothing").text]
    browser.sign_in("admin")
    pages += [browser.get(path).text for path in ("/users", "/users/new", "/account")]
    for page in pages:
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son[a-z]+=|\sstyle=|<style|javascript:", page)


def test_an_oversized_form_is_refused_before_it_is_read(node):
    browser = node.browser()
    browser.get("/sign-in")
    answer = browser.post("/sign-in", {"login": "x" * 2_100_000})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"a=%ff%fe&b=%00", "application/x-www-form-urlencoded"),
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"{", "application/json"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"csrf=x" * 2000, "application/x-www-form-urlencoded"),
        (b"&".join(b"f%d=1" % n for n in range(5000)), "application/x-www-form-urlencoded"),
    ],
)
def test_malformed_forms_are_refused_not_failed(node, content, kind):
    browser = node.browser()
    browser.get("/sign-in")
    headers = {"Origin": ORIGIN, "Content-Type": kind}
    answer = browser.client.post("/sign-in", content=content, headers=headers)
    assert answer.status_code in {400, 403, 413}


def test_odd_method_does_not_skip_the_checks(open_node):
    browser = open_node.browser()
    browser.sign_in("admin")
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "HEAD", "PROPFIND"):
        answer = browser.client.request(method, "/users/new")
        assert answer.status_code in {403, 404, 405}, method
