"""Two nodes over real sockets: mutual TLS 1.3, the server's own protocol class, the courier's own calls (11.2 to 11.4).

Everything waits for what it waits for, with a bound; nothing sleeps.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import gzip
import itertools
import socket
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx2
import pytest
import uvicorn

from lienlac import limits
from lienlac.agreements import store as agreements
from lienlac.cli.serving.server import Listener, PinnedProtocol
from lienlac.exchange import store
from lienlac.exchange.link.watch import LinkState
from lienlac.exchange.office import parsed_card
from lienlac.exchange.transport import dial as dialling
from lienlac.exchange.transport.dial import Dial
from lienlac.exchange.transport.endpoint import make_peer_app
from lienlac.keys import tls
from lienlac.storage.database import Database
from lienlac.wire.message import Lane
from tests.exchange.scene import BOSS, SG, US, VN, End, agree, key_chain, pair
from tests.exchange.test_links import status
from tests.world.fakes import START, HandClock

BOUND_S = 20.0


class Served:
    """A node with a listener and a courier, in the running loop."""

    def __init__(self, end: End, bound: socket.socket) -> None:
        self.end, self.bound = end, bound
        self.changed = asyncio.Event()
        loop = asyncio.get_running_loop()

        def tell(_peer: str) -> None:
            loop.call_soon_threadsafe(self.changed.set)

        end.office.on_link_change.append(tell)
        self.door = tls.ServerTls(end.office.keys.tls, self.trusted())
        post = end.post
        self.dial = Dial(post.office, post.courier, post.arrivals, post.recovery, self.context)

    def trusted(self) -> tuple[str, ...]:
        return tuple(pem for peer in self.end.read(agreements.peers) for pem in parsed_card(peer.card).tls_certificates)

    def context(self, peer: agreements.Peer) -> Any:
        return tls.client_context(self.end.office.keys.tls, parsed_card(peer.card).tls_certificates)

    @contextlib.asynccontextmanager
    async def listening(self, *, patience_s: int | None = 1) -> AsyncIterator[None]:
        config = uvicorn.Config(
            make_peer_app(self.end.post.door),
            loop="none",
            http=PinnedProtocol,
            ws="none",
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=patience_s,
        )
        config.load()
        config.ssl = self.door.context
        config.load = lambda: None  # type: ignore[method-assign]  # it is loaded; loading again would take our TLS away
        listener = Listener(config)
        listener.lifespan = config.lifespan_class(config)
        serving = asyncio.create_task(listener.serve(sockets=[self.bound]))
        while not listener.started:
            assert not serving.done()
            await asyncio.sleep(0)
        try:
            yield
        finally:
            listener.should_exit = True
            await serving

    @contextlib.asynccontextmanager
    async def calling(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.dial.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds; looked at again whenever the link changed."""
        async with asyncio.timeout(BOUND_S):
            while not await asyncio.to_thread(holds):
                await self.changed.wait()
                self.changed.clear()

    def road(self, peer: End, lane: Lane = Lane.NORMAL) -> Any:
        return self.end.read(store.road, peer.node_id, lane)


@pytest.fixture(autouse=True)
def let_go_of_sockets() -> Iterator[None]:
    """A call that is cancelled in the middle of its handshake leaves its socket to the collector (httpcore2 does).

    It is collected here, where it is expected, and not in the middle of whatever test comes next.
    """
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
def two(new_sqlite_database: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Two ends in agreement whose cards name the ports that they will listen on."""
    monkeypatch.setattr(dialling, "ROUND_S", 0.05)
    clock = HandClock(START)
    bound = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    ends = [
        End(name, new_sqlite_database(), clock, url=f"https://127.0.0.1:{one.getsockname()[1]}")
        for name, one in zip((US, VN), bound, strict=True)
    ]
    agree(ends[0], ends[1], pair(ends[0], ends[1]))
    yield ends[0], ends[1], bound
    for one in bound:
        one.close()


def test_one_message_each_way(two: Any) -> None:
    us_end, vn_end, bound = two

    async def scene() -> None:
        us, vn = Served(us_end, bound[0]), Served(vn_end, bound[1])
        async with us.listening(), vn.listening(), us.calling(), vn.calling():
            await asyncio.to_thread(us_end.send, vn_end, "to Viet Nam")
            await us.until(lambda: bool(us_end.settled))
            await asyncio.to_thread(vn_end.send, us_end, "to the States", lane=Lane.URGENT)
            await vn.until(lambda: bool(vn_end.settled))

    asyncio.run(scene())
    assert (us_end.got, vn_end.got) == (["to the States"], ["to Viet Nam"])


def test_a_certificate_nobody_pinned_is_not_let_in(two: Any, new_sqlite_database: Callable[[], Database]) -> None:
    """A stranger, and a partner's name on a stranger's key: the handshake ends it."""
    us_end, vn_end, bound = two
    stranger = key_chain(SG)[0].tls
    same_name = tls.make_certificate(US, START)

    async def scene() -> None:
        vn = Served(vn_end, bound[1])
        async with vn.listening():
            for identity in (stranger, same_name):
                context = tls.client_context(identity, [vn_end.office.keys.tls.certificate_pem])
                with pytest.raises(httpx2.TransportError):
                    async with httpx2.AsyncClient(verify=context, trust_env=False) as client:
                        await client.get(f"https://127.0.0.1:{bound[1].getsockname()[1]}/exchange/v1/state")

    asyncio.run(scene())
    assert us_end.got == []


def test_a_changed_certificate_is_refused_with_a_clear_error_and_nothing_is_lost(two: Any) -> None:
    us_end, vn_end, bound = two
    other = tls.make_certificate(VN, START)

    async def scene() -> None:
        us, vn = Served(us_end, bound[0]), Served(vn_end, bound[1])
        vn.door.reload(other, vn.trusted())  # somebody else answers at this address
        async with vn.listening(), us.calling():
            await asyncio.to_thread(us_end.send, vn_end, "waits")
            await us.until(lambda: us.road(vn_end) is not None and us.road(vn_end).failures > 0)
            assert us.road(vn_end).last_code == "peer-certificate"
            assert vn_end.got == []
            vn.door.reload(vn_end.office.keys.tls, vn.trusted())  # live: the listener was never stopped
            us_end.clock.turn(10)
            await us.until(lambda: bool(us_end.settled))

    asyncio.run(scene())
    assert vn_end.got == ["waits"]
    assert us_end.read(store.dead_letters) == []


def test_trust_is_reloaded_while_the_listener_runs(two: Any) -> None:
    """At first nobody is trusted; after the reload the partner comes in through the same listener."""
    us_end, vn_end, bound = two

    async def scene() -> None:
        us, vn = Served(us_end, bound[0]), Served(vn_end, bound[1])
        vn.door.reload(vn_end.office.keys.tls, ())
        async with vn.listening(), us.calling():
            await asyncio.to_thread(us_end.send, vn_end, "let me in")
            await us.until(lambda: us.road(vn_end) is not None and us.road(vn_end).failures > 0)
            assert us.road(vn_end).last_code == "peer-hung-up"
            assert vn_end.got == []
            vn.door.reload(vn_end.office.keys.tls, vn.trusted())
            us_end.clock.turn(10)
            await us.until(lambda: bool(us_end.settled))

    asyncio.run(scene())
    assert vn_end.got == ["let me in"]


def test_a_node_stops_at_once_although_a_partner_keeps_its_idle_connection(two: Any) -> None:
    us_end, vn_end, bound = two

    async def scene() -> None:
        us, vn = Served(us_end, bound[0]), Served(vn_end, bound[1])
        async with us.calling(), asyncio.timeout(BOUND_S), vn.listening(patience_s=None):
            await asyncio.to_thread(us_end.send, vn_end, "before it stops")
            await us.until(lambda: bool(us_end.settled))

    asyncio.run(scene())
    assert vn_end.got == ["before it stops"]


def test_a_node_that_cannot_save_says_so_to_the_one_that_calls(two: Any) -> None:
    us_end, vn_end, bound = two

    def cap(connection: Any) -> None:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {used}")

    vn_end.database.write(cap)

    async def scene() -> None:
        us, vn = Served(us_end, bound[0]), Served(vn_end, bound[1])
        async with vn.listening(), us.calling():
            await asyncio.to_thread(us_end.send, vn_end, *["x" * 1000] * 40)
            await us.until(lambda: us.road(vn_end) is not None and us.road(vn_end).failures > 0)
            assert us.road(vn_end).last_code == "peer-cannot-save"
            vn_end.database.write(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count = 1000000"))
            us_end.clock.turn(10)
            await us.until(lambda: bool(us_end.settled))

    asyncio.run(scene())
    assert len(us_end.settled) == 40
    taken = vn_end.read(store.lane_messages, US, "in", Lane.NORMAL, after=0, rows=100)
    assert [message.sequence for message in taken] == list(range(1, 41))


def test_nobody_there_is_a_clear_error(two: Any) -> None:
    us_end, vn_end, bound = two
    bound[1].close()

    async def scene() -> None:
        us = Served(us_end, bound[0])
        async with us.calling():
            await asyncio.to_thread(us_end.send, vn_end, "hello?")
            await us.until(lambda: us.road(vn_end) is not None and us.road(vn_end).failures > 0)

    asyncio.run(scene())
    assert us_end.read(store.road, VN, Lane.NORMAL).last_code == "peer-unreachable"
    assert len(us_end.envelopes(vn_end)) == 1


def test_a_node_that_can_only_call_out(two: Any) -> None:
    """vn fetches what us has for it and pushes its own: us never calls, vn never listens."""
    us_end, vn_end, bound = two
    us_end.post.desk.set_delivery(BOSS, VN, agreements.Delivery.PULL, fetch=False, url=None)
    vn_end.post.desk.set_delivery(BOSS, US, agreements.Delivery.PUSH, fetch=True, url=None)

    async def scene() -> None:
        us, vn = Served(us_end, bound[0]), Served(vn_end, bound[1])
        async with us.listening(), vn.calling(), us.calling():
            await asyncio.to_thread(us_end.send, vn_end, "fetched", "too")
            await us.until(lambda: len(us_end.settled) == 2)
            await asyncio.to_thread(vn_end.send, us_end, "pushed")
            await vn.until(lambda: bool(vn_end.settled))

    asyncio.run(scene())
    assert (vn_end.got, us_end.got) == (["fetched", "too"], ["pushed"])
    assert us_end.envelopes(vn_end) == []
    assert us_end.read(store.road, VN, Lane.NORMAL).last_acknowledged_us is not None
    assert us_end.read(store.road, VN, Lane.NORMAL).failures == 0, "nobody calls a partner that cannot be called"


@pytest.mark.parametrize("who", ["sender", "receiver"])
def test_keys_are_rotated_while_both_nodes_run(two: Any, who: str) -> None:
    us_end, vn_end, bound = two

    async def scene() -> None:
        us, vn = Served(us_end, bound[0]), Served(vn_end, bound[1])
        async with us.listening(), vn.listening(), us.calling(), vn.calling():
            await asyncio.to_thread(us_end.send, vn_end, "before")
            await us.until(lambda: len(us_end.settled) == 1)
            await asyncio.to_thread((us_end if who == "sender" else vn_end).rotate)
            us.door.reload(us_end.office.keys.tls, us.trusted())
            vn.door.reload(vn_end.office.keys.tls, vn.trusted())
            await asyncio.to_thread(us_end.send, vn_end, "after")
            async with asyncio.timeout(BOUND_S):
                while len(us_end.settled) < 2:
                    us_end.clock.turn(2)  # a road that failed meanwhile is tried again
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(us.changed.wait(), 0.1)
                    us.changed.clear()

    asyncio.run(scene())
    assert vn_end.got == ["before", "after"]
    assert us_end.read(store.dead_letters) == []


# --- a peer that does not play along --------------------------------------------------------------------------------


class Odd:
    """A listener with a peer's certificate that answers as it is told: a list of raw bytes for each connection."""

    def __init__(self, end: End, caller: End, answer: Callable[[asyncio.StreamWriter], Any]) -> None:
        self.answer = answer
        trusted = parsed_card(caller.office.card).tls_certificates
        self.context = tls.server_context(end.office.keys.tls, trusted)
        self.calls = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            self.calls += 1
            await self.answer(writer)
        writer.close()


async def failing_road(us: End, vn: End, bound: Any, answer: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Deliver one message to an odd peer, until the road has failed; returns the road's state."""
    us.send(vn, "one")
    odd = Odd(vn, us, answer)
    server = await asyncio.start_server(odd.handle, sock=bound, ssl=odd.context)
    here = Served(us, socket.socket())
    try:
        async with here.calling():
            await here.until(lambda: here.road(vn) is not None and bool(here.road(vn).failures))
    finally:
        server.close()
        here.bound.close()
    assert len(us.envelopes(vn)) == 1
    return here.road(vn)


def test_a_peer_that_answers_without_end(two: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred thousand megabytes in answer to a question may not fill the memory of the node that asked."""
    us, vn, (_, theirs) = two
    monkeypatch.setattr(limits, "SEALED_MAX_BYTES", 200_000)
    sent = 0

    async def flood(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 65_536)
            sent += 65_536
            await writer.drain()
            await asyncio.sleep(0)

    road = asyncio.run(failing_road(us, vn, theirs, flood, monkeypatch))
    assert road.last_code == "answer-too-large"
    assert sent < 50_000_000


def test_a_peer_that_answers_a_byte_at_a_time(two: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte in time, and the answer never whole: the call ends all the same."""
    us, vn, (_, theirs) = two
    monkeypatch.setattr(limits, "CALL_TIMEOUT_S", 0.3)

    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    road = asyncio.run(failing_road(us, vn, theirs, drip, monkeypatch))
    assert road.last_code == "peer-slow"


def test_a_packed_answer_is_not_unpacked(two: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten kilobytes of gzip hold ten megabytes of nothing; nobody asked for packing, and what comes is refused as it is."""
    us, vn, (_, theirs) = two
    packed = gzip.compress(bytes(10_000_000))

    async def bomb(writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
        writer.write(head.encode() + packed)
        await writer.drain()

    road = asyncio.run(failing_road(us, vn, theirs, bomb, monkeypatch))
    assert road.last_code == "malformed"


def test_a_defect_on_a_road_is_said_and_waits_like_any_failure(two: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception that nobody foresaw ended the road's task in silence, and began it anew every second."""
    us, vn, (_, theirs) = two

    def broken(*_: Any) -> Any:
        msg = "unforeseen"
        raise ValueError(msg)

    monkeypatch.setattr(us.post.recovery, "compare", broken)

    async def anything(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx")
        await writer.drain()

    road = asyncio.run(failing_road(us, vn, theirs, anything, monkeypatch))
    assert (road.last_code, road.last_reason) == ("internal-error", "ValueError")
    assert road.next_us


def test_a_peer_s_calls_do_not_crowd_out_another_s(two: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a few at once a peer hears that it should wait; who else calls is served."""
    us, vn, (_, theirs) = two
    monkeypatch.setattr(limits, "CALLS_AT_ONCE", 2)

    async def scene() -> None:
        there = Served(vn, theirs)
        peer = us.peer(vn)
        async with (
            there.listening(),
            httpx2.AsyncClient(base_url=peer.url, verify=Served.context(Served(us, theirs), peer)) as client,
        ):
            halves = [await half_a_call(us, vn, theirs) for _ in range(2)]
            await until_answered(client, 429)
            for writer in halves:
                writer.close()
            await until_answered(client, 200)

    asyncio.run(scene())


async def until_answered(client: httpx2.AsyncClient, status: int) -> None:
    async with asyncio.timeout(BOUND_S):
        for _ in itertools.count():
            if (await client.get("/exchange/v1/state")).status_code == status:
                return


async def half_a_call(us: End, vn: End, bound: socket.socket) -> asyncio.StreamWriter:
    """A delivery whose body never comes."""
    context = tls.client_context(us.office.keys.tls, parsed_card(vn.office.card).tls_certificates)
    _, writer = await asyncio.open_connection(*bound.getsockname(), ssl=context)
    writer.write(b"POST /exchange/v1/deliver HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx")
    await writer.drain()
    return writer


def test_fetching_that_fails_is_seen_and_does_not_hammer(two: Any) -> None:
    """A peer that we fetch from and cannot reach looked like one with which all is well."""
    us, vn, (_, theirs) = two
    us.post.desk.set_delivery(BOSS, vn.node_id, agreements.Delivery.PULL, fetch=True, url=None)
    theirs.close()

    async def scene() -> None:
        here = Served(us, socket.socket())
        async with here.calling():
            await here.until(
                lambda: here.road(vn, Lane.URGENT) is not None and bool(here.road(vn, Lane.URGENT).failures)
            )
        here.bound.close()

    asyncio.run(scene())
    link = status(us, vn)
    assert link.state is LinkState.FAILING
    assert link.last_error == "peer-unreachable"


@pytest.mark.parametrize("delivery", [agreements.Delivery.PULL, agreements.Delivery.COURIER])
def test_a_peer_that_is_not_to_be_called_is_not_called(two: Any, delivery: agreements.Delivery) -> None:
    """The word that something was queued woke the road whatever was agreed: an air-gapped partner was dialled."""
    us, vn, (_, theirs) = two
    us.post.desk.set_delivery(BOSS, vn.node_id, delivery, fetch=False, url=None)
    theirs.setblocking(False)

    async def scene() -> None:
        here = Served(us, socket.socket())
        async with here.calling():
            await asyncio.to_thread(us.send, vn, "waits")
            while any(not task.done() for task in here.dial._tasks.values()):
                await asyncio.wait(here.dial._tasks.values())
        here.bound.close()

    asyncio.run(scene())
    with pytest.raises(BlockingIOError):
        theirs.accept()
    assert us.read(store.road, vn.node_id, Lane.NORMAL) is None
    assert len(us.envelopes(vn)) == 1
