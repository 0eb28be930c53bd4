"""Cases: files of exhibits, timelines and cases of other programs. All else goes by the calls of any record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import httpx2

from lienlac import limits
from lienlac.client.calls import Fetcher, filled, refusal
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
    from collections.abc import Callable, Iterator
    from io import BufferedRandom

    from lienlac.interface.records.cases import Exhibit


class CaseCalls(Fetcher):
    """Calls about them."""

    def exhibits(self, record_id: str) -> Exhibits:
        """Files of exhibits of a case."""
        return self._get(Exhibits, "/api/cases/{record_id}/exhibits", record_id=record_id)

    def take_exhibit(self, record_id: str, taking: ExhibitTaking) -> RecordDone:
        """Take an exhibit in, with a file that was put in before."""
        return self._post(RecordDone, "/api/cases/{record_id}/exhibits", taking, record_id=record_id)

    def check_exhibit(self, record_id: str, element_id: str) -> ExhibitChecked:
        """Have the file read again and compared."""
        return self._post(
            ExhibitChecked,
            "/api/cases/{record_id}/exhibits/{element_id}/check",
            {},
            timeout_s=limits.CASE_CALL_TIMEOUT_S,
            record_id=record_id,
            element_id=element_id,
        )

    def fetch_exhibit_again(self, record_id: str, element_id: str) -> RecordDone:
        """Ask the author again for a file that is damaged here, or never came whole."""
        return self._post(
            RecordDone,
            "/api/cases/{record_id}/exhibits/{element_id}/again",
            {},
            record_id=record_id,
            element_id=element_id,
        )

    def write_custody(self, record_id: str, element_id: str, writing: CustodyWriting) -> RecordDone:
        """Write down what was done with an exhibit outside the node."""
        return self._post(
            RecordDone,
            "/api/cases/{record_id}/exhibits/{element_id}/custody",
            writing,
            record_id=record_id,
            element_id=element_id,
        )

    def fetch_exhibit(
        self, record_id: str, file: Exhibit, into: BufferedRandom, progress: Callable[[int, int], None] | None = None
    ) -> None:
        """Write an exhibit's file behind what `into` holds of it already; the node writes down each time it is read.

        Raises `Refused("file-differs")` when what was written is not the file whose digest the exhibit states.
        """
        self._fetch(
            "POST",
            "/api/cases/{record_id}/exhibits/{element_id}/file",
            file,
            into,
            progress,
            record_id=record_id,
            element_id=file.element,
        )

    def look_at_timeline(self, record_id: str, looking: TimelineLooking) -> TimelineLook:
        """What a timeline file that was put in holds; nothing is kept."""
        return self._post(
            TimelineLook,
            "/api/cases/{record_id}/timeline/look",
            looking,
            timeout_s=limits.CASE_CALL_TIMEOUT_S,
            record_id=record_id,
        )

    def take_timeline(self, record_id: str, taking: TimelineTaking) -> TimelineTaken:
        """Take it in, or its next part: what `following` says goes into `after`."""
        return self._post(
            TimelineTaken,
            "/api/cases/{record_id}/timeline",
            taking,
            timeout_s=limits.CASE_CALL_TIMEOUT_S,
            record_id=record_id,
        )

    def take_case(self, record_id: str, taking: CaseTaking) -> CaseTaken:
        """Take a case of another program that was put in into one of ours."""
        return self._post(
            CaseTaken,
            "/api/cases/{record_id}/take",
            taking,
            timeout_s=limits.CASE_CALL_TIMEOUT_S,
            record_id=record_id,
        )

    def export_case(self, record_id: str, export_form: str, into: BinaryIO) -> None:
        """A case in the form of another program, however long, into `into`."""
        into.truncate(into.seek(0))
        into.writelines(
            self._pieces(
                "GET", "/api/cases/{record_id}/export/{export_form}", record_id=record_id, export_form=export_form
            )
        )

    def print_situation(self, record_id: str) -> bytes:
        """The situation report, as PDF."""
        return self._call("GET", "/api/cases/{record_id}/situation", record_id=record_id)

    def _pieces(self, method: str, path: str, **places: str) -> Iterator[bytes]:
        body: dict[str, Any] = {} if method == "GET" else {"json": {}}
        try:
            with self._client.stream(
                method, filled(path, places), timeout=limits.CASE_CALL_TIMEOUT_S, **body
            ) as answer:
                if not answer.is_success:
                    answer.read()
                    raise refusal(answer)
                yield from answer.iter_raw()
        except httpx2.HTTPError as error:
            raise self._unreachable(error) from error
