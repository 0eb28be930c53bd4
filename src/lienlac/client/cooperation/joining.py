"""Cases: one goes on in another, one is split off. What else is written goes by the calls of any record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.client.calls import Caller
from lienlac.interface.records.joining import CaseJoined, CaseMerging
from lienlac.interface.records.shared import RecordSaid

if TYPE_CHECKING:
    from lienlac.interface.records.joining import CaseSplitting


class JoiningCalls(Caller):
    """Calls about them."""

    def merge_case(self, record_id: str, into: str, *, vi: str = "", en: str = "") -> CaseJoined:
        """Our part goes on in another case."""
        said = CaseMerging(into=into, closing=RecordSaid(vi=vi, en=en))
        return self._post(CaseJoined, "/api/cases/{record_id}/merge", said, record_id=record_id)

    def split_case(self, record_id: str, splitting: CaseSplitting, *, once: str = "") -> CaseJoined:
        """A new case of some of what our side has said in one."""
        return self._post(CaseJoined, "/api/cases/{record_id}/split", splitting, once=once, record_id=record_id)
