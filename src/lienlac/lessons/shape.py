"""What a lesson is made of, for the machinery of shared records, and what lists show of each word. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from lienlac import limits
from lienlac.lessons.rules.checks import check
from lienlac.people.rights import Action
from lienlac.records.shared.shape import Glance, Rights, Shape
from lienlac.vocabulary import typologies
from lienlac.wire.bodies.lessons import (
    Lesson,
    LessonFacts,
    LessonInvited,
    LessonWord,
    Part,
    Review,
    Step,
    Use,
)
from lienlac.wire.bodies.records import Link, Remark

if TYPE_CHECKING:
    from lienlac.records.shared.fold import Element
    from lienlac.wire.bodies.parts import Said

UNDATED: Final = datetime(limits.INSTANT_LAST_YEAR, 12, 31, tzinfo=UTC)
"""Where a lesson stands in time that nobody has to look at again."""


def look(element: Element) -> Glance:
    """What a list shows of an element; of the lesson itself the day of its next review, and what it is found by."""
    says = element.standing[-1].says if element.standing else None
    if isinstance(says, Lesson):
        return _of_lesson(says)
    if isinstance(says, Part):
        line = says.title or _first(says.text)
        return Glance(line=line, state=says.kind.value, words=_words(says.text))
    if isinstance(says, Step):
        at = datetime(limits.INSTANT_FIRST_YEAR, 1, 1, tzinfo=UTC).replace(microsecond=says.number)
        return Glance(line=f"{says.number}. {_first(says.text)}", at=at, words=_words(says.text, says.why))
    return _of_rest(says)


def _of_lesson(says: Lesson) -> Glance:
    at = UNDATED if says.review_on is None else datetime.combine(date.fromisoformat(says.review_on), time(), UTC)
    named = [typologies.label(code, language) for code in says.typologies for language in _LANGUAGES]
    words = " ".join((says.title_vi, _words(says.situation, says.legal_path), *says.tools, *named))
    return Glance(line=says.title_en, at=at, state=says.state.value, words=words)


_LANGUAGES: Final = ("vi", "en")


def _of_rest(says: Any) -> Glance:
    if isinstance(says, Use):
        return Glance(line=says.used_on, state=str(says.usefulness or 0), words=_words(says.note))
    if isinstance(says, Review):
        return Glance(line=says.verdict.value, state=says.verdict.value)
    if isinstance(says, Remark):
        return Glance(line=_first(says.text), words=_words(says.text))
    if isinstance(says, Link):
        return Glance(line=says.label or says.target, state=says.relation)
    return Glance(line="")


def _words(*texts: Said) -> str:
    return " ".join(part for text in texts for part in (text.vi, text.en) if part)


def _first(text: Said) -> str:
    return text.vi or text.en


SHAPE: Final = Shape(
    name="lesson",
    kinds_prefix="lessons",
    mark="lsn-",
    letter="L",
    words=LessonWord,
    facts=LessonFacts,
    invited=LessonInvited,
    top="lesson",
    prefixes={
        "lesson": "top",
        "part": "prt",
        "step": "stp",
        "use": "use",
        "review": "rvw",
        "member": "mem",
        "remark": "rmk",
        "link": "lnk",
    },
    rights=Rights(
        reads=Action.LESSON_READ,
        opens=Action.LESSON_OPEN,
        writes=Action.LESSON_WRITE,
        shares=Action.LESSON_SHARE,
        restricts=Action.LESSON_RESTRICT,
    ),
    addressees=("investigator", "analyst"),
    look=look,
    check=check,
    bodies_found=True,
)
LESSON_KINDS: Final = SHAPE.kinds
