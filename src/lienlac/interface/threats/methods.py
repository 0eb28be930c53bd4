"""Methods and tricks as programs see them: the shared kinds of crime, records, what becomes of sharing one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from lienlac import limits
from lienlac.interface.approvals import ApprovalLine
from lienlac.interface.parts import Cursor, Given, Line, Names, Rows, Text, Told

Words = Annotated[str, msgspec.Meta(max_length=limits.METHOD_ITEM_MAX_CHARS)]
Whose = Literal["all", "ours", "theirs"]


class MethodQuery(Given, frozen=True, kw_only=True):
    """What a list shows, without words: addresses are written down on their way."""

    whose: Whose = "all"
    typology: Line = ""
    cursor: Cursor = ""
    rows: Rows = limits.PAGE_DEFAULT_ROWS


class MethodSearch(MethodQuery, frozen=True, kw_only=True):
    """The same, and words that are searched in titles, texts, identifiers and sources; by POST only."""

    words: Line = ""


class MethodText(Given, frozen=True, kw_only=True):
    """A text in either language or both."""

    vi: Text = ""
    en: Text = ""


class MethodItem(Given, frozen=True, kw_only=True):
    """One step, script, red flag or counter-measure, in either language or both."""

    vi: Words = ""
    en: Words = ""


class MethodIdentifier(Given, frozen=True, kw_only=True):
    """An identifier that the method uses."""

    type: Line = "other"
    value: Line


class MethodMarks(Given, frozen=True, kw_only=True):
    """Handling marks; what is left out is amber."""

    tlp: Line = ""
    pap: Line = ""
    handling: Names = ()
    handling_text: Text = ""


Items = Annotated[tuple[MethodItem, ...], msgspec.Meta(max_length=limits.METHOD_ITEMS_MAX)]


class MethodForm(Given, frozen=True, kw_only=True):
    """A record. `links` are ids of requests, objects and lessons at home; they never leave."""

    title_vi: Line
    title_en: Line
    summary: MethodText
    typologies: Annotated[tuple[Line, ...], msgspec.Meta(min_length=1, max_length=limits.METHOD_TYPOLOGIES_MAX)]
    steps: Items
    scripts: Items = ()
    red_flags: Items = ()
    counter_measures: Items = ()
    identifiers: Annotated[tuple[MethodIdentifier, ...], msgspec.Meta(max_length=limits.METHOD_IDENTIFIERS_MAX)] = ()
    warning: MethodText | None = None
    sources: Annotated[tuple[Line, ...], msgspec.Meta(max_length=limits.METHOD_ITEMS_MAX)] = ()
    links: Annotated[tuple[Line, ...], msgspec.Meta(max_length=limits.METHOD_LINKS_MAX)] = ()
    marks: MethodMarks | None = None


class MethodChange(MethodForm, frozen=True, kw_only=True):
    """The whole record anew, and why."""

    reason: Text


class MethodSharing(Given, frozen=True, kw_only=True):
    """Partners to whom the version that holds is sent."""

    to: Annotated[tuple[Line, ...], msgspec.Meta(min_length=1, max_length=limits.METHOD_PEERS_MAX)]


class MethodInto(Given, frozen=True, kw_only=True):
    """The collection of intelligence that takes a record as STIX objects."""

    collection: Line


class MethodRevocation(Given, frozen=True, kw_only=True):
    """Why the record no longer holds."""

    reason: Text


# --- what the node answers ----------------------------------------------------------------------------------------


class MethodLine(Told, frozen=True, kw_only=True):
    """One line of a list."""

    id: str
    origin: str
    title_vi: str
    title_en: str
    typologies: list[str]
    tlp: str
    version: int
    revoked: bool
    updated_at: datetime


class MethodPage(Told, frozen=True, kw_only=True):
    """Part of a list; `next` is the cursor of what follows."""

    methods: list[MethodLine]
    next: str | None = None


class MethodVersion(Told, frozen=True, kw_only=True):
    """What the record said at one time."""

    version: int
    at: datetime
    by: str
    unit: str
    reason: str = ""
    marks: dict[str, Any]
    method: dict[str, Any]
    links: list[str]


class MethodSent(Told, frozen=True, kw_only=True):
    """A message of ours about the record; `version` 0 is a revocation."""

    message: str
    peer: str
    version: int
    standing: str
    at: datetime
    received_at: datetime | None = None
    code: str | None = None


class Method(Told, frozen=True, kw_only=True):
    """A record with every version, the newest first."""

    id: str
    origin: str
    revoked_at: datetime | None = None
    revoked_why: str = ""
    versions: list[MethodVersion]
    sent: list[MethodSent]


class MethodTaken(Told, frozen=True, kw_only=True):
    """What became of a record's objects in a collection; `held` wait in quarantine."""

    new: int
    same: int
    held: int


class MethodShared(Told, frozen=True, kw_only=True):
    """What became of sharing or revoking: what left, and what waits for a second officer instead."""

    id: str
    sent: list[MethodSent]
    waits: list[ApprovalLine]


class Typology(Told, frozen=True, kw_only=True):
    """One kind of crime. `law_hints` are not verified and are no legal advice."""

    code: str
    family: str | None = None
    name_vi: str
    name_en: str
    description_vi: str
    description_en: str
    red_flags_vi: list[str]
    red_flags_en: list[str]
    identifiers: list[str]
    techniques: list[str]
    vn24: list[int]
    law_hints: dict[str, list[str]]


class TypologyList(Told, frozen=True, kw_only=True):
    """The whole list with its date, and the Vietnamese list of 24 forms."""

    version: str
    typologies: list[Typology]
    vn24: dict[str, dict[str, str]]


class StixBundle(Told, frozen=True, kw_only=True):
    """STIX 2.1 objects in a bundle."""

    type: str
    id: str
    objects: list[dict[str, Any]]
