"""What may leave by a feed: marks, handling codes and who gave it decide, for each object by itself. Pure.

A feed's other side signed nothing with us, and our own marks beside an object do not travel: its bytes leave as they
are. So whatever is bound by a handling code (H1 to H3) or by PAP red stays here, and so does what was marked above the
ceiling that two officers chose, what a partner gave us, and, unless those officers said otherwise, what came by a feed.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from lienlac.intelligence.collection import Giver
from lienlac.vocabulary import marks

_OURS: Final = frozenset({Giver.OFFICER.value, Giver.TOKEN.value, Giver.FILE.value})


class Row(NamedTuple):
    """A stored version as far as it decides; `giver` and `ref` say who gave it."""

    added_us: int
    object_id: str
    version_us: int
    tlp: int
    pap: str
    handling: str
    giver: str
    ref: str
    raw: bytes


def may_leave(row: Row, *, ceiling: str, others: bool) -> bool:
    """Whether this version goes out."""
    if row.tlp > marks.tlp.rank(ceiling) or row.pap == "red" or row.handling != "h0":
        return False
    return row.giver in _OURS or (others and row.giver == Giver.FEED.value)
