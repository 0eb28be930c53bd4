"""An officer adds a paper with its file, or takes a paper's file out; the node carries files to members.

A file travels sealed beside the fact that names its digest, to whoever may have that fact, and again to whoever joins
later. A partner's file is handed out only for a digest that stands in the paper's columns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from lienlac import limits
from lienlac.delegations.papers import store
from lienlac.delegations.papers.store import PaperFile
from lienlac.errors import NotAllowed
from lienlac.exchange.attachments.journey import Stage, Way
from lienlac.people.rights import Action, may, require
from lienlac.records.shared.desk import Say
from lienlac.records.shared.keeping.desk import require_in
from lienlac.wire.bodies.delegations import Paper

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sqlalchemy import Connection

    from lienlac.exchange.attachments.holding.desk import Holding
    from lienlac.exchange.attachments.store import Upload
    from lienlac.exchange.post import Sent
    from lienlac.people.officer import Officer
    from lienlac.records.shared.desk import Given, Shared
    from lienlac.records.shared.fold import Element, Statement
    from lienlac.records.shared.outcome import Outcome
    from lienlac.records.shared.reading.desk import Room
    from lienlac.records.shared.store.lines import Line
    from lienlac.storage.blobs.reading import Reader
    from lienlac.wire.bodies.parts import AttachmentRef
    from lienlac.wire.message import Marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A paper as one side has it. `digest` is None where it has no file; `blob_id` is None until the file is here."""

    element: str
    statement: Statement
    digest: str | None
    name: str
    media_type: str
    size_bytes: int
    blob_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """The papers of a delegation, and whether this officer may take their files out."""

    room: Room
    papers: Sequence[Shown]
    may_take: bool


class Papers:
    """Papers of delegations, with their files."""

    def __init__(self, shared: Shared, holding: Holding, given: Given) -> None:
        self._shared = shared
        self._keeper = shared.keeper
        self._holding = holding
        self._database = given.database
        self._clock = given.clock
        self._record = given.record
        self._named: dict[str, str] = {}
        """Of the message that is being made: the blob of each reference. One writer at a time makes one."""
        self._keeper.names_files = _names_file
        self._keeper.attach = self._attach
        self._keeper.attached = self._attached
        shared.completes = self._complete

    # --- adding ---------------------------------------------------------------------------------------------------
    def add(self, officer: Officer, name: str, word: Paper, marks: Marks, *, upload: str = "") -> Outcome:
        """A paper, with the file from the officer's tray if one is named.

        Raises `NotAllowed`: `not-found`, `shared-no-part`, `upload-unknown`, `upload-held`; `Refused`.
        """

        def work(connection: Connection) -> Outcome:
            line, _thing = self._shared.read.found(connection, officer, Action.DELEGATION_WRITE, name)
            require_in(line)
            element, full = "", msgspec.structs.replace(word, file=None, digest=None)
            if upload:
                element = self._keeper.new_element("paper")
                held = self._holding.take(connection, officer, upload, element)
                full = msgspec.structs.replace(full, digest=held.digest)
                file = PaperFile(
                    element=element,
                    digest=held.digest,
                    record_id=line.id,
                    name=held.name,
                    media_type=held.media_type,
                    size_bytes=held.size_bytes,
                    blob_id=held.blob_id,
                )
                store.put(connection, file)
            made = self._shared.say(connection, officer, line, [Say(says=full, marks=marks, element=element)])
            self._note(connection, officer, "paper", line, {"facts": [one.id for one in made.statements]})
            return made

        return self._database.write(work)

    def _complete(self, connection: Connection, line: Line, say: Say) -> Say:
        """A changed paper keeps the file that its form does not show."""
        if not isinstance(say.says, Paper) or say.says.digest is not None or not say.element:
            return say
        known = self._keeper.facts.element(connection, line.id, say.element)
        before = None if known is None else known.by(self._shared.node_id)
        if not isinstance(before, Paper) or before.digest is None:
            return say
        return replace(say, says=msgspec.structs.replace(say.says, digest=before.digest))

    def tray(self, officer: Officer) -> list[Upload]:
        """What the officer has put in and not used."""
        return self._holding.tray(officer)

    # --- reading --------------------------------------------------------------------------------------------------
    def folder(self, officer: Officer, name: str) -> Folder:
        """Every paper as each side has it. Raises `NotAllowed("not-found")`."""
        require(officer, Action.DELEGATION_READ)
        room = self._shared.read.room(officer, name)
        found = self._shared.read.elements(officer, room.line.id, "paper", rows=limits.PAGE_MAX_ROWS)
        elements = [one for one, _at in found]
        with self._database.read() as connection:
            own = store.of_elements(connection, [one.id for one in elements])
            papers = [
                self._shown(connection, room.line, element, statement, own)
                for element in elements
                for statement in element.standing
            ]
        return Folder(room=room, papers=papers, may_take=may(officer, Action.ATTACHMENT_READ, room.thing))

    def open(self, officer: Officer, name: str, element: str, digest: str) -> tuple[Shown, Reader]:
        """Open a paper's file; who took it out is written down first.

        Raises `NotAllowed`: `not-found`, `attachment-not-here`, `attachment-held`.
        """

        def work(connection: Connection) -> Shown:
            line, thing = self._shared.read.found(connection, officer, Action.DELEGATION_READ, name)
            require(officer, Action.ATTACHMENT_READ, thing)
            known = self._keeper.facts.element(connection, line.id, element)
            standing = [] if known is None or known.kind != "paper" else known.standing
            said = next((one for one in standing if one.says.digest == digest), None)
            if known is None or said is None:
                raise NotAllowed("not-found")
            shown = self._shown(connection, line, known, said, store.of_elements(connection, [element]))
            if shown.blob_id is None:
                raise NotAllowed("attachment-not-here")
            self._note(connection, officer, "paper-out", line, {"element": element, "digest": digest})
            return shown

        shown = self._database.write(work)
        return shown, self._holding.open(shown.blob_id or "")

    def _shown(
        self,
        connection: Connection,
        line: Line,
        element: Element,
        statement: Statement,
        own: dict[tuple[str, str], PaperFile],
    ) -> Shown:
        digest = statement.says.digest
        name, media_type, size_bytes, blob_id = "", "", 0, None
        ours = own.get((element.id, digest)) if digest and statement.author == self._shared.node_id else None
        if ours is not None:
            name, media_type, size_bytes, blob_id = ours.name, ours.media_type, ours.size_bytes, ours.blob_id
        elif digest:
            journeys = self._holding.of_record(connection, line.id, digest)
            came = next((one for one in journeys if one.way is Way.IN and one.peer == statement.author), None)
            if came is not None:
                name, media_type, size_bytes = came.name, came.media_type, came.size_bytes
                blob_id = came.blob_id if came.stage is Stage.WHOLE else None
        return Shown(
            element=element.id,
            statement=statement,
            digest=digest,
            name=name,
            media_type=media_type,
            size_bytes=size_bytes,
            blob_id=blob_id,
        )

    # --- on their way ---------------------------------------------------------------------------------------------
    def _attach(self, connection: Connection, peer: str, packed: Sequence[Statement]) -> tuple[Any, ...]:
        """References to the files of our papers among these facts, each with its blob."""
        found: list[AttachmentRef] = []
        self._named.clear()
        for one in packed:
            file = store.find(connection, one.element, one.says.digest) if _names_file(one) else None
            if file is not None:
                ref = self._holding.reference(connection, peer, file.blob_id, file.name, file.media_type)
                self._named[ref.id] = file.blob_id
                found.append(ref)
        return tuple(found)

    def _attached(self, connection: Connection, line: Line, sent: Sent, refs: tuple[Any, ...]) -> None:
        del line
        if refs:
            self._holding.sent(connection, sent, [(ref, self._named[ref.id]) for ref in refs])

    def _note(self, connection: Connection, officer: Officer, act: str, line: Line, detail: dict[str, Any]) -> None:
        self._record(
            connection,
            at=self._clock.now(),
            actor=officer.id,
            action=f"delegation.{act}",
            thing=line.id,
            detail={"reference": line.reference, **detail},
        )


def _names_file(statement: Statement) -> bool:
    return isinstance(statement.says, Paper) and statement.says.digest is not None
