"""The minutes as a paper in both languages: who was there, each paragraph, what came out, who has signed. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.delegations.rules.minutes import number
from lienlac.delegations.showing.naming import FORMS, LEVELS, OUTCOMES, ROLES
from lienlac.documents.document import (
    Both,
    Column,
    Document,
    Facts,
    Heading,
    Line,
    Marks,
    Paragraph,
    Row,
    Table,
    at_three_times,
)
from lienlac.wire.bodies.delegations import Delegation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lienlac.delegations.rules.minutes import Agreement, Whole
    from lienlac.delegations.rules.outcomes import Commitment
    from lienlac.documents.document import Block, Say
    from lienlac.errors import Language
    from lienlac.records.shared.fold import Element
    from lienlac.records.shared.reading.desk import Room
    from lienlac.wire.bodies.delegations import Participant


def N_(text: str) -> str:  # noqa: N802  # the name that message extraction looks for
    """Marks a msgid that is translated later, where both languages are known."""
    return text


KIND: Final = N_("Minutes")
AGREED_KIND: Final = N_("Agreed minutes")
PRESENT: Final = N_("Present")
PARAGRAPHS: Final = N_("What was agreed")
OPEN: Final = N_("Draft: not every paragraph is agreed by all sides.")
NOT_SIGNED: Final = N_("Every paragraph is agreed; not every side has signed the whole.")
WHOLE: Final = N_("All sides have agreed to these minutes, each paragraph and the whole.")
NOT_AGREED: Final = N_("This paragraph is not agreed yet.")
OUTCOME: Final = N_("Outcomes")
WHAT: Final = N_("What")
WHO: Final = N_("Who carries it out")
DUE: Final = N_("Due")
STATE: Final = N_("State")
SIGNED: Final = N_("Signed")
DIGEST: Final = N_("Digest of the minutes")
PLACE: Final = N_("Place")
BEGINS: Final = N_("Begins")
ENDS: Final = N_("Ends")
FORM: Final = N_("Form")
NAME: Final = N_("Name")
ROLE: Final = N_("Role")
SIDE: Final = N_("Side")


def minutes_paper(
    room: Room,
    whole: Whole,
    people: Sequence[tuple[Element, Participant]],
    outcomes: Sequence[Commitment],
    *,
    names: Callable[[str], Both],
    say: Say,
    lead: Language,
) -> Document:
    """The document; it speaks of the newest thing that was said in the record."""
    line, top = room.line, None if room.top is None else room.top.by(room.line.host)
    marks = None if room.top is None else room.top.columns.get(line.host)
    status = say(WHOLE) if whole.complete else say(NOT_SIGNED) if whole.digest else say(OPEN)
    return Document(
        title=Both(line.title_vi, line.title_en),
        kind=say(AGREED_KIND if whole.complete else KIND),
        reference=line.reference,
        issuer=names(line.host),
        marks=Marks(
            tlp="amber" if marks is None else marks.marks.tlp.value,
            others=() if marks is None else (f"PAP:{marks.marks.pap.value.upper()}",),
        ),
        at=line.changed_at,
        lead=lead,
        drill=line.drill,
        blocks=(
            Facts(rows=_about(top, say)),
            Paragraph(status, tone="plain" if whole.complete else "warn"),
            *_present(people, names, say),
            Heading(say(PARAGRAPHS)),
            *(block for one in whole.paragraphs for block in _paragraph(one, say)),
            *_outcomes(outcomes, names, say),
            *_signed(whole, names, say),
        ),
    )


def _about(top: object, say: Say) -> tuple[Row, ...]:
    if not isinstance(top, Delegation):
        return ()
    form, level = say(FORMS[top.form.value]), say(LEVELS[top.level.value])
    rows = [Row(label=say(FORM), lines=(Line(Both(f"{form.vi}, {level.vi}", f"{form.en}, {level.en}")),))]
    for label, at in ((BEGINS, top.starts), (ENDS, top.ends)):
        if at is not None:
            rows.append(Row(label=say(label), lines=at_three_times(at, say)))
    if top.place:
        rows.append(Row(label=say(PLACE), lines=(Line(top.place),)))
    return tuple(rows)


def _present(
    people: Sequence[tuple[Element, Participant]], names: Callable[[str], Both], say: Say
) -> tuple[Block, ...]:
    if not people:
        return ()
    rows = tuple(
        (
            (Line(one.name, "strong"), *_title(one)),
            (Line(say(ROLES[one.role.value])),),
            (Line(names(one.node)), *((Line(one.unit, "small"),) if one.unit else ())),
        )
        for _element, one in people
    )
    columns = (Column(say(NAME), 3), Column(say(ROLE), 2), Column(say(SIDE), 3))
    return (Heading(say(PRESENT)), Table(columns=columns, rows=rows))


def _title(one: Participant) -> tuple[Line, ...]:
    if not (one.title_vi or one.title_en):
        return ()
    return (Line(Both(one.title_vi or one.title_en, one.title_en or one.title_vi), "small"),)


def _paragraph(one: Agreement, say: Say) -> tuple[Block, ...]:
    place = str(number(one))
    if one.agreed is None:
        return (Heading(Both(place, place), level=2), Paragraph(say(NOT_AGREED), tone="warn"))
    text = one.agreed.says.text
    return (Heading(Both(place, place), level=2), Paragraph(Both(text.vi, text.en)))


def _outcomes(outcomes: Sequence[Commitment], names: Callable[[str], Both], say: Say) -> tuple[Block, ...]:
    if not outcomes:
        return ()
    rows = tuple(
        (
            (Line(Both(one.text.text.vi or one.text.text.en, one.text.text.en or one.text.text.vi)),),
            (Line(names(one.text.owner)),),
            (Line("–" if one.due is None else f"{one.due:%d/%m/%Y}"),),
            (Line(say(OUTCOMES[one.state.value])),),
        )
        for one in outcomes
    )
    columns = (Column(say(WHAT), 5), Column(say(WHO), 3), Column(say(DUE), 2), Column(say(STATE), 2))
    return (Heading(say(OUTCOME)), Table(columns=columns, rows=rows))


def _signed(whole: Whole, names: Callable[[str], Both], say: Say) -> tuple[Block, ...]:
    if whole.digest is None:
        return ()
    rows = [
        Row(
            label=names(node),
            lines=(Line(said.signatory, "strong"), *(Line(part, "small") for part in (said.title, said.place) if part)),
        )
        for node, said in whole.signed.items()
    ]
    rows.append(Row(label=say(DIGEST), lines=(Line(whole.digest, "mono"),)))
    return (Heading(say(SIGNED)), Facts(rows=tuple(rows)))
