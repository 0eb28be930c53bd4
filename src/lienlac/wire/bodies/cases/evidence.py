"""Evidence: how something was acquired, and what was done with it since (clauses 21.10 to 21.13). Only types."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from lienlac import limits
from lienlac.wire.bodies.cases.case import Refs
from lienlac.wire.bodies.parts import FileName, MediaType, Said
from lienlac.wire.message import Digest, Id, Instant, Line, NodeId, OptionalLine

Exhibit = Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{2}-[0-9]{4,6})?\Z")]
"""Country and running number of the side that took it in, within the case; empty only until it is given out."""


class EvidenceKind(StrEnum):
    """What was taken in."""

    FILE = "file"
    IMAGE = "image"
    DEVICE = "device"
    LOG = "log"
    DOCUMENT = "document"
    CAPTURE = "capture"
    OTHER = "other"


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="evidence", tag_field="is"):
    """One exhibit: who took it in, when, where, with what, on which legal basis.

    `digest` is SHA-256 of the content; `file_name` and so on are of the file that travels beside it, if one does.
    `source_digest` is what the tool said of the original, under the name of its algorithm.
    """

    title: Line
    kind: EvidenceKind
    acquired_at: Instant
    acquired_by: Line
    place: Line
    tool: Line
    legal_basis: Line
    exhibit: Exhibit = ""
    method: Said = Said()
    taken_from: OptionalLine = ""
    source_digest: OptionalLine = ""
    digest: Digest | None = None
    size_bytes: Annotated[int, msgspec.Meta(ge=0, le=limits.ATTACHMENT_MAX_BYTES)] = 0
    file_name: FileName | None = None
    media_type: MediaType | None = None
    about: Refs = ()


class Act(StrEnum):
    """What was done with an exhibit."""

    ACQUIRED = "acquired"
    ACCESSED = "accessed"
    COPIED = "copied"
    TRANSFERRED = "transferred"
    RECEIVED = "received"
    CHECKED = "checked"
    DAMAGED = "damaged"
    RETURNED = "returned"
    DESTROYED = "destroyed"


class Custody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="custody", tag_field="is"):
    """One link of the chain of custody: who did what with which exhibit, when, and what its digest was then."""

    evidence: Id
    act: Act
    at: Instant
    by: Line
    unit: OptionalLine = ""
    to: NodeId | None = None
    place: OptionalLine = ""
    digest: Digest | None = None
    text: Said = Said()
