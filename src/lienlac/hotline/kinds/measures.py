"""The kinds that stop a running crime: take a service down, block a number."""

from __future__ import annotations

from typing import Final

from lienlac import limits
from lienlac.hotline.kinds.field import N_, Field, RequestKind, Section, Shape, When
from lienlac.hotline.kinds.shared import CUSTODIAN, FOLLOW_UP, facts, identifiers, outcome
from lienlac.wire.bodies import hotline as bodies

_HARM: Final = Field(
    name="harm",
    shape=Shape.TEXT,
    label=N_("What harm it does, by what conduct"),
    hint=N_("Deception, theft, violence: opinions and reports are no ground."),
    rows=3,
)

TAKE_DOWN: Final = RequestKind(
    name="take-down",
    body=bodies.TakeDown,
    report=bodies.TakeDownResult,
    lead=("targets",),
    considered=True,
    purposes=("prevent-crime", "protect-life", "assist-victim", "counter-terrorism-financing"),
    begins={"urgency": "urgent", "purpose": "prevent-crime", "preserve_first": "yes"},
    sections=(
        Section(
            N_("What is to be taken down"),
            (
                identifiers(
                    "targets",
                    N_("Site, page, application or account"),
                    codes=(
                        "domain",
                        "url",
                        "ip",
                        "app-package",
                        "facebook",
                        "telegram",
                        "telegram-bot",
                        "zalo",
                        "tiktok",
                        "shop-id",
                        "mt-server",
                        "gambling-site",
                        "campaign-id",
                        "email",
                        "file-hash",
                        "other",
                    ),
                    required=True,
                ),
                Field(
                    name="measure",
                    shape=Shape.CHOICE,
                    label=N_("What is to be done"),
                    make=bodies.TakeDownMeasure,
                    words={
                        "warn": N_("Warn whoever opens it"),
                        "block-access": N_("Block access from the other side's networks"),
                        "suspend": N_("Suspend it for now"),
                        "remove": N_("Remove it"),
                    },
                ),
                Field(
                    name="custodian",
                    shape=Shape.LINE,
                    label=N_("Who runs or hosts it"),
                    hint=CUSTODIAN.hint,
                    required=False,
                    etsi="CSPID",
                ),
                Field(
                    name="preserve_first",
                    shape=Shape.FLAG,
                    label=N_("Keep a copy as evidence before it is taken down"),
                    standard=True,
                    required=False,
                ),
            ),
        ),
        Section(
            N_("Why"),
            (
                facts(N_("Facts in short"), rows=4),
                _HARM,
                Field(
                    name="found",
                    shape=Shape.TEXT,
                    label=N_("How and when this was established"),
                    rows=3,
                ),
                Field(
                    name="others",
                    shape=Shape.TEXT,
                    label=N_("Who else uses the same service and could be hit"),
                    required=False,
                    rows=2,
                ),
            ),
        ),
    ),
    outcome=outcome(
        N_("What became of it"),
        bodies.TakeDownOutcome,
        {
            "taken-down": N_("It is taken down"),
            "partly": N_("A part of it is taken down"),
            "not-taken-down": N_("It is still there"),
        },
    ),
    results=(
        Field(name="done", shape=Shape.TEXT, label=N_("What was done"), with_outcome=("taken-down", "partly"), rows=3),
        Field(
            name="done_at",
            shape=Shape.INSTANT,
            label=N_("Since"),
            with_outcome=("taken-down", "partly"),
            when=When.PAST,
        ),
        Field(
            name="copy_kept", shape=Shape.FLAG, label=N_("A copy was kept as evidence"), standard=False, required=False
        ),
        Field(name="provider_reference", shape=Shape.LINE, label=N_("Provider's reference"), required=False),
        FOLLOW_UP,
    ),
)

BLOCK_NUMBER: Final = RequestKind(
    name="block-number",
    body=bodies.BlockNumber,
    report=bodies.BlockNumberResult,
    holds=("blocked", "partly"),
    lead=("numbers",),
    withdrawn_after_result=True,
    purposes=("prevent-crime", "protect-life", "assist-victim"),
    begins={"urgency": "urgent", "purpose": "prevent-crime"},
    sections=(
        Section(
            N_("Which number"),
            (
                identifiers(
                    "numbers",
                    N_("Telephone number, sender name or exchange"),
                    codes=("phone", "sms-brandname", "voip-trunk", "imsi-iccid", "imei", "other"),
                    required=True,
                ),
                Field(
                    name="forged",
                    shape=Shape.FLAG,
                    label=N_("The number shown may be forged"),
                    hint=N_("Then it may belong to somebody innocent; the operator traces the call instead."),
                    standard=False,
                    required=False,
                ),
                Field(
                    name="measure",
                    shape=Shape.CHOICE,
                    label=N_("What is to be done"),
                    make=bodies.NumberMeasure,
                    words={
                        "label": N_("Mark it as reported for fraud"),
                        "block-outgoing": N_("Block outgoing calls and messages"),
                        "suspend": N_("Suspend the service"),
                    },
                ),
                Field(
                    name="period_days",
                    shape=Shape.WHOLE,
                    label=N_("For how many days"),
                    low=1,
                    high=limits.HOTLINE_PERIOD_MAX_DAYS,
                    begins="30",
                    etsi="Timespan",
                ),
            ),
        ),
        Section(N_("Why"), (facts(N_("Facts in short"), rows=4), _HARM)),
    ),
    outcome=outcome(
        N_("What became of the number"),
        bodies.NumberOutcome,
        {
            "blocked": N_("It is blocked"),
            "partly": N_("It is blocked in part"),
            "not-blocked": N_("It is not blocked"),
            "unblocked": N_("The block was lifted"),
        },
    ),
    results=(
        Field(name="done", shape=Shape.TEXT, label=N_("What was done"), with_outcome=("blocked", "partly"), rows=3),
        Field(
            name="done_at",
            shape=Shape.INSTANT,
            label=N_("Since"),
            with_outcome=("blocked", "partly"),
            when=When.PAST,
        ),
        Field(
            name="until",
            shape=Shape.INSTANT,
            label=N_("Blocked until"),
            with_outcome=("blocked", "partly"),
            only=True,
            when=When.FUTURE,
            etsi="Timespan",
        ),
        Field(name="operator", shape=Shape.LINE, label=N_("Operator"), required=False, etsi="CSPID"),
        FOLLOW_UP,
    ),
)

KINDS: Final = (TAKE_DOWN, BLOCK_NUMBER)
