"""What is said about a request once it is open: one body for each step of the lifecycle (clauses 12.2 to 12.13).

The requester states what is desired, the executor what is actual; each body belongs to one side, except a note and
the two about other use. Steps stand in `hotline.lifecycle`, forms in `hotline.kinds.steps`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from lienlac import limits
from lienlac.identifiers.money import Money
from lienlac.wire.bodies.hotline import advice, data, measures, money, people
from lienlac.wire.bodies.hotline.opening import Accounts, Authorisation, Officer
from lienlac.wire.bodies.parts import Attachments
from lienlac.wire.message import Code, Id, Instant, Line, OptionalText, Text

AnyOpening = (
    money.FreezePayment
    | money.ReleasePayment
    | data.PreserveData
    | data.Extend
    | data.DiscloseSubscriber
    | data.DiscloseTraffic
    | data.EmergencyDisclose
    | measures.TakeDown
    | measures.BlockNumber
    | people.Locate
    | people.Identify
    | people.VictimContact
    | advice.LegalInfo
    | advice.TechAdvice
    | advice.Deconflict
)
"""Every kind of request there is. Interception is none of them and never becomes one by a new version of these."""

AnyReport = (
    money.FreezeResult
    | money.ReleaseResult
    | data.PreserveResult
    | data.ExtendResult
    | data.SubscriberResult
    | data.TrafficResult
    | data.EmergencyResult
    | measures.TakeDownResult
    | measures.BlockNumberResult
    | people.LocateResult
    | people.IdentifyResult
    | people.VictimContactResult
    | advice.LegalInfoResult
    | advice.TechAdviceResult
    | advice.DeconflictResult
)

Considered = Annotated[tuple[Code, ...], msgspec.Meta(max_length=limits.HOTLINE_CONSIDERED_MAX)]
"""Grounds of human rights that an officer was asked about, one by one, before deciding."""


class Acknowledged(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A named officer has the request."""

    officer: Officer
    remarks: OptionalText = ""


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question that must be answered before the executor can go on; its deadlines rest meanwhile."""

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
    considered: Considered = ()


class Returned(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Not executed as it stands, and open to correction: what is missing or wrong, and what would be right."""

    officer: Officer
    ground: Code
    explanation: Text


class Corrected(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The request as it should have been, in answer to one return; the decision's clock starts again."""

    officer: Officer
    answers: Id
    opening: AnyOpening
    remarks: OptionalText = ""
    attachments: Attachments = ()


class ConflictOfLaw(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which law stands against a request: its title, the provision, the nature of the conflict, what would follow."""

    law: Line
    provision: Line
    nature: Text
    consequences: Text


class Declined(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The executor will not do it: a ground from the agreement, explained unless the law forbids the explanation.

    `confirmed_by`: the second officer, where the ground needs one; such a refusal never travels without.
    """

    officer: Officer
    ground: Code
    explanation: OptionalText = ""
    withheld_by_law: bool = False
    conflict: ConflictOfLaw | None = None
    considered: Considered = ()
    confirmed_by: Officer | None = None


class Result(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was done. The report's type must be that of the request."""

    officer: Officer
    report: AnyReport
    attachments: Attachments = ()


class Validated(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The decision that was still missing when the request was opened in haste."""

    officer: Officer
    authorisation: Authorisation


class Lapsed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """No decision came in time: the request no longer stands. Said by the requester's node, not by an officer.

    `validate_until` is the instant that both sides computed; another one is refused.
    """

    validate_until: Instant


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


class UseAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Asks whoever gave something for leave to use it for another purpose than the one it was given for."""

    officer: Officer
    purpose: Code
    text: Text


class UseAnswered(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The answer to one such question, by the side that gave the data; silence is no leave."""

    officer: Officer
    answers: Id
    granted: bool
    conditions: OptionalText = ""
