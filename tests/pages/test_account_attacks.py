"""What can go wrong, or be made to go wrong, round accounts, sessions and live pages."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from typing import TYPE_CHECKING

import pytest
from litestar import Response, get, post

from lienlac.people import accounts, sessions, tokens
from lienlac.people.officer import Role
from lienlac.people.passwords import Hasher
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.live import events
from tests.pages import conftest
from tests.pages.conftest import ORIGIN
from tests.pages.test_live import stream_of

if TYPE_CHECKING:
    from litestar.params import FromPath

    from lienlac.ui.page import Ask


class WatchedHasher(Hasher):
    """Notes in which threads passwords were hashed."""

    def __init__(self) -> None:
        super().__init__(memory_kib=64, rounds=1)
        self.threads: set[str] = set()

    def hash(self, password, chance):
        self.threads.add(threading.current_thread().name)
        return super().hash(password, chance)


def test_no_password_is_hashed_while_arriving_requests_wait_for_the_writer(node, monkeypatch):
    hasher = WatchedHasher()
    monkeypatch.setattr(conftest, "CHEAP", hasher)
    browser = node.browser()
    browser.sign_in("admin")
    made = {"login": "moi", "name": "Mới", "unit": "Cục A05", "roles": "duty-officer", "language": "vi"}
    browser.get("/users/new")
    assert browser.post("/users/new", made).status_code == 200
    assert browser.post(f"/users/{node.people['duty'].officer.id}/reset").status_code == 200
    assert len(hasher.threads) >= 1
    assert "lienlac-writer" not in hasher.threads


def test_an_officer_of_another_country_is_not_given_hanoi_time(pages_database):
    """Times that they type are read in that zone: a transfer would be twelve hours off, and nobody would see why."""
    node = conftest.Node(pages_database, default_time_zone="America/New_York")
    node.add("admin", conftest.Role.ADMINISTRATOR)
    browser = node.browser()
    browser.sign_in("admin")
    browser.get("/users/new")
    made = {"login": "mark", "name": "Mark Hill", "unit": "Cục A05", "roles": "duty-officer", "language": "en"}
    assert browser.post("/users/new", made).status_code == 200
    with node.database.read() as connection:
        assert accounts.by_login(connection, "mark").time_zone == "America/New_York"


# --- revoked while it waits -------------------------------------------------------------------------------------------


def slowly(app, scope, chunks, between):
    """Send a body in two parts to the application; `between` happens after the first."""
    answer = {}

    async def call():
        parts = [*chunks]

        async def receive():
            if len(parts) < len(chunks):
                between()
            body = parts.pop(0)
            return {"type": "http.request", "body": body, "more_body": bool(parts)}

        async def send(message):
            if message["type"] == "http.response.start":
                answer["status"] = message["status"]

        await app(scope, receive, send)

    asyncio.run(call())
    return answer["status"]


def scope_of(path, headers):
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": path, "raw_path": path.encode(), "root_path": "", "query_string": b"", "headers": raw,
        "client": ("127.0.0.1", 1), "server": ("node.test", 80), "state": {},
    }  # fmt: skip


@pytest.mark.parametrize("revoke", ["session ended", "account closed", "role taken"])
def test_a_body_that_is_sent_slowly_does_nothing_after_the_session_was_ended(node, revoke):
    """The thief of a session begins an act, waits until he is found out, and then sends the last byte."""
    browser = node.browser()
    browser.sign_in("super")
    officer = node.people["super"].officer
    body = f"csrf={browser.token}&language=vi&time_zone=UTC&theme=dark".encode()
    cookie = browser.client.cookies.get("lienlac-session")
    headers = {
        "Host": "node.test", "Origin": ORIGIN, "Cookie": f"lienlac-session={cookie}",
        "Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body)),
    }  # fmt: skip

    def found_out():
        if revoke == "session ended":
            node.database.write(lambda connection: sessions.end_all(connection, officer))
            return
        changed = dataclasses.replace(officer, active=False)
        if revoke == "role taken":
            changed = dataclasses.replace(officer, roles=frozenset({Role.AUDITOR}))
        node.database.write(lambda connection: accounts.change(connection, changed))

    status = slowly(node.app(), scope_of("/account/choices", headers), [body[:40], body[40:]], found_out)
    assert status == 303
    with node.database.read() as connection:
        found = accounts.get(connection, officer.id)
    assert (found.theme, found.time_zone) == (officer.theme, officer.time_zone)


def test_a_slow_body_with_a_token_that_was_ended_meanwhile_does_nothing(node):
    done = []

    @post("/api/act", opt=needs(Action.REQUEST_OPEN), sync_to_thread=True)
    def act(ask: Ask) -> Response[bytes]:
        done.append(ask.officer.login)
        return ask.json({})

    node.handlers = [act]
    officer = node.people["duty"].officer
    made = node.database.write(
        lambda c: tokens.create(c, officer, label="t", scope="write", now=node.clock.now(), chance=node.chance)
    )
    headers = {"Authorization": f"Bearer {made.secret}", "Content-Length": "2", "Host": "node.test"}
    end = lambda: node.database.write(lambda c: tokens.end(c, officer, made.id))  # noqa: E731
    assert slowly(node.app(), scope_of("/api/act", headers), [b"{", b"}"], end) == 401
    assert done == []


def test_a_busy_node_ends_the_streams_of_a_revoked_session_too(node):
    """Where a notice comes every second there is never a quiet moment in which the session was looked at."""
    ask, _ = stream_of(node, "duty")

    async def follow():
        heard = 0
        async for _ in events(ask, frozenset({"requests"})):
            heard += 1
            node.clock.turn(seconds=1)
            if heard == 2:
                ask.database.write(lambda connection: sessions.end_all(connection, ask.officer))
            assert heard < 200, "the stream never ends"
            ask.hub.notify("requests", f"req-{heard}")
        return heard

    assert asyncio.run(follow()) < 2 * 20
    assert len(ask.hub) == 0


def test_one_browser_cannot_take_every_live_place(node, monkeypatch):
    monkeypatch.setattr("lienlac.limits.LIVE_PER_SESSION_MAX", 2)
    ask, browser = stream_of(node, "duty")
    other, _ = stream_of(node, "audit")

    async def follow():
        open_pages = [events(ask, frozenset({"requests"})) for _ in range(2)]
        for page in open_pages:
            await anext(page)
        assert ask.hub.of(ask.session.id) == 2
        assert other.hub.of(other.session.id) == 0
        for page in open_pages:
            await page.aclose()

    asyncio.run(follow())
    monkeypatch.setattr("lienlac.limits.LIVE_PER_SESSION_MAX", 0)
    assert browser.get("/live?topics=requests").status_code == 503


# --- idle -------------------------------------------------------------------------------------------------------------


def test_a_screen_that_nobody_touches_is_signed_out_although_it_asks_by_itself(node):
    """A page that follows the inbox asks for its rows whenever something happens: that is not its officer's hand."""

    @get("/rows", opt=needs(Action.REQUEST_READ, by_itself=True), sync_to_thread=True)
    def rows(ask: Ask) -> Response[bytes]:
        return ask.json({})

    @get("/page", opt=needs(Action.REQUEST_READ), sync_to_thread=True)
    def page(ask: Ask) -> Response[bytes]:
        return ask.json({})

    node.handlers = [rows, page]
    browser = node.browser()
    browser.sign_in("duty")
    for path, status in (("/page", 200), ("/rows", 303)):
        for _ in range(7):
            node.clock.turn(minutes=10)
            browser.get(path)
        assert browser.get(path).status_code == status, path


# --- strangers and lock-out -------------------------------------------------------------------------------------------


def test_a_stranger_cannot_keep_the_duty_officer_out_of_their_own_browser(node):
    browser, stranger = node.browser(), node.browser()
    assert browser.sign_in("duty").status_code == 303
    browser.post("/sign-out")
    node.clock.turn(minutes=5)
    for _ in range(20):
        stranger.sign_in("duty", password="guess")
    assert stranger.sign_in("duty").status_code == 429
    assert browser.sign_in("duty").status_code == 303


@pytest.mark.parametrize("forged", ["", "x", "x.y", "{name}.{other}", "other.{signature}", "{name}.", ".{signature}"])
def test_a_forged_or_borrowed_mark_of_a_known_browser_is_worth_nothing(node, forged):
    browser = node.browser()
    browser.sign_in("audit")
    name, _, signature = browser.client.cookies.get("lienlac-browser").partition(".")
    stranger = node.browser()
    for _ in range(6):
        stranger.sign_in("duty", password="guess")
    cookie = forged.format(name=name, signature=signature, other=signature[::-1])
    stranger.client.cookies.set("lienlac-browser", cookie or f"{name}.{signature}")
    assert stranger.sign_in("duty").status_code == 429


def test_guessing_from_a_known_browser_is_slowed_down_too(node):
    browser = node.browser()
    browser.sign_in("duty")
    browser.post("/sign-out")
    node.clock.turn(minutes=5)
    statuses = [browser.sign_in("duty", password="guess").status_code for _ in range(8)]
    assert statuses[0] == 401
    assert statuses[-1] == 429


def test_a_stranger_cannot_keep_an_officer_from_a_new_password(node):
    browser, stranger = node.browser(), node.browser()
    browser.sign_in("duty")
    for _ in range(20):
        stranger.sign_in("duty", password="guess")
    browser.get("/account")
    new = "bốn con chim sẻ nhỏ"
    typed = {"old": node.people["duty"].password, "password": new, "again": new}
    assert browser.post("/account/password", typed).status_code == 303


# --- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["%00", "off-%1b[31m", "%0d%0aX:1", "a%e2%80%aeb"])
def test_control_characters_in_an_address_never_reach_a_handler_or_a_database(node, text):
    @get("/things/{name:str}", opt=needs(Action.ACCOUNT_OWN), sync_to_thread=True)
    def thing(ask: Ask, name: FromPath[str]) -> Response[bytes]:
        return ask.json({"name": name})

    node.handlers = [thing]
    browser = node.browser()
    browser.sign_in("admin")
    assert browser.get("/things/đèn").status_code == 200
    assert browser.get(f"/things/{text}").status_code == 404
    assert browser.get(f"/users/{text}").status_code == 404
