"""STIX objects made of what others' files say: observables, people, firms, relationships.

Ids come from what is said, so that the same file taken in twice gives the same objects. Instants are handed in.
Whoever has a value gives its kind; a value that has no normal form raises `Refused`, with its own sentence.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from lienlac.errors import Refused
from lienlac.identifiers import accounts, cards, contact, reference
from lienlac.identifiers.finding import strip
from lienlac.stix import extension

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lienlac.identifiers.accounts import Account

_NAMESPACE: Final = bytes.fromhex("00abedb4aa42466c9c01fed23315a9b7")
_OWN: Final = bytes.fromhex("fe4dd900565240c0adf2a12857c8eee7")
_HASHES: Final = {32: "MD5", 40: "SHA-1", 64: "SHA-256", 128: "SHA-512"}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def said(text: str) -> str:
    """What people wrote, without what may never be stored: card numbers are cut, codes and passwords taken out."""
    return strip(text).text if text else text


def instant(us: int) -> str:
    """Microseconds since 1970 as STIX writes them, to the millisecond or finer."""
    at = _EPOCH + timedelta(microseconds=us)
    fraction = f"{at.microsecond:06d}"
    return f"{at:%Y-%m-%dT%H:%M:%S}.{fraction[:3] if fraction.endswith('000') else fraction}Z"


def instant_of(text: str) -> str:
    """An instant or a day, written in one of the usual ways, as STIX writes it; empty where it is none."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return ""
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return instant(int((at - _EPOCH).total_seconds()) * 1_000_000)


def same_uuid(*parts: str) -> str:
    """The same UUID for the same texts."""
    return _uuid(_OWN, "\x1f".join(parts))


def observable(kind: str, text: str) -> dict[str, Any]:
    """The observable of an identifier. Raises `Refused` where it has no normal form or the kind has no observable."""
    made = _MAKERS.get(kind)
    if made is None:
        raise Refused("foreign-kind", kind=kind[:40])
    return made(text.strip())


def kinds() -> tuple[str, ...]:
    """Kinds of identifiers that `observable` takes."""
    return tuple(_MAKERS)


def bank_account(account: Account) -> dict[str, Any]:
    """The observable of an account, normalised. Raises as `accounts.normalise`."""
    return extension.of_account(accounts.normalise(account))


def identity(name: str, identity_class: str, at_us: int, **members: Any) -> dict[str, Any]:
    """A person (`individual`) or a firm (`organization`)."""
    tidy = reference.tidy(name)
    if not tidy:
        raise Refused("foreign-name")
    return versioned("identity", at_us, {"name": tidy, "identity_class": identity_class, **members}, identity_class)


def relationship(source: Mapping[str, Any], kind: str, target: Mapping[str, Any], at_us: int) -> dict[str, Any]:
    """What ties two objects."""
    said = {"relationship_type": kind, "source_ref": source["id"], "target_ref": target["id"]}
    return versioned("relationship", at_us, said, f"{source['id']} {kind} {target['id']}")


def versioned(kind: str, at_us: int, members: Mapping[str, Any], seed: str) -> dict[str, Any]:
    """An object with versions; its id comes from its type, its seed and its name."""
    at = instant(at_us)
    naming = "\x1f".join((kind, seed, str(members.get("name", ""))))
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--{_uuid(_OWN, naming)}",
        "created": at,
        "modified": at,
        **{name: value for name, value in members.items() if value not in (None, "", [], {})},
    }


def _standard(kind: str, naming: dict[str, Any], **members: Any) -> dict[str, Any]:
    """An observable of the standard; what names it makes its id (STIX 2.1, section 2.9)."""
    canonical = json.dumps(naming, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--{_uuid(_NAMESPACE, canonical)}",
        **naming,
        **members,
    }


def _address(text: str) -> dict[str, Any]:
    try:
        found = ipaddress.ip_network(text, strict=False) if "/" in text else ipaddress.ip_address(text)
    except ValueError as error:
        raise Refused("ip-malformed", text=text[:80]) from error
    return _standard("ipv4-addr" if found.version == 4 else "ipv6-addr", {"value": str(found)})


def _file(text: str) -> dict[str, Any]:
    digest = text.lower()
    name = _HASHES.get(len(digest))
    if name is None or not all(letter in "0123456789abcdef" for letter in digest):
        raise Refused("hash-malformed", text=text[:80])
    return _standard("file", {"hashes": {name: digest}})


def _card(text: str) -> dict[str, Any]:
    """A card; a whole number is cut before anything else sees it."""
    digits = "".join(letter for letter in text if letter.isdigit())
    if not (10 <= len(digits) <= 19):
        raise Refused("pan-malformed")
    if len(digits) == 10 or cards.is_card_number(digits):
        return extension.observable("payment-card", {"card_number": f"{digits[:6]}******{digits[-4:]}"})
    raise Refused("pan-malformed")


def _wallet(chain: str) -> Callable[[str], dict[str, Any]]:
    return lambda text: extension.observable("cryptocurrency-wallet", {"value": text, "chain": chain})


def _messaging(service: str, *, bot: bool = False) -> Callable[[str], dict[str, Any]]:
    def made(text: str) -> dict[str, Any]:
        members: dict[str, Any] = {"service": service, "account_id": text.removeprefix("@")}
        return extension.observable("messaging-account", members | ({"is_bot": True} if bot else {}))

    return made


def _iban(text: str) -> dict[str, Any]:
    return bank_account(accounts.IbanAccount(iban=text))


_MAKERS: Final[dict[str, Callable[[str], dict[str, Any]]]] = {
    "domain": lambda text: _standard("domain-name", {"value": contact.parse_domain(text)}),
    "url": lambda text: _standard("url", {"value": contact.parse_url(text)}),
    "ip": _address,
    "email": lambda text: _standard("email-addr", {"value": contact.parse_email(text)}),
    "file-hash": _file,
    "phone": lambda text: extension.observable("phone-number", {"value": contact.parse_phone(text).e164}),
    "iban": _iban,
    "card-trunc": _card,
    "btc": _wallet("bitcoin"),
    "eth": _wallet("ethereum"),
    "tron": _wallet("tron"),
    "telegram": _messaging("telegram"),
    "telegram-bot": _messaging("telegram", bot=True),
    "zalo": _messaging("zalo"),
    "facebook": _messaging("facebook"),
    "tiktok": _messaging("tiktok"),
    "app-package": lambda text: extension.observable("app-package", {"package_name": text, "platform": "android"}),
    "payment-ref": lambda text: extension.observable(
        "financial-transaction", {"reference": reference.parse_reference(text)}
    ),
}


def _uuid(namespace: bytes, naming: str) -> str:
    digest = bytearray(hashlib.sha1(namespace + naming.encode("utf-8", "replace"), usedforsecurity=False).digest()[:16])
    digest[6] = (digest[6] & 0x0F) | 0x50
    digest[8] = (digest[8] & 0x3F) | 0x80
    plain = digest.hex()
    return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))
