"""The kinds that ask for data to be handed over: subscriber before traffic, never content."""

from __future__ import annotations

from typing import Final

from lienlac import limits
from lienlac.hotline.kinds.field import N_, Field, Needs, RequestKind, Section, Shape, When
from lienlac.hotline.kinds.shared import (
    AUTHORITY,
    CONDITIONS,
    CONFIDENTIAL,
    CUSTODIAN,
    FOLLOW_UP,
    LINK,
    OFFENCE,
    categories,
    covers,
    facts,
    identifiers,
    necessity,
    outcome,
    period_not_reversed,
)
from lienlac.wire.bodies import hotline as bodies

_FACTS_SHORT: Final = facts(N_("Facts in short"), rows=4)
_DISCLOSED: Final = {
    "disclosed": N_("Everything asked for is handed over"),
    "partly": N_("A part is handed over"),
    "not-disclosed": N_("Nothing is handed over"),
}
_SUBSCRIBER_ROW: Final = (
    Field(name="about", shape=Shape.LINE, label=N_("Number, address or account")),
    Field(name="name", shape=Shape.LINE, label=N_("Name"), required=False),
    Field(name="address", shape=Shape.LINE, label=N_("Address"), required=False),
    Field(name="contact", shape=Shape.LINE, label=N_("Telephone or e-mail"), required=False),
    Field(name="document", shape=Shape.LINE, label=N_("Identity document"), required=False),
    Field(name="since", shape=Shape.LINE, label=N_("Since when, until when"), required=False),
)
_TRAFFIC_ROW: Final = (
    Field(name="at", shape=Shape.INSTANT, label=N_("Date and time"), when=When.PAST),
    Field(name="source", shape=Shape.LINE, label=N_("From"), required=False),
    Field(name="target", shape=Shape.LINE, label=N_("To"), required=False),
    Field(name="detail", shape=Shape.LINE, label=N_("What it was"), required=False),
)
_AS_OF: Final = Field(name="as_of", shape=Shape.INSTANT, label=N_("As of"), required=False, when=When.PAST)
_SOURCE: Final = Field(name="source", shape=Shape.LINE, label=N_("Who says so"), required=False, etsi="CSPID")


def _records(name: str, label: str, make: type, inside: tuple[Field, ...]) -> Field:
    return Field(
        name=name,
        shape=Shape.ROWS,
        label=label,
        required=False,
        make=make,
        inside=inside,
        most=limits.HOTLINE_RECORDS_MAX,
    )


SUBSCRIBER: Final = RequestKind(
    name="disclose-subscriber",
    body=bodies.DiscloseSubscriber,
    report=bodies.SubscriberResult,
    needs=Needs.BEFORE,
    follows=("preserve-data", "freeze-payment"),
    lead=("custodian", "identifiers"),
    considered=True,
    purposes=(
        "investigate",
        "prosecute",
        "trace-proceeds",
        "locate-person",
        "assist-victim",
        "counter-terrorism-financing",
        "protect-life",
    ),
    rules=(period_not_reversed,),
    begins={"urgency": "normal", "purpose": "investigate"},
    sections=(
        Section(
            N_("What is to be disclosed"),
            (
                categories("subscriber", "domain-registration", "account-holder"),
                identifiers(required=True),
                CUSTODIAN,
                *covers(required=False),
            ),
        ),
        Section(
            N_("Why"),
            (
                AUTHORITY,
                OFFENCE,
                _FACTS_SHORT,
                LINK,
                necessity(N_("Why the data is necessary")),
                CONFIDENTIAL,
            ),
        ),
    ),
    outcome=outcome(N_("What is handed over"), bodies.DisclosureOutcome, _DISCLOSED),
    results=(
        _records("records", N_("Subscriber or account holder"), bodies.SubscriberRecord, _SUBSCRIBER_ROW),
        _SOURCE,
        _AS_OF,
        CONDITIONS,
        FOLLOW_UP,
    ),
)

TRAFFIC: Final = RequestKind(
    name="disclose-traffic",
    body=bodies.DiscloseTraffic,
    report=bodies.TrafficResult,
    needs=Needs.BEFORE,
    follows=("preserve-data", "disclose-subscriber", "freeze-payment"),
    lead=("custodian", "identifiers"),
    considered=True,
    purposes=("investigate", "prosecute", "trace-proceeds", "locate-person", "counter-terrorism-financing"),
    rules=(period_not_reversed,),
    begins={"urgency": "normal", "purpose": "investigate"},
    sections=(
        Section(
            N_("What is to be disclosed"),
            (
                categories("access-logs", "transactions", "traffic"),
                identifiers(required=True),
                CUSTODIAN,
                *covers(required=True),
            ),
        ),
        Section(
            N_("Why"),
            (
                AUTHORITY,
                OFFENCE,
                _FACTS_SHORT,
                LINK,
                necessity(N_("Why the data is necessary")),
                Field(
                    name="not_enough",
                    shape=Shape.TEXT,
                    label=N_("Why subscriber data is not enough"),
                    rows=3,
                    un="UN 24: proportionality",
                ),
                CONFIDENTIAL,
            ),
        ),
    ),
    outcome=outcome(N_("What is handed over"), bodies.DisclosureOutcome, _DISCLOSED),
    results=(
        _records("records", N_("Connection, sign-in or payment"), bodies.TrafficRecord, _TRAFFIC_ROW),
        _SOURCE,
        _AS_OF,
        Field(
            name="third_state",
            shape=Shape.LINE,
            label=N_("Provider in a third state that was in the path"),
            required=False,
            un="UN 43: provider in another state in the path",
        ),
        CONDITIONS,
        FOLLOW_UP,
    ),
)

EMERGENCY: Final = RequestKind(
    name="emergency-disclose",
    body=bodies.EmergencyDisclose,
    report=bodies.EmergencyResult,
    needs=Needs.LATER,
    follows=("preserve-data",),
    lead=("endangered", "custodian"),
    considered=True,
    urgencies=("life",),
    purposes=("protect-life",),
    begins={"urgency": "life", "purpose": "protect-life"},
    sections=(
        Section(
            N_("Who is in danger"),
            (
                Field(
                    name="endangered",
                    shape=Shape.LINE,
                    label=N_("Person or persons in danger"),
                    hint=N_("As little as is needed to act."),
                ),
                Field(
                    name="danger",
                    shape=Shape.TEXT,
                    label=N_("What shows a significant and imminent risk to life or safety"),
                    un="UN 41: data to avert an emergency",
                ),
                facts(N_("Facts in short"), rows=4),
            ),
        ),
        Section(
            N_("What is to be disclosed"),
            (
                categories("subscriber", "domain-registration", "account-holder", "access-logs", "traffic", "location"),
                identifiers(required=True),
                CUSTODIAN,
                necessity(N_("How the data averts the danger")),
            ),
        ),
    ),
    outcome=outcome(N_("What is handed over"), bodies.DisclosureOutcome, _DISCLOSED),
    results=(
        Field(
            name="whereabouts",
            shape=Shape.TEXT,
            label=N_("Where the person or device was last"),
            required=False,
            rows=3,
        ),
        _AS_OF,
        _records("subscribers", N_("Subscriber or account holder"), bodies.SubscriberRecord, _SUBSCRIBER_ROW),
        _records("traffic", N_("Connection, sign-in or payment"), bodies.TrafficRecord, _TRAFFIC_ROW),
        CONDITIONS,
        FOLLOW_UP,
    ),
)

KINDS: Final = (SUBSCRIBER, TRAFFIC, EMERGENCY)
