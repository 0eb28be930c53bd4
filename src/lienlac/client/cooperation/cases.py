"""Cases: files of exhibits, timelines and cases of other programs. All else goes by the calls of any record."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, BinaryIO

import httpx2

from lienlac import limits
from lienlac.client.calls import Caller, filled, refusal
from lienlac.errors import Refused
from lienlac.interface.records.cases import (
    CaseTaken,
    CaseTaking,
    CustodyWriting,
    ExhibitChecked,
    Exhibits,
    ExhibitTaking,
    TimelineLook,
    TimelineLooking,
    TimelineTaken,
    TimelineTaking,
)
from lienlac.interface.records.shared import RecordDone

if TYPE_CHECKING:
    from collections.abc import Callable

    from lienlac.interface.records.cases import Exhibit


class CaseCalls(Caller):
    """Calls about them."""

    def exhibits(self, record_id: str) -> Exhibits:
        """Files of exhibits of a case."""
        return self._get(Exhibits, "/api/cases/{record_id}/exhibits", record_id=record_id)

    def take_exhibit(self, record_id: str, taking: ExhibitTaking) -> RecordDone:
        """Take an exhibit in, with a file that was put in before."""
        return self._post(RecordDone, "/api/cases/{record_id}/exhibits", taking, record_id=record_id)

    def check_exhibit(self, record_id: str, element_id: str) -> ExhibitChecked:
        """Have the file read again and compared."""
        path = filled("/api/cases/{record_id}/exhibits/{element_id}/check", _places(record_id, element_id))
        return self._typed(ExhibitChecked, self._send("POST", path, timeout_s=limits.CASE_CALL_TIMEOUT_S))

    def write_custody(self, record_id: str, element_id: str, writing: CustodyWriting) -> RecordDone:
        """Write down what was done with an exhibit outside the node."""
        path = "/api/cases/{record_id}/exhibits/{element_id}/custody"
        return self._post(RecordDone, path, writing, **_places(record_id, element_id))

    def fetch_exhibit(
        self, record_id: str, file: Exhibit, into: BinaryIO, progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Write an exhibit's file into `into`; the node writes down that it was read.

        Raises `Refused("file-differs")` when what came is not the file whose digest the exhibit states.
        """
        path = filled("/api/cases/{record_id}/exhibits/{element_id}/file", _places(record_id, file.element))
        into.truncate(into.seek(0))
        digest, done = hashlib.sha256(), 0
        for piece in self._pieces("POST", path):
            done += len(piece)
            if done > file.size_bytes:
                break
            digest.update(piece)
            into.write(piece)
            if progress is not None:
                progress(done, file.size_bytes)
        if digest.hexdigest() != file.digest:
            raise Refused("file-differs", name=file.name)

    def look_at_timeline(self, record_id: str, looking: TimelineLooking) -> TimelineLook:
        """What a timeline file that was put in holds; nothing is kept."""
        path = filled("/api/cases/{record_id}/timeline/look", {"record_id": record_id})
        return self._typed(TimelineLook, self._send("POST", path, looking, timeout_s=limits.CASE_CALL_TIMEOUT_S))

    def take_timeline(self, record_id: str, taking: TimelineTaking) -> TimelineTaken:
        """Take it in, or its next part: what `following` says goes into `after`."""
        path = filled("/api/cases/{record_id}/timeline", {"record_id": record_id})
        return self._typed(TimelineTaken, self._send("POST", path, taking, timeout_s=limits.CASE_CALL_TIMEOUT_S))

    def take_case(self, record_id: str, taking: CaseTaking) -> CaseTaken:
        """Take a case of another program that was put in into one of ours."""
        path = filled("/api/cases/{record_id}/take", {"record_id": record_id})
        return self._typed(CaseTaken, self._send("POST", path, taking, timeout_s=limits.CASE_CALL_TIMEOUT_S))

    def export_case(self, record_id: str, export_form: str, into: BinaryIO) -> None:
        """A case in the form of another program, however long, into `into`."""
        path = "/api/cases/{record_id}/export/{export_form}"
        into.truncate(into.seek(0))
        into.writelines(self._pieces("GET", filled(path, {"record_id": record_id, "export_form": export_form})))

    def print_situation(self, record_id: str) -> bytes:
        """The situation report, as PDF."""
        return self._call("GET", "/api/cases/{record_id}/situation", record_id=record_id)

    def _pieces(self, method: str, path: str) -> Any:
        try:
            with self._client.stream(method, path, timeout=limits.CASE_CALL_TIMEOUT_S) as answer:
                if not answer.is_success:
                    answer.read()
                    raise refusal(answer)
                yield from answer.iter_raw()
        except httpx2.HTTPError as error:
            raise self._unreachable(error) from error


def _places(record_id: str, element_id: str) -> dict[str, str]:
    return {"record_id": record_id, "element_id": element_id}
