"""Delegations: times, minutes, stages, plan, calendars. What else is written goes by the calls of any record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lienlac.client.calls import Fetcher
from lienlac.interface.records.delegations import (
    DelegationMinutes,
    DelegationPapers,
    MinutesSigning,
    OutcomeFollowing,
    ParagraphAgreeing,
    StageTaking,
    TimeAnswer,
    TimeProposals,
    YearPlan,
)
from lienlac.interface.records.shared import RecordDone

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import BufferedRandom
    from pathlib import Path

    from lienlac.interface.records.delegations import DelegationPaper, PaperAdding, TimeProposing


class DelegationCalls(Fetcher):
    """Calls about them."""

    def proposed_times(self, record_id: str) -> TimeProposals:
        """Times and places that were proposed."""
        return self._get(TimeProposals, "/api/delegations/{record_id}/proposals", record_id=record_id)

    def propose_time(self, record_id: str, proposing: TimeProposing) -> RecordDone:
        """A time and place, or another one against it."""
        return self._post(RecordDone, "/api/delegations/{record_id}/proposals", proposing, record_id=record_id)

    def answer_time(self, record_id: str, element: str, digest: str, *, accept: bool, text: str = "") -> RecordDone:
        """Accept or refuse exactly the one with this digest."""
        return self._post(
            RecordDone,
            "/api/delegations/{record_id}/proposals/{element_id}/answer",
            TimeAnswer(digest=digest, accept=accept, text=text),
            record_id=record_id,
            element_id=element,
        )

    def delegation_minutes(self, record_id: str) -> DelegationMinutes:
        """The minutes side by side."""
        return self._get(DelegationMinutes, "/api/delegations/{record_id}/minutes", record_id=record_id)

    def agree_paragraph(self, record_id: str, element: str, digest: str) -> RecordDone:
        """Agree to exactly this wording."""
        said = ParagraphAgreeing(element=element, digest=digest)
        return self._post(RecordDone, "/api/delegations/{record_id}/minutes/agree", said, record_id=record_id)

    def sign_minutes(
        self, record_id: str, digest: str, *, signatory: str, title: str = "", place: str = ""
    ) -> RecordDone:
        """Sign exactly what was read."""
        said = MinutesSigning(digest=digest, signatory=signatory, title=title, place=place)
        return self._post(RecordDone, "/api/delegations/{record_id}/minutes/sign", said, record_id=record_id)

    def minutes_paper(self, record_id: str) -> bytes:
        """The minutes as PDF."""
        return self._call("GET", "/api/delegations/{record_id}/minutes/paper", record_id=record_id)

    def delegation_stage(
        self, record_id: str, stage: Literal["planned", "confirmed", "under-way", "held", "cancelled"]
    ) -> RecordDone:
        """How far it is for this side."""
        return self._post(
            RecordDone, "/api/delegations/{record_id}/stage", StageTaking(stage=stage), record_id=record_id
        )

    def follow_outcome(
        self, record_id: str, element: str, state: Literal["open", "under-way", "done", "dropped"], note: str = ""
    ) -> RecordDone:
        """What has become of an outcome."""
        return self._post(
            RecordDone,
            "/api/delegations/{record_id}/outcomes/{element_id}/follow",
            OutcomeFollowing(state=state, note=note),
            record_id=record_id,
            element_id=element,
        )

    def year_plan(self, year: int | None = None) -> YearPlan:
        """The visits of a year."""
        return self._get(YearPlan, "/api/delegations/plan", {"year": year})

    def year_calendar(self, year: int) -> bytes:
        """The visits of a year as a calendar file."""
        return self._call("GET", "/api/delegations/plan/calendar", {"year": year})

    def delegation_calendar(self, record_id: str) -> bytes:
        """A visit and its programme as a calendar file."""
        return self._call("GET", "/api/delegations/{record_id}/calendar", record_id=record_id)

    def read_invitation(self, record_id: str, file: Path) -> RecordDone:
        """A calendar file; each event becomes a proposal."""
        return self._bring(RecordDone, "/api/delegations/{record_id}/calendar", file, record_id=record_id)

    def delegation_papers(self, record_id: str) -> DelegationPapers:
        """Papers with their files."""
        return self._get(DelegationPapers, "/api/delegations/{record_id}/papers", record_id=record_id)

    def add_paper(self, record_id: str, adding: PaperAdding) -> RecordDone:
        """A paper, with a file that has been put in."""
        return self._post(RecordDone, "/api/delegations/{record_id}/papers", adding, record_id=record_id)

    def paper_file(
        self,
        record_id: str,
        paper: DelegationPaper,
        into: BufferedRandom,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Write the file of a paper behind what `into` holds of it already, however often the line is cut.

        Raises `Refused("file-differs")` when what was written is not the file whose digest the paper states.
        """
        self._fetch(
            "GET",
            "/api/delegations/{record_id}/papers/{element_id}/{digest}",
            paper,
            into,
            progress,
            record_id=record_id,
            element_id=paper.element,
            digest=paper.digest or "",
        )
