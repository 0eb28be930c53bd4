"""People: where somebody is, who somebody is, and reaching a victim (clause 12.1)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from lienlac import limits
from lienlac.wire.bodies.hotline.opening import BY_ROLE, OF_VICTIM, Date, Identifiers, OneOrMoreIdentifiers, Opening
from lienlac.wire.message import Instant, Line, OptionalLine, OptionalText, Text


class PersonRole(StrEnum):
    """What a person is in the case."""

    SUSPECT = "suspect"
    WITNESS = "witness"
    VICTIM = "victim"
    MISSING = "missing"


class Locate(Opening, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="locate"):
    """Where this person is. `covert`: the person must not notice that anybody asks."""

    person: Annotated[Line, BY_ROLE]
    role: PersonRole
    born_on: Annotated[Date | None, BY_ROLE] = None
    nationality: Annotated[OptionalLine, BY_ROLE] = ""
    identifiers: Annotated[Identifiers, BY_ROLE] = ()
    last_seen: Annotated[OptionalText, BY_ROLE] = ""
    offence: Line
    facts: Text
    necessity: Text
    covert: bool


class LocateOutcome(StrEnum):
    """Whether the person was found."""

    LOCATED = "located"
    PARTLY = "partly"
    NOT_LOCATED = "not-located"


class LocateResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="locate"):
    """Where the person is or was, as of when, and how certain that is."""

    outcome: LocateOutcome
    place: OptionalText = ""
    as_of: Instant | None = None
    certainty: OptionalLine = ""
    conditions: OptionalText = ""
    follow_up: OptionalText = ""


class Identify(Opening, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="identify"):
    """Who the person behind these identifiers is."""

    identifiers: Annotated[OneOrMoreIdentifiers, BY_ROLE]
    role: PersonRole
    known: Annotated[OptionalText, BY_ROLE] = ""
    offence: Line
    facts: Text
    necessity: Text


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One person who may be meant."""

    name: Line
    born: OptionalLine = ""
    nationality: OptionalLine = ""
    document: OptionalLine = ""
    address: OptionalLine = ""


class IdentifyOutcome(StrEnum):
    """Whether the person is known."""

    IDENTIFIED = "identified"
    PARTLY = "partly"
    NOT_IDENTIFIED = "not-identified"


class IdentifyResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="identify"):
    """Who it is, or who it may be, and what that rests on."""

    outcome: IdentifyOutcome
    persons: Annotated[tuple[Person, ...], msgspec.Meta(max_length=limits.HOTLINE_RECORDS_MAX)] = ()
    rests_on: OptionalText = ""
    conditions: OptionalText = ""
    follow_up: OptionalText = ""


class VictimContact(Opening, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="victim-contact"):
    """Reach a victim on the other side: what to tell, what to ask. Nothing is asked that is not needed."""

    victim: Annotated[Line, OF_VICTIM]
    minor: bool = False
    vulnerable: bool = False
    language: OptionalLine = ""
    identifiers: Annotated[Identifiers, OF_VICTIM] = ()
    facts: Text
    tell: Text
    ask: OptionalText = ""


class ContactOutcome(StrEnum):
    """Whether the victim was reached."""

    REACHED = "reached"
    DECLINES = "declines"
    NOT_REACHED = "not-reached"


class VictimContactResult(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="victim-contact"):
    """What the victim said, and whether it may be used."""

    outcome: ContactOutcome
    reached_at: Instant | None = None
    said: Annotated[OptionalText, OF_VICTIM] = ""
    consents: bool = False
    way: Annotated[OptionalLine, OF_VICTIM] = ""
    follow_up: OptionalText = ""
