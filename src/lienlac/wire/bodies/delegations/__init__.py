"""Words of a delegation: one visit, meeting or conference of several authorities, as a shared record (clauses 23.x).

Each authority writes its own column. What has to be agreed (when and where, each paragraph of the minutes, the minutes
as a whole) is agreed by naming the digest of exactly what is agreed to; that two columns name the same is nobody's word
but everybody's to see. Only types here: when something is agreed is reckoned in `delegations.minutes`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from lienlac import limits
from lienlac.wire.bodies.parts import Said
from lienlac.wire.bodies.records import Facts, Invited, Link, Member, Remark
from lienlac.wire.message import Digest, Id, Instant, Line, NodeId, OptionalLine, OptionalText

Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}\Z")]
Date = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
Order = Annotated[int, msgspec.Meta(ge=1, le=limits.DELEGATION_ORDER_MAX)]
Number = Annotated[int, msgspec.Meta(ge=1, le=limits.DELEGATION_MINUTES_MAX)]
PERSONAL = msgspec.Meta(extra={"about": "participant"})
"""Data about somebody who takes part: shown as such, and taken out of what others make of the record."""


class Form(StrEnum):
    """How people meet."""

    VISIT = "visit"
    MEETING = "meeting"
    VIRTUAL = "virtual"


class Level(StrEnum):
    """Who leads it."""

    MINISTER = "minister"
    DIRECTOR_GENERAL = "director-general"
    DEPARTMENT = "department"
    WORKING = "working"
    EXPERT = "expert"


class Stage(StrEnum):
    """How far it is, as one side sees it."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    UNDER_WAY = "under-way"
    HELD = "held"
    CANCELLED = "cancelled"


class Delegation(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="delegation", tag_field="is"
):
    """What it is. Every side states its own column: its stage, and when and where as it has them in its books."""

    title_vi: Line
    title_en: Line
    form: Form
    level: Level
    state: Stage = Stage.PLANNED
    starts: Instant | None = None
    ends: Instant | None = None
    country: Country | None = None
    place: OptionalLine = ""
    purpose: Said = Said()
    connection: OptionalText = ""
    """How to join from afar."""


class Answer(StrEnum):
    """What a side says of a time and place that were proposed."""

    PROPOSES = "proposes"
    ACCEPTS = "accepts"
    REFUSES = "refuses"


class Proposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="proposal", tag_field="is"):
    """When and where. `proposes` states its own, also against somebody else's; `accepts` names the digest of another's.

    Who accepts says no time and place of its own; who refuses neither.
    """

    answer: Answer = Answer.PROPOSES
    starts: Instant | None = None
    ends: Instant | None = None
    country: Country | None = None
    place: OptionalLine = ""
    agrees: Digest | None = None
    text: Said = Said()


class ItemState(StrEnum):
    """Whether an item of the programme stands."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class ProgrammeItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="item", tag_field="is"):
    """One item of the programme: from when until when, where, what, who leads, with which papers."""

    at: Instant
    until: Instant | None = None
    place: OptionalLine = ""
    text: Said
    leads: OptionalLine = ""
    state: ItemState = ItemState.PLANNED
    papers: Annotated[tuple[Id, ...], msgspec.Meta(max_length=limits.DELEGATION_PAPERS_MAX)] = ()


class Part(StrEnum):
    """What somebody does in a delegation."""

    HEAD = "head"
    DEPUTY = "deputy"
    MEMBER = "member"
    EXPERT = "expert"
    INTERPRETER = "interpreter"
    LIAISON = "liaison"
    OBSERVER = "observer"


class Participant(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="participant", tag_field="is"
):
    """Somebody who takes part. `order`: place in the order of protocol of their own side, 1 is first."""

    node: NodeId
    name: Annotated[Line, PERSONAL]
    title_vi: OptionalLine = ""
    title_en: OptionalLine = ""
    order: Order
    role: Part
    unit: OptionalLine = ""
    languages: Annotated[tuple[OptionalLine, ...], msgspec.Meta(max_length=limits.DELEGATION_LANGUAGES_MAX)] = ()
    interpreter: bool = False
    """Needs an interpreter."""
    contact: Annotated[OptionalLine, PERSONAL] = ""


class Topic(StrEnum):
    """What a note of protocol is about."""

    ORDER = "order"
    NAMES = "names"
    INTERPRETING = "interpreting"
    RECEPTION = "reception"
    TRAVEL = "travel"
    SECURITY = "security"
    GIFTS = "gifts"
    OTHER = "other"


class ProtocolNote(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="protocol", tag_field="is"
):
    """What hosts and guests must know of forms: how a name is said, who stands where, who interprets."""

    topic: Topic
    text: Said
    about: Id | None = None


class PaperKind(StrEnum):
    """What a paper is for."""

    AGENDA = "agenda"
    BRIEFING = "briefing"
    STATEMENT = "statement"
    PRESENTATION = "presentation"
    DRAFT = "draft"
    OTHER = "other"


class Paper(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="paper", tag_field="is"):
    """A paper for the meeting; its handling marks are the fact's. `file` and `digest` say which file is meant."""

    title_vi: Line
    title_en: Line
    paper: PaperKind = PaperKind.OTHER
    summary: Said = Said()
    file: Id | None = None
    digest: Digest | None = None


class MinutesParagraph(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="paragraph", tag_field="is"
):
    """One paragraph of the minutes, in its author's column: a wording of its own, or agreement to another's.

    Who states a wording stands by it. Who agrees names the digest of a wording (clause 23.4) and states none.
    """

    number: Number
    text: Said = Said()
    agrees: Digest | None = None
    remarks: OptionalText = ""


class Minutes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="minutes", tag_field="is"):
    """A side agrees to the minutes as a whole: the digest of all paragraphs in their order; who signed, and where."""

    whole: Digest
    signatory: Annotated[Line, PERSONAL]
    title: OptionalLine = ""
    place: OptionalLine = ""


class OutcomeState(StrEnum):
    """What has become of an outcome, as one side says."""

    OPEN = "open"
    UNDER_WAY = "under-way"
    DONE = "done"
    DROPPED = "dropped"


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="outcome", tag_field="is"):
    """A commitment that came out of it. What has become of it is what its owner says in the owner's own column."""

    text: Said
    owner: NodeId
    due: Date | None = None
    state: OutcomeState = OutcomeState.OPEN
    note: OptionalText = ""
    paragraph: Id | None = None


DelegationWord = (
    Delegation
    | Proposal
    | ProgrammeItem
    | Participant
    | ProtocolNote
    | Paper
    | MinutesParagraph
    | Minutes
    | Outcome
    | Member
    | Remark
    | Link
)


class DelegationFacts(Facts[DelegationWord], frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an authority states of a delegation: facts, each of one element, in its own column."""


class DelegationInvited(Invited[DelegationWord], frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An authority is asked to take part in a delegation; what it is told before it has answered."""
