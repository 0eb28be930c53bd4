"""What a delegation is made of, for the machinery of shared records, and what lists show of each word. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, Final

from lienlac import limits
from lienlac.delegations.rules.checks import check
from lienlac.delegations.rules.minutes import agreement
from lienlac.delegations.rules.outcomes import commitment
from lienlac.delegations.rules.protocol import said_of
from lienlac.people.rights import Action
from lienlac.records.shared.shape import Glance, Rights, Shape
from lienlac.wire.bodies.delegations import (
    Answer,
    Delegation,
    DelegationFacts,
    DelegationInvited,
    DelegationWord,
    Minutes,
    MinutesParagraph,
    Paper,
    ProgrammeItem,
    Proposal,
    ProtocolNote,
)
from lienlac.wire.bodies.records import Link, Remark

if TYPE_CHECKING:
    from lienlac.records.shared.fold import Element
    from lienlac.wire.bodies.parts import Said

UNDATED: Final = datetime(limits.INSTANT_LAST_YEAR, 12, 31, tzinfo=UTC)
"""Where what has no date stands in time: after everything that has one, and in nobody's year."""
AGREED: Final = "agreed"
OPEN: Final = "open"
REFUSED: Final = "refused"


def look(element: Element) -> Glance:
    """What a list shows of an element: its last word counts, whoever said it; agreement, between those who spoke."""
    says = element.standing[-1].says if element.standing else None
    if isinstance(says, Delegation):
        words = (*_said(says.purpose), says.title_vi, says.place)
        return Glance(line=says.title_en, at=says.starts or UNDATED, state=says.state.value, words=" ".join(words))
    if isinstance(says, Proposal):
        return _of_proposal(element)
    if isinstance(says, MinutesParagraph):
        return _of_paragraph(element)
    if isinstance(says, ProgrammeItem):
        return Glance(line=_first(says.text), at=says.at, state=says.state.value, words=" ".join(_said(says.text)))
    return _of_people(element) or _of_rest(element, says)


def _of_proposal(element: Element) -> Glance:
    found = agreement(element, set(element.columns))
    words = [one.says for one in found.wordings.values()]
    stands = found.agreed.says if found.agreed is not None else words[-1] if words else None
    refused = any(one.says.answer is Answer.REFUSES for one in element.standing)
    state = AGREED if found.agreed is not None else REFUSED if refused else OPEN
    if stands is None:
        return Glance(line="", state=state)
    return Glance(line=f"{stands.starts:%d/%m/%Y} {stands.place}".strip(), at=stands.starts, state=state)


def _of_paragraph(element: Element) -> Glance:
    found = agreement(element, set(element.columns))
    words = [one.says.text for one in found.wordings.values()]
    state = AGREED if found.agreed is not None else OPEN
    line = _first(words[0]) if words else ""
    number = element.standing[0].says.number
    every = " ".join(part for text in words for part in _said(text))
    return Glance(line=f"{number}. {line}", state=state, words=every)


def _of_people(element: Element) -> Glance | None:
    person, promised = said_of(element), commitment(element)
    if person is not None:
        title = person.title_en or person.title_vi
        return Glance(
            line=f"{person.name}, {title}" if title else person.name,
            state=person.role.value,
            words=f"{person.title_vi} {person.unit}",
        )
    if promised is not None:
        at = UNDATED if promised.due is None else datetime.combine(promised.due, time(), UTC)
        words = " ".join(_said(promised.text.text))
        return Glance(line=_first(promised.text.text), at=at, state=promised.state.value, words=words)
    return None


def _of_rest(element: Element, says: Any) -> Glance:
    if isinstance(says, Paper):
        words = (says.title_vi, *_said(says.summary))
        return Glance(line=says.title_en, state=says.paper.value, words=" ".join(words))
    if isinstance(says, ProtocolNote):
        return Glance(line=_first(says.text), state=says.topic.value, words=" ".join(_said(says.text)))
    if isinstance(says, Minutes):
        return Glance(line=says.signatory, state=AGREED)
    if isinstance(says, Remark):
        return Glance(line=_first(says.text), words=" ".join(_said(says.text)))
    if isinstance(says, Link):
        return Glance(line=says.label or says.target, state=says.relation)
    del element
    return Glance(line="")


def _said(text: Said) -> tuple[str, str]:
    return text.vi, text.en


def _first(text: Said) -> str:
    return text.vi or text.en


SHAPE: Final = Shape(
    name="delegation",
    kinds_prefix="delegations",
    mark="dlg-",
    letter="D",
    words=DelegationWord,
    facts=DelegationFacts,
    invited=DelegationInvited,
    top="delegation",
    prefixes={
        "delegation": "top",
        "proposal": "prp",
        "item": "itm",
        "participant": "ptc",
        "protocol": "pnt",
        "paper": "ppr",
        "paragraph": "par",
        "minutes": "min",
        "outcome": "out",
        "member": "mem",
        "remark": "rmk",
        "link": "lnk",
    },
    rights=Rights(
        reads=Action.DELEGATION_READ,
        opens=Action.DELEGATION_OPEN,
        writes=Action.DELEGATION_WRITE,
        shares=Action.DELEGATION_SHARE,
        restricts=Action.DELEGATION_RESTRICT,
    ),
    addressees=("liaison-officer",),
    unread=frozenset({"participant", "minutes.signatory", "item.leads"}),
    look=look,
    check=check,
)
DELEGATION_KINDS: Final = SHAPE.kinds
