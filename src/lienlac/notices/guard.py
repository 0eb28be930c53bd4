"""Which addresses a webhook may call: nobody may use our node to reach into our own network.

Pure. The name is resolved once, every address of the answer is judged, and the connection goes to a judged address and
nowhere else; so a name that answers differently the second time gains nothing. What the administrator named in the
settings may lie inside, and may be plain HTTP when it was named so.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from lienlac import limits
from lienlac.errors import NotAllowed, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PORTS: Final = {"https": 443, "http": 80}
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_NAT64_LOCAL: Final = ipaddress.ip_network("64:ff9b:1::/48")
_COMPATIBLE: Final = ipaddress.ip_network("::/96")
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a webhook goes, taken apart once; `rest` is path and query as they were written."""

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


def parse(url: str, inside: frozenset[str] = frozenset()) -> Target:
    """A webhook's address; `inside` are origins that the administrator allowed.

    Raises `Refused("webhook-malformed" | "webhook-not-https")`.
    """
    if (
        len(url) > limits.URL_MAX_CHARS
        or not url.isascii()
        or any(letter <= " " or letter in '"<>\\^`{|}' for letter in url)
    ):
        raise Refused("webhook-malformed", field="address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused("webhook-malformed", field="address") from error
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc or parts.fragment or port == 0:
        raise Refused("webhook-malformed", field="address")
    rest = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(scheme=parts.scheme, host=parts.hostname, port=port or _PORTS[parts.scheme], rest=rest)
    if target.scheme != "https" and target.origin not in inside:
        raise Refused("webhook-not-https", field="address")
    return target


def origins(setting: str) -> frozenset[str]:
    """The administrator's list of origins inside our network. Raises `NotAllowed("settings-invalid")`."""
    found = set()
    for word in setting.split():
        text = word if "://" in word else f"https://{word}"
        try:
            parts = urlsplit(text)
            port = parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError as error:
            raise NotAllowed("settings-invalid", reason=f"webhook_hosts: {word}") from error
        if not parts.hostname or not port or parts.path not in {"", "/"} or parts.query or "@" in parts.netloc:
            raise NotAllowed("settings-invalid", reason=f"webhook_hosts: {word}")
        found.add(Target(scheme=parts.scheme, host=parts.hostname, port=port, rest="/").origin)
    return frozenset(found)


def choose(target: Target, addresses: Sequence[str], inside: Iterable[str]) -> str:
    """The address to connect to, out of what the name resolved to.

    One bad address among good ones spoils the answer. Raises `NotAllowed("webhook-inside" | "webhook-unknown-host")`.
    """
    if not addresses:
        raise NotAllowed("webhook-unknown-host", host=target.host)
    if target.origin not in frozenset(inside):
        for text in addresses:
            if not is_outside(text):
                raise NotAllowed("webhook-inside", host=target.host)
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
