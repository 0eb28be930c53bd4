"""Attack: use a recovery code twice, guess one, use another officer's; and what a right one opens, and what not."""

from __future__ import annotations

import pytest

from lienlac import journal
from lienlac.people.factors import recovery
from lienlac.people.factors import store as factors
from tests.people.keyring import add_passkey, codes_of, device, signed_in


@pytest.fixture
def sheet(node):
    return codes_of(signed_in(node, "admin"))


def left(node, login="admin"):
    with node.database.read() as connection:
        return factors.sheet_of(connection, node.people[login].officer.id)


def test_a_sheet_is_shown_once_and_only_digests_are_kept(node, sheet):
    assert len(set(sheet)) == 10
    assert (left(node).left, left(node).made) == (10, 10)
    with node.database.read() as connection:
        kept = [row.code_hash for row in connection.execute(factors.recovery_code.select())]
    assert not {code.replace("-", "") for code in sheet} & set(kept)
    assert all(len(text) == 64 for text in kept)


def test_a_code_opens_once(node, sheet):
    assert node.browser().sign_in("admin", code=sheet[0]).status_code == 303
    assert node.browser().sign_in("admin", code=sheet[0]).status_code == 401
    assert left(node).left == 9
    assert node.browser().sign_in("admin", code=sheet[1].upper().replace("-", " ")).status_code == 303


def test_a_code_without_the_password_is_not_used_up(node, sheet):
    assert node.browser().sign_in("admin", code=sheet[0], password="wrong").status_code == 401
    assert left(node).left == 10
    assert node.browser().sign_in("admin", code=sheet[0]).status_code == 303


def test_another_officers_code_opens_nothing(node, sheet):
    assert node.browser().sign_in("super", code=sheet[0]).status_code == 401
    assert left(node).left == 10


def test_an_older_sheet_is_worth_nothing(node, sheet):
    browser = signed_in_again(node)
    codes_of(browser)
    assert node.browser().sign_in("admin", code=sheet[0]).status_code == 401


def signed_in_again(node):
    node.clock.turn(minutes=1)
    return signed_in(node, "admin")


def test_its_use_is_told_on_every_page_until_it_is_acknowledged_and_stands_in_the_journal(node, sheet):
    browser = node.browser()
    browser.sign_in("admin", code=sheet[0])
    assert "should look at" in browser.get("/users").text
    page = browser.get("/account/security").text
    assert "A code from your recovery sheet was used" in page
    assert "9 codes of 10 are left" in page
    with node.database.read() as connection:
        assert "account.recovery-used" in [entry.action for entry in journal.latest(connection)]
    browser.post("/account/warning/seen")
    assert "should look at" not in browser.get("/users").text


def test_it_sets_up_a_new_factor_but_binds_nobody(node, sheet):
    browser = node.browser()
    browser.sign_in("admin", code=sheet[0])
    assert browser.post(f"/users/{node.people['duty'].officer.id}/close", {"sure": "yes"}).status_code == 403
    assert add_passkey(browser, device()).status_code == 303
    assert browser.post(f"/users/{node.people['duty'].officer.id}/close", {"sure": "yes"}).status_code == 403


def test_it_is_no_step_up(node, sheet):
    browser = signed_in_again(node)
    node.clock.turn(minutes=11)
    browser.get("/account")
    form = {"label": "x", "scope": "read", "days": "3", "step-up-code": sheet[0]}
    assert browser.post("/account/tokens", form).status_code == 403
    assert left(node).left == 10


def test_guessing_is_told_to_wait_and_a_known_browser_is_not_held_up(node, sheet):
    known = signed_in_again(node)
    known.post("/sign-out")
    stranger = node.browser()
    guesses = [recovery.make(node.chance)[0] for _ in range(7)]
    statuses = [stranger.sign_in("admin", code=guess).status_code for guess in guesses]
    assert statuses == [401] * 5 + [429] * 2
    assert stranger.sign_in("admin", code=sheet[0]).status_code == 429
    assert known.sign_in("admin", code=sheet[0]).status_code == 303


@pytest.mark.parametrize("text", ["", "123456", "abcde-fghjk", "abcde-fghjk-mnpq1", "abcde-fghjk-mnpqo", "a" * 300])
def test_what_cannot_be_a_code_is_not_taken_for_one(text):
    assert recovery.normal(text) is None
