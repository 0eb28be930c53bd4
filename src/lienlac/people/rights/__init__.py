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
from typing import TYPE_CHECKING, Final

from lienlac.errors import NotAllowed
from lienlac.people.officer import Role
from lienlac.people.rights.actions import READING, RIGHTS, SIGHT, Action, Right

if TYPE_CHECKING:
    from lienlac.people.officer import Officer

__all__ = [
    "BY_HOLDERS",
    "CASE_CONTENT",
    "MATRIX",
    "READING",
    "RIGHTS",
    "SIGHT",
    "Action",
    "Right",
    "Scope",
    "Thing",
    "may",
    "require",
    "scope_of",
]

_LOOKING_ON: Final = frozenset(
    {
        Action.ACCOUNT_OWN,
        Action.ACCOUNT_SECURE,
        Action.REQUEST_READ,
        Action.EMERGENCY_READ,
        Action.INTEL_READ,
        Action.METHOD_READ,
        Action.CASE_READ,
        Action.PROGRAMME_READ,
        Action.DELEGATION_READ,
        Action.LESSON_READ,
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
_CASES: Final = frozenset({Action.CASE_OPEN, Action.CASE_WRITE, Action.CASE_SHARE, Action.CASE_RESTRICT})
_PROGRAMMES: Final = frozenset(
    {Action.PROGRAMME_OPEN, Action.PROGRAMME_WRITE, Action.PROGRAMME_SHARE, Action.PROGRAMME_RESTRICT}
)
_DELEGATIONS: Final = frozenset(
    {Action.DELEGATION_OPEN, Action.DELEGATION_WRITE, Action.DELEGATION_SHARE, Action.DELEGATION_RESTRICT}
)
_LESSONS: Final = frozenset({Action.LESSON_OPEN, Action.LESSON_WRITE})
_COURIER: Final = frozenset({Action.COURIER_PACK, Action.COURIER_UNPACK})
_DUTY: Final = (
    _LOOKING_ON
    | _LOG
    | _COURIER
    | _PROPOSING
    | _FLASH
    | _CASES
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
    | _LESSONS
    | {Action.CASE_WRITE, Action.INTEL_SHARE, Action.METHOD_SHARE, Action.INTEL_DELETE, Action.COLLECTION_MANAGE},
    Role.INVESTIGATOR: _LOOKING_ON
    | _LOG
    | _PROPOSING
    | _ANALYSIS
    | _CASES
    | _LESSONS
    | {
        Action.LESSON_SHARE,
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
    | _PROGRAMMES
    | _DELEGATIONS
    | _LESSONS
    | {
        Action.LESSON_SHARE,
        Action.LESSON_RESTRICT,
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
    | _DELEGATIONS
    | {
        Action.CASE_WRITE,
        Action.PROGRAMME_WRITE,
        Action.FLASH_ACKNOWLEDGE,
        Action.REQUEST_WRITE,
        Action.EMERGENCY_WRITE,
        Action.ATTACHMENT_ADD,
        Action.DOCUMENT_EXPORT,
        Action.AGREEMENT_PROPOSE,
        Action.LETTER_READ,
    },
    Role.PROGRAMME_MANAGER: _LOOKING_ON | _PROPOSING | _PROGRAMMES | {Action.DELEGATION_WRITE},
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
        Action.CASE_READ,
        Action.PROGRAMME_READ,
        Action.DELEGATION_READ,
        Action.LESSON_READ,
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

BY_HOLDERS: Final = frozenset(
    {
        Action.REQUEST_RESTRICT,
        Action.EMERGENCY_RESTRICT,
        Action.CASE_RESTRICT,
        Action.PROGRAMME_RESTRICT,
        Action.DELEGATION_RESTRICT,
        Action.LESSON_RESTRICT,
    }
)
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
