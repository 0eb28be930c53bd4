"""Calls to peers: one HTTP client for each, which trusts exactly that peer's present certificate."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx2
import msgspec

from lienlac import limits
from lienlac.agreements import store as agreements
from lienlac.errors import LienlacError, Refused

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable

    from lienlac.exchange.office import Office

KEPT_S = 60.0
"""An idle connection is kept that long (a node's listener keeps it longer): a click need not wait for a handshake."""
_AWAY = 503
"""What a node answers that cannot reach or write its database, or the disk of its files."""


@dataclass(slots=True)
class _Line:
    """A client for one peer as it is now. One that was replaced is closed by its last user."""

    mark: str
    client: httpx2.AsyncClient
    plain: httpx2.Client
    users: int = 0
    replaced: bool = False

    async def close(self) -> None:
        """Let go of its connections."""
        await self.client.aclose()
        self.plain.close()


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
        self._lines: dict[str, _Line] = {}

    @asynccontextmanager
    async def of(self, peer_id: str) -> AsyncIterator[httpx2.AsyncClient]:
        """The client for a peer, made anew when its card or address, or our keys, changed."""
        async with self._using(peer_id) as line:
            yield line.client

    @asynccontextmanager
    async def in_thread(self, peer_id: str) -> AsyncIterator[httpx2.Client]:
        """As `of`, for a call that a thread of its own makes: much data, with no event loop in between."""
        async with self._using(peer_id) as line:
            yield line.plain

    @asynccontextmanager
    async def _using(self, peer_id: str) -> AsyncIterator[_Line]:
        line = await self._line(peer_id)
        line.users += 1
        try:
            yield line
        finally:
            line.users -= 1
            if line.replaced and not line.users:
                await line.close()

    async def call(self, peer_id: str, method: str, path: str, **given: Any) -> bytes:
        """The body of a good answer to one call; raises as `called` does."""
        async with self.of(peer_id) as client:
            return await called(client, method, path, **given)

    async def _line(self, peer_id: str) -> _Line:
        peer = await self._look_up(lambda: self._peer(peer_id))
        mark = f"{peer.url} {peer.fingerprint} {self._office.keys.signing.kid}"
        known = self._lines.get(peer_id)
        if known is not None and known.mark == mark:
            return known
        given: dict[str, Any] = {
            "base_url": peer.url,
            "verify": self._make_context(peer),
            "timeout": limits.HTTP_TIMEOUT_S,
            "limits": httpx2.Limits(keepalive_expiry=KEPT_S),
            "headers": {"accept-encoding": "identity"},
            "follow_redirects": False,
            "trust_env": False,
        }
        made = _Line(mark, httpx2.AsyncClient(**given), httpx2.Client(**given))
        self._lines[peer_id] = made  # nobody else came in between: nothing was awaited
        if known is not None:
            known.replaced = True
            if not known.users:
                await known.close()
        return made

    async def close(self) -> None:
        """Let go of every connection."""
        for line in self._lines.values():
            await line.close()

    def _peer(self, peer_id: str) -> agreements.Peer:
        with self._office.database.read() as connection:
            return agreements.require_peer(connection, peer_id)


async def called(client: httpx2.AsyncClient, method: str, path: str, **given: Any) -> bytes:
    """The body of a good answer, bounded in size and in time; anything else becomes `Refused` with the peer's code.

    A peer that answers without end, or a byte at a time, holds its own road for a while and nobody's memory.
    """
    async with asyncio.timeout(limits.CALL_TIMEOUT_S), client.stream(method, path, **given) as answer:
        body = await bounded(answer)
    if answer.is_success:
        return body
    raise refusal_of(answer.status_code, body)


def bounded_in_thread(answer: httpx2.Response) -> bytes:
    """As `bounded`, for a call that a thread makes."""
    body = bytearray()
    for piece in answer.iter_raw():
        body += piece
        if len(body) > limits.SEALED_MAX_BYTES:
            raise Refused("answer-too-large", limit_bytes=limits.SEALED_MAX_BYTES)
    return bytes(body)


async def bounded(answer: httpx2.Response) -> bytes:
    """The whole body of an answer, as it comes and not unpacked; raises `Refused("answer-too-large")`."""
    body = bytearray()
    async for piece in answer.aiter_raw():
        body += piece
        if len(body) > limits.SEALED_MAX_BYTES:
            raise Refused("answer-too-large", limit_bytes=limits.SEALED_MAX_BYTES)
    return bytes(body)


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
    if not isinstance(error, (httpx2.HTTPError, OSError)):
        return "internal-error", type(error).__name__
    text = str(error) or type(error).__name__
    if "certificate verify failed" in text.lower():
        return "peer-certificate", text
    if isinstance(error, (httpx2.TimeoutException, TimeoutError)):
        return "peer-slow", text
    if isinstance(error, (httpx2.ReadError, httpx2.WriteError, httpx2.RemoteProtocolError)):
        # in TLS 1.3 a caller whose certificate is refused learns no more than that
        return "peer-hung-up", text
    return "peer-unreachable", text
