"""Files at the peers' door (clause 14.8): what is held, chunks that are brought, chunks that are fetched.

Bodies stream: one piece is being kept while the next one comes in, and nothing else is in memory. A call that is cut
keeps what came whole. Each peer has few calls at once, and none may fall silent for long.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State  # read by the framework
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from lienlac import limits
from lienlac.errors import Refused
from lienlac.exchange.attachments.courier import PIECE_CHUNKS
from lienlac.exchange.caller import caller_of
from lienlac.wire.attachments import SEALED_CHUNK_BYTES, Held

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from lienlac.exchange.attachments.courier import AttachmentCourier, Going
    from lienlac.exchange.attachments.receiving import Receiving, Run
    from lienlac.exchange.attachments.shelf import Shelf

BINARY = "application/octet-stream"
JSON = "application/json"
PATH = "/exchange/v1/attachments"
_PIECE_BYTES = PIECE_CHUNKS * SEALED_CHUNK_BYTES
_NUMBER_MAX = 2**32


@dataclass(slots=True, kw_only=True)
class AttachmentDoor:
    """What the handlers need."""

    shelf: Shelf
    receiving: Receiving
    courier: AttachmentCourier
    calls: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def one_call(self, peer_id: str) -> Iterator[None]:
        """Count a peer's open calls. Raises `Refused("attachment-busy")` beyond the bound."""
        if self.calls[peer_id] >= limits.ATTACHMENT_RUNS_PER_PEER:
            raise Refused("attachment-busy", retry=True)
        self.calls[peer_id] += 1
        try:
            yield
        finally:
            self.calls[peer_id] -= 1


@get(f"{PATH}/{{attachment_id:str}}", media_type=JSON)
async def held(request: Request[Any, Any, Any], state: State, attachment_id: FromPath[str]) -> Response[bytes]:
    """How many chunks of the caller's file we hold."""
    door: AttachmentDoor = state["door"].attachments

    def work() -> Held:
        return door.receiving.held(caller_of(request, door.shelf.office.database), attachment_id)

    return _said(await door.shelf.in_thread(work))


@post(
    f"{PATH}/{{attachment_id:str}}",
    media_type=JSON,
    status_code=200,
    request_max_body_size=limits.ATTACHMENT_RUN_MAX_CHUNKS * SEALED_CHUNK_BYTES,
)
async def bring(
    request: Request[Any, Any, Any],
    state: State,
    attachment_id: FromPath[str],
    first: Annotated[int, QueryParameter(ge=0, le=_NUMBER_MAX)],
) -> Response[bytes]:
    """Chunks of the caller's file, from number `first` on."""
    door: AttachmentDoor = state["door"].attachments
    peer_id = await door.shelf.in_thread(caller_of, request, door.shelf.office.database)
    with door.one_call(peer_id):
        run = await door.shelf.in_thread(door.receiving.begin, peer_id, attachment_id, first)
        async with kept(door.shelf, door.receiving, run) as outcome:
            await take(door.shelf, run, request.stream())
    return _said(outcome[0])


@get(f"{PATH}/{{attachment_id:str}}/chunks", media_type=BINARY)
async def fetch(
    request: Request[Any, Any, Any],
    state: State,
    attachment_id: FromPath[str],
    first: Annotated[int, QueryParameter(ge=0, le=_NUMBER_MAX)],
    count: Annotated[int, QueryParameter(ge=1, le=limits.ATTACHMENT_RUN_MAX_CHUNKS)],
) -> Stream:
    """Chunks of a file of ours for the caller, from number `first` on: so many it says to hold."""
    door: AttachmentDoor = state["door"].attachments
    peer_id = await door.shelf.in_thread(caller_of, request, door.shelf.office.database)
    going = await door.shelf.in_thread(door.courier.hand_out, peer_id, attachment_id, first)
    length = str(going.length(first, count))
    return Stream(_pieces(door, peer_id, going, first, count), media_type=BINARY, headers={"Content-Length": length})


async def _pieces(door: AttachmentDoor, peer_id: str, going: Going, first: int, count: int) -> AsyncIterator[bytes]:
    try:
        with door.one_call(peer_id):
            async for piece in in_pieces(door.shelf, going, first, count):
                yield piece
    finally:
        going.reader.close()


async def in_pieces(shelf: Shelf, going: Going, first: int, count: int) -> AsyncIterator[bytes]:
    """Sealed chunks from the disk, read in a thread while the ones before them are on their way."""
    pieces = going.pieces(first, count)
    coming = asyncio.ensure_future(shelf.in_thread(next, pieces, None))
    try:
        while (piece := await coming) is not None:
            coming = asyncio.ensure_future(shelf.in_thread(next, pieces, None))
            yield piece
    finally:
        await asyncio.gather(coming, return_exceptions=True)  # the thread must be out of the file before it closes


async def take(shelf: Shelf, run: Run, stream: AsyncIterator[bytes]) -> None:
    """Feed a run from a stream: one piece is kept while the next one comes. Raises what the run raises."""
    gathered = bytearray()
    doing: asyncio.Future[None] | None = None
    try:
        async for data in _patiently(stream):
            piece: bytes | bytearray = data
            if gathered or len(data) < _PIECE_BYTES:
                gathered += data
                if len(gathered) < _PIECE_BYTES:
                    continue
                piece, gathered = gathered, bytearray()
            if doing is not None:
                await doing
            doing = asyncio.ensure_future(shelf.in_thread(run.feed, piece))
    finally:
        if doing is not None:
            await doing
        if gathered:
            await shelf.in_thread(run.feed, gathered)


async def _patiently(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces of a stream as long as none is waited for too long. Raises `Refused("attachment-silent")`."""
    iterator = aiter(stream)
    while True:
        try:
            async with asyncio.timeout(limits.ATTACHMENT_SILENCE_S):
                data = await anext(iterator)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise Refused("attachment-silent", retry=True) from error
        yield data


@asynccontextmanager
async def kept(shelf: Shelf, receiving: Receiving, run: Run) -> AsyncIterator[list[Held]]:
    """Around a run: whatever ends it, what came whole is kept, and the door is free again; yields the new state."""
    outcome: list[Held] = []
    try:
        try:
            yield outcome
        except BaseException as error:
            await asyncio.shield(shelf.in_thread(receiving.broken_off, run, error))
            raise
        outcome.append(await shelf.in_thread(run.end))
    finally:
        await asyncio.shield(shelf.in_thread(run.close))


def _said(state: Held) -> Response[bytes]:
    return Response(msgspec.json.encode(state), media_type=JSON, status_code=200)


HANDLERS = (held, bring, fetch)
