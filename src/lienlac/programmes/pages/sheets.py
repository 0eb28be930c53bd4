"""The sheets of a programme: what each kind of word's form asks, in its order. Words only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.programmes.showing import names
from lienlac.ui.nav import Heading
from lienlac.ui.shared.sheet import Field, Sheet, Subject, Tab
from lienlac.ui.words import N_
from lienlac.wire.bodies.programmes import (
    ActionDay,
    Commitment,
    Milestone,
    Objective,
    Operation,
    Programme,
    Risk,
)
from lienlac.wire.bodies.records import Link

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from markupsafe import Markup

    from lienlac.programmes.desk import Programmes
    from lienlac.records.shared.reading.desk import Room
    from lienlac.ui.page import Ask


def _pairs(words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(words.items())


_TITLE: Final = Field("title", N_("Title"), "said", required=True, most=2)
_DETAIL: Final = Field("detail", N_("What it is about"), "said")
_OUTCOME: Final = Field("outcome", N_("What came of it"), "said")
_OBJECTIVE: Final = Field("objective", N_("Objective"), "ref", kinds=("objective",))
_OPERATION: Final = Field("operation", N_("Operation"), "ref", kinds=("operation",))

TOP: Final = Sheet(
    "programme",
    Programme,
    N_("Programme"),
    N_("Programmes"),
    "programme",
    (
        Field("title_vi", N_("Title in Vietnamese"), "line", required=True),
        Field("title_en", N_("Title in English"), "line", required=True),
        Field("summary", N_("In short"), "said"),
        Field(
            "typologies",
            N_("Kinds of crime"),
            "typologies",
            required=True,
            help=N_("The field of crime that the programme is against: figures are counted from its requests."),
        ),
        Field("from_day", N_("First day"), "date", required=True),
        Field("until_day", N_("Last day"), "date", required=True),
        Field("phase", N_("Phase"), "choice", choices=_pairs(names.PHASES), required=True),
    ),
    states=_pairs(names.PHASES),
    first={"phase": "draft"},
)
SHEETS: Final = (
    Sheet(
        "objective",
        Objective,
        N_("Objective"),
        N_("Objectives"),
        "objectives",
        (
            _TITLE,
            _DETAIL,
            Field(
                "indicator",
                N_("Seen in the figure"),
                "line",
                help=N_(
                    "Which figure of the quarterly report will show it. The figure itself is counted, never typed in."
                ),
            ),
            Field("due", N_("Due"), "instant"),
            Field("state", N_("State"), "choice", choices=_pairs(names.OUTCOMES), required=True),
        ),
        states=_pairs(names.OUTCOMES),
        help=N_("What is to be better at the end than it was at the beginning."),
        first={"state": "open"},
    ),
    Sheet(
        "operation",
        Operation,
        N_("Operation"),
        N_("Operations"),
        "operations",
        (
            _TITLE,
            _DETAIL,
            Field("lead", N_("Led by"), "node"),
            Field("starts", N_("Begins"), "instant"),
            Field("ends", N_("Ends"), "instant"),
            Field("objectives", N_("Objectives"), "refs", kinds=("objective",)),
            Field("state", N_("State"), "choice", choices=_pairs(names.DOINGS), required=True),
            _OUTCOME,
        ),
        states=_pairs(names.DOINGS),
        help=N_("Work of both sides over some time, against somebody or something."),
        first={"state": "planned"},
    ),
    Sheet(
        "action-day",
        ActionDay,
        N_("Action day"),
        N_("Action days"),
        "action-days",
        (
            _TITLE,
            _DETAIL,
            _OPERATION,
            Field("starts", N_("Begins"), "instant", required=True),
            Field("ends", N_("Ends"), "instant"),
            Field("place", N_("Place"), "line"),
            Field("state", N_("State"), "choice", choices=_pairs(names.DOINGS), required=True),
            _OUTCOME,
        ),
        states=_pairs(names.DOINGS),
        help=N_("The same measures on both sides at the same time."),
        first={"state": "planned"},
    ),
    Sheet(
        "commitment",
        Commitment,
        N_("Commitment"),
        N_("Commitments"),
        "commitments",
        (
            _TITLE,
            _DETAIL,
            Field(
                "owner",
                N_("Who owes it"),
                "node",
                required=True,
                help=N_("Only the owner says in its own column how far it has come; everybody else proposes."),
            ),
            Field("due", N_("Due"), "instant", required=True),
            _OBJECTIVE,
            _OPERATION,
            Field("state", N_("State"), "choice", choices=_pairs(names.PROMISES), required=True),
            _OUTCOME,
        ),
        states=_pairs(names.PROMISES),
        help=N_("Who owes what until when."),
        first={"state": "proposed"},
    ),
    Sheet(
        "milestone",
        Milestone,
        N_("Milestone"),
        N_("Milestones"),
        "milestones",
        (
            _TITLE,
            _DETAIL,
            Field("due", N_("Due"), "instant", required=True),
            _OBJECTIVE,
            Field("state", N_("State"), "choice", choices=_pairs(names.OUTCOMES), required=True),
        ),
        states=_pairs(names.OUTCOMES),
        help=N_("A point in time by which something can be seen from outside."),
        first={"state": "open"},
    ),
    Sheet(
        "risk",
        Risk,
        N_("Risk"),
        N_("Risks"),
        "risks",
        (
            _TITLE,
            Field("likelihood", N_("How likely"), "choice", choices=_pairs(names.DEGREES), required=True),
            Field("impact", N_("How bad"), "choice", choices=_pairs(names.DEGREES), required=True),
            Field("answer", N_("What is done about it"), "said"),
            Field("owner", N_("Who watches it"), "node"),
            Field("state", N_("State"), "choice", choices=_pairs(names.HOLDINGS), required=True),
        ),
        states=_pairs(names.HOLDINGS),
        help=N_("What could go wrong, and what is done about it."),
        first={"state": "open", "likelihood": "medium", "impact": "medium"},
    ),
    Sheet(
        "link",
        Link,
        N_("Linked record"),
        N_("Linked records"),
        "links",
        (
            Field(
                "target",
                N_("Number in the system"),
                "line",
                required=True,
                help=N_(
                    "Of a case, a request or an object of intelligence; the number tells nobody what stands in it."
                ),
            ),
            Field("label", N_("Label"), "line"),
        ),
        help=N_("Cases, requests and intelligence that belong to the programme, by their number in the system."),
    ),
)


FURTHER: Final = {
    "signature": (
        N_("Signature"), {"version": N_("Version"), "substance": N_("What is signed (digest)")},
    ),
    "report": (
        N_("Quarterly report"),
        {
            "quarter": N_("Quarter"), "figures": N_("Figures"), "digest": N_("Digest"),
            "countersigns": N_("Countersigns"), "remarks": N_("Remarks"),
        },
    ),
}  # fmt: skip
"""What has no form: it is signed or computed on a page of its own."""


def subject_of(
    programmes: Programmes,
    names_of: Callable[[str], Mapping[str, str]],
    overview: Callable[[Ask, Room], Markup | str],
) -> Subject:
    """Programmes as the screens of shared records know them."""
    return Subject(
        shared=programmes.shared,
        address="/programmes",
        title=N_("Joint programmes"),
        one=N_("Programme"),
        new=N_("Open a programme"),
        top=TOP,
        sheets=SHEETS,
        heading=Heading.COOPERATION,
        order=62,
        topic="programmes",
        help=N_("What two authorities have agreed to do together against a field of crime, and what came of it."),
        extra_tabs=(
            Tab(path="board", label=N_("Board")),
            Tab(path="calendar", label=N_("Calendar")),
            Tab(path="figures", label=N_("Figures")),
            Tab(path="reports", label=N_("Quarterly reports")),
            Tab(path="known", label=N_("Known elsewhere")),
        ),
        elsewhere={"signature": "", "report": "reports"},
        first=("commitments", "board", "calendar", "figures", "reports", "discussion"),
        called={kind: name for kind, (name, _fields) in FURTHER.items()},
        overview=overview,
        names=names_of,
    )
