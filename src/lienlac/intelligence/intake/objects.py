"""STIX objects from what an officer confirmed: an observable for each identifier, and one report that names them all.

Pure. Bank accounts, cards, wallets, telephones, transactions, messaging accounts and apps follow our extension; the
same identifier has the same id wherever it is taken in. What STIX has no observable for (identity cards, plates, tax
codes, names) makes no object of its own: it stays in the report's text, and the index finds the report by it.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
from typing import TYPE_CHECKING, Any, Final

from lienlac import limits
from lienlac.stix import extension

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lienlac.identifiers.accounts import Account

_NAMESPACE: Final = bytes.fromhex("00abedb4aa42466c9c01fed23315a9b7")
"""In which STIX 2.1 makes ids of observables (section 2.9)."""
_CHAINS: Final = {"btc": "bitcoin", "eth": "ethereum", "tron": "tron"}
_SERVICES: Final = {
    "telegram": "telegram",
    "telegram-bot": "telegram",
    "zalo": "zalo",
    "facebook": "facebook",
    "tiktok": "tiktok",
}
_HASHES: Final = {32: "MD5", 40: "SHA-1", 64: "SHA-256", 128: "SHA-512"}
_PLAIN: Final = {"email": "email-addr", "domain": "domain-name", "url": "url"}
MAKES: Final = frozenset(
    {*_CHAINS, *_SERVICES, *_PLAIN, "bank-account", "iban", "phone", "card-trunc", "crypto-tx", "payment-ref"}
    | {"ip", "file-hash", "app-package"}
)
"""Types of identifiers that become an object of their own."""


def observable(type_: str, value: str, account: Account | None = None) -> dict[str, Any] | None:
    """The object of one identifier; None where there is none for its type."""
    if account is not None:
        return extension.of_account(account)
    if type_ in _CHAINS:
        return extension.observable("cryptocurrency-wallet", {"value": value, "chain": _CHAINS[type_]})
    if type_ in _SERVICES:
        members: dict[str, Any] = {"service": _SERVICES[type_], "account_id": value}
        return extension.observable(
            "messaging-account", members | ({"is_bot": True} if type_ == "telegram-bot" else {})
        )
    if type_ == "phone":
        return extension.observable("phone-number", {"value": value})
    if type_ == "card-trunc":
        first, _, last = value.partition("…")
        return extension.observable("payment-card", {"card_number": f"{first}******{last}"})
    if type_ in {"crypto-tx", "payment-ref"}:
        return extension.observable("financial-transaction", {"reference": value})
    if type_ == "app-package":
        return extension.observable("app-package", {"package_name": value, "platform": "android"})
    if type_ == "file-hash" and len(value) in _HASHES:
        return _plain("file", {"hashes": {_HASHES[len(value)]: value}})
    if type_ == "ip":
        return _plain(f"ipv{ipaddress.ip_address(value).version}-addr", {"value": value})
    return _plain(_PLAIN[type_], {"value": value}) if type_ in _PLAIN else None


def _plain(type_: str, members: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = bytearray(hashlib.sha1(_NAMESPACE + text.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = (digest[6] & 0x0F) | 0x50
    digest[8] = (digest[8] & 0x3F) | 0x80
    plain = digest.hex()
    uuid = "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))
    return {"type": type_, "spec_version": "2.1", "id": f"{type_}--{uuid}", **members}


def report(
    *, report_id: str, at: str, title: str, text: str, typologies: Sequence[str], refs: Sequence[str], language: str
) -> dict[str, Any]:
    """The report that names them. `text` is already stripped; one that is too long is cut, and says so."""
    kept = text if len(text) <= limits.INTAKE_KEPT_CHARS else f"{text[: limits.INTAKE_KEPT_CHARS]} […]"
    return {
        "type": "report",
        "spec_version": "2.1",
        "id": report_id,
        "created": at,
        "modified": at,
        "name": title,
        "report_types": ["threat-report"],
        "published": at,
        "lang": language,
        **({"description": kept} if kept else {}),
        **({"labels": list(typologies)} if typologies else {}),
        "object_refs": list(refs),
    }


def raws(objects: Iterable[dict[str, Any]]) -> list[bytes]:
    """Each object once, as the bytes that are stored."""
    found = {one["id"]: one for one in objects}
    return [json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode() for one in found.values()]
