"""An officer puts a file in, says what it is, looks at it, lets it be taken in, or drops it.

A file belongs to whoever put it in: for everybody else it does not exist. Its pieces lie sealed in the database until
all of it is taken, so a node that stops goes on where it was. A spreadsheet is opened in the opening process, and what
comes out of it is a table like any other.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lienlac import ids, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.intelligence.imports import store
from lienlac.intelligence.imports.reading import beginning, encoding_of
from lienlac.intelligence.imports.upload import Form, State, form_of, is_book, label_of
from lienlac.intelligence.intake.opening.desk import grid_of
from lienlac.people import rights
from lienlac.people.rights import Action
from lienlac.stix.foreign import goaml, tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.ids import Chance
    from lienlac.intelligence.adding.desk import Record
    from lienlac.intelligence.around.neighbour import Thing
    from lienlac.intelligence.collection import Collection, Marks
    from lienlac.intelligence.desk import Intelligence
    from lienlac.intelligence.imports.upload import Kept, Upload
    from lienlac.intelligence.store.quarantine import Held
    from lienlac.keys.rest.safe import Safe
    from lienlac.people.officer import Officer
    from lienlac.storage.database import Database

PURPOSE: Final = "intel-import"
_HEAD_BYTES: Final = 65_536


class Imports:
    """Files on their way into collections. `wake` is called when there is something to take in."""

    def __init__(
        self,
        intelligence: Intelligence,
        *,
        database: Database,
        clock: Clock,
        chance: Chance,
        safe: Safe,
        record: Record,
        goaml_file: Path | None = None,
    ) -> None:
        """`goaml_file`: how reports of goAML call things in this country, where the operator has said so."""
        self.intelligence = intelligence
        self._database = database
        self._clock = clock
        self._chance = chance
        self._safe = safe
        self._record = record
        self._goaml_file = goaml_file

    def goaml(self) -> goaml.Mapping:
        """The names that reports of goAML use: the node's own, else those proposed. Raises `Refused`."""
        if self._goaml_file is None or not self._goaml_file.is_file():
            return goaml.proposed()
        try:
            return goaml.mapping_of(self._goaml_file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise Refused("goaml-mapping", reason=str(error)[:120]) from error

    # --- a file comes in ---
    def begin(self, officer: Officer, name: str, /) -> Coming:
        """A file of that name is coming from that officer. Raises `NotAllowed("import-too-many")`."""
        rights.require(officer, Action.INTEL_ADD)
        upload_id = ids.new_id("imp", self._chance)

        def start(connection: Connection) -> None:
            if store.waiting(connection, officer.id) >= limits.IMPORT_WAITING_MAX:
                raise NotAllowed("import-too-many", limit=limits.IMPORT_WAITING_MAX)
            store.begin(connection, upload_id, officer.id, label_of(name), self._clock.now())

        self._database.write(start)
        return Coming(upload_id, self._database, self._safe)

    def accept(self, officer: Officer, upload_id: str, *, collection_id: str, form: str, marks: Marks) -> Upload:
        """A file that has come in is for this collection; `form` "" lets its bytes say what it is.

        Whatever is wrong with it, nothing of it stays. Raises `Refused`, `NotAllowed`.
        """
        try:
            return self._accepted(officer, upload_id, collection_id, form, marks)
        except (Refused, NotAllowed):
            self._database.write(lambda connection: store.forget(connection, upload_id))
            raise

    def _accepted(self, officer: Officer, upload_id: str, collection_id: str, form: str, marks: Marks) -> Upload:
        upload = self.upload(officer, upload_id)
        with self._database.read() as connection:
            collection, _ = self.intelligence.find(connection, officer, Action.INTEL_ADD, collection_id)
        if not collection.open:
            raise NotAllowed("intel-collection-closed", title=collection.title)
        head = next(self.pieces(upload_id), b"")[:_HEAD_BYTES]
        found = form_of(head)
        chosen = _chosen(form, found)
        encoding = ""
        if chosen is Form.TABLE:
            if is_book(head):
                self._unfold(upload)
            encoding = encoding_of(self.pieces(upload_id))
            tables.preview(beginning(self.pieces(upload_id), encoding))
        state = State.MAPPING if chosen is Form.TABLE else State.RUNNING
        values = {
            "collection_id": collection.id, "form": chosen.value, "state": state.value,
            "marks": store.marks_text(marks), "encoding": encoding,
        }  # fmt: skip
        self._database.write(lambda connection: store.change(connection, upload_id, **values))
        return self.upload(officer, upload_id)

    def _unfold(self, upload: Upload) -> None:
        """A spreadsheet becomes a table of text: its first sheet, opened where nothing else can be reached."""
        if upload.size_bytes > limits.INTAKE_FILE_MAX_BYTES:
            raise Refused("intake-file-too-large", field="file", limit_bytes=limits.INTAKE_FILE_MAX_BYTES)
        data = grid_of(b"".join(self.pieces(upload.id))).encode()

        def replace(connection: Connection) -> None:
            store.drop_pieces(connection, upload.id)
            for number, start in enumerate(range(0, len(data), limits.IMPORT_PIECE_BYTES)):
                part = data[start : start + limits.IMPORT_PIECE_BYTES]
                store.put_piece(connection, upload.id, number, sealed(self._safe, upload.id, number, part))
            store.change(connection, upload.id, size_bytes=len(data))

        self._database.write(replace)

    # --- looking ---
    def uploads(self, officer: Officer) -> list[Upload]:
        """The officer's own files, the newest first."""
        rights.require(officer, Action.INTEL_ADD)
        with self._database.read() as connection:
            return store.of_officer(connection, officer.id)

    def upload(self, officer: Officer, upload_id: str) -> Upload:
        """One of the officer's own files. Raises `NotAllowed("not-found")`, for everybody else's too."""
        rights.require(officer, Action.INTEL_ADD)
        with self._database.read() as connection:
            found = store.find(connection, upload_id, officer.id)
        if found is None:
            raise NotAllowed("not-found")
        return found

    def before(self, upload: Upload) -> Upload | None:
        """The same bytes, taken into the same collection before."""
        with self._database.read() as connection:
            return store.taken_before(connection, upload)

    def results(self, officer: Officer, upload_id: str, state: str, *, after: int, rows: int) -> list[Kept]:
        """What became of its objects, in their order."""
        upload = self.upload(officer, upload_id)
        with self._database.read() as connection:
            return store.results(connection, upload.id, state, after=after, rows=rows)

    def things(self, officer: Officer, object_ids: Iterable[str]) -> dict[str, Thing]:
        """Those of these objects that the officer may see, by id."""
        rights.require(officer, Action.INTEL_ADD)
        return self.intelligence.rounds.things(officer, object_ids)

    def held(self, officer: Officer, held_ids: Iterable[str]) -> dict[str, Held]:
        """Those of these in quarantine that the officer may know of, by id."""
        rights.require(officer, Action.INTEL_ADD)
        return self.intelligence.quarantine.of_ids(officer, held_ids)

    def collections(self, officer: Officer) -> list[Collection]:
        """Where a file may go."""
        rights.require(officer, Action.INTEL_ADD)
        return [one for one in self.intelligence.collections(officer) if one.open]

    def preview(self, officer: Officer, upload_id: str) -> tables.Preview:
        """The beginning of a table. Raises `Refused("table-…")`, `NotAllowed("import-state")`."""
        upload = self.upload(officer, upload_id)
        if upload.state is not State.MAPPING:
            raise NotAllowed("import-state")
        return tables.preview(beginning(self.pieces(upload.id), upload.encoding))

    def pieces(self, upload_id: str) -> Iterator[bytes]:
        """A file's bytes, opened piece by piece."""
        number = 0
        while True:
            with self._database.read() as connection:
                found = store.piece(connection, upload_id, number)
            if found is None:
                return
            yield self._safe.open(found, purpose=PURPOSE, owner=f"{upload_id}/{number}")
            number += 1

    # --- going on ---
    def confirm(self, officer: Officer, upload_id: str, mapping: tables.Mapping) -> Upload:
        """What the columns hold; from now on it is taken in. Raises `Refused("table-mapping")`."""
        tables.check(mapping)
        upload = self.upload(officer, upload_id)
        if upload.state is not State.MAPPING:
            raise NotAllowed("import-state")
        text = store.json_of(_plain(mapping))
        self._database.write(
            lambda connection: store.change(connection, upload.id, mapping=text, state=State.RUNNING.value)
        )
        return self.upload(officer, upload_id)

    def again(self, officer: Officer, upload_id: str) -> Upload:
        """One that stands still goes on where it was."""
        upload = self.upload(officer, upload_id)
        if upload.state is not State.FAILED:
            raise NotAllowed("import-state")
        self._database.write(
            lambda connection: store.change(connection, upload.id, state=State.RUNNING.value, code="", details="{}")
        )
        return self.upload(officer, upload_id)

    def drop(self, officer: Officer, upload_id: str) -> None:
        """Forget the file; what it brought into the collection stays there."""
        upload = self.upload(officer, upload_id)
        now = self._clock.now()

        def forget(connection: Connection) -> None:
            store.forget(connection, upload.id)
            if upload.state is State.RUNNING:
                detail = {"file": upload.digest, "given": upload.counts.given}
                self._record(
                    connection, at=now, actor=officer.id, action="intel.import-drop", thing=upload.collection_id,
                    detail=detail,
                )  # fmt: skip

        self._database.write(forget)

    def forget_old(self) -> None:
        """Files that nobody went on with, and reports of those that ended, are forgotten after some days."""
        edge = self._clock.now() - timedelta(days=limits.IMPORT_KEPT_DAYS)

        def forget(connection: Connection) -> None:
            for upload_id in store.idle(connection, edge):
                store.forget(connection, upload_id)

        self._database.write(forget)


class Coming:
    """One file while it comes in: sealed and stored a piece at a time."""

    def __init__(self, upload_id: str, database: Database, safe: Safe) -> None:
        self._id = upload_id
        self._database = database
        self._safe = safe
        self._held = bytearray()
        self._number = 0
        self._size = 0
        self._hash = hashlib.sha256()

    def write(self, data: bytes | bytearray, /) -> None:
        """Some more of it. Raises `Refused("import-too-large")`."""
        self._size += len(data)
        if self._size > limits.IMPORT_MAX_BYTES:
            raise Refused("import-too-large", field="file", limit_bytes=limits.IMPORT_MAX_BYTES)
        self._hash.update(data)
        self._held += data
        while len(self._held) >= limits.IMPORT_PIECE_BYTES:
            self._put(bytes(self._held[: limits.IMPORT_PIECE_BYTES]))
            del self._held[: limits.IMPORT_PIECE_BYTES]

    def finish(self) -> str:
        """All of it is here; its id."""
        if self._held:
            self._put(bytes(self._held))
            self._held.clear()
        values = {"size_bytes": self._size, "digest": self._hash.hexdigest()}
        self._database.write(lambda connection: store.change(connection, self._id, **values))
        return self._id

    def abandon(self) -> None:
        """It was cut off: nothing stays of it."""
        self._held.clear()
        self._database.write(lambda connection: store.forget(connection, self._id))

    def _put(self, data: bytes) -> None:
        number = self._number
        text = sealed(self._safe, self._id, number, data)
        self._database.write(lambda connection: store.put_piece(connection, self._id, number, text))
        self._number += 1


def sealed(safe: Safe, upload_id: str, number: int, data: bytes) -> str:
    """A piece as it is stored: it opens only in its own place."""
    return safe.seal(data, purpose=PURPOSE, owner=f"{upload_id}/{number}")


def _chosen(form: str, found: Form) -> Form:
    """What the officer says it is, where that can be; raises `Refused("import-other-form")`."""
    if not form:
        return found
    if form not in {one.value for one in Form}:
        raise Refused("code-unknown", field="form", value=form[:20], vocabulary="forms")
    chosen = Form(form)
    json_forms = {Form.STIX, Form.MISP, Form.FTM}
    if chosen is not found and not {chosen, found} <= json_forms:
        raise Refused("import-other-form", field="form")
    return chosen


def _plain(mapping: tables.Mapping) -> dict[str, object]:
    return {"columns": mapping.columns, "delimiter": mapping.delimiter, "has_header": mapping.has_header}
