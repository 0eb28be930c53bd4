"""The board: commitments by state and side; the calendar: what has its time, in order; as iCalendar too. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from lienlac.programmes.programme import promised
from lienlac.wire.bodies.programmes import Doing, Promise, Reached

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from lienlac.records.shared.fold import Element

PRODUCT: Final = "-//Lienlac//Programme//EN"
_OPEN: Final = frozenset({Promise.PROPOSED, Promise.PROMISED, Promise.STARTED})
_TIMED: Final = ("commitment", "milestone", "action-day", "operation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One commitment as its owner's column says it. `others`: what other columns say differently."""

    element: str
    says: Any
    late: bool
    others: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One side's commitments by state, in the order of their time."""

    owner: str
    cards: dict[Promise, list[Card]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(len(cards) for cards in self.cards.values())


def board(elements: Iterable[Element], owners: Iterable[str], now: datetime) -> list[Lane]:
    """A lane for each side, this order; whoever owes something and is no member any more comes last."""
    lanes = {owner: Lane(owner=owner, cards={state: [] for state in Promise}) for owner in owners}
    for element in elements:
        says = promised(element)
        if says is None:
            continue
        lane = lanes.setdefault(says.owner, Lane(owner=says.owner, cards={state: [] for state in Promise}))
        others = tuple(
            (one.author, one.says)
            for one in element.standing
            if one.says != says and (one.says.due, one.says.title, one.says.owner) != (says.due, says.title, says.owner)
        )
        late = says.state in _OPEN and says.due < now
        lane.cards[says.state].append(Card(element=element.id, says=says, late=late, others=others))
    for lane in lanes.values():
        for cards in lane.cards.values():
            cards.sort(key=lambda card: (card.says.due, card.element))
    return list(lanes.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something with its time. `over`: it is done, reached, dropped or called off."""

    element: str
    kind: str
    says: Any
    starts: datetime
    ends: datetime | None
    over: bool
    cancelled: bool


def events(elements: Iterable[Element]) -> list[Event]:
    """Everything that has its time, the earliest first; of commitments what their owner says."""
    found = []
    for element in elements:
        says = promised(element) if element.kind == "commitment" else _first(element)
        starts = None if says is None else getattr(says, "starts", None) or getattr(says, "due", None)
        if starts is None or element.kind not in _TIMED:
            continue
        found.append(
            Event(
                element=element.id,
                kind=element.kind,
                says=says,
                starts=starts,
                ends=getattr(says, "ends", None),
                over=says.state not in {Reached.OPEN, Doing.PLANNED, Doing.RUNNING, *_OPEN},
                cancelled=says.state in {Doing.CANCELLED, Promise.DROPPED, Reached.DROPPED},
            )
        )
    return sorted(found, key=lambda event: (event.starts, event.element))


def icalendar(found: Iterable[Event], *, name: str, host: str, at: datetime) -> bytes:
    """The calendar as a file. Its marks are the reader's to heed: only titles and times stand in it."""
    from icalendar import Calendar  # slow to load, seldom needed
    from icalendar import Event as Written

    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", _clean(name))
    for one in found:
        event = Written()
        event.add("uid", f"{one.element}@{host}")
        event.add("dtstamp", at.astimezone(UTC))
        event.add("dtstart", one.starts.astimezone(UTC))
        if one.ends is not None:
            event.add("dtend", one.ends.astimezone(UTC))
        event.add("summary", _clean(one.says.title.vi or one.says.title.en))
        event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
        place = getattr(one.says, "place", "")
        if place:
            event.add("location", _clean(place))
        made.add_component(event)
    return bytes(made.to_ical())


def _first(element: Element) -> Any:
    return element.standing[0].says if element.standing else None


def _clean(text: str) -> str:
    """Text as a calendar may hold it: one line, no signs that are no text."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
