"""The form of a new request: from a file, a program or a page, checked whole, ready to be sent.

Pure. The node adds what a form cannot know: the running number, the clocks of the agreement, the officer's name.
What the agreement does not cover is found here already, so that nobody fills a page for nothing; the exchange checks
it again when the message leaves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lienlac import limits
from lienlac.hotline.forms.reader import Reader
from lienlac.hotline.forms.values import read_accounts, read_money, read_payment_reference, read_uetr
from lienlac.hotline.kinds import BODY_OF, FREEZE_PAYMENT, PRESERVE_DATA
from lienlac.ids import ID_PATTERN
from lienlac.vocabulary import legal_bases, purposes, typologies
from lienlac.wire.bodies import hotline as bodies
from lienlac.wire.message import Handling, Marks, Pap, Tlp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from lienlac.wire.bodies.agreement import Agreement

KINDS: Final = {"freeze-payment": FREEZE_PAYMENT, "preserve-data": PRESERVE_DATA}
"""What a form calls the kinds."""
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

    def make(
        self, *, reference: str, clocks: bodies.Clocks, officer: bodies.Officer
    ) -> bodies.FreezePayment | bodies.PreserveData:
        """The message body."""
        body_type = BODY_OF[self.kind]
        made: bodies.FreezePayment | bodies.PreserveData = body_type(  # type: ignore[assignment]  # one of the openings
            reference=reference,
            clocks=clocks,
            officer=officer,
            urgency=bodies.Urgency(self.urgency),
            **self.values,
        )
        return made


def read_opening(data: object, now: datetime, agreements: Sequence[tuple[str, Agreement]]) -> Opening:
    """Read the form of a new request. `agreements`: each peer with what is in force with it.

    `to` may be left out where there is only one peer. Raises `FormRefused` with every mistake.
    """
    form = Reader(data, now=now)
    kind = KINDS.get(form.choice("kind", KINDS), "")
    to, agreement = _addressee(form, agreements)
    if agreement is not None and kind and all(terms.kind != kind for terms in agreement.kinds):
        form.note("kind", "agreement-kind", kind=kind)
    legal_basis = _agreed(form, "legal_basis", legal_bases.codes(), agreement)
    needs_text = bool(legal_basis) and legal_bases.get(legal_basis).needs_text
    opening = Opening(
        kind=kind,
        to=to,
        purpose=_agreed(form, "purpose", purposes.codes(), agreement),
        legal_basis=legal_basis,
        legal_basis_text=form.text("legal_basis_text", required=needs_text),
        typology=_agreed(form, "typology", typologies.codes(), agreement) or None,
        marks=_marks(form, agreement),
        addressees=form.strings("addressees", most=10),
        case_id=_case(form),
        urgency=form.choice("urgency", [word.value for word in bodies.Urgency]),
        phone=form.line("phone", required=False),
        values=_preserve_data(form) if kind == PRESERVE_DATA else _freeze_payment(form) if kind else _nothing(form),
    )
    form.finish()
    return opening


def _nothing(form: Reader) -> dict[str, Any]:
    """Without a kind nothing more can be said about the rest: only that mistake is told."""
    form.forgive()
    return {}


def _freeze_payment(form: Reader) -> dict[str, Any]:
    victim = form.section("victim", required=False)
    return {
        "beneficiaries": read_accounts(form, "beneficiaries", least=1),
        "victims": read_accounts(form, "victims"),
        "amount": read_money(form, "amount"),
        "transferred_at": form.instant("transferred_at", past=True),
        "payment_reference": read_payment_reference(form, "payment_reference"),
        "uetr": read_uetr(form, "uetr"),
        "recall": bodies.Recall(form.choice("recall", [word.value for word in bodies.Recall], default="unknown")),
        "facts": form.text("facts"),
        "victim": _victim(victim),
        "authorisation": _authorisation(form),
    }


def _preserve_data(form: Reader) -> dict[str, Any]:
    covers_from = form.instant("covers_from", required=False, past=True)
    covers_until = form.instant("covers_until", required=False)
    if covers_from and covers_until and covers_until < covers_from:
        form.note("covers_until", "period-reversed")
    return {
        "authority": form.line("authority"),
        "offence": form.line("offence"),
        "facts": form.text("facts"),
        "data": form.text("data"),
        "link": form.text("link"),
        "custodian": form.line("custodian"),
        "location": form.line("location", required=False),
        "identifiers": tuple(
            bodies.DataIdentifier(type=item.choice("type", IDENTIFIER_TYPES, default="other"), value=item.line("value"))
            for item in form.sections("identifiers", most=limits.HOTLINE_IDENTIFIERS_MAX)
        ),
        "covers_from": covers_from,
        "covers_until": covers_until,
        "necessity": form.text("necessity"),
        "mla_intended": form.flag("mla_intended"),
        "confidential": form.flag("confidential", default=True),
        "period_days": form.whole("period_days", low=1, high=limits.HOTLINE_PERIOD_MAX_DAYS),
        "authorisation": _authorisation(form),
    }


IDENTIFIER_TYPES: Final = (
    "phone", "email", "ip", "domain", "url", "bank_account", "ewallet", "telegram", "zalo", "facebook", "tiktok",
    "imei", "btc", "eth", "tron", "vasp_account", "app_package", "file_hash", "other",
)  # fmt: skip
"""By what a custodian finds data; the codes are the vocabulary's identifier types."""


def _addressee(form: Reader, agreements: Sequence[tuple[str, Agreement]]) -> tuple[str, Agreement | None]:
    by_peer = dict(agreements)
    if not by_peer:
        form.raw("to")
        form.note("to", "no-agreement", peer="")
        return "", None
    only = next(iter(by_peer)) if len(by_peer) == 1 else None
    to = form.choice("to", by_peer, default=only)
    return to, by_peer.get(to)


_COVERED: Final[dict[str, Callable[[Agreement], Sequence[str]]]] = {
    "purpose": lambda agreement: agreement.purposes,
    "legal_basis": lambda agreement: agreement.legal_bases,
    "typology": lambda agreement: agreement.typologies,
}


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


def _victim(section: Reader | None) -> bodies.Victim:
    if section is None:
        return bodies.Victim(identified=False)
    victim = bodies.Victim(
        identified=section.flag("identified", default=False),
        minor=section.flag("minor", default=False),
        vulnerable=section.flag("vulnerable", default=False),
    )
    section.close()
    return victim


def _authorisation(form: Reader) -> bodies.Authorisation | None:
    section = form.section("authorisation", required=False)
    if section is None:
        return None
    found = bodies.Authorisation(
        authority=section.line("authority"),
        law=section.line("law"),
        number=section.line("number", required=False),
        decided_on=section.date("decided_on"),
    )
    section.close()
    return found
