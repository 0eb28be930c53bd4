"""Delegations as programs see them, beside what every shared record says: times, minutes, stages, plan, calendars."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from lienlac import limits
from lienlac.interface.parts import Given, Instant, Line, Text, Told
from lienlac.interface.records.shared import RecordMarks, RecordSaid, Word

Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}\Z")]


class TimeProposing(Given, frozen=True, kw_only=True):
    """When and where. `element`: of a known proposal that this one answers; left out for a new one."""

    starts: Instant
    ends: Instant | None = None
    country: Country | None = None
    place: Line = ""
    text: RecordSaid = RecordSaid()
    element: Line = ""
    marks: RecordMarks = RecordMarks()


class TimeAnswer(Given, frozen=True, kw_only=True):
    """Yes or no to exactly the time and place with this digest; no with its reason."""

    digest: Line
    accept: bool
    text: Text = ""


class TimeWording(Told, frozen=True, kw_only=True):
    """A time and place as one side proposes it; `digest` is what is accepted."""

    author: str
    digest: str
    starts: Instant
    ends: Instant | None
    country: str | None
    place: str
    text: RecordSaid


class TimeProposal(Told, frozen=True, kw_only=True):
    """One proposal: what stands, by side, what each side stands by, and the digest on which all agree."""

    element: str
    agreed: str | None
    wordings: list[TimeWording]
    positions: dict[str, str | None]


class TimeProposals(Told, frozen=True, kw_only=True):
    """Times and places that were proposed."""

    proposals: list[TimeProposal]


class MinutesWording(Told, frozen=True, kw_only=True):
    """A paragraph as one side words it; `digest` is what is agreed to."""

    author: str
    digest: str
    text: RecordSaid
    remarks: str


class MinutesParagraph(Told, frozen=True, kw_only=True):
    """A paragraph: every wording, what each side stands by, and the digest on which all agree."""

    element: str
    number: int
    agreed: str | None
    wordings: list[MinutesWording]
    positions: dict[str, str | None]


class MinutesSigned(Told, frozen=True, kw_only=True):
    """Who signed the minutes as they now stand for a side."""

    node: str
    signatory: str
    title: str
    place: str


class DelegationMinutes(Told, frozen=True, kw_only=True):
    """The minutes side by side. `digest` is that of the whole, null until every paragraph is agreed."""

    paragraphs: list[MinutesParagraph]
    open: int
    digest: str | None
    signed: list[MinutesSigned]
    complete: bool


class ParagraphAgreeing(Given, frozen=True, kw_only=True):
    """Which wording of a paragraph this side agrees to, exactly as it was read."""

    element: Line
    digest: Line


class MinutesSigning(Given, frozen=True, kw_only=True):
    """The digest of the whole as it was read, and who signs for this side."""

    digest: Line
    signatory: Line
    title: Line = ""
    place: Line = ""


class StageTaking(Given, frozen=True, kw_only=True):
    """How far the delegation is for this side."""

    stage: Literal["planned", "confirmed", "under-way", "held", "cancelled"]


class OutcomeFollowing(Given, frozen=True, kw_only=True):
    """What has become of an outcome, in this side's column."""

    state: Literal["open", "under-way", "done", "dropped"]
    note: Text = ""


class PlanQuery(Given, frozen=True, kw_only=True):
    """Which year; the present one when it is 0 or left out."""

    year: Annotated[int, msgspec.Meta(ge=0, lt=limits.INSTANT_LAST_YEAR)] = 0


class PlannedVisit(Told, frozen=True, kw_only=True):
    """One visit of a yearly plan."""

    delegation: str
    reference: str
    title_vi: str
    title_en: str
    state: str
    host: str
    part: str
    at: Instant


class YearPlan(Told, frozen=True, kw_only=True):
    """The visits of a year in their order."""

    year: int
    visits: list[PlannedVisit]


class PaperAdding(Given, frozen=True, kw_only=True):
    """A paper, and a file of the officer's tray that it has; left out for none."""

    word: Word
    upload: Line = ""
    marks: RecordMarks = RecordMarks()


class DelegationPaper(Told, frozen=True, kw_only=True):
    """A paper as one side has it. `here`: its file can be taken out; `digest` is null where it has none."""

    element: str
    author: str
    title_vi: str
    title_en: str
    paper: str
    tlp: str
    pap: str
    digest: str | None
    name: str
    media_type: str
    size_bytes: int
    here: bool


class DelegationPapers(Told, frozen=True, kw_only=True):
    """Papers with their files."""

    papers: list[DelegationPaper]
