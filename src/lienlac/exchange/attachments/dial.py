"""The sockets of files: brings chunks to peers, fetches from those that cannot call, finishes what is all here.

Turns beside the courier's rounds, over connections and threads of its own, so that a freeze request never waits for a
disk image. One task for each peer and direction. Decides nothing: `courier` and `receiving` say what is due and what an
answer means.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx2
import msgspec

from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.exchange.attachments.courier import next_run
from lienlac.exchange.attachments.endpoint import PATH, kept, take
from lienlac.exchange.transport.clients import Clients, bounded, bounded_in_thread, explain, refusal_of
from lienlac.wire.attachments import Held, chunk_count

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Coroutine

    from lienlac.agreements.store import Peer
    from lienlac.exchange.attachments.courier import AttachmentCourier, Going
    from lienlac.exchange.attachments.receiving import Receiving
    from lienlac.exchange.attachments.shelf import Shelf
    from lienlac.exchange.attachments.store import Attachment
    from lienlac.exchange.attachments.watch import AttachmentWatch

_log = logging.getLogger(__name__)

ROUND_S = 1.0
"""How often it is looked for what is due, when nobody says that something is."""
TIDY_S = 3_600.0
"""How often what was left lying is taken away; also once at the start."""
FIRST_RUN_CHUNKS = 4
"""What the first call about a file brings: a megabyte."""
_FAILURES = (LienlacError, httpx2.HTTPError, OSError)


class AttachmentDial:
    """All files of one node that are on their way."""

    def __init__(
        self,
        shelf: Shelf,
        courier: AttachmentCourier,
        receiving: Receiving,
        watch: AttachmentWatch,
        make_context: Callable[[Peer], ssl.SSLContext],
    ) -> None:
        self._shelf = shelf
        self._courier = courier
        self._receiving = receiving
        self._watch = watch
        self._clients = Clients(shelf.office, make_context, shelf.in_thread)
        self._tasks: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._tidied = -TIDY_S

    async def run(self) -> None:
        """Turn the rounds until cancelled."""
        awake, loop = asyncio.Event(), asyncio.get_running_loop()

        def wake() -> None:
            with suppress(RuntimeError):  # the loop has ended, and with it whoever would carry files
                loop.call_soon_threadsafe(awake.set)

        self._shelf.on_due.append(wake)
        try:
            while True:
                await self._round()
                with suppress(TimeoutError):
                    async with asyncio.timeout(ROUND_S):
                        await awake.wait()
                awake.clear()
        finally:
            self._shelf.on_due.remove(wake)
            tasks = list(self._tasks.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._clients.close()

    async def _round(self) -> None:
        try:
            leaving = await self._shelf.in_thread(self._courier.due)
            coming = await self._shelf.in_thread(self._receiving.wanted)
        except NotAllowed as error:  # the database is away: the next round sees whether it is back
            _log.warning("round of files skipped: %s", error)
            return
        for file in leaving:
            self._begin("push", file.peer, partial(self.push, file))
        for file in coming:
            self._begin("fetch", file.peer, partial(self.fetch, file))
        self._begin("finish", "", self.finish)
        now = asyncio.get_running_loop().time()
        if now - self._tidied >= TIDY_S:
            self._tidied = now
            self._begin("tidy", "", self._tidy)

    def _begin(self, what: str, peer_id: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """One task for each direction and peer."""
        known = self._tasks.get((what, peer_id))
        if known is None or known.done():
            self._tasks[what, peer_id] = asyncio.get_running_loop().create_task(self._quietly(what, work))

    async def _quietly(self, what: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """What the machine refuses for a while must not end the rounds."""
        try:
            await work()
        except NotAllowed as error:
            _log.warning("%s of files stopped: %s", what, error)

    async def push(self, file: Attachment) -> None:
        """Bring a file to its receiver, call by call, until all of it is there or the road fails."""
        try:
            going = await self._shelf.in_thread(self._courier.start, file.attachment_id)
            if going is None:
                return
            try:
                await self._push_open(going)
            finally:
                going.reader.close()
        except _FAILURES as error:
            code, reason = explain(error)
            _log.info("file %s to %s stopped: %s %s", file.attachment_id, file.peer, code, reason)
            await self._shelf.in_thread(self._courier.failed, file.attachment_id, code, reason)

    async def _push_open(self, going: Going) -> None:
        file = going.file
        held = _held(await self._clients.call(file.peer, "GET", f"{PATH}/{file.attachment_id}"))
        await self._shelf.in_thread(self._courier.heard, file.attachment_id, held)
        run = FIRST_RUN_CHUNKS
        clock = asyncio.get_running_loop().time
        while held.state == "expected" and held.chunks < going.count:
            count = min(run, going.count - held.chunks)
            began = clock()
            async with self._clients.in_thread(file.peer) as client:
                held = await self._in_its_thread(going, partial(self._bring, client, held.chunks, count))
            run = next_run(run, clock() - began)
            await self._shelf.in_thread(self._courier.heard, file.attachment_id, held)

    async def _in_its_thread(self, going: Going, bring: Callable[[Going], Held]) -> Held:
        """Bytes go from the disk to the peer in a thread, which has the file open for itself.

        When we are to stop, nobody waits for a peer that takes nothing: the thread ends at its next piece, or with us.
        """
        loop, mine = asyncio.get_running_loop(), going.copy()
        outcome: asyncio.Future[Held] = loop.create_future()

        def tell(say: Callable[[Any], None], what: Held | Exception) -> None:
            with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
                loop.call_soon_threadsafe(lambda: None if outcome.done() else say(what))

        def work() -> None:
            try:
                tell(outcome.set_result, bring(mine))
            except Exception as error:  # noqa: BLE001  # it is raised where the outcome is awaited
                tell(outcome.set_exception, error)
            finally:
                mine.reader.close()

        threading.Thread(target=work, name="lienlac-bringing", daemon=True).start()
        try:
            return await outcome
        finally:
            mine.stopped = True

    def _bring(self, client: httpx2.Client, first: int, count: int, going: Going) -> Held:
        """One call with chunks. A broken one may come from our own disk: then the file is lost."""
        with client.stream(
            "POST",
            f"{PATH}/{going.file.attachment_id}",
            params={"first": str(first)},
            content=going.pieces(first, count),
            headers={"Content-Length": str(going.length(first, count))},
        ) as answer:
            body = bounded_in_thread(answer)
        if not answer.is_success:
            refusal = refusal_of(answer.status_code, body)
            if refusal.details.get("said") == "attachment-chunk-broken":
                self._look_at_our_own(going, first, count)
            raise refusal
        return _held(body)

    def _look_at_our_own(self, going: Going, first: int, count: int) -> None:
        for index in range(first, min(first + count, going.count)):
            if not going.is_sound(index):
                damaged = NotAllowed("blob-damaged", blob=going.file.blob_id or "")
                self._courier.lost(going.file.attachment_id, damaged)
                raise damaged

    async def fetch(self, file: Attachment) -> None:
        """Fetch a file from its sender, call by call, until all of it is here or the road fails."""
        try:
            count = chunk_count(file.size_bytes)
            held = await self._shelf.in_thread(self._receiving.held, file.peer, file.attachment_id)
            run = FIRST_RUN_CHUNKS
            clock = asyncio.get_running_loop().time
            while held.state == "expected" and held.chunks < count:
                began = clock()
                async with self._clients.of(file.peer) as client:
                    held = await self._take(client, file, held.chunks, min(run, count - held.chunks))
                run = next_run(run, clock() - began)
        except _FAILURES as error:
            code, reason = explain(error)
            _log.info("file %s from %s stopped: %s %s", file.attachment_id, file.peer, code, reason)
            await self._shelf.in_thread(self._receiving.trouble, file, code, reason)

    async def _take(self, client: httpx2.AsyncClient, file: Attachment, first: int, count: int) -> Held:
        path, query = f"{PATH}/{file.attachment_id}/chunks", {"first": str(first), "count": str(count)}
        async with client.stream("GET", path, params=query) as answer:
            if not answer.is_success:
                raise refusal_of(answer.status_code, await bounded(answer))
            run = await self._shelf.in_thread(self._receiving.begin, file.peer, file.attachment_id, first)
            async with kept(self._shelf, self._receiving, run) as outcome:
                await take(self._shelf, run, answer.aiter_raw())
        return outcome[0]

    async def finish(self) -> None:
        """Check what is all here, and tell the peers what became of their files."""
        await self._shelf.in_thread(self._receiving.finish_due)
        await self._shelf.in_thread(self._watch.tell_due)

    async def _tidy(self) -> None:
        await self._shelf.in_thread(self._watch.expire)
        swept = await self._shelf.in_thread(self._watch.sweep)
        if swept:
            _log.warning("%d files without an owner were taken off the disk", swept)


def _held(body: bytes) -> Held:
    """A receiver's word; raises `Refused("reply-mismatch")` for nonsense."""
    try:
        return msgspec.json.decode(body, type=Held)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise Refused("reply-mismatch") from error
