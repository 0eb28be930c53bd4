"""What TAXII servers say, read loosely: every member may be missing or be something else; nothing is believed. Pure."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import msgspec

from lienlac import clock, limits
from lienlac.errors import Refused
from lienlac.intelligence.speech import instants

TAXII: Final = "application/taxii+json;version=2.1"
OLD: Final = "application/vnd.oasis.taxii+json"
"""What servers speak that know TAXII 2.0 alone."""


class Offer(msgspec.Struct, frozen=True):
    """A collection as the server describes it."""

    id: str
    title: str
    can_read: bool
    can_write: bool


class Told(msgspec.Struct, frozen=True):
    """What became of an envelope. `known` is False where the server did not say it in a way that can be read."""

    id: str = ""
    pending: bool = False
    failures: tuple[tuple[str, str], ...] = ()
    known: bool = False


def members(body: bytes) -> dict[str, Any] | None:
    """An answer as an object; None for anything else."""
    try:
        value = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def roots(said: dict[str, Any], discovery: str) -> list[str]:
    """API roots, the default first, as absolute addresses with a slash at the end; as many as are looked at."""
    named = said.get("api_roots")
    several = [said.get("default"), *(named if isinstance(named, list) else [])]
    found: list[str] = []
    for one in several:
        if isinstance(one, str) and 0 < len(one) <= limits.URL_MAX_CHARS:
            whole = _joined(discovery, one)
            if whole and whole not in found:
                found.append(whole)
    return found[: limits.FEED_ROOTS_MAX]


def is_root(said: dict[str, Any]) -> bool:
    """Whether an answer describes an API root and no server."""
    return "versions" in said and "api_roots" not in said


def offers(said: dict[str, Any]) -> list[Offer]:
    """The collections of a root; what has no id is none. A right that is not said to be missing is there."""
    several = said.get("collections")
    found = []
    for one in several if isinstance(several, list) else []:
        if isinstance(one, dict) and isinstance(one.get("id"), str):
            title = one.get("title")
            may = one.get("can_read") is not False, one.get("can_write") is not False
            found.append(Offer(one["id"], title if isinstance(title, str) else "", *may))
    return found


def told(body: bytes) -> Told:
    """A status."""
    said = members(body)
    if said is None or not isinstance(said.get("status"), str):
        return Told()
    name, several = said.get("id"), said.get("failures")
    failures = tuple(
        (str(one.get("id", ""))[:200], str(one.get("message", ""))[:300])
        for one in (several if isinstance(several, list) else [])[: limits.FEED_PUSH_OBJECTS]
        if isinstance(one, dict)
    )
    known = name if isinstance(name, str) and len(name) <= 80 and name.isascii() and name.isprintable() else ""
    return Told(known, said["status"] == "pending", failures, known=True)


def instant_us(header: str) -> int:
    """When the last object of a page was added; 0 for none and for nonsense ("undefined" is sent)."""
    try:
        return instants.read(header.strip(), "added_after") if header.strip() else 0
    except Refused:
        return 0


def date_us(header: str) -> int:
    """The server's own clock, from its Date header; 0 for none and for nonsense."""
    from email.utils import parsedate_to_datetime

    try:
        at = parsedate_to_datetime(header)
        return clock.to_us(at) if at.tzinfo is not None else 0
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0


def _joined(base: str, one: str) -> str:
    try:
        whole = urljoin(base, one)
        parts = urlsplit(whole)
    except ValueError:
        return ""
    if not parts.hostname or parts.query or parts.fragment:
        return ""
    return whole if whole.endswith("/") else f"{whole}/"
