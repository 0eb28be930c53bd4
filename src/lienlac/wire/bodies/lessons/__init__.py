"""Words of a lesson: experience in investigating, written for others to use, as a shared record (clauses 24.x).

A lesson names no case, no person and no identifier of one: the case it was drawn from is known to its own side only and
has no field here. Only types; what may not stand in a text is found in `lessons.sanitising`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from lienlac import limits
from lienlac.wire.bodies.parts import Said
from lienlac.wire.bodies.records import Facts, Invited, Link, Member, Remark
from lienlac.wire.message import Code, Digest, Id, Line, OptionalLine, OptionalText

Date = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
Number = Annotated[int, msgspec.Meta(ge=1, le=limits.LESSON_STEPS_MAX)]


class Stage(StrEnum):
    """How far a lesson is."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    RETIRED = "retired"


class Lesson(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="lesson", tag_field="is"):
    """What the lesson is. `review_on`: from then on somebody should ask whether it still holds."""

    title_vi: Line
    title_en: Line
    state: Stage = Stage.DRAFT
    situation: Said = Said()
    typologies: Annotated[tuple[Code, ...], msgspec.Meta(max_length=limits.LESSON_TYPOLOGIES_MAX)] = ()
    methods: Annotated[tuple[Id, ...], msgspec.Meta(max_length=limits.LESSON_METHODS_MAX)] = ()
    legal_path: Said = Said()
    tools: Annotated[tuple[Line, ...], msgspec.Meta(max_length=limits.LESSON_TOOLS_MAX)] = ()
    hours: Annotated[int, msgspec.Meta(ge=0, le=limits.LESSON_HOURS_MAX)] | None = None
    review_on: Date | None = None


class Kind(StrEnum):
    """What a part tells."""

    TRIED = "tried"
    WORKED = "worked"
    FAILED = "failed"
    PITFALL = "pitfall"
    TEMPLATE = "template"


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="part", tag_field="is"):
    """What was tried, what worked, what failed, what to beware of, or a text to work from."""

    kind: Kind
    title: OptionalLine = ""
    text: Said


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="step", tag_field="is"):
    """One step of the checklist, in the order of the numbers."""

    number: Number
    text: Said
    why: Said = Said()
    optional: bool = False


class Result(StrEnum):
    """What became of a step when the checklist was run."""

    WORKED = "worked"
    FAILED = "failed"
    SKIPPED = "skipped"


class StepResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One step as it went."""

    step: Id
    result: Result
    note: OptionalText = ""


class Use(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="use", tag_field="is"):
    """The lesson was used in a case. `case` is named only to those who take part in that case as well."""

    used_on: Date
    usefulness: Annotated[int, msgspec.Meta(ge=1, le=5)] | None = None
    results: Annotated[tuple[StepResult, ...], msgspec.Meta(max_length=limits.LESSON_STEPS_MAX)] = ()
    note: Said = Said()
    case: Id | None = None


class Verdict(StrEnum):
    """What a second officer found."""

    CLEAN = "clean"
    RETURNED = "returned"


class Review(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="review", tag_field="is"):
    """A second officer has read what this side wrote, exactly that: `of` is its digest (clause 24.4)."""

    of: Digest
    verdict: Verdict
    text: OptionalText = ""


LessonWord = Lesson | Part | Step | Use | Review | Member | Remark | Link


class LessonFacts(Facts[LessonWord], frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an authority states of a lesson: facts, each of one element, in its own column."""


class LessonInvited(Invited[LessonWord], frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An authority is offered a lesson; what it is told before it has answered."""
