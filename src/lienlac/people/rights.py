"""The gate: what each role may do, as one table, and the one question that everybody asks it.

Pure. There is no other place where a right is decided. Three things are asked in this order: is the officer active;
does one of their roles hold the action (`MATRIX`); may they know of this very thing (need-to-know: `Thing`). Lists,
counters and searches ask the same through a `Scope`, which stores turn into SQL, so that nothing is filtered after it
was counted.

`require` tells a thing that must stay hidden from a thing whose existence the officer knows anyway: whoever may not
even look gets "not-found", the same as for something that does not exist, so that nobody learns what exists by asking.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from lienlac.errors import NotAllowed
from lienlac.people.officer import Role

if TYPE_CHECKING:
    from lienlac.people.officer import Officer


class Right(StrEnum):
    """What kind of power an action is. Rights are separate: none of them includes another."""

    OWN = "own"
    READ = "read"
    CONTRIBUTE = "contribute"
    RELEASE = "release"
    DELETE = "delete"
    ADMINISTER = "administer"


class Action(StrEnum):
    """Everything an officer can do. A new screen or command declares one of these or adds one here."""

    ACCOUNT_OWN = "account.own"
    ACCOUNT_SECURE = "account.secure"
    REQUEST_READ = "request.read"
    REQUEST_OPEN = "request.open"
    REQUEST_ANSWER = "request.answer"
    REQUEST_WRITE = "request.write"
    REQUEST_WITHDRAW = "request.withdraw"
    REQUEST_RESTRICT = "request.restrict"
    EMERGENCY_READ = "emergency.read"
    EMERGENCY_OPEN = "emergency.open"
    EMERGENCY_WRITE = "emergency.write"
    EMERGENCY_RESTRICT = "emergency.restrict"
    INTEL_READ = "intel.read"
    INTEL_ADD = "intel.add"
    INTEL_SHARE = "intel.share"
    INTEL_DELETE = "intel.delete"
    COLLECTION_MANAGE = "collection.manage"
    METHOD_READ = "method.read"
    METHOD_WRITE = "method.write"
    METHOD_SHARE = "method.share"
    FLASH_READ = "flash.read"
    FLASH_SEND = "flash.send"
    FLASH_ACKNOWLEDGE = "flash.acknowledge"
    ATTACHMENT_READ = "attachment.read"
    ATTACHMENT_ADD = "attachment.add"
    ATTACHMENT_RELEASE = "attachment.release"
    RELEASE_READ = "release.read"
    RELEASE_PROPOSE = "release.propose"
    RELEASE_AHEAD = "release.ahead"
    RELEASE_DECIDE = "release.decide"
    DOCUMENT_PRINT = "document.print"
    DOCUMENT_EXPORT = "document.export"
    PEER_READ = "peer.read"
    PEER_MANAGE = "peer.manage"
    AGREEMENT_READ = "agreement.read"
    AGREEMENT_PROPOSE = "agreement.propose"
    AGREEMENT_SIGN = "agreement.sign"
    LOG_READ = "log.read"
    LOG_PROVE = "log.prove"
    LETTER_READ = "letter.read"
    LETTER_RETRY = "letter.retry"
    LETTER_GIVE_UP = "letter.give-up"
    COURIER_PACK = "courier.pack"
    COURIER_UNPACK = "courier.unpack"
    USER_READ = "user.read"
    USER_MANAGE = "user.manage"
    USER_WATCH = "user.watch"
    ROSTER_READ = "roster.read"
    ROSTER_MANAGE = "roster.manage"
    ALARM_READ = "alarm.read"
    ALARM_TAKE = "alarm.take"
    HANDOVER_READ = "handover.read"
    HANDOVER_WRITE = "handover.write"
    CHANNEL_READ = "channel.read"
    DRILL_READ = "drill.read"
    DRILL_MANAGE = "drill.manage"
    SETTINGS_READ = "settings.read"


RIGHTS: Final = {
    Action.ACCOUNT_OWN: Right.OWN,
    Action.ACCOUNT_SECURE: Right.OWN,
    Action.REQUEST_READ: Right.READ,
    Action.REQUEST_OPEN: Right.CONTRIBUTE,
    Action.REQUEST_ANSWER: Right.CONTRIBUTE,
    Action.REQUEST_WRITE: Right.CONTRIBUTE,
    Action.REQUEST_WITHDRAW: Right.DELETE,
    Action.REQUEST_RESTRICT: Right.ADMINISTER,
    Action.EMERGENCY_READ: Right.READ,
    Action.EMERGENCY_OPEN: Right.CONTRIBUTE,
    Action.EMERGENCY_WRITE: Right.CONTRIBUTE,
    Action.EMERGENCY_RESTRICT: Right.ADMINISTER,
    Action.INTEL_READ: Right.READ,
    Action.INTEL_ADD: Right.CONTRIBUTE,
    Action.INTEL_SHARE: Right.RELEASE,
    Action.INTEL_DELETE: Right.DELETE,
    Action.COLLECTION_MANAGE: Right.ADMINISTER,
    Action.METHOD_READ: Right.READ,
    Action.METHOD_WRITE: Right.CONTRIBUTE,
    Action.METHOD_SHARE: Right.RELEASE,
    Action.FLASH_READ: Right.READ,
    Action.FLASH_SEND: Right.RELEASE,
    Action.FLASH_ACKNOWLEDGE: Right.CONTRIBUTE,
    Action.ATTACHMENT_READ: Right.READ,
    Action.ATTACHMENT_ADD: Right.CONTRIBUTE,
    Action.ATTACHMENT_RELEASE: Right.RELEASE,
    Action.RELEASE_READ: Right.READ,
    Action.RELEASE_PROPOSE: Right.CONTRIBUTE,
    Action.RELEASE_AHEAD: Right.RELEASE,
    Action.RELEASE_DECIDE: Right.RELEASE,
    Action.DOCUMENT_PRINT: Right.READ,
    Action.DOCUMENT_EXPORT: Right.RELEASE,
    Action.PEER_READ: Right.READ,
    Action.PEER_MANAGE: Right.ADMINISTER,
    Action.AGREEMENT_READ: Right.READ,
    Action.AGREEMENT_PROPOSE: Right.RELEASE,
    Action.AGREEMENT_SIGN: Right.RELEASE,
    Action.LOG_READ: Right.READ,
    Action.LOG_PROVE: Right.READ,
    Action.LETTER_READ: Right.READ,
    Action.LETTER_RETRY: Right.RELEASE,
    Action.LETTER_GIVE_UP: Right.DELETE,
    Action.COURIER_PACK: Right.RELEASE,
    Action.COURIER_UNPACK: Right.CONTRIBUTE,
    Action.USER_READ: Right.READ,
    Action.USER_MANAGE: Right.ADMINISTER,
    Action.USER_WATCH: Right.ADMINISTER,
    Action.ROSTER_READ: Right.READ,
    Action.ROSTER_MANAGE: Right.ADMINISTER,
    Action.ALARM_READ: Right.READ,
    Action.ALARM_TAKE: Right.CONTRIBUTE,
    Action.HANDOVER_READ: Right.READ,
    Action.HANDOVER_WRITE: Right.CONTRIBUTE,
    Action.CHANNEL_READ: Right.READ,
    Action.DRILL_READ: Right.READ,
    Action.DRILL_MANAGE: Right.ADMINISTER,
    Action.SETTINGS_READ: Right.READ,
}
"""Each action belongs to one right."""

READING: Final = frozenset(action for action, right in RIGHTS.items() if right is Right.READ)
"""Actions that change nothing: all that a token of scope "read" and an auditor may do."""

SIGHT: Final = {
    Action.ACCOUNT_OWN: Action.ACCOUNT_OWN,
    Action.ACCOUNT_SECURE: Action.ACCOUNT_OWN,
    Action.REQUEST_READ: Action.REQUEST_READ,
    Action.REQUEST_OPEN: Action.REQUEST_READ,
    Action.REQUEST_ANSWER: Action.REQUEST_READ,
    Action.REQUEST_WRITE: Action.REQUEST_READ,
    Action.REQUEST_WITHDRAW: Action.REQUEST_READ,
    Action.REQUEST_RESTRICT: Action.REQUEST_READ,
    Action.EMERGENCY_READ: Action.EMERGENCY_READ,
    Action.EMERGENCY_OPEN: Action.EMERGENCY_READ,
    Action.EMERGENCY_WRITE: Action.EMERGENCY_READ,
    Action.EMERGENCY_RESTRICT: Action.EMERGENCY_READ,
    Action.INTEL_READ: Action.INTEL_READ,
    Action.INTEL_ADD: Action.INTEL_READ,
    Action.INTEL_SHARE: Action.INTEL_READ,
    Action.INTEL_DELETE: Action.INTEL_READ,
    Action.COLLECTION_MANAGE: Action.INTEL_READ,
    Action.METHOD_READ: Action.METHOD_READ,
    Action.METHOD_WRITE: Action.METHOD_READ,
    Action.METHOD_SHARE: Action.METHOD_READ,
    Action.FLASH_READ: Action.FLASH_READ,
    Action.FLASH_SEND: Action.FLASH_READ,
    Action.FLASH_ACKNOWLEDGE: Action.FLASH_READ,
    Action.ATTACHMENT_READ: Action.REQUEST_READ,
    Action.ATTACHMENT_ADD: Action.REQUEST_READ,
    Action.ATTACHMENT_RELEASE: Action.REQUEST_READ,
    Action.RELEASE_READ: Action.RELEASE_READ,
    Action.RELEASE_PROPOSE: Action.RELEASE_READ,
    Action.RELEASE_AHEAD: Action.RELEASE_READ,
    Action.RELEASE_DECIDE: Action.RELEASE_READ,
    Action.DOCUMENT_PRINT: Action.REQUEST_READ,
    Action.DOCUMENT_EXPORT: Action.REQUEST_READ,
    Action.PEER_READ: Action.PEER_READ,
    Action.PEER_MANAGE: Action.PEER_READ,
    Action.AGREEMENT_READ: Action.AGREEMENT_READ,
    Action.AGREEMENT_PROPOSE: Action.AGREEMENT_READ,
    Action.AGREEMENT_SIGN: Action.AGREEMENT_READ,
    Action.LOG_READ: Action.LOG_READ,
    Action.LOG_PROVE: Action.LOG_READ,
    Action.LETTER_READ: Action.LETTER_READ,
    Action.LETTER_RETRY: Action.LETTER_READ,
    Action.LETTER_GIVE_UP: Action.LETTER_READ,
    Action.COURIER_PACK: Action.PEER_READ,
    Action.COURIER_UNPACK: Action.PEER_READ,
    Action.USER_READ: Action.USER_READ,
    Action.USER_MANAGE: Action.USER_READ,
    Action.USER_WATCH: Action.USER_READ,
    Action.ROSTER_READ: Action.ROSTER_READ,
    Action.ROSTER_MANAGE: Action.ROSTER_READ,
    Action.ALARM_READ: Action.ALARM_READ,
    Action.ALARM_TAKE: Action.ALARM_READ,
    Action.HANDOVER_READ: Action.HANDOVER_READ,
    Action.HANDOVER_WRITE: Action.HANDOVER_READ,
    Action.CHANNEL_READ: Action.CHANNEL_READ,
    Action.DRILL_READ: Action.DRILL_READ,
    Action.DRILL_MANAGE: Action.DRILL_READ,
    Action.SETTINGS_READ: Action.SETTINGS_READ,
}
"""For each action the one that lets an officer know that such a thing exists at all."""

_LOOKING_ON: Final = frozenset(
    {
        Action.ACCOUNT_OWN,
        Action.ACCOUNT_SECURE,
        Action.REQUEST_READ,
        Action.EMERGENCY_READ,
        Action.INTEL_READ,
        Action.METHOD_READ,
        Action.FLASH_READ,
        Action.ATTACHMENT_READ,
        Action.DOCUMENT_PRINT,
        Action.PEER_READ,
        Action.AGREEMENT_READ,
        Action.ROSTER_READ,
    },
)
_LOG: Final = frozenset({Action.LOG_READ, Action.LOG_PROVE})
_PROPOSING: Final = frozenset({Action.RELEASE_READ, Action.RELEASE_PROPOSE})
_ANALYSIS: Final = frozenset({Action.INTEL_ADD, Action.METHOD_WRITE})
_FLASH: Final = frozenset({Action.FLASH_SEND, Action.FLASH_ACKNOWLEDGE})
_COURIER: Final = frozenset({Action.COURIER_PACK, Action.COURIER_UNPACK})
_DUTY: Final = (
    _LOOKING_ON
    | _LOG
    | _COURIER
    | _PROPOSING
    | _FLASH
    | {
        Action.INTEL_ADD,
        Action.RELEASE_AHEAD,
        Action.RELEASE_DECIDE,
        Action.REQUEST_OPEN,
        Action.REQUEST_ANSWER,
        Action.REQUEST_WRITE,
        Action.REQUEST_WITHDRAW,
        Action.REQUEST_RESTRICT,
        Action.EMERGENCY_OPEN,
        Action.EMERGENCY_WRITE,
        Action.EMERGENCY_RESTRICT,
        Action.ATTACHMENT_ADD,
        Action.LETTER_READ,
        Action.LETTER_RETRY,
        Action.LETTER_GIVE_UP,
        Action.ALARM_READ,
        Action.ALARM_TAKE,
        Action.HANDOVER_READ,
        Action.HANDOVER_WRITE,
        Action.DRILL_READ,
    }
)

MATRIX: Final = {
    Role.DUTY_OFFICER: _DUTY,
    Role.ANALYST: _LOOKING_ON
    | _ANALYSIS
    | _PROPOSING
    | _FLASH
    | {Action.INTEL_SHARE, Action.METHOD_SHARE, Action.INTEL_DELETE, Action.COLLECTION_MANAGE},
    Role.INVESTIGATOR: _LOOKING_ON
    | _LOG
    | _PROPOSING
    | _ANALYSIS
    | {
        Action.REQUEST_OPEN,
        Action.REQUEST_WRITE,
        Action.REQUEST_WITHDRAW,
        Action.REQUEST_RESTRICT,
        Action.EMERGENCY_OPEN,
        Action.EMERGENCY_WRITE,
        Action.EMERGENCY_RESTRICT,
        Action.ATTACHMENT_ADD,
    },
    Role.SUPERVISOR: _DUTY
    | _ANALYSIS
    | {
        Action.INTEL_SHARE,
        Action.INTEL_DELETE,
        Action.COLLECTION_MANAGE,
        Action.METHOD_SHARE,
        Action.ATTACHMENT_RELEASE,
        Action.DOCUMENT_EXPORT,
        Action.PEER_MANAGE,
        Action.AGREEMENT_PROPOSE,
        Action.AGREEMENT_SIGN,
        Action.USER_READ,
        Action.USER_WATCH,
        Action.ROSTER_MANAGE,
        Action.CHANNEL_READ,
        Action.DRILL_MANAGE,
        Action.SETTINGS_READ,
    },
    Role.LIAISON_OFFICER: _LOOKING_ON
    | _COURIER
    | _PROPOSING
    | {
        Action.FLASH_ACKNOWLEDGE,
        Action.REQUEST_WRITE,
        Action.EMERGENCY_WRITE,
        Action.ATTACHMENT_ADD,
        Action.DOCUMENT_EXPORT,
        Action.AGREEMENT_PROPOSE,
        Action.LETTER_READ,
    },
    Role.PROGRAMME_MANAGER: _LOOKING_ON,
    Role.AUDITOR: READING | {Action.ACCOUNT_OWN, Action.ACCOUNT_SECURE},
    Role.ADMINISTRATOR: _COURIER
    | {
        Action.ACCOUNT_OWN,
        Action.ACCOUNT_SECURE,
        Action.PEER_READ,
        Action.PEER_MANAGE,
        Action.AGREEMENT_READ,
        Action.LETTER_READ,
        Action.LETTER_RETRY,
        Action.USER_READ,
        Action.USER_MANAGE,
        Action.ROSTER_READ,
        Action.ROSTER_MANAGE,
        Action.CHANNEL_READ,
        Action.SETTINGS_READ,
    },
}
"""Role by action. What is not here is forbidden."""

CASE_CONTENT: Final = frozenset(
    {
        Action.REQUEST_READ,
        Action.EMERGENCY_READ,
        Action.INTEL_READ,
        Action.METHOD_READ,
        Action.FLASH_READ,
        Action.ATTACHMENT_READ,
        Action.RELEASE_READ,
        Action.DOCUMENT_PRINT,
        Action.DOCUMENT_EXPORT,
        Action.LOG_READ,
        Action.LOG_PROVE,
    }
)
"""Actions that show what requests say: giving somebody a role with one of these is told to the supervisors."""

BY_HOLDERS: Final = frozenset({Action.REQUEST_RESTRICT, Action.EMERGENCY_RESTRICT})
"""Actions that only a supervisor may do to any thing; others only to things that they opened or took on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What an act is about, as far as rights go.

    `units` and `officers` are the need-to-know: both empty is everybody whose role lets them, otherwise only these
    officers and the members of these units. `holders` are the officers who opened it or took it on, and the units they
    then belonged to: who may restrict it, and whose auditors it concerns.
    """

    id: str
    kind: str = "request"
    units: frozenset[str] = frozenset()
    officers: frozenset[str] = frozenset()
    holders: frozenset[str] = frozenset()

    @property
    def restricted(self) -> bool:
        """Whether it is hidden from somebody whose role would let them."""
        return bool(self.units or self.officers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which things an officer may know of, for stores to filter by in SQL; made by `scope_of` alone.

    `keys` are what a need-to-know may name them by. `within` confines to what concerns these units, whatever else
    holds; None confines to nothing. `whole` is set for those whom no need-to-know hides anything from.
    """

    officer_id: str
    keys: frozenset[str]
    within: frozenset[str] | None = None
    whole: bool = False

    def shows(self, thing: Thing) -> bool:
        """Whether this thing is in the scope: the same rule as the SQL's."""
        if self.within is not None:
            return bool(self.within & (thing.units | thing.holders))
        return self.whole or not thing.restricted or bool(self.keys & (thing.units | thing.officers))


def scope_of(officer: Officer) -> Scope:
    """What the officer may know of. Roles are asked apart: a scope gives nobody an action."""
    auditor = Role.AUDITOR in officer.roles
    return Scope(
        officer_id=officer.id,
        keys=officer.units | {officer.id},
        within=officer.audits if auditor else None,
        whole=auditor and officer.audits is None,
    )


def may(officer: Officer, action: Action, thing: Thing | None = None) -> bool:
    """Whether the officer may do this to the thing; None asks about the action as such, or what none is hidden of."""
    if not officer.active:
        return False
    allowing = [role for role in officer.roles if action in MATRIX[role]]
    if not allowing or thing is None:
        return bool(allowing)
    if action in BY_HOLDERS and Role.SUPERVISOR not in allowing and officer.id not in thing.holders:
        return False
    return scope_of(officer).shows(thing)


def require(officer: Officer, action: Action, thing: Thing | None = None) -> None:
    """Return when the officer may; else raise `NotAllowed("not-allowed")` or, for what is hidden, `"not-found"`."""
    if may(officer, action, thing):
        return
    raise NotAllowed("not-allowed" if may(officer, SIGHT[action], thing) else "not-found")
