"""Keeps the peers' listener and the live screens true to the database, whichever process changed it.

Another process (a command) may pair, rotate or suspend while the server runs: looked at every second, acted upon only
when it differs.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from lienlac.agreements import store as agreements
from lienlac.errors import LienlacError
from lienlac.exchange.office import parsed_card
from lienlac.keys import tls

if TYPE_CHECKING:
    from lienlac.assembly import Node

_log = logging.getLogger(__name__)

LOOK_S = 1.0
WATCH_S = 5.0


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


async def keep_trust(trust: Trust) -> None:
    """Look every second, until cancelled."""
    while True:
        await asyncio.sleep(LOOK_S)
        await _quietly("trust", trust.look)


async def keep_watch(node: Node) -> None:
    """Tell the desk what is due, every few seconds, until cancelled."""

    def watch() -> None:
        node.database.write(lambda connection: node.hotline.watch(connection, node.clock.now()))

    while True:
        await _quietly("watch", watch)
        await asyncio.sleep(WATCH_S)


async def _quietly(name: str, work: object) -> None:
    """Run in a thread; a database that is away for a while must not end the loop."""
    try:
        await asyncio.to_thread(work)  # type: ignore[arg-type]  # both are plain functions
    except LienlacError as error:
        _log.warning("%s skipped: %s", name, error)
