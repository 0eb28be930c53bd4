"""What must hold of every opening whoever fills it in: purpose, urgency, authorisation, terrorism codes (clause 12.14).

The sender's form notes these as mistakes, the receiver's arrival refuses them: a dishonest or older node gains nothing
by leaving its own checks out. Pure. Also the hint about dual criminality, which decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lienlac.errors import Refused
from lienlac.hotline.kinds.field import Needs
from lienlac.hotline.lifecycle import OF_REQUESTER, ClockName
from lienlac.vocabulary import typologies

if TYPE_CHECKING:
    from lienlac.hotline.kinds.field import RequestKind
    from lienlac.wire.bodies.hotline import Authorisation, Clocks, Opening, TerrorismElement


def check_opening(kind: RequestKind, body: Opening, *, purpose: str, typology: str | None) -> None:
    """Raise `Refused` for an opening that the safeguards do not let pass, naming the field."""
    check_purpose(kind, purpose)
    check_urgency(kind, body.urgency.value)
    check_offence(kind, typology, body.terrorism, body.case_number)
    check_authorisation(kind, body.authorisation)


def check_purpose(kind: RequestKind, purpose: str) -> None:
    """P1: a kind serves certain purposes and no others; there is no general one."""
    if purpose not in kind.purposes:
        raise Refused("purpose-unfit", field="purpose", purpose=purpose)


def check_urgency(kind: RequestKind, urgency: str) -> None:
    """Some kinds exist for one urgency only: danger to life is asked for as such."""
    if urgency not in kind.urgencies:
        raise Refused("urgency-unfit", field="urgency", urgency=urgency)


def check_offence(kind: RequestKind, typology: str | None, terrorism: TerrorismElement | None, case: str) -> None:
    """P1 and P3: offence code and case are named; a terrorism code shows a listed entity or an act of violence."""
    if typology is None:
        raise Refused("offence-missing", field="typology")
    if kind.case_needed and not case.strip():
        raise Refused("case-missing", field="case_number")
    if typology in typologies and typologies.get(typology).needs_element and not _shown(terrorism):
        raise Refused("terrorism-element-missing", field="terrorism.listed_entity", typology=typology)


def _shown(terrorism: TerrorismElement | None) -> bool:
    return terrorism is not None and bool(terrorism.listed_entity.strip() or terrorism.violence.strip())


def check_authorisation(kind: RequestKind, authorisation: Authorisation | None) -> None:
    """P5: disclosing and locating need the decision before they are asked for."""
    if kind.needs is Needs.BEFORE and authorisation is None:
        raise Refused("authorisation-missing", field="authorisation.decided_by")


def is_provisional(body: Opening) -> bool:
    """P5: asked for in haste, without the decision that must come in the time agreed."""
    return body.authorisation is None and body.clocks.validate_s is not None


def check_clocks(given: Clocks, agreed: Clocks, *, authorised: bool) -> None:
    """Raise `Refused("clocks-not-agreed")`: the executor gets at least what was agreed, the requester at most."""
    for name in ("acknowledge_s", "decide_s", "execute_s"):
        ours, theirs = getattr(agreed, name), getattr(given, name)
        if theirs is not None and (ours is None or theirs < ours):
            raise Refused("clocks-not-agreed", field=name, field_name=name, given_s=theirs, agreed_s=ours or "…")
    for clock in OF_REQUESTER:
        name = f"{clock.value}_s"
        ours, theirs = getattr(agreed, name), getattr(given, name)
        if clock is ClockName.VALIDATE and authorised:
            continue
        if ours is not None and (theirs is None or theirs > ours):
            raise Refused("clocks-not-agreed", field=name, field_name=name, given_s=theirs or "…", agreed_s=ours)


@dataclass(frozen=True, slots=True)
class LawHint:
    """P4: provisions of both sides under which the conduct may fall. From memory, not verified, decides nothing."""

    vn_penal_code: tuple[str, ...]
    us_code: tuple[str, ...]
    un_articles: tuple[int, ...]


def law_hint(typology: str | None) -> LawHint | None:
    """The hint for a kind of crime, where there is one."""
    if typology is None or typology not in typologies:
        return None
    found = typologies.get(typology)
    if not (found.vn_penal_code or found.us_code or found.un_articles):
        return None
    return LawHint(found.vn_penal_code, found.us_code, found.un_articles)
