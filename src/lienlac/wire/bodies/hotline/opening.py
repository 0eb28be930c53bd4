"""What every request of the hotline states, whatever it asks for: the parts that openings share (clauses 12.1, 12.4).

The request's id is the header's `record_id`; purpose, legal basis, offence code (typology) and marks are the header's
too, so nothing is said twice and nothing can differ. Only types here: which kind needs which part is declared in
`hotline.kinds`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import msgspec

from lienlac import limits
from lienlac.identifiers.accounts import Account
from lienlac.wire.bodies.parts import Attachments
from lienlac.wire.message import Code, Id, Line, OptionalLine, OptionalText, Text

Reference = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}-[0-9]{4}-[0-9]{6,9}\Z")]
"""What people say on the telephone: country, year and running number of the requester's node."""
Date = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
Accounts = Annotated[tuple[Account, ...], msgspec.Meta(max_length=limits.HOTLINE_ACCOUNTS_MAX)]
OneOrMoreAccounts = Annotated[tuple[Account, ...], msgspec.Meta(min_length=1, max_length=limits.HOTLINE_ACCOUNTS_MAX)]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=400 * 86_400)]
Days = Annotated[int, msgspec.Meta(ge=1, le=limits.HOTLINE_PERIOD_MAX_DAYS)]
Categories = Annotated[tuple[Code, ...], msgspec.Meta(min_length=1, max_length=limits.HOTLINE_CATEGORIES_MAX)]

OF_VICTIM: Final = msgspec.Meta(extra={"about": "victim"})
"""Says that a field is about a victim: it leaves only by an officer's word and reason (clause 12.15)."""
BY_ROLE: Final = msgspec.Meta(extra={"about_by": "role"})
"""The same where the body's `role` says what the person is: all but suspects are spared."""


class Urgency(StrEnum):
    """How fast an answer is needed; the agreement gives each its clocks."""

    LIFE = "life"
    HOT = "hot"
    URGENT = "urgent"
    NORMAL = "normal"


class Officer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The named person who answers for a step, so that the other desk can ring."""

    name: Line
    unit: Line
    phone: OptionalLine = ""


class Clocks(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Times allowed for this request, copied from the agreement in force when it was opened.

    They travel, so that both sides compute the same instants even while a new version is being signed. The executor
    refuses an opening that grants it less than its agreement does, or the requester more. `None`: no clock was agreed
    for that step. `correct_s` and `validate_s` bind the requester, all others the executor.
    """

    receipt_s: Seconds | None = None
    acknowledge_s: Seconds | None = None
    decide_s: Seconds | None = None
    execute_s: Seconds | None = None
    correct_s: Seconds | None = None
    validate_s: Seconds | None = None


class DecidedBy(StrEnum):
    """Whose decision stands behind a measure."""

    COURT = "court"
    PROSECUTOR = "prosecutor"
    AUTHORITY = "authority"


class Authorisation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The decision behind a request: who decided, under which law, its number, what it covers, from when until when."""

    decided_by: DecidedBy
    authority: Line
    law: Line
    number: OptionalLine = ""
    scope: Text
    decided_on: Date
    valid_until: Date | None = None


class Follows(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The earlier request that this one goes on from: its id, and its reference for people."""

    request: Id
    reference: Reference


class TerrorismElement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What makes a terrorism code admissible: an entity on an agreed list, or an act of violence. One is enough."""

    listed_entity: OptionalLine = ""
    violence: OptionalText = ""


class DataIdentifier(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something by which data, a person or a service is found: a type (`phone`, `ip`, `email`…) and a value."""

    type: Code
    value: Line


Identifiers = Annotated[tuple[DataIdentifier, ...], msgspec.Meta(max_length=limits.HOTLINE_IDENTIFIERS_MAX)]
OneOrMoreIdentifiers = Annotated[
    tuple[DataIdentifier, ...], msgspec.Meta(min_length=1, max_length=limits.HOTLINE_IDENTIFIERS_MAX)
]


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What all openings state. `drill`: an exercise, marked as such everywhere and counted nowhere."""

    reference: Reference
    urgency: Urgency
    clocks: Clocks
    officer: Officer
    case_number: OptionalLine = ""
    drill: bool = False
    follows: Follows | None = None
    terrorism: TerrorismElement | None = None
    authorisation: Authorisation | None = None
    attachments: Attachments = ()
