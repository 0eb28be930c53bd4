"""An officer hands over: the node lists what is open, the officer adds what no list knows, the next one accepts.

Nobody accepts their own. Who reads a note sees of its list what they may know of; the rest is counted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from lienlac import clock, ids, limits
from lienlac.duty.alarms.alarm import sight_of
from lienlac.duty.handover.note import Item, Note
from lienlac.duty.store import alarms, handovers
from lienlac.errors import NotAllowed, Refused
from lienlac.identifiers.index.mention import Naming, gathered, of_text
from lienlac.notices.notice import About, Notice
from lienlac.notices.store import channels, queue
from lienlac.people import accounts, rights
from lienlac.people.access import store as access
from lienlac.people.rights import Action, scope_of
from lienlac.records.naming.desk import Records

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.duty.alarms.watch import Record
    from lienlac.identifiers.index.mention import Mention
    from lienlac.ids import Chance
    from lienlac.people.officer import Officer
    from lienlac.records.naming.desk import Index
    from lienlac.storage.database import Database


class OpenLine(Protocol):
    """An open request, in the shape of whoever holds the requests."""

    @property
    def request_id(self) -> str:
        """Its id."""
        ...

    @property
    def reference(self) -> str:
        """What people call it."""
        ...

    @property
    def kind(self) -> str:
        """What is asked."""
        ...

    @property
    def urgency(self) -> str:
        """How fast."""
        ...

    @property
    def state(self) -> str:
        """How it stands."""
        ...

    @property
    def direction(self) -> str:
        """`in` or `out`."""
        ...

    @property
    def due_at(self) -> datetime | None:
        """Its next deadline."""
        ...

    @property
    def due_clock(self) -> str | None:
        """Of which clock."""
        ...


class OpenRequests(Protocol):
    """Where the open requests are; the assembly hands it in."""

    def open_lines(self, officer: Officer, /, *, rows: int) -> tuple[Sequence[OpenLine], int]:
        """Open requests that the officer may know of, the one due first on top, and how many more there are."""
        ...


class HandoverDesk:
    """Hand-over notes as officers write, read and accept them."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        chance: Chance,
        requests: OpenRequests,
        record: Record,
        changed: Callable[[Connection], None],
        index: Index | None = None,
    ) -> None:
        self.naming = Records(index, handovers.handover_table.c.id, _of_index)
        self._database = database
        self._clock = clock
        self._chance = chance
        self._requests = requests
        self._record = record
        self._changed = changed

    # --- reading ---
    def draft(self, officer: Officer) -> tuple[tuple[Item, ...], int]:
        """What is open now, as a note would list it, and how much more there is."""
        rights.require(officer, Action.HANDOVER_WRITE)
        lines, left_out = self._requests.open_lines(officer, rows=limits.HANDOVER_MAX_ITEMS)
        items = [_item(line) for line in lines]
        with self._database.read() as connection:
            seen = access.in_scope(scope_of(officer), alarms.alarm_table.c.request_id)
            found = alarms.listed(connection, seen, live=True, rows=limits.PAGE_MAX_ROWS)
            failing = [channel for channel in channels.every(connection) if channel.failing]
        items += [
            Item(
                what="alarm",
                thing=alarm.request_id,
                reference=alarm.reference,
                kind=alarm.kind,
                urgency=alarm.urgency,
                state=alarm.phase.value,
                direction=alarm.direction,
                clock=alarm.clock,
                drill=alarm.drill,
            )
            for alarm in found
        ]
        items += [
            Item(what="channel", thing=channel.id, kind=channel.kind.value, state=channel.fail_code)
            for channel in failing
        ]
        kept = tuple(items[: limits.HANDOVER_MAX_ITEMS])
        return kept, left_out + len(items) - len(kept)

    def listed(self, officer: Officer, *, rows: int = limits.PAGE_DEFAULT_ROWS) -> list[Note]:
        """The newest notes."""
        rights.require(officer, Action.HANDOVER_READ)
        with self._database.read() as connection:
            return handovers.listed(connection, rows=rows)

    def waiting(self, connection: Connection, officer: Officer) -> int:
        """How many notes wait for this officer."""
        if not rights.may(officer, Action.HANDOVER_WRITE):
            return 0
        return handovers.waiting_for(connection, officer.id)

    @staticmethod
    def concerned(connection: Connection) -> frozenset[str]:
        """For whom that is another number than for all others."""
        return handovers.concerned(connection)

    def show(self, officer: Officer, note_id: str) -> Note:
        """One note. The incoming officer's first look is kept as "read". Raises `NotAllowed("not-found")`."""
        rights.require(officer, Action.HANDOVER_READ)
        with self._database.read() as connection:
            note = self._within(connection, officer, _get(connection, note_id))
        if note.read_at is None and note.waits_for(officer.id) and rights.may(officer, Action.HANDOVER_WRITE):
            now = self._clock.now()

            def work(connection: Connection) -> Note:
                handovers.set_read(connection, note_id, by=officer.id, at=now)
                self._note(connection, officer, "handover.read", note_id, {})
                return self._within(connection, officer, _get(connection, note_id))

            return self._database.write(work)
        return note

    # --- acting ---
    def write(self, officer: Officer, text: str, to: str | None = None) -> Note:
        """Hand over. `to` is a login, or None. Raises `Refused("text-…")`, `NotAllowed("handover-to-…")`."""
        rights.require(officer, Action.HANDOVER_WRITE)
        words = _checked(text)
        items, left_out = self.draft(officer)
        now = self._clock.now()

        def work(connection: Connection) -> Note:
            incoming = None if not to else _incoming(connection, officer, to)
            note = Note(
                id=ids.new_id("hov", self._chance),
                by=officer.id,
                to=None if incoming is None else incoming.id,
                text=words,
                items=items,
                left_out=left_out,
                written_at=now,
            )
            handovers.add(connection, note)
            self.naming.said(connection, note.id)
            detail = {"to": note.to, "items": len(items), "left_out": left_out}
            self._note(connection, officer, "handover.write", note.id, detail)
            if incoming is not None:
                queue.put(connection, self._notice(incoming, note.id), at=now)
            self._changed(connection)
            return note

        return self._database.write(work)

    def accept(self, officer: Officer, note_id: str, remarks: str = "") -> Note:
        """Take over. Raises `NotAllowed`: `not-found`, `handover-own`, `handover-to-other`, `handover-accepted`."""
        rights.require(officer, Action.HANDOVER_WRITE)
        words = _checked(remarks) if remarks.strip() else ""
        now = self._clock.now()

        def work(connection: Connection) -> Note:
            note = _get(connection, note_id)
            if note.by == officer.id:
                raise NotAllowed("handover-own")
            if note.to not in (None, officer.id):
                raise NotAllowed("handover-to-other")
            handovers.set_read(connection, note_id, by=officer.id, at=now)
            if not handovers.set_accepted(connection, note_id, by=officer.id, at=now, remarks=words):
                raise NotAllowed("handover-accepted")
            self.naming.said(connection, note_id)
            self._note(connection, officer, "handover.accept", note_id, {"remarks": bool(words)})
            queue.withdraw(connection, note_id, now)
            self._changed(connection)
            return self._within(connection, officer, _get(connection, note_id))

        return self._database.write(work)

    # --- inside ---
    def _within(self, connection: Connection, officer: Officer, note: Note) -> Note:
        """The note with those items that this reader may know of; how many are hidden is not told either."""
        return replace(note, items=tuple(item for item in note.items if self._may_know(connection, officer, item)))

    def _may_know(self, connection: Connection, officer: Officer, item: Item) -> bool:
        if item.what == "channel":
            return True
        return rights.may(officer, sight_of(item.kind), access.thing(connection, item.thing))

    def _notice(self, incoming: Officer, note_id: str) -> Notice:
        return Notice(
            id=ids.new_id("ntc", self._chance),
            owner=incoming.id,
            about=About.HANDOVER,
            urgency="normal",
            path=f"/duty/handovers/{note_id}",
            thing=note_id,
        )

    def _note(
        self, connection: Connection, officer: Officer, action: str, note_id: str, detail: Mapping[str, object]
    ) -> None:
        now: datetime = self._clock.now()
        self._record(connection, at=now, actor=officer.id, action=action, thing=note_id, detail=detail)


def _item(line: OpenLine) -> Item:
    return Item(
        what="request",
        thing=line.request_id,
        reference=line.reference,
        kind=line.kind,
        urgency=line.urgency,
        state=str(line.state),
        direction=line.direction,
        clock=str(line.due_clock or ""),
        due_us=None if line.due_at is None else clock.to_us(line.due_at),
        drill=bool(getattr(line, "drill", False)),
    )


def _of_index(connection: Connection, note_id: str) -> tuple[Naming, tuple[Mention, ...]] | None:
    """What a note names, in the words of who hands over and who takes over. Not everybody reads these notes."""
    note = handovers.get(connection, note_id)
    if note is None:
        return None
    naming = Naming(
        kind="handover", id=note.id, label=f"{note.written_at:%Y-%m-%d %H:%M}Z", at_us=clock.to_us(note.written_at),
        restricted=True,
    )  # fmt: skip
    return naming, gathered((*of_text(note.text), *of_text(note.remarks)))


def _get(connection: Connection, note_id: str) -> Note:
    note = handovers.get(connection, note_id)
    if note is None:
        raise NotAllowed("not-found")
    return note


def _incoming(connection: Connection, officer: Officer, login: str) -> Officer:
    found = next((one for one, _ in accounts.every(connection) if one.login == login), None)
    if found is None or not found.active or not rights.may(found, Action.HANDOVER_WRITE):
        raise NotAllowed("handover-officer", field="to", login=login[: limits.LINE_MAX_CHARS])
    if found.id == officer.id:
        raise NotAllowed("handover-own", field="to")
    return found


def _checked(text: str) -> str:
    """A note's own words, with line breaks. Raises `Refused("handover-text")`."""
    words = text.replace("\r\n", "\n").strip()
    clean = all(letter.isprintable() or letter == "\n" for letter in words)
    if not words or len(words) > limits.TEXT_MAX_CHARS or not clean:
        raise Refused("handover-text", field="text", limit_chars=limits.TEXT_MAX_CHARS)
    return words
