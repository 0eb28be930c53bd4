"""Whom and what a case is about, how they belong together, what happened when (clauses 21.6 to 21.9). Only types."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from lienlac import limits
from lienlac.wire.bodies.cases.case import Refs
from lienlac.wire.bodies.hotline import DataIdentifier
from lienlac.wire.bodies.hotline.opening import BY_ROLE
from lienlac.wire.bodies.parts import Said
from lienlac.wire.message import Code, Id, Instant, Line, OptionalLine

Zone = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^(UTC|[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}|[+-][0-9]{2}:[0-9]{2})?\Z", max_length=64
    ),
]
"""The zone in which the source told its time: a name of the time zone database or an offset; empty: not known."""
AttributeText = Annotated[str, msgspec.Meta(max_length=limits.CASE_ATTRIBUTE_MAX_CHARS)]


class EntityKind(StrEnum):
    """What an entity is."""

    PERSON = "person"
    ORGANISATION = "organisation"
    ACCOUNT = "account"
    WALLET = "wallet"
    PHONE = "phone"
    EMAIL = "email"
    PROFILE = "profile"
    DOMAIN = "domain"
    ADDRESS = "address"
    DEVICE = "device"
    APP = "app"
    FILE = "file"
    PLACE = "place"
    VEHICLE = "vehicle"
    OTHER = "other"


class EntityRole(StrEnum):
    """What an entity is in the case. Whoever is not on the offenders' side is spared."""

    UNKNOWN = "unknown"
    SUSPECT = "suspect"
    TOOL = "tool"
    VICTIM = "victim"
    MINOR = "minor"
    WITNESS = "witness"
    MISSING = "missing"
    SERVICE = "service"


class Entity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="entity", tag_field="is"):
    """A person, an account, a telephone…: what it is called and by what it is found."""

    kind: EntityKind
    name: Annotated[Line, BY_ROLE]
    role: EntityRole = EntityRole.UNKNOWN
    identifiers: Annotated[
        tuple[DataIdentifier, ...], msgspec.Meta(max_length=limits.CASE_IDENTIFIERS_MAX), BY_ROLE
    ] = ()
    aliases: Annotated[tuple[Line, ...], msgspec.Meta(max_length=limits.CASE_ALIASES_MAX), BY_ROLE] = ()
    country: Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{2})?\Z")] = ""
    first_seen: Instant | None = None
    last_seen: Instant | None = None
    notes: Annotated[Said, BY_ROLE] = Said()


class Certainty(StrEnum):
    """How sure the source is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"
    UNKNOWN = "unknown"


class Relation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="relation", tag_field="is"):
    """One entity has to do with another. `relation` reads from `source` to `target`: owns, uses, pays."""

    source: Id
    target: Id
    relation: Code
    certainty: Certainty = Certainty.UNKNOWN
    since: Instant | None = None
    until: Instant | None = None
    text: Said = Said()
    refs: Refs = ()


class Attribute(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A further column of an imported row, as the tool wrote it."""

    name: Line
    value: AttributeText


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="event", tag_field="is"):
    """One line of the timeline. `at` as an instant, `zone` that of the source, which wrote `written`."""

    at: Instant
    text: Said
    zone: Zone = ""
    written: OptionalLine = ""
    until: Instant | None = None
    certainty: Certainty = Certainty.UNKNOWN
    source: OptionalLine = ""
    described: OptionalLine = ""
    refs: Refs = ()
    attributes: Annotated[tuple[Attribute, ...], msgspec.Meta(max_length=limits.CASE_ATTRIBUTES_MAX)] = ()


class Verdict(StrEnum):
    """Whether two entities are one."""

    SAME = "same"
    DIFFERENT = "different"


class Merge(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="merge", tag_field="is"):
    """A person has said that two entities are one, or that they are not. `first` is what they are shown as.

    The entities themselves stay as they are: taken back, they stand apart again.
    """

    first: Id
    second: Id
    verdict: Verdict
    reasons: Annotated[tuple[Line, ...], msgspec.Meta(max_length=limits.CASE_REASONS_MAX)] = ()
    text: Said = Said()
