"""THE ladder of a message that waits for a second officer: who is told by now, given who was told and reached.

Theory of operation
-------------------
A release has a beginning and an end, and three stages between them. First: those on call who may decide, or where none
is on call everybody who may. Half of the time gone: everybody who may decide, those on call first. Four fifths gone:
the same once more, and the supervisors who may know of it, since nobody who was asked has looked. Where a life is in
danger the stages also begin after as many minutes as each rank of an alarm has, however long the release may wait.

When everybody whom a stage tells was told in vain, because every channel of theirs failed or they have none, the next
stage's people are told at once. Nobody is told twice in one stage. A stage that was slept through is not made up for:
whoever looks late tells the latest. Reads no clock: the present is an argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from lienlac.duty.alarms.ladder import PATIENCE, Heard

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Stage(IntEnum):
    """How far a release's time has gone, in percent."""

    FIRST = 0
    HALF = 50
    LAST = 80


_FASTER: Final = {"life": PATIENCE["life"]}
"""Urgencies whose stages begin after this long each, whatever the time that is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Able:
    """Who may be told, by officer's id, each once: those on call and the others who may decide, and supervisors."""

    on_call: tuple[str, ...]
    others: tuple[str, ...]
    supervisors: tuple[str, ...] = ()


def begins(stage: Stage, created: datetime, expires: datetime, urgency: str) -> datetime:
    """When a stage begins."""
    share = created + (expires - created) * int(stage) / 100
    step = _FASTER.get(urgency)
    return share if step is None else min(share, created + step * list(Stage).index(stage))


def stage_at(created: datetime, expires: datetime, urgency: str, now: datetime) -> Stage:
    """The stage of this moment."""
    return max(stage for stage in Stage if stage is Stage.FIRST or begins(stage, created, expires, urgency) <= now)


def due(stage: Stage, able: Able, told: Mapping[str, Heard]) -> tuple[str, ...]:
    """Whom to tell in this stage. `told`: those who were told in it already, and whether it reached them."""
    for one in (each for each in Stage if each >= stage):
        wanted = _people(one, able)
        missing = tuple(owner for owner in wanted if owner not in told)
        if missing or any(told[owner] is not Heard.UNREACHED for owner in wanted):
            return missing
    return ()


def _people(stage: Stage, able: Able) -> tuple[str, ...]:
    if stage is Stage.FIRST:
        return able.on_call or able.others
    known = (*able.on_call, *able.others, *(able.supervisors if stage is Stage.LAST else ()))
    return tuple(dict.fromkeys(known))
