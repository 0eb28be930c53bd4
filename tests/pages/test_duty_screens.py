"""The duty room's screens: the page of who stands duty does not fall idle; everybody else's does, and every end stays."""

from __future__ import annotations

import asyncio
import dataclasses
from types import SimpleNamespace

import pytest

from lienlac.people import sessions
from lienlac.people.rights import Action
from lienlac.ui import live
from lienlac.ui.rounds.beliefs import Beliefs


def watch(node, login, *, on_shift):
    """An open page's signs of life: a function that turns the clock and asks once more."""
    officer = node.people[login].officer
    opened = node.database.write(
        lambda connection: sessions.start(
            connection, officer, client="", now=node.clock.now(), chance=node.chance, proof="totp"
        )
    )
    with node.database.read() as connection:
        present = sessions.find(connection, opened.token, node.clock.now())
    ground = SimpleNamespace(
        clock=node.clock,
        database=node.database,
        at_work=lambda connection, who, now: on_shift() and who == officer.id,
        live=SimpleNamespace(beliefs=Beliefs()),
    )
    ask = SimpleNamespace(session=present, ground=ground)

    def minutes(count):
        for _ in range(count):
            node.clock.turn(minutes=1)
            if asyncio.run(live._officer_now(ask, frozenset(), at_once=True)) is None:
                return False
        return True

    return minutes, opened.token


def present(node, token):
    with node.database.read() as connection:
        return sessions.find(connection, token, node.clock.now())


def test_on_shift_an_untouched_screen_stays_for_the_whole_shift_and_no_longer(node):
    minutes, token = watch(node, "duty", on_shift=lambda: True)
    assert minutes(11 * 60 + 59)
    assert present(node, token) is not None
    assert not minutes(1), "twelve hours are twelve hours"


def test_off_shift_it_falls_idle_after_an_hour(node):
    minutes, token = watch(node, "duty", on_shift=lambda: False)
    assert minutes(59)
    assert not minutes(1)
    assert present(node, token) is None


def test_after_the_shift_it_falls_idle_too(node):
    standing = [True]
    minutes, _token = watch(node, "duty", on_shift=lambda: standing[0])
    assert minutes(120)
    standing[0] = False
    assert minutes(58)
    assert not minutes(2)


def test_a_watched_screen_is_never_fresh(node):
    from lienlac.people.fresh import is_fresh

    minutes, token = watch(node, "super", on_shift=lambda: True)
    assert minutes(10)
    assert not is_fresh(present(node, token), Action.AGREEMENT_SIGN, node.clock.now())


def test_a_screen_whose_session_was_ended_is_not_kept(node):
    minutes, token = watch(node, "duty", on_shift=lambda: True)
    officer = node.people["duty"].officer
    node.database.write(lambda connection: sessions.end_all(connection, officer))
    assert not minutes(1)
    assert present(node, token) is None


@pytest.mark.parametrize("closed", [True, False])
def test_a_closed_account_is_not_kept(node, closed):
    from lienlac.people import accounts

    minutes, _token = watch(node, "duty", on_shift=lambda: True)
    changed = dataclasses.replace(node.people["duty"].officer, active=not closed)
    node.database.write(lambda connection: accounts.change(connection, changed))
    assert minutes(1) is not closed
