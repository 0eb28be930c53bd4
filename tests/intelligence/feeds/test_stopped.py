"""A feed that stands still is told of once, to whoever may mend it and nobody else, and once that it works again."""

from __future__ import annotations

import pytest

from lienlac import journal, limits
from lienlac.duty.feeds.watch import FeedNotices
from lienlac.intelligence.collection import KIND
from lienlac.intelligence.feeds.feed import Act, State
from lienlac.notices import wording
from lienlac.notices.notice import About
from lienlac.notices.store import queue
from lienlac.people.access import store as access
from lienlac.people.access.store import Relation
from tests.intelligence.feeds.server import Reply, TaxiiServer
from tests.notices.scene import HOUSE
from tests.world.fakes import SeededChance


@pytest.fixture
def room(feeding):
    feeding.notices = FeedNotices(chance=SeededChance("notices"), changed=lambda _connection: None)
    feeding.record = feeding.notices.listening(journal.record)
    return feeding


class Broken:
    """A server that can be broken and mended, and the feed at it."""

    def __init__(self, room, collection, **more):
        self.room, self.web = room, TaxiiServer()
        self.web.before.append(lambda _got: Reply(500) if self.down else None)
        self.down, self.made = True, []
        room.serve(self.web, lambda port: self.made.append(room.feed(collection, port=port, **more)))

    @property
    def feed(self):
        return self.room.reload(self.made[0])

    def turn(self):
        due = self.feed.due_at
        if due is not None:
            self.room.clock.at = max(due, self.room.clock.now())
        self.room.serve_again(self.web)

    def until_it_stands(self):
        for _ in range(limits.FEED_FAILS_MAX + 1):
            if self.feed.state is State.STOPPED:
                return
            self.turn()
        raise AssertionError(self.feed)

    def go_on(self):
        self.room.clock.turn(60)
        self.room.feeds.act(self.room.analyst, self.feed.id, Act.GO_ON)


def said(room, feed):
    with room.database.read() as connection:
        return queue.about(connection, [feed.id]).get(feed.id, [])


def send(room):
    """The rounds carry what waits."""

    def work(connection):
        now = room.clock.now()
        for queued, _only in queue.claim(connection, now, worker="w", rows=100):
            connection.execute(
                queue.notice_table.update()
                .where(queue.notice_table.c.id == queued.notice.id)
                .values(state=queue.SENT, claimed_by=None)
            )

    room.database.write(work)


def test_it_is_told_once_and_once_when_it_is_well_again(room):
    broken = Broken(room, room.collection())
    assert said(room, broken.feed) == []
    broken.until_it_stands()
    told = said(room, broken.feed)
    assert {one.notice.about for one in told} == {About.FEED_STOPPED}
    assert room.analyst.id in {one.notice.owner for one in told}
    assert room.looker.id not in {one.notice.owner for one in told}
    assert len({one.notice.owner for one in told}) == len(told)
    send(room)
    broken.down = False
    broken.go_on()
    broken.turn()
    again = said(room, broken.feed)[len(told) :]
    assert {one.notice.about for one in again} == {About.FEED_WORKS}
    assert {one.notice.owner for one in again} == {one.notice.owner for one in told}
    broken.turn()
    broken.turn()
    assert len(said(room, broken.feed)) == 2 * len(told)


def test_it_is_told_again_when_it_stands_still_again(room):
    broken = Broken(room, room.collection())
    broken.until_it_stands()
    send(room)
    first = len(said(room, broken.feed))
    broken.go_on()
    broken.until_it_stands()
    assert len(said(room, broken.feed)) == 2 * first
    assert {one.notice.about for one in said(room, broken.feed)} == {About.FEED_STOPPED}


def test_what_was_mended_before_anybody_heard_is_not_told_at_all(room):
    broken = Broken(room, room.collection())
    broken.until_it_stands()
    told = len(said(room, broken.feed))
    broken.down = False
    broken.go_on()
    broken.turn()
    assert [one.outcome.state for one in said(room, broken.feed)] == [queue.WITHDRAWN] * told


def test_an_ended_feed_troubles_nobody_any_more(room):
    broken = Broken(room, room.collection())
    broken.until_it_stands()
    room.feeds.act(room.analyst, broken.feed.id, Act.END)
    assert {one.outcome.state for one in said(room, broken.feed)} == {queue.WITHDRAWN}


def test_attack_a_notice_about_a_feed_of_a_collection_that_one_may_not_know_of(room):
    collection = room.collection()
    now = room.clock.now()
    room.database.write(
        lambda c: access.add(c, collection.id, Relation.ALLOWED, [room.analyst.id], by=room.analyst.id, at=now)
    )
    with room.database.read() as connection:
        assert access.thing(connection, collection.id, KIND).restricted
    broken = Broken(room, collection)
    broken.until_it_stands()
    assert {one.notice.owner for one in said(room, broken.feed)} == {room.analyst.id}


def test_a_notice_says_nothing_of_the_server(room):
    broken = Broken(room, room.collection(), title="Nguồn mật")
    broken.until_it_stands()
    for one in said(room, broken.feed):
        text = wording.text(one.notice, HOUSE, "vi") + wording.payload(one.notice, HOUSE, room.clock.now()).decode()
        assert "taxii.example" not in text
        assert "Nguồn mật" not in text
        assert one.outcome.state == queue.WAITING
