"""The forms of all steps after the opening, declared like the kinds; a result's form stands with its kind.

`RULES` say what depends on another field. Whether a step may be taken now is the lifecycle's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lienlac import limits
from lienlac.hotline.kinds.field import N_, Field, Shape
from lienlac.hotline.kinds.shared import AUTHORISATION
from lienlac.hotline.lifecycle import Step
from lienlac.vocabulary import purposes, refusals
from lienlac.wire.bodies import hotline as bodies

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.hotline.kinds.field import RequestKind

CONSIDERED: Final = tuple(word.code for word in refusals if word.must_check)
"""Grounds of human rights about which an officer is always asked."""
TO_CORRECT: Final = tuple(word.code for word in refusals if word.corrects)
"""Grounds that open a correction window: the request goes back instead of being refused."""
TO_REFUSE: Final = tuple(word.code for word in refusals if not word.corrects)
CONFLICT: Final = "conflict-of-law"

_REMARKS: Final = Field(name="remarks", shape=Shape.TEXT, label=N_("Remarks"), required=False, rows=3)
_CONSIDERED: Final = Field(
    name="considered",
    shape=Shape.CODES,
    label=N_("Looked at, one by one"),
    hint=N_("Check each box once it was thought through, whether it applies or not."),
    required=False,
    vocabulary=refusals,
    codes=CONSIDERED,
    most=limits.HOTLINE_CONSIDERED_MAX,
    un="UN 6, 40.22: human rights",
)

STEP_FIELDS: Final[dict[Step, tuple[Field, ...]]] = {
    Step.ACKNOWLEDGE: (_REMARKS,),
    Step.ASK: (Field(name="question", shape=Shape.TEXT, label=N_("What must be known before this can go on"), rows=3),),
    Step.CLARIFY: (
        Field(name="answers", shape=Shape.ID, label=N_("Which question")),
        Field(name="answer", shape=Shape.TEXT, label=N_("Answer"), rows=3),
        Field(
            name="beneficiaries",
            shape=Shape.ACCOUNTS,
            label=N_("Receiving account"),
            required=False,
            most=limits.HOTLINE_ACCOUNTS_MAX,
        ),
    ),
    Step.ACCEPT: (
        Field(
            name="extent",
            shape=Shape.CHOICE,
            label=N_("How much"),
            make=bodies.Extent,
            standard="fully",
            begins="fully",
            words={"fully": N_("Fully"), "partly": N_("Partly")},
        ),
        Field(name="remarks", shape=Shape.TEXT, label=N_("If in part: what not, and why"), required=False, rows=3),
        _CONSIDERED,
    ),
    Step.RETURN: (
        Field(name="ground", shape=Shape.CHOICE, label=N_("Ground"), vocabulary=refusals, codes=TO_CORRECT),
        Field(
            name="explanation",
            shape=Shape.TEXT,
            label=N_("What is missing or wrong, and what would be right"),
            rows=3,
        ),
    ),
    Step.CORRECT: (_REMARKS,),
    Step.REFUSE: (
        Field(
            name="ground",
            shape=Shape.CHOICE,
            label=N_("Ground"),
            vocabulary=refusals,
            codes=TO_REFUSE,
            etsi="InvalidReason",
            un="UN 40.21, 40.22: grounds for refusal",
        ),
        Field(name="explanation", shape=Shape.TEXT, label=N_("Explanation"), required=False, rows=3),
        Field(
            name="withheld_by_law",
            shape=Shape.FLAG,
            label=N_("The law does not allow the reason to be stated"),
            standard=False,
            required=False,
        ),
        Field(
            name="conflict",
            shape=Shape.PART,
            label=N_("If it is a conflict of law"),
            required=False,
            make=bodies.ConflictOfLaw,
            inside=(
                Field(name="law", shape=Shape.LINE, label=N_("Title of the law")),
                Field(name="provision", shape=Shape.LINE, label=N_("Provision")),
                Field(name="nature", shape=Shape.TEXT, label=N_("Nature of the conflict"), rows=2),
                Field(name="consequences", shape=Shape.TEXT, label=N_("What would follow from acting"), rows=2),
            ),
        ),
        _CONSIDERED,
    ),
    Step.VALIDATE: (AUTHORISATION,),
    Step.WITHDRAW: (Field(name="reason", shape=Shape.TEXT, label=N_("Reason"), rows=3),),
    Step.FEEDBACK: (
        Field(
            name="usefulness",
            shape=Shape.CHOICE,
            label=N_("Did it help?"),
            make=bodies.Usefulness,
            standard="useful",
            begins="useful",
            words={"useful": N_("Useful"), "partly": N_("Partly useful"), "not-useful": N_("Not useful")},
        ),
        Field(name="returned", shape=Shape.MONEY, label=N_("Returned to the victim"), required=False, begins="USD"),
        Field(name="text", shape=Shape.TEXT, label=N_("What came of it"), required=False, rows=3),
    ),
    Step.CLOSE: (_REMARKS,),
    Step.NOTE: (Field(name="text", shape=Shape.TEXT, label=N_("Text"), rows=3),),
    Step.ASK_USE: (
        Field(name="purpose", shape=Shape.CHOICE, label=N_("For which other purpose"), vocabulary=purposes),
        Field(name="text", shape=Shape.TEXT, label=N_("What it is to be used for, by whom"), rows=3),
    ),
    Step.ANSWER_USE: (
        Field(name="answers", shape=Shape.ID, label=N_("Which question")),
        Field(
            name="granted",
            shape=Shape.FLAG,
            label=N_("May it be used so?"),
            words={"yes": N_("Yes, it may"), "no": N_("No, it may not")},
        ),
        Field(name="conditions", shape=Shape.TEXT, label=N_("Conditions"), required=False, rows=3),
    ),
}
"""Fields by step. Where something must be named (`answers`), the page offers what is open."""


def check_accept(kind: RequestKind, values: dict[str, Any], note: Callable[[str, str], None]) -> None:
    """In part needs words; measures that reach a person need the list of rights."""
    if values["extent"] == bodies.Extent.PARTLY and not values["remarks"]:
        note("remarks", "field-missing")
    if kind.considered:
        _all_considered(values, note)


def check_refuse(_kind: RequestKind, values: dict[str, Any], note: Callable[[str, str], None]) -> None:
    """A reason, unless the law forbids it; a conflict of law names the law; rights were thought through."""
    ground = values["ground"]
    withheld = values["withheld_by_law"]
    if ground == CONFLICT and not withheld and values["conflict"] is None:
        note("conflict.law", "field-missing")
    if not withheld and not values["explanation"] and ground != CONFLICT:
        note("explanation", "field-missing")
    if ground and refusals.get(ground).second_officer:
        _all_considered(values, note)


def _all_considered(values: dict[str, Any], note: Callable[[str, str], None]) -> None:
    if not set(CONSIDERED) <= set(values["considered"]):
        note("considered", "rights-not-considered")


RULES: Final = {Step.ACCEPT: check_accept, Step.REFUSE: check_refuse}


def needs_second_officer(ground: str) -> bool:
    """Whether a refusal on this ground must be confirmed by another officer."""
    return ground in refusals and refusals.get(ground).second_officer


def fields_of(step: Step, kind: RequestKind) -> tuple[Field, ...]:
    """The form of a step on a request of this kind."""
    return kind.report_fields if step is Step.RESULT else STEP_FIELDS[step]
