"""THE table of a file's journey (clauses 14.6 to 14.9). Every transition lives here; nothing else moves a file on.

A file that leaves waits for its message's receipt, moves, and is whole when the peer signs that it is. A file that
comes moves from the moment its message was accepted, is checked when its last chunk is there, and is then whole, or
held back by a scanner, or failed. What both sides say may come in any order and more than once: an event that the
table does not name changes nothing.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Way(StrEnum):
    """Which way a file goes."""

    OUT = "out"
    IN = "in"


class Stage(StrEnum):
    """How far it has come."""

    WAITING = "waiting"
    MOVING = "moving"
    CHECKING = "checking"
    WHOLE = "whole"
    HELD = "held"
    FAILED = "failed"
    DROPPED = "dropped"


class Event(StrEnum):
    """What can happen to it."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    COMPLETE = "complete"
    LAST_CHUNK = "last-chunk"
    SUSPECT = "suspect"
    RELEASED = "released"
    FAIL = "fail"
    WANTED = "wanted"


TABLE: Final[dict[Way, dict[Stage, dict[Event, Stage]]]] = {
    Way.OUT: {
        Stage.WAITING: {
            Event.ACCEPTED: Stage.MOVING,
            Event.REFUSED: Stage.DROPPED,
            Event.COMPLETE: Stage.WHOLE,
            Event.FAIL: Stage.FAILED,
            Event.WANTED: Stage.MOVING,
        },
        Stage.MOVING: {Event.COMPLETE: Stage.WHOLE, Event.FAIL: Stage.FAILED, Event.WANTED: Stage.MOVING},
        Stage.WHOLE: {Event.WANTED: Stage.MOVING},
        Stage.FAILED: {Event.COMPLETE: Stage.WHOLE, Event.WANTED: Stage.MOVING},
        Stage.DROPPED: {Event.ACCEPTED: Stage.MOVING, Event.COMPLETE: Stage.WHOLE},
    },
    Way.IN: {
        Stage.MOVING: {Event.LAST_CHUNK: Stage.CHECKING, Event.FAIL: Stage.FAILED},
        Stage.CHECKING: {Event.COMPLETE: Stage.WHOLE, Event.SUSPECT: Stage.HELD, Event.FAIL: Stage.FAILED},
        Stage.HELD: {Event.RELEASED: Stage.WHOLE, Event.WANTED: Stage.MOVING},
        Stage.WHOLE: {Event.WANTED: Stage.MOVING},
        Stage.FAILED: {Event.WANTED: Stage.MOVING},
    },
}

BEGINNING: Final = {Way.OUT: Stage.WAITING, Way.IN: Stage.MOVING}


def follows(way: Way, stage: Stage, event: Event) -> Stage | None:
    """Where an event leads; None when it changes nothing here."""
    return TABLE[way].get(stage, {}).get(event)
