"""Keeps the peers' listener and the live screens true to the database, whichever process changed it.

Another process (a command) may pair, rotate or suspend while the server runs: looked at every second, acted upon only
when it differs.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

from lienlac.agreements import store as agreements
from lienlac.errors import LienlacError
from lienlac.exchange.office import parsed_card
from lienlac.keys import tls

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from lienlac.assembly import Node
    from lienlac.cli.serving.certified import CertificateTrust
    from lienlac.notices.courier.rounds import Rounds

_log = logging.getLogger(__name__)

LOOK_S = 1.0
WATCH_S = 5.0
GATHER_S = 0.25
INDEX_YIELDS = 100
"""How much longer than it works the indexing rests while objects come in without a pause."""
PAUSE_S = 0.25
"""Nothing has come for so long: a flood is over, or it was none."""


class Trust:
    """Which certificates the peers' listener believes."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._known = self._present()
        self.server = tls.ServerTls(node.post.office.keys.tls, self._known[1])

    def _present(self) -> tuple[str, tuple[str, ...]]:
        with self._node.database.read() as connection:
            peers = agreements.peers(connection)
        certificates = tuple(certificate for peer in peers for certificate in parsed_card(peer.card).tls_certificates)
        return self._node.post.office.keys.tls.pin, certificates

    def look(self) -> None:
        """Reload the listener's trust where it differs from the database."""
        present = self._present()
        if present != self._known:
            self.server.reload(self._node.post.office.keys.tls, present[1])
            self._known = present
            self._node.hub.notify("link")
            _log.info("trust reloaded: %d certificates", len(present[1]))


async def keep_trust(*trusts: Trust | CertificateTrust) -> None:
    """Look every second, until cancelled."""
    while True:
        await asyncio.sleep(LOOK_S)
        for trust in trusts:
            await _quietly("trust", trust.look)


async def keep_watch(node: Node, stirred: asyncio.Event) -> None:
    """Tell the desk what is due: every few seconds, and at once when `stirred`, until cancelled."""

    def watch() -> None:
        node.database.write(lambda connection: node.hotline.watch(connection, node.clock.now()))
        node.database.write(lambda connection: node.emergencies.watch(connection, node.clock.now()))
        node.database.write(lambda connection: node.warnings.watch(connection, node.clock.now()))
        node.database.write(lambda connection: node.cases.watch_hot(connection, node.clock.now()))

    def duty() -> None:
        node.duty.watch(node.clock.now())

    def releases() -> None:
        node.releases.watch(node.clock.now())

    while True:
        stirred.clear()
        await _quietly("watch", watch)
        await _quietly("releases", releases)
        await _quietly("duty", duty)
        await _until(stirred, WATCH_S)


async def keep_telling(node: Node, rounds: Rounds, stirred: asyncio.Event) -> None:
    """Carry notices out of the house; apart from the watch, so that a mail server that dawdles holds nothing up."""
    while True:
        stirred.clear()
        try:
            while await rounds.deliver_due(node.clock.now()):
                pass
        except LienlacError as error:
            _log.warning("notices skipped: %s", error)
        await _until(stirred, WATCH_S)


async def keep_feeds(node: Node, run_due: Callable[[datetime], Awaitable[object]]) -> None:
    """Let feeds have their turns, one at a time; a server that dawdles holds up nothing but the other feeds."""
    while True:
        try:
            while await run_due(node.clock.now()) is not None:
                pass
        except LienlacError as error:
            _log.warning("feeds skipped: %s", error)
        await asyncio.sleep(WATCH_S)


async def keep_importing(step: Callable[[], bool]) -> None:
    """Take files in that officers have put in, a stretch at a time; whoever works at the node goes first."""
    while True:
        try:
            while await asyncio.to_thread(step):
                pass
        except LienlacError as error:
            _log.warning("imports skipped: %s", error)
        await asyncio.sleep(LOOK_S)


async def keep_sharing(node: Node, stirred: asyncio.Event) -> None:
    """Send and take in intelligence piece by piece until nothing is left; apart from the watch, which must be quick."""
    while True:
        stirred.clear()
        try:
            while await asyncio.to_thread(node.sharing.watch, node.clock.now()):
                pass
        except LienlacError as error:
            _log.warning("sharing skipped: %s", error)
        await _until(stirred, WATCH_S)


async def keep_shared(node: Node, stirred: asyncio.Event) -> None:
    """Let what is due for members of shared records go until nothing is left, and count what programmes show."""

    def step() -> bool:
        went = [one for one in node.shared if one.watch()]
        return node.programmes.indicators.watch() or bool(went)

    while True:
        stirred.clear()
        try:
            while await asyncio.to_thread(step):
                pass
        except LienlacError as error:
            _log.warning("shared records skipped: %s", error)
        await _until(stirred, WATCH_S)


async def keep_checked(node: Node) -> None:
    """Read files of evidence again when it is time, apart from everything that somebody waits for."""
    while True:
        try:
            await asyncio.to_thread(node.cases.exhibits.check_due, node.clock.now())
        except LienlacError as error:
            _log.warning("checks of evidence skipped: %s", error)
        await asyncio.sleep(WATCH_S)


async def keep_indexing(node: Node, stirred: asyncio.Event) -> None:
    """Read stored objects and facts into the indexes, stretch by stretch; whoever works at the node goes first.

    While they come in without a pause, as of a feed that brings a million, this takes a hundredth of the time; else
    half.
    """
    loop = asyncio.get_running_loop()
    flood = False

    def step() -> int:
        return node.named.step() + node.intelligence.indexing.step()

    while True:
        began = loop.time()
        flood = flood or stirred.is_set()
        stirred.clear()
        try:
            read = await asyncio.to_thread(step)
        except LienlacError as error:
            _log.warning("indexing skipped: %s", error)
            read = 0
        spent_s = loop.time() - began
        if not read:
            await _until(stirred, WATCH_S)
            flood = False
        elif flood:
            flood = await _still_stirred(stirred, spent_s * INDEX_YIELDS)
        else:
            await asyncio.sleep(spent_s)


async def _still_stirred(stirred: asyncio.Event, seconds: float) -> bool:
    """Wait so long, but no longer than something keeps stirring; whether it still does."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while (left := until - loop.time()) > 0:
        try:
            await asyncio.wait_for(stirred.wait(), min(left, PAUSE_S))
        except TimeoutError:
            return left <= PAUSE_S
        stirred.clear()
    return True


def stirring(
    node: Node, sharing: asyncio.Event, indexing: asyncio.Event, shared: asyncio.Event, *events: asyncio.Event
) -> None:
    """Let these hear, from any thread, that duty has something to do; the first three, what is called so."""
    loop = asyncio.get_running_loop()

    def stir() -> None:
        for event in events:
            event.set()

    def wake() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(stir)

    def wake_sharing() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(sharing.set)

    def wake_indexing() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(indexing.set)

    def wake_shared() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(shared.set)

    node.duty.wake = wake
    node.sharing.wake = wake_sharing
    node.intelligence.indexing.wake = node.named.wake = wake_indexing
    for one in node.shared:
        one.keeper.wake = wake_shared


async def _until(stirred: asyncio.Event, seconds: float) -> None:
    """A flood of messages stirs once: a moment's rest gathers what comes together."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stirred.wait(), seconds)
        await asyncio.sleep(GATHER_S)


async def _quietly(name: str, work: object) -> None:
    """Run in a thread; a database that is away for a while must not end the loop."""
    try:
        await asyncio.to_thread(work)  # type: ignore[arg-type]  # both are plain functions
    except LienlacError as error:
        _log.warning("%s skipped: %s", name, error)
