"""An officer's own account, and the users of a node."""

from __future__ import annotations

import re

import pyotp
import pytest

from lienlac import journal
from lienlac.people.officer import Role
from tests.intelligence.certified import Made


def text_of(page, element_id):
    return re.search(rf'id="{element_id}"[^>]*>([^<]+)<', page)[1].strip()


def journal_of(node, thing):
    with node.database.read() as connection:
        return [entry.action for entry in journal.about(connection, thing)]


def test_language_before_sign_in_is_a_cookie_and_afterwards_the_account(node):
    browser = node.browser()
    assert '<html lang="en"' in browser.get("/sign-in").text
    answer = browser.post("/language", {"language": "vi", "back": "/sign-in"})
    assert answer.headers["location"] == "/sign-in"
    assert '<html lang="vi"' in browser.get("/sign-in").text
    assert "Đăng nhập" in browser.page
    browser.sign_in("admin")
    assert '<html lang="en"' in browser.get("/users").text
    browser.post("/language", {"language": "vi", "back": "/users"})
    assert "Cán bộ</h1>" in browser.get("/users").text
    other = node.browser()
    node.clock.turn(minutes=1)
    other.sign_in("admin")
    assert "Cán bộ</h1>" in other.get("/users").text


@pytest.mark.parametrize(
    ("wish", "language"), [("vi-VN,vi;q=0.9,en;q=0.8", "vi"), ("en-US,en", "en"), ("fr", "en"), ("", "en")]
)
def test_the_browsers_wish_counts_where_nothing_was_chosen(node, wish, language):
    page = node.browser().get("/sign-in", headers={"Accept-Language": wish}).text
    assert f'<html lang="{language}"' in page


def test_choices_are_kept(node):
    browser = node.browser()
    browser.sign_in("duty")
    answer = browser.post("/account/choices", {"language": "vi", "time_zone": "America/New_York", "theme": "dark"})
    assert answer.status_code == 303
    page = browser.get("/account").text
    assert '<html lang="vi" data-theme="dark">' in page
    assert "Đã lưu." in page
    assert "22/11/2026 22:05" in page
    assert "Đã lưu." not in browser.get("/account").text


@pytest.mark.parametrize("field", ["language", "time_zone", "theme"])
def test_choices_that_do_not_exist_are_refused(node, field):
    browser = node.browser()
    browser.sign_in("duty")
    choices = {"language": "vi", "time_zone": "UTC", "theme": "dark", field: "../../etc/passwd"}
    assert browser.post("/account/choices", choices).status_code == 422


def test_changing_the_password_on_the_page(node):
    browser = node.browser()
    browser.sign_in("duty")
    old, new = node.people["duty"].password, "bốn con chim sẻ nhỏ"
    answer = browser.post("/account/password", {"old": old, "password": new, "again": "different"})
    assert answer.status_code == 422
    assert "differ" in answer.text
    answer = browser.post("/account/password", {"old": "wrong", "password": new, "again": new})
    assert answer.status_code == 409
    assert new not in answer.text
    assert browser.post("/account/password", {"old": old, "password": new, "again": new}).status_code == 303
    node.clock.turn(minutes=1)
    assert node.browser().sign_in("duty", password=new).status_code == 303
    assert "account.password" in journal_of(node, node.people["duty"].officer.id)


def test_sessions_are_listed_and_ended_one_by_one_or_all_others(node):
    browsers = []
    for _ in range(3):
        browsers.append(node.browser())
        browsers[-1].sign_in("duty")
        node.clock.turn(minutes=1)
    mine = browsers[0]
    page = mine.get("/account").text
    others = re.findall(r"/account/sessions/(ses-[a-z0-9]+)/end", page)
    assert len(others) == 2
    mine.post(f"/account/sessions/{others[0]}/end")
    assert sum(browser.get("/account").status_code == 200 for browser in browsers) == 2
    mine.get("/account")
    mine.post("/account/sessions/end-others")
    assert [browser.get("/account").status_code for browser in browsers] == [200, 303, 303]


def test_ending_another_officers_session_finds_nothing(node):
    theirs = node.browser()
    theirs.sign_in("duty")
    second = node.browser()
    node.clock.turn(minutes=1)
    second.sign_in("duty")
    session_id = re.findall(r"/account/sessions/(ses-[a-z0-9]+)/end", second.get("/account").text)[0]
    mine = node.browser()
    mine.sign_in("admin")
    assert mine.post(f"/account/sessions/{session_id}/end").status_code == 404
    assert theirs.get("/account").status_code == 200


def test_a_token_is_shown_once_and_ended(node):
    browser = node.browser()
    browser.sign_in("duty")
    answer = browser.post("/account/tokens", {"label": "reporting", "scope": "read", "days": "30"})
    secret = text_of(answer.text, "token-secret")
    assert secret.startswith("lienlac_")
    page = browser.get("/account").text
    assert secret not in page
    token_id = re.findall(r"/account/tokens/(tok-[a-z0-9]+)/end", page)[0]
    assert journal_of(node, token_id) == ["token.create"]
    browser.post(f"/account/tokens/{token_id}/end")
    assert token_id not in browser.get("/account").text


def test_a_certificate_is_bound_to_a_token_shown_and_let_go(node):
    browser = node.browser()
    browser.sign_in("duty")
    browser.post("/account/tokens", {"label": "SIEM", "scope": "read", "days": "30"})
    token_id = re.findall(r"/account/tokens/(tok-[a-z0-9]+)/certificates", browser.get("/account").text)[0]
    path = f"/account/tokens/{token_id}/certificates"
    page = browser.get(path).text
    assert "certificates_port" in page  # this node has no such door
    wrong = browser.post(path, {"certificate": "-----BEGIN NOTHING-----"})
    assert (wrong.status_code, "cannot stand for a token" in wrong.text) == (422, True)
    made = Made("siem.example")
    assert browser.post(path, {"certificate": made.pem.replace("\n", "\r\n")}).status_code == 303
    page = browser.get(path).text
    assert "CN=siem.example" in page
    [shown] = re.findall(rf"{path}/([0-9a-f]{{64}})/end", page)
    other = node.browser()
    other.sign_in("admin")
    assert other.get(path).status_code == 404
    assert other.post(f"{path}/{shown}/end").status_code == 404
    assert browser.post(f"{path}/{shown}/end").status_code == 303
    assert shown not in browser.get(path).text
    assert journal_of(node, token_id) == ["token.certificate-end", "token.certificate-bind", "token.create"]


@pytest.mark.parametrize("fields", [{"label": ""}, {"days": "0"}, {"days": "1e3"}, {"days": "99999"}, {"scope": "all"}])
def test_tokens_of_other_shapes_are_refused(node, fields):
    browser = node.browser()
    browser.sign_in("duty")
    assert browser.post("/account/tokens", {"label": "x", "scope": "read", "days": "30", **fields}).status_code == 422


def test_an_administrator_adds_a_user_who_then_signs_in(node):
    browser = node.browser()
    browser.sign_in("admin")
    browser.get("/users/new")
    answer = browser.post(
        "/users/new",
        {"login": "linh", "name": "Trần Thị Linh", "unit": "Cục A05", "roles": ["supervisor"], "language": "vi"},
    )
    assert answer.status_code == 200
    assert "<svg" in answer.text
    password, secret = text_of(answer.text, "new-password"), text_of(answer.text, "new-totp")
    code = pyotp.TOTP(secret).at(node.clock.now())
    assert node.browser().sign_in("linh", password=password, code=code).status_code == 303
    assert password not in browser.get("/users").text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"login": "duty"}, 409),
        ({"login": "Đặng"}, 422),
        ({"name": ""}, 422),
        ({"name": "x" * 301}, 422),
        ({"roles": []}, 422),
        ({"roles": ["auditor", "duty-officer"]}, 422),
        ({"roles": ["root"]}, 422),
        ({"language": "fr"}, 422),
        ({"also": ["uni-nobody"]}, 409),
        ({"roles": ["auditor"], "reads": "units", "audits": ["uni-nobody"]}, 409),
    ],
)
def test_mistakes_in_a_new_user_keep_what_was_typed(node, fields, status):
    browser = node.browser()
    browser.sign_in("admin")
    browser.get("/users/new")
    typed = {
        "login": "linh",
        "name": "Trần Linh",
        "unit": node.unit,
        "roles": ["duty-officer"],
        "language": "en",
        **fields,
    }
    answer = browser.post("/users/new", typed)
    assert answer.status_code == status
    assert f'<option value="{node.unit}" selected>Cục A05</option>' in answer.text
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("login", ["duty", "super", "audit"])
def test_privilege_escalation_only_an_administrator_manages_users(node, login):
    browser = node.browser()
    browser.sign_in(login)
    victim = node.people["admin"].officer.id
    for path in ("/users/new", f"/users/{victim}", f"/users/{victim}/reset", f"/users/{victim}/close"):
        answer = browser.post(
            path, {"login": "eve", "name": "E", "unit": "Cục A05", "roles": "administrator", "language": "en"}
        )
        assert answer.status_code == (404 if login == "duty" else 403)
    assert node.browser().sign_in("admin").status_code == 303


def test_privilege_escalation_nobody_changes_their_own_roles(node):
    node.add("second", Role.ADMINISTRATOR)
    browser = node.browser()
    browser.sign_in("admin")
    mine = node.people["admin"].officer.id
    browser.get(f"/users/{mine}")
    browser.post(f"/users/{mine}", {"name": "N", "unit": "Cục A05", "roles": ["supervisor"]})
    assert browser.get("/users").status_code == 200
    assert browser.post(f"/users/{mine}/close").status_code == 409
    assert browser.post(f"/users/{mine}/reset").status_code == 409


def test_a_closed_user_is_out_at_once_and_may_come_back(node):
    victim = node.browser()
    victim.sign_in("duty")
    browser = node.browser()
    browser.sign_in("admin")
    officer_id = node.people["duty"].officer.id
    assert "Close the account of" in browser.get(f"/users/{officer_id}/close").text
    browser.post(f"/users/{officer_id}/close")
    assert victim.get("/account").status_code == 303
    browser.get("/users")
    browser.post(f"/users/{officer_id}/open")
    node.clock.turn(minutes=1)
    assert victim.sign_in("duty").status_code == 303
    assert {"user.close", "user.open"} <= set(journal_of(node, officer_id))


def test_a_reset_shows_new_secrets_once_and_ends_the_old(node):
    browser = node.browser()
    browser.sign_in("admin")
    officer_id = node.people["duty"].officer.id
    browser.get(f"/users/{officer_id}/reset")
    answer = browser.post(f"/users/{officer_id}/reset")
    password, secret = text_of(answer.text, "new-password"), text_of(answer.text, "new-totp")
    assert node.browser().sign_in("duty").status_code == 401
    node.clock.turn(minutes=1)
    code = pyotp.TOTP(secret).at(node.clock.now())
    assert node.browser().sign_in("duty", password=password, code=code).status_code == 303


def test_an_auditor_sees_users_without_buttons(node):
    browser = node.browser()
    browser.sign_in("audit")
    assert "/users/new" not in browser.get("/users").text
    page = browser.get(f"/users/{node.people['duty'].officer.id}").text
    assert "/reset" not in page
    assert "/close" not in page
