"""Time passes: files are taken in, a stretch of objects at a time, each stretch one transaction with its progress.

A stretch goes through the same door as everything that an officer brings: their right is asked again each time, so one
who has lost it brings nothing more. A process that is killed goes on where the last transaction left off. What cannot
go on stands still with its reason; what was taken before stays.
"""

from __future__ import annotations

import itertools
import logging
from typing import TYPE_CHECKING, Final

from lienlac import clock, limits
from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.intelligence.collection import Giver, Source
from lienlac.intelligence.imports import store
from lienlac.intelligence.imports.reading import items
from lienlac.intelligence.imports.upload import Counts, Form, Kept, State
from lienlac.people import accounts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.intelligence.adding.desk import Record
    from lienlac.intelligence.imports.desk import Imports
    from lienlac.intelligence.imports.reading import Item
    from lienlac.intelligence.imports.upload import Upload
    from lienlac.intelligence.outcome import Outcome
    from lienlac.stix.foreign.goaml import Mapping
    from lienlac.storage.database import Database

_log: Final = logging.getLogger(__name__)


class _Open:
    """A file that is being read, and how far."""

    def __init__(self, upload: Upload, pieces: Iterator[bytes], names: Mapping | None) -> None:
        self.read_bytes = 0
        self.given = 0
        self._items = items(upload, self._counted(pieces), at_us=clock.to_us(upload.at), names=names)

    def take(self, most: int) -> list[Item]:
        """The next items, bounded in number and bytes."""
        taken: list[Item] = []
        size = 0
        for item in self._items:
            taken.append(item)
            size += len(item.raw)
            if len(taken) >= most or size >= limits.IMPORT_STRETCH_BYTES:
                break
        self.given += len(taken)
        return taken

    def _counted(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.read_bytes += len(piece)
            yield piece


class ImportRounds:
    """Takes files in, one after the other."""

    def __init__(self, imports: Imports, *, database: Database, clock: Clock, record: Record) -> None:
        self._imports = imports
        self._database = database
        self._clock = clock
        self._record = record
        self._opened: tuple[str, _Open] | None = None

    def step(self) -> bool:
        """Take the next stretch in; False when nothing waits. Raises `LienlacError` when the storage is unwell."""
        with self._database.read() as connection:
            upload = store.next_running(connection)
        if upload is None:
            self._opened = None
            self._imports.forget_old()
            return False
        try:
            self._stretch(upload)
        except LienlacError as error:
            self._opened = None
            if error.code.startswith("storage-"):
                raise
            if error.code == "import-moved":
                return True
            _log.info("an import stands still: %s", error.code)
            self._end(upload, State.FAILED, error)
        return True

    def catch_up(self) -> None:
        """Until nothing waits: for commands and tests."""
        while self.step():
            pass

    def _stretch(self, upload: Upload) -> None:
        opened = self._reader(upload)
        taken = opened.take(limits.IMPORT_STRETCH_OBJECTS)
        if not taken:
            self._end(upload, State.DONE, None)
            return
        raws = [item.raw for item in taken if item.problem is None]
        with self._database.read() as connection:
            officer = accounts.get(connection, upload.officer_id)
        source = Source(
            giver=Giver.FILE, ref=upload.digest, label=upload.label or upload.form.value, marks=upload.marks
        )

        def note(connection: Connection, outcome: Outcome) -> None:
            now = _counts(upload.counts, taken, outcome)
            if not store.advance(connection, upload, now, opened.read_bytes):
                raise NotAllowed("import-moved")  # another process was here, or the file was dropped
            store.put_results(connection, upload.id, _kept(upload.counts.given, taken, outcome))

        self._imports.intelligence.bring(officer, upload.collection_id, raws, source=source, then=note)

    def _reader(self, upload: Upload) -> _Open:
        """The file, open where its progress says; read anew up to there where that is not at hand."""
        if self._opened is not None:
            upload_id, opened = self._opened
            if upload_id == upload.id and opened.given == upload.counts.given:
                return opened
        names = self._imports.goaml() if upload.form is Form.GOAML else None
        opened = _Open(upload, self._imports.pieces(upload.id), names)
        while opened.given < upload.counts.given:
            if not opened.take(min(limits.IMPORT_STRETCH_OBJECTS, upload.counts.given - opened.given)):
                raise Refused("import-changed")
        self._opened = (upload.id, opened)
        return opened

    def _end(self, upload: Upload, state: State, error: LienlacError | None) -> None:
        now = self._clock.now()
        counts = upload.counts

        def end(connection: Connection) -> None:
            code, details = ("", {}) if error is None else (error.code, dict(error.details))
            store.change(
                connection, upload.id, state=state.value, code=code, details=store.json_of(details),
                ended_us=clock.to_us(now),
            )  # fmt: skip
            if state is State.DONE:
                store.drop_pieces(connection, upload.id)
            detail = {
                "file": upload.digest, "form": upload.form.value, "new": counts.new, "same": counts.same,
                "held": counts.held, "unread": counts.unread, "code": code,
            }  # fmt: skip
            self._record(
                connection, at=now, actor=upload.officer_id, action="intel.import", thing=upload.collection_id,
                detail=detail,
            )  # fmt: skip

        self._opened = None
        self._database.write(end)


def _counts(before: Counts, taken: list[Item], outcome: Outcome) -> Counts:
    return Counts(
        given=before.given + len(taken),
        new=before.new + outcome.new,
        same=before.same + outcome.same,
        held=before.held + outcome.held,
        unread=before.unread + sum(item.problem is not None for item in taken),
    )


def _kept(given: int, taken: list[Item], outcome: Outcome) -> list[Kept]:
    """What became of each, as far as room is kept for it."""
    told = iter(outcome.results)
    kept: list[Kept] = []
    for number, item in enumerate(taken, given + 1):
        if item.problem is not None:
            problem = item.problem
            kept.append(
                Kept(
                    number=number, object_id=item.place, type="", state="unread", code=problem.code,
                    details=problem.details,
                )
            )  # fmt: skip
            continue
        one = next(told)
        kept.append(
            Kept(
                number=number, object_id=one.object_id, type=one.type, state=one.state, held_id=one.held_id,
                code=one.code, details=one.details,
            )
        )  # fmt: skip
    whole = limits.IMPORT_RESULTS_KEPT
    return list(itertools.takewhile(lambda one: one.number <= whole, kept)) + [
        one for one in kept if one.number > whole and one.state in {"held", "unread"} and one.number <= 10 * whole
    ]
