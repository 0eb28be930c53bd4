"""Attack: do with a stolen or forgotten session what only a fresh officer may: by direct POST, by program, by tricks.

A session that was signed in an hour ago reads; it does not approve, sign, pair, change people or take over the account.
"""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyotp
import pytest
from litestar import post

from lienlac.errors import NotAllowed
from lienlac.people import accounts, sessions, store, tokens
from lienlac.people.fresh import STEP_UP, is_fresh, require_fresh
from lienlac.people.rights import MATRIX, Action, may
from lienlac.ui.guard import SAFE_METHODS, Access, needs
from tests.security.walk import PROGRAMS, doors, filled, things_of

if TYPE_CHECKING:
    from litestar import Response

    from lienlac.ui.page import Ask
    from tests.security.house import Browser, House

EXEMPT = {
    "POST /intelligence/sharing/new": "looks first; the handler asks before anything is sent",
    "POST /intelligence/sharing/{share_id:str}/stop": "ends what leaves",
    "POST /intelligence/sharing/{share_id:str}/recall": "takes back: it must not wait",
    "POST /api/intelligence/shares/preview": "only looks",
    "POST /api/intelligence/shares/{share_id:str}/stop": "ends what leaves",
    "POST /api/intelligence/shares/{share_id:str}/recall": "takes back: it must not wait",
    "POST /approvals/{release_id:str}/return": "nothing leaves by it",
    "POST /api/approvals/{release_id:str}/return": "nothing leaves by it",
}
"""Doors of step-up actions that ask for no proof, with the reason that their route gives."""


WITHOUT_DOOR = {Action.AGREEMENT_PROPOSE, Action.RELEASE_AHEAD}
"""Step-up actions that no route declares: at the console only, or asked for inside a handler."""


def stale(house: House, login: str) -> Browser:
    """A browser that signed in long ago, and has been in use since."""
    browser = house.browser(login)
    house.clock.turn(timedelta(minutes=11).total_seconds())
    browser.get("/account")
    return browser


def secret_of(house: House, login: str) -> str:
    """Give the officer an authenticator app whose secret the test knows."""
    secret = pyotp.random_base32()
    sealed = house.node.safe.seal(secret.encode(), purpose=accounts.TOTP, owner=house[login].id)
    house.database.write(lambda connection: store.update_totp(connection, house[login].id, sealed))
    return secret


def code(house: House, secret: str) -> str:
    return pyotp.TOTP(secret).at(house.clock.now())


def access_of(app: Any) -> list[tuple[str, str, Access]]:
    return [
        (route.path, method, handler.opt["access"])
        for route in app.routes
        for handler in route.route_handlers
        for method in sorted(handler.http_methods - {"HEAD", "OPTIONS"})
    ]


def test_every_door_whose_act_is_in_the_set_asks_for_a_proof(house: House) -> None:
    acts = [(path, method, access) for path, method, access in access_of(house.app) if method not in SAFE_METHODS]
    of_the_set = [(path, method, access) for path, method, access in acts if access.action in STEP_UP]
    silent = {
        f"{method} {path}": access.unfresh for path, method, access in of_the_set if not access.asks_proof(method)
    }
    assert silent == EXEMPT
    assert all(silent.values()), "whoever asks for no proof says why"
    assert {access.action for _, _, access in of_the_set} >= STEP_UP - WITHOUT_DOOR, "the search finds them"


def test_no_such_act_takes_files_which_could_not_be_sent_twice(house: House) -> None:
    assert not [path for path, method, access in access_of(house.app) if access.files and access.asks_proof(method)]


@pytest.mark.parametrize("login", ["binh", "admin", "anh", "kiem"])
def test_a_direct_post_to_every_such_door_gets_the_page_that_asks_and_changes_nothing(house: House, login: str) -> None:
    request_id = house.receive()
    things = things_of(house, request_id)
    browser, program = stale(house, login), house.program(login)
    tried = 0
    for door in doors(house.app):
        if door.action not in STEP_UP or door.method in SAFE_METHODS or not may(house[login], door.action):
            continue
        if str(door) in EXEMPT:
            continue
        before = everything(house)
        path = filled(door.path, things)
        answer = program.call("POST", path) if path.startswith(PROGRAMS) else browser.post(path, {"kind": "x"})
        assert answer.status_code == 403, str(door)
        asked = "step-up-code" in answer.text or "/account/security" in answer.text
        assert path.startswith(PROGRAMS) or asked, str(door)
        assert everything(house) == before, str(door)
        tried += 1
    assert tried >= 1


def everything(house: House) -> Any:
    """What such acts could change: accounts, tokens, links, journal."""
    from lienlac import journal
    from lienlac.agreements import store as agreements

    with house.database.read() as connection:
        return (
            accounts.every(connection),
            [[row.id for row in store.tokens_of(connection, one.id)] for one, _ in accounts.every(connection)],
            agreements.peers(connection),
            [entry.number for entry in journal.latest(connection)],
        )


def test_what_was_typed_goes_on_with_the_proof_in_one_step_and_the_token_of_the_session_is_replaced(
    house: House,
) -> None:
    secret = secret_of(house, "admin")
    browser = stale(house, "admin")
    form = {"label": "Bảng đối chiếu & “thử”", "scope": "write", "days": "7"}
    page = browser.post("/account/tokens", form)
    assert page.status_code == 403
    for value in ("Bảng đối chiếu &amp; “thử”", "write", "7"):
        assert f'value="{value}"' in page.text
    before = browser.client.cookies.get("lienlac-session")
    answer = browser.post("/account/tokens", form | {"step-up-code": code(house, secret)})
    assert answer.status_code == 200
    assert "Bảng đối chiếu" in answer.text
    after = browser.client.cookies.get("lienlac-session")
    assert after != before
    with house.database.read() as connection:
        assert sessions.find(connection, before, house.clock.now()) is None, "the old token is dead"
        assert sessions.find(connection, after, house.clock.now()) is not None
    # and another tab's form lives on
    assert browser.post("/account/choices", {"language": "en", "time_zone": "UTC", "theme": "dark"}).status_code == 303


@pytest.mark.parametrize("typed", ["000000", "", "12345", "abcdef", "0" * 200])
def test_a_wrong_code_is_no_proof(house: House, typed: str) -> None:
    secret_of(house, "admin")
    browser = stale(house, "admin")
    answer = browser.post("/account/tokens", {"label": "x", "scope": "read", "days": "7", "step-up-code": typed})
    assert answer.status_code == 403
    with house.database.read() as connection:
        assert tokens.own(connection, house["admin"]) == []


def test_a_code_that_was_seen_over_the_shoulder_counts_once(house: House) -> None:
    secret = secret_of(house, "admin")
    first, second = stale(house, "admin"), stale(house, "admin")
    seen = code(house, secret)
    form = {"label": "x", "scope": "read", "days": "7", "step-up-code": seen}
    assert first.post("/account/tokens", form).status_code == 200
    assert second.post("/account/tokens", form).status_code == 403


def test_guessing_codes_holds_up_the_session_that_guesses_and_nobody_else(house: House) -> None:
    secret = secret_of(house, "admin")
    thief, owner = stale(house, "admin"), stale(house, "admin")
    form = {"label": "x", "scope": "read", "days": "7"}
    for guess in range(6):
        thief.post("/account/tokens", form | {"step-up-code": f"{guess:06}"})
    answer = thief.post("/account/tokens", form | {"step-up-code": code(house, secret)})
    assert answer.status_code == 403, "even the right one, while it has to wait"
    assert owner.post("/account/tokens", form | {"step-up-code": code(house, secret)}).status_code == 200


def test_another_officers_code_is_no_proof(house: House) -> None:
    secret_of(house, "admin")
    other = secret_of(house, "binh")
    browser = stale(house, "admin")
    answer = browser.post(
        "/account/tokens", {"label": "x", "scope": "read", "days": "7", "step-up-code": code(house, other)}
    )
    assert answer.status_code == 403


def test_a_proof_does_not_give_a_right(house: House) -> None:
    secret = secret_of(house, "anh")
    browser = stale(house, "anh")
    answer = browser.post(f"/users/{house['chi'].id}/close", {"step-up-code": code(house, secret)})
    assert answer.status_code == 404
    assert house["chi"].active


def test_a_proof_without_the_forms_token_or_from_another_site_is_none(house: House) -> None:
    secret = secret_of(house, "admin")
    browser = stale(house, "admin")
    form = {"label": "x", "scope": "read", "days": "7", "step-up-code": code(house, secret)}
    foreign = browser.post("/account/tokens", form, **{"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    browser.page = browser.page.replace('name="csrf-token" content="', 'name="csrf-token" content="0')
    assert browser.post("/account/tokens", form).status_code == 403
    with house.database.read() as connection:
        assert tokens.own(connection, house["admin"]) == []


def test_a_proof_lasts_ten_minutes_and_a_clock_that_is_set_back_makes_it_no_longer(house: House) -> None:
    now = house.clock.now()
    present = sessions.Present(id="s", officer=house["binh"], seen_at=now, proof="totp", proved_at=now)
    assert is_fresh(present, Action.AGREEMENT_SIGN, now + timedelta(minutes=9, seconds=59))
    assert not is_fresh(present, Action.AGREEMENT_SIGN, now + timedelta(minutes=10))
    assert not is_fresh(present, Action.AGREEMENT_SIGN, now - timedelta(seconds=1))


@pytest.mark.parametrize("action", sorted(STEP_UP))
@pytest.mark.parametrize("proof", ["recovery", "first", ""])
def test_a_code_from_the_sheet_sets_up_factors_and_opens_nothing_else(house: House, action: Action, proof: Any) -> None:
    now = house.clock.now()
    present = sessions.Present(id="s", officer=house["binh"], seen_at=now, proof=proof, proved_at=now)
    assert is_fresh(present, action, now) == (bool(proof) and action is Action.ACCOUNT_SECURE)
    with pytest.raises(NotAllowed):
        require_fresh(dataclasses.replace(present, proved_at=None), action, now)


# --- programs -----------------------------------------------------------------------------------------------------


@post("/api/sign-it", opt=needs(Action.AGREEMENT_SIGN), sync_to_thread=True)
def sign_it(ask: Ask) -> Response[bytes]:
    return ask.json({"done": True})


def test_a_token_does_such_an_act_only_when_it_names_it(node: Any) -> None:
    """The guard with a door of our own: today's interface has none of these acts."""
    node.handlers.append(sign_it)
    officer = node.people["super"].officer

    def call(scope: Any, acts: tuple[str, ...]) -> int:
        made = node.database.write(
            lambda connection: tokens.create(
                connection, officer, label="t", scope=scope, acts=acts, now=node.clock.now(), chance=node.chance
            )
        )
        headers = {"Authorization": f"Bearer {made.secret}"}
        status: int = node.browser().client.post("/api/sign-it", headers=headers, json={}).status_code
        return status

    assert call("write", ()) == 403
    assert call("read", ()) == 403
    assert call("write", ("peer.manage",)) == 403
    assert call("write", ("agreement.sign",)) == 200


@pytest.mark.parametrize("acts", [("account.secure",), ("user.manage",), ("nothing.at-all",), ("*",)])
def test_a_token_names_only_what_its_officer_may_do_and_never_their_own_account(
    node: Any, acts: tuple[str, ...]
) -> None:
    officer = node.people["super"].officer
    for scope in ("read", "write"):
        with pytest.raises(Exception, match="token-acts"):
            node.database.write(
                lambda connection, scope=scope: tokens.create(
                    connection, officer, label="t", scope=scope, acts=acts, now=node.clock.now(), chance=node.chance
                )
            )
    assert all(MATRIX[role] for role in officer.roles)
