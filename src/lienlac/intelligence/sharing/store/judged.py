"""A page of a collection judged by the rules: each object with the reason why it stays here, if it does.

The rules are `rules.sifting`; this asks the tables for what they need besides the page: who gave each object, and what
the objects name, and what those name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac import limits
from lienlac.intelligence.sharing.rules.sifting import Naming, Why, naming, spread, withheld
from lienlac.intelligence.sharing.store import given
from lienlac.intelligence.store import sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection

    from lienlac.intelligence.sharing.rules.sifting import Candidate, Gate


def judged(
    connection: Connection, collection: int, page: Sequence[Candidate], through: Gate
) -> list[tuple[Candidate, Why | None]]:
    """Each object of the page, in its order, with why it does not leave; None when it may.

    What is named is looked at step by step, as far as a chain of names may reach; what lies beyond counts as hidden.
    """
    why: dict[str, Why | None] = {}
    named: dict[str, Naming] = {}
    looked: set[str] = set()
    unseen: set[str] = set()
    for step in range(limits.INTEL_NAMES_DEEP):
        pieces = _beside(connection, collection, unseen) if step else iter([page])
        looked |= unseen
        unseen = set()
        for piece in pieces:
            givers = sources.named(connection, {one.source for one in piece})
            for one in piece:
                why[one.object_id] = withheld(one, through, givers)
                named[one.object_id] = naming(one)
                unseen |= named[one.object_id].every
        unseen -= looked
        unseen -= why.keys()
        if not unseen:
            break
    found = spread(why, named, unseen=unseen, let_out=through.let_out)
    return [(one, found[one.object_id]) for one in page]


def _beside(connection: Connection, collection: int, names: Iterable[str]) -> Iterator[list[Candidate]]:
    """What is named, some at a time: a report may name ten thousand."""
    wanted = sorted(names)
    for start in range(0, len(wanted), limits.INTEL_NAMES_AT_ONCE):
        yield given.newest(connection, collection, wanted[start : start + limits.INTEL_NAMES_AT_ONCE])
