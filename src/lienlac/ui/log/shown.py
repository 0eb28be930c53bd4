"""Which entries of the journal an officer is shown: the gate's rule as conditions in SQL.

What is about a request, a case or anything else that has a need-to-know follows it, or that of what it belongs to (a
feed or a share that of its collection), and is for whoever may read such things at all; what is about people is for
those who may see people, and for the officer who did it or whom it was done to; a confined auditor sees of people
only those of their units. What is about the node itself (partners, agreements, keys) is for everybody who may see the
log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from lienlac.exchange.store.tables import message_table
from lienlac.journal import journal_entry
from lienlac.people.access.store import in_scope, leader
from lienlac.people.rights import Action, may, scope_of
from lienlac.people.units.store import member_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lienlac.people.officer import Officer
    from lienlac.people.rights import Scope

_SUBJECTS: Final = (
    (Action.REQUEST_READ, ("request.",), "req-"),
    (Action.EMERGENCY_READ, ("emergency.",), "emg-"),
    (Action.FLASH_READ, ("flash.",), "flw-"),
    (Action.CASE_READ, ("case.",), "cas-"),
    (Action.PROGRAMME_READ, ("programme.",), "prg-"),
    (Action.DELEGATION_READ, ("delegation.",), "dlg-"),
    (Action.LESSON_READ, ("lesson.",), "lsn-"),
    (Action.METHOD_READ, ("method.",), "mth-"),
    (Action.INTEL_READ, ("intel.", "collection.", "feed.", "intake."), "itk-"),
    (Action.INTEL_READ, (), "fed-"),
)
"""Who may read of what: by families of acts, and by how the ids of such things begin, whatever was done to them."""
_ABOUT_PEOPLE: Final = ("account.", "token.", "user.", "unit.", "channel.", "contact.")
_ABOUT_LETTERS: Final = "letter."


def shown_to(officer: Officer) -> Sequence[sa.ColumnElement[bool]]:
    """The conditions of the entries that this officer may see."""
    scope = scope_of(officer)
    entry, about_thing = journal_entry.c, leader(journal_entry.c.thing)
    conditions = [sa.or_(sa.not_(_begins(_ABOUT_LETTERS)), _letter_shown(scope))]
    readable = []
    for action, families, mark in _SUBJECTS:
        about = sa.or_(sa.func.substr(entry.thing, 1, len(mark)) == mark, *(_begins(family) for family in families))
        if may(officer, action):
            readable.append(about)
        else:
            conditions.append(sa.not_(about))
    if scope.within is None:  # what nobody restricted is in everybody's scope
        conditions.append(in_scope(scope, about_thing))
    elif readable:
        conditions.append(sa.or_(sa.not_(sa.or_(*readable)), in_scope(scope, about_thing)))
    return [*conditions, *_people(officer, scope)]


def _people(officer: Officer, scope: Scope) -> list[sa.ColumnElement[bool]]:
    if may(officer, Action.USER_READ) and scope.within is None:
        return []
    entry = journal_entry.c
    own = sa.or_(entry.actor == officer.id, entry.thing == officer.id)
    if may(officer, Action.USER_READ):
        theirs = sa.select(member_table.c.account_id).where(member_table.c.unit_id.in_(sorted(scope.within or ())))
        own = sa.or_(own, entry.actor.in_(theirs), entry.thing.in_(theirs), entry.thing.in_(sorted(scope.within or ())))
    about_people = sa.or_(*(_begins(prefix) for prefix in _ABOUT_PEOPLE))
    return [sa.or_(sa.not_(about_people), own)]


def _letter_shown(scope: Scope) -> sa.ColumnElement[bool]:
    """A letter's entry names the message's digest; the message says what it is about."""
    message = message_table.c
    hidden = sa.exists().where(
        message.digest == journal_entry.c.thing,
        message.record_id.is_not(None),
        sa.not_(in_scope(scope, leader(message.record_id))),
    )
    return sa.not_(hidden)


def _begins(prefix: str) -> sa.ColumnElement[Any]:
    """Whether an entry's act is of this family."""
    return sa.func.substr(journal_entry.c.action, 1, len(prefix)) == prefix
