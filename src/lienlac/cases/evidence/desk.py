"""An officer takes an exhibit in, reads its file, has it checked; the node carries files to members and checks them.

Each of these is an entry of the chain of custody, stated like any other word, so that both sides have it: what an
officer does under their name before any byte is handed out, what the node does under its own. Our own exhibits are
announced to whoever may have the exhibit; entries about a partner's exhibit go to that partner.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from lienlac import clock, limits
from lienlac.cases import store
from lienlac.cases.evidence.words import ASKED_AGAIN, NEVER_CAME, NOTHING, carried_over, entry, exhibit_number
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange.attachments.journey import Stage, Way
from lienlac.people.rights import Action, may, require, scope_of
from lienlac.records.shared.desk import Say
from lienlac.records.shared.keeping.desk import NODE_OFFICER, require_in
from lienlac.records.shared.store import lines
from lienlac.wire.bodies.cases import Act, Evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection

    from lienlac.cases.store import CaseFile, DamagedFile
    from lienlac.exchange.attachments.holding.desk import Holding
    from lienlac.exchange.attachments.store import Attachment, Upload
    from lienlac.exchange.post import Sent
    from lienlac.people.officer import Officer
    from lienlac.records.shared.desk import Shared
    from lienlac.records.shared.fold import Element, Statement
    from lienlac.records.shared.outcome import Outcome
    from lienlac.records.shared.store.lines import Line
    from lienlac.storage.blobs.reading import Reader
    from lienlac.storage.database import Database
    from lienlac.wire.bodies.parts import AttachmentRef, Said
    from lienlac.wire.message import Marks

_EVERY: Final = timedelta(seconds=limits.CASE_CHECK_EVERY_S)
BY_HAND: Final = frozenset(
    {Act.ACQUIRED, Act.ACCESSED, Act.COPIED, Act.TRANSFERRED, Act.RECEIVED, Act.RETURNED, Act.DESTROYED}
)
"""What officers may write of what they did outside the node; what a check found, only a check says."""


class Exhibits:
    """Exhibits of cases. `clock` gives the present, `country` begins our numbers."""

    def __init__(
        self, shared: Shared, holding: Holding, database: Database, now: Any, record: Any, country: str
    ) -> None:
        self._shared = shared
        self._keeper = shared.keeper
        self._holding = holding
        self._database = database
        self._now = now
        self._record = record
        self._country = country
        self.node_id = shared.node_id
        self._named: dict[str, tuple[str, str]] = {}
        """Of the message that is being made: exhibit and blob of each reference. One writer at a time makes one."""
        self._keeper.names_files = _names_file
        self._keeper.attach = self._attach
        self._keeper.attached = self._attached
        shared.completes = self._complete

    # --- taking in ------------------------------------------------------------------------------------------------
    def add(self, officer: Officer, name: str, word: Evidence, marks: Marks, *, upload: str = "") -> Outcome:
        """Take an exhibit in, with the file from the officer's tray if there is one.

        Raises `NotAllowed`: `not-found`, `upload-unknown`, `upload-held`; `Refused` for what may not be said.
        """

        def work(connection: Connection) -> Outcome:
            line, _thing = self._shared.read.found(connection, officer, Action.CASE_WRITE, name)
            require_in(line)
            first = self._shared.say(connection, officer, line, [Say(says=word, marks=marks)]) if not upload else None
            if first is None:
                first = self._with_file(connection, officer, line, word, marks, upload)
            element = first.statements[0].element
            said = entry(
                element,
                Act.ACQUIRED,
                word.acquired_at,
                officer,
                digest=first.statements[0].says.digest,
                place=word.place,
            )
            second = self._shared.say(connection, officer, first.line, [Say(says=said, marks=marks)])
            self._note(connection, officer, "acquire", line, {"element": element})
            return type(first)(
                line=second.line,
                statements=(*first.statements, *second.statements),
                waits=(*first.waits, *second.waits),
            )

        return self._database.write(work)

    def _with_file(
        self, connection: Connection, officer: Officer, line: Line, word: Evidence, marks: Marks, upload: str
    ) -> Outcome:
        element = self._keeper.new_element("evidence")
        held = self._holding.take(connection, officer, upload, element)
        named = {
            "digest": held.digest,
            "size_bytes": held.size_bytes,
            "file_name": held.name,
            "media_type": held.media_type,
        }
        full = msgspec.structs.replace(word, **named)
        made = store.CaseFile(
            record_id=line.id,
            element=element,
            digest=held.digest,
            name=held.name,
            media_type=held.media_type,
            size_bytes=held.size_bytes,
            blob_id=held.blob_id,
            check_us=clock.to_us(self._now() + _EVERY),
        )
        store.put_file(connection, made)
        return self._shared.say(connection, officer, line, [Say(says=full, marks=marks, element=element)])

    def _complete(self, connection: Connection, line: Line, say: Say) -> Say:
        """A running number for a new exhibit of ours, and what no form shows."""
        if say.says is None:
            return say
        known = self._keeper.facts.element(connection, line.id, say.element) if say.element else None
        says = carried_over(say.says, None if known is None else known.by(self.node_id))
        if isinstance(says, Evidence) and not says.exhibit:
            number = store.next_exhibit(connection, line.id)
            if number > limits.CASE_EXHIBIT_NUMBER_MAX:
                raise Refused("shared-full", limit=limits.CASE_EXHIBIT_NUMBER_MAX)
            says = msgspec.structs.replace(says, exhibit=exhibit_number(self._country, number))
        return say if says is say.says else replace(say, says=says)

    def tray(self, officer: Officer) -> list[Upload]:
        """What the officer has put in and not used."""
        return self._holding.tray(officer)

    def pieces_of(self, officer: Officer, upload: str) -> Callable[[], Iterator[bytes]]:
        """The content of a file of the officer's own tray, anew at each call. Raises `NotAllowed("upload-unknown")`."""
        return self._holding.pieces_of(officer, upload)

    # --- reading and checking -------------------------------------------------------------------------------------
    def files(self, officer: Officer, name: str, elements: Sequence[str]) -> dict[str, CaseFile]:
        """The files of these exhibits, and what the last check found."""
        with self._database.read() as connection:
            line, _thing = self._shared.read.found(connection, officer, Action.CASE_READ, name)
            return store.files(connection, line.id, elements)

    def coming(self, officer: Officer, name: str, files: Iterable[CaseFile]) -> dict[str, Attachment]:
        """By exhibit: how far its file has come, of those that are not here; what was not announced is left out."""
        missing = {one.element: one.digest for one in files if one.blob_id is None}
        with self._database.read() as connection:
            line, _thing = self._shared.read.found(connection, officer, Action.CASE_READ, name)
            found = self._holding.coming(connection, line.id, missing.values())
        return {element: found[digest] for element, digest in missing.items() if digest in found}

    def open(self, officer: Officer, name: str, element: str) -> tuple[CaseFile, Reader]:
        """Open the file of an exhibit; the entry of the chain of custody is written first, and leaves.

        Raises `NotAllowed`: `not-found`, `shared-no-part`, `attachment-not-here`, `attachment-held`, `blob-damaged`.
        """
        file, reader = self._opened(officer, name, element)
        try:
            self._write_entry(officer, name, element, Act.ACCESSED, digest=file.digest)
        except BaseException:
            reader.close()
            raise
        return file, reader

    def _opened(self, officer: Officer, name: str, element: str) -> tuple[CaseFile, Reader]:
        with self._database.read() as connection:
            line, thing = self._shared.read.found(connection, officer, Action.CASE_WRITE, name)
            require(officer, Action.ATTACHMENT_READ, thing)
            file = store.file(connection, line.id, element)
        if file is None:
            raise NotAllowed("not-found")
        if file.blob_id is None:
            raise NotAllowed("attachment-not-here")
        if file.whole == 0:  # it would break off in the middle
            raise NotAllowed("blob-damaged", blob=file.blob_id)
        return file, self._holding.open(file.blob_id)

    def check(self, officer: Officer, name: str, element: str) -> bool:
        """Read the whole file again and compare; both sides have what was found.

        Raises `NotAllowed`: `not-found`, `attachment-not-here`.
        """
        with self._database.read() as connection:
            line, _thing = self._shared.read.found(connection, officer, Action.CASE_WRITE, name)
            file = store.file(connection, line.id, element)
        if file is None:
            raise NotAllowed("not-found")
        if file.blob_id is None:
            raise NotAllowed("attachment-not-here")
        found = self._holding.digest_of(file.blob_id)
        whole = found == file.digest
        self._found(file, whole=whole)
        act = Act.CHECKED if whole else Act.DAMAGED
        self._write_entry(officer, name, element, act, digest=found or None)
        return whole

    def fetch_again(self, officer: Officer, name: str, element: str) -> Outcome:
        """Ask the author again for a file that is damaged here, or never came whole; both chains of custody say so.

        Raises `NotAllowed`: `not-found`, `shared-no-part`, `attachment-not-possible` for a whole one, one that is on
        its way, and one of ours.
        """

        def work(connection: Connection) -> Outcome:
            line, thing = self._shared.read.found(connection, officer, Action.CASE_WRITE, name)
            require(officer, Action.ATTACHMENT_READ, thing)
            require_in(line)
            file = store.file(connection, line.id, element)
            exhibit = self._keeper.facts.element(connection, line.id, element)
            if file is None or exhibit is None:
                raise NotAllowed("not-found")
            if file.blob_id is None:  # it may have come whole in this moment
                sound = self._holding.arrived(connection, line.id, file.digest) is not None
            else:
                sound = file.whole != 0
            if sound or self.node_id in exhibit.columns:
                raise NotAllowed("attachment-not-possible")
            if self._holding.ask_again(connection, line.id, file.digest) is None:
                raise NotAllowed("attachment-not-possible")
            if file.blob_id is not None:
                self._holding.release(connection, file.blob_id, element)
            store.checked(connection, file, blob_id=None, whole=None, checked_us=None, check_us=None)
            why = NEVER_CAME if file.blob_id is None else ASKED_AGAIN
            said = entry(element, Act.DAMAGED, self._now(), officer, text=why)
            marks, audience = self._for_whom(exhibit)
            outcome = self._shared.say(connection, officer, line, [Say(says=said, marks=marks, audience=audience)])
            self._note(connection, officer, "custody", line, {"element": element, "act": "again"})
            return outcome

        return self._database.write(work)

    def write_down(
        self, officer: Officer, name: str, element: str, act: Act, *, text: Said, place: str = "", to: str | None = None
    ) -> Outcome:
        """What an officer did with an exhibit outside the node. Raises `Refused("choice-unknown")`, `NotAllowed`."""
        if act not in BY_HAND:
            raise Refused("choice-unknown", field="act")
        return self._write_entry(officer, name, element, act, text=text, place=place, to=to)

    def _write_entry(
        self,
        officer: Officer,
        name: str,
        element: str,
        act: Act,
        *,
        digest: str | None = None,
        text: Said = NOTHING,
        place: str = "",
        to: str | None = None,  # frozen
    ) -> Outcome:
        def work(connection: Connection) -> Outcome:
            line, _thing = self._shared.read.found(connection, officer, Action.CASE_WRITE, name)
            require_in(line)
            exhibit = self._keeper.facts.element(connection, line.id, element)
            if exhibit is None or exhibit.kind != "evidence":
                raise NotAllowed("not-found")
            said = entry(element, act, self._now(), officer, digest=digest, text=text, place=place, to=to)
            marks, audience = self._for_whom(exhibit)
            outcome = self._shared.say(connection, officer, line, [Say(says=said, marks=marks, audience=audience)])
            self._note(connection, officer, "custody", line, {"element": element, "act": act.value})
            return outcome

        return self._database.write(work)

    def _for_whom(self, exhibit: Element) -> tuple[Marks, frozenset[str] | None]:
        """An entry is handled as its exhibit, and goes to whoever may have that; of a partner's, to that partner."""
        mine = exhibit.columns.get(self.node_id)
        if mine is not None:
            return mine.marks, mine.audience
        theirs = exhibit.standing[0] if exhibit.standing else next(iter(exhibit.columns.values()))
        return theirs.marks, frozenset({theirs.author})

    def _note(self, connection: Connection, officer: Officer, act: str, line: Line, detail: dict[str, Any]) -> None:
        self._record(
            connection,
            at=self._now(),
            actor=officer.id,
            action=f"case.{act}",
            thing=line.id,
            detail={"reference": line.reference, **detail},
        )

    # --- files on their way ---------------------------------------------------------------------------------------
    def _attach(self, connection: Connection, peer: str, packed: Sequence[Statement]) -> tuple[Any, ...]:
        """References to the files of our exhibits among these facts, each with its blob."""
        found: list[AttachmentRef] = []
        self._named.clear()
        for one in packed:
            if not _names_file(one):
                continue
            file = store.file_of(connection, one.element, one.says.digest)
            if file is not None and file.blob_id is not None:
                ref = self._holding.reference(connection, peer, file.blob_id, file.name, file.media_type)
                self._named[ref.id] = one.element, file.blob_id
                found.append(ref)
        return tuple(found)

    def _attached(self, connection: Connection, line: Line, sent: Sent, refs: tuple[Any, ...]) -> None:
        for ref in refs:
            store.put_transfer(connection, ref.id, line.id, self._named[ref.id][0])
        self._holding.sent(connection, sent, [(ref, self._named[ref.id][1]) for ref in refs])

    # --- time passed ----------------------------------------------------------------------------------------------
    def step(self) -> bool:
        """Write down what has come whole, here or there; False when nothing has."""
        with self._database.read() as connection:
            waiting = store.to_arrive(connection, 1) or store.transfers(connection, 1)
        return bool(waiting) and self._database.write(self._arrived)

    def _arrived(self, connection: Connection) -> bool:
        done = False
        for file in store.to_arrive(connection, limits.RECORD_LOOK_FACTS):
            came = self._holding.arrived(connection, file.record_id, file.digest)
            if came is None or came.blob_id is None:
                continue
            self._holding.hold(connection, came.blob_id, file.element)
            due = clock.to_us(self._now() + _EVERY)
            store.checked(connection, file, blob_id=came.blob_id, check_us=due, checked_us=came.done_us, whole=1)
            self._node_entry(connection, file.record_id, file.element, Act.RECEIVED, digest=file.digest)
            done = True
        for attachment, record_id, element in store.transfers(connection, limits.RECORD_LOOK_FACTS):
            file_there = store.file(connection, record_id, element)
            journeys = [] if file_there is None else self._holding.of_record(connection, record_id, file_there.digest)
            one = next((each for each in journeys if each.attachment_id == attachment), None)
            if one is None or one.way is not Way.OUT or one.stage not in {Stage.WHOLE, Stage.DROPPED}:
                continue
            if one.stage is Stage.WHOLE:
                self._node_entry(connection, record_id, element, Act.TRANSFERRED, digest=one.digest, to=one.peer)
            store.drop_transfer(connection, attachment)
            done = True
        return done

    def check_due(self, now: datetime) -> bool:
        """Read some files again whose check is due, and say aloud what is damaged; False when none was due."""
        with self._database.read() as connection:
            due = store.to_check(connection, clock.to_us(now), limits.CASE_CHECK_STEP_FILES)
        for file in due:
            try:
                whole = self._holding.digest_of(file.blob_id or "") == file.digest
            except NotAllowed as error:
                if error.code == "attachment-held":  # under lock: nobody reads it, and nothing is known of it
                    self._later(file)
                    continue
                whole = False
            self._found(file, whole=whole)
            if not whole and file.whole != 0:
                self._database.write(partial(self._damaged, file))
        return bool(due)

    def _damaged(self, file: CaseFile, connection: Connection) -> None:
        self._node_entry(connection, file.record_id, file.element, Act.DAMAGED)

    def _found(self, file: CaseFile, *, whole: bool) -> None:
        """What is damaged keeps the instant at which that was found first."""
        at_us = clock.to_us(self._now())
        known = None if whole or file.whole != 0 else file.checked_us
        values = {"checked_us": known or at_us, "whole": int(whole), "check_us": clock.to_us(self._now() + _EVERY)}
        self._database.write(lambda connection: store.checked(connection, file, **values))

    def _later(self, file: CaseFile) -> None:
        due = clock.to_us(self._now() + _EVERY)
        self._database.write(lambda connection: store.checked(connection, file, check_us=due))

    def damaged(self, connection: Connection, officer: Officer) -> list[DamagedFile]:
        """Files of exhibits found damaged here of late, of cases that the officer may know of, the newest first."""
        if not may(officer, Action.CASE_READ):
            return []
        since = clock.to_us(self._now() - timedelta(days=limits.CASE_DAMAGE_TOLD_DAYS))
        return store.damaged(connection, scope_of(officer), since, limits.CASE_DUE_SHOWN)

    def _node_entry(
        self,
        connection: Connection,
        record_id: str,
        element: str,
        act: Act,
        *,
        digest: str | None = None,
        to: str | None = None,
    ) -> None:
        """What the node itself did; it stays here where our part has ended."""
        line = lines.find(connection, record_id)
        exhibit = None if line is None else self._keeper.facts.element(connection, record_id, element)
        if line is None or exhibit is None:
            return
        marks, audience = self._for_whom(exhibit)
        said = entry(element, act, self._now(), None, digest=digest, to=to)
        statement = self._keeper.statement(said, marks, officer=NODE_OFFICER, audience=audience)
        line, placed = self._keeper.keep(connection, line, [statement])
        self._keeper.route(connection, line, placed)
        self._keeper.wake_after(connection)


def _names_file(statement: Statement) -> bool:
    says = statement.says
    return isinstance(says, Evidence) and says.digest is not None
