"""Measures against a running crime: take a service down, block a number (clause 12.1)."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from lienlac.wire.bodies.hotline.opening import Days, OneOrMoreIdentifiers, Opening
from lienlac.wire.message import Instant, OptionalLine, OptionalText, Text


class TakeDownMeasure(StrEnum):
    """What is to be done with the service; from mild to strong."""

    WARN = "warn"
    BLOCK_ACCESS = "block-access"
    SUSPEND = "suspend"
    REMOVE = "remove"


class TakeDown(Opening, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="take-down"):
    """End the harm that a site, page, application or account does by conduct.

    `preserve_first`: keep a copy as evidence before.
    """

    targets: OneOrMoreIdentifiers
    measure: TakeDownMeasure
    custodian: OptionalLine = ""
    facts: Text
    harm: Text
    found: Text
    others: OptionalText = ""
    preserve_first: bool = True


class TakeDownOutcome(StrEnum):
    """What became of the service."""

    TAKEN_DOWN = "taken-down"
    PARTLY = "partly"
    NOT_TAKEN_DOWN = "not-taken-down"


class TakeDownResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="take-down"):
    """What was done, by whom, and whether a copy was kept."""

    outcome: TakeDownOutcome
    done: OptionalText = ""
    done_at: Instant | None = None
    copy_kept: bool = False
    provider_reference: OptionalLine = ""
    follow_up: OptionalText = ""


class NumberMeasure(StrEnum):
    """What is to be done with a telephone number."""

    LABEL = "label"
    BLOCK_OUTGOING = "block-outgoing"
    SUSPEND = "suspend"


class BlockNumber(Opening, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="block-number"):
    """Stop a telephone number, sender name or exchange from which victims are called.

    A number shown by forgers may belong to somebody innocent: `forged` says whether that is suspected.
    """

    numbers: OneOrMoreIdentifiers
    measure: NumberMeasure
    forged: bool
    facts: Text
    harm: Text
    period_days: Days


class NumberOutcome(StrEnum):
    """What became of the number."""

    BLOCKED = "blocked"
    PARTLY = "partly"
    NOT_BLOCKED = "not-blocked"
    UNBLOCKED = "unblocked"


class BlockNumberResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="block-number"):
    """What was blocked, by which operator, until when."""

    outcome: NumberOutcome
    done: OptionalText = ""
    done_at: Instant | None = None
    until: Instant | None = None
    operator: OptionalLine = ""
    follow_up: OptionalText = ""
