"""The gate: what each role may do, as one table, and the two questions that everybody asks it.

Pure. There is no other place where a right is decided. `require` tells a thing that must stay hidden from a thing
whose existence the officer knows anyway: whoever may not even look gets "not-found", the same as for something that
does not exist, so that nobody learns what exists by asking for it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from lienlac.errors import NotAllowed
from lienlac.people.officer import Role

if TYPE_CHECKING:
    from lienlac.people.officer import Officer


class Action(StrEnum):
    """Everything an officer can do. A new screen or command declares one of these or adds one here."""

    ACCOUNT_OWN = "account.own"
    REQUEST_READ = "request.read"
    REQUEST_OPEN = "request.open"
    REQUEST_ANSWER = "request.answer"
    REQUEST_WITHDRAW = "request.withdraw"
    REQUEST_WRITE = "request.write"
    PEER_READ = "peer.read"
    PEER_MANAGE = "peer.manage"
    AGREEMENT_READ = "agreement.read"
    AGREEMENT_PROPOSE = "agreement.propose"
    AGREEMENT_SIGN = "agreement.sign"
    LOG_READ = "log.read"
    LOG_PROVE = "log.prove"
    LETTER_READ = "letter.read"
    LETTER_RETRY = "letter.retry"
    COURIER_PACK = "courier.pack"
    COURIER_UNPACK = "courier.unpack"
    USER_READ = "user.read"
    USER_MANAGE = "user.manage"


READING: Final = frozenset(
    {
        Action.REQUEST_READ,
        Action.PEER_READ,
        Action.AGREEMENT_READ,
        Action.LOG_READ,
        Action.LOG_PROVE,
        Action.LETTER_READ,
        Action.USER_READ,
    }
)
"""Actions that change nothing: all that a token of scope "read" and an auditor may do."""

SIGHT: Final = {
    Action.ACCOUNT_OWN: Action.ACCOUNT_OWN,
    Action.REQUEST_READ: Action.REQUEST_READ,
    Action.REQUEST_OPEN: Action.REQUEST_READ,
    Action.REQUEST_ANSWER: Action.REQUEST_READ,
    Action.REQUEST_WITHDRAW: Action.REQUEST_READ,
    Action.REQUEST_WRITE: Action.REQUEST_READ,
    Action.PEER_READ: Action.PEER_READ,
    Action.PEER_MANAGE: Action.PEER_READ,
    Action.AGREEMENT_READ: Action.AGREEMENT_READ,
    Action.AGREEMENT_PROPOSE: Action.AGREEMENT_READ,
    Action.AGREEMENT_SIGN: Action.AGREEMENT_READ,
    Action.LOG_READ: Action.LOG_READ,
    Action.LOG_PROVE: Action.LOG_READ,
    Action.LETTER_READ: Action.LETTER_READ,
    Action.LETTER_RETRY: Action.LETTER_READ,
    Action.COURIER_PACK: Action.PEER_READ,
    Action.COURIER_UNPACK: Action.PEER_READ,
    Action.USER_READ: Action.USER_READ,
    Action.USER_MANAGE: Action.USER_READ,
}
"""For each action the one that lets an officer know that such a thing exists at all."""

_DUTY: Final = frozenset(
    {
        Action.ACCOUNT_OWN,
        Action.REQUEST_READ,
        Action.REQUEST_OPEN,
        Action.REQUEST_ANSWER,
        Action.REQUEST_WITHDRAW,
        Action.REQUEST_WRITE,
        Action.PEER_READ,
        Action.AGREEMENT_READ,
        Action.LOG_READ,
        Action.LOG_PROVE,
        Action.LETTER_READ,
        Action.LETTER_RETRY,
        Action.COURIER_PACK,
        Action.COURIER_UNPACK,
    }
)

MATRIX: Final = {
    Role.DUTY_OFFICER: _DUTY,
    Role.SUPERVISOR: _DUTY | {Action.PEER_MANAGE, Action.AGREEMENT_PROPOSE, Action.AGREEMENT_SIGN},
    Role.AUDITOR: READING | {Action.ACCOUNT_OWN},
    Role.ADMINISTRATOR: frozenset(
        {
            Action.ACCOUNT_OWN,
            Action.USER_READ,
            Action.USER_MANAGE,
            Action.PEER_READ,
            Action.PEER_MANAGE,
            Action.AGREEMENT_READ,
            Action.LETTER_READ,
            Action.LETTER_RETRY,
            Action.COURIER_PACK,
            Action.COURIER_UNPACK,
        }
    ),
}
"""Role by action. What is not here is forbidden."""


def may(officer: Officer, action: Action, thing: object = None) -> bool:
    """Whether the officer may do this to the thing (an id or a record; None for the action as such).

    In this release roles alone decide; `thing` is part of the question so that no caller has to change when
    units, handling marks or case membership begin to count.
    """
    del thing
    return officer.active and any(action in MATRIX[role] for role in officer.roles)


def require(officer: Officer, action: Action, thing: object = None) -> None:
    """Return when the officer may; else raise `NotAllowed("not-allowed")` or, for what is hidden, `"not-found"`."""
    if may(officer, action, thing):
        return
    raise NotAllowed("not-allowed" if may(officer, SIGHT[action], thing) else "not-found")
