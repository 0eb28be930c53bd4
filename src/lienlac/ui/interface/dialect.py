"""Doors that speak a standard of others: how a caller names themselves there, and what a failure looks like there.

The same guard stands before them, the same rights behind; only credentials and errors have another form. Knows no
standard: a slice hands its dialect in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from litestar import Request, Response
    from sqlalchemy import Connection

    from lienlac.errors import LienlacError
    from lienlac.people.tokens import Bearer

CERTIFICATE_IN_STATE: Final = "client_certificate"
"""Where the server writes, of a connection through the door for certificates, the fingerprint shown in its handshake
("" for none). No header can say it: what has come through another door has no such entry."""


class Fingerprint(str):
    """What a caller names themselves by where their certificate does it for them; no text from outside is one."""

    __slots__ = ()


def certificate_of(request: Request[Any, Any, Any]) -> Fingerprint | None:
    """The certificate that a call's connection showed; None for a call through any other door."""
    found = request.scope.get("state", {}).get(CERTIFICATE_IN_STATE)
    return None if found is None else Fingerprint(found)


class Dialect(Protocol):
    """One standard, for every address at or below `prefix`."""

    @property
    def prefix(self) -> str:
        """Where it is spoken, without a slash at its end."""
        ...

    def secret(self, request: Request[Any, Any, Any], /) -> str:
        """What a caller names themselves by; "" when there is nothing."""
        ...

    def find(self, connection: Connection, secret: str, now: datetime, /) -> Bearer | None:
        """Whose secret that is; None for nobody's."""
        ...

    def admit(self, request: Request[Any, Any, Any], /) -> None:
        """Whether the call itself is in the standard's form, before its body is read. Raises `Refused`."""
        ...

    def problem(self, ask: Any, error: LienlacError, status: int, /) -> Response[bytes]:
        """A failure in the standard's form. `ask` is the call."""
        ...


def spoken_at(dialects: Sequence[Dialect], path: str) -> Dialect | None:
    """The dialect of an address, if it has one."""
    return next((one for one in dialects if path == one.prefix or path.startswith(f"{one.prefix}/")), None)
