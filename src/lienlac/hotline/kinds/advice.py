"""The kinds that ask for advice, and the one that names a deconfliction query. None of them carries personal data."""

from __future__ import annotations

from typing import Final

from lienlac import limits
from lienlac.hotline.kinds.field import N_, Field, RequestKind, Section, Shape
from lienlac.hotline.kinds.shared import FOLLOW_UP, facts, outcome
from lienlac.vocabulary import purposes
from lienlac.wire.bodies import hotline as bodies

_ANSWERED: Final = {
    "answered": N_("The question is answered"),
    "partly": N_("The question is answered in part"),
    "referred": N_("Somebody else must answer"),
}
_BACKGROUND: Final = facts(
    N_("Background"), N_("No names, numbers or accounts: this asks for advice."), required=False, rows=3
)
_RIGHTS: Final = ("political-offence", "military-offence", "speech-only", "discrimination", "human-rights-risk")
_EVERY_PURPOSE: Final = tuple(code for code in purposes.codes() if code != "deconflict")

LEGAL_INFO: Final = RequestKind(
    name="legal-info",
    body=bodies.LegalInfo,
    report=bodies.LegalInfoResult,
    lead=("subject",),
    case_needed=False,
    purposes=_EVERY_PURPOSE,
    grounds_left_out=(*_RIGHTS, "data-not-held", "disproportionate"),
    begins={"urgency": "normal", "purpose": "investigate"},
    sections=(
        Section(
            N_("What is asked"),
            (
                Field(
                    name="subject",
                    shape=Shape.LINE,
                    label=N_("Subject"),
                    hint=N_("In a few words, as it will stand in the inbox."),
                ),
                Field(
                    name="question",
                    shape=Shape.TEXT,
                    label=N_("Question about the law"),
                    un="UN 41: legal information",
                ),
                _BACKGROUND,
            ),
        ),
    ),
    outcome=outcome(N_("Is there an answer?"), bodies.AdviceOutcome, _ANSWERED),
    results=(
        Field(name="answer", shape=Shape.TEXT, label=N_("Answer"), with_outcome=("answered", "partly"), rows=6),
        Field(
            name="provisions",
            shape=Shape.ROWS,
            label=N_("Provision"),
            required=False,
            make=bodies.Provision,
            most=limits.HOTLINE_RECORDS_MAX,
            inside=(
                Field(name="law", shape=Shape.LINE, label=N_("Law")),
                Field(name="article", shape=Shape.LINE, label=N_("Article")),
                Field(name="says", shape=Shape.LINE, label=N_("What it says"), required=False),
            ),
        ),
        Field(name="competent", shape=Shape.LINE, label=N_("Competent authority"), with_outcome=("referred",)),
        FOLLOW_UP,
    ),
)

TECH_ADVICE: Final = RequestKind(
    name="tech-advice",
    body=bodies.TechAdvice,
    report=bodies.TechAdviceResult,
    lead=("subject",),
    case_needed=False,
    purposes=_EVERY_PURPOSE,
    grounds_left_out=(*_RIGHTS, "data-not-held", "disproportionate"),
    begins={"urgency": "normal", "purpose": "investigate"},
    sections=(
        Section(
            N_("What is asked"),
            (
                Field(
                    name="subject",
                    shape=Shape.LINE,
                    label=N_("Subject"),
                    hint=N_("In a few words, as it will stand in the inbox."),
                ),
                Field(
                    name="question",
                    shape=Shape.TEXT,
                    label=N_("Technical question"),
                    un="UN 41: technical advice",
                ),
                Field(name="tried", shape=Shape.TEXT, label=N_("What was tried already"), required=False, rows=3),
                _BACKGROUND,
            ),
        ),
    ),
    outcome=outcome(N_("Is there an answer?"), bodies.AdviceOutcome, _ANSWERED),
    results=(
        Field(name="answer", shape=Shape.TEXT, label=N_("Answer"), with_outcome=("answered", "partly"), rows=6),
        Field(name="contact", shape=Shape.LINE, label=N_("Whom to ask further"), with_outcome=("referred",)),
        FOLLOW_UP,
    ),
)

DECONFLICT: Final = RequestKind(
    name="deconflict",
    body=bodies.Deconflict,
    report=bodies.DeconflictResult,
    lead=("query",),
    purposes=("deconflict",),
    grounds_left_out=_RIGHTS,
    begins={"urgency": "normal", "purpose": "deconflict"},
    sections=(
        Section(
            N_("Which query"),
            (
                Field(
                    name="query",
                    shape=Shape.ID,
                    label=N_("Id of the deconfliction query"),
                    hint=N_("The query itself shows neither side the other's list; no identifier is written here."),
                ),
                Field(
                    name="count",
                    shape=Shape.WHOLE,
                    label=N_("How many identifiers it compares"),
                    low=1,
                    high=limits.HOTLINE_QUERY_MAX_IDENTIFIERS,
                ),
                Field(name="remarks", shape=Shape.TEXT, label=N_("Remarks"), required=False, rows=3),
            ),
        ),
    ),
    outcome=outcome(
        N_("Hit or no hit"),
        bodies.MatchOutcome,
        {"hit": N_("Hit"), "no-hit": N_("No hit"), "not-run": N_("The query was not run")},
    ),
    results=(
        Field(name="contact", shape=Shape.LINE, label=N_("Officer to talk to"), with_outcome=("hit",)),
        FOLLOW_UP,
    ),
)

KINDS: Final = (LEGAL_INFO, TECH_ADVICE, DECONFLICT)
