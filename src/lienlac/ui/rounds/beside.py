"""What stands beside pages - places with their numbers, the link's state, alerts, trouble - made for many at once.

What depends on an officer only by roles and sight is made with their eye, once for all who have the same; what is
personal is asked for each. What was made alike is also drawn once. Nothing of a page's secrets is at hand here: a
template that reads one fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from lienlac.people.rights import may
from lienlac.ui import nav as beside
from lienlac.ui.nav import ToSome
from lienlac.ui.rounds.sight import eye_of, named

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from sqlalchemy import Connection

    from lienlac.people.officer import Officer
    from lienlac.ui.nav import Alert, AlertMaker, Concerned, NavItem
    from lienlac.ui.page import Ask
    from lienlac.ui.rounds.gathering import Pieces
    from lienlac.ui.rounds.open_page import OpenPage
    from lienlac.ui.rounds.sight import Memo
    from lienlac.ui.words import Words

T = TypeVar("T")


def make(pages: Sequence[OpenPage], memo: Memo) -> list[Pieces]:
    """For each of these pages everything that stands beside it."""
    with pages[0].ask.database.read() as connection:
        known = named(connection, pages)
        return [_one(page, connection, known, memo) for page in pages]


def _one(page: OpenPage, connection: Connection, known: frozenset[str], memo: Memo) -> Pieces:
    ask, officer, words, nav = page.ask, page.ask.officer, page.ask.words, page.ask.ground.nav
    told = _Told(connection, officer, eye_of(officer, known), words, memo)
    alerts = [told.alert(maker) for maker in nav.alerts]
    alerts += told.once("alerts", words, lambda eye: [maker(connection, eye, words) for maker in nav.shared_alerts])
    counts = {item.path: told.number(item) for item in nav.items if item.badge and may(officer, item.action)}
    chip = told.once("chip", words, lambda eye: beside.chip(nav, connection, eye, words))
    if chip is not None and chip.path == page.path:
        chip = None
    return officer, {
        "map": _drawn(ask, memo, "_map.html", map=beside.placed(nav, officer, words, page.path, counts)),
        "chip": _drawn(ask, memo, "_chip.html", chip=chip, path=""),
        "alert": _drawn(ask, memo, "_alert.html", alerts=tuple(one for one in alerts if one is not None)),
        "trouble": _drawn(ask, memo, "_trouble.html", trouble=_trouble(ask, memo)),
    }


@dataclass(frozen=True, slots=True)
class _Told:
    """What one officer is told: their own where it concerns them, else what everybody of their eye is told."""

    connection: Connection
    officer: Officer
    eye: Officer
    words: Words
    memo: Memo

    def once(self, what: str, given: Hashable, make: Callable[[Officer], T]) -> T:
        return self.memo.once("told", (what, given, self.eye), lambda: make(self.eye))

    def alert(self, maker: AlertMaker) -> Alert | None:
        if self._is_own(maker.concerns if isinstance(maker, ToSome) else None):
            return maker(self.connection, self.officer, self.words)
        return self.once("alert", (maker, self.words), lambda eye: maker(self.connection, eye, self.words))

    def number(self, item: NavItem) -> int:
        badge = item.badge
        if badge is None:
            return 0
        if self._is_own(item.concerns):
            return badge(self.connection, self.officer)
        return self.once("number", item.path, lambda eye: badge(self.connection, eye))

    def _is_own(self, concerns: Concerned | None) -> bool:
        if concerns is None:
            return True
        found = self.memo.once("concerned", concerns, lambda: concerns(self.connection))
        return found is None or self.officer.id in found


def _trouble(ask: Ask, memo: Memo) -> beside.Trouble | None:
    now = memo.at(ask.ground.clock.now())
    return memo.once("trouble", ask.words, lambda: beside.trouble(ask.database, ask.words, now))


def _drawn(ask: Ask, memo: Memo, template: str, **values: Hashable) -> bytes:
    """A piece as it goes down the stream, drawn once for all who are shown the same in the same words."""
    now = memo.at(ask.ground.clock.now())
    key = (template, ask.words, *values.values())
    return memo.once("drawn", key, lambda: as_message(ask.ground.drawn(template, ask.words, now, anew=True, **values)))


def as_message(html: str) -> bytes:
    """A message without a name: the browser puts its pieces where they belong, by their ids."""
    return "".join(f"data: {line}\n" for line in html.splitlines()).encode() + b"\n"
