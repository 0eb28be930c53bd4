"""Rounds: what many open pages show is made together, once for all of the same sight, within bounds, and for nobody else."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import pytest

from lienlac import limits
from lienlac.people import sessions
from lienlac.people.officer import Role
from lienlac.people.rights import Action, Scope, scope_of
from lienlac.ui.hub import BEAT, PIECES, Hub
from lienlac.ui.live import events
from lienlac.ui.nav import Alert, Live, Nav, NavItem, ToSome, View, nobody
from lienlac.ui.rounds import beside, views
from lienlac.ui.rounds.beliefs import Beliefs
from lienlac.ui.rounds.gathering import Rounds
from lienlac.ui.rounds.open_page import OpenPage
from lienlac.ui.rounds.sight import Memo, eye_of
from tests.pages.test_live import ANYBODY, stream_of


def pages_of(node, logins, *, view=None, query="", nav=None):
    asks = []
    for login in logins:
        node.clock.turn(seconds=31)  # a code is good once
        asks.append(stream_of(node, login)[0])
    ground = replace(asks[0].ground, nav=nav or asks[0].ground.nav)
    for ask in asks:
        ask.ground = ground
    return [OpenPage(ask, "/list", view, query) for ask in asks]


def board(drawn):
    """A view that notes for whom it was drawn."""

    def draw(ask):
        drawn.append((ask.officer, ask.query))
        return '<div id="board" hx-swap-oob="outerMorph"></div>'

    return View(topics=frozenset({"requests"}), action=Action.REQUEST_READ, draw=draw)


# --- who shares an eye ---------------------------------------------------------------------------------------------


def test_two_officers_of_the_same_roles_whom_nothing_names_have_one_eye(node):
    node.add("second", Role.DUTY_OFFICER)
    first, second = (node.people[login].officer for login in ("duty", "second"))
    assert first != second
    assert eye_of(first, frozenset()) == eye_of(second, frozenset())
    assert eye_of(first, first.units) == eye_of(second, second.units)
    assert eye_of(first, frozenset({first.id})) != eye_of(second, frozenset({first.id}))


@pytest.mark.parametrize(
    "change", [{"roles": frozenset({Role.ANALYST})}, {"active": False}, {"audits": frozenset({"u"})}]
)
def test_whatever_a_right_hangs_on_makes_another_eye(node, change):
    officer = node.people["duty"].officer
    assert eye_of(replace(officer, **change), frozenset()) != eye_of(officer, frozenset())


def test_an_eye_is_nobody_in_particular(node):
    officer = node.people["duty"].officer
    eye = eye_of(officer, frozenset())
    assert (eye.id, eye.login, eye.name, eye.unit, eye.units) == ("", "", "", "", frozenset())
    assert scope_of(eye).keys == {""}


# --- views ---------------------------------------------------------------------------------------------------------


def test_a_view_is_drawn_once_for_each_eye_and_each_address(node):
    node.add("second", Role.DUTY_OFFICER)
    drawn = []
    memo, view = Memo(), board(drawn)
    both = pages_of(node, ["duty", "second"], view=view, query="show=open")
    other = pages_of(node, ["duty"], view=view, query="show=all")
    found = views.make(both, memo) + views.make(other, memo) + views.make(pages_of(node, ["super"], view=view), memo)
    assert [query for _, query in drawn] == [{"show": "open"}, {"show": "all"}, {}]
    assert found[0][1]["view"] is found[1][1]["view"], "the very same bytes"
    assert {officer.id for officer, _ in drawn} == {""}


def test_a_template_for_many_that_reads_a_secret_fails_and_the_page_asks_by_itself(node, caplog):
    def draw(ask):
        return ask.piece("_whose.html")

    view = View(topics=frozenset({"requests"}), action=Action.REQUEST_READ, draw=draw)
    assert [pieces for _, pieces in views.make(pages_of(node, ["duty"], view=view), Memo())] == [None]
    assert "csrf" in caplog.text


def test_views_beyond_the_bounds_are_left_to_be_asked_for(node, monkeypatch):
    drawn = []
    view, memo = board(drawn), Memo()
    monkeypatch.setattr("lienlac.limits.LIVE_VIEWS_PER_ROUND", 1)
    pages = [page for query in ("a=1", "a=2", "a=1") for page in pages_of(node, ["duty"], view=view, query=query)]
    assert [pieces is not None for _, pieces in views.make(pages, memo)] == [True, False, True]
    assert len(drawn) == 1
    monkeypatch.setattr("lienlac.limits.LIVE_VIEW_MAX_BYTES", 10)
    assert views.make(pages[:1], Memo())[0][1] is None


# --- what stands beside --------------------------------------------------------------------------------------------


def test_numbers_and_alerts_are_asked_for_oneself_only_where_they_concern_one(node):
    node.add("second", Role.DUTY_OFFICER)
    node.add("third", Role.DUTY_OFFICER)
    own = node.people["second"].officer.id
    asked = []

    def badge(_connection, officer):
        asked.append(("badge", officer.id))
        return 7 if officer.id == own else 3

    def alert(_connection, officer, _words):
        asked.append(("alert", officer.id))
        return Alert(count=1, text="Yours:" if officer.id == own else "Anybody's:", label="x", path="/list")

    def concerns(_connection):
        asked.append(("concerns", ""))
        return frozenset({own})

    items = tuple(
        NavItem(label=path, path=path, action=Action.REQUEST_READ, badge=badge, concerns=concerned)
        for path, concerned in (("/list", concerns), ("/same", nobody), ("/each", None))
    )
    nav = Nav(items=items, alerts=(ToSome(alert, concerns),))
    found = beside.make(pages_of(node, ["duty", "second", "third"], nav=nav), Memo())
    alerts = [pieces["alert"].decode() for _, pieces in found]
    assert ["Yours:" in text for text in alerts] == [False, True, False]
    assert alerts[0] == alerts[2]
    assert asked.count(("concerns", "")) == 1
    assert asked.count(("alert", "")) == asked.count(("alert", own)) == 1
    assert asked.count(("badge", "")) == 2, "once for whom it does not concern, once for what is the same for all"
    assert asked.count(("badge", own)) == 2, "where it concerns them, and where each has their own"
    third = node.people["third"].officer.id
    assert asked.count(("badge", third)) == 1


# --- gathering -----------------------------------------------------------------------------------------------------


class Screen:
    """Stands for a page: what it was shown, or that it is to ask."""

    def __init__(self):
        self.gone = False
        self.ask = SimpleNamespace(officer="officer")
        self.seen = []

    def show(self, officer, pieces):
        self.seen.append((officer, dict(pieces)))

    def is_to_ask(self, event):
        self.seen.append(event)


async def until(done):
    while not done():  # noqa: ASYNC110  # rounds tell nobody that they are done
        await asyncio.sleep(0)


def quick(make):
    return Rounds(make, "again", gather_s=0, per_s=1_000_000)


def test_who_joins_while_a_round_is_made_has_the_next_one():
    made = []
    first, late = Screen(), Screen()

    async def play():
        loop = asyncio.get_running_loop()

        def make(pages, _memo):
            made.append(list(pages))
            if len(made) == 1:
                asyncio.run_coroutine_threadsafe(join_again(), loop).result(10)
            return [("officer", {"x": b"%d" % len(made)}) for _ in pages]

        async def join_again():
            rounds.join(first)
            rounds.join(late)
            rounds.join(late)

        rounds = quick(make)
        rounds.join(first)
        await until(lambda: late.seen and len(first.seen) == 2)

    asyncio.run(asyncio.wait_for(play(), 30))
    assert made == [[first], [first, late]]
    assert [pieces["x"] for _, pieces in first.seen] == [b"1", b"2"]


def test_a_round_that_fails_sends_pages_to_ask_and_the_next_one_goes_on(caplog):
    page = Screen()
    tries = []

    def make(pages, _memo):
        tries.append(len(pages))
        if len(tries) == 1:
            raise RuntimeError
        return [("officer", None) for _ in pages]

    async def play():
        rounds = quick(make)
        for count in (1, 2):
            rounds.join(page)
            await until(lambda count=count: len(page.seen) == count)

    asyncio.run(asyncio.wait_for(play(), 30))
    assert page.seen == ["again", "again"]
    assert "a round failed" in caplog.text


def test_rounds_go_on_in_a_new_loop_and_leave_out_pages_that_are_gone():
    page, gone = Screen(), Screen()
    gone.gone = True
    rounds = quick(lambda pages, _memo: [("officer", {}) for _ in pages])

    async def once():
        rounds.join(gone)
        rounds.join(page)
        seen = len(page.seen)
        await until(lambda: len(page.seen) > seen)

    for _ in range(2):
        asyncio.run(asyncio.wait_for(once(), 30))
    assert len(page.seen) == 2
    assert gone.seen == []


def test_only_the_newest_piece_of_a_kind_waits_for_a_slow_browser():
    hub = Hub()

    async def play():
        listener = hub.listen(frozenset({"requests"}), ANYBODY)
        for number in range(1_000):
            listener.show("view", b"%d" % number)
        listener.show("alert", b"a")
        assert await listener.next() == PIECES
        taken = listener.taken()
        hub.leave(listener)
        return taken

    assert asyncio.run(play()) == [b"999", b"a"]


# --- signs of life -------------------------------------------------------------------------------------------------


class Loop:
    """A clock that only moves when it is told to, and what it is to do then."""

    def __init__(self):
        self.now = 1_000.0
        self.due = []

    def time(self):
        return self.now

    def call_at(self, when, work, *given):
        handle = SimpleNamespace(when=when, work=work, given=given, cancel=lambda: self.due.remove(handle))
        self.due.append(handle)
        return handle

    def turn_to(self, end):
        while ripe := [one for one in self.due if one.when <= end]:
            first = min(ripe, key=lambda one: one.when)
            self.due.remove(first)
            self.now = first.when
            first.work(*first.given)
        self.now = end


def test_a_thousand_pages_that_came_together_show_their_signs_of_life_evenly(monkeypatch):
    loop, hub = Loop(), Hub()
    monkeypatch.setattr("asyncio.get_running_loop", lambda: loop)
    beats = {}
    for number in range(1_000):
        listener = hub.listen(frozenset(), Scope(officer_id="", keys=frozenset()))
        listener.hear = lambda notices, number=number: [
            beats.setdefault(number, []).append(loop.now) for notice in notices if notice == BEAT
        ]
    begun = loop.now
    loop.turn_to(begun + 3 * limits.LIVE_BEAT_S)
    seconds = [int(at - begun) for several in beats.values() for at in several]
    assert (
        max(seconds.count(second) for second in range(int(3 * limits.LIVE_BEAT_S))) <= 1.1 * 1_000 / limits.LIVE_BEAT_S
    )
    assert {len(several) for several in beats.values()} <= {2, 3, 4}
    gaps = [later - at for several in beats.values() for at, later in pairwise(several)]
    assert max(gaps) <= limits.LIVE_BEAT_S + 1e-6


def test_a_session_is_looked_at_often_enough_to_end_in_time():
    assert limits.LIVE_BEAT_S + 2 * limits.LIVE_BELIEF_GATHER_S < limits.LIVE_HEARTBEAT_S


def test_one_look_serves_all_who_ask_at_the_same_time_and_each_gets_their_own(node, monkeypatch):
    monkeypatch.setattr("lienlac.limits.LIVE_BELIEF_GATHER_S", 0)
    asks = [stream_of(node, login)[0] for login in ("duty", "super", "audit")]
    node.database.write(lambda connection: sessions.end_all(connection, asks[1].officer))
    looks = []
    holders = sessions.holders
    monkeypatch.setattr(sessions, "holders", lambda *given: looks.append(len(given[1])) or holders(*given))

    async def play():
        beliefs = Beliefs()
        return await asyncio.gather(*(beliefs.of(ask) for ask in asks))

    found = asyncio.run(play())
    assert [officer and officer.login for officer in found] == ["duty", None, "audit"]
    assert looks == [3]


def test_a_look_takes_so_many_sessions_and_no_more(node, monkeypatch):
    monkeypatch.setattr("lienlac.limits.LIVE_BELIEVED_AT_ONCE", 2)
    monkeypatch.setattr("lienlac.limits.LIVE_BELIEF_GATHER_S", 0)
    asks = [stream_of(node, login)[0] for login in ("duty", "super", "audit")]
    looks = []
    holders = sessions.holders
    monkeypatch.setattr(sessions, "holders", lambda *given: looks.append(len(given[1])) or holders(*given))

    async def play():
        beliefs = Beliefs()
        return await asyncio.gather(*(beliefs.of(ask) for ask in asks))

    assert [officer.login for officer in asyncio.run(play())] == ["duty", "super", "audit"]
    assert sorted(looks) == [1, 2]


def test_an_officer_whose_rights_changed_is_shown_everything_anew(node):
    """Without an event: what their page shows may be hidden from them by now."""
    ask, _ = stream_of(node, "duty")
    joined = []
    gathering = {
        name: SimpleNamespace(join=lambda page, name=name: joined.append(name)) for name in ("beside", "views")
    }
    ask.ground = replace(ask.ground, live=Live(**gathering, beliefs=Beliefs()))
    page = OpenPage(ask, "/list", board([]))

    async def follow():
        async for chunk in events(ask, frozenset({"requests"}), page):
            if chunk.startswith(b"retry"):
                ask.hub.renew(ask.officer.id)
                changed = replace(ask.officer, units=frozenset())
                page.another_officer(changed)
                ask.hub.close()

    asyncio.run(follow())
    assert set(joined) == {"beside", "views"}
