"""What a slice says to the index: this thing names these identifiers, each in this role.

Pure. From one identifier others follow that are worth matching by themselves (the host of a URL, the telephone behind a
Zalo account): each is a mention of its own, whose role says how it came about. A name is a mention too, and never more
than a hint.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers import accounts, contact
from lienlac.identifiers.finding import Find, read, shown
from lienlac.identifiers.folding import compact
from lienlac.identifiers.names import buckets, exact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lienlac.identifiers.accounts import Account

ROLES: Final = (
    "named",
    "receiving",
    "victim",
    "text",
    "host",
    "mail-host",
    "phone-of",
    "holder",
    "subject",
    "object",
)
"""How a thing names an identifier. Stored by its place in this list: new ones are added at the end."""


_SHARED_BY_ALL: Final = frozenset(
    {
        "gmail.com", "googlemail.com", "yahoo.com", "yahoo.com.vn", "outlook.com", "outlook.com.vn", "hotmail.com",
        "live.com", "icloud.com", "proton.me", "protonmail.com", "mail.ru", "qq.com", "163.com", "aol.com", "gmx.com",
        "yandex.com", "facebook.com", "zalo.me", "t.me", "tiktok.com", "youtube.com", "google.com", "docs.google.com",
        "drive.google.com", "play.google.com", "apps.apple.com", "bit.ly", "shopee.vn", "lazada.vn",
    }
)  # fmt: skip
"""Hosts that half the country uses: that two cases share one says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One identifier that a thing names. `key` is what is compared, `shown` what a page may show of it."""

    type: str
    key: str
    role: str
    shown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """A thing that names identifiers: its kind and id, the reference by which people call it, and since when.

    `access` is the id whose need-to-know holds for it (its own, unless it lies in something); `restricted`, whether
    that need-to-know hides it from anybody.
    """

    kind: str
    id: str
    label: str
    at_us: int
    restricted: bool = False
    access: str = ""


def of_account(account: Account, role: str) -> Iterator[Mention]:
    """An account and, where one is given, its holder. One that cannot be normalised is left out."""
    try:
        key = accounts.key(account)
    except Refused:
        return
    yield Mention(type="bank-account", key=key, role=role, shown=accounts.short(account))
    if account.holder_name:
        yield from of_name(account.holder_name, "holder")


def of_name(name: str, role: str) -> Iterator[Mention]:
    """A person's or a firm's name, as written."""
    if compact(name):
        yield Mention(type="name", key=name, role=role, shown=name)


def of_value(type_: str, value: str, role: str) -> Iterator[Mention]:
    """A typed value as a form or an object gives it, in its normal form; with what follows from it."""
    text = value.strip()
    if not text:
        return
    try:
        normal = _PARSERS[type_](text) if type_ in _PARSERS else text
    except Refused:
        normal = text
    kind = {"iban": "bank-account"}.get(type_, type_)
    key = f"iban:{normal}" if type_ == "iban" else normal
    yield Mention(type=kind, key=_folded(kind, key), role=role, shown=shown(kind, normal))
    yield from _following(kind, normal)


def of_find(find: Find, role: str = "text") -> Iterator[Mention]:
    """A find in a text; one without a key (an account without its bank, an amount) is no mention."""
    if not find.key:
        return
    if find.type == "name":
        yield from of_name(find.value, role)
        return
    kind = {"iban": "bank-account"}.get(find.type, find.type)
    yield Mention(type=kind, key=_folded(kind, find.key), role=role, shown=find.shown)
    yield from _following(kind, find.value)


def of_text(text: str, role: str = "text") -> Iterator[Mention]:
    """Everything that a free text names, as far as it is read."""
    for find in read(text[: limits.TEXT_MAX_CHARS]).finds:
        yield from of_find(find, role)


def gathered(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """Each identifier once in each role, the first ones first, at most `limits.MENTIONS_PER_THING_MAX`."""
    found: dict[tuple[str, str, str], Mention] = {}
    for mention in mentions:
        found.setdefault((mention.type, mention.key, mention.role), mention)
        if len(found) >= limits.MENTIONS_PER_THING_MAX:
            break
    return tuple(found.values())


def name_keys(name: str) -> tuple[str, ...]:
    """The texts under which a name is found again when it is spelled almost so."""
    return buckets(name)


def comparable(mention: Mention) -> str:
    """The text by which a mention is the same as another: a name with its tones, in any case."""
    return exact(mention.key) if mention.type == "name" else mention.key


def _following(type_: str, value: str) -> Iterator[Mention]:
    if type_ == "url":
        yield from _host(urlsplit(value).hostname or "", "host")
    elif type_ == "email":
        yield from _host(value.rpartition("@")[2], "mail-host")
    elif type_ == "zalo" and value.startswith("+"):
        yield Mention(type="phone", key=value, role="phone-of", shown=value)


def _host(host: str, role: str) -> Iterator[Mention]:
    host = host.removeprefix("www.")
    if not host or host in _SHARED_BY_ALL:
        return
    try:
        type_, key = "ip", str(ipaddress.ip_address(host))
    except ValueError:
        type_, key = "domain", host
    yield Mention(type=type_, key=key, role=role, shown=shown(type_, key))


def _folded(type_: str, key: str) -> str:
    """Handles are the same in any case; a domain is the same with `www.` before it."""
    if type_ == "domain":
        return key.removeprefix("www.")
    return key.casefold() if type_ in {"telegram", "telegram-bot", "facebook", "tiktok", "mt-server", "eth"} else key


_PARSERS: Final[dict[str, Callable[[str], str]]] = {
    "phone": lambda text: contact.parse_phone(text).e164,
    "email": contact.parse_email,
    "domain": contact.parse_domain,
    "url": contact.parse_url,
    "ip": lambda text: str(ipaddress.ip_address(text)) if _is_address(text) else text,
    "iban": accounts.check_iban,
    "plate": accounts.squeeze,
    "person-id": accounts.squeeze,
    "imei": accounts.squeeze,
    "tax-code": str.strip,
    "telegram": lambda text: text.removeprefix("@"),
    "tiktok": lambda text: text.removeprefix("@"),
    "payment-ref": str.lower,
    "file-hash": str.lower,
    "crypto-tx": str.lower,
}


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
