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
        return self._get(
            RecordElements,
            "/api/{subject}/{record_id}/elements",
            {"kind": kind, **query},
            subject=subject,
            record_id=record_id,
        )

    def record_element(self, subject: Subject, record_id: str, element_id: str) -> RecordElementTold:
        """One element with everything that was said of it."""
        return self._get(
            RecordElementTold,
            "/api/{subject}/{record_id}/elements/{element_id}",
            subject=subject,
            record_id=record_id,
            element_id=element_id,
        )

    def record_history(self, subject: Subject, record_id: str, **query: Any) -> RecordHistory:
        """What came into a record, the newest first."""
        return self._get(
            RecordHistory, "/api/{subject}/{record_id}/history", query, subject=subject, record_id=record_id
        )

    def open_record(self, subject: Subject, opening: RecordOpening, *, once: str = "") -> RecordDone:
        """A new record of this node's."""
        return self._post(RecordDone, "/api/{subject}", opening, once=once, subject=subject)

    def state_in_record(self, subject: Subject, record_id: str, *says: RecordSaying) -> RecordDone:
        """State words in our own column."""
        said = RecordStating(says=says)
        return self._post(RecordDone, "/api/{subject}/{record_id}/state", said, subject=subject, record_id=record_id)

    def retract_in_record(self, subject: Subject, record_id: str, element_id: str, reason: str) -> RecordDone:
        """Take back what we said of an element."""
        said = RecordReason(reason=reason)
        return self._post(
            RecordDone,
            "/api/{subject}/{record_id}/elements/{element_id}/retract",
            said,
            subject=subject,
            record_id=record_id,
            element_id=element_id,
        )

    def invite_to_record(self, subject: Subject, record_id: str, inviting: RecordInviting) -> RecordDone:
        """Ask a partner to take part."""
        return self._post(
            RecordDone, "/api/{subject}/{record_id}/invite", inviting, subject=subject, record_id=record_id
        )

    def answer_invitation(self, subject: Subject, record_id: str, *, accept: bool, text: str = "") -> RecordDone:
        """Take part, or not and why."""
        said = RecordAnswering(accept=accept, text=text)
        return self._post(RecordDone, "/api/{subject}/{record_id}/answer", said, subject=subject, record_id=record_id)

    def leave_record(self, subject: Subject, record_id: str, reason: str) -> RecordDone:
        """Take part no longer."""
        said = RecordReason(reason=reason)
        return self._post(RecordDone, "/api/{subject}/{record_id}/leave", said, subject=subject, record_id=record_id)

    def remove_from_record(self, subject: Subject, record_id: str, node: str, reason: str) -> RecordDone:
        """End somebody's part."""
        said = RecordNode(node=node, reason=reason)
        return self._post(RecordDone, "/api/{subject}/{record_id}/remove", said, subject=subject, record_id=record_id)

    def give_history_of_record(self, subject: Subject, record_id: str, giving: RecordGiving) -> RecordRoom:
        """Let a member have our earlier entries too."""
        return self._post(RecordRoom, "/api/{subject}/{record_id}/give", giving, subject=subject, record_id=record_id)

    def notes_on_record(self, subject: Subject, record_id: str) -> RecordNotes:
        """Our side's notes."""
        return self._get(RecordNotes, "/api/{subject}/{record_id}/notes", subject=subject, record_id=record_id)

    def note_on_record(self, subject: Subject, record_id: str, noting: RecordNoting) -> RecordNote:
        """Keep a note for our side."""
        return self._post(RecordNote, "/api/{subject}/{record_id}/notes", noting, subject=subject, record_id=record_id)
