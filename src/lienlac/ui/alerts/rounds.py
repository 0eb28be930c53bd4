"""Rounds of alerts: when something happens, what waits for each officer who looks at a page is made in one go.

A thousand pages that each asked for it anew would take this machine half a minute. What depends on an officer only by
roles and scope is made once for all to whom the same is shown; what is personal is asked for each. A stream waits for
a round that begins after its notice; while one is made, the next one gathers.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from lienlac import limits
from lienlac.people.access import store as access
from lienlac.people.rights import scope_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from sqlalchemy import Connection

    from lienlac.ui.nav import Alert, Nav
    from lienlac.ui.page import Ask

_AT_ONCE: Final = 100
"""Officers looked after in one reading of the database, so that none lasts long."""

Memo = dict["Hashable", list["Alert"]]


@dataclass(slots=True)
class _Round:
    asks: list[Ask] = field(default_factory=list)
    made: asyncio.Task[dict[int, str]] | None = None


class Rounds:
    """One for each application. Lives in its event loop."""

    def __init__(self) -> None:
        self._gathering: _Round | None = None
        self._last: asyncio.Task[dict[int, str]] | None = None

    async def of(self, ask: Ask) -> str:
        """The alert as this officer's page shows it, as it stands after this call; "" when nothing waits."""
        mine = self._gathering
        if mine is None:
            mine = self._gathering = _Round()
            self._last = asyncio.get_running_loop().create_task(self._make(mine, self._last))
            mine.made = self._last
        mine.asks.append(ask)
        made = await asyncio.shield(mine.made) if mine.made is not None else {}
        return made.get(id(ask), "")

    async def _make(self, gathering: _Round, before: asyncio.Task[dict[int, str]] | None) -> dict[int, str]:
        if before is not None and not before.done():
            await asyncio.wait([before])
        await asyncio.sleep(limits.LIVE_GATHER_S)
        self._gathering = None
        made: dict[int, str] = {}
        memo: Memo = {}
        for start in range(0, len(gathering.asks), _AT_ONCE):
            # not in the threads of pages: what waits for a hand never waits for who browses
            made |= await asyncio.to_thread(_made_for, gathering.asks[start : start + _AT_ONCE], memo)
        return made


def _made_for(asks: Sequence[Ask], memo: Memo) -> dict[int, str]:
    """What some pages show, by page."""
    nav, database = asks[0].ground.nav, asks[0].database
    found: dict[int, str] = {}
    with database.read() as connection:
        keys = frozenset().union(*(scope_of(ask.officer).keys for ask in asks))
        named = access.named_anywhere(connection, keys)
        for ask in asks:
            ask.now = ask.ground.clock.now()
            alerts = _alerts(nav, connection, ask, named, memo)
            if alerts:
                found[id(ask)] = ask.piece("_alert.html", alerts=alerts, anew=True)
    return found


def _alerts(nav: Nav, connection: Connection, ask: Ask, named: frozenset[str], memo: Memo) -> list[Alert]:
    """First what is this officer's own, then what everybody of the same sight is shown."""
    officer, words, scope = ask.officer, ask.words, scope_of(ask.officer)
    # keys by which nothing is named show nothing: without them, most officers have the same scope
    sight = replace(scope, officer_id="", keys=scope.keys & named)
    group = (sight, officer.roles, officer.active, words)
    if group not in memo:
        made = (maker(connection, officer, words) for maker in nav.shared_alerts)
        memo[group] = [alert for alert in made if alert is not None]
    own = (maker(connection, officer, words) for maker in nav.alerts)
    return [*(alert for alert in own if alert is not None), *memo[group]]
