"""Whose streams these are, as of now: looked up for many at once, so that a thousand open pages cost little at rest.

A stream ends when its session was ended or is over, its officer's account is closed, or they may no longer read what
they follow. The page of an officer who stands duty now counts as used, though nobody touches it: a screen on the wall
must not go dark in the middle of a shift. Nobody is fresh by it, and the session ends when it must in any case.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lienlac import limits
from lienlac.people import sessions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lienlac.people.officer import Officer
    from lienlac.ui.page import Ask

_Held = dict[str, "Officer"]


class Beliefs:
    """One for each application. Lives in its event loop."""

    def __init__(self) -> None:
        self._asks: list[Ask] = []
        self._made: asyncio.Task[_Held] | None = None

    async def of(self, ask: Ask) -> Officer | None:
        """The officer of this stream's session as they are by now; waits a little for others who ask the same."""
        loop = asyncio.get_running_loop()
        if self._made is None or self._made.get_loop() is not loop or len(self._asks) >= limits.LIVE_BELIEVED_AT_ONCE:
            self._asks = []
            self._made = loop.create_task(self._gather(self._asks))
        self._asks.append(ask)
        return _found(ask, await asyncio.shield(self._made))

    @staticmethod
    async def at_once(ask: Ask) -> Officer | None:
        """As `of`, for whom something has changed."""
        return _found(ask, await asyncio.to_thread(_look, [ask]))

    async def _gather(self, asks: list[Ask]) -> _Held:
        await asyncio.sleep(limits.LIVE_BELIEF_GATHER_S)
        if self._asks is asks:
            self._made = None  # whoever comes now has the next look
        return await asyncio.to_thread(_look, asks)


def _found(ask: Ask, held: _Held) -> Officer | None:
    return None if ask.session is None else held.get(ask.session.id)


def _look(asks: Sequence[Ask]) -> _Held:
    """The officers of those sessions that still count. Not in the threads of pages."""
    ground, now = asks[0].ground, asks[0].ground.clock.now()
    ids = {ask.session.id for ask in asks if ask.session is not None}
    with ground.database.read() as connection:
        found = sessions.holders(connection, ids, now)
        watched = [
            session_id
            for session_id, (officer, seen_at) in found.items()
            if ground.at_work is not None
            and now - seen_at >= sessions.TOUCH_EVERY
            and ground.at_work(connection, officer.id, now)
        ]
    if watched:
        sessions.keep(ground.database, watched, now)
    return {session_id: officer for session_id, (officer, _) in found.items()}
