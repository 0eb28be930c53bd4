"""What an officer may set beside an object. Pure.

Nothing goes below the floor: what the object says of itself, and what its source stated. Lowering is less strict TLP or
PAP, or a handling code less; grading judges the source and is no lowering.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.errors import Refused
from lienlac.intelligence.collection import Marks, strictest
from lienlac.vocabulary import marks as words

if TYPE_CHECKING:
    from lienlac.intelligence.collection import Collection


def lowers(before: Marks, after: Marks) -> bool:
    """Whether something that is protected now would be less so."""
    return (
        words.tlp.rank(after.tlp) < words.tlp.rank(before.tlp)
        or words.pap.rank(after.pap) < words.pap.rank(before.pap)
        or not _codes(before) <= _codes(after)
    )


def above(floor: Marks, chosen: Marks) -> Marks:
    """What holds for a version with this floor; its grading is what was chosen."""
    held = strictest(chosen, floor)
    return Marks(
        tlp=held.tlp,
        pap=held.pap,
        handling=held.handling,
        grade_4x4=chosen.grade_4x4,
        grade_6x6=chosen.grade_6x6,
    )


def check(chosen: Marks, floor: Marks, collection: Collection) -> None:
    """Raises `Refused("intel-marks-floor" | "intel-marks-ceiling")`."""
    if not chosen.tlp:
        raise Refused("code-unknown", field="tlp", value="", vocabulary="tlp")
    if above(floor, chosen) != chosen:
        raise Refused("intel-marks-floor", field="tlp", tlp=floor.tlp or "clear", pap=floor.pap)
    if words.tlp.rank(chosen.tlp) > words.tlp.rank(collection.ceiling):
        raise Refused("intel-marks-ceiling", field="tlp", mark=chosen.tlp, ceiling=collection.ceiling)


def _codes(marks: Marks) -> frozenset[str]:
    return frozenset(marks.handling) - {"h0"}
