"""How the words of a delegation look on screens: fields, choices, lists; the screens are those of any record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.delegations.pages import overview
from lienlac.delegations.showing import naming
from lienlac.ui.shared.sheet import Field, Sheet, Subject, Tab
from lienlac.ui.words import N_
from lienlac.wire.bodies.delegations import (
    Delegation,
    MinutesParagraph,
    Outcome,
    Paper,
    Participant,
    ProgrammeItem,
    Proposal,
    ProtocolNote,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lienlac.delegations.desk import Delegations

_F: Final = naming.FIELDS


def _choices(words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(words.items())


TOP: Final = Sheet(
    "delegation", Delegation, N_("Delegation"), N_("Delegations"), "delegation",
    (
        Field("title_vi", _F["title_vi"], "line", required=True),
        Field("title_en", _F["title_en"], "line", required=True),
        Field("form", _F["form"], "choice", choices=_choices(naming.FORMS), required=True),
        Field("level", _F["level"], "choice", choices=_choices(naming.LEVELS), required=True),
        Field("state", _F["state"], "choice", choices=_choices(naming.STAGES), required=True),
        Field("starts", _F["starts"], "instant"),
        Field("ends", _F["ends"], "instant"),
        Field("country", _F["country"], "country"),
        Field("place", _F["place"], "line"),
        Field("purpose", _F["purpose"], "said"),
        Field("connection", _F["connection"], "text"),
    ),
    states=_choices(naming.STAGES), first={"form": "visit", "level": "department", "state": "planned"},
)  # fmt: skip
SHEETS: Final = (
    Sheet(
        "proposal", Proposal, N_("Time and place"), N_("Times and places"), "times",
        (
            Field("starts", _F["starts"], "instant", required=True),
            Field("ends", _F["ends"], "instant"),
            Field("country", _F["country"], "country"),
            Field("place", _F["place"], "line"),
            Field("text", _F["text"], "said"),
        ),
        states=_choices(naming.AGREED),
        help=N_("Propose when and where. The other side accepts exactly that, or proposes something else."),
    ),
    Sheet(
        "item", ProgrammeItem, N_("Item of the programme"), N_("Programme of the visit"), "programme",
        (
            Field("at", _F["at"], "instant", required=True),
            Field("until", _F["until"], "instant"),
            Field("place", _F["place"], "line"),
            Field("text", _F["text"], "said", required=True),
            Field("leads", _F["leads"], "line"),
            Field("state", _F["state"], "choice", choices=_choices(naming.ITEMS), required=True),
            Field("papers", _F["papers"], "refs", kinds=("paper",)),
        ),
        states=_choices(naming.ITEMS), first={"state": "planned"},
    ),
    Sheet(
        "participant", Participant, N_("Participant"), N_("Participants"), "participants",
        (
            Field("node", _F["node"], "node", required=True),
            Field("name", _F["name"], "line", required=True),
            Field("title_vi", _F["rank_vi"], "line"),
            Field("title_en", _F["rank_en"], "line"),
            Field("role", _F["role"], "choice", choices=_choices(naming.ROLES), required=True),
            Field("order", _F["order"], "whole", low=1, high=500, required=True),
            Field("unit", _F["unit"], "line"),
            Field("languages", _F["languages"], "lines"),
            Field("interpreter", _F["interpreter"], "flag"),
            Field("contact", _F["contact"], "line"),
        ),
        states=_choices(naming.ROLES), first={"role": "member", "order": "1"},
    ),
    Sheet(
        "protocol", ProtocolNote, N_("Note of protocol"), N_("Protocol"), "protocol",
        (
            Field("topic", _F["topic"], "choice", choices=_choices(naming.TOPICS), required=True),
            Field("text", _F["text"], "said", required=True),
            Field("about", _F["about"], "ref", kinds=("participant", "item")),
        ),
        states=_choices(naming.TOPICS),
    ),
    Sheet(
        "paper", Paper, N_("Paper"), N_("Papers"), "papers",
        (
            Field("title_vi", _F["title_vi"], "line", required=True),
            Field("title_en", _F["title_en"], "line", required=True),
            Field("paper", _F["paper"], "choice", choices=_choices(naming.PAPERS), required=True),
            Field("summary", _F["summary"], "said"),
        ),
        states=_choices(naming.PAPERS), first={"paper": "other"},
    ),
    Sheet(
        "paragraph", MinutesParagraph, N_("Paragraph of the minutes"), N_("Paragraphs"), "paragraphs",
        (
            Field("number", _F["number"], "whole", low=1, high=500, required=True),
            Field("text", _F["text"], "said", required=True),
            Field("remarks", _F["remarks"], "text"),
        ),
        states=(("open", naming.AGREED["open"]), ("agreed", naming.AGREED["agreed"])), first={"number": "1"},
        help=N_("Write it in both languages. Each side agrees to each paragraph; what is changed is agreed anew."),
    ),
    Sheet(
        "outcome", Outcome, N_("Outcome"), N_("Outcomes"), "outcomes",
        (
            Field("text", _F["text"], "said", required=True),
            Field("owner", _F["owner"], "node", required=True),
            Field("due", _F["due"], "date"),
            Field("state", _F["state"], "choice", choices=_choices(naming.OUTCOMES), required=True),
            Field("note", _F["note"], "text"),
            Field("paragraph", _F["paragraph"], "ref", kinds=("paragraph",)),
        ),
        states=_choices(naming.OUTCOMES), first={"state": "open"},
        help=N_("Whose it is decides what has become of it: the owner says so in its own column."),
    ),
)  # fmt: skip


_FORMS: Final = {sheet.kind for sheet in (TOP, *SHEETS)}
FURTHER: Final = {kind: (name, _F) for kind, name in naming.WORDS.items() if kind not in _FORMS}
"""What has no form: it is stated on a page of its own."""


def subject_of(delegations: Delegations) -> Subject:
    """Delegations, as the screens of shared records take them."""
    from lienlac.delegations.pages import minutes

    return Subject(
        shared=delegations.shared,
        address="/delegations",
        title=N_("Delegations"),
        one=N_("Delegation"),
        new=N_("Prepare a delegation"),
        top=TOP,
        sheets=SHEETS,
        order=63,
        topic="delegations",
        help=N_("Visits and meetings of both sides: when, who, what was agreed, and what came of it."),
        elsewhere={"minutes": "minutes", "link": ""},
        extra_tabs=(
            Tab(path="minutes", label=N_("Minutes"), count=minutes.open_paragraphs),
            Tab(path="order", label=N_("Order of protocol")),
            Tab(path="files", label=N_("Files of papers")),
            Tab(path="known", label=N_("Known elsewhere")),
        ),
        first=("times", "programme", "participants", "minutes", "outcomes", "discussion"),
        called=naming.WORDS,
        acts=(("/delegations/{id}/take-paper", N_("Add a paper with its file")),),
        overview=overview.make(delegations),
        names=delegations.names_in,
    )
