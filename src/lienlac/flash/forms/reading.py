"""The forms of a warning and of the steps on one. Pure.

The node adds what a form cannot know: the running number, the time agreed for the acknowledgement, the officer's name.
What an agreement does not cover is found here already; it is checked again when the message leaves and when it arrives.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from lienlac import limits
from lienlac.errors import Refused
from lienlac.flash.kinds import WARN
from lienlac.flash.lifecycle import Step
from lienlac.flash.rules import check_body
from lienlac.identifiers.typed.normal import LONG_NUMBERS, normal
from lienlac.records.forms.leave import read_leave
from lienlac.records.forms.reader import Reader
from lienlac.vocabulary import identifier_types, legal_bases, purposes, typologies
from lienlac.wire.bodies import flash as bodies
from lienlac.wire.bodies.hotline import DataIdentifier, Officer
from lienlac.wire.message import Handling, Marks, Pap, Tlp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from lienlac.records.forms.leave import Leave
    from lienlac.wire.bodies.agreement import Agreement

_TLP, _PAP = list(Tlp), list(Pap)
_UNNAMED: Final = Officer(name="-", unit="-")
_UNNUMBERED: Final = "XX-W-2000-000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A warning whose form was found right, new or to take another's place (`reason`); `said` is the form's digest."""

    to: tuple[str, ...]
    purpose: str
    legal_basis: str
    legal_basis_text: str
    typology: str
    marks: Marks
    phone: str
    body: bodies.Warned
    reason: str
    leave: Leave
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A step on a warning whose form was found right."""

    step: Step
    text: str
    useful: bodies.Useful | None
    phone: str
    leave: Leave
    said: str


def read_warning(
    data: object, now: datetime, agreements: Mapping[str, Agreement], *, before: Sequence[str] = ()
) -> Written:
    """Read the form. Raises `FormRefused` with every mistake.

    `agreements`: what is in force, by peer; `before`: those who have the warning whose place it takes.
    """
    form = Reader(data, now=now)
    to = tuple(before) or _partners(form, agreements)
    agreed = [agreements[peer] for peer in to if peer in agreements]
    legal_basis = _agreed(form, "legal_basis", legal_bases.codes(), [one.legal_bases for one in agreed])
    needs_text = bool(legal_basis) and legal_bases.get(legal_basis).needs_text
    body = bodies.Warned(
        reference=_UNNUMBERED,
        title_vi=form.line("title_vi"),
        title_en=form.line("title_en"),
        text=_said(form, "text"),
        to_do=_said(form, "to_do"),
        severity=bodies.Severity(form.choice("severity", [one.value for one in bodies.Severity], default="serious")),
        lives_in_danger=form.flag("lives_in_danger", default=False),
        valid_until=_valid_until(form),
        officer=_UNNAMED,
        identifiers=_identifiers(form),
        drill=form.flag("drill", default=False),
    )
    found = Written(
        to=to,
        purpose=_agreed(form, "purpose", purposes.codes(), [one.purposes for one in agreed]),
        legal_basis=legal_basis,
        legal_basis_text=form.text("legal_basis_text", required=needs_text),
        typology=_agreed(form, "typology", typologies.codes(), [one.typologies for one in agreed]),
        marks=_marks(form, agreed),
        phone=form.line("phone", required=False),
        body=body,
        reason=form.text("reason") if before else "",
        leave=read_leave(form, danger=body.lives_in_danger, otherwise="flash-ahead-danger"),
        said=_digest(data),
    )
    try:
        check_body(Step.WARN, body, now)
    except Refused as refusal:
        form.refuse(refusal.field or "", refusal)
    form.finish()
    return found


def read_step(step: Step, data: object, now: datetime, *, danger: bool) -> Filled:
    """Read a step's form; `danger`: the warning says that lives are. Raises `FormRefused`."""
    form = Reader(data, now=now)
    text = {Step.WITHDRAW: "reason", Step.ACKNOWLEDGE: "remarks", Step.FEEDBACK: "text"}[step]
    useful = None
    if step is Step.FEEDBACK:
        code = form.choice("useful", [one.value for one in bodies.Useful])
        useful = bodies.Useful(code) if code else None
    found = Filled(
        step=step,
        text=form.text(text, required=step is Step.WITHDRAW),
        useful=useful,
        phone=form.line("phone", required=False),
        leave=read_leave(form, danger=danger, otherwise="flash-ahead-danger"),
        said=_digest(data),
    )
    form.finish()
    return found


def make_step(filled: Filled, officer: Officer, of: str) -> bodies.Withdrawn | bodies.Acknowledged | bodies.Judged:
    """The body of a step; `of` is the version that is acknowledged."""
    if filled.step is Step.WITHDRAW:
        return bodies.Withdrawn(officer=officer, reason=filled.text)
    if filled.step is Step.ACKNOWLEDGE:
        return bodies.Acknowledged(officer=officer, of=of, remarks=filled.text)
    return bodies.Judged(officer=officer, useful=filled.useful or bodies.Useful.PARTLY, text=filled.text)


def _partners(form: Reader, agreements: Mapping[str, Agreement]) -> tuple[str, ...]:
    """One or more partners whose agreement names warnings; the only one where none is named."""
    named = form.strings("to", most=limits.FLASH_PEERS_MAX)
    if not named:
        if len(agreements) == 1:
            named = tuple(agreements)
        else:
            form.note("to", "field-missing")
    for peer in named:
        if peer not in agreements:
            form.note("to", "choice-invalid", value=peer[:60])
        elif all(terms.kind != WARN for terms in agreements[peer].kinds):
            form.note("to", "agreement-kind", kind=WARN)
    return tuple(dict.fromkeys(named))


def _said(form: Reader, name: str) -> bodies.Said:
    """A text in either language or both."""
    inner, problems = form.section(name, required=False), len(form.problems)
    found = bodies.Said()
    if inner is not None:
        found = bodies.Said(vi=inner.text("vi", required=False), en=inner.text("en", required=False))
        inner.close()
    if not found.vi and not found.en:
        if len(form.problems) == problems:
            form.note(name, "flash-text-missing")
        return bodies.Said(vi="-")
    return found


def _valid_until(form: Reader) -> datetime:
    """An instant (`valid_until`), or how many hours from now (`valid_hours`)."""
    stated = form.instant("valid_until", required=False)
    most = limits.FLASH_VALID_MAX_DAYS * 24
    hours = form.whole("valid_hours", low=1, high=most, default=limits.FLASH_VALID_DEFAULT_H)
    if stated is None:
        return form.now + timedelta(hours=hours)
    if stated <= form.now:
        form.note("valid_until", "flash-validity", limit_days=limits.FLASH_VALID_MAX_DAYS)
        return form.now
    return stated


def _identifiers(form: Reader) -> tuple[DataIdentifier, ...]:
    """Each in the form in which its type is compared; what was written twice is there once."""
    found: dict[DataIdentifier, None] = {}
    for item in form.sections("identifiers", most=limits.FLASH_IDENTIFIERS_MAX):
        code = item.choice("type", identifier_types.codes(), default="other")
        value = item.line("value", guarded=code not in LONG_NUMBERS)
        try:
            plain = normal(code, value) if value else ""
        except Refused as refusal:
            item.refuse("value", refusal)
            continue
        if plain:
            found[DataIdentifier(type=code, value=plain)] = None
    return tuple(found)


def _marks(form: Reader, agreed: Sequence[Agreement]) -> Marks:
    """Handling marks within the ceiling of every agreement."""
    inner = form.section("marks", required=False) or Reader({}, now=form.now)
    handling = inner.strings("handling", most=len(Handling))
    unknown = [code for code in handling if code not in {one.value for one in Handling}]
    if unknown:
        inner.note("handling", "choice-invalid", value=unknown[0][:60])
        handling = ()
    marks = Marks(
        tlp=Tlp(inner.choice("tlp", [one.value for one in Tlp], default="amber")),
        pap=Pap(inner.choice("pap", [one.value for one in Pap], default="amber")),
        handling=tuple(Handling(code) for code in handling) or (Handling.H0,),
        handling_text=inner.text("handling_text", required=False),
    )
    inner.close()
    for one in agreed:
        if _TLP.index(marks.tlp) > _TLP.index(one.tlp_ceiling):
            ceiling = one.tlp_ceiling.value
            inner.note("tlp", "agreement-marks", mark=f"TLP:{marks.tlp.value}", ceiling=ceiling)
        if _PAP.index(marks.pap) > _PAP.index(one.pap_ceiling):
            ceiling = one.pap_ceiling.value
            inner.note("pap", "agreement-marks", mark=f"PAP:{marks.pap.value}", ceiling=ceiling)
    return marks


def _agreed(form: Reader, name: str, words: Sequence[str], agreed: Sequence[Sequence[str]]) -> str:
    code = form.choice(name, words)
    if code and any(code not in one for one in agreed):
        form.note(name, f"agreement-{name.replace('_', '-')}", **{name: code})
        return ""
    return code


def _digest(data: object) -> str:
    """What a form says, as typed: how long it holds makes the same form another message a second later."""
    return hashlib.sha256(msgspec.json.encode(data)).hexdigest()
