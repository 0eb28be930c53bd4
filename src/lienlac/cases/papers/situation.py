"""The situation report of a case as a document: how each side sees it, what comes next, tasks, timeline. Pure.

Made of what the officer who prints it may see here; in both languages at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lienlac import limits
from lienlac.cases.case import owners_word
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
    three_times,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lienlac.cases.case import Whole
    from lienlac.documents.document import Block, Say
    from lienlac.errors import Language
    from lienlac.records.shared.fold import Element
    from lienlac.records.shared.store.lines import Line as Record
    from lienlac.wire.bodies.parts import Said
    from lienlac.wire.message import Marks as Handling


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What the report is made of. `names` of nodes, `word` gives a code's label in both languages."""

    line: Record
    top: Element | None
    whole: Whole
    situations: Sequence[Element]
    tasks: Sequence[Element]
    events: Sequence[Element]
    entities: Sequence[Element]
    officers: Sequence[Element]
    names: Mapping[str, Both]
    marks: Handling
    at: datetime
    issuer: Both


def N_(text: str) -> str:  # noqa: N802  # the name that message extraction looks for
    """Marks a msgid that is said in both languages."""
    return text


_NEVER = datetime(limits.INSTANT_LAST_YEAR, 12, 31, tzinfo=UTC)
"""Behind every task that is due some day."""
_STATES = {
    "hot": N_("Hot"),
    "working": N_("In work"),
    "paused": N_("Resting"),
    "closing": N_("Closing, waits for others"),
    "closed": N_("Closed by all"),
}
_STATUSES = {
    "working": N_("working on it"),
    "paused": N_("resting"),
    "closed": N_("closed"),
    "todo": N_("to do"),
    "doing": N_("being done"),
    "blocked": N_("blocked"),
    "done": N_("finished"),
    "dropped": N_("dropped"),
}
_SEVERITIES = {
    "critical": N_("hot: critical"),
    "serious": N_("hot: serious"),
    "limited": N_("hot: limited"),
}


def situation_report(picture: Picture, say: Say, lead: Language) -> Document:
    """The report."""
    line = picture.line
    return Document(
        title=Both(line.title_vi, line.title_en),
        kind=say(N_("Situation report")),
        reference=line.reference,
        issuer=picture.issuer,
        marks=Marks(
            tlp=picture.marks.tlp.value,
            others=(f"PAP:{picture.marks.pap.value.upper()}", *(code.value.upper() for code in picture.marks.handling)),
        ),
        at=picture.at,
        lead=lead,
        drill=line.drill,
        blocks=tuple(_blocks(picture, say)),
    )


def _blocks(picture: Picture, say: Say) -> Iterator[Block]:
    yield Facts(tuple(_head(picture, say)))
    for node, name in picture.names.items():
        found = [one for one in picture.situations if one.by(node) is not None]
        if found:
            yield Heading(name)
            yield from _seen(found[0].by(node), say)
    yield Heading(say(N_("Open tasks")))
    yield _tasks(picture, say) if picture.tasks else Paragraph(say(N_("None.")), "muted")
    yield Heading(say(N_("Newest events")))
    yield _events(picture, say) if picture.events else Paragraph(say(N_("None.")), "muted")
    if picture.entities:
        yield Heading(say(N_("Entities")))
        yield _entities(picture, say)
    yield Paragraph(say(N_("Made of what this authority may see in the case; the record holds the rest.")), "muted")


def _head(picture: Picture, say: Say) -> Iterator[Row]:
    whole = picture.whole
    state = say(_STATES[whole.state.value])
    yield Row(label=say(N_("State")), lines=(Line(state, "strong"),))
    if whole.hot and whole.severity is not None:
        yield Row(label=say(N_("How grave")), lines=(Line(say(_SEVERITIES[whole.severity.value]), "strong"),))
    yield Row(label=say(N_("As of")), lines=at_three_times(picture.at, say))
    for node, status in whole.statuses.items():
        told = [Line(say(_STATUSES[status.value]))]
        if node in whole.updates:
            told += [Line(say(N_("next report")), "small"), *at_three_times(whole.updates[node], say)]
        yield Row(label=picture.names.get(node, Both(node, node)), lines=tuple(told))
    if picture.top is not None and picture.top.standing:
        summary = picture.top.standing[0].says.summary
        if _said(summary):
            yield Row(label=say(N_("Summary")), lines=_said(summary))
    now = [f"{one.standing[-1].says.name}, {one.standing[-1].says.unit}" for one in picture.officers]
    if now:
        yield Row(label=say(N_("At work on it now")), lines=tuple(Line(text) for text in now))


def _seen(says: Any, say: Say) -> Iterator[Block]:
    rows = [Row(label=say(N_("When")), lines=at_three_times(says.at, say))]
    parts = (
        (N_("What is known"), says.known),
        (N_("What was done"), says.done),
        (N_("What comes next"), says.planned),
        (N_("What is needed"), says.needed),
    )
    rows += [Row(label=say(label), lines=_said(text)) for label, text in parts if _said(text)]
    yield Facts(tuple(rows))


def _said(text: Said) -> tuple[Line, ...]:
    """What somebody wrote, the paper's own language first where it is there in both."""
    if text.vi and text.en:
        return (Line(Both(text.vi, text.en)),)
    return tuple(Line(one) for one in (text.vi, text.en) if one)


def _tasks(picture: Picture, say: Say) -> Table:
    columns = (
        Column(say(N_("Task")), 9),
        Column(say(N_("Who does it")), 5),
        Column(say(N_("How it stands")), 3),
        Column(say(N_("Due")), 7),
    )
    rows = []
    told = [(one.standing[0].says, owners_word(one)) for one in picture.tasks]
    told.sort(key=lambda pair: pair[0].due or pair[1].due or _NEVER)
    for asked, own in told[: limits.CASE_SITUATION_EVENTS]:
        due = asked.due or own.due
        when = (Line(three_times(due, say, short=True)[0], "small"),) if due is not None else (Line("–"),)
        who = picture.names.get(asked.owner, Both(asked.owner, asked.owner))
        rows.append((_said(asked.text), (Line(who),), (Line(say(_STATUSES[own.status.value])),), when))
    return Table(columns, tuple(rows))


def _events(picture: Picture, say: Say) -> Table:
    columns = (Column(say(N_("When")), 7), Column(say(N_("What happened")), 11), Column(say(N_("Source")), 4))
    rows = []
    for one in picture.events[: limits.CASE_SITUATION_EVENTS]:
        says = one.standing[-1].says
        when = tuple(Line(text, "small") for text in three_times(says.at, say, short=True))
        rows.append((when, _said(says.text), (Line(says.source or "–"),)))
    return Table(columns, tuple(rows))


def _entities(picture: Picture, say: Say) -> Table:
    columns = (Column(say(N_("What it is called")), 3), Column(say(N_("Identifiers")), 4))
    rows = []
    for one in picture.entities[: limits.CASE_SITUATION_EVENTS]:
        says = one.standing[-1].says
        found = tuple(Line(f"{each.type}: {each.value}", "mono") for each in says.identifiers[:10])
        rows.append(((Line(says.name),), found or (Line("–"),)))
    return Table(columns, tuple(rows))
