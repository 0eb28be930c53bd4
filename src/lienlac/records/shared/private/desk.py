"""An officer keeps a private note, a draft or an internal task beside a shared record, and reads those of our side.

Who may read the record may read its notes; who may write into it may keep them. What is a note stays a note: to share
its words an officer states them anew. The journal names the note, never its text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from lienlac import clock, ids, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.people import accounts
from lienlac.records.shared.private import store
from lienlac.records.shared.private.store import Kept, Note

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.ids import Chance
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Action, Thing
    from lienlac.records.shared.shape import Shape
    from lienlac.records.shared.store.lines import Line
    from lienlac.records.shared.terms import Record
    from lienlac.storage.database import Database

    class Find(Protocol):
        """The desk's gate."""

        def __call__(
            self, connection: Connection, officer: Officer, action: Action, name: str, /
        ) -> tuple[Line, Thing]:
            """Raises `NotAllowed("not-found" | "not-allowed" | "reference-ambiguous")`."""
            ...


class Private:
    """The private notes of one subject's records."""

    def __init__(
        self, shape: Shape, *, database: Database, clock: Clock, chance: Chance, record: Record, find: Find
    ) -> None:
        self._shape = shape
        self._database = database
        self._clock = clock
        self._chance = chance
        self._record = record
        self._find = find
        self.hears: list[Callable[[Connection, Line, str, Note | None], None]] = []
        """Who hears, in the same transaction, that a note was kept (None: taken out), by its id."""

    def listed(
        self, officer: Officer, name: str, *, kind: Kept | None = None, before: datetime | None = None,
        rows: int = limits.PAGE_DEFAULT_ROWS,
    ) -> list[Note]:  # fmt: skip
        """Our side's notes beside a record, the newest first. Raises `NotAllowed("not-found")`."""
        with self._database.read() as connection:
            line, _thing = self._find(connection, officer, self._shape.rights.reads, name)
            return store.of_record(connection, line.id, kind=kind, before=before, rows=rows)

    def names(self) -> dict[str, str]:
        """What our own officers are called, by account."""
        with self._database.read() as connection:
            return {one.id: one.name for one, _ in accounts.every(connection)}

    def keep(
        self, officer: Officer, name: str, text: str, *, kind: Kept = Kept.NOTE, element: str = "",
        due_at: datetime | None = None,
    ) -> Note:  # fmt: skip
        """Keep one. Raises `NotAllowed("not-found" | "shared-notes-max")`, `Refused`."""
        if not text.strip():
            raise Refused("field-missing", field="text")
        if len(text) > limits.TEXT_MAX_CHARS:
            raise Refused("text-too-long", field="text", size_chars=len(text), limit_chars=limits.TEXT_MAX_CHARS)

        def work(connection: Connection) -> Note:
            line, _thing = self._find(connection, officer, self._shape.rights.writes, name)
            if store.count(connection, line.id) >= limits.RECORD_NOTES_MAX:
                raise NotAllowed("shared-notes-max", limit=limits.RECORD_NOTES_MAX)
            note = Note(
                id=ids.new_id("nte", self._chance), record_id=line.id, element=element[:40], kind=kind,
                text=text.strip(), officer_id=officer.id, at=self._clock.now(), due_at=due_at,
            )  # fmt: skip
            store.insert(connection, note)
            for hear in self.hears:
                hear(connection, line, note.id, note)
            self._note(connection, officer, "note", line, note.id)
            return note

        return self._database.write(work)

    def done(self, officer: Officer, name: str, note_id: str) -> None:
        """An internal task is done. Raises `NotAllowed("not-found")`."""

        def work(connection: Connection) -> None:
            line, note = self._own(connection, officer, name, note_id)
            if note.kind is not Kept.TASK or note.done_at is not None:
                raise NotAllowed("not-found")
            store.change(connection, note.id, done_us=clock.to_us(self._clock.now()), done_by=officer.id)
            self._note(connection, officer, "note-done", line, note.id)

        self._database.write(work)

    def delete(self, officer: Officer, name: str, note_id: str) -> None:
        """Take one's own out. Raises `NotAllowed("not-found")`."""

        def work(connection: Connection) -> None:
            line, note = self._own(connection, officer, name, note_id)
            if note.officer_id != officer.id:
                raise NotAllowed("not-found")
            store.delete(connection, note.id)
            for hear in self.hears:
                hear(connection, line, note.id, None)
            self._note(connection, officer, "note-delete", line, note.id)

        self._database.write(work)

    def _own(self, connection: Connection, officer: Officer, name: str, note_id: str) -> tuple[Line, Note]:
        line, _thing = self._find(connection, officer, self._shape.rights.writes, name)
        note = store.find(connection, line.id, note_id)
        if note is None:
            raise NotAllowed("not-found")
        return line, note

    def _note(self, connection: Connection, officer: Officer, act: str, line: Line, note_id: str) -> None:
        detail: dict[str, Any] = {"reference": line.reference, "note": note_id}
        self._record(
            connection, at=self._clock.now(), actor=officer.id, action=f"{self._shape.name}.{act}", thing=line.id,
            detail=detail,
        )  # fmt: skip
