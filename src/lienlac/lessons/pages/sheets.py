"""How the words of a lesson look on screens: fields, choices, lists; the screens themselves are those of any record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.lessons.pages import overview
from lienlac.lessons.showing import naming
from lienlac.ui.nav import Heading
from lienlac.ui.shared.sheet import Field, Sheet, Subject, Tab
from lienlac.ui.words import N_
from lienlac.wire.bodies.lessons import Lesson, Part, Step, Use

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lienlac.lessons.desk import Lessons

_F: Final = naming.FIELDS
_STAGES: Final = tuple(naming.STAGES.items())

TOP: Final = Sheet(
    "lesson", Lesson, N_("Lesson"), N_("Lessons"), "lesson",
    (
        Field("title_vi", _F["title_vi"], "line", required=True),
        Field("title_en", _F["title_en"], "line", required=True),
        Field("situation", _F["situation"], "said", required=True),
        Field("typologies", _F["typologies"], "typologies"),
        Field("legal_path", _F["legal_path"], "said"),
        Field("tools", _F["tools"], "lines"),
        Field("methods", _F["methods"], "lines", help=N_("Ids of records of methods, one on each line.")),
        Field("hours", _F["hours"], "whole", high=100_000),
        Field("review_on", _F["review_on"], "date"),
        # `reviewed` is what a second officer makes of it: whoever changes it makes it a draft again
        Field("state", _F["state"], "choice", choices=(_STAGES[0], _STAGES[2]), further=(_STAGES[1],), required=True),
    ),
    states=_STAGES, first={"state": "draft"},
)  # fmt: skip
SHEETS: Final = (
    Sheet(
        "part", Part, N_("What was learnt"), N_("What was learnt"), "parts",
        (
            Field("kind", _F["kind"], "choice", choices=tuple(naming.KINDS.items()), required=True),
            Field("title", _F["title"], "line"),
            Field("text", _F["text"], "said", required=True, most=8),
        ),
        states=tuple(naming.KINDS.items()),
        help=N_("What was tried, what worked, what failed, what to beware of, texts to work from. Name no case."),
    ),
    Sheet(
        "step", Step, N_("Step of the checklist"), N_("Checklist"), "steps",
        (
            Field("number", _F["number"], "whole", low=1, high=200, required=True),
            Field("text", _F["text"], "said", required=True),
            Field("why", _F["why"], "said"),
            Field("optional", _F["optional"], "flag"),
        ),
        first={"number": "1"},
        help=N_("What to do, in its order; others run it in their own cases."),
    ),
    Sheet(
        "use", Use, N_("Use in a case"), N_("Uses"), "uses",
        (
            Field("used_on", _F["used_on"], "date", required=True),
            Field("usefulness", _F["usefulness"], "whole", low=1, high=5),
            Field("note", _F["note"], "said"),
        ),
        newest_first=True,
    ),
)  # fmt: skip


_FORMS: Final = {sheet.kind for sheet in (TOP, *SHEETS)}
FURTHER: Final = {kind: (name, _F) for kind, name in naming.WORDS.items() if kind not in _FORMS}
"""What has no form: it is stated on a page of its own."""


def subject_of(lessons: Lessons, names: Callable[[str], Mapping[str, str]]) -> Subject:
    """Lessons, as the screens of shared records take them."""
    return Subject(
        shared=lessons.shared,
        address="/lessons",
        title=N_("Lessons"),
        one=N_("Lesson"),
        new=N_("Write a lesson down"),
        top=TOP,
        sheets=SHEETS,
        heading=Heading.COOPERATION,
        order=64,
        topic="lessons",
        help=N_("Experience in investigating, for others to use. It names no case, no person and no identifier."),
        elsewhere={"review": "review", "link": ""},
        extra_tabs=(Tab(path="review", label=N_("Second officer")), Tab(path="runs", label=N_("Run the checklist"))),
        called=naming.WORDS,
        codes={"review": naming.VERDICTS},
        overview=overview.make(lessons),
        names=names,
    )
