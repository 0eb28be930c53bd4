"""Shared records: cases, programmes, delegations, lessons, all by the same calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from lienlac.client.calls import Caller
from lienlac.interface.records.shared import (
    RecordAnswering,
    RecordDone,
    RecordElements,
    RecordElementTold,
    RecordHistory,
    RecordNode,
    RecordNote,
    RecordNotes,
    RecordPage,
    RecordReason,
    RecordRoom,
    RecordStating,
)

if TYPE_CHECKING:
    from lienlac.interface.records.shared import (
        RecordGiving,
        RecordInviting,
        RecordNoting,
        RecordOpening,
        RecordSaying,
        RecordSearch,
    )

Subject = Literal["cases", "programmes", "delegations", "lessons"]


class RecordCalls(Caller):
    """Calls about shared records; `subject` says of which kind."""

    def records(self, subject: Subject, **query: Any) -> RecordPage:
        """One page of records, the last changed first."""
        return self._get(RecordPage, "/api/{subject}", query, subject=subject)

    def search_records(self, subject: Subject, search: RecordSearch) -> RecordPage:
        """One page of records, found by words too."""
        return self._post(RecordPage, "/api/{subject}/search", search, subject=subject)

    def record(self, subject: Subject, record_id: str) -> RecordRoom:
        """A record on entering."""
        return self._get(RecordRoom, "/api/{subject}/{record_id}", subject=subject, record_id=record_id)

    def record_elements(self, subject: Subject, record_id: str, kind: str, **query: Any) -> RecordElements:
        """Elements of one kind."""
        path = "/api/{subject}/{record_id}/elements"
        return self._get(RecordElements, path, {"kind": kind, **query}, subject=subject, record_id=record_id)

    def record_element(self, subject: Subject, record_id: str, element_id: str) -> RecordElementTold:
        """One element with everything that was said of it."""
        path = "/api/{subject}/{record_id}/elements/{element_id}"
        return self._get(RecordElementTold, path, subject=subject, record_id=record_id, element_id=element_id)

    def record_history(self, subject: Subject, record_id: str, **query: Any) -> RecordHistory:
        """What came into a record, the newest first."""
        path = "/api/{subject}/{record_id}/history"
        return self._get(RecordHistory, path, query, subject=subject, record_id=record_id)

    def open_record(self, subject: Subject, opening: RecordOpening, *, once: str = "") -> RecordDone:
        """A new record of this node's."""
        return self._post(RecordDone, "/api/{subject}", opening, once=once, subject=subject)

    def state_in_record(self, subject: Subject, record_id: str, *says: RecordSaying) -> RecordDone:
        """State words in our own column."""
        path, said = "/api/{subject}/{record_id}/state", RecordStating(says=says)
        return self._post(RecordDone, path, said, subject=subject, record_id=record_id)

    def retract_in_record(self, subject: Subject, record_id: str, element_id: str, reason: str) -> RecordDone:
        """Take back what we said of an element."""
        path, said = "/api/{subject}/{record_id}/elements/{element_id}/retract", RecordReason(reason=reason)
        return self._post(RecordDone, path, said, subject=subject, record_id=record_id, element_id=element_id)

    def invite_to_record(self, subject: Subject, record_id: str, inviting: RecordInviting) -> RecordDone:
        """Ask a partner to take part."""
        path = "/api/{subject}/{record_id}/invite"
        return self._post(RecordDone, path, inviting, subject=subject, record_id=record_id)

    def answer_invitation(self, subject: Subject, record_id: str, *, accept: bool, text: str = "") -> RecordDone:
        """Take part, or not and why."""
        path, said = "/api/{subject}/{record_id}/answer", RecordAnswering(accept=accept, text=text)
        return self._post(RecordDone, path, said, subject=subject, record_id=record_id)

    def leave_record(self, subject: Subject, record_id: str, reason: str) -> RecordDone:
        """Take part no longer."""
        path, said = "/api/{subject}/{record_id}/leave", RecordReason(reason=reason)
        return self._post(RecordDone, path, said, subject=subject, record_id=record_id)

    def remove_from_record(self, subject: Subject, record_id: str, node: str, reason: str) -> RecordDone:
        """End somebody's part."""
        path, said = "/api/{subject}/{record_id}/remove", RecordNode(node=node, reason=reason)
        return self._post(RecordDone, path, said, subject=subject, record_id=record_id)

    def give_history_of_record(self, subject: Subject, record_id: str, giving: RecordGiving) -> RecordRoom:
        """Let a member have our earlier entries too."""
        path = "/api/{subject}/{record_id}/give"
        return self._post(RecordRoom, path, giving, subject=subject, record_id=record_id)

    def notes_on_record(self, subject: Subject, record_id: str) -> RecordNotes:
        """Our side's notes."""
        path = "/api/{subject}/{record_id}/notes"
        return self._get(RecordNotes, path, subject=subject, record_id=record_id)

    def note_on_record(self, subject: Subject, record_id: str, noting: RecordNoting) -> RecordNote:
        """Keep a note for our side."""
        path = "/api/{subject}/{record_id}/notes"
        return self._post(RecordNote, path, noting, subject=subject, record_id=record_id)
