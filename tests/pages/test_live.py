"""Live pages: who hears what, and that nobody can fill the node's memory by listening slowly."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace

import pytest

from lienlac import limits
from lienlac.cli.serving.threads import own_threads
from lienlac.people import sessions
from lienlac.people.officer import Role
from lienlac.people.rights import Scope, Thing
from lienlac.ui.guard import ask_of
from lienlac.ui.hub import Hub
from lienlac.ui.live import event, events, may_follow
from lienlac.ui.nav import Alert, Nav

ANYBODY = Scope(officer_id="off-x", keys=frozenset({"off-x", "uni-a"}))


def hear(hub, topics, then, count, scope=ANYBODY):
    """What a page that follows these topics hears when something happens in another thread."""

    async def listen():
        listener = hub.listen(frozenset(topics), scope)
        thread = threading.Thread(target=then)
        thread.start()
        heard = [await listener.next() for _ in range(count)]
        thread.join()
        hub.leave(listener)
        return heard

    return asyncio.run(listen())


def test_a_page_hears_its_topics_from_any_thread():
    hub = Hub()

    def happen():
        hub.notify("log")
        hub.notify("requests", "req-1")
        hub.notify("requests", "req-2")

    assert hear(hub, {"requests"}, happen, 2) == [("requests", "req-1"), ("requests", "req-2")]
    assert len(hub) == 0


def test_a_page_hears_nothing_of_a_thing_that_its_officer_may_not_know_of():
    hub = Hub()

    def happen():
        hub.notify("requests", "req-1", only_for=Thing(id="req-1", units=frozenset({"uni-b"})))
        hub.notify("requests", "req-2", only_for=Thing(id="req-2", units=frozenset({"uni-a"})))
        hub.notify("requests", "req-3", only_for=Thing(id="req-3", officers=frozenset({"off-y"})))
        hub.notify("requests", "req-4", only_for=Thing(id="req-4"))

    assert hear(hub, {"requests"}, happen, 2) == [("requests", "req-2"), ("requests", "req-4")]


def test_what_happened_between_the_making_of_a_page_and_its_stream_is_told():
    """And nothing of before, of other topics, or of what its officer may not know of."""
    hub = Hub()
    hub.notify("requests", "before")
    since = hub.told
    hub.notify("requests", "between")
    hub.notify("link", "other-topic")
    hub.notify("requests", "hidden", only_for=Thing(id="hidden", units=frozenset({"uni-b"})))

    async def listen(since):
        stirred = []
        listener = hub.listen(frozenset({"requests"}), ANYBODY, stirred=stirred.append, since=since)
        await asyncio.sleep(0)
        hub.notify("requests", "after")
        await asyncio.sleep(0)
        hub.leave(listener)
        listener.put(None)
        await asyncio.sleep(0)
        heard = []
        while (notice := await listener.next()) is not None:
            heard.append(notice[1])
        return heard, len(stirred)

    assert asyncio.run(listen(since)) == (["between", "after"], 2)
    assert asyncio.run(listen(None)) == (["after"], 1)


def test_what_is_kept_for_pages_to_come_is_bounded():
    hub = Hub()
    for number in range(limits.LIVE_RECENT_MAX * 2):
        hub.notify("requests", f"req-{number}")

    async def listen():
        listener = hub.listen(frozenset({"requests"}), ANYBODY, since=0)
        await asyncio.sleep(0)
        first = await listener.next()
        hub.leave(listener)
        return first

    assert asyncio.run(listen()) == ("requests", f"req-{limits.LIVE_RECENT_MAX}"), "the newest, and no reload"


def test_slow_reader_is_told_once_to_load_again(monkeypatch):
    monkeypatch.setattr("lienlac.limits.LIVE_QUEUE_MAX", 4)
    hub = Hub()

    async def listen():
        listener = hub.listen(frozenset({"requests"}), ANYBODY)
        for number in range(5):
            hub.notify("requests", f"req-{number}")
        await asyncio.sleep(0)
        return await listener.next()

    assert asyncio.run(listen()) == ("reload", "")


def test_what_a_page_has_not_yet_taken_is_told_once():
    hub = Hub()

    async def listen():
        listener = hub.listen(frozenset({"requests"}), ANYBODY)
        for name in ("req-1", "req-2", "req-1", "req-1"):
            hub.notify("requests", name)
        hub.close()
        heard = []
        while (notice := await listener.next()) is not None:
            heard.append(notice)
        return heard

    assert asyncio.run(listen()) == [("requests", "req-1"), ("requests", "req-2")]


def test_many_pages_are_told_one_after_the_other_and_what_is_made_for_them_is_begun_at_once(monkeypatch):
    """A thousand pages that ask for their pieces in the same instant would stop those who act."""
    monkeypatch.setattr("lienlac.limits.LIVE_AT_ONCE", 3)
    monkeypatch.setattr("lienlac.limits.LIVE_REFRESHES_PER_S", 50)
    hub = Hub()

    async def listen():
        stirred = []
        pages = [hub.listen(frozenset({"requests"}), ANYBODY, stirred=stirred.append) for _ in range(5)]
        loop = asyncio.get_running_loop()
        begun = loop.time()
        hub.notify("requests", "req-1")
        hub.notify("requests", "req-1")
        await asyncio.sleep(0)
        first = list(stirred)
        told = {}
        for page in pages:
            told[await page.next()] = None
        spread = loop.time() - begun
        hub.close()
        assert [await page.next() for page in pages] == [None] * 5
        return first, list(told), spread

    first, told, spread = asyncio.run(listen())
    assert first == ["requests"] * 10
    assert told == [("requests", "req-1")]
    assert spread >= 4 / 50


def test_what_waits_is_made_once_for_all_of_the_same_sight_and_shown_at_once(node):
    """Two duty officers see the same; the auditor, whose role differs, has it made for them alone."""
    node.add("second", Role.DUTY_OFFICER)
    made = []

    def shared(_connection, officer, _words):
        made.append(officer.login)
        return Alert(count=len(made), text="One waits:", label="US-2026-1", path="/requests/x", ring="new-1")

    def own(_connection, officer, _words):
        if officer.login != "second":
            return None
        return Alert(count=1, text="Yours:", label="<b>", path="/duty/alarms", ring="own")

    asks = {login: stream_of(node, login)[0] for login in ("duty", "second", "audit")}
    ground = replace(asks["duty"].ground, nav=Nav(shared_alerts=(shared,), alerts=(own,)))
    for ask in asks.values():
        ask.ground = ground

    async def follow(ask):
        async for chunk in events(ask, frozenset({"requests"})):
            if chunk.startswith(b"retry"):
                ready.release()
            elif b'id="alert"' in chunk:
                return chunk.decode()
        raise AssertionError

    async def play():
        tasks = [asyncio.create_task(follow(ask)) for ask in asks.values()]
        for _ in asks:
            await ready.acquire()
        asks["duty"].hub.notify("requests", "req-1")
        return dict(zip(asks, await asyncio.gather(*tasks), strict=True))

    ready = asyncio.Semaphore(0)
    seen = asyncio.run(play())
    assert made == ["", ""], "once for both duty officers, once for the auditor, and for none by name"
    assert all("US-2026-1" in text and 'hx-swap-oob="outerMorph"' in text for text in seen.values())
    assert all(line.startswith("data: ") for line in seen["duty"].splitlines() if line)
    assert [login for login, text in seen.items() if "Yours:" in text] == ["second"]
    assert "&lt;b&gt;" in seen["second"]
    assert not [login for login, text in seen.items() if asks[login].csrf in text or asks[login].officer.id in text]


def test_what_waits_for_a_hand_is_shown_while_every_thread_of_pages_is_held(node, monkeypatch):
    """Also the look at whose stream it is: an alert never waits for who browses."""
    monkeypatch.setattr("lienlac.limits.LIVE_BEAT_S", 0.01)
    ask, _ = stream_of(node, "duty")

    async def follow():
        stream = events(ask, frozenset({"requests"}))
        async for chunk in stream:
            if chunk == b": alive\n\n":
                ask.hub.notify("requests", "req-1")
            elif b'id="alert"' in chunk:
                return "shown"
        return "ended"

    held = threading.Event()
    with own_threads() as own:
        before = [own.pages.submit(held.wait, 60) for _ in range(limits.PAGE_THREADS + 1)]
        try:
            assert asyncio.run(asyncio.wait_for(follow(), 30)) == "shown"
            assert not any(one.done() for one in before)
        finally:
            held.set()


def test_closing_the_hub_ends_every_stream():
    hub = Hub()
    assert hear(hub, {"requests"}, hub.close, 1) == [None]


def test_a_listener_of_a_loop_that_has_ended_does_no_harm():
    hub = Hub()

    async def leave_behind():
        hub.listen(frozenset({"requests"}), ANYBODY)

    asyncio.run(leave_behind())
    hub.notify("requests")
    assert hear(hub, {"requests"}, lambda: hub.notify("requests", "req-1"), 1) == [("requests", "req-1")]


def test_line_feeds_cannot_make_a_second_event():
    assert event("requests", "x\n\nevent: evil\r\n") == b"event: requests\ndata: x  event: evil  \n\n"


def stream_of(node, login):
    """The stream that a signed-in officer's page would get."""
    browser = node.browser()
    browser.sign_in(login)
    caught = []
    browser.client.app.before_send.append(lambda message, scope: caught.append(scope) or asyncio.sleep(0))
    browser.get("/account")
    ask = ask_of(type("Connection", (), {"scope": caught[0]}))
    return ask, browser


def test_a_revoked_session_ends_its_streams(node, monkeypatch):
    monkeypatch.setattr("lienlac.limits.LIVE_BEAT_S", 0.01)
    ask, _ = stream_of(node, "duty")

    async def follow():
        heard = []
        async for chunk in events(ask, frozenset({"requests"})):
            heard.append(chunk)
            if len(heard) == 2:
                ask.database.write(lambda connection: sessions.end_all(connection, ask.officer))
            if len(heard) == 1:
                ask.hub.notify("requests", "req-1")
        return heard

    heard = [chunk for chunk in asyncio.run(follow()) if chunk != b": alive\n\n"]
    assert heard == [b"retry: 3000\n\n", event("requests", "req-1"), event("thing-req-1", "req-1")]
    assert len(ask.hub) == 0


def test_a_stream_outlives_every_sign_of_life(node, monkeypatch):
    """It looks again at whose it is, finds nothing new, and goes on: a page must not lose its line in a quiet hour."""
    monkeypatch.setattr("lienlac.limits.LIVE_BEAT_S", 0.01)
    ask, _ = stream_of(node, "duty")

    async def follow():
        heard = []
        async for chunk in events(ask, frozenset({"requests"})):
            heard.append(chunk)
            if heard.count(b": alive\n\n") == 3:
                ask.hub.notify("requests", "req-1")
            if chunk == event("thing-req-1", "req-1"):
                return heard
        return heard

    heard = asyncio.run(follow())
    assert heard[:4] == [b"retry: 3000\n\n", *[b": alive\n\n"] * 3]
    assert heard[-1] == event("thing-req-1", "req-1")


@pytest.mark.parametrize(
    ("login", "topics", "status"),
    [("admin", "requests", 404), ("duty", "everything", 422), ("duty", "", 422), ("admin", "link,log", 404)],
)
def test_topics_that_an_officer_may_not_read_are_not_there(node, login, topics, status):
    browser = node.browser()
    browser.sign_in(login)
    assert browser.get(f"/live?topics={topics}").status_code == status


def test_nobody_follows_without_signing_in(node):
    # no redirect: the browser would take the sign-in page for a stream and ask again at once, for ever
    assert node.browser().get("/live?topics=requests").status_code == 401


def test_each_role_follows_what_it_reads(node):
    follow = {
        role: {topic for topic in ("requests", "link", "log") if may_follow(made.officer, frozenset({topic}))}
        for role, made in zip(
            (Role.DUTY_OFFICER, Role.ADMINISTRATOR), (node.people["duty"], node.people["admin"]), strict=True
        )
    }
    assert follow == {Role.DUTY_OFFICER: {"requests", "link", "log"}, Role.ADMINISTRATOR: {"link"}}


def test_a_full_hub_says_so(node, monkeypatch):
    monkeypatch.setattr("lienlac.limits.LIVE_CLIENTS_MAX", 0)
    browser = node.browser()
    browser.sign_in("duty")
    assert browser.get("/live?topics=requests").status_code == 503


def test_what_a_page_asks_for_by_itself_keeps_no_session_alive(node):
    browser = node.browser()
    browser.sign_in("duty")
    for _ in range(limits.SESSION_IDLE_MIN // 20 + 1):
        node.clock.turn(minutes=20)
        answer = browser.get("/live/beside?at=/account")
    assert answer.status_code == 401
    assert "location" not in answer.headers
    assert browser.get("/account").status_code == 303


def test_what_stands_beside_a_page_is_told_anew_for_the_page_it_stands_on(node):
    browser = node.browser()
    browser.sign_in("admin")
    answer = browser.get("/live/beside?at=/users/new")
    assert answer.status_code == 200
    assert 'href="/users" aria-current="page"' in answer.text
    assert answer.text.count("hx-swap-oob") == 6
    assert browser.get("/live/beside?at=https://evil.test/users").status_code == 200
