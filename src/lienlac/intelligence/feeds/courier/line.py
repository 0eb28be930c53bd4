"""The line to one server: a judged address, TLS that proves the name, bounded answers, no redirects, patience.

The name is resolved once for a run, every address is judged (`outside.guard`) and every call of the run goes to the
judged one. Credentials go to the feed's own scheme, host and port and nowhere else: a server that names another in its
answers is refused, not followed. Of an answer that is an error only the status is used: servers repeat credentials in
their words. No proxy and no other variable of the environment has a say.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import httpx2

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.intelligence.feeds.feed import How
from lienlac.intelligence.feeds.rules.turns import retry_after
from lienlac.keys.tls import TlsIdentity, load_identity
from lienlac.outside.courier import resolve
from lienlac.outside.guard import Places

if TYPE_CHECKING:
    from datetime import datetime

    from lienlac.errors import LienlacError
    from lienlac.intelligence.feeds.feed import Sealed
    from lienlac.outside.courier import Resolve
    from lienlac.outside.guard import Target
    from lienlac.settings import Settings

Wait = Callable[[float], Awaitable[None]]
"""Lets seconds pass; replaced in tests."""
_PATIENCE: Final = frozenset({429, 503})
_GZIP: Final = 16 + zlib.MAX_WBITS


class BrokenError(Exception):
    """A run cannot go on: a code of `errors.toml`, what fills its sentence, and how long the server asks to wait."""

    def __init__(self, code: str, *, retry_s: int = 0, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.retry_s = retry_s
        self.details = details

    @classmethod
    def of(cls, error: LienlacError) -> BrokenError:
        """What one of our own errors means for a run."""
        made = cls(error.code)
        made.details = error.details
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer, unpacked. Names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def good(self) -> bool:
        """Whether the server did what was asked."""
        return 200 <= self.status < 300

    @property
    def media_type(self) -> str:
        """Without parameters, in small letters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def must_be_good(self) -> Self:
        """Raise what a status means for a feed as a whole."""
        if self.good:
            return self
        if self.status in {401, 403}:
            raise BrokenError("feed-credentials", status=self.status)
        if self.status == 404:
            raise BrokenError("feed-not-found")
        raise BrokenError("feed-status", status=self.status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What every line is made of: the hosts that may be called, the certificates believed, the name service."""

    places: Places
    trust: Callable[[], ssl.SSLContext]
    resolve: Resolve
    wait: Wait = asyncio.sleep


def network_of(settings: Settings) -> Network:
    """The network as the settings allow it. Raises `NotAllowed("settings-invalid" | "feed-ca-file")`."""
    if settings.feed_ca_file:
        known_trust(settings.feed_ca_file)  # a file that cannot be read is said when the node starts
    return Network(
        places=Places(settings.feed_hosts), trust=lambda: known_trust(settings.feed_ca_file), resolve=resolve
    )


def known_trust(ca_file: str) -> ssl.SSLContext:
    """The machine's certificates and those of the setting; a context of its own for every line."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file:
        try:
            context.load_verify_locations(cafile=ca_file)
        except OSError as error:  # ssl.SSLError is one
            raise NotAllowed("feed-ca-file", path=ca_file) from error
    return context


class Line:
    """A run's connection to its server. Use as an asynchronous context manager."""

    def __init__(self, network: Network, sealed: Sealed, now: datetime) -> None:
        """Raises `Refused("feed-address" | "feed-not-https")`, `NotAllowed("feed-host" | "key-unusable")`."""
        self._network = network
        self._sealed = sealed
        self._now = now
        self.target = network.places.target(sealed.address)
        self._address = ""
        trust = network.trust()
        if sealed.how is How.CERTIFICATE:
            key, chain = sealed.identity
            load_identity(trust, TlsIdentity(key_pem=key, certificate_pem=chain))
        self._client = httpx2.AsyncClient(
            verify=trust,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx2.Timeout(limits.FEED_CONNECT_S),
            limits=httpx2.Limits(max_connections=1),
        )

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.__aexit__(None, None, None)

    def at(self, url: str) -> Target:
        """An address on this line's server. Raises `BrokenError("feed-elsewhere")` for one on another."""
        try:
            target = self._network.places.target(url)
        except (Refused, NotAllowed) as error:
            raise BrokenError("feed-elsewhere") from error
        if target.origin != self.target.origin:
            raise BrokenError("feed-elsewhere")
        return target

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        max_bytes: int = limits.FEED_BODY_MAX_BYTES,
    ) -> Answer:
        """One call, made again where the server asks for patience; redirects are answers like others, and errors.

        Raises `BrokenError`.
        """
        target = self.at(url)
        said = {"Host": target.authority, "User-Agent": "lienlac", "Accept-Encoding": "gzip", **(headers or {})}
        if self._sealed.authorization:
            said["Authorization"] = self._sealed.authorization
        tries = 1
        while (answer := await self._once(method, target, said, content, max_bytes)).status in _PATIENCE:
            pause_s = retry_after(answer.headers.get("retry-after", ""), self._now)
            if tries == limits.FEED_TRIES or pause_s > limits.FEED_WAIT_MAX_S:
                raise BrokenError("feed-busy", retry_s=pause_s, status=answer.status)
            await self._network.wait(max(pause_s, 1))
            tries += 1
        if 300 <= answer.status < 400 and answer.status != 304:
            raise BrokenError("feed-redirect", status=answer.status)
        return answer

    async def _once(
        self, method: str, target: Target, headers: Mapping[str, str], content: bytes | None, max_bytes: int
    ) -> Answer:
        address = await self._resolved()
        extensions = {"sni_hostname": target.host}
        try:
            async with (
                asyncio.timeout(limits.FEED_CALL_S),
                self._client.stream(
                    method, target.at(address), headers=dict(headers), content=content, extensions=extensions
                ) as answer,
            ):
                known = {name.lower(): value for name, value in answer.headers.items()}
                body = await _read(answer, known, max_bytes)
                return Answer(status=answer.status_code, headers=known, body=body)
        except (httpx2.TimeoutException, TimeoutError):
            raise BrokenError("feed-timeout") from None
        except httpx2.ConnectError as error:
            code = "feed-certificate-wrong" if "CERTIFICATE_VERIFY_FAILED" in str(error) else "feed-unreachable"
            raise BrokenError(code, host=target.host) from None
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError):
            raise BrokenError("feed-unreachable", host=target.host) from None

    async def _resolved(self) -> str:
        """Judged once for the whole run: a name that answers differently later gains nothing."""
        if not self._address:
            try:
                addresses = await self._network.resolve(self.target.host, self.target.port)
                self._address = self._network.places.choose(self.target, addresses)
            except NotAllowed as error:
                raise BrokenError.of(error) from error
        return self._address


async def _read(answer: httpx2.Response, headers: Mapping[str, str], max_bytes: int) -> bytes:
    """The body as it comes, unpacked up to the bound and not a byte further: a small body may hold a huge one."""
    packed = headers.get("content-encoding", "identity").strip().lower()
    if packed not in {"", "identity", "gzip"}:
        raise BrokenError("feed-encoding")
    opened = zlib.decompressobj(_GZIP) if packed == "gzip" else None
    pieces: list[bytes] = []
    left = max_bytes
    async with contextlib.aclosing(answer.aiter_raw()) as raw:
        async for given in raw:
            try:
                piece = opened.decompress(given, left + 1) if opened else given
            except zlib.error as error:
                raise BrokenError("feed-encoding") from error
            left -= len(piece)
            if left < 0:
                raise BrokenError("feed-too-large", limit_bytes=max_bytes)
            pieces.append(piece)
    if opened is not None and pieces and not opened.eof:
        raise BrokenError("feed-encoding")
    return b"".join(pieces)
