"""A page of a collection judged by the rules: each object with the reason why it stays here, if it does.

The rules are `rules.sifting`; this asks the tables for what they need besides the page: who gave each object, and what
relations on it join.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.intelligence.sharing.rules.sifting import Why, ends, joined, withheld
from lienlac.intelligence.sharing.store import given
from lienlac.intelligence.store import sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from lienlac.intelligence.sharing.rules.sifting import Candidate, Gate


def judged(
    connection: Connection, collection: int, page: Sequence[Candidate], through: Gate
) -> list[tuple[Candidate, Why | None]]:
    """Each object of the page, in its order, with why it does not leave; None when it may."""
    known = {one.object_id: one for one in page}
    at_ends = frozenset().union(*(ends(one) for one in page)) if page else frozenset()
    beside = given.newest(connection, collection, at_ends - known.keys())
    givers = sources.named(connection, {one.source for one in (*page, *beside)})
    why = {one.object_id: withheld(one, through, givers) for one in (*page, *beside)}
    hidden = frozenset(name for name in at_ends if why.get(name) not in (None, Why.THEIRS))
    return [(one, joined(one, why[one.object_id], hidden)) for one in page]
