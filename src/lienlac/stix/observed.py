"""Which identifiers an object names: values by which the same thing is found again in a case, a request, another feed.

Responsible for observables, the comparisons of indicators' patterns, our extension, OpenCTI's own types and fields, and
what a name or an external reference says; each as a type of the vocabulary `identifier_types` and a value in the form
that identifiers have everywhere in this program. What cannot be brought into that form is left out. Knows nothing of
where the values go.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers import accounts, contact
from lienlac.stix import extension
from lienlac.stix.rules import patterns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lienlac.identifiers.accounts import Account

_HASHES: Final = frozenset({"MD5", "SHA-1", "SHA-256", "SHA-512", "SHA3-256", "SHA3-512"})
_HEX: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128}")
_CHAINS: Final = {"bitcoin": "btc", "ethereum": "eth", "tron": "tron"}
_SERVICES: Final = frozenset({"telegram", "zalo", "facebook", "tiktok"})


class Named(NamedTuple):
    """One identifier that an object names. `account` is set for bank accounts, whose key has several parts."""

    type: str
    value: str
    account: Account | None = None


def named_in(value: dict[str, Any]) -> tuple[Named, ...]:
    """Every identifier of a checked object, each once, at most `limits.STIX_IDENTIFIERS_MAX`."""
    found: dict[Named, None] = {}
    for named in _all(value):
        found[named] = None
        if len(found) >= limits.STIX_IDENTIFIERS_MAX:
            break
    return tuple(found)


def _all(value: dict[str, Any]) -> Iterator[Named]:
    yield from _of(value)
    inner = value.get("objects")
    if value["type"] == "observed-data" and isinstance(inner, dict):
        for item in inner.values():
            if isinstance(item, dict) and isinstance(item.get("type"), str):
                yield from _of(item)


def _of(value: dict[str, Any]) -> Iterator[Named]:
    kind = value["type"]
    plain = _PLAIN.get(kind)
    if plain is not None:
        yield from _normal(plain, value.get("value"))
    elif kind in {"file", "artifact", "x509-certificate"}:
        yield from _hashes(value.get("hashes"))
        if kind == "artifact":
            yield from _normal("url", value.get("url"))
    elif kind == "indicator" and value.get("pattern_type") == "stix":
        for compared, path, text in patterns.comparisons(value["pattern"]):
            yield from _compared(compared, path, text)
    elif kind in _FINANCIAL:
        yield from _FINANCIAL[kind](value)
    elif kind == "user-account":
        yield from _user_account(value)
    if isinstance(value.get("x_opencti_value"), str):
        yield from _guessed(value["x_opencti_value"])


def _compared(kind: str, path: str, text: str) -> Iterator[Named]:
    """What one comparison of a pattern is about."""
    if path == "value" and kind in _PLAIN:
        yield from _normal(_PLAIN[kind], text)
    elif path.startswith("hashes."):
        yield from _normal("file-hash", text)
    elif kind == "network-traffic" and path in {"src_ref.value", "dst_ref.value"}:
        yield from _guessed(text)
    elif kind == "email-message" and path in {"from_ref.value", "sender_ref.value"}:
        yield from _normal("email", text)
    elif kind == "domain-name" and path.endswith("resolves_to_refs[*].value"):
        yield from _normal("ip", text)
    elif kind in {"phone-number", "cryptocurrency-wallet"} and path == "value":
        yield from _FINANCIAL[kind]({"value": text})
    elif kind == "bank-account" and path == "iban":
        yield from _FINANCIAL[kind]({"iban": text})
    elif kind == "app-package" and path == "package_name":
        yield from _normal("app-package", text)


def _hashes(hashes: Any) -> Iterator[Named]:
    for name, text in hashes.items() if isinstance(hashes, dict) else ():
        if name in _HASHES:
            yield from _normal("file-hash", text)


def _bank_account(value: dict[str, Any]) -> Iterator[Named]:
    account = extension.account_of(value)
    if account is None:
        return
    try:
        normal = accounts.normalise(account)
        yield Named("bank-account", accounts.key(normal), normal)
    except Refused:
        return


def _wallet(value: dict[str, Any]) -> Iterator[Named]:
    text = value.get("value")
    guessed = extension.chain_of(text) if isinstance(text, str) else ""
    kind = _CHAINS.get(str(value.get("chain"))) or _CHAINS.get(guessed)
    if kind is not None:
        yield from _normal(kind, text)


def _transaction(value: dict[str, Any]) -> Iterator[Named]:
    yield from _normal("crypto-tx" if "chain" in value else "payment-ref", value.get("reference"))
    yield from _normal("transfer-memo", value.get("memo"))


def _messaging(value: dict[str, Any]) -> Iterator[Named]:
    service, name = value.get("service"), value.get("account_id")
    if isinstance(service, str) and service in _SERVICES:
        bot = service == "telegram" and value.get("is_bot") is True
        yield from _normal("telegram-bot" if bot else service, name)


def _user_account(value: dict[str, Any]) -> Iterator[Named]:
    kind = value.get("account_type")
    if isinstance(kind, str) and kind in _SERVICES:
        for name in ("user_id", "account_login"):
            yield from _normal(kind, value.get(name))


def _card(value: dict[str, Any]) -> Iterator[Named]:
    text = value.get("card_number")
    if isinstance(text, str) and re.fullmatch(r"[0-9]{6}[^0-9]{1,12}[0-9]{4}", text):
        yield Named("card-trunc", f"{text[:6]}…{text[-4:]}")


def _guessed(text: str) -> Iterator[Named]:
    """A value whose kind nobody has said: an address of some sort, or nothing."""
    for kind in ("ip", "url", "email", "domain"):
        found = tuple(_normal(kind, text))
        if found:
            yield from found
            return


def _normal(kind: str, text: Any) -> Iterator[Named]:
    """A value in its normal form; nothing where it has none."""
    if not isinstance(text, str) or not text.strip() or len(text) > limits.STIX_IDENTIFIER_MAX_CHARS:
        return
    try:
        normal = _FORMS[kind](text.strip()) if kind in _FORMS else text.strip()
    except (Refused, ValueError):
        return
    if normal:
        yield Named(kind, normal)


def _ip(text: str) -> str:
    """An address; a network is none, unless it holds one address."""
    network = ipaddress.ip_network(text, strict=False) if "/" in text else None
    if network is not None:
        return str(network.network_address) if network.num_addresses == 1 else ""
    return str(ipaddress.ip_address(text))


def _hash(text: str) -> str:
    return text.lower() if _HEX.fullmatch(text.lower()) else ""


def _phone(text: str) -> str:
    return contact.parse_phone(text).e164


_PLAIN: Final = {
    "domain-name": "domain",
    "hostname": "domain",
    "url": "url",
    "ipv4-addr": "ip",
    "ipv6-addr": "ip",
    "email-addr": "email",
}
_FINANCIAL: Final[dict[str, Callable[[dict[str, Any]], Iterator[Named]]]] = {
    "bank-account": _bank_account,
    "payment-card": _card,
    "cryptocurrency-wallet": _wallet,
    "phone-number": lambda value: _normal("phone", value.get("value")),
    "financial-transaction": _transaction,
    "messaging-account": _messaging,
    "app-package": lambda value: _normal("app-package", value.get("package_name")),
}
_FORMS: Final[dict[str, Callable[[str], str]]] = {
    "domain": contact.parse_domain,
    "url": contact.parse_url,
    "ip": _ip,
    "email": contact.parse_email,
    "file-hash": _hash,
    "crypto-tx": str.lower,
    "eth": str.lower,
    "telegram": lambda text: text.removeprefix("@").casefold(),
    "telegram-bot": lambda text: text.removeprefix("@").casefold(),
    "facebook": str.casefold,
    "tiktok": lambda text: text.removeprefix("@").casefold(),
    "phone": _phone,
}
"""The normal form of each type that has one."""
