"""Asks a partner's running node about its log, over the same pinned connection that the courier uses.

What it answers is believed only as far as its signatures and hashes go: that is checked here and in `exchange.log`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from lienlac import limits
from lienlac.errors import NotAllowed, Refused

if TYPE_CHECKING:
    from lienlac.agreements.store import Peer
    from lienlac.assembly import Node
    from lienlac.wire.proof import LogPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class Agrees:
    """The partner's log now, and the head we had witnessed before that it was shown to extend."""

    size: int
    seen: int


class Partner:
    """One partner's door. Raises `NotAllowed("peer-unreachable")`, `Refused("peer-answered")`."""

    def __init__(self, here: Node, peer: Peer) -> None:
        import httpx2

        from lienlac.exchange.office import parsed_card
        from lienlac.keys import tls

        self._here = here
        self._card = parsed_card(peer.card)
        context = tls.client_context(here.post.office.keys.tls, self._card.tls_certificates)
        self._client = httpx2.Client(
            base_url=peer.url or "https://nowhere.invalid",
            verify=context,
            timeout=limits.HTTP_TIMEOUT_S,
            headers={"accept-encoding": "identity"},
            follow_redirects=False,
            trust_env=False,
        )
        self._peer = peer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def places(self, digest: str) -> list[LogPlace]:
        """Where a message between us stands in the partner's log."""
        from lienlac.exchange.log.proving import decode_places

        return decode_places(self._get("/exchange/v1/places", digest=digest))

    def witness(self) -> None:
        """That our log still shows the newest head of it that the partner holds, by a receipt that we signed.

        Raises `NotAllowed("check-failed")` when it does not: then our own log was cut or edited since.
        """
        from lienlac.exchange.recovery.memory import log_lost, proven_head

        office = self._here.post.office
        state = self._here.post.recovery.comparisons.believe(self._peer.node_id, self._get("/exchange/v1/state"))
        if not state.your_log:
            return
        stated = proven_head(office, self._peer.node_id, state.your_log)
        with self._here.database.read() as connection:
            if log_lost(office, connection, stated) is not None:
                raise NotAllowed("check-failed", what=f"{self._here.settings.node_id}: {stated.splitlines()[:2]}")

    def compare(self) -> Agrees:
        """That the partner's log now extends the furthest head it ever gave us.

        Raises `NotAllowed("check-failed")` when it does not: then its log was cut, forked or edited.
        """
        from lienlac.exchange.names import parse_origin
        from lienlac.keys import note
        from lienlac.storage import heads
        from lienlac.wire import checkpoint, merkle

        signed = self._get("/exchange/v1/head").decode("utf-8", "replace")
        now = checkpoint.decode(note.verify_note(signed, self._card.signing))
        with self._here.database.read() as connection:
            seen = heads.latest(connection, self._peer.node_id)
        node_id, epoch = parse_origin(now.origin)
        if node_id != self._peer.node_id or (seen is not None and epoch < seen.epoch):
            raise NotAllowed("check-failed", what=f"{self._peer.node_id}: {now.origin}")
        if seen is None or epoch > seen.epoch:  # restored since: its new epoch has not been witnessed yet
            return Agrees(size=now.size, seen=0)
        path = []
        if 0 < seen.size < now.size:
            path = self._path(seen.size, now.size)
        try:
            merkle.verify_consistency(seen.size, seen.root, now.size, now.root, path)
        except Refused as error:
            raise NotAllowed("check-failed", what=f"{self._peer.node_id}: {error.code}") from error
        return Agrees(size=now.size, seen=seen.size)

    def _path(self, first: int, second: int) -> list[bytes]:
        import msgspec

        answer = self._get("/exchange/v1/consistency", first=first, second=second)
        try:
            return [bytes.fromhex(item) for item in msgspec.json.decode(answer, type=list[str])]
        except (msgspec.MsgspecError, ValueError) as error:
            raise Refused("malformed", reason="consistency") from error

    def _get(self, path: str, **query: Any) -> bytes:
        import httpx2

        body = bytearray()
        try:
            with self._client.stream("GET", path, params=query) as answer:
                for piece in answer.iter_raw():
                    body += piece
                    if len(body) > limits.SIGNED_MAX_BYTES:
                        raise Refused("answer-too-large", limit_bytes=limits.SIGNED_MAX_BYTES)
        except (httpx2.HTTPError, OSError) as error:
            raise NotAllowed("peer-unreachable", peer=self._peer.node_id, reason=_reason(error)) from error
        if not answer.is_success:
            raise Refused("peer-answered", status=answer.status_code, said="", why="")
        return bytes(body)


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
