"""The kinds that keep things as they are: preserve data, extend a preservation or a hold."""

from __future__ import annotations

from typing import Final

from lienlac import limits
from lienlac.hotline.kinds.field import N_, Field, Needs, RequestKind, Section, Shape, When
from lienlac.hotline.kinds.shared import (
    AUTHORITY,
    CONFIDENTIAL,
    CUSTODIAN,
    FOLLOW_UP,
    LINK,
    OFFENCE,
    covers,
    facts,
    identifiers,
    necessity,
    outcome,
    period_not_reversed,
)
from lienlac.wire.bodies import hotline as bodies

_FACTS_SHORT: Final = facts(N_("Facts in short"), rows=4)

PRESERVE: Final = RequestKind(
    name="preserve-data",
    body=bodies.PreserveData,
    report=bodies.PreserveResult,
    needs=Needs.LATER,
    holds=("preserved", "partly"),
    lead=("custodian",),
    withdrawn_after_result=True,
    purposes=(
        "preserve-evidence",
        "investigate",
        "prosecute",
        "trace-proceeds",
        "locate-person",
        "protect-life",
        "counter-terrorism-financing",
    ),
    rules=(period_not_reversed,),
    begins={"urgency": "normal", "purpose": "preserve-evidence"},
    sections=(
        Section(
            N_("What is to be preserved"),
            (
                Field(
                    name="data",
                    shape=Shape.TEXT,
                    label=N_("Data to be preserved"),
                    hint=N_("Which records, of which service, of which time."),
                    un="UN 42: stored electronic data to be preserved",
                ),
                CUSTODIAN,
                Field(
                    name="location",
                    shape=Shape.LINE,
                    label=N_("Where the system stands"),
                    required=False,
                    un="UN 42: location of the system",
                ),
                identifiers(),
                *covers(required=False),
                Field(
                    name="period_days",
                    shape=Shape.WHOLE,
                    label=N_("Keep it for how many days"),
                    hint=N_("Conventions speak of at least 60 days; it can be extended."),
                    low=1,
                    high=limits.HOTLINE_PERIOD_MAX_DAYS,
                    begins="90",
                    un="UN 42: not less than sixty days",
                    etsi="Timespan",
                ),
            ),
        ),
        Section(
            N_("Why"),
            (
                AUTHORITY,
                OFFENCE,
                _FACTS_SHORT,
                LINK,
                necessity(N_("Why preservation is necessary")),
                Field(
                    name="mla_intended",
                    shape=Shape.FLAG,
                    label=N_("A request for mutual legal assistance will follow"),
                    un="UN 42: intention to submit a request for mutual legal assistance",
                ),
                CONFIDENTIAL,
            ),
        ),
    ),
    outcome=outcome(
        N_("What became of the data"),
        bodies.PreserveOutcome,
        {
            "preserved": N_("All of the data is preserved"),
            "partly": N_("A part of the data is preserved"),
            "not-preserved": N_("No data is preserved"),
            "ended": N_("The preservation has ended"),
        },
    ),
    results=(
        Field(
            name="preserved",
            shape=Shape.TEXT,
            label=N_("What is preserved"),
            with_outcome=("preserved", "partly"),
            only=True,
            rows=3,
        ),
        Field(
            name="preserved_at",
            shape=Shape.INSTANT,
            label=N_("Preserved since"),
            with_outcome=("preserved", "partly"),
            when=When.PAST,
        ),
        Field(
            name="until",
            shape=Shape.INSTANT,
            label=N_("Preserved until"),
            with_outcome=("preserved", "partly"),
            only=True,
            when=When.FUTURE,
            etsi="Timespan",
        ),
        Field(name="provider_reference", shape=Shape.LINE, label=N_("Provider's reference"), required=False),
        FOLLOW_UP,
    ),
)

EXTEND: Final = RequestKind(
    name="extend",
    body=bodies.Extend,
    report=bodies.ExtendResult,
    follows=("preserve-data", "freeze-payment", "block-number"),
    must_follow=True,
    holds=("extended",),
    lead=("period_days",),
    purposes=(
        "preserve-evidence",
        "investigate",
        "prosecute",
        "trace-proceeds",
        "locate-person",
        "protect-life",
        "counter-terrorism-financing",
        "stop-funds",
        "assist-victim",
        "prevent-crime",
    ),
    grounds_left_out=("offence-not-covered", "service-not-covered"),
    begins={"urgency": "normal"},
    sections=(
        Section(
            N_("How much longer, and why"),
            (
                Field(
                    name="period_days",
                    shape=Shape.WHOLE,
                    label=N_("For how many days more"),
                    hint=N_("Counted from the day on which it would end."),
                    low=1,
                    high=limits.HOTLINE_PERIOD_MAX_DAYS,
                    begins="90",
                    un="UN 42: extension before expiry",
                    etsi="Timespan",
                ),
                facts(N_("Why it is still needed"), rows=4),
                Field(
                    name="legal_assistance",
                    shape=Shape.LINE,
                    label=N_("Number and date of the request for mutual legal assistance"),
                    required=False,
                ),
            ),
        ),
    ),
    outcome=outcome(
        N_("Does it go on?"),
        bodies.ExtendOutcome,
        {"extended": N_("It goes on"), "not-extended": N_("It ends as it was to end")},
    ),
    results=(
        Field(
            name="until",
            shape=Shape.INSTANT,
            label=N_("Goes on until"),
            with_outcome=("extended",),
            only=True,
            when=When.FUTURE,
            etsi="Timespan",
        ),
        Field(name="holder_reference", shape=Shape.LINE, label=N_("Reference of the holder"), required=False),
        FOLLOW_UP,
    ),
)

KINDS: Final = (PRESERVE, EXTEND)
