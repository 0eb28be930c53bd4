"""Joint programmes as programs see them, beside what every shared record says: signatures, figures, reports.

Figures and reports are the words that travel (`docs/reference/messages.md`, `programmes.state`).
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from lienlac import limits
from lienlac.interface.parts import Given, Line, Told
from lienlac.interface.records.shared import RecordSaid, Word


class FiguresQuery(Given, frozen=True, kw_only=True):
    """Which figures: with which member (the first one when empty), up to which quarter (the present one), how many."""

    member: Line = ""
    quarter: Line = ""
    quarters: Annotated[int, msgspec.Meta(ge=1, le=limits.INDICATOR_QUARTERS_MAX)] = 1


class MemberQuery(Given, frozen=True, kw_only=True):
    """With which member; the first one when empty."""

    member: Line = ""


class ProgrammeFigures(Told, frozen=True, kw_only=True):
    """Figures of some quarters, the oldest first. `current`: nothing waits to be counted."""

    members: tuple[str, str]
    quarters: list[str]
    figures: list[Word]
    current: bool


class ProgrammeSigning(Given, frozen=True, kw_only=True):
    """The digest of what is signed, as `signatures` says it."""

    substance: Line


class ProgrammeSignatures(Told, frozen=True, kw_only=True):
    """Who has signed the programme as it is now, and the digest of what is signed."""

    substance: str
    signed: list[str]


class ReportStating(Given, frozen=True, kw_only=True):
    """With which member, and remarks to the report; its figures are computed by the node."""

    member: Line = ""
    remarks: RecordSaid = RecordSaid()


class ReportCountersigning(Given, frozen=True, kw_only=True):
    """With which member, and the digest of its report, as it was read."""

    member: Line = ""
    digest: Line


class FigureDifference(Told, frozen=True, kw_only=True):
    """A figure that the two sides compute differently."""

    figure: str
    theirs: str
    ours: str


class ProgrammeReport(Told, frozen=True, kw_only=True):
    """A quarter's report: what each side has stated, what this node computes now, where that differs.

    `computed` is null for who may not see figures over all requests.
    """

    quarter: str
    members: tuple[str, str]
    stated: dict[str, Word]
    computed: Word | None
    current: bool
    differences: list[FigureDifference]
