"""Bodies of shared records, common to every subject: facts, invitations, members, remarks, links (clauses 20.x).

A subject gives its own words (a tagged union of structs, these three among them) and its own message kinds; what stands
around a word, and how words of several authors become one record, is the same for all. Only types here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Generic, TypeVar

import msgspec

from lienlac import limits
from lienlac.wire.bodies.hotline import Officer
from lienlac.wire.bodies.parts import Attachments, Said
from lienlac.wire.message import Code, Id, Instant, Line, Marks, NodeId, OptionalLine, OptionalText

W = TypeVar("W")


class Stands(StrEnum):
    """What a member's column says. The first four are the host's words, the others the member's own.

    `gone`: the host says to the others, who may not know that member, that it has left by its own word.
    """

    INVITED = "invited"
    JOINED = "joined"
    REMOVED = "removed"
    GONE = "gone"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LEFT = "left"


class History(StrEnum):
    """Which earlier facts of the one who invites a new member gets."""

    ALL = "all"
    SINCE = "since"
    NONE = "none"


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="member", tag_field="is"):
    """Whether a node takes part. `invitation` counts invitations of this node; an answer names the one it answers."""

    node: NodeId
    stands: Stands
    invitation: Annotated[int, msgspec.Meta(ge=1, le=limits.RECORD_VERSIONS_MAX)]
    history: History = History.ALL
    since: Instant | None = None
    text: OptionalText = ""


class Remark(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="remark", tag_field="is"):
    """One contribution to the record's discussion, perhaps about an element, perhaps an answer to another one."""

    text: Said
    about: Id | None = None
    answers: Id | None = None


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="link", tag_field="is"):
    """Another record, request, object or file that belongs to this one, by its global id."""

    target: Id
    relation: Code = "related"
    label: OptionalLine = ""
    about: Id | None = None


class Stated(msgspec.Struct, Generic[W], frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One fact: what its author says of one element, in its own column.

    `version` counts what this author has said of this element; the highest holds. `says` null takes back what the
    author said before, with the reason; that stays to be seen. `at` is the author's clock when an officer stated it:
    shown, never decided upon. `narrow`: it is for some of the members only, so whoever reads it cannot take it that
    the others know it.
    """

    id: Id
    element: Id
    version: Annotated[int, msgspec.Meta(ge=1, le=limits.RECORD_VERSIONS_MAX)]
    at: Instant
    officer: Officer
    marks: Marks
    says: W | None
    reason: OptionalText = ""
    narrow: bool = False


class Facts(msgspec.Struct, Generic[W], frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Facts of one record that the recipient may know. `attachments`: the files that they name by id."""

    facts: Annotated[tuple[Stated[W], ...], msgspec.Meta(min_length=1, max_length=limits.RECORD_FACTS_PER_MESSAGE)]
    attachments: Attachments = ()


class Invited(msgspec.Struct, Generic[W], frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An authority is asked to take part in a record; what it is told before it has answered, and nothing else.

    `member` is the host's fact about the one invited.
    """

    reference: Line
    title_vi: Line
    title_en: Line
    summary: Said
    officer: Officer
    member: Stated[W]
    drill: bool = False
