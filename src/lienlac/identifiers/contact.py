"""Ways to reach people and places on networks: telephone numbers, e-mail addresses, domain names, URLs.

What was presented is kept beside what was understood, because offenders forge it. Suspicious addresses are shown
defanged, so that no screen, mail or document turns them into links. Nothing here asks a network.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers.reference import tidy

_OLD_MOBILE: Final = {
    **dict(zip(("120", "121", "122", "126", "128"), ("70", "79", "77", "76", "78"), strict=True)),
    **dict(zip(("123", "124", "125", "127", "129"), ("83", "84", "85", "81", "82"), strict=True)),
    **{f"16{last}": f"3{last}" for last in range(2, 10)},
    **dict(zip(("186", "188", "199"), ("56", "58", "59"), strict=True)),
}
"""Prefixes of the eleven-digit mobile numbers that Viet Nam renumbered in 2018, and what replaced them."""
_OLD_NUMBER: Final = re.compile(r"(?:\+?84|0)(1[0-9]{2})([0-9]{7})")
_FORGED: Final = re.compile(r"(?:\+|00)(?:840|88[238])")
"""Prefixes seen in calls that pose as police: +84 with a zero kept, and ranges of no country."""
_DEVIATING: Final = frozenset("ßς\u200c\u200d")
_LOCAL_PART: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_DEFANGED_DOT: Final = re.compile(r"\s?(?:\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\))\s?", re.IGNORECASE)
_DEFANGED_SCHEME: Final = re.compile(r"\bh(?:xx|\*\*|tt)p(s?)(?:\[:\]|\[://\]|:)(?:\[//\]|//)?", re.IGNORECASE)
_SCHEME: Final = re.compile(r"\bhttp(s?)://", re.IGNORECASE)
_DOT_WITHIN: Final = re.compile(
    r"(?<![\w.\[\]])(?P<amount>\d{1,3}(?:\.\d{3})+)(?![\w\[]|\.\w)|(?<=[^\s\[.])\.(?=[^\s\].])"
)
"""A dot between letters or digits; or a number in groups of three, as money is written, with its dots."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A telephone number.

    `e164` is the number understood (`+84912345678`). `renumbered` tells that the old Vietnamese prefix was replaced.
    `spoof_suspected`: the form presented is one that forged calls show.
    """

    presented: str
    e164: str
    country: str
    renumbered: bool = False
    spoof_suspected: bool = False


def parse_phone(text: str, *, region: str = "VN", field: str | None = None) -> Phone:
    """The number somebody wrote; `region` reads those without a country code. Raises `Refused("phone-malformed")`."""
    # These tables weigh several megabytes; they are loaded by the first telephone number, not by the node's start.
    import phonenumbers

    presented = tidy(text)
    refusal = Refused("phone-malformed", field=field, text=presented[:40])
    if len(presented) > 40:
        raise refusal
    plain = re.sub(r"[\s().\-–]", "", presented)
    old = _OLD_NUMBER.fullmatch(plain) if region == "VN" or plain.startswith(("+84", "84")) else None
    renumbered = old is not None and old[1] in _OLD_MOBILE
    wanted = f"+84{_OLD_MOBILE[old[1]]}{old[2]}" if old is not None and renumbered else plain
    try:
        number = phonenumbers.parse(wanted, region)
    except phonenumbers.NumberParseException as error:
        raise refusal from error
    if not phonenumbers.is_possible_number(number) or number.extension:
        raise refusal
    return Phone(
        presented=presented,
        e164=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        country=phonenumbers.region_code_for_number(number) or "",
        renumbered=renumbered,
        spoof_suspected=_FORGED.match(re.sub(r"[\s.\-–]", "", presented)) is not None,
    )


def parse_domain(text: str, *, field: str | None = None) -> str:
    """A domain name in lower case, in its ASCII form (`xn--…`), refanged. Raises `Refused("domain-malformed")`."""
    name = refang(text.strip()).rstrip(".").lower()
    if not name.isascii():
        name = _ascii_domain(name)
    labels = name.split(".")
    if len(name) > 253 or len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdigit():
        raise Refused("domain-malformed", field=field, text=text.strip()[:80])
    return name


def _ascii_domain(name: str) -> str:
    """The `xn--` form; empty when there is none, or when the two editions of the standard would differ on it."""
    if len(name) > 253 or _DEVIATING & set(name):
        return ""
    try:
        return name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def parse_email(text: str, *, field: str | None = None) -> str:
    """An e-mail address, its domain in lower case ASCII. Raises `Refused("email-malformed")`."""
    plain = re.sub(r"\s?(?:\[@\]|\(at\)|\[at\])\s?", "@", text.strip()[: limits.LINE_MAX_CHARS], flags=re.IGNORECASE)
    local, at, domain = plain.rpartition("@")
    try:
        if at and len(local) <= 64 and _LOCAL_PART.fullmatch(local):
            return f"{local}@{parse_domain(domain)}"
    except Refused as error:
        raise Refused("email-malformed", field=field, text=text.strip()[:80]) from error
    raise Refused("email-malformed", field=field, text=text.strip()[:80])


def parse_url(text: str, *, field: str | None = None) -> str:
    """An http or https URL, refanged, its host checked and in lower case. Raises `Refused("url-malformed")`."""
    refusal = Refused("url-malformed", field=field, text=defang(text.strip()[:80]))
    plain = refang(text.strip())
    if len(plain) > limits.URL_MAX_CHARS or any(letter.isspace() or not letter.isprintable() for letter in plain):
        raise refusal
    try:
        parts = urlsplit(plain)
        port = parts.port
        host = _host(parts.hostname or "")
    except (ValueError, Refused) as error:
        raise refusal from error
    if parts.scheme.lower() not in {"http", "https"} or parts.username is not None:
        raise refusal
    netloc = host if port is None else f"{host}:{port}"
    return parts._replace(scheme=parts.scheme.lower(), netloc=netloc).geturl()


def _host(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return parse_domain(host)
    return f"[{address}]" if address.version == 6 else str(address)


def refang(text: str) -> str:
    """Text with `hxxp` and `[.]` made plain again, for parsing in memory; never for showing."""
    return _DEFANGED_SCHEME.sub(r"http\1://", _DEFANGED_DOT.sub(".", text))


def defang(text: str) -> str:
    """An address, or a text with addresses, that nobody can click: `hxxps://san-vang[.]example`. Idempotent.

    `1.250.000.000 đồng` stays as it is: it is money unless each of its four groups could be of an address.
    """
    return _DOT_WITHIN.sub(_defanged, _SCHEME.sub(r"hxxp\1://", text))


def _defanged(found: re.Match[str]) -> str:
    amount = found["amount"]
    if amount is None:
        return "[.]"
    try:
        ipaddress.IPv4Address(amount)
    except ValueError:
        return amount
    return amount.replace(".", "[.]")
