"""The one form in which an identifier of a type is sent, kept and compared. Pure.

A type without a form of its own is kept as it was written, tidied. What something *is* is guessed in `guess`; here the
type is known.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

from lienlac.errors import Refused
from lienlac.identifiers import accounts
from lienlac.identifiers.contact import defang, parse_domain, parse_email, parse_phone, parse_url
from lienlac.identifiers.guess import guess
from lienlac.identifiers.reference import tidy

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.identifiers.guess import Guess

LONG_NUMBERS: Final = frozenset({"imei", "imsi-iccid", "bank-account", "iban"})
"""Types whose values may look like a card's number without being one."""
CLICKABLE: Final = frozenset({"url", "domain", "email"})
"""Types that a screen or a reader's program may make a link of: shown defanged."""
_GUESSED: Final = {
    "vn-account": "bank-account",
    "us-account": "bank-account",
    "bic-account": "bank-account",
    "vietqr": "bank-account",
    "iban": "iban",
    "bic": "bic",
    "aba": "aba-rtn",
    "uetr": "payment-ref",
    "phone": "phone",
    "email": "email",
    "url": "url",
    "domain": "domain",
}
"""What a guess is called among the types."""


def normal(code: str, value: str) -> str:
    """The normal form of a value of that type. Raises `Refused` with the code of what is wrong with it."""
    found = _NORMAL.get(code)
    return tidy(value) if found is None else found(value)


def shown(code: str, value: str) -> str:
    """As people read it: nothing that can be clicked."""
    return defang(value) if code in CLICKABLE else value


def typed(text: str, codes: frozenset[str]) -> tuple[str, str]:
    """Type and value of one written line: `phone: +84 912…`, or a value alone, whose type is guessed.

    Raises `Refused`: `card-number-in-text`, or what is wrong with a value of the type that was named.
    """
    head, colon, rest = text.partition(":")
    code = head.strip().lower()
    if colon and code in codes and rest.strip():
        return code, rest.strip()
    found = guess(text)
    if found.problem is not None:
        raise found.problem
    if found.kind in _GUESSED:
        return _GUESSED[found.kind], _value_of(found)
    return ("ip", text) if _is_ip(text) else ("other", text)


def _value_of(found: Guess) -> str:
    return found.value if found.account is None else accounts.short(found.account)


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip())
    except ValueError:
        return False
    return True


def _phone(text: str) -> str:
    # A number that begins with 0 is a Vietnamese one; any other needs its country.
    return parse_phone(text, region="VN" if text.startswith("0") else "ZZ").e164


def _ip(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError as error:
        raise Refused("ip-malformed", text=text[:40]) from error


_NORMAL: Final[dict[str, Callable[[str], str]]] = {
    "phone": _phone,
    "email": parse_email,
    "domain": parse_domain,
    "url": parse_url,
    "ip": _ip,
}
