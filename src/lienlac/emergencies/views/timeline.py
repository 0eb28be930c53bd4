"""What people read of a channel: its timeline, who is on now, how each side sees it, what each has promised.

Pure: derived from the fold alone. An entry is corrected and retracted only by the node that wrote it; a correction
that names another side's entry, or one that is not there, is an entry of its own that says so. A retraction stands,
whatever correction comes after it; the words stay to be seen.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lienlac.emergencies.lifecycle import Side, Step
from lienlac.wire.bodies.emergencies import HandedOver, Said, Severity

if TYPE_CHECKING:
    from datetime import datetime

    from lienlac.emergencies.emergency import Emergency, Fact
    from lienlac.wire.bodies.hotline import Officer

_GRAVITY = list(Severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line: a message, with its own time. `corrections` in order; the last of them is what holds."""

    fact: Fact
    at: datetime
    corrections: tuple[Fact, ...] = ()
    retraction: Fact | None = None
    void: bool = False

    @property
    def present(self) -> Fact:
        """The words that hold now."""
        return self.corrections[-1] if self.corrections else self.fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """An officer who is in the channel now, and since when."""

    side: Side
    seat: str
    officer: Officer
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Handing:
    """A hand-over that the colleague has not taken yet."""

    side: Side
    fact: Fact
    body: HandedOver


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """When a side reports next, and by which message it said so."""

    fact: Fact
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How one side sees it: its last summary, severity and danger to life, each with the message that says so."""

    summary: Fact | None
    severity: Severity | None
    lives_in_danger: bool | None


def items(emergency: Emergency) -> tuple[Item, ...]:
    """Every line of the timeline, the latest on top: by its own time, then by when it was known."""
    corrections, retractions = _changes(emergency)
    folded = {fact.id for several in corrections.values() for fact in several}
    folded |= {fact.id for fact in retractions.values()}
    found = [
        Item(
            fact=fact,
            at=_own_time(corrections.get(fact.id, (fact,))[-1]),
            corrections=corrections.get(fact.id, ()),
            retraction=retractions.get(fact.id),
            void=fact.id in emergency.void,
        )
        for fact in emergency.facts.values()
        if fact.id not in folded
    ]
    return tuple(sorted(found, key=_place, reverse=True))


def own_entry(emergency: Emergency, node_id: str, message_id: str) -> bool:
    """Whether this names an entry that the node wrote and has not retracted: what it may correct and retract."""
    fact = emergency.facts.get(message_id)
    retracted = _changes(emergency)[1]
    return (
        fact is not None
        and fact.step is Step.ENTRY
        and fact.header.sender == node_id
        and fact.counts
        and fact.body.corrects is None
        and message_id not in retracted
    )


def seats(emergency: Emergency, side: Side) -> tuple[Seat, ...]:
    """Who is on now, on one side, the longest there first."""
    here: dict[str, Seat] = {}
    for fact in emergency.said(side, Step.OPEN, Step.ANSWER, Step.PRESENCE, Step.HAND_OVER):
        joins = fact.step in (Step.OPEN, Step.ANSWER) or (fact.step is Step.PRESENCE and fact.body.here)
        if joins:
            since = here[fact.body.seat].since if fact.body.seat in here else fact.header.sent_at
            here[fact.body.seat] = Seat(side=side, seat=fact.body.seat, officer=fact.body.officer, since=since)
        else:
            here.pop(fact.body.seat, None)
    return tuple(here.values())


def handings(emergency: Emergency, side: Side) -> tuple[Handing, ...]:
    """Hand-overs whose colleague has not joined since."""
    waiting: dict[str, Handing] = {}
    for fact in emergency.said(side, Step.PRESENCE, Step.HAND_OVER):
        if fact.step is Step.HAND_OVER:
            waiting[fact.body.to_seat] = Handing(side=side, fact=fact, body=fact.body)
        else:
            waiting.pop(fact.body.seat, None)
    return tuple(waiting.values())


def seat_for(emergency_id: str, officer_id: str) -> str:
    """An officer's seat in a channel: the same for ever, and nothing by which the seat in another channel is known."""
    digest = hashlib.sha256(f"{emergency_id} {officer_id}".encode()).digest()[:16]
    return f"sea-{base64.b32encode(digest).decode().rstrip('=').lower()}"


def promise(emergency: Emergency, side: Side) -> Promise | None:
    """When a side reports next, by the last thing it said about that; None when nothing is promised."""
    for fact in reversed(emergency.said(side, *_PROMISING)):
        stated = fact.body.next_update
        if stated is not None:
            return None if stated.at is None else Promise(fact=fact, at=stated.at)
    return None


def view(emergency: Emergency, side: Side) -> View:
    """How one side sees it now."""
    reports = emergency.said(side, Step.REPORT)
    severities = [fact.body.severity for fact in reports if fact.body.severity is not None]
    dangers = [fact.body.lives_in_danger for fact in reports if fact.body.lives_in_danger is not None]
    summaries = [fact for fact in reports if fact.body.summary is not None]
    opened = emergency.body if side is Side.OPENER else None
    return View(
        summary=summaries[-1] if summaries else (emergency.opening if opened is not None else None),
        severity=severities[-1] if severities else (opened.severity if opened is not None else None),
        lives_in_danger=dangers[-1] if dangers else (opened.lives_in_danger if opened is not None else None),
    )


def severity(emergency: Emergency) -> Severity:
    """The graver of both sides' views."""
    stated = [view(emergency, side).severity for side in Side]
    return min((one for one in stated if one is not None), key=_GRAVITY.index)


def lives_in_danger(emergency: Emergency) -> bool:
    """Whether either side says so."""
    return any(view(emergency, side).lives_in_danger for side in Side)


def urgency(emergency: Emergency) -> str:
    """The word by which agreements and alarms know how fast: life, or a hot case."""
    return urgency_of(danger=lives_in_danger(emergency))


def urgency_of(*, danger: bool) -> str:
    """The same of an opening that is being written."""
    return "life" if danger else "hot"


def summary_text(fact: Fact) -> Said:
    """The words of a side's summary: the opening's situation, until it reports."""
    found: Said = fact.body.situation if fact.step is Step.OPEN else fact.body.summary
    return found


_PROMISING = (Step.OPEN, Step.ANSWER, Step.ENTRY, Step.REPORT, Step.HOLD, Step.STAND_DOWN, Step.RESUME)
"""Steps that may state when the side reports next."""


def _changes(emergency: Emergency) -> tuple[dict[str, tuple[Fact, ...]], dict[str, Fact]]:
    """Corrections and the first retraction of each entry, by the entry's id: its author's own and no other's."""
    corrections: dict[str, tuple[Fact, ...]] = {}
    retractions: dict[str, Fact] = {}
    for side in Side:
        entries = {fact.id for fact in emergency.said(side, Step.ENTRY) if fact.body.corrects is None}
        for fact in emergency.said(side, Step.ENTRY, Step.RETRACT):
            named = fact.body.entry if fact.step is Step.RETRACT else fact.body.corrects
            if named in entries and fact.step is Step.RETRACT:
                retractions.setdefault(named, fact)
            elif named in entries:
                corrections[named] = (*corrections.get(named, ()), fact)
    return corrections, retractions


def _own_time(fact: Fact) -> datetime:
    at: datetime = fact.body.at if fact.step is Step.ENTRY else fact.header.sent_at
    return at


def _place(item: Item) -> tuple[datetime, datetime, int, str]:
    return (item.at, item.fact.known_at, item.fact.header.sequence, item.fact.id)
