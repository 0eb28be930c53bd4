"""The matrix of roles and actions as people read it: straight from `people.rights`, in both languages, never edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get

from lienlac.people.officer import Role
from lienlac.people.rights import BY_HOLDERS, MATRIX, RIGHTS, Action, Right
from lienlac.ui.account.pages import ROLE_NAMES
from lienlac.ui.guard import needs
from lienlac.ui.users.pages import ROLE_NOTES
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from litestar import Response

    from lienlac.ui.page import Ask

RIGHT_NAMES: Final = {
    Right.OWN: N_("One's own account"),
    Right.READ: N_("Read"),
    Right.CONTRIBUTE: N_("Contribute"),
    Right.RELEASE: N_("Release"),
    Right.DELETE: N_("Take back"),
    Right.ADMINISTER: N_("Administer"),
}
RIGHT_NOTES: Final = {
    Right.OWN: N_("Password, language, browsers, ways of signing in and tokens of one's own account."),
    Right.READ: N_("Changes nothing."),
    Right.CONTRIBUTE: N_("Works on what both sides exchange."),
    Right.RELEASE: N_("Decides that something leaves this node or binds the authority."),
    Right.DELETE: N_("Ends something that was begun or leaves it unsent."),
    Right.ADMINISTER: N_("Decides about people, links and who may see what."),
}
ACTION_NAMES: Final = {
    Action.ACCOUNT_OWN: N_("Look after one's own account"),
    Action.ACCOUNT_SECURE: N_("Change how one signs in, make access tokens"),
    Action.REQUEST_READ: N_("See requests"),
    Action.REQUEST_OPEN: N_("Open requests"),
    Action.REQUEST_ANSWER: N_("Acknowledge, question, accept and refuse requests, state results"),
    Action.REQUEST_WRITE: N_("Answer questions, write to the other side, give feedback, close"),
    Action.REQUEST_WITHDRAW: N_("Withdraw requests"),
    Action.REQUEST_RESTRICT: N_("Decide who may see a request"),
    Action.EMERGENCY_READ: N_("See emergency channels"),
    Action.EMERGENCY_OPEN: N_("Open emergency channels"),
    Action.EMERGENCY_WRITE: N_("Answer emergency channels and write in them"),
    Action.EMERGENCY_RESTRICT: N_("Decide who may see an emergency channel"),
    Action.INTEL_READ: N_("See intelligence"),
    Action.INTEL_ADD: N_("Add intelligence, take reports in"),
    Action.INTEL_SHARE: N_("Share intelligence with partners"),
    Action.INTEL_DELETE: N_("Withdraw and delete intelligence"),
    Action.COLLECTION_MANAGE: N_("Manage collections, sources and feeds"),
    Action.METHOD_READ: N_("See methods and tricks"),
    Action.METHOD_WRITE: N_("Write down methods and tricks"),
    Action.METHOD_SHARE: N_("Share methods and tricks with partners"),
    Action.CASE_READ: N_("See cases"),
    Action.CASE_OPEN: N_("Open cases"),
    Action.CASE_WRITE: N_("Write into cases"),
    Action.CASE_SHARE: N_("Invite partners to cases, answer invitations, leave"),
    Action.CASE_RESTRICT: N_("Decide who may see a case"),
    Action.PROGRAMME_READ: N_("See joint programmes"),
    Action.PROGRAMME_OPEN: N_("Open joint programmes"),
    Action.PROGRAMME_WRITE: N_("Write into joint programmes"),
    Action.PROGRAMME_SHARE: N_("Invite partners to joint programmes, answer invitations, leave"),
    Action.PROGRAMME_RESTRICT: N_("Decide who may see a programme"),
    Action.DELEGATION_READ: N_("See delegations"),
    Action.DELEGATION_OPEN: N_("Open delegations"),
    Action.DELEGATION_WRITE: N_("Write into delegations"),
    Action.DELEGATION_SHARE: N_("Invite partners to delegations, answer invitations, leave"),
    Action.DELEGATION_RESTRICT: N_("Decide who may see a delegation"),
    Action.LESSON_READ: N_("See lessons"),
    Action.LESSON_OPEN: N_("Open lessons"),
    Action.LESSON_WRITE: N_("Write into lessons"),
    Action.LESSON_SHARE: N_("Invite partners to lessons, answer invitations, leave"),
    Action.LESSON_RESTRICT: N_("Decide who may see a lesson"),
    Action.FLASH_READ: N_("See flash warnings"),
    Action.FLASH_SEND: N_("Send flash warnings"),
    Action.FLASH_ACKNOWLEDGE: N_("Acknowledge flash warnings"),
    Action.DOCUMENT_PRINT: N_("Print requests and messages"),
    Action.DOCUMENT_EXPORT: N_("Take out packages for legal assistance"),
    Action.PEER_READ: N_("See partners and the state of the links"),
    Action.PEER_MANAGE: N_("Connect, suspend and resume partners, replace keys"),
    Action.AGREEMENT_READ: N_("See agreements"),
    Action.AGREEMENT_PROPOSE: N_("Propose agreements"),
    Action.AGREEMENT_SIGN: N_("Sign agreements"),
    Action.LOG_READ: N_("See the log"),
    Action.LOG_PROVE: N_("Take out proof files"),
    Action.LETTER_READ: N_("See messages that were not taken"),
    Action.LETTER_RETRY: N_("Send such messages again, mark alarms as seen"),
    Action.LETTER_GIVE_UP: N_("Leave such messages unsent"),
    Action.COURIER_PACK: N_("Pack courier files"),
    Action.COURIER_UNPACK: N_("Take courier files in"),
    Action.USER_READ: N_("See people, units and rights"),
    Action.USER_MANAGE: N_("Manage people and units"),
    Action.USER_WATCH: N_("Be told of changes to accounts that see requests"),
    Action.ATTACHMENT_READ: N_("Open attached files"),
    Action.ATTACHMENT_ADD: N_("Attach files"),
    Action.ATTACHMENT_RELEASE: N_("Let a held file go"),
    Action.RELEASE_READ: N_("See what waits for a second officer"),
    Action.RELEASE_PROPOSE: N_("Put messages before a second officer"),
    Action.RELEASE_AHEAD: N_("Send at once where a life is in danger, for review afterwards"),
    Action.RELEASE_DECIDE: N_("Approve, return and review others' messages"),
    Action.ROSTER_READ: N_("See the roster and who is on duty"),
    Action.ROSTER_MANAGE: N_("Manage the roster"),
    Action.ALARM_READ: N_("See alarms"),
    Action.ALARM_TAKE: N_("Take alarms on"),
    Action.HANDOVER_READ: N_("Read hand-over notes"),
    Action.HANDOVER_WRITE: N_("Write and accept hand-over notes"),
    Action.CHANNEL_READ: N_("See whether contact methods work"),
    Action.SETTINGS_READ: N_("See how this node is set"),
    Action.DRILL_READ: N_("Read what became of drills"),
    Action.DRILL_MANAGE: N_("Begin and end drills"),
}


@get("/users/rights", opt=needs(Action.USER_READ), sync_to_thread=True, include_in_schema=False, name="rights")
def matrix(ask: Ask) -> Response[str]:
    """Every action under its right, every role in its column."""
    groups = [
        {
            "name": RIGHT_NAMES[right],
            "note": RIGHT_NOTES[right],
            "rows": [
                {
                    "name": ACTION_NAMES[action],
                    "cells": [(role.value, action in MATRIX[role], _only_held(role, action)) for role in Role],
                }
                for action in Action
                if RIGHTS[action] is right
            ],
        }
        for right in Right
    ]
    return ask.page(
        "users/rights.html",
        title=ask.gettext("Roles and rights"),
        groups=groups,
        roles=[role.value for role in Role],
        role_names=ROLE_NAMES,
        role_notes=ROLE_NOTES,
    )


def _only_held(role: Role, action: Action) -> bool:
    """Whether the role may do this only to what the officer opened or took on."""
    return action in BY_HOLDERS and role is not Role.SUPERVISOR and action in MATRIX[role]


HANDLERS: Final[tuple[Any, ...]] = (matrix,)
