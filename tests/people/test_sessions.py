"""Sessions and tokens: their limits, their ends, and what they do not open."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.people import sessions, tokens
from lienlac.people.rights import Action


def present(people, token, at):
    with people.database.read() as connection:
        return sessions.find(connection, token, at)


def test_a_session_ends_after_an_hour_without_use(people):
    opened = people.sign_in(people.add("tuyet"), people.now)
    assert present(people, opened.token, people.now + timedelta(minutes=59)) is not None
    assert present(people, opened.token, people.now + timedelta(minutes=60)) is None


def test_a_session_in_use_ends_with_the_shift(people):
    opened = people.sign_in(people.add("tuyet"), people.now)
    at = people.now
    for _ in range(15 * 2):
        at += timedelta(minutes=30)
        found = present(people, opened.token, at)
        if found is None:
            break
        sessions.touch(people.database, found, at)
    assert at - people.now == timedelta(hours=12)


def test_reading_pages_quickly_does_not_write_all_the_time(people):
    opened = people.sign_in(people.add("tuyet"), people.now)
    at = people.now + timedelta(seconds=59)
    sessions.touch(people.database, present(people, opened.token, at), at)
    assert present(people, opened.token, at).seen_at == people.now


def test_the_oldest_session_ends_when_there_are_too_many(people):
    account = people.add("tuyet")
    opened = [
        people.sign_in(account, people.now + timedelta(seconds=30 * number))
        for number in range(limits.SESSIONS_PER_OFFICER + 2)
    ]
    at = people.now + timedelta(minutes=10)
    alive = [present(people, one.token, at) is not None for one in opened]
    assert alive == [False, False] + [True] * limits.SESSIONS_PER_OFFICER


def test_ending_somebody_elses_session_finds_nothing(people):
    mine, theirs = people.add("tuyet"), people.add("hung")
    opened = people.sign_in(theirs, people.now)
    with pytest.raises(NotAllowed) as caught:
        people.database.write(lambda connection: sessions.end(connection, mine.officer, opened.id))
    assert caught.value.code == "not-found"
    assert present(people, opened.token, people.now) is not None


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "\ud800", "x" * 100_000])
def test_made_up_session_tokens_are_nobody(people, token):
    people.sign_in(people.add("tuyet"), people.now)
    assert present(people, token, people.now) is None


def make_token(people, officer, **more):
    return people.database.write(
        lambda connection: tokens.create(
            connection, officer, **{"label": "demo", "scope": "read", "now": people.now, "chance": people.chance} | more
        )
    )


def bearer(people, secret, at):
    with people.database.read() as connection:
        return tokens.find(connection, secret, at)


def test_a_token_acts_for_its_officer_until_its_end(people):
    account = people.add("tuyet")
    made = make_token(people, account.officer, days=2)
    found = bearer(people, made.secret, people.now)
    assert found.officer == account.officer
    assert bearer(people, made.secret, people.now + timedelta(days=2)) is None


def test_a_reading_token_changes_nothing(people):
    account = people.add("tuyet")
    reading = bearer(people, make_token(people, account.officer).secret, people.now)
    writing = bearer(people, make_token(people, account.officer, scope="write").secret, people.now)
    assert reading.lets(Action.REQUEST_READ)
    assert not reading.lets(Action.REQUEST_OPEN)
    assert not reading.lets(Action.ACCOUNT_OWN)
    assert writing.lets(Action.REQUEST_OPEN)


def test_tokens_have_an_end_and_a_bound(people):
    account = people.add("tuyet")
    for days in (0, -1, limits.TOKEN_MAX_DAYS + 1):
        with pytest.raises(Refused):
            make_token(people, account.officer, days=days)
    for _ in range(limits.TOKENS_PER_OFFICER):
        make_token(people, account.officer)
    with pytest.raises(NotAllowed):
        make_token(people, account.officer)


def test_ending_somebody_elses_token_finds_nothing(people):
    mine, theirs = people.add("tuyet"), people.add("hung")
    made = make_token(people, theirs.officer)
    with pytest.raises(NotAllowed) as caught:
        people.database.write(lambda connection: tokens.end(connection, mine.officer, made.id))
    assert caught.value.code == "not-found"


def test_a_session_token_is_no_api_token_and_the_other_way_round(people):
    account = people.add("tuyet")
    opened = people.sign_in(account, people.now)
    made = make_token(people, account.officer)
    assert bearer(people, opened.token, people.now) is None
    assert bearer(people, "lienlac_" + opened.token, people.now) is None
    assert present(people, made.secret, people.now) is None
    assert present(people, made.secret.removeprefix("lienlac_"), people.now) is None
