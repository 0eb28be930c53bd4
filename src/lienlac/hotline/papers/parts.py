"""The parts that every paper of the hotline has: grounds and marks, what a message says, its files, who signed, proof.

Pure: a message and what the record holds of it go in, blocks come out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lienlac.documents.document import (
    Block,
    Both,
    Column,
    Facts,
    Heading,
    Line,
    Marks,
    Row,
    Table,
    at_three_times,
)
from lienlac.exchange.log.code import code_of
from lienlac.hotline.kinds import BY_KIND
from lienlac.hotline.kinds.field import N_
from lienlac.hotline.kinds.shared import COMMON, HEADER
from lienlac.hotline.kinds.steps import STEP_FIELDS
from lienlac.hotline.lifecycle import Step
from lienlac.hotline.papers.values import form_names, rows_of, word
from lienlac.records.fact import Standing
from lienlac.vocabulary import handling, legal_bases, pap, purposes, refusals, tlp, typologies, urgencies
from lienlac.wire import checkpoint
from lienlac.wire.receipt import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lienlac.documents.document import Say
    from lienlac.exchange.log.evidence import Evidence
    from lienlac.hotline.papers.values import Says
    from lienlac.hotline.request import Fact, Request
    from lienlac.vocabulary import Words
    from lienlac.wire.message import Header
    from lienlac.wire.message import Marks as WireMarks

Parties = "Mapping[str, Both]"

GROUNDS: Final = {
    "purpose": N_("Purpose"),
    "follows": N_("Goes on from"),
    "legal_basis": N_("Legal basis"),
    "legal_basis_text": N_("Provision or document"),
    "typology": N_("Kind of crime"),
    "tlp": N_("Sharing"),
    "pap": N_("What may be done"),
    "handling": N_("Use"),
    "addressees": N_("For whom it is"),
}
NO_ADDRESSEE: Final = N_("Nobody is named")
_QUESTIONS: Final = ("question", "explanation", "text")
"""Where the words stand that can be answered; a peer may name a message that has none."""


def marks_of(marks: WireMarks) -> Marks:
    """As they stand on every page."""
    others = (f"PAP:{marks.pap.value.upper()}", *(code.value.upper() for code in marks.handling))
    return Marks(tlp=marks.tlp.value, others=others)


def noted(name: str) -> str:
    """What other forms call something that stands in the header."""
    return form_names(*HEADER[name])


def shared(words: Words[Any], code: str) -> str | Both:
    """A shared word's name; a code from a newer list shows itself."""
    return word(words.get(code)) if code in words else code


def grounds(header: Header, says: Says, follows: str = "") -> Facts:
    """Why it may be asked for and what may be done with it."""
    say = says.both
    marks = header.marks
    rows = [Row(label=say(GROUNDS["purpose"]), lines=(Line(shared(purposes, header.purpose)),), note=noted("purpose"))]
    if follows:
        rows.append(Row(label=say(GROUNDS["follows"]), lines=(Line(follows),)))
    basis = (Line(shared(legal_bases, header.legal_basis)),)
    rows.append(Row(label=say(GROUNDS["legal_basis"]), lines=basis, note=noted("legal_basis")))
    if header.legal_basis_text:
        text = (Line(header.legal_basis_text),)
        rows.append(Row(label=say(GROUNDS["legal_basis_text"]), lines=text, note=noted("legal_basis_text")))
    if header.typology:
        crime = (Line(shared(typologies, header.typology)), Line(header.typology, "small"))
        rows.append(Row(label=say(GROUNDS["typology"]), lines=crime, note=noted("typology")))
    uses: list[Line] = []
    for one in marks.handling:
        uses += [Line(one.value.upper(), "strong"), Line(_note(handling, one.value), "small")]
    if marks.handling_text:
        uses.append(Line(marks.handling_text))
    return Facts(
        (
            *rows,
            _mark("tlp", f"TLP:{marks.tlp.value.upper()}", _note(tlp, marks.tlp.value), say),
            _mark("pap", f"PAP:{marks.pap.value.upper()}", _note(pap, marks.pap.value), say),
            Row(label=say(GROUNDS["handling"]), lines=tuple(uses), note=noted("marks")),
            Row(label=say(GROUNDS["addressees"]), lines=_addressees(header, say)),
        )
    )


def _addressees(header: Header, say: Say) -> tuple[Line, ...]:
    return tuple(Line(one) for one in header.addressees) or (Line(say(NO_ADDRESSEE)),)


def _mark(name: str, code: str, note: Both, say: Say) -> Row:
    return Row(label=say(GROUNDS[name]), lines=(Line(code, "strong"), Line(note, "small")), note=noted("marks"))


def _note(words: Words[Any], code: str) -> Both:
    """The sentence that explains a mark; its name where there is none."""
    found = words.get(code)
    return Both(*(found.note(language) or found.label(language) for language in ("vi", "en")))


def asked(body: Any, kind: str, says: Says) -> tuple[Block, ...]:
    """What an opening states, section by section, as its form has them."""
    say = says.both
    made: list[Block] = []
    for section in BY_KIND[kind].sections:
        rows = rows_of(section.fields, body, says)
        if rows:
            made += [Heading(say(section.heading), 2), Facts(rows)]
    common = rows_of(COMMON, body, says)
    if common:
        made += [Heading(say(N_("Case and decision")), 2), Facts(common)]
    return tuple(made)


def content(request: Request, fact: Fact, says: Says) -> tuple[Block, ...]:
    """What one message says, whichever step it is."""
    body, step = fact.body, fact.step
    match step:
        case Step.OPEN:
            return asked(body, request.kind, says)
        case Step.CORRECT:
            return (*_remarks(body.remarks, says), *asked(body.opening, request.kind, says))
        case Step.RESULT:
            return _facts(rows_of(BY_KIND[request.kind].report_fields, body.report, says))
        case Step.LAPSE:
            until = at_three_times(body.validate_until, says.both)
            return (Facts((Row(label=says.both(N_("No decision came until")), lines=until),)),)
        case _:
            rows = [*_answered(request, fact, says), *rows_of(_shown(step), body, says), *_beside(step, body, says)]
            return _facts(tuple(rows))


def _facts(rows: tuple[Row, ...]) -> tuple[Block, ...]:
    return (Facts(rows),) if rows else ()


def _shown(step: Step) -> Iterable[Any]:
    """The step's fields, without the one that names a message by its id: what it answers is quoted instead."""
    return (field for field in STEP_FIELDS[step] if field.name != "answers")


def _remarks(text: str, says: Says) -> tuple[Block, ...]:
    return (Facts((Row(label=says.both(N_("Remarks")), lines=(Line(text),)),)),) if text else ()


def _answered(request: Request, fact: Fact, says: Says) -> Iterable[Row]:
    """What this answers, in the words of the question."""
    found = request.facts.get(getattr(fact.body, "answers", ""))
    said = next((text for name in _QUESTIONS if (text := getattr(found and found.body, name, ""))), "")
    return (Row(label=says.both(N_("In answer to")), lines=(Line(said, "small"),)),) if said else ()


def _beside(step: Step, body: Any, says: Says) -> Iterable[Row]:
    """What stands beside a step's form: who confirmed a refusal."""
    if step is Step.REFUSE and body.confirmed_by is not None:
        who = (Line(body.confirmed_by.name, "strong"), Line(body.confirmed_by.unit))
        return (Row(label=says.both(N_("Confirmed by")), lines=who),)
    return ()


def files(body: Any, says: Says) -> tuple[Block, ...]:
    """The files that go with a message, by name and digest."""
    named = getattr(body, "attachments", ())
    if not named:
        return ()
    say = says.both
    columns = (Column(say(N_("File")), 3), Column(say(N_("Type and size")), 2), Column(Both("SHA-256", "SHA-256"), 5))
    rows = tuple(
        (
            (Line(one.name, "strong"),),
            (Line(one.media_type), Line(f"{one.size_bytes} B", "small")),
            (Line(one.digest[:32], "mono"), Line(one.digest[32:], "mono")),
        )
        for one in named
    )
    return (Heading(say(N_("Files that belong to it")), 2), Table(columns, rows))


def signed_by(fact: Fact, parties: Mapping[str, Both], says: Says) -> tuple[Row, ...]:
    """Which authority says it, and who answers for it there."""
    say, header = says.both, fact.header
    officer = getattr(fact.body, "officer", None)
    rows = [Row(label=say(N_("From")), lines=(Line(parties[header.sender], "strong"), Line(header.sender, "small")))]
    if officer is None:
        rows.append(Row(label=say(N_("Signed for it by")), lines=(Line(say(N_("The node itself, by the agreement"))),)))
    else:
        who = [Line(officer.name, "strong"), Line(officer.unit)]
        who += [Line(officer.phone)] if officer.phone else []
        rows.append(Row(label=say(N_("Officer who answers for it")), lines=tuple(who)))
    to = (Line(parties[header.recipient], "strong"), Line(header.recipient, "small"))
    rows.append(Row(label=say(N_("To")), lines=to))
    rows.append(Row(label=say(N_("Sent")), lines=at_three_times(header.sent_at, say)))
    return tuple(rows)


def proof(fact: Fact, evidence: Evidence | None, parties: Mapping[str, Both], says: Says) -> tuple[Row, ...]:
    """The message's names and places, its signature, and its receipt with whoever signed that."""
    say, header = says.both, fact.header
    place = f"{header.lane.value} / {header.sequence}"
    rows = [
        Row(label=say(N_("Verification code")), lines=(Line(code_of(fact.digest), "mono"),)),
        Row(label=say(N_("Digest of the message (SHA-256)")), lines=(Line(fact.digest, "mono"),)),
        Row(label=say(N_("Message")), lines=(Line(header.id, "mono"),)),
        Row(label=say(N_("Lane and number in it")), lines=(Line(place),)),
        Row(label=say(N_("Message before it")), lines=(Line(header.previous, "mono"),)),
    ]
    if evidence is not None:
        key = (Line(evidence.key, "mono"), Line("Ed25519 + ML-DSA-65", "small"))
        rows.append(Row(label=say(N_("Key that signed it")), lines=key))
    return (*rows, *_receipt(fact, evidence, parties, says))


def _receipt(fact: Fact, evidence: Evidence | None, parties: Mapping[str, Both], says: Says) -> tuple[Row, ...]:
    say = says.both
    standing = [Line(says.standing(fact.standing.name.lower().replace("_", "-")), "strong")]
    if fact.standing is Standing.REFUSED and fact.code:
        standing.append(Line(fact.code, "small"))
    rows = [Row(label=say(N_("Receipt")), lines=tuple(standing))]
    receipt = None if evidence is None else evidence.receipt
    if evidence is None or receipt is None:
        return tuple(rows)
    if receipt.verdict is Verdict.ACCEPTED:
        rows.append(Row(label=say(N_("Received")), lines=at_three_times(receipt.received_at, say)))
    signer = (
        Line(parties[receipt.recipient], "strong"),
        Line(evidence.receipt_key, "mono"),
        Line("Ed25519 + ML-DSA-65", "small"),
    )
    rows.append(Row(label=say(N_("Receipt signed by")), lines=signer))
    rows.append(Row(label=say(N_("Digest of the receipt (SHA-256)")), lines=(Line(evidence.receipt_digest, "mono"),)))
    head = checkpoint.decode(receipt.checkpoint)
    lines = (Line(f"{head.origin} · {head.size}"), Line(head.root.hex(), "mono"))
    rows.append(Row(label=say(N_("The receiver's log at that moment")), lines=lines))
    return tuple(rows)


def ground_name(code: str) -> str | Both:
    """What a ground for refusal is called."""
    return shared(refusals, code)


def urgency_name(code: str) -> str | Both:
    """What an urgency is called."""
    return shared(urgencies, code)
