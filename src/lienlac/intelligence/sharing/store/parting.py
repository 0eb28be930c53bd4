"""What was found newer than what a peer has: what goes, what the peer may not have any more, what stays here.

The rules are `rules.sifting`; this asks the tables what they need besides the objects found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lienlac import clock
from lienlac.intelligence.sharing.rules.sifting import FIRM, Why, gate_of, withheld
from lienlac.intelligence.sharing.store import given
from lienlac.intelligence.sharing.store.judged import judged
from lienlac.intelligence.store import collections, sources
from lienlac.people.access import store as access

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from lienlac.agreements.terms import Terms
    from lienlac.intelligence.sharing.rules.sifting import Candidate, Gate
    from lienlac.intelligence.sharing.store.given import Given
    from lienlac.intelligence.sharing.store.shares import Share


class Parts(NamedTuple):
    """What goes, with what the peer has of it; what it may not have any more; what was revoked behind its back.

    `outdated`: what it has an older version of, because the newer one stays here.
    """

    go: list[tuple[Candidate, Given | None]]
    back: list[Given]
    revoked: list[Given]
    outdated: list[tuple[Candidate, Given]]


def parted(connection: Connection, share: Share, found: Sequence[Candidate], terms: Terms, *, sending: bool) -> Parts:
    """Judge what was found by the marks as they are now."""
    known = given.of_peer(connection, share.peer, [one.object_id for one in found])
    parts = Parts([], [], [], [])
    for one, why in judged(connection, share.collection, found, gate(connection, share, terms)):
        before = known.get(one.object_id)
        there = before is not None and before.there
        if before is not None and there and before.share and before.version_us >= one.version_us:
            continue
        if why is None:
            if sending and _goes(share, one, before):
                parts.go.append((one, before))
        elif before is not None and there:
            _stays(parts, share, one, why, before)
    return parts


def _stays(parts: Parts, share: Share, one: Candidate, why: Why, before: Given) -> None:
    """What becomes of that which the peer has of an object whose newer version stays here.

    What the peer itself wrote newer is not kept from it, and of another share is told there.
    """
    if _firm(why, before, share):
        parts.back.append(before)
    elif why is not Why.THEIRS and before.share == share.number:
        if one.revoked:
            parts.revoked.append(before)
        else:
            parts.outdated.append((one, before))


def gate(connection: Connection, share: Share, terms: Terms) -> Gate:
    """What a share lets through now."""
    thing = access.thing(connection, share.order.collection)
    shown = collections.numbered(connection, share.collection).ceiling
    return gate_of(terms, share.order, shown=shown, restricted=thing.restricted)


def no_longer(connection: Connection, share: Share, before: Given, terms: Terms) -> bool:
    """Whether a peer may not have an object any more, by the marks that stand beside it now."""
    one = given.candidate(connection, share.collection, before.object_id)
    if one is None:
        return False
    why = withheld(one, gate(connection, share, terms), sources.named(connection, {one.source}))
    return why is not None and _firm(why, before, share)


def _firm(why: Why, before: Given, share: Share) -> bool:
    """Whether what was given before must come back: another share may let through what this one does not."""
    return why in FIRM and (why is not Why.CHOSEN or before.share == share.number)


def _goes(share: Share, one: Candidate, before: Given | None) -> bool:
    """Whether a share sends it: what it chose, and newer versions of what the peer has.

    What an officer took back goes again only under a share that was decided on later.
    """
    if before is not None and before.state in given.BACK and before.code.startswith("officer"):
        return clock.from_us(before.at_us) < share.created_at
    if share.order.standing or one.added_us <= share.order.until_us:
        return True
    return before is not None and before.there
