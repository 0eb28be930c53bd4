"""Attack: end, see or use somebody else's access token; use one where it does not belong, or after its officer changed."""

from __future__ import annotations

import pytest

from lienlac.people import accounts, tokens
from tests.people.keyring import signed_in


def make(node, login, **more):
    officer = node.people[login].officer
    return node.database.write(
        lambda connection: tokens.create(
            connection, officer, label="bảng theo dõi", scope="write", now=node.clock.now(), chance=node.chance, **more
        )
    )


def test_it_cannot_be_seen_or_ended_by_another_officer(node):
    made = make(node, "super")
    for login in ("duty", "admin"):
        browser = signed_in(node, login)
        assert "bảng theo dõi" not in browser.get("/account").text
        assert browser.get(f"/account/tokens/{made.id}/end").status_code == 404
        assert browser.post(f"/account/tokens/{made.id}/end").status_code == 404
    with node.database.read() as connection:
        assert tokens.find(connection, made.secret, node.clock.now()) is not None


@pytest.mark.parametrize("path", ["/account", "/users", "/account/security", "/step-up"])
def test_it_opens_no_screen(node, path):
    made = make(node, "admin")
    for headers in ({"Authorization": f"Bearer {made.secret}"}, {"Cookie": f"lienlac-session={made.secret}"}):
        answer = node.browser().client.get(path, headers=headers, follow_redirects=False)
        assert answer.headers["location"].startswith("/sign-in")


def test_a_session_opens_no_interface(node):
    browser = signed_in(node, "duty")
    token = browser.client.cookies.get("lienlac-session")
    assert browser.client.get("/api/requests").status_code in (401, 404)
    assert browser.client.get("/api/requests", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_it_ends_with_new_secrets_other_roles_or_a_closed_account(node):
    import dataclasses

    from lienlac.people.officer import Role
    from tests.pages.conftest import CHEAP, SAFE

    officer = node.people["super"].officer
    acts = (
        lambda connection: accounts.reset(
            connection, officer, secrets=accounts.make_secrets(node.chance, CHEAP), safe=SAFE, now=node.clock.now()
        ),
        lambda connection: accounts.change(connection, dataclasses.replace(officer, roles=frozenset({Role.ANALYST}))),
        lambda connection: accounts.change(connection, dataclasses.replace(officer, active=False)),
    )
    for act in acts:
        made = make(node, "super")
        node.database.write(act)
        with node.database.read() as connection:
            assert tokens.find(connection, made.secret, node.clock.now()) is None
        node.database.write(lambda connection: accounts.change(connection, officer))


@pytest.mark.parametrize("stored", ["write everything", "admin", "", "write *", "WRITE agreement.sign"])
def test_a_scope_that_this_version_does_not_know_opens_nothing_more(node, stored):
    from lienlac.people.fresh import STEP_UP
    from lienlac.people.store import TokenRow

    row = TokenRow(
        id="t",
        account_id="a",
        label="x",
        scope=stored or "read",
        created_at=node.clock.now(),
        expires_at=node.clock.now(),
    )
    scope, acts = tokens.parts_of(row)
    assert scope == ("write" if stored.startswith("write") else "read")
    assert not (acts & STEP_UP) or scope == "read"
