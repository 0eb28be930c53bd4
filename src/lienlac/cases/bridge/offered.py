"""What a case takes over from another thing: its identifiers as entities, each shown before it is taken. Pure.

An officer ticks what goes in, of a list that was shown; `seal` is of that list, so that what is taken is what was seen.
Victims are never ticked beforehand, nor what was only found in a text.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from lienlac import limits
from lienlac.errors import Refused
from lienlac.vocabulary import marks as vocabulary
from lienlac.wire.bodies.cases import Entity, EntityKind, EntityRole
from lienlac.wire.bodies.hotline import DataIdentifier

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from lienlac.identifiers.index.mention import Mention
    from lienlac.records.onward import Onward
    from lienlac.wire.message import Marks

_KINDS: Final = {
    "bank-account": EntityKind.ACCOUNT, "ewallet": EntityKind.ACCOUNT, "iban": EntityKind.ACCOUNT,
    "vasp-account": EntityKind.ACCOUNT, "card-trunc": EntityKind.ACCOUNT, "btc": EntityKind.WALLET,
    "eth": EntityKind.WALLET, "tron": EntityKind.WALLET, "phone": EntityKind.PHONE, "voip-trunk": EntityKind.PHONE,
    "email": EntityKind.EMAIL, "telegram": EntityKind.PROFILE, "telegram-bot": EntityKind.PROFILE,
    "zalo": EntityKind.PROFILE, "facebook": EntityKind.PROFILE, "tiktok": EntityKind.PROFILE,
    "domain": EntityKind.DOMAIN, "url": EntityKind.DOMAIN, "gambling-site": EntityKind.DOMAIN,
    "ip": EntityKind.ADDRESS, "imei": EntityKind.DEVICE, "imsi-iccid": EntityKind.DEVICE,
    "app-package": EntityKind.APP, "file-hash": EntityKind.FILE, "plate": EntityKind.VEHICLE,
    "address": EntityKind.PLACE, "name": EntityKind.PERSON, "person-id": EntityKind.PERSON,
    "tax-code": EntityKind.ORGANISATION,
}  # fmt: skip
_DERIVED: Final = frozenset({"host", "mail-host", "phone-of"})
"""Mentions that follow from another one, which stands there itself."""
_TICKED: Final = frozenset({"named", "receiving", "object", "subject"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One entity that can be taken over. `key`: in the form; `type`: of its identifier; `role`: how it came about."""

    key: str
    word: Entity
    type: str
    role: str
    ticked: bool


def offered(mentions: Iterable[Mention]) -> tuple[Offered, ...]:
    """What of it can be an entity: each identifier once, the certain ones first."""
    found: dict[tuple[str, str], Offered] = {}
    for one in mentions:
        if one.role in _DERIVED or len(one.key) > limits.LINE_MAX_CHARS or len(found) >= limits.CASE_OFFERED_MAX:
            continue
        known = found.get((one.type, one.key))
        if known is None or (one.role == "victim" and known.role != "victim"):
            found[one.type, one.key] = _made(one)
    return tuple(found.values())


def _made(one: Mention) -> Offered:
    named = one.type == "name"
    word = Entity(
        kind=_KINDS.get(one.type, EntityKind.OTHER),
        name=(one.shown or one.key)[: limits.LINE_MAX_CHARS],
        role=EntityRole.VICTIM if one.role == "victim" else EntityRole.UNKNOWN,
        identifiers=() if named else (DataIdentifier(type=one.type, value=one.key),),
    )
    key = hashlib.sha256(f"{one.type}\n{one.key}".encode()).hexdigest()[:16]
    return Offered(key=key, word=word, type=one.type, role=one.role, ticked=one.role in _TICKED)


def seal(thing: Onward, listed: Iterable[Offered]) -> str:
    """The same as long as the thing, its bounds and the list are those that were shown."""
    bounds = (
        thing.target, thing.reference, thing.marks, thing.purpose, thing.typology, thing.drill,
        None if thing.uses is None else sorted(thing.uses), None if thing.only is None else sorted(thing.only),
    )  # fmt: skip
    said = [(one.key, one.word) for one in listed]
    return hashlib.sha256(msgspec.json.encode([bounds, said])).hexdigest()


def chosen(listed: Iterable[Offered], keys: Collection[str]) -> list[Entity]:
    """What was ticked. Raises `Refused("case-bridge-changed")` for something that does not stand in the list."""
    words = {one.key: one.word for one in listed}
    if not words.keys() >= set(keys):
        raise Refused("case-bridge-changed")
    return [word for key, word in words.items() if key in keys]


def check(thing: Onward, *, seen: str, now: str, marks: Marks, purpose: str, drill: bool) -> None:
    """Raise `Refused` for what may not go on so: `case-bridge-changed`, `-marks`, `-purpose`, `-drill`."""
    if seen != now:
        raise Refused("case-bridge-changed")
    if thing.drill != drill:
        raise Refused("case-bridge-drill", field="drill")
    if thing.uses is not None and purpose not in thing.uses:
        raise Refused("case-bridge-purpose", field="purpose")
    if vocabulary.tlp.rank(marks.tlp) < vocabulary.tlp.rank(thing.marks.tlp):
        raise Refused("case-bridge-marks", field="marks.tlp")
    if vocabulary.pap.rank(marks.pap) < vocabulary.pap.rank(thing.marks.pap):
        raise Refused("case-bridge-marks", field="marks.pap")
