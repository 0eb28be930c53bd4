"""The door for programs with certificates: TLS that asks for one, and nothing behind it but one standard's addresses.

A port of its own. Browsers at the people's door are never asked for a certificate, and no proxy stands before this one:
what a connection showed is read from its handshake, never from a header.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from lienlac.keys.outer import clients
from lienlac.people.certificates import store
from lienlac.ui.interface.dialect import CERTIFICATE_IN_STATE

if TYPE_CHECKING:
    import asyncio
    import ssl
    from collections.abc import Callable

    from lienlac.assembly import Node

_NOT_HERE: Final = {
    "type": "http.response.start",
    "status": 404,
    "headers": [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")],
}


class CertifiedProtocol(HttpToolsProtocol):
    """HTTP in which every request of a connection carries the fingerprint shown in its handshake."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its parent does
        """The handshake is over: look at the certificate once."""
        super().connection_made(transport)
        found = clients.shown(transport.get_extra_info("ssl_object"))
        self.app_state = {**self.app_state, CERTIFICATE_IN_STATE: found}


class CertificateTrust:
    """Which certificates are let in, as the database has them."""

    def __init__(self, node: Node, make: Callable[[], ssl.SSLContext]) -> None:
        self._node = node
        self._known = self._present()
        self.tls = clients.ClientTls(make, self._known)

    def look(self) -> None:
        """Act on what has changed since."""
        present = self._present()
        if present != self._known:
            self.tls.reload(present)
            self._known = present

    def _present(self) -> list[bytes]:
        with self._node.database.read() as connection:
            return store.living(connection, self._node.clock.now())


def only_below(app: Any, prefix: str) -> Any:
    """The application, as far as its addresses lie at or below the prefix; anything else is not there."""

    async def door(scope: Any, receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or path == prefix or path.startswith(f"{prefix}/"):
            await app(scope, receive, send)
            return
        await send(_NOT_HERE)
        await send({"type": "http.response.body", "body": b""})

    return door
