"""`lienlac serve`: one process, two listeners (people, partners), the courier's rounds, the watch, live trust.

Partners come through mutual TLS 1.3; the pin of the certificate that a caller showed is put where the endpoint looks
for it. Stops in order on SIGTERM and SIGINT: no new work, what is in flight finishes, the database closes.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import ipaddress
import signal
import socket
import ssl
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import uvicorn
import uvloop
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from lienlac import limits
from lienlac.assembly import (
    make_feed_rounds,
    make_import_rounds,
    make_rounds,
    open_node,
)
from lienlac.assembly.doors import CERTIFIED_AT, peer_app, people_app
from lienlac.cli.serving import logs, threads
from lienlac.cli.serving.certified import CertificateTrust, CertifiedProtocol, only_below
from lienlac.cli.serving.lock import only_one
from lienlac.cli.serving.trust import (
    Trust,
    keep_checked,
    keep_feeds,
    keep_importing,
    keep_indexing,
    keep_shared,
    keep_sharing,
    keep_telling,
    keep_trust,
    keep_watch,
    stirring,
)
from lienlac.errors import NotAllowed
from lienlac.exchange.attachments.dial import AttachmentDial
from lienlac.exchange.office import parsed_card
from lienlac.exchange.transport.dial import Dial
from lienlac.exchange.transport.endpoint import PIN_IN_STATE
from lienlac.keys import tls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from litestar import Litestar

    from lienlac.agreements.store import Peer
    from lienlac.assembly import Node
    from lienlac.keys.suite import NodeKeys
    from lienlac.settings import Settings

STOP_S = 5
"""How long open connections may take to finish when the node stops."""
KEEP_ALIVE_S = 75
"""An idle connection is kept over a minute: a click does not pay for a handshake, and no browser or proxy that keeps
its own for a minute asks on one that is just being closed."""
COLLECT_AFTER = (50_000, 20, 50)
"""Young objects after which the collector looks for rings among them, and how seldom it looks further back. A thousand
STIX objects are thirty thousand of Python's, none of them in a ring: to look every 700 takes a quarter of the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """How people come in: plain HTTP (on loopback or behind a proxy, nowhere else), or TLS with this certificate."""

    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False

    def context(self) -> ssl.SSLContext | None:
        """TLS for people, if any. Raises `NotAllowed("tls-files")`."""
        if self.certificate is None and self.key is None:
            return None
        if self.certificate is None or self.key is None:
            raise NotAllowed("tls-files", reason="--tls-certificate, --tls-key")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_cert_chain(self.certificate, self.key)
        except OSError as error:  # ssl.SSLError is one
            raise NotAllowed("tls-files", reason=str(error)) from error
        return context

    def shown(self) -> ssl.SSLContext:
        """As `context`, where there must be one. Raises `NotAllowed("tls-files")`."""
        found = self.context()
        if found is None:
            raise NotAllowed("tls-files", reason="certificates_port: --tls-certificate, --tls-key")
        return found

    def refuse_clear(self, host: str) -> None:
        """Raise `NotAllowed("people-in-clear")` where passwords would cross a network for everybody to read."""
        if self.certificate is None and not self.behind_proxy and not _on_this_machine(host):
            raise NotAllowed("people-in-clear", host=host)


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class PinnedProtocol(HttpToolsProtocol):
    """HTTP for partners: every request of a connection carries the pin of the certificate shown in its handshake."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its parent does
        """The handshake is over: look at the certificate once."""
        super().connection_made(transport)
        connection = transport.get_extra_info("ssl_object")
        self.app_state = {**self.app_state, PIN_IN_STATE: None if connection is None else tls.peer_pin(connection)}

    def on_body(self, body: bytes) -> None:
        """A piece of a body: a partner may be some way ahead of us, so that neither side waits for each piece.

        As its parent does, whose bound of 64 kB would stop and start the connection four thousand times a gigabyte.
        """
        cycle = self.cycle
        if (self.parser.should_upgrade() and self._should_upgrade()) or cycle.response_complete:
            return
        cycle.body += body
        if len(cycle.body) > limits.ATTACHMENT_AHEAD_BYTES:
            self.flow.pause_reading()
        cycle.message_event.set()

    def shutdown(self) -> None:
        """The node stops: a call under way is finished, an idle connection is cut.

        To close it politely would wait for the partner's farewell, which comes when it next looks at the connection.
        """
        # before its first call there is no cycle, whatever the annotation says
        if self.cycle is None or self.cycle.response_complete:  # type: ignore[redundant-expr]
            self.transport.abort()
        else:
            super().shutdown()


class Listener(uvicorn.Server):
    """A listener that leaves the process's signals to us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals stop the whole node, in `_serve`."""
        yield


def serve_node(settings: Settings, keys: Future[NodeKeys], doors: Doors, ready: Callable[[str, str], None]) -> None:
    """Serve until a signal; `ready` gets both addresses.

    Raises `NotAllowed`: `node-running`, `address-in-use`, `people-in-clear`, `tls-files`.
    """
    threads.share_heaps()
    with only_one(settings):
        people_context = doors.context()
        doors.refuse_clear(settings.people_host)
        if settings.certificates_port:
            doors.shown()
        people = _socket(settings.people_host, settings.people_port)
        peers = _socket(settings.peers_host, settings.peers_port)
        programs = (
            _socket(settings.certificates_host, settings.certificates_port) if settings.certificates_port else None
        )
        node = open_node(settings, keys.result())
        logs.configure()
        try:
            with threads.own_threads() as own:
                app = people_app(node, tls=people_context is not None, crowded=own.pages.crowded)
                uvloop.run(
                    threads.on(own.others, _serve(node, app, doors, people_context, people, peers, programs, ready))
                )
        finally:
            node.close()
            for bound in (people, peers, programs):
                if bound is not None:
                    bound.close()


async def _serve(
    node: Node,
    app: Litestar,
    doors: Doors,
    people_context: ssl.SSLContext | None,
    people: socket.socket,
    peers: socket.socket,
    programs: socket.socket | None,
    ready: Callable[[str, str], None],
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    trust = Trust(node)
    proxied = {"proxy_headers": True, "forwarded_allow_ips": "127.0.0.1,::1"} if doors.behind_proxy else {}
    listeners = [
        _listener(app, people_context, http="httptools", **proxied),
        _listener(peer_app(node), trust.server.context, http=PinnedProtocol),
    ]
    sockets = [people, peers]
    certified = None
    if programs is not None:
        certified = CertificateTrust(node, doors.shown)
        door = only_below(app, CERTIFIED_AT)
        listeners.append(_listener(door, certified.tls.context, http=CertifiedProtocol, lifespan="off"))
        sockets.append(programs)
    serving = [
        asyncio.create_task(listener.serve(sockets=[bound])) for listener, bound in zip(listeners, sockets, strict=True)
    ]
    watching, telling, sharing, rounds = asyncio.Event(), asyncio.Event(), asyncio.Event(), make_rounds(node)
    feeds, indexing, shared = make_feed_rounds(node), asyncio.Event(), asyncio.Event()
    stirring(node, sharing, indexing, shared, watching, telling)
    post = node.post
    dial = Dial(post.office, post.courier, post.arrivals, post.recovery, partial(_context_for, node))
    files = AttachmentDial(
        post.shelf, post.attachment_courier, post.receiving, post.attachment_watch, partial(_context_for, node)
    )
    loops = [
        asyncio.create_task(dial.run()),
        asyncio.create_task(files.run()),
        asyncio.create_task(keep_trust(trust, *([] if certified is None else [certified]))),
        asyncio.create_task(keep_watch(node, watching)),
        asyncio.create_task(keep_telling(node, rounds, telling)),
        asyncio.create_task(keep_feeds(node, feeds.run_due)),
        asyncio.create_task(keep_sharing(node, sharing)),
        asyncio.create_task(keep_shared(node, shared)),
        asyncio.create_task(keep_checked(node)),
        asyncio.create_task(keep_indexing(node, indexing)),
        asyncio.create_task(keep_importing(make_import_rounds(node).step)),
    ]
    await _until_started(listeners, serving)
    gc.collect()
    gc.set_threshold(*COLLECT_AFTER)
    gc.freeze()  # what stands now stays: the collector need not look through it again with every thousand objects
    gc.set_threshold(limits.COLLECTED_AFTER_OBJECTS, *limits.COLLECTED_FURTHER_AFTER)
    ready(node.settings.url_for_people, node.settings.url_for_peers)
    stopped = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([stopped, *serving, *loops], return_when=asyncio.FIRST_COMPLETED)
    await _stop(node, listeners, serving, [*loops, stopped])
    for task in done - {stopped}:
        task.result()  # a loop that failed takes the node down loudly: the service manager starts it again


async def _until_started(listeners: list[Listener], serving: list[asyncio.Task[None]]) -> None:
    while not all(listener.started for listener in listeners):
        if any(task.done() for task in serving):
            return
        await asyncio.sleep(0.01)


async def _stop(
    node: Node, listeners: list[Listener], serving: list[asyncio.Task[None]], loops: list[asyncio.Task[Any]]
) -> None:
    """Live pages end first, then the courier's rounds; the listeners finish what they have begun."""
    node.hub.close()
    for task in loops:
        task.cancel()
    for listener in listeners:
        listener.should_exit = True
    await asyncio.gather(*loops, *serving, return_exceptions=True)


def _listener(app: Any, context: ssl.SSLContext | None, *, http: Any, **settings: Any) -> Listener:
    given: dict[str, Any] = {"proxy_headers": False, "lifespan": "on", **settings}
    if context is not None:
        given["ssl_context_factory"] = lambda _config, _default: context
    config = uvicorn.Config(
        app,
        loop="none",
        http=http,
        ws="none",
        log_config=None,
        access_log=False,  # addresses may hold names of cases; what happened stands in the journal
        server_header=False,
        timeout_graceful_shutdown=STOP_S,
        timeout_keep_alive=KEEP_ALIVE_S,
        **given,
    )
    return Listener(config)


def _context_for(node: Node, peer: Peer) -> ssl.SSLContext:
    return tls.client_context(node.post.office.keys.tls, parsed_card(peer.card).tls_certificates)


def _socket(host: str, port: int) -> socket.socket:
    """A bound socket. Raises `NotAllowed("address-in-use")`."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, proto)
    except (OSError, OverflowError) as error:
        raise NotAllowed("address-in-use", address=f"{host}:{port}", reason=str(error)) from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except (OSError, OverflowError) as error:
        bound.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise NotAllowed("address-in-use", address=f"{host}:{port}", reason=reason) from error
    return bound
