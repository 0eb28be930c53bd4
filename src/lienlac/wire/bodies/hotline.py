"""Bodies of the hotline's messages: what one duty desk says to the other about a request (clauses 12.x).

The request's id is the header's `record_id`; purpose, legal basis, typology and marks are the header's too, so nothing
is said twice and nothing can differ. The requester states what is desired, the executor what is actual; each body
belongs to one side, except a note. Only types here: forms are checked in `hotline.validate`, steps in
`hotline.lifecycle`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from lienlac import limits
from lienlac.identifiers.accounts import Account
from lienlac.identifiers.money import Money
from lienlac.wire.bodies.parts import Attachments
from lienlac.wire.message import Code, Id, Instant, Line, OptionalLine, OptionalText, Text

Reference = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}-[0-9]{4}-[0-9]{6,9}\Z")]
"""What people say on the telephone: country, year and running number of the requester's node."""
Uetr = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z")]
"""Unique end-to-end transaction reference of a payment: a random UUID."""
Accounts = Annotated[tuple[Account, ...], msgspec.Meta(max_length=limits.HOTLINE_ACCOUNTS_MAX)]
OneOrMoreAccounts = Annotated[tuple[Account, ...], msgspec.Meta(min_length=1, max_length=limits.HOTLINE_ACCOUNTS_MAX)]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=400 * 86_400)]
Days = Annotated[int, msgspec.Meta(ge=1, le=limits.HOTLINE_PERIOD_MAX_DAYS)]


class Urgency(StrEnum):
    """How fast an answer is needed; the agreement gives each its clocks."""

    LIFE = "life"
    HOT = "hot"
    URGENT = "urgent"
    NORMAL = "normal"


class Recall(StrEnum):
    """Whether the victim's bank has already asked for its money back through the banks' own channel."""

    SENT = "sent"
    NOT_SENT = "not-sent"
    UNKNOWN = "unknown"


class Officer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The named person who answers for a step, so that the other desk can ring."""

    name: Line
    unit: Line
    phone: OptionalLine = ""


class Clocks(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Times allowed for this request, copied from the agreement in force when it was opened.

    They travel, so that both sides compute the same instants even while a new version is being signed. The executor
    refuses an opening that grants it less than its agreement does. `None`: no clock was agreed for that step.
    """

    receipt_s: Seconds | None = None
    acknowledge_s: Seconds | None = None
    decide_s: Seconds | None = None
    execute_s: Seconds | None = None


class Authorisation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The decision behind a request, where there already is one: who decided, under which law, its number and date."""

    authority: Line
    law: Line
    number: OptionalLine = ""
    decided_on: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]


class Victim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the executor must know to treat a victim's data with care; no name travels here."""

    identified: bool
    minor: bool = False
    vulnerable: bool = False


class FreezePayment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Hold this money where it now lies. `amount` is what the victim sent, in the currency it was sent in."""

    reference: Reference
    urgency: Urgency
    clocks: Clocks
    officer: Officer
    beneficiaries: OneOrMoreAccounts
    victims: Accounts = ()
    amount: Money
    transferred_at: Instant
    payment_reference: OptionalLine = ""
    uetr: Uetr | None = None
    recall: Recall
    facts: Text
    victim: Victim
    authorisation: Authorisation | None = None
    attachments: Attachments = ()


class DataIdentifier(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something by which the custodian finds the data: a type (`phone`, `ip`, `email`…) and a value."""

    type: Code
    value: Line


class PreserveData(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Keep this data, do not hand it over: the union of what both conventions ask a request to state."""

    reference: Reference
    urgency: Urgency
    clocks: Clocks
    officer: Officer
    authority: Line
    offence: Line
    facts: Text
    data: Text
    link: Text
    custodian: Line
    location: OptionalLine = ""
    identifiers: Annotated[tuple[DataIdentifier, ...], msgspec.Meta(max_length=limits.HOTLINE_IDENTIFIERS_MAX)] = ()
    covers_from: Instant | None = None
    covers_until: Instant | None = None
    necessity: Text
    mla_intended: bool
    confidential: bool
    period_days: Days
    authorisation: Authorisation | None = None
    attachments: Attachments = ()


class Acknowledged(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A named officer has the request."""

    officer: Officer
    remarks: OptionalText = ""


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question that must be answered before the executor can go on; deadlines rest meanwhile."""

    officer: Officer
    question: Text
    attachments: Attachments = ()


class Clarified(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The answer to one question, named by its message's id; accounts corrected or added may come with it."""

    officer: Officer
    answers: Id
    answer: Text
    beneficiaries: Accounts = ()
    attachments: Attachments = ()


class Extent(StrEnum):
    """How much of what was asked is accepted."""

    FULLY = "fully"
    PARTLY = "partly"


class Accepted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The executor will do it; when only partly, `remarks` says what not and why."""

    officer: Officer
    extent: Extent
    remarks: OptionalText = ""


class Declined(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The executor will not do it: a ground from the agreement, explained unless the law forbids the explanation."""

    officer: Officer
    ground: Code
    explanation: OptionalText = ""
    withheld_by_law: bool = False


class FreezeOutcome(StrEnum):
    """What became of the money."""

    HELD = "held"
    PARTLY = "partly"
    NOT_HELD = "not-held"
    RELEASED = "released"


class FreezeResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="freeze-payment"):
    """What is held now. A later result replaces an earlier one: a hold extended, or released."""

    outcome: FreezeOutcome
    held: Money | None = None
    held_at: Instant | None = None
    until: Instant | None = None
    bank_reference: OptionalLine = ""
    follow_up: OptionalText = ""


class PreserveOutcome(StrEnum):
    """What became of the data."""

    PRESERVED = "preserved"
    PARTLY = "partly"
    NOT_PRESERVED = "not-preserved"
    ENDED = "ended"


class PreserveResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="preserve-data"):
    """What is kept now, by whom, until when."""

    outcome: PreserveOutcome
    preserved: OptionalText = ""
    preserved_at: Instant | None = None
    until: Instant | None = None
    provider_reference: OptionalLine = ""
    follow_up: OptionalText = ""


class Result(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was done. The report's type must be that of the request."""

    officer: Officer
    report: FreezeResult | PreserveResult
    attachments: Attachments = ()


class Withdrawn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The requester no longer wants it."""

    officer: Officer
    reason: Text


class Usefulness(StrEnum):
    """Whether the answer helped."""

    USEFUL = "useful"
    PARTLY = "partly"
    NOT_USEFUL = "not-useful"


class Feedback(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What came of it at the requester's side; `returned` is what reached the victim again."""

    officer: Officer
    usefulness: Usefulness
    text: OptionalText = ""
    returned: Money | None = None


class Closed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The requester ends the request; correspondence stays possible."""

    officer: Officer
    remarks: OptionalText = ""


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Correspondence about a request, also after it is closed."""

    officer: Officer
    text: Text
    attachments: Attachments = ()
