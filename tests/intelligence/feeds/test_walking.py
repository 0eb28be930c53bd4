"""Walks over generated servers: nothing is missed that a server lets be had, and no request is made twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lienlac import limits
from lienlac.intelligence.feeds.rules.turns import after_failure, after_success, retry_after
from lienlac.intelligence.feeds.rules.walking import Cursor, Page, Walk
from tests.world.fakes import START

NOW_US = 1_800_000_000_000_000


def walk(added, cursor=None, *, page=3, gives_next=True, gives_dates=True, more_always=False, cap=10_000, early=1):
    """What a walk got of a server with objects added at these instants, and the walk."""
    run = Walk(cursor or Cursor(), now_us=NOW_US, limit=1_000)
    got, asked, size = set(), [], page
    while run.step is not None:
        step = run.step
        assert step not in asked
        asked.append(step)
        assert len(asked) < 2_000
        # a page grows with the limit, as far as the server lets it
        size = min(cap, page * max(1, step.limit // 1_000))
        found = [one for one in sorted(enumerate(added), key=lambda one: (one[1], one[0])) if one[1] > step.after_us]
        start = int(step.next) if step.next else 0
        shown = found[start : start + size]
        got.update(number for number, _ in shown)
        more = start + size < len(found) or more_always
        run.heard(
            Page(
                count=len(shown), more=more, next=str(start + size) if more and gives_next else "",
                last_us=shown[-1][1] // early * early if shown and gives_dates else 0, date_us=NOW_US,
            )
        )  # fmt: skip
    return got, run


INSTANTS = st.lists(st.integers(1_700_000_000_000_000, 1_700_000_000_000_050), max_size=40)


@given(INSTANTS, st.integers(1, 7), st.booleans(), st.booleans())
def test_whatever_a_server_lets_be_had_is_had(added, page, gives_next, gives_dates):
    got, run = walk(added, page=page, gives_next=gives_next, gives_dates=gives_dates)
    fits = len(added) <= page
    if gives_next or fits:
        assert got == set(range(len(added)))
        assert not run.stuck
    elif not gives_dates:
        assert run.stuck
    else:
        assert got == set(range(len(added))) or run.ties


@given(INSTANTS, st.integers(1, 5))
def test_dates_cut_to_milliseconds_lose_nothing(added, page):
    """OpenCTI's clocks."""
    got, run = walk([one // 1_000 * 1_000 for one in added], page=page, early=1_000)
    assert got == set(range(len(added)))
    assert not run.stuck


@given(INSTANTS, st.integers(1, 7), st.booleans(), st.booleans())
def test_more_for_ever_always_ends(added, page, gives_next, gives_dates):
    _, run = walk(added, page=page, gives_next=gives_next, gives_dates=gives_dates, more_always=True)
    assert run.step is None


@given(INSTANTS, INSTANTS, st.integers(1, 5))
def test_the_next_walk_begins_where_this_one_ended(first, second, page):
    late = [one + 10_000_000 for one in second]
    _, run = walk(first, page=page)
    got, _ = walk(first + late, run.cursor, page=page)
    assert set(range(len(first), len(first) + len(late))) <= got


def test_a_date_far_ahead_is_not_believed():
    _, run = walk([NOW_US + limits.FEED_AHEAD_S * 1_000_000 + 5])
    assert run.cursor.after_us < NOW_US


@given(st.text(max_size=40))
def test_any_retry_after_is_a_bounded_number(text):
    assert 0 <= retry_after(text, START) <= limits.FEED_RETRY_MAX_S


def test_retry_after_in_both_forms():
    assert retry_after("120", START) == 120
    assert retry_after("Mon, 23 Nov 2026 03:02:00 GMT", START) == 120
    assert retry_after("Mon, 23 Nov 2020 03:02:00 GMT", START) == 0
    assert retry_after("99999999999999999999", START) == limits.FEED_RETRY_MAX_S


@given(st.integers(1, 1_000), st.integers(5, 10_080), st.floats(0, 1), st.integers(0, 10**9))
def test_pauses_are_bounded_and_grow(fails, interval, share, retry):
    pause = after_failure(fails, interval, share, retry_s=retry).total_seconds()
    longest = max(limits.FEED_BACKOFF_MAX_S, interval * 60, limits.FEED_RETRY_MAX_S)
    assert limits.FEED_BACKOFF_FIRST_S <= pause <= longest * 1.1
    assert after_failure(fails + 1, interval, share) >= after_failure(fails, interval, share)
    assert interval * 60 <= after_success(interval, share, more=False).total_seconds() <= interval * 66
