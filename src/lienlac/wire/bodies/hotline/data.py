"""Data: keep it, keep it longer, hand it over. Subscriber before traffic; content has no kind (clauses 12.1, 12.14)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from lienlac import limits
from lienlac.wire.bodies.hotline.opening import OF_VICTIM, Categories, Days, Identifiers, OneOrMoreIdentifiers, Opening
from lienlac.wire.message import Instant, Line, OptionalLine, OptionalText, Text


class PreserveData(Opening, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="preserve-data"):
    """Keep this data, do not hand it over: the union of what both conventions ask a request to state."""

    authority: Line
    offence: Line
    facts: Text
    data: Text
    link: Text
    custodian: Line
    location: OptionalLine = ""
    identifiers: Identifiers = ()
    covers_from: Instant | None = None
    covers_until: Instant | None = None
    necessity: Text
    mla_intended: bool
    confidential: bool
    period_days: Days


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


class Extend(Opening, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="extend"):
    """Keep on holding or preserving what an earlier request had held or preserved, for so many more days."""

    period_days: Days
    facts: Text
    legal_assistance: OptionalLine = ""


class ExtendOutcome(StrEnum):
    """Whether it goes on."""

    EXTENDED = "extended"
    NOT_EXTENDED = "not-extended"


class ExtendResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="extend"):
    """Until when it now goes on."""

    outcome: ExtendOutcome
    until: Instant | None = None
    holder_reference: OptionalLine = ""
    follow_up: OptionalText = ""


class DiscloseSubscriber(Opening, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="disclose-subscriber"):
    """Who stands behind these services or accounts; the least intrusive data, and asked for first."""

    categories: Categories
    identifiers: OneOrMoreIdentifiers
    custodian: Line
    covers_from: Instant | None = None
    covers_until: Instant | None = None
    authority: Line
    offence: Line
    facts: Text
    link: Text
    necessity: Text
    confidential: bool


class DiscloseTraffic(Opening, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="disclose-traffic"):
    """From where to where, when and how: never what was said. States why subscriber data is not enough."""

    categories: Categories
    identifiers: OneOrMoreIdentifiers
    custodian: Line
    covers_from: Instant
    covers_until: Instant
    authority: Line
    offence: Line
    facts: Text
    link: Text
    necessity: Text
    not_enough: Text
    confidential: bool


class EmergencyDisclose(Opening, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="emergency-disclose"):
    """What averts a significant and imminent risk to somebody's life or safety; the facts that show it are stated."""

    categories: Categories
    identifiers: OneOrMoreIdentifiers
    custodian: Line
    facts: Text
    danger: Text
    endangered: Annotated[Line, OF_VICTIM]
    necessity: Text


class DisclosureOutcome(StrEnum):
    """Whether data was handed over."""

    DISCLOSED = "disclosed"
    PARTLY = "partly"
    NOT_DISCLOSED = "not-disclosed"


class SubscriberRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One subscriber or account holder, as the custodian's books say it; what was not asked for stays empty."""

    about: Line
    name: OptionalLine = ""
    address: OptionalLine = ""
    contact: OptionalLine = ""
    document: OptionalLine = ""
    since: OptionalLine = ""


class TrafficRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One connection, sign-in or payment: when, from where, to where, and what kind it was."""

    at: Instant
    source: OptionalLine = ""
    target: OptionalLine = ""
    detail: OptionalLine = ""


SubscriberRecords = Annotated[tuple[SubscriberRecord, ...], msgspec.Meta(max_length=limits.HOTLINE_RECORDS_MAX)]
TrafficRecords = Annotated[tuple[TrafficRecord, ...], msgspec.Meta(max_length=limits.HOTLINE_RECORDS_MAX)]


class SubscriberResult(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="disclose-subscriber"
):
    """What the custodian's books say. `conditions` go with the data and bind whoever gets it."""

    outcome: DisclosureOutcome
    records: SubscriberRecords = ()
    source: OptionalLine = ""
    as_of: Instant | None = None
    conditions: OptionalText = ""
    follow_up: OptionalText = ""


class TrafficResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="disclose-traffic"):
    """Traffic data. `third_state` names a provider in another state that was in the path."""

    outcome: DisclosureOutcome
    records: TrafficRecords = ()
    source: OptionalLine = ""
    as_of: Instant | None = None
    third_state: OptionalLine = ""
    conditions: OptionalText = ""
    follow_up: OptionalText = ""


class EmergencyResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="emergency-disclose"):
    """What could be found at once to avert the danger."""

    outcome: DisclosureOutcome
    subscribers: SubscriberRecords = ()
    traffic: TrafficRecords = ()
    whereabouts: OptionalText = ""
    as_of: Instant | None = None
    conditions: OptionalText = ""
    follow_up: OptionalText = ""
