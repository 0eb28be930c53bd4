"""Calls to peers: one HTTP client for each, which trusts exactly that peer's present certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx2
import msgspec

from lienlac import limits
from lienlac.agreements import store as agreements
from lienlac.errors import LienlacError, Refused

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable

    from lienlac.exchange.office import Office

KEPT_S = 60.0
"""An idle connection is kept that long (a node's listener keeps it longer): a click need not wait for a handshake."""
_AWAY = 503
"""What a node answers that cannot reach or write its database, or the disk of its files."""


class Clients:
    """All clients of one kind of traffic; messages and files have their own, so that neither waits for the other."""

    def __init__(
        self,
        office: Office,
        make_context: Callable[[agreements.Peer], ssl.SSLContext],
        look_up: Callable[[Callable[[], agreements.Peer]], Awaitable[agreements.Peer]],
    ) -> None:
        """`look_up` runs a question to the database in a thread."""
        self._office = office
        self._make_context = make_context
        self._look_up = look_up
        self._clients: dict[str, tuple[str, httpx2.AsyncClient]] = {}

    async def of(self, peer_id: str) -> httpx2.AsyncClient:
        """The client for a peer, made anew when its card or address, or our keys, changed."""
        peer = await self._look_up(lambda: self._peer(peer_id))
        mark = f"{peer.url} {peer.fingerprint} {self._office.keys.signing.kid}"
        known = self._clients.get(peer_id)
        if known is not None and known[0] == mark:
            return known[1]
        client = httpx2.AsyncClient(
            base_url=peer.url,
            verify=self._make_context(peer),
            timeout=limits.HTTP_TIMEOUT_S,
            limits=httpx2.Limits(keepalive_expiry=KEPT_S),
            follow_redirects=False,
            trust_env=False,
        )
        self._clients[peer_id] = (mark, client)  # nobody else came in between: nothing was awaited
        if known is not None:
            await known[1].aclose()
        return client

    async def close(self) -> None:
        """Let go of every connection."""
        for _mark, client in self._clients.values():
            await client.aclose()

    def _peer(self, peer_id: str) -> agreements.Peer:
        with self._office.database.read() as connection:
            return agreements.require_peer(connection, peer_id)


def taken(answer: httpx2.Response) -> bytes:
    """The body of a good answer; anything else becomes `Refused` with the peer's code."""
    if answer.is_success:
        return answer.content
    raise refusal_of(answer.status_code, answer.content)


def refusal_of(status: int, body: bytes) -> Refused:
    """What a peer said no with."""
    try:
        problem = msgspec.json.decode(body[:4096], type=dict[str, str])
    except msgspec.MsgspecError:
        problem = {}
    if status == _AWAY and problem.get("code", "").startswith("storage-"):
        return Refused("peer-cannot-save", retry=True)
    return Refused("peer-answered", status=status, said=problem.get("code", ""), why=problem.get("reason", ""))


def explain(error: Exception) -> tuple[str, str]:
    """A code and a sentence for the peers page: why the road failed."""
    if isinstance(error, LienlacError):
        return error.code, error.sentence("en")
    text = str(error) or type(error).__name__
    if "certificate verify failed" in text.lower():
        return "peer-certificate", text
    if isinstance(error, httpx2.TimeoutException):
        return "peer-slow", text
    if isinstance(error, (httpx2.ReadError, httpx2.WriteError, httpx2.RemoteProtocolError)):
        # in TLS 1.3 a caller whose certificate is refused learns no more than that
        return "peer-hung-up", text
    return "peer-unreachable", text
