"""The forms of sharing: what to share with whom, what to recall and why, what was seen. Pure.

Every mistake is found in one pass. What an agreement does not cover is found here already; it is checked again when the
message leaves and when it arrives.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lienlac import limits
from lienlac.intelligence.sharing.kinds import SHARE
from lienlac.intelligence.sharing.rules.sifting import LET_OUT
from lienlac.records.forms.reader import Reader
from lienlac.vocabulary import legal_bases, pap, purposes, tlp, typologies
from lienlac.wire.bodies.intelligence import Act, Mode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from lienlac.wire.bodies.agreement import Agreement

_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,249}--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,249}")
_TLPS: Final = tuple(word.code for word in tlp if word.code != "red")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A share whose form was found right. `tlp` and `pap` are empty where the officer leaves them to what is there."""

    collection: str
    to: tuple[str, ...]
    title: str
    mode: Mode
    types: tuple[str, ...]
    ids: tuple[str, ...]
    purpose: str
    legal_basis: str
    legal_basis_text: str
    typology: str | None
    tlp: str
    pap: str
    onward: bool
    let_out: tuple[str, ...]
    why: str
    digests: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """What is to be recalled of a share: these objects, what lies above its ceilings now, or else everything."""

    ids: tuple[str, ...]
    above: bool
    act: Act
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What an officer says of an object that came from a peer."""

    object_id: str
    count: int
    first: datetime | None
    last: datetime | None
    useful: int | None
    text: str
    phone: str


def read_share(data: object, now: datetime, agreements: Mapping[str, Agreement]) -> Wanted:
    """A share as somebody filled it in. Raises `FormRefused`."""
    form = Reader(data, now=now)
    to = _partners(form, agreements)
    agreed = [agreements[peer] for peer in to]
    let_out = form.strings("let_out", most=len(LET_OUT))
    for word in let_out:
        if word not in LET_OUT:
            form.note("let_out", "choice-invalid", value=word[:40])
    why = form.text("why", required=bool(let_out))
    wanted = Wanted(
        collection=form.line("collection"),
        to=to,
        title=form.line("title"),
        mode=Mode(form.choice("mode", [one.value for one in Mode], default=Mode.ONCE.value)),
        types=_shaped(form, "types", _TYPE, limits.LIST_MAX_ITEMS),
        ids=_shaped(form, "ids", _ID, limits.INTEL_SHARE_IDS_MAX),
        purpose=_agreed(form, "purpose", purposes.codes(), [one.purposes for one in agreed]),
        legal_basis=_agreed(form, "legal_basis", legal_bases.codes(), [one.legal_bases for one in agreed]),
        legal_basis_text=form.line("legal_basis_text", required=False),
        typology=_agreed(form, "typology", typologies.codes(), [one.typologies for one in agreed], required=False)
        or None,
        tlp=form.choice("tlp", _TLPS, default=""),
        pap=form.choice("pap", pap.codes(), default=""),
        onward=form.flag("onward", default=False),
        let_out=let_out,
        why=why,
        digests=form.strings("digests", most=limits.PEERS_MAX),
    )
    for name, words, ceiling in (("tlp", tlp, "tlp_ceiling"), ("pap", pap, "pap_ceiling")):
        chosen = getattr(wanted, name)
        lowest = [getattr(one, ceiling).value for one in agreed]
        if chosen and any(not words.within(chosen, most) for most in lowest):
            form.note(name, "agreement-marks", mark=f"{name.upper()}:{chosen}", ceiling=min(lowest, key=words.rank))
    form.finish()
    return wanted


def read_recall(data: object, now: datetime) -> Taking:
    """What is to be recalled. Raises `FormRefused`."""
    form = Reader(data, now=now)
    taking = Taking(
        ids=_shaped(form, "ids", _ID, limits.INTEL_SHARE_IDS_MAX),
        above=form.flag("above", default=False),
        act=Act(form.choice("act", [one.value for one in Act], default=Act.DELETE.value)),
        reason=form.text("reason"),
    )
    everything = form.flag("everything", default=False)
    if [everything, taking.above, bool(taking.ids)].count(True) != 1:
        form.note("ids", "recall-what")
    form.finish()
    return taking


def read_sighting(data: object, now: datetime) -> Seen:
    """What was seen. Raises `FormRefused`."""
    form = Reader(data, now=now)
    ids = form.line("object")
    if not _ID.fullmatch(ids):
        form.note("object", "object-id")
    useful = form.whole("useful", low=0, high=5, default=0)
    seen = Seen(
        object_id=ids,
        count=form.whole("count", low=0, high=limits.INTEL_SIGHTINGS_MAX, default=0),
        first=form.instant("first", required=False),
        last=form.instant("last", required=False),
        useful=useful or None,
        text=form.text("text", required=False),
        phone=form.line("phone", required=False, guarded=False),
    )
    if not (seen.count or seen.useful or seen.text):
        form.note("useful", "sighting-empty")
    if seen.first and seen.last and seen.last < seen.first:
        form.note("last", "sighting-order")
    for name, at in (("first", seen.first), ("last", seen.last)):
        if at is not None and at > now + timedelta(minutes=10):
            form.note(name, "instant-future")
    form.finish()
    return seen


def _partners(form: Reader, agreements: Mapping[str, Agreement]) -> tuple[str, ...]:
    to = tuple(dict.fromkeys(form.strings("to", most=limits.PEERS_MAX)))
    if not to and len(agreements) == 1:
        return tuple(agreements)
    if not to:
        form.note("to", "field-missing")
    for peer in to:
        if peer not in agreements:
            form.note("to", "agreement-kind", kind=SHARE)
    return tuple(peer for peer in to if peer in agreements)


def _shaped(form: Reader, name: str, shape: re.Pattern[str], most: int) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(form.strings(name, most=most)))
    wrong = next((one for one in found if not shape.fullmatch(one)), None)
    if wrong is not None:
        form.note(name, "choice-invalid", value=wrong[:80])
    return found


def _agreed(
    form: Reader, name: str, words: Sequence[str], agreed: Sequence[Sequence[str]], *, required: bool = True
) -> str:
    """A code of the vocabulary that every agreement concerned covers."""
    code = form.choice(name, words) if required else form.choice(name, words, default="")
    if code and any(code not in one for one in agreed):
        form.note(name, f"agreement-{name.replace('_', '-')}", **{name: code})
    return code
