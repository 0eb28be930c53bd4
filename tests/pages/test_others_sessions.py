"""An administrator sees where an officer is signed in and with which identities of other services, and ends either."""

from __future__ import annotations

import pytest

from lienlac import journal
from lienlac.ids import new_id
from lienlac.people.officer import Role
from lienlac.people.oidc import store as links
from lienlac.people.oidc.store import Link


@pytest.fixture
def admin(node):
    browser = node.browser()
    browser.sign_in("admin")
    return browser


@pytest.fixture
def duty(node):
    browser = node.browser()
    browser.sign_in("duty")
    node.clock.turn(seconds=31)
    return browser


def identity(node, login, subject="sub-1"):
    made = Link(
        id=new_id("lnk", node.chance), account_id=node.people[login].officer.id, issuer="https://sso.example",
        subject=subject, created_at=node.clock.now(), used_at=None,
    )  # fmt: skip
    node.database.write(lambda connection: links.insert_link(connection, made))
    return made


def place(node, login):
    return f"/users/{node.people[login].officer.id}/sessions"


def test_one_browser_is_signed_out_and_the_others_stay(node, admin, duty):
    second = node.browser()
    second.sign_in("duty")
    assert f'href="{place(node, "duty")}"' in admin.get(place(node, "duty").removesuffix("/sessions")).text
    page = admin.get(place(node, "duty"))
    assert page.status_code == 200
    ends = [part.split('"')[0] for part in page.text.split('action="') if part.split('"')[0].endswith("/end")]
    assert len(ends) == 2
    assert admin.post(ends[0]).status_code == 303
    left = [browser.get("/account").status_code for browser in (duty, second)]
    assert sorted(left) == [200, 303], "one is out at its next step, the other goes on"
    with node.database.read() as connection:
        (entry,) = [
            one for one in journal.about(connection, node.people["duty"].officer.id, rows=20)
            if one.action == "user.sessions-end"
        ]  # fmt: skip
    assert entry.actor == node.people["admin"].officer.id
    assert entry.detail["session"].startswith("ses-")


def test_all_browsers_are_signed_out_and_the_account_stays_open(node, admin, duty):
    admin.get(place(node, "duty"))
    assert admin.post(f"{place(node, 'duty')}/end-all").status_code == 303
    assert duty.get("/account").status_code == 303
    assert "Not signed in anywhere" in admin.get(place(node, "duty")).text
    assert node.browser().sign_in("duty").status_code == 303


def test_an_identity_elsewhere_is_taken_away(node, admin):
    made = identity(node, "duty")
    kept = identity(node, "super", "sub-2")
    page = admin.get(place(node, "duty")).text
    assert made.subject in page
    assert kept.subject not in page
    remove = f"/users/{made.account_id}/links/{made.id}/remove"
    assert f'action="{remove}"' in page
    assert admin.post(remove).status_code == 303
    assert admin.post(remove).status_code == 404, "it is gone"
    with node.database.read() as connection:
        assert links.links_of(connection, made.account_id) == []
        assert [one.id for one in links.links_of(connection, kept.account_id)] == [kept.id]
        actions = [one.action for one in journal.about(connection, made.account_id, rows=20)]
    assert "user.unlink" in actions


def test_attack_another_officers_session_or_link_through_this_officers_address(node, admin, duty):
    made = identity(node, "duty")
    ends = [part.split('"')[0] for part in admin.get(place(node, "duty")).text.split('action="')]
    session_id = next(end for end in ends if end.endswith("/end")).split("/")[-2]
    wrong = node.people["super"].officer.id
    assert admin.post(f"/users/{wrong}/sessions/{session_id}/end").status_code == 404
    assert admin.post(f"/users/{wrong}/links/{made.id}/remove").status_code == 404
    assert duty.get("/account").status_code == 200
    with node.database.read() as connection:
        assert len(links.links_of(connection, made.account_id)) == 1


def test_of_their_own_account_an_administrator_ends_nothing_here(node, admin):
    for act in ("end-all", f"{'ses-' + 'a' * 26}/end"):
        assert admin.post(f"{place(node, 'admin')}/{act}").status_code == 409
    assert admin.get(place(node, "admin")).status_code == 409
    assert admin.get("/account").status_code == 200


@pytest.mark.parametrize("login", ["duty", "super", "audit"])
def test_whoever_manages_no_accounts_neither_sees_nor_ends(node, login):
    node.add("other", Role.DUTY_OFFICER)
    made = identity(node, "other")
    browser = node.browser()
    browser.sign_in(login)
    assert browser.get(place(node, "other")).status_code in {403, 404}
    browser.get("/account")
    for act in (f"{place(node, 'other')}/end-all", f"/users/{made.account_id}/links/{made.id}/remove"):
        assert browser.post(act).status_code in {403, 404}
    with node.database.read() as connection:
        assert len(links.links_of(connection, made.account_id)) == 1
