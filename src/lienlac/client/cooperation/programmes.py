"""Joint programmes: signatures, figures, quarterly reports. What else is written goes by the calls of any record."""

from __future__ import annotations

from typing import Any

from lienlac.client.calls import Caller
from lienlac.interface.records.programmes import (
    ProgrammeFigures,
    ProgrammeReport,
    ProgrammeSignatures,
    ProgrammeSigning,
    ReportCountersigning,
    ReportStating,
)
from lienlac.interface.records.shared import RecordDone, RecordSaid


class ProgrammeCalls(Caller):
    """Calls about them."""

    def programme_signatures(self, record_id: str) -> ProgrammeSignatures:
        """Who has signed a programme as it is now."""
        return self._get(ProgrammeSignatures, "/api/programmes/{record_id}/signatures", record_id=record_id)

    def sign_programme(self, record_id: str, substance: str) -> RecordDone:
        """Sign exactly what was read."""
        said = ProgrammeSigning(substance=substance)
        return self._post(RecordDone, "/api/programmes/{record_id}/sign", said, record_id=record_id)

    def programme_figures(self, record_id: str, **query: Any) -> ProgrammeFigures:
        """Figures (member, quarter, quarters)."""
        return self._get(ProgrammeFigures, "/api/programmes/{record_id}/figures", query, record_id=record_id)

    def programme_report(self, record_id: str, quarter: str, **query: Any) -> ProgrammeReport:
        """A quarter's report: what each side has stated, and what the node computes (member)."""
        return self._get(
            ProgrammeReport,
            "/api/programmes/{record_id}/reports/{quarter}",
            query,
            record_id=record_id,
            quarter=quarter,
        )

    def state_report(self, record_id: str, quarter: str, *, member: str = "", vi: str = "", en: str = "") -> RecordDone:
        """State the figures that the node computes, with remarks."""
        said = ReportStating(member=member, remarks=RecordSaid(vi=vi, en=en))
        return self._post(
            RecordDone,
            "/api/programmes/{record_id}/reports/{quarter}/state",
            said,
            record_id=record_id,
            quarter=quarter,
        )

    def countersign_report(self, record_id: str, quarter: str, digest: str, *, member: str = "") -> RecordDone:
        """Countersign the other side's report, exactly as it was read."""
        said = ReportCountersigning(member=member, digest=digest)
        return self._post(
            RecordDone,
            "/api/programmes/{record_id}/reports/{quarter}/countersign",
            said,
            record_id=record_id,
            quarter=quarter,
        )
