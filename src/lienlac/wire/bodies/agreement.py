"""The agreement document: the treaty between two nodes as data that both sign (clauses 9.x).

Every clock, ceiling and list that may differ between pairs of parties stands here and never in code. The exact
bytes of the document are what is signed; this file only gives them a type.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from lienlac import limits
from lienlac.wire.message import Code, Id, Instant, Line, NodeId, OptionalText, Pap, Tlp

Seconds = Annotated[int, msgspec.Meta(ge=1, le=400 * 86_400)]
Codes = Annotated[tuple[Code, ...], msgspec.Meta(max_length=limits.LIST_MAX_ITEMS)]


class ContactPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who answers day and night, and the officer named for escalation."""

    desk: Line
    phone: Line
    email: Line
    named_officer: Line


class Party(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One side: its node, its names, the keys it signs with at the time of proposing, its contact point."""

    node_id: NodeId
    name_vi: Line
    name_en: Line
    fingerprint: Line
    contact: ContactPoint


class Clock(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Time allowed for one step of a kind. `urgency` None holds for every urgency without a line of its own."""

    step: Code
    seconds: Seconds
    urgency: Code | None = None


class SecondOfficer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What leaves only after a second officer of the sending side has looked at it (clause 9.7).

    `kinds` are kinds of message, openings and follow-ups (`hotline.note`); `answers` are openings whose results need
    it; `tlp_from` is the first TLP mark, `typologies` are the offence codes whose content needs it. `persons`: so does
    every message with a field about a victim, a minor, a witness or a third party; `files`: every one with files.
    `approvers` are the roles that may be the second officer; nobody ever approves their own.
    """

    kinds: Codes = ()
    answers: Codes = ()
    tlp_from: Tlp | None = None
    typologies: Codes = ()
    persons: bool = False
    files: bool = False
    approvers: Codes = ("supervisor",)
    wait_s: Seconds = 86_400
    """How long something may wait for the second officer before it must be proposed anew."""


class KindTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One kind of request that the link carries, with its clocks."""

    kind: Code
    clocks: Annotated[tuple[Clock, ...], msgspec.Meta(max_length=40)] = ()


class Agreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole document. `kinds` names openings (`hotline.freeze-payment`); their follow-ups go with them."""

    agreement_id: Id
    version: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    proposed_at: Instant
    parties: tuple[Party, Party]
    kinds: Annotated[tuple[KindTerms, ...], msgspec.Meta(max_length=100)]
    purposes: Codes
    legal_bases: Codes
    typologies: Codes
    refusal_grounds: Codes
    tlp_ceiling: Tlp
    pap_ceiling: Pap
    retention_days: Annotated[int, msgspec.Meta(ge=1, le=36_500)]
    no_receipt_warning_s: Seconds
    second_officer: SecondOfficer = SecondOfficer()
    notes_vi: OptionalText = ""
    notes_en: OptionalText = ""
