"""Bodies of messages about methods and tricks: how offenders work, as one authority wrote it down (clauses 19.x).

The record's id is the header's `record_id`; its marks and first kind of crime are the header's too. What a record is
linked to at home (requests, objects, lessons) stands in none of these: it never leaves.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from lienlac import limits
from lienlac.wire.bodies.hotline import DataIdentifier, Officer
from lienlac.wire.message import Code, Line, OptionalText, Text

Words = Annotated[str, msgspec.Meta(max_length=limits.METHOD_ITEM_MAX_CHARS)]


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One step, script, red flag or counter-measure, in either language or both; one of them must be there."""

    vi: Words = ""
    en: Words = ""


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A text in either language or both."""

    vi: OptionalText = ""
    en: OptionalText = ""


Items = Annotated[tuple[Item, ...], msgspec.Meta(max_length=limits.METHOD_ITEMS_MAX)]


class Method(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a crime is committed: its steps in order, what victims are told, what can be noticed, what can be done.

    `warning` is what victims should read: no case stands in it.
    """

    title_vi: Line
    title_en: Line
    summary: Said
    typologies: Annotated[tuple[Code, ...], msgspec.Meta(min_length=1, max_length=limits.METHOD_TYPOLOGIES_MAX)]
    steps: Items
    scripts: Items = ()
    red_flags: Items = ()
    counter_measures: Items = ()
    identifiers: Annotated[tuple[DataIdentifier, ...], msgspec.Meta(max_length=limits.METHOD_IDENTIFIERS_MAX)] = ()
    warning: Said = Said()
    sources: Annotated[tuple[Line, ...], msgspec.Meta(max_length=limits.METHOD_ITEMS_MAX)] = ()


class Shared(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One version of a record, whole. `reason` says what was corrected since the version before."""

    version: Annotated[int, msgspec.Meta(ge=1, le=limits.METHOD_VERSIONS_MAX)]
    method: Method
    officer: Officer
    reason: OptionalText = ""


class Revoked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The record no longer holds, in any version; it stays to be seen with the reason."""

    officer: Officer
    reason: Text
