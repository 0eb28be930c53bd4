"""What officers are told of that which a partner has outdated: how much under which share, and what keeps it here.

Why a newer version stays is judged as it is asked for: nothing is kept that could be true no longer. What lies above
the ceiling of its collection shows nowhere, and is not named here either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac import clock, limits
from lienlac.intelligence.sharing.rules.sifting import Naming, Why, naming
from lienlac.intelligence.sharing.shown import Hidden, Outdated, Waiting
from lienlac.intelligence.sharing.store import given, outdated, shares
from lienlac.intelligence.sharing.store.judged import judged
from lienlac.intelligence.sharing.store.parting import gate
from lienlac.people import rights
from lienlac.people.rights import Action, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from lienlac.intelligence.sharing.asked import Agreements
    from lienlac.intelligence.sharing.rules.sifting import Candidate, Gate
    from lienlac.intelligence.sharing.store.shares import Share
    from lienlac.people.officer import Officer

_NAMES_SHOWN: Final = 3
_KEPT_BY_NAMES: Final = frozenset({Why.NAMES, Why.MENTIONS})


def counts(connection: Connection, found: Iterable[Share]) -> dict[int, int]:
    """How many objects of each of these shares, those left out of which there are none."""
    return {number: count for number, (count, _) in _counted(connection, found).items()}


def waiting(connection: Connection, officer: Officer) -> list[Waiting]:
    """Shares that need a hand of somebody who may take back, of what this officer may know of, the newest first."""
    if not rights.may(officer, Action.INTEL_SHARE) or not outdated.some(connection):
        return []
    found = shares.listed(connection, scope_of(officer))
    many = _counted(connection, found)
    known = [(one, *many[one.number]) for one in found if one.number in many]
    return [Waiting(share, count, clock.from_us(newest)) for share, count, newest in known]


def _counted(connection: Connection, found: Iterable[Share]) -> dict[int, tuple[int, int]]:
    """A share that was stopped sends nothing newer, whatever it is: nobody is told of it."""
    numbers = [one.number for one in found if one.state == "active"]
    return outdated.counts(connection, numbers) if numbers else {}


def of_share(connection: Connection, share: Share, agreements: Agreements) -> list[Outdated]:
    """The first of a share's, each with what keeps its newer version here; without an agreement nothing is judged."""
    rows = (
        outdated.listed(connection, share.number, rows=limits.INTEL_OUTDATED_SHOWN) if share.state == "active" else []
    )
    terms = agreements.terms_in_force(connection, share.peer) if rows else None
    if terms is None:
        return []
    through = gate(connection, share, terms)
    newest = given.newest(connection, share.collection, (one.object_id for one in rows))
    why = {one.object_id: reason for one, reason in judged(connection, share.collection, newest, through)}
    kept = {one.object_id: naming(one) for one in newest if why[one.object_id] in _KEPT_BY_NAMES}
    hidden = _hidden(connection, share, kept, through)
    return [
        Outdated(one, clock.from_us(one.newer_us), why.get(one.object_id), _first(kept.get(one.object_id), hidden))
        for one in rows
    ]


def _hidden(
    connection: Connection, share: Share, kept: Mapping[str, Naming], through: Gate
) -> Mapping[str, tuple[Candidate, Why]]:
    """What stays here of all that these name, as far as it is looked at together."""
    names = sorted({name for one in kept.values() for name in one.every})[: limits.INTEL_NAMES_AT_ONCE]
    beside = given.newest(connection, share.collection, names)
    found = judged(connection, share.collection, beside, through)
    return {
        one.object_id: (one, why)
        for one, why in found
        if why is not None and why is not Why.THEIRS and one.tlp <= through.shown
    }


def _first(names: Naming | None, hidden: Mapping[str, tuple[Candidate, Why]]) -> Sequence[Hidden]:
    found = sorted(names.every & hidden.keys())[:_NAMES_SHOWN] if names is not None else []
    return [Hidden(name, hidden[name][0].type, hidden[name][1]) for name in found]
