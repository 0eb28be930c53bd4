"""An officer asks a server which collections it has, by the same judged line that feeds use; nothing is stored.

Only hosts that the settings name are called, at addresses that were judged; no redirect and no root on another server
is followed, so credentials go to the typed address and nowhere else. The journal has who asked which host.
"""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.intelligence.feeds.courier.line import BrokenError, Line
from lienlac.intelligence.feeds.courier.taxii import offered
from lienlac.people import rights
from lienlac.people.rights import Action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lienlac.clock import Clock
    from lienlac.intelligence.adding.desk import Record
    from lienlac.intelligence.feeds.courier.line import Network
    from lienlac.intelligence.feeds.feed import Sealed
    from lienlac.people.officer import Officer
    from lienlac.storage.database import Database

_turns: Final = threading.BoundedSemaphore(limits.FEED_LOOKS_AT_ONCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A collection of the server: in which root, and whether these credentials may read or add."""

    root: str
    id: str
    title: str
    can_read: bool
    can_write: bool


class Looking:
    """Asks servers. Blocks: for threads of their own."""

    def __init__(self, *, database: Database, clock: Clock, record: Record, network: Network) -> None:
        self._database = database
        self._clock = clock
        self._record = record
        self._network = network

    def look(self, officer: Officer, secrets: Sealed) -> Sequence[Offered]:
        """What the server at this address offers. Raises `Refused`, `NotAllowed`: `feed-…`."""
        rights.require(officer, Action.COLLECTION_MANAGE)
        target = self._network.places.target(secrets.address)
        now = self._clock.now()
        detail = {"host": target.host}
        self._database.write(
            lambda connection: self._record(
                connection, at=now, actor=officer.id, action="feed.look", thing="", detail=detail
            )
        )
        if not _turns.acquire(timeout=limits.FEED_LOOK_WAIT_S):
            raise NotAllowed("feed-look-busy")
        try:
            return asyncio.run(self._ask(secrets))
        except BrokenError as error:
            raise Refused(error.code, field="address", **error.details) from error
        finally:
            _turns.release()

    async def _ask(self, secrets: Sealed) -> Sequence[Offered]:
        try:
            async with asyncio.timeout(limits.FEED_LOOK_S), Line(self._network, secrets, self._clock.now()) as line:
                found = await offered(line)
        except TimeoutError:
            raise BrokenError("feed-timeout") from None
        made = [
            Offered(root=root, id=one.id, title=one.title, can_read=one.can_read, can_write=one.can_write)
            for root, offers in found
            for one in offers
        ]
        return made[: limits.FEED_OFFERS_MAX]
