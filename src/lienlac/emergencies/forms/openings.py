"""The form of a new channel. Pure.

The node adds what a form cannot know: the running number, the clocks of the agreement, the officer's name. What the
agreement does not cover is found here already; it is checked again when the message leaves and when it arrives.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lienlac import limits
from lienlac.emergencies.forms.reader import Reader, digest_of_form
from lienlac.emergencies.kinds import OPEN
from lienlac.emergencies.lifecycle import Step
from lienlac.emergencies.rules.checks import check_body
from lienlac.errors import Refused
from lienlac.records.forms.leave import Leave, read_leave
from lienlac.vocabulary import legal_bases, purposes, typologies
from lienlac.wire.bodies import emergencies as bodies
from lienlac.wire.bodies.hotline import Officer
from lienlac.wire.message import Marks, Pap, Tlp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from lienlac.wire.bodies.agreement import Agreement

_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_TLP, _PAP = list(Tlp), list(Pap)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A new channel whose form was found right. `raised_from` names a request; `said` is the form's digest."""

    to: str
    purpose: str
    legal_basis: str
    legal_basis_text: str
    typology: str
    marks: Marks
    phone: str
    raised_from: str
    body: bodies.Opened
    leave: Leave
    said: str

    @property
    def danger(self) -> bool:
        """Whether lives are in danger."""
        return self.body.lives_in_danger


_UNNAMED: Final = Officer(name="-", unit="-")
_NO_SEAT: Final = "sea-" + "a" * 26
_UNNUMBERED: Final = "XX-E-2000-000000"


def read_opening(data: object, now: datetime, agreements: Mapping[str, Agreement]) -> Opening:
    """Read the form. `agreements`: what is in force, by peer. Raises `FormRefused` with every mistake."""
    form = Reader(data, now=now)
    to = form.choice("to", agreements, default=next(iter(agreements)) if len(agreements) == 1 else None)
    agreement = agreements.get(to)
    if agreement is not None and all(terms.kind != OPEN for terms in agreement.kinds):
        form.refuse("to", Refused("agreement-kind", kind=OPEN))
    danger = form.flag("lives_in_danger", default=False)
    legal_basis = _agreed(
        form, "legal_basis", legal_bases.codes(), None if agreement is None else agreement.legal_bases
    )
    needs_text = bool(legal_basis) and legal_bases.get(legal_basis).needs_text
    body = bodies.Opened(
        reference=_UNNUMBERED,
        title_vi=form.line("title_vi"),
        title_en=form.line("title_en"),
        situation=form.said("situation") or bodies.Said(vi="-"),
        asked=form.said("asked") or bodies.Said(vi="-"),
        severity=form.member("severity", bodies.Severity, default=bodies.Severity.SERIOUS),
        lives_in_danger=danger,
        officer=_UNNAMED,
        seat=_NO_SEAT,
        clocks=bodies.ChannelClocks(),
        began_at=form.instant("began_at", required=False),
        countries=_countries(form),
        organisations=form.strings("organisations", most=limits.EMERGENCY_ORGANISATIONS_MAX),
        next_update=form.next_update(),
        drill=form.flag("drill", default=False),
    )
    opening = Opening(
        to=to,
        purpose=_agreed(form, "purpose", purposes.codes(), None if agreement is None else agreement.purposes),
        legal_basis=legal_basis,
        legal_basis_text=form.text("legal_basis_text", required=needs_text),
        typology=_agreed(form, "typology", typologies.codes(), None if agreement is None else agreement.typologies),
        marks=read_marks(form, agreement),
        phone=form.line("phone", required=False),
        raised_from=form.line("raised_from", required=False),
        body=body,
        leave=read_leave(form, danger=danger, otherwise="emergency-ahead-danger"),
        said=digest_of_form(data),
    )
    try:
        check_body(Step.OPEN, body, now)
    except Refused as refusal:
        form.refuse(refusal.field or "", refusal)
    form.finish()
    return opening


def read_marks(form: Reader, agreement: Agreement | None, beginning: Marks | None = None) -> Marks:
    """Handling marks within the agreement's ceiling; `beginning` where the form leaves them out."""
    start = beginning or Marks(tlp=Tlp.AMBER, pap=Pap.AMBER)
    section = form.raw("marks")
    if section is None:
        return start
    inner = Reader(section, now=form.now, path="marks", problems=form.problems)
    marks = Marks(
        tlp=inner.member("tlp", Tlp, default=start.tlp),
        pap=inner.member("pap", Pap, default=start.pap),
        handling=start.handling,
        handling_text=start.handling_text,
    )
    inner.close()
    if agreement is not None and _TLP.index(marks.tlp) > _TLP.index(agreement.tlp_ceiling):
        ceiling = agreement.tlp_ceiling.value
        inner.refuse("tlp", Refused("agreement-marks", mark=f"TLP:{marks.tlp.value}", ceiling=ceiling))
    if agreement is not None and _PAP.index(marks.pap) > _PAP.index(agreement.pap_ceiling):
        ceiling = agreement.pap_ceiling.value
        inner.refuse("pap", Refused("agreement-marks", mark=f"PAP:{marks.pap.value}", ceiling=ceiling))
    return marks


def _agreed(form: Reader, name: str, words: Sequence[str], agreed: Sequence[str] | None) -> str:
    code = form.choice(name, words)
    if code and agreed is not None and code not in agreed:
        refusal = Refused(f"agreement-{name.replace('_', '-')}")
        refusal.details = {name: code}
        form.refuse(name, refusal)
        return ""
    return code


def _countries(form: Reader) -> tuple[str, ...]:
    found = tuple(
        dict.fromkeys(code.upper() for code in form.strings("countries", most=limits.EMERGENCY_COUNTRIES_MAX))
    )
    wrong = next((code for code in found if _COUNTRY.fullmatch(code) is None), None)
    if wrong is not None:
        form.refuse("countries", Refused("country-malformed", value=wrong[:20]))
        return ()
    return found
