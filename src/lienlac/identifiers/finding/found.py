"""What a find is: its type, where it stands, its normal form, how sure it is and why, and how it may be shown.

Addresses are shown so that nobody can click them, personal numbers with their middle hidden. Codes only; the words for
them stand where people read them. Knows no parser.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lienlac.identifiers.contact import defang

TYPES: Final = (
    "bank-account",
    "account-number",
    "phone",
    "card-trunc",
    "person-id",
    "tax-code",
    "email",
    "domain",
    "url",
    "ip",
    "file-hash",
    "btc",
    "eth",
    "tron",
    "crypto-tx",
    "telegram",
    "telegram-bot",
    "zalo",
    "facebook",
    "tiktok",
    "imei",
    "iban",
    "bic",
    "aba-rtn",
    "payment-ref",
    "vietqr",
    "mt-server",
    "app-package",
    "plate",
    "name",
    "amount",
)
"""Every type of find, in the order in which people look for them; most are codes of the typologies' vocabulary."""


class Sureness(StrEnum):
    """How far a find can be relied on before a person has looked at it."""

    SURE = "sure"
    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """One identifier in a text. Places count the characters of the stripped text (`Reading.text`).

    `value` is the normal form for storing; `key` the text by which two are the same one; empty where the find is not
    enough to match by (an account number without its bank). `shown` can be put on any screen: nobody can click it.
    `why` is the code of the reason; `notes` are codes of what an analyst should know besides.
    """

    type: str
    start: int
    end: int
    raw: str
    value: str
    key: str
    shown: str
    sureness: Sureness
    why: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stripped:
    """A text without what may not be kept, and how often each thing was taken out (`card`, `secret`, `bot-token`)."""

    text: str
    removed: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was found in a text. `text` is the stripped text; `more` says that finds beyond the bound were left."""

    text: str
    finds: tuple[Find, ...]
    removed: dict[str, int]
    more: bool = False


_ADDRESSES: Final = frozenset({"email", "domain", "url", "ip", "telegram", "zalo", "facebook", "tiktok"})
_PERSONAL: Final = frozenset({"person-id"})


def shown(type_: str, value: str) -> str:
    """The value as it may stand on a screen, in a mail or in a document."""
    if type_ in _PERSONAL:
        return masked(value)
    if type_ not in _ADDRESSES:
        return value
    safe = defang(value)
    if type_ == "email":
        return safe.replace("@", "[@]")
    if type_ == "ip" and ":" in value:
        return value.replace(":", "[:]")
    return safe


def masked(value: str) -> str:
    """The first three and the last three characters: enough to tell two apart beside a paper, not to misuse one."""
    return f"{value[:3]}{'•' * max(len(value) - 6, 3)}{value[-3:]}" if len(value) > 6 else "•" * len(value)
