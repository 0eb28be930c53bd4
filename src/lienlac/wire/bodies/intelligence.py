"""Bodies of messages that share intelligence: packs of objects, what became of each, recalls, sightings (clauses 18.x).

The share's id is the header's `record_id`; purpose, legal basis, typology and marks are the header's too, and hold for
everything in the pack. Only types here: how a pack is opened is `wire.packing`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from lienlac import limits
from lienlac.wire.bodies.hotline import Officer
from lienlac.wire.message import Code, Digest, Id, Instant, Line, OptionalText, Text

ObjectId = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[a-z0-9][a-z0-9-]{0,249}--[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z",
        max_length=limits.INTEL_OBJECT_ID_MAX_CHARS,
    ),
]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Pack = Annotated[bytes, msgspec.Meta(min_length=1, max_length=limits.INTEL_PACK_MAX_BYTES)]
Grade4x4 = Annotated[str, msgspec.Meta(pattern=r"^([ABCX][1-4])?\Z")]
Grade6x6 = Annotated[str, msgspec.Meta(pattern=r"^([A-F][1-6])?\Z")]


class Mode(StrEnum):
    """Once, or as the collection grows. What was shared once is still corrected and recalled."""

    ONCE = "once"
    STANDING = "standing"


class Act(StrEnum):
    """What the receiver is to do with what is recalled: delete it, or keep it aside for the record, out of use."""

    DELETE = "delete"
    SET_ASIDE = "set-aside"


class Shared(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Objects, byte for byte as their author wrote them, packed.

    `batch` is the message's number within the share, `done` how many objects the share has sent with this one, `of` how
    many it held when it was decided on (null for a standing one). `count`, `size_bytes` and `digest` (SHA-256) are of
    what the pack opens to. Whether the receiver may pass it on is said by the header's handling codes (H2: it may not).
    """

    title: Line
    mode: Mode
    batch: Annotated[int, msgspec.Meta(ge=1, le=2**53)]
    done: Count
    of: Count | None = None
    count: Annotated[int, msgspec.Meta(ge=1, le=limits.INTEL_PACK_OBJECTS)]
    size_bytes: Annotated[int, msgspec.Meta(ge=1, le=limits.INTEL_PACK_OPEN_MAX_BYTES)]
    digest: Digest
    pack: Pack
    grade_4x4: Grade4x4 = ""
    grade_6x6: Grade6x6 = ""


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why an object was not taken: its place in the pack, a code, one sentence in English."""

    at: Annotated[int, msgspec.Meta(ge=0, lt=limits.INTEL_PACK_OBJECTS)]
    code: Code
    text: Annotated[str, msgspec.Meta(max_length=limits.INTEL_TAKEN_REASON_CHARS)] = ""


class Taken(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What became of each object of the message `of`.

    One letter for each in `states`: `n` taken as new, `s` known already, `h` held in quarantine, `r` not taken.
    """

    of: Id
    states: Annotated[str, msgspec.Meta(pattern=r"^[nshr]+\Z", max_length=limits.INTEL_PACK_OBJECTS)]
    reasons: Annotated[tuple[Reason, ...], msgspec.Meta(max_length=limits.INTEL_TAKEN_REASONS)] = ()


class Recall(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """These objects, shared before by this node, may not be used any more."""

    objects: Annotated[tuple[ObjectId, ...], msgspec.Meta(min_length=1, max_length=limits.INTEL_RECALL_IDS_MAX)]
    act: Act
    reason: Text


class Recalled(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was done with each object of the recall `of`: `d` deleted, `k` kept aside, `u` not here from that node."""

    of: Id
    states: Annotated[str, msgspec.Meta(pattern=r"^[dku]+\Z", max_length=limits.INTEL_RECALL_IDS_MAX)]


class Sighted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An object that came from the other side was seen here, or was of use (5 very, 1 not at all), or both."""

    object: ObjectId
    officer: Officer
    count: Annotated[int, msgspec.Meta(ge=0, le=limits.INTEL_SIGHTINGS_MAX)] = 0
    first: Instant | None = None
    last: Instant | None = None
    useful: Annotated[int, msgspec.Meta(ge=1, le=5)] | None = None
    text: OptionalText = ""
