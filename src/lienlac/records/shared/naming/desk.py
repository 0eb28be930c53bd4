"""Shared records are read into the index of identifiers, a bounded stretch of facts at a time.

Stating a fact does none of this, so that a timeline of a million lines, or everything that was said while a partner was
away, waits for none of it. A record is one thing of the index; each of its elements is a place, and so is each private
note. Exercises name nobody. Who may not know of the record learns nothing from the index either: a thing is hidden in
the transaction that hides the record.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from lienlac import clock, limits
from lienlac.identifiers.index.desk import NOTES
from lienlac.identifiers.index.mention import Naming
from lienlac.identifiers.index.writing.desk import Place
from lienlac.people.access import store as access
from lienlac.records.naming.walk import named_by
from lienlac.records.shared.fold import lying, member_element
from lienlac.records.shared.naming import store
from lienlac.records.shared.naming.store import ALL_NOTES, Position
from lienlac.records.shared.naming.texts import named_in
from lienlac.records.shared.private import store as notes
from lienlac.records.shared.private.store import Kept
from lienlac.records.shared.store import lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from lienlac.identifiers.index.mention import Mention
    from lienlac.people.rights import Thing
    from lienlac.records.shared.desk import Shared
    from lienlac.records.shared.fold import Element
    from lienlac.records.shared.keeping.desk import Heard
    from lienlac.records.shared.private.store import Note
    from lienlac.records.shared.store.lines import Line
    from lienlac.storage.database import Database

RULES: Final = 1
"""Higher whenever more, or other things, are found in the same words: everything is then read once more by itself."""
_INVITATION: Final = 0
"""The place of what we were told when we were asked to take part."""
_log: Final = logging.getLogger(__name__)


class Index(Protocol):
    """Where identifiers are written down, inside the caller's transaction."""

    def put_places(self, connection: Connection, naming: Naming, places: Sequence[Place], /) -> None:
        """These places of a thing name these and no others."""
        ...

    def hide(self, connection: Connection, access_id: str, /, *, restricted: bool) -> None:
        """A need-to-know changed."""
        ...


@dataclass(frozen=True, slots=True)
class _Read:
    """What one stretch holds, while the snapshot stands: a record and what of it is looked at."""

    line: Line
    elements: Sequence[tuple[int, Element]]
    texts: Mapping[int, tuple[int, Sequence[str]]]
    """Other places: since when, and what stands there."""


class Names:
    """Of several subjects. `wake` is called after each commit that left something to be read."""

    def __init__(self, database: Database, index: Index, subjects: Iterable[Shared]) -> None:
        self._database = database
        self._index = index
        self._subjects = {one.shape.name: one for one in subjects}
        self.wake: Callable[[], None] = _nobody
        for one in self._subjects.values():
            one.keeper.hears.append(self.heard)
            one.narrowed.append(self.seen_by)
            one.private.hears.append(self.noted)

    # --- inside the transaction of whoever states ---
    def heard(self, connection: Connection, _heard: Heard) -> None:
        """Facts were kept: they are read soon, by somebody else."""
        self._database.after_commit(connection, self._woken)

    def seen_by(self, connection: Connection, thing: Thing) -> None:
        """Who may know of a record changed."""
        self._index.hide(connection, thing.id, restricted=thing.restricted)

    def noted(self, connection: Connection, line: Line, note_id: str, note: Note | None) -> None:
        """An officer kept a note beside a record, or took it out (None)."""
        if not line.drill:
            at = line.changed_at if note is None else note.at
            place = Place(_number(note_id), clock.to_us(at), _of_note(note))
            self._index.put_places(connection, self._naming(connection, line), [place])

    # --- time passes ---
    def step(self) -> int:
        """Read one stretch; how many facts and notes it had, 0 when nothing is left."""
        with self._database.read() as connection:
            was = store.position(connection)
            fits = was is not None and was.rules == RULES
            rows = store.following(connection, was.reached) if fits and was is not None else []
            read = [self._of_record(connection, *one) for one in store.records_of(rows).items()]
        if was is None or not fits:
            self._database.write(self.begin_again)
            return 1
        if not rows:
            return 0 if was.notes == ALL_NOTES else self._database.write(partial(self._notes, was))
        found = [(one.line, self._places(one)) for one in read if one is not None]

        def work(connection: Connection) -> None:
            if store.move(connection, was, was._replace(reached=rows[-1].position)):  # or another process has read it
                for line, places in found:
                    self._index.put_places(connection, self._naming(connection, line), places)

        self._database.write(work)
        return len(rows)

    def begin_again(self, connection: Connection) -> None:
        """Everything is read once more; what was found stays until it is replaced."""
        store.begin_again(connection, RULES)

    def catch_up(self) -> None:
        """Read until nothing is left: for commands and tests."""
        while self.step():
            pass

    def behind(self, connection: Connection) -> int:
        """How many facts are still to be read, counted up to `limits.INTEL_BEHIND_COUNTED_MAX`."""
        at = store.position(connection)
        if at is None or at.rules != RULES:
            return store.behind(connection, 0, limits.INTEL_BEHIND_COUNTED_MAX)
        waiting = store.behind(connection, at.reached, limits.INTEL_BEHIND_COUNTED_MAX)
        return waiting or int(store.any_notes(connection, at.notes))

    # --- what a record names, for who asks what else does ---
    def of_element(
        self, connection: Connection, kind: str, record_id: str, element_id: str
    ) -> tuple[str, tuple[Mention, ...]] | None:
        """As which thing of the index an element is known, and what it names; nothing of an exercise.

        None when there is no such record. What a subject says itself of a thing of its own is not repeated here.
        """
        line = self._line(connection, kind, record_id)
        if line is None:
            return None
        subject = self._subjects[kind]
        element = None if line.drill else subject.keeper.facts.element(connection, line.id, element_id)
        if element is None:
            return line.id, ()
        if element.kind in subject.shape.apart:
            return lying(line.id, element.id), ()
        return line.id, named_in(element, subject.shape)

    def of_places(
        self, connection: Connection, kind: str, record_id: str, places: Sequence[int]
    ) -> list[Mention] | None:
        """What stands in these places of a record, of its notes in the newest; None when there is no such record."""
        line = self._line(connection, kind, record_id)
        if line is None or line.drill:
            return None if line is None else []
        elements = store.elements_at(connection, [one for one in places if one > 0])
        subject = self._subjects[kind]
        found = subject.keeper.facts.elements(connection, line.id, elements)
        named = [mention for one in found for mention in named_in(one, subject.shape)]
        if _INVITATION in places:
            for _at_us, texts in self._invited(connection, line, subject).values():
                named += named_by(texts)
        if any(place < 0 for place in places):
            newest = notes.of_record(connection, line.id, rows=limits.PAGE_MAX_ROWS)
            named += [mention for note in newest if _number(note.id) in places for mention in _of_note(note)]
        return named

    @staticmethod
    def called(connection: Connection, place: int) -> str:
        """What a place is called: the id of an element, `NOTES`; empty for the record as such."""
        return NOTES if place < 0 else store.element_at(connection, place) if place else ""

    # --- inside ---
    def _line(self, connection: Connection, kind: str, record_id: str) -> Line | None:
        """A record of a kind whose texts are read here."""
        line = lines.find(connection, record_id)
        return line if line is not None and line.kind == kind and kind in self._subjects else None

    def _notes(self, was: Position, connection: Connection) -> int:
        """Read notes of before, in one transaction: one that is taken out meanwhile must leave nothing behind."""
        rows = store.following_notes(connection, was.notes)
        reached = rows[-1][0] if len(rows) == limits.RECORD_NAMED_STRETCH else ALL_NOTES
        if store.move(connection, was, was._replace(notes=reached)):
            for note_id, record_id in rows:
                line, note = lines.find(connection, record_id), notes.find(connection, record_id, note_id)
                if line is not None and line.kind in self._subjects:
                    self.noted(connection, line, note_id, note)
        return max(len(rows), 1)

    def _of_record(self, connection: Connection, record_id: str, elements: Sequence[str]) -> _Read | None:
        line = lines.find(connection, record_id)
        subject = None if line is None else self._subjects.get(line.kind)
        if line is None or subject is None or line.drill:
            return None
        places = store.places(connection, line.id, elements)
        own = member_element(line.id, subject.node_id)
        texts = self._invited(connection, line, subject) if own in elements else {}
        known = subject.keeper.facts.elements(connection, line.id, elements)
        return _Read(line, [(places[one.id], one) for one in known if one.kind not in subject.shape.apart], texts)

    @staticmethod
    def _invited(connection: Connection, line: Line, subject: Shared) -> dict[int, tuple[int, Sequence[str]]]:
        told = lines.invitation(connection, line.id)
        if told is None:
            return {}
        body = msgspec.json.decode(told[0], type=subject.shape.invited)
        texts = (body.title_vi, body.title_en, body.summary.vi, body.summary.en)  # type: ignore[attr-defined]  # as every
        return {_INVITATION: (clock.to_us(told[1]), texts)}

    def _places(self, read: _Read) -> list[Place]:
        shape = self._subjects[read.line.kind].shape
        found = [Place(number, at_us, named_by(texts)) for number, (at_us, texts) in read.texts.items()]
        for number, element in read.elements:
            try:
                mentions = named_in(element, shape)
            except Exception:  # noqa: BLE001  # whatever breaks on one, the others must be found; the log says it
                _log.exception("element %s of %s is not read into the index", element.id, read.line.id)
                continue
            found.append(Place(number, clock.to_us(element.newest.known_at), mentions))
        return found

    @staticmethod
    def _naming(connection: Connection, line: Line) -> Naming:
        return Naming(
            kind=line.kind,
            id=line.id,
            label=line.reference,
            at_us=clock.to_us(line.changed_at),
            restricted=access.thing(connection, line.id, line.kind).restricted,
        )

    def _woken(self) -> None:
        self.wake()


def _of_note(note: Note | None) -> tuple[Mention, ...]:
    """What a note or an internal task names; a draft is a form that says nothing yet."""
    return () if note is None or note.kind is Kept.DRAFT else named_by((note.text,))


def _number(note_id: str) -> int:
    """The place of a note: below every position."""
    return -1 - int.from_bytes(hashlib.sha256(note_id.encode()).digest()[:7], "big")


def _nobody() -> None:
    """Nobody waits to be woken: a command that ends soon."""
