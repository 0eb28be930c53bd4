"""The whole table of roles and actions, written down a second time by hand."""

from __future__ import annotations

import dataclasses

import pytest

from lienlac.errors import NotAllowed
from lienlac.people.officer import Officer, Role
from lienlac.people.rights import MATRIX, READING, SIGHT, Action, may, require

D, S, U, A = Role.DUTY_OFFICER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR

WHO_MAY = {
    Action.ACCOUNT_OWN: {D, S, U, A},
    Action.REQUEST_READ: {D, S, U},
    Action.REQUEST_OPEN: {D, S},
    Action.REQUEST_ANSWER: {D, S},
    Action.REQUEST_WITHDRAW: {D, S},
    Action.REQUEST_WRITE: {D, S},
    Action.PEER_READ: {D, S, U, A},
    Action.PEER_MANAGE: {S, A},
    Action.AGREEMENT_READ: {D, S, U, A},
    Action.AGREEMENT_PROPOSE: {S},
    Action.AGREEMENT_SIGN: {S},
    Action.LOG_READ: {D, S, U},
    Action.LOG_PROVE: {D, S, U},
    Action.LETTER_READ: {D, S, U, A},
    Action.LETTER_RETRY: {D, S, A},
    Action.COURIER_PACK: {D, S, A},
    Action.COURIER_UNPACK: {D, S, A},
    Action.USER_READ: {U, A},
    Action.USER_MANAGE: {A},
}


def officer(*roles: Role) -> Officer:
    return Officer(id="off-x", login="x", name="X", unit="U", roles=frozenset(roles))


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("action", list(Action))
def test_each_role_may_do_exactly_what_the_table_says(role, action):
    assert may(officer(role), action) == (role in WHO_MAY[action])


def test_the_tables_are_whole():
    assert set(WHO_MAY) == set(Action) == set(SIGHT)
    assert set(MATRIX) == set(Role)


def test_an_auditor_changes_nothing_but_their_own_account():
    assert {action for action in Action if may(officer(U), action)} - READING == {Action.ACCOUNT_OWN}


def test_an_administrator_sees_no_case_content():
    seen = {action for action in Action if may(officer(A), action)}
    assert not any(action.value.startswith(("request.", "log.")) for action in seen)


def test_a_closed_account_may_do_nothing():
    closed = dataclasses.replace(officer(D, S), active=False)
    assert not any(may(closed, action) for action in Action)


def test_two_roles_may_do_what_either_may():
    assert may(officer(D, S), Action.AGREEMENT_SIGN)


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(Role))
def test_existence_oracle_what_one_may_not_see_looks_absent(role, action):
    who = officer(role)
    if may(who, action):
        require(who, action, "req-1")
        return
    with pytest.raises(NotAllowed) as caught:
        require(who, action, "req-1")
    assert caught.value.code == ("not-allowed" if may(who, SIGHT[action]) else "not-found")
