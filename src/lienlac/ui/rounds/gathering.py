"""Rounds: pages that want something made gather for a while; it is made for all in one go and handed out at a pace.

A thousand pages that each asked for it by themselves would take this machine half a minute. A page that joins while a
round is under way has its turn in the next one, so what it is shown is never older than its notice. Knows neither what
is made nor for whom.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol

from lienlac.ui.rounds.sight import Memo

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lienlac.people.officer import Officer
    from lienlac.ui.rounds.open_page import OpenPage

_log = logging.getLogger(__name__)
_AT_ONCE = 100
"""Pages made for in one go, so that no reading of the database lasts long."""
_HANDED = 10
"""Pages handed theirs before the loop looks round."""

Pieces = tuple["Officer", "Mapping[str, bytes] | None"]
"""For whom they were made, and what goes down the stream, by kind; None: the page has to ask for it."""


class Maker(Protocol):
    """Makes what some pages are to show, in a thread; one answer for each, in their order."""

    def __call__(self, pages: Sequence[OpenPage], memo: Memo, /) -> list[Pieces]:
        """Make it. The memo lasts for one round."""
        ...


class Rounds:
    """One kind of rounds of an application. Lives in its event loop."""

    def __init__(self, make: Maker, again: str, *, gather_s: float, per_s: int) -> None:
        """`again`: the event at which a page asks by itself for what could not be made for it."""
        self._make = make
        self._again = again
        self._gather_s = gather_s
        self._per_s = per_s
        self._waiting: dict[OpenPage, None] = {}
        self._running: asyncio.Task[None] | None = None

    def join(self, page: OpenPage) -> None:
        """From the loop: have it made for this page, as it stands after this call."""
        loop = asyncio.get_running_loop()
        if self._running is None or self._running.done() or self._running.get_loop() is not loop:
            self._waiting = {}
            self._running = loop.create_task(self._run())
        self._waiting[page] = None

    async def _run(self) -> None:
        await asyncio.sleep(self._gather_s)
        while self._waiting:
            pages, self._waiting = [page for page in self._waiting if not page.gone], {}
            memo = Memo()
            for start in range(0, len(pages), _AT_ONCE):
                await self._round(pages[start : start + _AT_ONCE], memo)
            await asyncio.sleep(self._gather_s)

    async def _round(self, pages: Sequence[OpenPage], memo: Memo) -> None:
        """Not in the threads of pages: what waits for a hand never waits for who browses."""
        try:
            made = await asyncio.to_thread(self._make, pages, memo)
        except Exception:  # noqa: BLE001  # what could not be made is asked for; the rounds go on
            _log.exception("a round failed; %d pages ask for their pieces", len(pages))
            made = [(page.ask.officer, None) for page in pages]
        for place, (page, (officer, pieces)) in enumerate(zip(pages, made, strict=True), start=1):
            if pieces is None:
                page.is_to_ask(self._again)
            else:
                page.show(officer, pieces)
            if place % _HANDED == 0:
                await asyncio.sleep(_HANDED / self._per_s)
