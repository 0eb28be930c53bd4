"""What stands beside every page: the places an officer may go, their badges, the state of the link, what needs a hand.

Slices hand their items to the app factory; nothing here knows a slice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from markupsafe import Markup

from lienlac import limits
from lienlac.people.rights import Action, may
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.people.officer import Officer
    from lienlac.storage.database import Database
    from lienlac.ui.home.cards import CardMaker
    from lienlac.ui.words import Words

Tone = Literal["good", "warn", "bad", "plain"]

TOPICS: Final = {
    "requests": Action.REQUEST_READ,
    "emergencies": Action.EMERGENCY_READ,
    "warnings": Action.FLASH_READ,
    "cases": Action.CASE_READ,
    "programmes": Action.PROGRAMME_READ,
    "delegations": Action.DELEGATION_READ,
    "lessons": Action.LESSON_READ,
    "sharing": Action.INTEL_READ,
    "link": Action.PEER_READ,
    "log": Action.LOG_READ,
    "alarms": Action.ALARM_READ,
    "duty": Action.ROSTER_READ,
    "approvals": Action.RELEASE_READ,
}
"""What a page may follow live, and who may."""
_FOLLOWED: Final = ("requests", "emergencies", "warnings", "approvals", "link", "alarms", "duty")
"""What every page follows, so that a new request is seen wherever the officer is."""


class Badge(Protocol):
    """How many things wait behind a nav item; 0 shows nothing."""

    def __call__(self, connection: Connection, officer: Officer, /) -> int:
        """Count them."""
        ...


class Heading(StrEnum):
    """Under which a place stands; in this order."""

    DESK = N_("Duty desk")
    INTELLIGENCE = N_("Intelligence")
    COOPERATION = N_("Cooperation")
    NODE = N_("This node")


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """One place: `label` is a msgid (`N_`), shown to officers who may do `action`; lower `order` stands higher.

    `within` makes it a tab of another place, named by its path: what waits behind it counts there too.
    `concerns`: for whom the number is another one than for all others of the same roles and scope; None: for each.
    """

    label: str
    path: str
    action: Action
    order: int = 50
    badge: Badge | None = None
    heading: Heading = Heading.DESK
    within: str = ""
    concerns: Concerned | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A short state in the header, such as "Partner US online"; `text` is already in the reader's language."""

    text: str
    tone: Tone = "plain"
    path: str | None = None


class Concerned(Protocol):
    """To whom something else is said than to all others of the same roles and scope."""

    def __call__(self, connection: Connection, /) -> frozenset[str] | None:
        """Ids of these officers; None: to each their own."""
        ...


def nobody(_connection: Connection) -> frozenset[str]:
    """`Concerned`: the same is said to all."""
    return frozenset()


class ChipMaker(Protocol):
    """The state of the links in one chip, or None when there is nothing to say."""

    def __call__(self, connection: Connection, officer: Officer, words: Words, /) -> Chip | None:
        """Say it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What waits for somebody's hand at once: how many, the sentence, and the first of them with its deadline.

    `ring` is another text whenever something new is among it; the browser sounds by it, for who switched that on.
    """

    count: int
    text: str
    label: str
    path: str
    due_at: datetime | None = None
    ring: str = ""


class AlertMaker(Protocol):
    """What waits for this officer's hand, or None when nothing does."""

    def __call__(self, connection: Connection, officer: Officer, words: Words, /) -> Alert | None:
        """Say it."""
        ...


@dataclass(frozen=True, slots=True)
class ToSome:
    """An alert that is another one only for those whom it concerns, and is made once for all others of their sight."""

    make: AlertMaker
    concerns: Concerned

    def __call__(self, connection: Connection, officer: Officer, words: Words, /) -> Alert | None:
        """As `make`."""
        return self.make(connection, officer, words)


class Gathering(Protocol):
    """Makes something for all open pages that want it, together, and sends it down their streams."""

    def join(self, page: Any, /) -> None:
        """Make it for this page too, as it stands from now on."""
        ...


class Looking(Protocol):
    """Looks up whose streams these are by now."""

    async def of(self, ask: Any, /) -> Officer | None:
        """The officer of the stream that this call began; None ends it."""
        ...

    async def at_once(self, ask: Any, /) -> Officer | None:
        """As `of`, without waiting for others."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What open pages need together: what stands beside them, what they show, and whose they are."""

    beside: Gathering
    views: Gathering
    beliefs: Looking


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a page shows and many may look at: drawn once for all who are shown the same, whenever a topic changes.

    `draw` gets a call without a face (`Ask.faceless`): no session, no token, and as much of an officer as all share to
    whom it is sent. It returns elements with ids, each with `hx-swap-oob="outerMorph"`.
    """

    topics: frozenset[str]
    action: Action
    draw: Callable[[Any], str]


Views = Mapping[str, View]
"""By the path of the page."""


class Panel(Protocol):
    """A piece that one slice shows on another's page: the page names the place, the assembly says who fills it."""

    def __call__(self, ask: Any, /, **about: str) -> Markup:
        """HTML made from a template, or "". `ask` is the call, which this file may not name: it stands beneath.

        `about` says what the page is about, as ids: `peer`, `request`.
        """
        ...


Panels = Mapping[str, Sequence[Panel]]
"""By place: "inbox", "found" (words), "case" (case), "request" and "emergency" (request, peer), "health", "partner" and
"partner-row" (peer), "intel-object" (object), "hit" (kind, thing, name): one thing that a search has found.
"""


def joined(*several: Panels) -> Panels:
    """The pieces of several slices, at each place in this order."""
    places = dict.fromkeys(place for panels in several for place in panels)
    return {place: tuple(panel for panels in several for panel in panels.get(place, ())) for place in places}


def fill(panels: Panels, place: str, ask: Any, about: Mapping[str, str]) -> Markup:
    """Everything that stands in a place, in the order of the assembly."""
    return Markup("").join(panel(ask, **about) for panel in panels.get(place, ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Nav:
    """Everything that slices put beside the pages and on the first one. The chip is for those who may see peers.

    `alerts` are an officer's own, or `ToSome`; `shared_alerts` say the same to all of the same roles, scope and words.
    """

    items: Sequence[NavItem] = field(default=())
    chip: ChipMaker | None = None
    shared_alerts: Sequence[AlertMaker] = field(default=())
    alerts: Sequence[AlertMaker] = field(default=())
    cards: Sequence[CardMaker] = field(default=())

    def joined(self, items: Sequence[NavItem], cards: Sequence[CardMaker] = ()) -> Nav:
        """This nav with more items and cards."""
        return replace(self, items=(*self.items, *items), cards=(*self.cards, *cards))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A nav item as one officer sees it on one page."""

    label: str
    path: str
    current: bool
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A heading with its places."""

    label: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """Where an officer may go from one page: groups of places, and the tabs of the place that this page belongs to."""

    groups: tuple[Group, ...] = ()
    tabs: tuple[Place, ...] = ()

    @property
    def count(self) -> int:
        """How many things wait in all."""
        return sum(place.count for group in self.groups for place in group.places)


def places(nav: Nav, connection: Connection, officer: Officer, words: Words, path: str) -> Map:
    """The items this officer may open, in order; the one with the longest matching path is current.

    A tab whose place is closed to the officer is a place of its own.
    """
    badges = {item.path: item.badge for item in nav.items if item.badge is not None and may(officer, item.action)}
    return placed(nav, officer, words, path, {path: badge(connection, officer) for path, badge in badges.items()})


def placed(nav: Nav, officer: Officer, words: Words, path: str, numbers: Mapping[str, int]) -> Map:
    """As `places`, with the numbers at hand, by path."""
    open_to = sorted((item for item in nav.items if may(officer, item.action)), key=lambda item: item.order)
    counts = {item.path: numbers.get(item.path, 0) for item in open_to}
    home = {item.path: item.within if item.within in counts else item.path for item in open_to}
    matching = [item.path for item in open_to if path == item.path or _holds(item.path, path)]
    current = max(matching, key=len, default="")

    def seen(item: NavItem, *, here: bool, count: int) -> Place:
        return Place(label=words.gettext(item.label), path=item.path, current=here, count=count)

    groups = []
    for heading in Heading:
        inside = [
            seen(
                item,
                here=item.path == home.get(current),
                count=sum(count for one, count in counts.items() if home[one] == item.path),
            )
            for item in open_to
            if item.heading is heading and home[item.path] == item.path
        ]
        if inside:
            groups.append(Group(label=words.gettext(heading), places=tuple(inside)))
    tabs = [
        seen(item, here=item.path == current, count=counts[item.path])
        for item in open_to
        if current and home[item.path] == home[current]
    ]
    return Map(groups=tuple(groups), tabs=tuple(tabs) if len(tabs) > 1 else ())


def _holds(above: str, path: str) -> bool:
    """Whether a page stands below a place; the first page has none below it."""
    return above != "/" and path.startswith(above + "/")


def chip(nav: Nav, connection: Connection, officer: Officer, words: Words) -> Chip | None:
    """The link's state, for those who may see peers."""
    if nav.chip is None or not may(officer, Action.PEER_READ):
        return None
    return nav.chip(connection, officer, words)


def alerts(nav: Nav, connection: Connection, officer: Officer, words: Words) -> list[Alert]:
    """What waits for this officer's hand."""
    made = (maker(connection, officer, words) for maker in (*nav.alerts, *nav.shared_alerts))
    return [alert for alert in made if alert is not None]


def topics(officer: Officer) -> str:
    """What this officer's pages follow, as `/live` takes it; empty for who may follow nothing."""
    return ",".join(topic for topic in _FOLLOWED if may(officer, TOPICS[topic]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """This node can save nothing; `at` is when that showed last."""

    text: str
    at: datetime


_TROUBLES: Final = {
    "storage-full": N_("This node can save nothing: its disk is full."),
    "storage-read-only": N_("This node can save nothing: its database may only be read."),
    "storage-unavailable": N_("This node can save nothing: its database cannot be reached."),
    "storage-damaged": N_("This node can save nothing: its database reports damage."),
}


def trouble(database: Database, words: Words, now: datetime) -> Trouble | None:
    """What every officer must know, whether or not they have just tried to act: no message is being taken."""
    found = database.trouble(limits.TROUBLE_SHOWN_S)
    if found is None:
        return None
    fault, age_s = found
    return Trouble(
        text=words.gettext(_TROUBLES.get(fault.code, _TROUBLES["storage-unavailable"])),
        at=now - timedelta(seconds=age_s),
    )
