"""The queue and its rounds: one channel after the other, claimed once, seen when it fails, told to nobody by mistake."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac import journal, limits
from lienlac.notices import turns
from lienlac.notices.channels import ChannelKind
from lienlac.notices.courier.carried import NotDeliveredError, Parcel
from lienlac.notices.store import channels as rows
from lienlac.notices.store import queue
from lienlac.people import accounts
from tests.notices.scene import Desk, notice

MAIL, WEB = ChannelKind.EMAIL, ChannelKind.WEBHOOK


@dataclass
class Road:
    """A way out whose state a test decides: the network, and nothing else."""

    fails: list[NotDeliveredError | Exception] = field(default_factory=list)
    broken: NotDeliveredError | None = None
    carried: list[Parcel] = field(default_factory=list)

    async def carry(self, parcel: Parcel) -> None:
        await asyncio.sleep(0)
        if self.fails:
            raise self.fails.pop(0)
        if self.broken:
            raise self.broken
        self.carried.append(parcel)


@pytest.fixture
def desk(sqlite_database):
    made = Desk(sqlite_database)
    made.ways = {MAIL: Road(), WEB: Road()}
    return made


AWAY = NotDeliveredError("notice-unreachable")
NEVER = NotDeliveredError("mail-recipient", final=True)


def both(desk):
    officer = desk.officer("anh")
    return (
        officer,
        desk.channel(officer.id, MAIL, "anh@a05.example"),
        desk.channel(officer.id, WEB, "https://hook.example/", place=1),
    )


def test_a_notice_is_sent_once_and_its_try_is_kept(desk):
    officer, mail, _web = both(desk)
    one = notice(officer.id)
    desk.queue(one)
    assert desk.deliver() == 1
    assert desk.deliver() == 0
    assert [parcel.address.to for parcel in desk.ways[MAIL].carried] == ["anh@a05.example"]
    assert desk.ways[WEB].carried == []
    assert (desk.outcome(one).state, desk.outcome(one).channel) == ("sent", mail.shown)
    assert [(made.channel_id, made.code) for made in desk.tries(one)] == [(mail.id, "")]


def test_a_channel_that_is_away_gets_a_second_try_then_the_next_has_its_turn(desk):
    officer, mail, web = both(desk)
    desk.ways[MAIL].broken = AWAY
    one = notice(officer.id)
    desk.queue(one)
    desk.deliver()
    assert desk.deliver() == 0, "not before its pause is over"
    desk.clock.turn(limits.NOTICE_RETRY_S)
    desk.deliver()
    assert desk.deliver() == 1, "the next channel at once"
    assert len(desk.ways[WEB].carried) == 1
    assert [(made.channel_id, made.code) for made in desk.tries(one)] == [
        (mail.id, "notice-unreachable"), (mail.id, "notice-unreachable"), (web.id, ""),
    ]  # fmt: skip
    assert desk.outcome(one).attempts == 3


def test_a_channel_that_says_no_for_good_is_left_at_once(desk):
    officer, _mail, web = both(desk)
    desk.ways[MAIL].broken = NEVER
    one = notice(officer.id)
    desk.queue(one)
    desk.deliver()
    desk.deliver()
    assert [made.channel_id for made in desk.tries(one)][-1] == web.id
    assert desk.outcome(one).state == "sent"


def test_a_failing_channel_is_seen_journalled_once_and_seen_again_when_it_works(desk):
    officer, mail, _web = both(desk)
    desk.ways[MAIL].broken = AWAY
    for number in (1, 2):
        desk.queue(notice(officer.id, number))
    desk.deliver()
    desk.clock.turn(limits.NOTICE_RETRY_S)
    desk.deliver()
    failing = desk.reload(mail)
    assert failing.failing
    assert (failing.fails, failing.fail_code) == (4, "notice-unreachable")
    with desk.database.read() as connection:
        entries = journal.about(connection, mail.id)
        assert rows.every(connection)[0].id == mail.id, "failing ones stand first"
    assert [entry.action for entry in entries] == ["channel.fails"]
    assert entries[0].detail == {"owner": officer.id, "kind": "email", "code": "notice-unreachable"}
    desk.ways[MAIL].broken = None
    desk.queue(notice(officer.id, 3))
    desk.deliver()
    assert not desk.reload(mail).failing
    with desk.database.read() as connection:
        assert [entry.action for entry in journal.about(connection, mail.id)] == [
            "channel.works-again",
            "channel.fails",
        ]


def test_after_a_whole_round_it_is_known_that_nobody_was_reached_and_the_rounds_go_on(desk):
    officer, _mail, _web = both(desk)
    desk.ways[MAIL].broken = desk.ways[WEB].broken = AWAY
    one = notice(officer.id)
    desk.queue(one)
    for _ in range(4):
        desk.deliver()
        desk.clock.turn(limits.NOTICE_RETRY_S)
    assert desk.outcome(one).rounds == 1
    assert desk.outcome(one).state == "waiting"
    desk.ways[MAIL].broken = None
    desk.clock.turn(limits.NOTICE_ROUND_MAX_S)
    desk.deliver()
    assert desk.outcome(one).state == "sent"


def test_a_notice_expires_instead_of_ringing_tomorrow(desk):
    officer, _mail, _web = both(desk)
    one = notice(officer.id)
    desk.queue(one, lasts=timedelta(minutes=5))
    desk.clock.turn(301)
    desk.deliver()
    assert (desk.outcome(one).state, desk.outcome(one).code) == ("expired", "notice-expired")
    assert desk.ways[MAIL].carried == []


def test_a_withdrawn_notice_is_never_sent(desk):
    officer, _mail, _web = both(desk)
    one, other = notice(officer.id, 1, thing="alm-one"), notice(officer.id, 2, thing="alm-other")
    desk.queue(one)
    desk.queue(other)
    assert desk.database.write(lambda connection: queue.withdraw(connection, "alm-one", desk.clock.now())) == 1
    desk.deliver()
    assert [parcel.notice.id for parcel in desk.ways[MAIL].carried] == [other.id]
    assert desk.outcome(one).state == "withdrawn"


def test_notices_of_life_go_first(desk):
    officer, _mail, _web = both(desk)
    for number in range(limits.NOTICE_ROUND_ROWS):
        desk.queue(notice(officer.id, number, urgency="normal"))
    desk.clock.turn(1)
    last = notice(officer.id, 999, urgency="life")
    desk.queue(last)
    desk.deliver()
    assert desk.outcome(last).state == "sent"
    assert len(desk.ways[MAIL].carried) == limits.NOTICE_ROUND_ROWS


def test_attack_a_closed_account_is_told_nothing(desk):
    """Also when it was closed after the notice was queued."""
    desk.officer("boss")
    officer, _mail, _web = both(desk)
    one = notice(officer.id)
    desk.queue(one)
    closed = officer.__class__(**{name: getattr(officer, name) for name in officer.__slots__} | {"active": False})
    desk.database.write(lambda connection: accounts.store.update_officer(connection, closed))
    desk.deliver()
    assert desk.ways[MAIL].carried == []
    assert (desk.outcome(one).state, desk.outcome(one).code) == ("nobody", "owner-inactive")


def test_attack_an_unverified_channel_gets_nothing(desk):
    """Whoever enters somebody else's address has no alarms sent there."""
    officer = desk.officer("anh")
    unproven = desk.channel(officer.id, MAIL, "somebody@else.example", verified=False)
    one = notice(officer.id)
    desk.queue(one)
    desk.deliver()
    assert (desk.outcome(one).state, desk.outcome(one).code) == ("nobody", "no-channel")
    test = notice(officer.id, 2, thing=unproven.id)
    desk.queue(test, only_channel=unproven.id)
    desk.deliver()
    assert [parcel.notice.id for parcel in desk.ways[MAIL].carried] == [test.id], "its test goes to it and nowhere else"


def test_an_address_sealed_for_another_channel_does_not_open(desk):
    """A row copied over another one in the database sends nothing anywhere."""
    officer, mail, web = both(desk)
    stolen = rows.channel_table.update().where(rows.channel_table.c.id == mail.id).values(sealed=web.sealed)
    desk.database.write(lambda connection: connection.execute(stolen))
    one = notice(officer.id)
    desk.queue(one)
    desk.deliver()
    assert desk.reload(mail).fail_code == "channel-unreadable"
    assert desk.ways[MAIL].carried == []


def test_a_library_that_breaks_hinders_nobody_and_its_words_are_not_logged(desk, caplog):
    officer, _mail, _web = both(desk)
    desk.ways[MAIL].fails = [RuntimeError("password=hunter2 at smtp.example")]
    one, other = notice(officer.id, 1), notice(officer.id, 2)
    desk.queue(one)
    desk.queue(other)
    desk.deliver()
    assert {desk.outcome(each).state for each in (one, other)} == {"sent", "waiting"}
    assert "RuntimeError" in caplog.text
    assert "hunter2" not in caplog.text


def test_no_address_stands_in_the_database(desk):
    officer = desk.officer("anh")
    desk.channel(officer.id, WEB, "https://hook.example/services/T00/B00/secret-part")
    with desk.database.read() as connection:
        stored = connection.execute(rows.channel_table.select()).all()
    assert "secret-part" not in repr(stored)
    assert "whsec" not in repr(stored)


# --- several processes --------------------------------------------------------------------------------------------


def test_what_one_worker_has_claimed_the_other_leaves(database):
    desk = Desk(database)
    officer = desk.officer("anh")
    for number in range(5):
        desk.queue(notice(officer.id, number))
    now = desk.clock.now()

    def claim(worker):
        return desk.database.write(
            lambda connection: [each.notice.id for each, _ in queue.claim(connection, now, worker=worker, rows=3)]
        )

    first, second, third = claim("one"), claim("two"), claim("three")
    assert len(first) == 3
    assert len(second) == 2
    assert third == []
    assert not set(first) & set(second)
    later = now + queue.LEASE
    again = desk.database.write(lambda connection: queue.claim(connection, later, worker="two", rows=9))
    assert {each.notice.id for each, _ in again} == set(first) | set(second), "a dead worker's claim ends"


def test_workers_side_by_side_send_each_notice_once(database):
    """Several rounds at once, on both databases, from several threads: nobody is told twice, nobody is left out."""
    desk = Desk(database)
    road = Road()
    desk.ways = {MAIL: road, WEB: Road()}
    officer, count = desk.officer("anh"), 60
    desk.channel(officer.id, MAIL, "anh@a05.example")
    for number in range(count):
        desk.queue(notice(officer.id, number))

    def work(seed):
        worker = desk.rounds(seed)
        while desk.deliver(worker):
            pass

    threads = [threading.Thread(target=work, args=(f"worker {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent = [parcel.notice.id for parcel in road.carried]
    assert len(sent) == count
    assert len(set(sent)) == count


def test_a_worker_that_lost_its_claim_settles_nothing(desk):
    officer, mail, _web = both(desk)
    one = notice(officer.id)
    desk.queue(one)
    now = desk.clock.now()

    def work(connection):
        queue.claim(connection, now, worker="slow", rows=1)
        queue.claim(connection, now + queue.LEASE, worker="quick", rows=1)
        assert not queue.settle_sent(connection, one.id, worker="slow", channel=mail, at=now)
        assert queue.settle_sent(connection, one.id, worker="quick", channel=mail, at=now)

    desk.database.write(work)


# --- turns --------------------------------------------------------------------------------------------------------


@given(
    channels=st.integers(1, 8),
    finals=st.lists(st.booleans(), min_size=1, max_size=80),
)
def test_every_channel_has_its_turn_in_order_before_any_has_it_again(channels, finals):
    now = Desk.__dataclass_fields__["clock"].default_factory().now()
    place, tries, rounds, seen = 0, 0, 0, []
    for final in finals:
        seen.append((rounds, place))
        turn = turns.after_failure(place, tries, rounds, channels=channels, now=now, final=final)
        assert turn.at >= now
        assert turn.at - now <= timedelta(seconds=limits.NOTICE_ROUND_MAX_S)
        assert 0 <= turn.place < channels
        assert turn.tries < limits.NOTICE_TRIES_PER_CHANNEL
        assert (turn.rounds, turn.place, turn.tries) > (rounds, place, tries)
        place, tries, rounds = turn.place, turn.tries, turn.rounds
    firsts = list(dict.fromkeys(seen))
    assert firsts == [(index // channels, index % channels) for index in range(len(firsts))]
