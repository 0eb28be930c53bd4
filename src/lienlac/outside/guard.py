"""Which addresses may be called for a webhook or a feed: nobody may use our node to reach into our own network.

Pure. The name is resolved once, every address of the answer is judged, and the connection goes to a judged address and
nowhere else; so a name that answers differently the second time gains nothing. What the administrator named in the
settings may lie inside, and may be plain HTTP when it was named so.

Webhooks may go anywhere in the open network, feeds only to hosts that are named (`Places`): a webhook carries a few
words outward, a feed's credentials and whole collections.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from lienlac import limits
from lienlac.errors import NotAllowed, Refused

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

_PORTS: Final = {"https": 443, "http": 80}
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_NAT64_LOCAL: Final = ipaddress.ip_network("64:ff9b:1::/48")
_COMPATIBLE: Final = ipaddress.ip_network("::/96")
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The codes by which one kind of call says what is wrong with its address."""

    malformed: str
    not_https: str
    inside: str
    unknown_host: str


WEBHOOK: Final = Said(
    malformed="webhook-malformed",
    not_https="webhook-not-https",
    inside="webhook-inside",
    unknown_host="webhook-unknown-host",
)
FEED: Final = Said(
    malformed="feed-address", not_https="feed-not-https", inside="feed-inside", unknown_host="feed-unknown-host"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a call goes, taken apart once; `rest` is path and query as they were written."""

    scheme: str
    host: str
    port: int
    rest: str

    @property
    def origin(self) -> str:
        """Scheme, host and port, always with the port."""
        return f"{self.scheme}://{self._bracketed}:{self.port}"

    @property
    def authority(self) -> str:
        """What the Host header says."""
        usual = _PORTS[self.scheme] == self.port
        return self._bracketed if usual else f"{self._bracketed}:{self.port}"

    @property
    def url(self) -> str:
        """The whole address again."""
        return f"{self.scheme}://{self.authority}{self.rest}"

    def at(self, address: str) -> str:
        """The same address with a resolved one in place of the name."""
        bracketed = f"[{address}]" if ":" in address else address
        return f"{self.scheme}://{bracketed}:{self.port}{self.rest}"

    @property
    def _bracketed(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


def parse(url: str, inside: Container[str] = frozenset(), said: Said = WEBHOOK) -> Target:
    """An address to call; `inside` are origins that the administrator allowed.

    Raises `Refused("webhook-malformed" | "webhook-not-https")`, or what else `said` calls it.
    """
    if (
        len(url) > limits.URL_MAX_CHARS
        or not url.isascii()
        or any(letter <= " " or letter in '"<>\\^`{|}' for letter in url)
    ):
        raise Refused(said.malformed, field="address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused(said.malformed, field="address") from error
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc or parts.fragment or port == 0:
        raise Refused(said.malformed, field="address")
    rest = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(scheme=parts.scheme, host=parts.hostname, port=port or _PORTS[parts.scheme], rest=rest)
    if target.scheme != "https" and target.origin not in inside:
        raise Refused(said.not_https, field="address")
    return target


def origins(setting: str) -> frozenset[str]:
    """The administrator's list of origins inside our network. Raises `NotAllowed("settings-invalid")`."""
    return frozenset(_origin(word, "webhook_hosts") for word in setting.split())


def _origin(word: str, setting: str) -> str:
    text = word if "://" in word else f"https://{word}"
    try:
        parts = urlsplit(text)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise NotAllowed("settings-invalid", reason=f"{setting}: {word}") from error
    if not parts.hostname or not port or parts.path not in {"", "/"} or parts.query or "@" in parts.netloc:
        raise NotAllowed("settings-invalid", reason=f"{setting}: {word}")
    return Target(scheme=parts.scheme, host=parts.hostname, port=port, rest="/").origin


class Places:
    """The hosts that feeds may call, and no other: by origin, those in our own network with that network."""

    def __init__(self, setting: str) -> None:
        """Read `taxii.example misp.intranet=10.1.2.0/24 http://10.1.2.3:8080=10.1.2.3/32`.

        Plain HTTP only where it was written so, and then only with a network of ours: nothing crosses the open network
        in the clear. Raises `NotAllowed("settings-invalid")`.
        """
        self._networks: dict[str, tuple[_Network, ...]] = {}
        for word in setting.split():
            name, _, network = word.partition("=")
            origin = _origin(name, "feed_hosts")
            try:
                known = (ipaddress.ip_network(network),) if network else ()
            except ValueError as error:
                raise NotAllowed("settings-invalid", reason=f"feed_hosts: {word}") from error
            if origin.startswith("http://") and not known:
                raise NotAllowed("settings-invalid", reason=f"feed_hosts: {word}")
            self._networks[origin] = self._networks.get(origin, ()) + known

    def __contains__(self, origin: object) -> bool:
        return origin in self._networks

    def target(self, url: str) -> Target:
        """Take a feed's address apart.

        Raises `Refused("feed-address" | "feed-not-https")`, `NotAllowed("feed-host")` for a host that is not named.
        """
        target = parse(url, self, FEED)
        if target.origin not in self:
            raise NotAllowed("feed-host", field="address", host=target.authority)
        return target

    def choose(self, target: Target, addresses: Sequence[str]) -> str:
        """The address to connect to: in the open network, or where the host is named with its network, in that.

        Raises `NotAllowed("feed-host" | "feed-inside" | "feed-unknown-host")`.
        """
        networks = self._networks.get(target.origin)
        if networks is None:
            raise NotAllowed("feed-host", field="address", host=target.authority)
        if not networks:
            return choose(target, addresses, (), FEED)
        if not addresses:
            raise NotAllowed(FEED.unknown_host, host=target.host)
        for text in addresses:
            if not any(_lies_in(text, network) for network in networks):
                raise NotAllowed(FEED.inside, host=target.host)
        return addresses[0]


def _lies_in(text: str, network: _Network) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return address in network


def choose(target: Target, addresses: Sequence[str], inside: Iterable[str], said: Said = WEBHOOK) -> str:
    """The address to connect to, out of what the name resolved to.

    One bad address among good ones spoils the answer. Raises `NotAllowed("webhook-inside" | "webhook-unknown-host")`,
    or what else `said` calls it.
    """
    if not addresses:
        raise NotAllowed(said.unknown_host, host=target.host)
    if target.origin not in frozenset(inside):
        for text in addresses:
            if not is_outside(text):
                raise NotAllowed(said.inside, host=target.host)
    return addresses[0]


def is_outside(text: str) -> bool:
    """Whether an address lies in the open network: not private, loopback, link-local, reserved or multicast.

    Addresses that carry another inside (mapped, 6to4, Teredo, NAT64) count as what they carry.
    """
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(one.is_global and not one.is_multicast and not one.is_reserved for one in _carried(address))


def _carried(address: _Address) -> list[_Address]:
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    low = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address.sixtofour is not None:
        return [address, address.sixtofour]
    if address.teredo is not None:
        return [address, *address.teredo]
    if address in _NAT64 or address in _NAT64_LOCAL or address in _COMPATIBLE:
        return [low] if address in _NAT64 else [address, low]
    return [address]
