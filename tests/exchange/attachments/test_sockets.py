"""Files over real sockets: pushed and fetched through a cable that is cut, beside messages that do not wait for them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from lienlac import limits
from lienlac.agreements import store as agreements
from lienlac.exchange.attachments import dial as dialling
from lienlac.exchange.attachments.dial import AttachmentDial
from lienlac.exchange.attachments.endpoint import PATH
from lienlac.exchange.attachments.journey import Stage
from lienlac.exchange.transport import dial as messages
from lienlac.keys import tls
from lienlac.wire.bodies.agreement import KindTerms
from tests.cable import Cable
from tests.exchange.attachments.scene import CHUNK, LETTER, FileEnd, content
from tests.exchange.scene import BOSS, SHOUT, US, VN, Lane, agree, pair
from tests.exchange.test_sockets import BOUND_S, Served, let_go_of_sockets
from tests.world.fakes import START, HandClock

__all__ = ["let_go_of_sockets"]  # a fixture of this module too


class FilesServed(Served):
    """A node that serves and carries files too."""

    def __init__(self, end: FileEnd, bound: socket.socket) -> None:
        super().__init__(end, bound)
        post = end.post
        self.files = AttachmentDial(
            post.shelf, post.attachment_courier, post.receiving, post.attachment_watch, self.context
        )
        loop = asyncio.get_running_loop()
        post.shelf.on_change.append(
            lambda connection, _record: end.database.after_commit(
                connection, lambda: loop.call_soon_threadsafe(self.changed.set)
            )
        )

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with self.listening(), self.calling():
            task = asyncio.create_task(self.files.run())
            try:
                yield
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def until_turning(self, holds: Any) -> None:
        """As `until`, while the hand-turned clock goes on, so that a road that failed is tried again."""
        async with asyncio.timeout(BOUND_S):
            while not await asyncio.to_thread(holds):
                self.end.clock.turn(1)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.changed.wait(), 0.05)
                self.changed.clear()


@pytest.fixture
def two(new_sqlite_database: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Any:
    """Two ends whose cards name ports in front of which a cable lies."""
    monkeypatch.setattr(messages, "ROUND_S", 0.02)
    monkeypatch.setattr(dialling, "ROUND_S", 0.02)
    clock = HandClock(START)
    near, far = ([socket.create_server(("127.0.0.1", 0)) for _ in range(2)] for _ in range(2))
    ends = [
        FileEnd(name, new_sqlite_database(), clock, tmp_path, url=f"https://127.0.0.1:{one.getsockname()[1]}")
        for name, one in zip((US, VN), near, strict=True)
    ]
    terms = (KindTerms(kind=LETTER.name), KindTerms(kind=SHOUT.name))
    agree(ends[0], ends[1], pair(ends[0], ends[1]), kinds=terms)
    yield ends[0], ends[1], near, far
    for one in (*near, *far):
        one.close()


def port(bound: socket.socket) -> int:
    return int(bound.getsockname()[1])


def test_a_file_comes_whole_through_a_cable_that_is_cut_again_and_again(two: Any) -> None:
    us_end, vn_end, near, far = two
    data = content(24 * CHUNK + 99)
    cuts = [700_000, 1_500_000, 300_000, 2_000_000]

    async def scene() -> None:
        us, vn = FilesServed(us_end, far[0]), FilesServed(vn_end, far[1])
        to_us, to_vn = Cable(near[0], port(far[0])), Cable(near[1], port(far[1]), cuts)
        async with to_us.laid(), to_vn.laid(), us.running(), vn.running():
            (file_id,) = await asyncio.to_thread(lambda: us_end.send_files(vn_end, us_end.upload(data)))
            await us.until_turning(lambda: us_end.stage(file_id) is Stage.WHOLE)
            assert to_vn.cuts >= len(cuts)
            assert to_vn.passed < len(data) * 1.6
            assert await asyncio.to_thread(vn_end.read_file, file_id) == data

    asyncio.run(scene())


def test_a_node_that_can_only_call_out_fetches_its_files_and_brings_its_own(two: Any) -> None:
    us_end, vn_end, near, far = two
    us_end.post.desk.set_delivery(BOSS, VN, agreements.Delivery.PULL, fetch=False, url=None)
    vn_end.post.desk.set_delivery(BOSS, US, agreements.Delivery.PUSH, fetch=True, url=None)
    there, back = content(9 * CHUNK + 1, 1), content(5 * CHUNK, 2)

    async def scene() -> None:
        us, vn = FilesServed(us_end, far[0]), FilesServed(vn_end, far[1])
        cable = Cable(near[0], port(far[0]), [900_000, 1_200_000])
        async with cable.laid(), us.running(), vn.calling():
            task = asyncio.create_task(vn.files.run())
            (to_vn,) = await asyncio.to_thread(lambda: us_end.send_files(vn_end, us_end.upload(there)))
            (to_us,) = await asyncio.to_thread(lambda: vn_end.send_files(us_end, vn_end.upload(back)))
            await us.until_turning(lambda: us_end.stage(to_vn) is Stage.WHOLE and us_end.stage(to_us) is Stage.WHOLE)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert await asyncio.to_thread(vn_end.read_file, to_vn) == there
            assert await asyncio.to_thread(us_end.read_file, to_us) == back

    asyncio.run(scene())


def test_an_urgent_message_does_not_wait_for_a_file(two: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the receiver's disk keeps every thread for files waiting, a message comes and is receipted."""
    us_end, vn_end, near, far = two
    data = content(4 * CHUNK)

    async def scene() -> None:
        us, vn = FilesServed(us_end, far[0]), FilesServed(vn_end, far[1])
        stuck, go = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()
        begin = vn_end.post.receiving.begin

        def slow(*args: Any) -> Any:
            loop.call_soon_threadsafe(stuck.set)
            asyncio.run_coroutine_threadsafe(go.wait(), loop).result(BOUND_S)
            return begin(*args)

        monkeypatch.setattr(vn_end.post.receiving, "begin", slow)
        to_us, to_vn = Cable(near[0], port(far[0])), Cable(near[1], port(far[1]))
        async with to_us.laid(), to_vn.laid(), us.running(), vn.running():
            (file_id,) = await asyncio.to_thread(lambda: us_end.send_files(vn_end, us_end.upload(data)))
            await asyncio.wait_for(stuck.wait(), BOUND_S)
            await asyncio.to_thread(us_end.send, vn_end, "freeze it now", lane=Lane.URGENT)
            await us.until(lambda: bool(us_end.settled))
            assert us_end.stage(file_id) is Stage.MOVING
            go.set()
            await us.until_turning(lambda: us_end.stage(file_id) is Stage.WHOLE)

    asyncio.run(scene())
    assert vn_end.got == ["here", "freeze it now"]


def test_a_damaged_disk_at_the_sender_is_found_out_and_said(two: Any) -> None:
    us_end, vn_end, near, far = two

    async def scene() -> None:
        us, vn = FilesServed(us_end, far[0]), FilesServed(vn_end, far[1])
        to_us, to_vn = Cable(near[0], port(far[0])), Cable(near[1], port(far[1]))
        upload = us_end.upload(content(6 * CHUNK))
        with us_end.post.shelf.files.whole(upload.blob_id).open("r+b") as file:
            file.seek(3 * CHUNK)
            file.write(b"rotten")
        async with to_us.laid(), to_vn.laid(), us.running(), vn.running():
            (file_id,) = await asyncio.to_thread(us_end.send_files, vn_end, upload)
            await vn.until_turning(lambda: bool(vn_end.read(_find, file_id)) and vn_end.stage(file_id) is Stage.FAILED)
            assert us_end.file(file_id).last_code == "attachment-gone"

    asyncio.run(scene())
    assert vn_end.on_disk() == []


def _find(connection: Any, file_id: str) -> Any:
    from lienlac.exchange.attachments import store

    return store.find(connection, file_id)


def caller(end: FileEnd, other: FileEnd) -> httpx2.AsyncClient:
    """A hand-made client with a node's true certificate."""
    context = tls.client_context(end.office.keys.tls, [other.office.keys.tls.certificate_pem])
    return httpx2.AsyncClient(verify=context, trust_env=False, timeout=BOUND_S)


async def silence(end: FileEnd, other: FileEnd, at: int, file_id: str) -> bytes:
    """A call that announces a megabyte, sends three bytes and waits; what the door says to that."""
    context = tls.client_context(end.office.keys.tls, [other.office.keys.tls.certificate_pem])
    reader, writer = await asyncio.open_connection("127.0.0.1", at, ssl=context, server_hostname="lienlac")
    head = f"POST {PATH}/{file_id}?first=0 HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc"
    writer.write(head.encode())
    async with asyncio.timeout(BOUND_S):
        answer = await reader.read()  # until the door closes: the rest of the body is not waited for
    writer.transport.abort()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return answer


def test_the_door_turns_away_what_is_hostile_and_stays_open(two: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unannounced, too long by its length, endless, silent, too many at once, strange numbers: answered, never 500."""
    us_end, vn_end, _near, far = two
    monkeypatch.setattr(limits, "ATTACHMENT_SILENCE_S", 0.2)
    (file_id,) = us_end.send_files(vn_end, us_end.upload(content(3 * CHUNK)))
    from tests.exchange.scene import settle_all

    settle_all(us_end, vn_end)
    address = f"https://127.0.0.1:{port(far[1])}{PATH}"

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield bytes(CHUNK)

    async def scene() -> None:
        vn = FilesServed(vn_end, far[1])
        async with vn.listening(), caller(us_end, vn_end) as client:

            async def post(name: str, body: Any, first: Any = 0, **headers: str) -> tuple[int, str]:
                answer = await client.post(f"{address}/{name}", params={"first": first}, content=body, headers=headers)
                return answer.status_code, answer.text

            assert "attachment-unknown" in (await post("att-" + "z" * 26, b"x"))[1]
            assert (await client.get(f"{address}/..%2f..%2fetc%2fpasswd")).status_code in {400, 404}
            assert (await post(file_id, b"x", first=-1))[0] == 400
            assert (await post(file_id, b"x", first="x"))[0] == 400
            assert (await post(file_id, b"x", first=2**60))[0] == 400
            assert "attachment-place" in (await post(file_id, b"x", first=2))[1]
            assert "attachment-chunk-broken" in (await post(file_id, bytes(CHUNK + 16)))[1]
            with contextlib.suppress(httpx2.TransportError):  # refused before its end, or by its length
                status, _ = await post(file_id, endless())
                assert status in {400, 413}
            calls = [silence(us_end, vn_end, port(far[1]), file_id) for _ in range(limits.ATTACHMENT_RUNS_PER_PEER * 2)]
            answers = await asyncio.gather(*calls)
            assert any(b"attachment-silent" in answer for answer in answers)
            assert any(b"attachment-busy" in answer for answer in answers)
            assert all(answer.startswith(b"HTTP/1.1 400") for answer in answers)
            held = await client.get(f"{address}/{file_id}")
            assert held.json() == {"state": "expected", "chunks": 0}
            fetched = await client.get(f"{address}/{file_id}/chunks", params={"first": 0, "count": 1})
            assert "attachment-unknown" in fetched.text  # it is ours to receive, not to hand out
            too_many = await client.get(f"{address}/{file_id}/chunks", params={"first": 0, "count": 257})
            assert too_many.status_code == 400

    asyncio.run(scene())
    going = us_end.post.attachment_courier.start(file_id)
    assert going is not None
    going.reader.close()
    assert us_end.bring(vn_end, file_id).state == "checking"
