"""The two papers of the hotline: one message with its receipt, and the whole request with everything said about it.

Both nodes hold the same messages and receipts, so both print the same bytes. Whoever asked is the authority at the
head of the whole request, whoever speaks that of a message, and its language stands first. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.documents.document import (
    Block,
    Both,
    Column,
    Document,
    Facts,
    Heading,
    Line,
    Marks,
    Row,
    Table,
    three_times,
)
from lienlac.exchange.log.code import code_of
from lienlac.hotline.kinds.field import N_
from lienlac.hotline.lifecycle import Step
from lienlac.hotline.papers import parts
from lienlac.hotline.papers.values import word
from lienlac.vocabulary import combine_handling, pap, request_kinds, tlp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lienlac.errors import Language
    from lienlac.exchange.log.evidence import Evidence
    from lienlac.hotline.papers.values import Says
    from lienlac.hotline.request import Fact, Request
    from lienlac.vocabulary import Word

DESIRED: Final = {
    "wanted": N_("Wanted"),
    "provisional": N_("Wanted, not validated yet"),
    "withdrawn": N_("Withdrawn"),
    "lapsed": N_("Lapsed"),
    "closed": N_("Closed"),
}
"""What the side that asks desires, column by column; the states of the other column are `State`s' words."""


def lead_of(node_id: str) -> Language:
    """The language that stands first on a paper of this node's."""
    return "vi" if node_id.startswith("vn-") else "en"


def message_paper(
    request: Request, fact: Fact, evidence: Evidence | None, parties: Mapping[str, Both], says: Says
) -> Document:
    """One message about a request: what it says, on which grounds, who signed it, and its receipt."""
    header = fact.header
    say = says.both
    follows = request.opening.body.follows
    blocks: list[Block] = [Facts(parts.signed_by(fact, parties, says))]
    if fact.step is Step.OPEN:
        blocks[0] = Facts((*parts.signed_by(fact, parties, says), _urgency(request, says)))
    blocks += [Heading(_kind_of_content(fact, says)), *parts.content(request, fact, says)]
    blocks += parts.files(fact.body, says)
    blocks += [
        Heading(say(N_("Grounds and handling"))),
        parts.grounds(header, says, follows.reference if follows is not None else ""),
        Heading(say(N_("Signature, receipt and proof"))),
        Facts(parts.proof(fact, evidence, parties, says)),
    ]
    return Document(
        title=word(_kind(request)),
        kind=says.step(fact.step.value),
        reference=request.reference,
        issuer=parties[header.sender],
        marks=parts.marks_of(header.marks),
        at=header.sent_at,
        lead=lead_of(header.sender),
        drill=request.opening.body.drill,
        code=code_of(fact.digest),
        digest=fact.digest,
        blocks=tuple(blocks),
    )


def _kind(request: Request) -> Word:
    return request_kinds.get(request.kind)


def _kind_of_content(fact: Fact, says: Says) -> Both:
    if fact.step in (Step.OPEN, Step.CORRECT):
        return says.both(N_("What is asked"))
    return says.both(N_("Result")) if fact.step is Step.RESULT else says.both(N_("What is said"))


def _urgency(request: Request, says: Says) -> Row:
    name = parts.urgency_name(request.opening.body.urgency.value)
    return Row(label=says.both(N_("Urgency")), lines=(Line(name, "strong"),), note=parts.noted("urgency"))


def whole_paper(
    request: Request,
    evidences: Mapping[str, Evidence],
    parties: Mapping[str, Both],
    says: Says,
) -> Document:
    """The whole request: where it stands, its history, and every message with its receipt.

    `evidences` by message id. The marks are the strictest of all messages.
    """
    say = says.both
    opening = request.opening
    blocks: list[Block] = [
        Facts(_standing(request, parties, says)),
        Heading(say(N_("What was said and done"))),
        history(request, parties, says),
        Heading(say(N_("Grounds and handling"))),
        parts.grounds(opening.header, says, opening.body.follows.reference if opening.body.follows else ""),
    ]
    for number, fact in enumerate(request.timeline, start=1):
        step = says.step(fact.step.value)
        title = Both(f"{number}. {step.vi}", f"{number}. {step.en}")
        blocks += [
            Heading(title, code=code_of(fact.digest)),
            Facts(parts.signed_by(fact, parties, says)),
            *parts.content(request, fact, says),
            *parts.files(fact.body, says),
            Heading(say(N_("Signature, receipt and proof")), 2),
            Facts(parts.proof(fact, evidences.get(fact.id), parties, says)),
        ]
    return Document(
        title=word(_kind(request)),
        kind=say(N_("The request with everything said and done about it")),
        reference=request.reference,
        issuer=parties[request.requester],
        marks=strictest(request.timeline),
        at=max(fact.received_at or fact.header.sent_at for fact in request.timeline),
        lead=lead_of(request.requester),
        drill=opening.body.drill,
        code=code_of(opening.digest),
        digest=opening.digest,
        blocks=tuple(blocks),
    )


def strictest(facts: Sequence[Fact]) -> Marks:
    """The marks of several messages together: the strictest wins, restrictions of use add up."""
    marks = [fact.header.marks for fact in facts]
    return Marks(
        tlp=tlp.strictest(one.tlp.value for one in marks),
        others=(
            f"PAP:{pap.strictest(one.pap.value for one in marks).upper()}",
            *(code.upper() for code in combine_handling(code.value for one in marks for code in one.handling)),
        ),
    )


def _standing(request: Request, parties: Mapping[str, Both], says: Says) -> tuple[Row, ...]:
    say = says.both
    return (
        Row(label=say(N_("Asked by")), lines=(Line(parties[request.requester], "strong"),)),
        Row(label=say(N_("Asked of")), lines=(Line(parties[request.executor], "strong"),)),
        _urgency(request, says),
        Row(label=say(N_("State")), lines=(Line(says.state(request.state.value), "strong"),)),
        Row(
            label=say(N_("Desired, as the side that asks states it")),
            lines=(Line(say(DESIRED.get(request.desired.value, request.desired.value))),),
            note=parts.noted("desired"),
        ),
        Row(
            label=say(N_("Actual, as the side that is asked states it")),
            lines=(Line(says.state(request.actual.value)),),
            note=parts.noted("actual"),
        ),
        Row(label=say(N_("Number in the system")), lines=(Line(request.id, "mono"),)),
    )


def history(request: Request, parties: Mapping[str, Both], says: Says) -> Table:
    """Every message in one line."""
    say = says.both
    columns = (
        Column(say(N_("No.")), 2),
        Column(say(N_("When it was sent")), 15),
        Column(say(N_("By whom")), 10),
        Column(say(N_("What")), 11),
        Column(say(N_("Verification code")), 9),
    )
    return Table(
        columns, tuple(_line(number, fact, parties, says) for number, fact in enumerate(request.timeline, start=1))
    )


def _line(number: int, fact: Fact, parties: Mapping[str, Both], says: Says) -> tuple[tuple[Line, ...], ...]:
    officer = getattr(fact.body, "officer", None)
    who = (Line(officer.name, "strong"),) if officer is not None else ()
    standing = says.standing(fact.standing.name.lower().replace("_", "-"))
    code = code_of(fact.digest)
    return (
        (Line(str(number)),),
        tuple(Line(one, "small") for one in three_times(fact.header.sent_at, says.both, short=True)),
        (*who, Line(parties[fact.header.sender], "small")),
        (Line(says.step(fact.step.value), "strong"), Line(standing, "small")),
        (
            Line(code[:14], "mono"),
            Line(code[15:], "mono"),
            Line(f"{fact.header.lane.value} / {fact.header.sequence}", "small"),
        ),
    )
