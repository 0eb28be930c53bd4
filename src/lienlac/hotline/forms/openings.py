"""The form of a new request: from a file, a program or a page, checked whole, ready to be sent.

Pure. The node adds what a form cannot know: the running number, the clocks of the agreement, the officer's name.
What the agreement or the safeguards do not allow is found here already, so that nobody fills a page for nothing; it is
checked again when the message leaves and when it arrives.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lienlac import limits
from lienlac.errors import Refused
from lienlac.hotline.forms.fields import read_fields
from lienlac.hotline.forms.leaving import read_choice
from lienlac.hotline.kinds import BY_KIND, BY_NAME
from lienlac.hotline.kinds.shared import COMMON
from lienlac.hotline.rules import safeguards
from lienlac.hotline.rules.followups import check_follow_up
from lienlac.ids import ID_PATTERN
from lienlac.records.forms.problems import problem_of
from lienlac.records.forms.reader import Reader
from lienlac.releases.preview import CAREFUL, Choice
from lienlac.vocabulary import legal_bases, purposes, typologies
from lienlac.wire.bodies import hotline as bodies
from lienlac.wire.message import Handling, Marks, Pap, Tlp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from lienlac.hotline.kinds.field import RequestKind
    from lienlac.hotline.rules.followups import Earlier
    from lienlac.wire.bodies.agreement import Agreement

    Find = Callable[[str], Earlier | None]
    """Looks up an earlier request by its id or reference."""

_ID: Final = re.compile(ID_PATTERN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A new request found right; `make` completes its body."""

    kind: str
    to: str
    purpose: str
    legal_basis: str
    legal_basis_text: str
    typology: str | None
    marks: Marks
    addressees: tuple[str, ...]
    case_id: str | None
    urgency: str
    phone: str
    values: dict[str, Any]
    uploads: tuple[str, ...] = ()
    leaving: Choice = CAREFUL

    @property
    def authorised(self) -> bool:
        """Whether the decision behind it is there already."""
        return self.values.get("authorisation") is not None

    def make(self, *, reference: str, clocks: bodies.Clocks, officer: bodies.Officer) -> bodies.Opening:
        """The message body."""
        kind, values = BY_KIND[self.kind], dict(self.values)
        if kind.case_needed and not values["case_number"]:
            values["case_number"] = reference  # no number in the books yet: the request is its own case
        made: bodies.Opening = kind.body(  # type: ignore[assignment]  # every kind's body is an opening
            reference=reference, clocks=clocks, officer=officer, urgency=bodies.Urgency(self.urgency), **values
        )
        return made


def _nobody(_name: str) -> Earlier | None:
    return None


def read_opening(
    data: object, now: datetime, agreements: Sequence[tuple[str, Agreement]], *, us: str = "", find: Find = _nobody
) -> Opening:
    """Read the form of a new request. `agreements`: each peer with what is in force with it.

    `to` may be left out where there is only one peer, or where an earlier request is named. Raises `FormRefused` with
    every mistake.
    """
    form = Reader(data, now=now)
    kind = BY_NAME.get(form.choice("kind", BY_NAME))
    if kind is None:
        form.forgive()
        form.finish()
        raise Refused("kind-unknown", kind="")
    follows = form.line("follows", required=kind.must_follow) if kind.follows else ""
    earlier = find(follows) if follows else None
    to, agreement = _addressee(form, agreements, earlier)
    if agreement is not None and all(terms.kind != kind.kind for terms in agreement.kinds):
        form.note("kind", "agreement-kind", kind=kind.kind)
    purpose = _purpose(form, kind, agreement, earlier)
    typology = _agreed(form, "typology", typologies.codes(), agreement) or None
    legal_basis = _agreed(form, "legal_basis", legal_bases.codes(), agreement)
    needs_text = bool(legal_basis) and legal_bases.get(legal_basis).needs_text
    if follows:
        _note(form, lambda: check_follow_up(
            kind, earlier, named=True, reference=follows, sides=(us or _our_side(earlier), to), purpose=purpose, at=now
        ))  # fmt: skip
    opening = Opening(
        kind=kind.kind,
        to=to,
        purpose=purpose,
        legal_basis=legal_basis,
        legal_basis_text=form.text("legal_basis_text", required=needs_text),
        typology=typology,
        marks=_marks(form, agreement),
        addressees=form.strings("addressees", most=10),
        case_id=_case(form),
        urgency=form.choice("urgency", kind.urgencies),
        phone=form.line("phone", required=False),
        values={**read_own(form, kind, typology), "follows": _follows(earlier)},
        uploads=form.strings("attachments", most=limits.ATTACHMENTS_PER_MESSAGE),
        leaving=read_choice(form),
    )
    form.finish()
    return opening


def read_own(form: Reader, kind: RequestKind, typology: str | None) -> dict[str, Any]:
    """What the body itself states: the kind's own fields and those of every kind, with the rules between them."""
    values = read_fields(COMMON, form) | read_fields(kind.fields, form)
    for rule in kind.rules:
        rule(values, form.note)
    if typology is not None:
        _note(
            form,
            lambda: safeguards.check_offence(kind, typology, values["terrorism"], values["case_number"] or "-"),
        )
    _note(form, lambda: safeguards.check_authorisation(kind, values["authorisation"]))
    terrorism = values["terrorism"]
    if terrorism is not None and not (terrorism.listed_entity or terrorism.violence):
        values["terrorism"] = None
    return values


def _note(form: Reader, check: Callable[[], None]) -> None:
    """A refusal by a rule, as a mistake of the form."""
    try:
        check()
    except Refused as refusal:
        field = form.path(refusal.field or "")
        if all(problem.field != field for problem in form.problems):
            form.problems.append(problem_of(refusal, field))


def _follows(earlier: Earlier | None) -> bodies.Follows | None:
    if earlier is None:
        return None
    return bodies.Follows(request=earlier.request.id, reference=earlier.request.reference)


def _our_side(earlier: Earlier | None) -> str:
    return "" if earlier is None else earlier.request.requester


def _addressee(
    form: Reader, agreements: Sequence[tuple[str, Agreement]], earlier: Earlier | None
) -> tuple[str, Agreement | None]:
    by_peer = dict(agreements)
    if not by_peer:
        form.raw("to")
        form.note("to", "no-agreement", peer="")
        return "", None
    only = next(iter(by_peer)) if len(by_peer) == 1 else None
    if earlier is not None and earlier.request.executor in by_peer:
        only = earlier.request.executor
    to = form.choice("to", by_peer, default=only)
    return to, by_peer.get(to)


_COVERED: Final[dict[str, Callable[[Agreement], Sequence[str]]]] = {
    "purpose": lambda agreement: agreement.purposes,
    "legal_basis": lambda agreement: agreement.legal_bases,
    "typology": lambda agreement: agreement.typologies,
}


def _purpose(form: Reader, kind: RequestKind, agreement: Agreement | None, earlier: Earlier | None) -> str:
    """A purpose of the list, of the agreement, and one that this kind serves; who goes on keeps the earlier one."""
    if kind.must_follow and form.raw("purpose") is None:
        return "" if earlier is None else earlier.request.opening.header.purpose
    code = _agreed(form, "purpose", purposes.codes(), agreement)
    if code and code not in kind.purposes:
        form.note("purpose", "purpose-unfit", purpose=code)
        return ""
    return code


def _agreed(form: Reader, name: str, words: Sequence[str], agreement: Agreement | None) -> str:
    """A word of a vocabulary that the agreement covers too."""
    code = form.choice(name, words)
    if code and agreement is not None and code not in _COVERED[name](agreement):
        form.note(name, f"agreement-{name.replace('_', '-')}", **{name: code})
        return ""
    return code


def _marks(form: Reader, agreement: Agreement | None) -> Marks:
    section = form.section("marks", required=False)
    if section is None:
        return Marks(tlp=Tlp.AMBER, pap=Pap.AMBER)
    tlp = Tlp(section.choice("tlp", list(Tlp), default="amber"))
    pap = Pap(section.choice("pap", list(Pap), default="amber"))
    handling = section.strings("handling", most=len(Handling)) or ("h0",)
    if any(code not in list(Handling) for code in handling):
        section.note("handling", "choice-invalid", value=", ".join(handling)[:60])
        handling = ("h0",)
    text = section.text("handling_text", required="h3" in handling)
    section.close()
    if agreement is not None and list(Tlp).index(tlp) > list(Tlp).index(agreement.tlp_ceiling):
        section.note("tlp", "agreement-marks", mark=f"TLP:{tlp.value}", ceiling=agreement.tlp_ceiling.value)
    if agreement is not None and list(Pap).index(pap) > list(Pap).index(agreement.pap_ceiling):
        section.note("pap", "agreement-marks", mark=f"PAP:{pap.value}", ceiling=agreement.pap_ceiling.value)
    return Marks(tlp=tlp, pap=pap, handling=tuple(Handling(code) for code in handling), handling_text=text)


def _case(form: Reader) -> str | None:
    case_id = form.line("case_id", required=False)
    if case_id and not _ID.match(case_id):
        form.note("case_id", "id-invalid")
        return None
    return case_id or None
