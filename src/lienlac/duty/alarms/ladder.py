"""THE ladder: who is to be told of a warning by now, given who has been told and whether it reached them.

Theory of operation
-------------------
Ranks: 0, 1, 2 are first, second and third on call; NAMED is the officer named in the agreement. The holder, who took
an earlier warning of the same clock, stands before all of them. Each warning begins at a rank of its own (half of the
clock gone: the first on call; four fifths: the next; all of it: the third) and climbs one rank whenever nobody has
taken it for a while that depends on the urgency, up to a top of its own; only what is overdue, or has no receipt,
reaches the named officer. Where fewer are on call than a warning would begin at, it begins at the last of them.

A rank that nobody could be reached at, because every channel of its people failed or they have none, is climbed over at
once, even beyond the warning's top: an alarm that nobody heard is no alarm.

Who is on call is asked anew at each step, so after a change of shift the new officers are told and the old ones are
not. Nobody is told twice of one warning. Reads no clock: the present is an argument, and stepping more often or more
rarely tells the same people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from lienlac import limits
from lienlac.duty.alarms.alarm import Cause, Phase, Place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from lienlac.duty.alarms.alarm import Warned

NAMED: Final = 3
"""The rank of the officer named in the agreement: behind every line of the roster."""
BEFORE_ALL: Final = -1
"""The rank of who took an earlier warning."""

PATIENCE: Final = {
    "life": timedelta(minutes=limits.LADDER_LIFE_MIN),
    "hot": timedelta(minutes=limits.LADDER_HOT_MIN),
    "urgent": timedelta(minutes=limits.LADDER_URGENT_MIN),
    "normal": timedelta(minutes=limits.LADDER_NORMAL_MIN),
}
"""How long each rank has before the next is told too."""

_BY_PERCENT: Final = {50: (0, 1), 80: (1, 2), 100: (2, NAMED)}
_BY_CAUSE: Final = {
    Cause.NEW: (0, 0),
    Cause.NO_RECEIPT: (0, NAMED),
    Cause.HOLD_ENDS: (0, 0),
    Cause.OVERDUE: (2, NAMED),
    Cause.DUE: (0, 1),
}


class Heard(StrEnum):
    """What became of telling somebody."""

    PENDING = "pending"
    REACHED = "reached"
    UNREACHED = "unreached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may be told: an officer, or the named officer of an agreement."""

    owner: str
    name: str
    place: Place
    rank: int


def reach(warned: Warned) -> tuple[int, int]:
    """The rank at which a warning begins, and the highest that it climbs to by itself."""
    if warned.cause in (Cause.DUE, Cause.OVERDUE) and warned.percent in _BY_PERCENT:
        return _BY_PERCENT[warned.percent]
    return _BY_CAUSE[warned.cause]


def chain(
    on_call: Sequence[tuple[str, str]],
    supervisors: Sequence[tuple[str, str]],
    named: tuple[str, str] | None,
    holder: tuple[str, str] | None,
) -> tuple[Person, ...]:
    """The people in the order of their ranks, each (owner, name) once. Supervisors stand in where nobody is on call."""
    found: dict[str, Person] = {}
    if holder is not None:
        found[holder[0]] = Person(owner=holder[0], name=holder[1], place=Place.HOLDER, rank=BEFORE_ALL)
    standing = [(one, Place.ON_CALL, min(rank, NAMED - 1)) for rank, one in enumerate(on_call)]
    if not standing:
        standing = [(one, Place.SUPERVISOR, 0) for one in supervisors]
    for (owner, name), place, rank in standing:
        # who holds the alarm keeps the first place, yet counts as told at their own rank
        found.setdefault(owner, Person(owner=owner, name=name, place=place, rank=rank))
    if named is not None:
        found.setdefault(named[0], Person(owner=named[0], name=named[1], place=Place.NAMED, rank=NAMED))
    return tuple(sorted(found.values(), key=lambda person: person.rank))


def due(
    warned: Warned,
    phase: Phase,
    urgency: str,
    people: Sequence[Person],
    told: Mapping[str, Heard],
    now: datetime,
) -> tuple[Person, ...]:
    """Whom to tell now. `told`: owners told of this very warning, and whether it reached them."""
    if phase is not Phase.OPEN or now < warned.at:
        return ()
    wanted = _wanted(warned, urgency, people, told, now)
    return tuple(person for person in wanted if person.owner not in told)


def next_climb(
    warned: Warned, phase: Phase, urgency: str, people: Sequence[Person], told: Mapping[str, Heard], now: datetime
) -> datetime | None:
    """When time alone will have somebody else told; None when it never will."""
    if phase is not Phase.OPEN:
        return None
    begins, top = _bounds(warned, people)
    steps = max(0, (now - warned.at) // PATIENCE[urgency])
    for more in range(1, top - begins + 2):
        at = warned.at + PATIENCE[urgency] * (steps + more)
        if any(person.owner not in told for person in _wanted(warned, urgency, people, told, at)):
            return at
    return None


def _wanted(
    warned: Warned, urgency: str, people: Sequence[Person], told: Mapping[str, Heard], now: datetime
) -> list[Person]:
    begins, top = _bounds(warned, people)
    reached = min(top, begins + max(0, (now - warned.at) // PATIENCE[urgency]))
    reached = _over_the_unreached(people, told, begins, reached)
    return [person for person in people if person.rank == BEFORE_ALL or begins <= person.rank <= reached]


def _bounds(warned: Warned, people: Sequence[Person]) -> tuple[int, int]:
    """Where to begin when fewer are on call than the warning would begin at."""
    begins, top = reach(warned)
    standing = [person.rank for person in people if 0 <= person.rank < NAMED]
    if standing:
        begins = min(begins, max(standing))
    elif begins < NAMED:
        begins = min(begins, 0)
    return begins, top


def _over_the_unreached(people: Sequence[Person], told: Mapping[str, Heard], begins: int, reached: int) -> int:
    """Climb on while everybody up to here was told in vain, or nobody stands here at all."""
    while reached < NAMED:
        here = [person for person in people if person.rank == BEFORE_ALL or begins <= person.rank <= reached]
        if any(told.get(person.owner) is not Heard.UNREACHED for person in here):
            return reached
        reached += 1
    return reached
