"""Attack: come in, or prove oneself, with a passkey of somebody else, for another site, unverified, replayed, copied."""

from __future__ import annotations

import json

import pytest

from lienlac import journal
from lienlac.people import sessions
from lienlac.people.factors import store as factors
from tests.people.authenticator import PRESENT, text
from tests.people.keyring import add_passkey, device, options_of, sign_in, signed_in


def cookie(browser):
    return browser.client.cookies.get("lienlac-session")


def passkeys_of(node, login):
    with node.database.read() as connection:
        return factors.passkeys_of(connection, node.people[login].officer.id)


def is_in(node, browser):
    return browser.get("/account").status_code == 200


@pytest.fixture
def held(node):
    """An officer's passkey, and their browser with it."""
    key = device()
    browser = signed_in(node, "admin")
    assert add_passkey(browser, key).status_code == 303
    return key


def test_a_passkey_signs_in_without_a_password_and_counts_as_a_fresh_proof(node, held):
    browser = node.browser()
    assert sign_in(browser, held).headers["location"] == "/"
    assert browser.get("/users").status_code == 200
    browser.get("/account")
    assert browser.post("/account/tokens", {"label": "x", "scope": "read", "days": "3"}).status_code == 200
    assert passkeys_of(node, "admin")[0].used_at == node.clock.now()


@pytest.mark.parametrize("flags", [PRESENT, 0x04, 0x00])
def test_without_the_person_present_and_verified(node, held, flags):
    held.flags = flags
    browser = node.browser()
    assert sign_in(browser, held).status_code == 422
    assert not is_in(node, browser)


def test_registered_without_the_person_verified(node):
    answer = add_passkey(signed_in(node, "admin"), device(flags=PRESENT))
    assert answer.status_code == 422
    assert passkeys_of(node, "admin") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://evil.test"},
        {"origin": "https://node.test"},
        {"origin": "http://node.test:8080"},
        {"origin": "http://node.test.evil.test"},
        {"domain": "evil.test"},
        {"domain": "test"},
    ],
)
def test_for_another_site_or_another_domain(node, held, wrong):
    for name, value in wrong.items():
        setattr(held, name, value)
    browser = node.browser()
    assert sign_in(browser, held).status_code == 422
    assert not is_in(node, browser)
    assert add_passkey(signed_in(node, "super"), device(**wrong)).status_code == 422


def test_the_same_answer_a_second_time(node, held):
    browser = node.browser()
    page = browser.get("/sign-in")
    answer = held.get(options_of(page.text))
    first = browser.page
    assert browser.post("/sign-in/passkey", {"passkey": answer}).status_code == 303
    visit = node.browser()
    visit.client.cookies.set("lienlac-visit", "A" * 43)
    # in the very same visit, which alone the challenge fits
    browser.client.cookies.delete("lienlac-session")
    browser.page = first
    assert browser.post("/sign-in/passkey", {"passkey": answer}).status_code in (403, 422)
    assert not is_in(node, browser)


def test_replayed_in_the_same_visit_before_its_cookie_is_gone(node, held):
    """The thief copied visit cookie, page and answer, and sends them after the officer did."""
    browser, thief = node.browser(), node.browser()
    page = browser.get("/sign-in")
    visit = browser.client.cookies.get("lienlac-visit")
    answer = held.get(options_of(page.text))
    thief.client.cookies.set("lienlac-visit", visit)
    thief.page = browser.page
    assert browser.post("/sign-in/passkey", {"passkey": answer}).status_code == 303
    again = thief.post("/sign-in/passkey", {"passkey": answer})
    assert again.status_code in (409, 422)
    assert not is_in(node, thief)


def test_an_answer_from_another_visit(node, held):
    answer = held.get(options_of(node.browser().get("/sign-in").text))
    thief = node.browser()
    thief.get("/sign-in")
    assert thief.post("/sign-in/passkey", {"passkey": answer}).status_code == 422


def test_an_answer_to_a_page_that_was_open_for_too_long(node, held):
    browser = node.browser()
    answer = held.get(options_of(browser.get("/sign-in").text))
    node.clock.turn(minutes=10)
    assert browser.post("/sign-in/passkey", {"passkey": answer}).status_code == 422


def test_a_challenge_that_the_thief_made_up(node, held):
    browser = node.browser()
    page = browser.get("/sign-in")
    for challenge in (text(bytes(56)), text(b"x" * 16), text(b"")):
        answer = held.get(options_of(page.text), challenge=challenge)
        assert browser.post("/sign-in/passkey", {"passkey": answer}).status_code == 422


def test_a_registration_does_not_serve_as_a_sign_in_nor_a_step_up(node, held):
    browser = signed_in_by(node, held)
    options = options_of(browser.get("/account/passkeys/new").text)
    asked = json.loads(options) | {"userVerification": "required"}
    answer = held.get(json.dumps(asked))
    node.clock.turn(minutes=9)
    other = node.browser()
    other.get("/sign-in")
    assert other.post("/sign-in/passkey", {"passkey": answer}).status_code == 422
    node.clock.turn(minutes=2)
    refused = browser.post("/account/tokens", {"label": "x", "scope": "read", "days": "3", "step-up-passkey": answer})
    assert refused.status_code == 403


def test_a_counter_that_goes_back_is_refused_and_its_officer_is_warned(node, held):
    assert sign_in(node.browser(), held).status_code == 303
    thief = node.browser()
    for step in (0, -1):
        assert sign_in(thief, held, step=step).status_code == 409
    assert not is_in(node, thief)
    browser = node.browser()
    node.clock.turn(minutes=1)
    browser.sign_in("admin")
    assert "should look at" in browser.get("/users").text
    assert "may be a copy" in browser.get("/account/security").text
    browser.post("/account/warning/seen")
    assert "should look at" not in browser.get("/users").text


def test_an_authenticator_that_never_counts_goes_on_serving(node):
    key = device(count=0)
    assert add_passkey(signed_in(node, "admin"), key).status_code == 303
    for _ in range(2):
        assert sign_in(node.browser(), key, step=0).status_code == 303


def test_somebody_elses_signature_for_this_credential(node, held):
    thief = device(credential_id=held.credential_id, user=held.user, count=7)
    browser = node.browser()
    assert sign_in(browser, thief).status_code == 422
    assert not is_in(node, browser)


def test_a_passkey_that_says_it_is_about_somebody_else(node, held):
    other = node.people["super"].officer.id.encode()
    assert sign_in(node.browser(), held, user=other).status_code == 422


def test_an_unknown_passkey(node):
    browser = node.browser()
    assert sign_in(browser, device(user=b"off-x")).status_code == 409
    assert not is_in(node, browser)


def test_another_officers_passkey_is_no_proof(node, held):
    browser = signed_in(node, "super")
    mine = device()
    assert add_passkey(browser, mine).status_code == 303
    node.clock.turn(minutes=11)
    page = browser.post("/account/tokens", {"label": "x", "scope": "read", "days": "3"})
    assert page.status_code == 403
    options = options_of(page.text)
    form = {"label": "x", "scope": "read", "days": "3"}
    browser.page = page.text
    assert browser.post("/account/tokens", form | {"step-up-passkey": held.get(options)}).status_code == 403
    proved = browser.post("/account/tokens", form | {"step-up-passkey": mine.get(options)})
    assert proved.status_code == 200


def test_another_officers_passkey_cannot_be_removed_or_seen(node, held):
    (key,) = passkeys_of(node, "admin")
    browser = signed_in(node, "super")
    assert browser.get(f"/account/passkeys/{key.id}/remove").status_code == 404
    assert browser.post(f"/account/passkeys/{key.id}/remove", {"sure": "yes"}).status_code == 404
    assert passkeys_of(node, "admin") == [key]


def test_a_credential_that_another_officer_has_cannot_be_taken_over(node, held):
    thief = device(credential_id=held.credential_id)
    assert add_passkey(signed_in(node, "super"), thief).status_code == 409
    assert sign_in(node.browser(), held).status_code == 303


def test_a_closed_accounts_passkey_opens_nothing(node, held):
    boss = node.add("boss", node.people["admin"].officer.roles and next(iter(node.people["admin"].officer.roles)))
    browser = signed_in(node, "boss")
    browser.get("/users")
    browser.post(f"/users/{node.people['admin'].officer.id}/close", {"sure": "yes"})
    assert sign_in(node.browser(), held).status_code == 409
    assert boss.officer.active


def test_new_secrets_take_the_passkeys_of_whoever_held_the_account(node, held):
    node.add("boss", next(iter(node.people["admin"].officer.roles)))
    browser = signed_in(node, "boss")
    browser.post(f"/users/{node.people['admin'].officer.id}/reset", {"sure": "yes"})
    assert passkeys_of(node, "admin") == []
    assert sign_in(node.browser(), held).status_code == 409


def test_the_last_factor_stays(node, held):
    browser = signed_in_by(node, held)
    assert browser.post("/account/app/remove", {"sure": "yes"}).status_code == 303
    (key,) = passkeys_of(node, "admin")
    assert browser.post(f"/account/passkeys/{key.id}/remove", {"sure": "yes"}).status_code == 409
    assert passkeys_of(node, "admin") == [key]
    # and a password alone opens nothing
    assert node.browser().sign_in("admin").status_code == 401


def signed_in_by(node, key):
    browser = node.browser()
    assert sign_in(browser, key).status_code == 303
    browser.get("/account")
    return browser


def test_a_changed_factor_signs_every_other_browser_out(node, held):
    first, second = signed_in_by(node, held), signed_in_by(node, held)
    assert add_passkey(first, device(), "chìa khoá xanh").status_code == 303
    assert second.get("/users").headers["location"].startswith("/sign-in")
    assert is_in(node, first)
    with node.database.read() as connection:
        assert len(sessions.own(connection, node.people["admin"].officer, node.clock.now())) == 1
        acts = [entry.action for entry in journal.latest(connection)]
    assert "account.passkey-add" in acts


@pytest.mark.parametrize(
    "answer",
    ["", "{}", "[]", "null", "x" * 20_000, '{"id":1}', '{"id":"a","response":{}}', '{"id":"é","response":{"clientDataJSON":"e30"}}',
     '{"id":"YQ","response":{"clientDataJSON":"e30","clientDataJSON":"e30"}}', "[" * 5_000],
)  # fmt: skip
def test_what_is_no_answer_is_refused_in_words(node, answer):
    browser = node.browser()
    browser.get("/sign-in")
    assert browser.post("/sign-in/passkey", {"passkey": answer}).status_code == 422


def test_strangers_who_fail_with_an_officers_passkey_do_not_hold_up_their_own_browser(node, held):
    known = signed_in_by(node, held)
    known.post("/sign-out")
    thief = device(credential_id=held.credential_id, user=held.user, count=99)
    stranger = node.browser()
    statuses = [sign_in(stranger, thief).status_code for _ in range(7)]
    assert statuses == [422] * 5 + [429] * 2
    assert sign_in(known, held).status_code == 303


def test_where_the_node_has_no_name_there_is_no_passkey_and_the_page_says_so(node):
    from tests.pages.conftest import Node

    made = Node(node.database, base_url="http://127.0.0.1:8443")
    made.people = node.people
    browser = signed_in(made, "admin")
    assert "data-passkey" not in made.browser().get("/sign-in").text
    assert "by a number instead of a name" in browser.get("/account/security").text
    assert browser.get("/account/passkeys/new").status_code == 409
