"""The peers' door: what another node may call on ours (clauses 11.1 to 11.5).

The outer door is mutual TLS with pinned keys, checked on every request against the peers as they are now; authority
comes from the signatures inside alone. Bodies are bounded. Nothing here is for people.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import msgspec
from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State
from litestar.params import QueryParameter
from litestar.types import ASGIApp, Receive, Scope, Send

from lienlac import limits
from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.exchange.attachments import endpoint as files
from lienlac.exchange.caller import PIN_IN_STATE, caller_of
from lienlac.exchange.log.proving import encode_places
from lienlac.exchange.names import REPLY_TYP
from lienlac.exchange.transport.courier import answer_delivery, delivery_head, next_page
from lienlac.keys import jwe
from lienlac.storage import ledger
from lienlac.wire import frame
from lienlac.wire import receipt as receipts
from lienlac.wire.message import Lane
from lienlac.wire.recovery import decode_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.exchange.arrival import Arrivals
    from lienlac.exchange.attachments.endpoint import AttachmentDoor
    from lienlac.exchange.log.proving import Prover
    from lienlac.exchange.office import Office
    from lienlac.exchange.recovery.whole import Recovery
    from lienlac.exchange.settlement import Settlements

T = TypeVar("T")

BINARY = "application/octet-stream"
JSON = "application/json"
_COUNT_MAX = 2**53
"""Bound of every count on the wire; a database takes no larger one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerDoor:
    """What the handlers need; kept in the application's state."""

    office: Office
    arrivals: Arrivals
    settlements: Settlements
    recovery: Recovery
    prover: Prover
    attachments: AttachmentDoor


def make_peer_app(door: PeerDoor) -> Litestar:
    """The ASGI application for the peers' listener."""
    calls: Counter[str | None] = Counter()

    def bounded(app: ASGIApp) -> ASGIApp:
        """A peer's calls wait for each other and not for another peer's: beyond a few at once it hears "busy"."""

        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            pin = scope.get("state", {}).get(PIN_IN_STATE)
            if calls[pin] >= limits.CALLS_AT_ONCE:
                raise Refused("caller-busy", retry=True)
            calls[pin] += 1
            try:
                await app(scope, receive, send)
            finally:
                calls[pin] -= 1
                if not calls[pin]:
                    del calls[pin]

        return serve

    return Litestar(
        route_handlers=[deliver, pull, settle, link_state, record, head, consistency, places, *files.HANDLERS],
        state=State({"door": door}),
        request_max_body_size=limits.BATCH_MAX_BYTES + frame.HEAD_MAX_BYTES + limits.ENVELOPE_MAX_BYTES,
        middleware=[bounded],
        openapi_config=None,
        exception_handlers={LienlacError: _problem},
        logging_config=None,
    )


def caller(request: Request[Any, Any, Any], door: PeerDoor) -> str:
    """The node at the other end of this connection; raises `Refused("caller-unknown")`."""
    return caller_of(request, door.office.database)


@post("/exchange/v1/deliver", media_type=BINARY, status_code=200)
async def deliver(request: Request[Any, Any, Any], state: State) -> Response[bytes]:
    """A delivery of sealed envelopes; the reply is sealed to the caller."""
    body = await request.body()
    door: PeerDoor = state["door"]

    def work() -> bytes:
        return answer_delivery(door.office, door.arrivals, body, caller(request, door))[1]

    return Response(await _in_thread(work), media_type=BINARY, status_code=200)


@get("/exchange/v1/pull", media_type=BINARY)
async def pull(
    request: Request[Any, Any, Any],
    state: State,
    lane: Annotated[Lane, QueryParameter()],
    after: Annotated[int, QueryParameter(ge=0, le=_COUNT_MAX)] = 0,
) -> Response[bytes]:
    """Envelopes that wait for the caller in a lane, behind a cursor (the last sequence it has)."""
    door: PeerDoor = state["door"]

    def work() -> bytes:
        peer_id = caller(request, door)
        with door.office.database.read() as connection:
            waiting = next_page(connection, peer_id, lane, after=after)
            first = delivery_head(door.office, connection, peer_id)
        return frame.encode_delivery(first, (item.envelope for item in waiting))

    return Response(await _in_thread(work), media_type=BINARY)


@post("/exchange/v1/settle", status_code=204)
async def settle(
    request: Request[Any, Any, Any],
    state: State,
    lane: Annotated[Lane, QueryParameter()],
    pulled: Annotated[str, QueryParameter(min_length=64, max_length=64, pattern="^[0-9a-f]{64}$")],
    after: Annotated[int, QueryParameter(ge=0, le=_COUNT_MAX)] = 0,
) -> None:
    """The sealed reply to what the caller pulled with the same lane and cursor; `pulled` names those envelopes."""
    body = await request.body()
    door: PeerDoor = state["door"]

    def work() -> None:
        peer_id = caller(request, door)
        reply = receipts.decode_reply(jwe.unseal(body, door.office.keys, REPLY_TYP))
        door.settlements.settle_fetched(peer_id, lane, after, pulled, reply)

    await _in_thread(work)


@get("/exchange/v1/state", media_type=BINARY)
async def link_state(request: Request[Any, Any, Any], state: State) -> Response[bytes]:
    """Our signed view of the link with the caller (clause 7.2)."""
    door: PeerDoor = state["door"]
    return Response(await _in_thread(lambda: door.recovery.state_for(caller(request, door))), media_type=BINARY)


@post("/exchange/v1/record", media_type=BINARY, status_code=200)
async def record(request: Request[Any, Any, Any], state: State) -> Response[bytes]:
    """A stretch of the caller's own past, sealed to it (clause 7.3)."""
    body = await request.body()
    door: PeerDoor = state["door"]

    def work() -> bytes:
        return door.recovery.record_for(caller(request, door), decode_request(body))

    return Response(await _in_thread(work), media_type=BINARY, status_code=200)


@get("/exchange/v1/head", media_type=BINARY)
async def head(request: Request[Any, Any, Any], state: State) -> Response[bytes]:
    """Our log's head as a signed note (clause 8.3)."""
    door: PeerDoor = state["door"]

    def work() -> bytes:
        caller(request, door)
        return door.prover.signed_head()

    return Response(await _in_thread(work), media_type=BINARY)


@get("/exchange/v1/consistency", media_type=JSON)
async def consistency(
    request: Request[Any, Any, Any],
    state: State,
    first: Annotated[int, QueryParameter(ge=0, le=_COUNT_MAX)],
    second: Annotated[int, QueryParameter(ge=0, le=_COUNT_MAX)],
) -> Response[bytes]:
    """Proof that our log at `second` extends our log at `first` (clause 8.6)."""
    door: PeerDoor = state["door"]

    def work() -> bytes:
        caller(request, door)
        with door.office.database.read() as connection:
            proof = ledger.consistency(connection, first, second)
        return msgspec.json.encode([node.hex() for node in proof])

    return Response(await _in_thread(work), media_type=JSON)


@get("/exchange/v1/places", media_type=JSON)
async def places(
    request: Request[Any, Any, Any],
    state: State,
    digest: Annotated[str, QueryParameter(min_length=64, max_length=64, pattern="^[0-9a-f]{64}$")],
) -> Response[bytes]:
    """Where a message between us stands in our log, for the caller's proof file (clause 8.7)."""
    door: PeerDoor = state["door"]

    def work() -> bytes:
        return encode_places(door.prover.places(digest, asker=caller(request, door)))

    return Response(await _in_thread(work), media_type=JSON)


async def _in_thread(work: Callable[[], T]) -> T:
    return await asyncio.to_thread(work)


def _problem(_request: Request[Any, Any, Any], error: LienlacError) -> Response[bytes]:
    """A refusal as a caller's courier can read it: never a trace, never a value."""
    status = 400
    if isinstance(error, NotAllowed):
        status = 503 if error.code.startswith("storage-") else 409
    elif error.code in {"caller-unknown", "caller-busy"}:
        status = 403 if error.code == "caller-unknown" else 429
    return Response(
        msgspec.json.encode({"code": error.code, "reason": error.sentence("en")}), media_type=JSON, status_code=status
    )


__all__ = ["PIN_IN_STATE", "PeerDoor", "caller", "make_peer_app"]
