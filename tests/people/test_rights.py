"""The whole table of roles and actions, written down a second time by hand, and what need-to-know does to it."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienlac.errors import NotAllowed
from lienlac.people.officer import Officer, Role
from lienlac.people.rights import (
    BY_HOLDERS,
    CASE_CONTENT,
    MATRIX,
    READING,
    RIGHTS,
    SIGHT,
    Action,
    Right,
    Thing,
    may,
    require,
    scope_of,
)

D, N, I, S = Role.DUTY_OFFICER, Role.ANALYST, Role.INVESTIGATOR, Role.SUPERVISOR  # noqa: E741  # the table's columns
L, P, U, A = Role.LIAISON_OFFICER, Role.PROGRAMME_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR

WHO_MAY = {
    Action.ACCOUNT_OWN: {D, N, I, S, L, P, U, A},
    Action.ACCOUNT_SECURE: {D, N, I, S, L, P, U, A},
    Action.REQUEST_READ: {D, N, I, S, L, P, U},
    Action.REQUEST_OPEN: {D, I, S},
    Action.REQUEST_ANSWER: {D, S},
    Action.REQUEST_WRITE: {D, I, S, L},
    Action.REQUEST_WITHDRAW: {D, I, S},
    Action.REQUEST_RESTRICT: {D, I, S},
    Action.EMERGENCY_READ: {D, N, I, S, L, P, U},
    Action.EMERGENCY_OPEN: {D, I, S},
    Action.EMERGENCY_WRITE: {D, I, S, L},
    Action.EMERGENCY_RESTRICT: {D, I, S},
    Action.INTEL_READ: {D, N, I, S, L, P, U},
    Action.INTEL_ADD: {D, N, I, S},
    Action.INTEL_SHARE: {N, S},
    Action.INTEL_DELETE: {N, S},
    Action.COLLECTION_MANAGE: {N, S},
    Action.METHOD_READ: {D, N, I, S, L, P, U},
    Action.METHOD_WRITE: {N, I, S},
    Action.METHOD_SHARE: {N, S},
    Action.CASE_READ: {D, N, I, S, L, P, U},
    Action.CASE_OPEN: {D, I, S},
    Action.CASE_WRITE: {D, N, I, S, L},
    Action.CASE_SHARE: {D, I, S},
    Action.CASE_RESTRICT: {D, I, S},
    Action.PROGRAMME_READ: {D, N, I, S, L, P, U},
    Action.PROGRAMME_OPEN: {S, P},
    Action.PROGRAMME_WRITE: {S, L, P},
    Action.PROGRAMME_SHARE: {S, P},
    Action.PROGRAMME_RESTRICT: {S, P},
    Action.DELEGATION_READ: {D, N, I, S, L, P, U},
    Action.DELEGATION_OPEN: {S, L},
    Action.DELEGATION_WRITE: {S, L, P},
    Action.DELEGATION_SHARE: {S, L},
    Action.DELEGATION_RESTRICT: {S, L},
    Action.LESSON_READ: {D, N, I, S, L, P, U},
    Action.LESSON_OPEN: {N, I, S},
    Action.LESSON_WRITE: {N, I, S},
    Action.LESSON_SHARE: {I, S},
    Action.LESSON_RESTRICT: {S},
    Action.FLASH_READ: {D, N, I, S, L, P, U},
    Action.FLASH_SEND: {D, N, S},
    Action.FLASH_ACKNOWLEDGE: {D, N, S, L},
    Action.ATTACHMENT_READ: {D, N, I, S, L, P, U},
    Action.ATTACHMENT_ADD: {D, I, S, L},
    Action.ATTACHMENT_RELEASE: {S},
    Action.RELEASE_READ: {D, N, I, S, L, P, U},
    Action.RELEASE_PROPOSE: {D, N, I, S, L, P},
    Action.RELEASE_AHEAD: {D, S},
    Action.RELEASE_DECIDE: {D, S},
    Action.DOCUMENT_PRINT: {D, N, I, S, L, P, U},
    Action.DOCUMENT_EXPORT: {S, L},
    Action.PEER_READ: {D, N, I, S, L, P, U, A},
    Action.PEER_MANAGE: {S, A},
    Action.AGREEMENT_READ: {D, N, I, S, L, P, U, A},
    Action.AGREEMENT_PROPOSE: {S, L},
    Action.AGREEMENT_SIGN: {S},
    Action.LOG_READ: {D, I, S, U},
    Action.LOG_PROVE: {D, I, S, U},
    Action.LETTER_READ: {D, S, L, U, A},
    Action.LETTER_RETRY: {D, S, A},
    Action.LETTER_GIVE_UP: {D, S},
    Action.COURIER_PACK: {D, S, L, A},
    Action.COURIER_UNPACK: {D, S, L, A},
    Action.USER_READ: {S, U, A},
    Action.USER_MANAGE: {A},
    Action.USER_WATCH: {S},
    Action.ROSTER_READ: {D, N, I, S, L, P, U, A},
    Action.ROSTER_MANAGE: {S, A},
    Action.ALARM_READ: {D, S, U},
    Action.ALARM_TAKE: {D, S},
    Action.HANDOVER_READ: {D, S, U},
    Action.HANDOVER_WRITE: {D, S},
    Action.CHANNEL_READ: {S, U, A},
    Action.DRILL_READ: {D, S, U},
    Action.DRILL_MANAGE: {S},
    Action.SETTINGS_READ: {S, U, A},
}
WHICH_RIGHT = {
    Right.OWN: {Action.ACCOUNT_OWN, Action.ACCOUNT_SECURE},
    Right.READ: {
        Action.CASE_READ, Action.PROGRAMME_READ, Action.DELEGATION_READ, Action.LESSON_READ,
        Action.REQUEST_READ, Action.EMERGENCY_READ, Action.ATTACHMENT_READ, Action.PEER_READ, Action.AGREEMENT_READ, Action.LOG_READ,
        Action.LOG_PROVE,
        Action.INTEL_READ, Action.METHOD_READ, Action.FLASH_READ,
        Action.LETTER_READ, Action.USER_READ, Action.ROSTER_READ, Action.ALARM_READ, Action.HANDOVER_READ, Action.DRILL_READ,
        Action.CHANNEL_READ, Action.RELEASE_READ, Action.SETTINGS_READ, Action.DOCUMENT_PRINT,
    },
    Right.CONTRIBUTE: {
        Action.CASE_OPEN, Action.CASE_WRITE, Action.PROGRAMME_OPEN, Action.PROGRAMME_WRITE, Action.DELEGATION_OPEN, Action.DELEGATION_WRITE, Action.LESSON_OPEN, Action.LESSON_WRITE,
        Action.REQUEST_OPEN, Action.REQUEST_ANSWER, Action.REQUEST_WRITE, Action.ATTACHMENT_ADD,
        Action.EMERGENCY_OPEN, Action.EMERGENCY_WRITE, Action.COURIER_UNPACK,
        Action.ALARM_TAKE, Action.HANDOVER_WRITE, Action.RELEASE_PROPOSE,
        Action.INTEL_ADD, Action.METHOD_WRITE, Action.FLASH_ACKNOWLEDGE,
    },
    Right.RELEASE: {
        Action.CASE_SHARE, Action.PROGRAMME_SHARE, Action.DELEGATION_SHARE, Action.LESSON_SHARE,
        Action.ATTACHMENT_RELEASE, Action.AGREEMENT_PROPOSE, Action.AGREEMENT_SIGN, Action.LETTER_RETRY,
        Action.INTEL_SHARE, Action.METHOD_SHARE, Action.FLASH_SEND,
        Action.COURIER_PACK, Action.RELEASE_AHEAD, Action.RELEASE_DECIDE, Action.DOCUMENT_EXPORT,
    },
    Right.DELETE: {Action.REQUEST_WITHDRAW, Action.LETTER_GIVE_UP, Action.INTEL_DELETE},
    Right.ADMINISTER: {
        Action.CASE_RESTRICT, Action.PROGRAMME_RESTRICT, Action.DELEGATION_RESTRICT, Action.LESSON_RESTRICT,
        Action.REQUEST_RESTRICT, Action.EMERGENCY_RESTRICT, Action.PEER_MANAGE, Action.USER_MANAGE, Action.USER_WATCH,
        Action.ROSTER_MANAGE, Action.DRILL_MANAGE, Action.COLLECTION_MANAGE,
    },
}  # fmt: skip


def officer(*roles: Role, **more) -> Officer:
    return Officer(id="off-x", login="x", name="X", unit="U", roles=frozenset(roles), **more)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("action", list(Action))
def test_each_role_may_do_exactly_what_the_table_says(role, action):
    assert may(officer(role), action) == (role in WHO_MAY[action])


def test_each_action_belongs_to_the_right_that_the_table_says():
    assert {action: right for right, actions in WHICH_RIGHT.items() for action in actions} == RIGHTS
    assert sum(len(actions) for actions in WHICH_RIGHT.values()) == len(Action)


def test_the_tables_are_whole():
    assert set(WHO_MAY) == set(Action) == set(SIGHT) == set(RIGHTS)
    assert set(MATRIX) == set(Role)
    assert set(WHICH_RIGHT) == set(Right)


def test_an_auditor_changes_nothing_but_their_own_account():
    assert {action for action in Action if may(officer(U), action)} - READING == {
        Action.ACCOUNT_OWN,
        Action.ACCOUNT_SECURE,
    }


def test_an_administrator_sees_no_case_content():
    seen = {action for action in Action if may(officer(A), action)}
    assert not seen & CASE_CONTENT
    theirs = ("request.", "attachment.", "document.", "release.", "log.")
    assert not any(action.value.startswith(theirs) for action in seen)


@pytest.mark.parametrize("role", list(Role))
def test_no_role_but_the_administrator_manages_people(role):
    assert may(officer(role), Action.USER_MANAGE) == (role is A)


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
        require(who, action)
        return
    with pytest.raises(NotAllowed) as caught:
        require(who, action)
    assert caught.value.code == ("not-allowed" if may(who, SIGHT[action]) else "not-found")


# --- need-to-know ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role not in (U, A)])
def test_a_restricted_thing_is_absent_for_every_role_that_is_not_named(role):
    thing = Thing(id="req-1", units=frozenset({"uni-a"}), officers=frozenset({"off-y"}), holders=frozenset({"off-x"}))
    for action in Action:
        assert not may(officer(role), action, thing)
        if may(officer(role), action) and action.value.startswith("request."):
            with pytest.raises(NotAllowed) as caught:
                require(officer(role), action, thing)
            assert caught.value.code == "not-found"


@pytest.mark.parametrize("named", [{"units": frozenset({"uni-a"})}, {"officers": frozenset({"off-x"})}])
def test_named_officers_and_members_of_named_units_keep_what_their_role_lets_them(named):
    thing = Thing(id="req-1", holders=frozenset({"off-x"}), **named)
    who = officer(D, units=frozenset({"uni-a", "uni-b"}))
    assert {action for action in Action if may(who, action, thing)} == set(MATRIX[D])
    assert not may(officer(P, units=frozenset({"uni-a"})), Action.REQUEST_WRITE, thing)


@pytest.mark.parametrize("action", sorted(BY_HOLDERS))
def test_below_a_supervisor_only_holders_decide_who_may_see(action):
    thing = Thing(id="req-1")
    assert may(officer(S), action, thing)
    others = sorted(role for role in WHO_MAY[action] - {S})
    assert others or action is Action.LESSON_RESTRICT
    for role in others:
        assert not may(officer(role), action, thing)
        assert may(officer(role), action, dataclasses.replace(thing, holders=frozenset({"off-x"})))


def test_an_auditor_of_the_whole_node_reads_what_is_restricted_and_restricts_nothing():
    thing = Thing(id="req-1", officers=frozenset({"off-y"}))
    assert {action for action in Action if may(officer(U), action, thing)} == set(MATRIX[U])
    assert not may(officer(U), Action.REQUEST_RESTRICT, thing)


@pytest.mark.parametrize(
    ("thing", "seen"),
    [
        (Thing(id="req-1"), False),
        (Thing(id="req-1", units=frozenset({"uni-b"})), False),
        (Thing(id="req-1", officers=frozenset({"off-x"})), False),
        (Thing(id="req-1", units=frozenset({"uni-a", "uni-b"})), True),
        (Thing(id="req-1", holders=frozenset({"uni-a", "off-y"})), True),
        (Thing(id="req-1", holders=frozenset({"uni-a"}), units=frozenset({"uni-b"})), True),
    ],
)
def test_an_auditor_of_named_units_reads_what_concerns_them_and_nothing_else(thing, seen):
    who = officer(U, units=frozenset({"uni-b"}), audits=frozenset({"uni-a"}))
    assert may(who, Action.REQUEST_READ, thing) is seen


def test_an_auditor_of_no_unit_reads_no_request():
    assert not may(officer(U, audits=frozenset()), Action.REQUEST_READ, Thing(id="req-1"))


def test_a_scope_for_audits_means_nothing_for_who_is_no_auditor():
    assert may(officer(D, audits=frozenset()), Action.REQUEST_READ, Thing(id="req-1"))


KEYS = st.frozensets(st.sampled_from(["uni-a", "uni-b", "off-x", "off-y"]), max_size=3)


@given(units=KEYS, officers=KEYS, holders=KEYS, mine=KEYS, roles=st.sets(st.sampled_from(list(Role)), min_size=1))
def test_need_to_know_never_adds_an_action(units, officers, holders, mine, roles):
    thing = Thing(id="req-1", units=units, officers=officers, holders=holders)
    who = officer(*roles, units=mine)
    for action in Action:
        assert not may(who, action, thing) or (may(who, action) and scope_of(who).shows(thing))
