"""Money: hold a payment where it lies, and let go what was held (clauses 12.1, 12.9)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from lienlac.identifiers.money import Money
from lienlac.wire.bodies.hotline.opening import OF_VICTIM, Accounts, OneOrMoreAccounts, Opening
from lienlac.wire.message import Instant, OptionalLine, OptionalText, Text

Uetr = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z")]
"""Unique end-to-end transaction reference of a payment: a random UUID."""


class Recall(StrEnum):
    """Whether the victim's bank has already asked for its money back through the banks' own channel."""

    SENT = "sent"
    NOT_SENT = "not-sent"
    UNKNOWN = "unknown"


class Victim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the executor must know to treat a victim's data with care; no name travels here."""

    identified: bool
    minor: bool = False
    vulnerable: bool = False


class FreezePayment(Opening, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="freeze-payment"):
    """Hold this money where it now lies. `amount` is what the victim sent, in the currency it was sent in."""

    beneficiaries: OneOrMoreAccounts
    victims: Annotated[Accounts, OF_VICTIM] = ()
    amount: Money
    transferred_at: Instant
    payment_reference: OptionalLine = ""
    uetr: Uetr | None = None
    recall: Recall
    facts: Text
    victim: Victim


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


class ReleaseReason(StrEnum):
    """Why money that is held is to be let go."""

    WRONG_ACCOUNT = "wrong-account"
    CLEARED = "cleared"
    RETURNED = "returned"
    DECISION = "decision"
    NOT_VALIDATED = "not-validated"


class ReleasePayment(Opening, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="release-payment"):
    """Let go what an earlier request had held.

    Without `amount` all of it; a wrong hold names whom the holder may ask for compensation.
    """

    accounts: OneOrMoreAccounts
    amount: Money | None = None
    reason: ReleaseReason
    facts: Text
    compensation_contact: OptionalLine = ""


class ReleaseOutcome(StrEnum):
    """Whether the money is free again."""

    RELEASED = "released"
    PARTLY = "partly"
    NOT_RELEASED = "not-released"


class ReleaseResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="release-payment"):
    """What was let go, when, and whether the holder was told."""

    outcome: ReleaseOutcome
    released: Money | None = None
    released_at: Instant | None = None
    bank_reference: OptionalLine = ""
    holder_told: bool = False
    follow_up: OptionalText = ""
