"""The kinds about people: locate, identify, reach a victim."""

from __future__ import annotations

from typing import Final

from lienlac import limits
from lienlac.hotline.kinds.field import N_, Field, Needs, RequestKind, Section, Shape, When
from lienlac.hotline.kinds.shared import CONDITIONS, FOLLOW_UP, OFFENCE, facts, identifiers, necessity, outcome
from lienlac.wire.bodies import hotline as bodies

_ROLE: Final = Field(
    name="role",
    shape=Shape.CHOICE,
    label=N_("What the person is in the case"),
    make=bodies.PersonRole,
    words={
        "suspect": N_("Suspect"),
        "witness": N_("Witness"),
        "victim": N_("Victim"),
        "missing": N_("Missing person"),
    },
    un="UN 40.15: identity, location and nationality of the person",
)
_KNOWN_BY: Final = N_("By what the person is known")

LOCATE: Final = RequestKind(
    name="locate",
    body=bodies.Locate,
    report=bodies.LocateResult,
    needs=Needs.BEFORE,
    follows=("identify", "disclose-subscriber"),
    lead=("person",),
    considered=True,
    purposes=("locate-person", "protect-life", "investigate", "prosecute", "assist-victim"),
    begins={"urgency": "normal", "purpose": "locate-person"},
    sections=(
        Section(
            N_("Who is to be located"),
            (
                Field(
                    name="person",
                    shape=Shape.LINE,
                    label=N_("Name, or what is known of it"),
                    un="UN 40.15: identity of the person",
                ),
                _ROLE,
                Field(name="born_on", shape=Shape.DATE, label=N_("Date of birth"), required=False, when=When.PAST),
                Field(name="nationality", shape=Shape.LINE, label=N_("Nationality"), required=False),
                identifiers(label=_KNOWN_BY),
                Field(
                    name="last_seen",
                    shape=Shape.TEXT,
                    label=N_("Where and when last seen"),
                    required=False,
                    rows=2,
                    un="UN 41: locating of suspects",
                ),
                Field(
                    name="covert",
                    shape=Shape.FLAG,
                    label=N_("The person must not notice that anybody asks"),
                    standard=True,
                    required=False,
                    begins="yes",
                ),
            ),
        ),
        Section(
            N_("Why"),
            (
                OFFENCE,
                facts(N_("Facts in short"), rows=4),
                necessity(N_("Why the person must be located")),
            ),
        ),
    ),
    outcome=outcome(
        N_("Was the person found?"),
        bodies.LocateOutcome,
        {
            "located": N_("The person is located"),
            "partly": N_("There are leads"),
            "not-located": N_("The person is not located"),
        },
    ),
    results=(
        Field(name="place", shape=Shape.TEXT, label=N_("Place"), with_outcome=("located", "partly"), only=True, rows=3),
        Field(
            name="as_of",
            shape=Shape.INSTANT,
            label=N_("As of"),
            with_outcome=("located", "partly"),
            when=When.PAST,
        ),
        Field(name="certainty", shape=Shape.LINE, label=N_("How certain it is"), required=False),
        CONDITIONS,
        FOLLOW_UP,
    ),
)

IDENTIFY: Final = RequestKind(
    name="identify",
    body=bodies.Identify,
    report=bodies.IdentifyResult,
    follows=("disclose-subscriber", "freeze-payment"),
    lead=("identifiers",),
    considered=True,
    purposes=(
        "locate-person",
        "investigate",
        "prosecute",
        "trace-proceeds",
        "assist-victim",
        "protect-life",
        "counter-terrorism-financing",
    ),
    begins={"urgency": "normal", "purpose": "locate-person"},
    sections=(
        Section(
            N_("Who is to be identified"),
            (
                identifiers(label=_KNOWN_BY, required=True),
                _ROLE,
                Field(
                    name="known",
                    shape=Shape.TEXT,
                    label=N_("What is known already"),
                    required=False,
                    rows=3,
                ),
            ),
        ),
        Section(
            N_("Why"),
            (
                OFFENCE,
                facts(N_("Facts in short"), rows=4),
                necessity(N_("Why the person must be identified")),
            ),
        ),
    ),
    outcome=outcome(
        N_("Is the person known?"),
        bodies.IdentifyOutcome,
        {
            "identified": N_("The person is identified"),
            "partly": N_("It may be one of these"),
            "not-identified": N_("The person is not known"),
        },
    ),
    results=(
        Field(
            name="persons",
            shape=Shape.ROWS,
            label=N_("Person"),
            with_outcome=("identified", "partly"),
            make=bodies.Person,
            most=limits.HOTLINE_RECORDS_MAX,
            inside=(
                Field(name="name", shape=Shape.LINE, label=N_("Name")),
                Field(name="born", shape=Shape.LINE, label=N_("Born"), required=False),
                Field(name="nationality", shape=Shape.LINE, label=N_("Nationality"), required=False),
                Field(name="document", shape=Shape.LINE, label=N_("Identity document"), required=False),
                Field(name="address", shape=Shape.LINE, label=N_("Address"), required=False),
            ),
        ),
        Field(name="rests_on", shape=Shape.TEXT, label=N_("What this rests on"), required=False, rows=3),
        CONDITIONS,
        FOLLOW_UP,
    ),
)

VICTIM_CONTACT: Final = RequestKind(
    name="victim-contact",
    body=bodies.VictimContact,
    report=bodies.VictimContactResult,
    follows=("freeze-payment", "release-payment", "identify"),
    lead=("victim",),
    purposes=("assist-victim", "protect-life"),
    begins={"urgency": "normal", "purpose": "assist-victim"},
    sections=(
        Section(
            N_("Who is to be reached"),
            (
                Field(
                    name="victim",
                    shape=Shape.LINE,
                    label=N_("Victim"),
                    hint=N_("Name, or how the desk finds the person; as little as is needed."),
                    un="UN 34: assistance to and protection of victims",
                ),
                Field(
                    name="minor",
                    shape=Shape.FLAG,
                    label=N_("The victim is a minor"),
                    standard=False,
                    required=False,
                ),
                Field(
                    name="vulnerable",
                    shape=Shape.FLAG,
                    label=N_("The victim is in a vulnerable situation"),
                    standard=False,
                    required=False,
                ),
                Field(name="language", shape=Shape.LINE, label=N_("Language of the victim"), required=False),
                identifiers(label=N_("How the victim can be reached")),
            ),
        ),
        Section(
            N_("What it is about"),
            (
                facts(N_("Facts in short"), rows=4),
                Field(name="tell", shape=Shape.TEXT, label=N_("What the victim is to be told"), rows=3),
                Field(
                    name="ask",
                    shape=Shape.TEXT,
                    label=N_("What the victim is to be asked"),
                    required=False,
                    rows=3,
                ),
            ),
        ),
    ),
    outcome=outcome(
        N_("Was the victim reached?"),
        bodies.ContactOutcome,
        {
            "reached": N_("The victim was reached"),
            "declines": N_("The victim was reached and wants no contact"),
            "not-reached": N_("The victim was not reached"),
        },
    ),
    results=(
        Field(
            name="reached_at",
            shape=Shape.INSTANT,
            label=N_("Reached at"),
            with_outcome=("reached", "declines"),
            when=When.PAST,
        ),
        Field(name="said", shape=Shape.TEXT, label=N_("What the victim said"), required=False, rows=4),
        Field(
            name="consents",
            shape=Shape.FLAG,
            label=N_("The victim agrees that this is used in the case"),
            standard=False,
            required=False,
        ),
        Field(name="way", shape=Shape.LINE, label=N_("How the victim wants to be reached"), required=False),
        FOLLOW_UP,
    ),
)

KINDS: Final = (LOCATE, IDENTIFY, VICTIM_CONTACT)
