"""A case of DFIR-IRIS, as its JSON export holds it, as words of ours. Pure.

Taken are assets, indicators, events and tasks; what is of another kind, or cannot be read, is counted and told. Nothing
in the file is believed to be anything but text.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac import limits
from lienlac.cases.outside.stixed import Taken, parsed
from lienlac.errors import Refused
from lienlac.wire.bodies.cases import Entity, EntityKind, Event, Task, TaskStatus
from lienlac.wire.bodies.hotline import DataIdentifier
from lienlac.wire.bodies.parts import Said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_ASSETS: Final = (
    ("account", EntityKind.PROFILE),
    ("phone", EntityKind.PHONE),
    ("mobile", EntityKind.DEVICE),
    ("firewall", EntityKind.DEVICE),
    ("computer", EntityKind.DEVICE),
    ("server", EntityKind.DEVICE),
    ("person", EntityKind.PERSON),
)
_INDICATORS: Final = (
    ("domain", EntityKind.DOMAIN, "domain"),
    ("hostname", EntityKind.DOMAIN, "domain"),
    ("url", EntityKind.DOMAIN, "url"),
    ("ip-", EntityKind.ADDRESS, "ip"),
    ("email", EntityKind.EMAIL, "email"),
    ("phone", EntityKind.PHONE, "phone"),
    ("md5", EntityKind.FILE, "file-hash"),
    ("sha1", EntityKind.FILE, "file-hash"),
    ("sha256", EntityKind.FILE, "file-hash"),
    ("btc", EntityKind.WALLET, "btc"),
    ("iban", EntityKind.ACCOUNT, "iban"),
)
_STATUSES: Final = {
    "done": TaskStatus.DONE,
    "in progress": TaskStatus.DOING,
    "on hold": TaskStatus.BLOCKED,
    "canceled": TaskStatus.DROPPED,
}


def read(data: bytes, owner: str) -> Taken:
    """Words of an exported case; tasks get this owner. Raises `Refused("case-bundle" | "case-bundle-size")`."""
    case = parsed(data)
    parts: tuple[tuple[tuple[str, ...], Callable[[Mapping[str, Any]], Any]], ...] = (
        (("assets", "case_assets"), _asset),
        (("iocs", "ioc", "case_iocs"), _indicator),
        (("timeline", "events", "case_timeline"), _event),
        (("tasks", "case_tasks"), lambda one: _task(one, owner)),
    )
    if not isinstance(case, dict) or not any(name in case for names, _make in parts for name in names):
        raise Refused("case-bundle")
    words: list[tuple[str, Any]] = []
    left: dict[str, int] = {}
    for names, make in parts:
        for number, one in enumerate(_rows(case, names)):
            made = _made(make, one)
            if made is None:
                left[names[0]] = left.get(names[0], 0) + 1
            else:
                words.append((f"{names[0]}-{number}", made))
    return Taken(words=tuple(words), left=left)


def _rows(case: Mapping[str, Any], names: Iterable[str]) -> list[Any]:
    for name in names:
        rows = case.get(name)
        if isinstance(rows, dict):
            rows = next((inner for inner in rows.values() if isinstance(inner, list)), None)
        if isinstance(rows, list):
            return rows
    return []


def _made(make: Callable[[Mapping[str, Any]], Any], one: Any) -> Any:
    if not isinstance(one, dict):
        return None
    try:
        word = make(one)
        return None if word is None else msgspec.convert(msgspec.to_builtins(word), type(word))
    except (KeyError, ValueError, TypeError, OverflowError, msgspec.ValidationError):
        return None


def _text(one: Mapping[str, Any], *names: str) -> str:
    for name in names:
        value = one.get(name)
        if isinstance(value, dict):
            value = next((inner for inner in value.values() if isinstance(inner, str)), "")
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def _asset(one: Mapping[str, Any]) -> Entity:
    type_ = _text(one, "asset_type", "type").casefold()
    kind = next((kind for sign, kind in _ASSETS if sign in type_), EntityKind.DEVICE)
    address = _text(one, "asset_ip")
    return Entity(
        kind=kind,
        name=_text(one, "asset_name", "name"),
        notes=Said(en=_text(one, "asset_description")),
        identifiers=(DataIdentifier(type="ip", value=address),) if address else (),
        aliases=(_text(one, "asset_domain"),) if _text(one, "asset_domain") else (),
    )


def _indicator(one: Mapping[str, Any]) -> Entity:
    value, type_ = _text(one, "ioc_value", "value"), _text(one, "ioc_type", "type").casefold()
    kind, code = next(((kind, code) for sign, kind, code in _INDICATORS if sign in type_), (EntityKind.OTHER, ""))
    return Entity(
        kind=kind,
        name=value,
        notes=Said(en=_text(one, "ioc_description")),
        identifiers=(DataIdentifier(type=code, value=value),) if code else (),
    )


def _event(one: Mapping[str, Any]) -> Event:
    written = _text(one, "event_date_wtz", "event_date")
    at = datetime.fromisoformat(written)
    zone = _text(one, "event_tz")
    if at.tzinfo is None:
        at = datetime.fromisoformat(f"{written}{zone}") if zone else at.replace(tzinfo=UTC)
    if not limits.INSTANT_FIRST_YEAR <= at.year <= limits.INSTANT_LAST_YEAR:
        raise ValueError
    return Event(
        at=at,
        text=_said(one, "event_title", "event_content"),
        written=written,
        zone=zone if zone.startswith(("+", "-")) else "UTC",
        source=_text(one, "event_source"),
    )


def _task(one: Mapping[str, Any], owner: str) -> Task:
    status = _STATUSES.get(_text(one, "task_status", "status_name").casefold(), TaskStatus.TODO)
    return Task(text=_said(one, "task_title", "task_description"), owner=owner, status=status)


def _said(one: Mapping[str, Any], *names: str) -> Said:
    """What stands there, a line each. Raises `ValueError` where nothing does."""
    text = "\n".join(found for found in (_text(one, name) for name in names) if found)
    if not text:
        raise ValueError
    return Said(en=text)
