"""Who may plan drills does: one or several, takes one back, and sees what became of each.

Whoever holds the requests is handed in: it opens the test request and tells what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from lienlac import ids, limits
from lienlac.duty.drills.drill import Draft, Drill, Run, State, check, moment, windows
from lienlac.duty.store import drills as store
from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.people import accounts, rights
from lienlac.people.rights import Action
from lienlac.vocabulary import urgencies

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.duty.alarms.watch import Record
    from lienlac.duty.oncall.watch import Agreements
    from lienlac.ids import Chance
    from lienlac.people.officer import Officer
    from lienlac.storage.database import Database

ENDED: Final = (State.SENT, State.FAILED)
"""What left or should have left: of one that was planned and taken back, only whoever plans needs to know."""
NODE = "node"
"""Who sends a drill when its moment has come; it was planned by an officer, who is named in it."""


class Ran(Protocol):
    """What became of a request, in the shape of whoever holds the requests; fields as in `drill.Run`."""

    @property
    def reference(self) -> str:
        """What people call it."""
        ...

    @property
    def state(self) -> str:
        """How it stands."""
        ...

    @property
    def sent_at(self) -> datetime:
        """When it left."""
        ...

    @property
    def received_at(self) -> datetime | None:
        """When the partner's node had it."""
        ...

    @property
    def acknowledged_at(self) -> datetime | None:
        """When an officer said that they have it."""
        ...

    @property
    def acknowledged_by(self) -> str:
        """Who said so."""
        ...


class Tests(Protocol):
    """What drills ask whoever holds the requests."""

    def open_drill(self, officer: Officer, peer: str, urgency: str, key: str, /) -> str:
        """Send a test request as this officer, once for each key; its id. Raises `NotAllowed`, `Refused`."""
        ...

    def run(self, connection: Connection, request_id: str, /) -> Ran | None:
        """What became of it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A drill with what became of it, once it was sent; `by` is the name of who planned it."""

    drill: Drill
    run: Run | None
    by: str


class DrillDesk:
    """Drills of one node."""

    def __init__(
        self,
        *,
        tests: Tests | None,
        agreements: Agreements,
        database: Database,
        clock: Clock,
        chance: Chance,
        record: Record,
        changed: Callable[[Connection], None],
    ) -> None:
        self._tests = tests
        self._agreements = agreements
        self._database = database
        self._clock = clock
        self._chance = chance
        self._record = record
        self._changed = changed

    def listed(self, officer: Officer) -> list[Seen]:
        """What became of those that were sent or failed, and to whoever manages drills also the planned ones.

        A planned one tests those who may read results; when exactly it comes is told to nobody.
        """
        rights.require(officer, Action.DRILL_READ)
        manages = rights.may(officer, Action.DRILL_MANAGE)
        with self._database.read() as connection:
            names = accounts.names(connection)
            return [
                Seen(
                    drill=drill,
                    run=self._run(connection, drill.request_id),
                    by=names.get(drill.by, ""),
                )
                for drill in store.listed(connection, limits.PAGE_MAX_ROWS)
                if manages or drill.state in ENDED
            ]

    def peers(self, officer: Officer) -> list[str]:
        """Partners with an agreement in force."""
        rights.require(officer, Action.DRILL_MANAGE)
        with self._database.read() as connection:
            known = [peer.node_id for peer in self._agreements.peers(connection)]
            return [peer for peer in known if self._agreements.terms_in_force(connection, peer) is not None]

    def plan(self, officer: Officer, draft: Draft) -> list[Drill]:
        """Plan them, all or none.

        Raises `Refused("drill-window" | "drill-times" | "choice-invalid")`, `NotAllowed("no-agreement" |
        "too-many-drills")`.
        """
        rights.require(officer, Action.DRILL_MANAGE)
        now = self._clock.now()
        check(draft, now)
        if draft.urgency not in urgencies.codes():
            raise Refused("choice-invalid", field="urgency", value=draft.urgency[:40])
        planned = [self._drawn(officer, draft, *window) for window in windows(draft)]

        def work(connection: Connection) -> list[Drill]:
            if self._agreements.terms_in_force(connection, draft.peer) is None:
                raise NotAllowed("no-agreement", field="peer", peer=draft.peer)
            if store.planned_count(connection) + len(planned) > limits.DRILLS_PLANNED_MAX:
                raise NotAllowed("too-many-drills", limit=limits.DRILLS_PLANNED_MAX)
            for drill in planned:
                store.add(connection, drill, now)
                self._write(connection, officer.id, "drill.plan", drill)
            self._changed(connection)
            return planned

        return self._database.write(work)

    def cancel(self, officer: Officer, drill_id: str) -> None:
        """Take a planned one back. Raises `NotAllowed("not-found")` when it is planned no longer."""
        rights.require(officer, Action.DRILL_MANAGE)

        def work(connection: Connection) -> None:
            at = self._clock.now()
            if not store.settle(connection, drill_id, State.CANCELLED, at=at, request_id=None, code=None):
                raise NotAllowed("not-found")
            self._record(connection, at=at, actor=officer.id, action="drill.cancel", thing=drill_id)
            self._changed(connection)

        self._database.write(work)

    def send_due(self, now: datetime) -> int:
        """Send those whose moment has come; each by itself. How many there were."""
        with self._database.read() as connection:
            waiting = store.due(connection, now, limits.DRILLS_AT_ONCE)
        for drill in waiting:
            self._send(drill, now)
        return len(waiting)

    # --- inside ---
    def _run(self, connection: Connection, request_id: str | None) -> Run | None:
        ran = None if request_id is None or self._tests is None else self._tests.run(connection, request_id)
        if ran is None:
            return None
        return Run(
            reference=ran.reference,
            state=ran.state,
            sent_at=ran.sent_at,
            received_at=ran.received_at,
            acknowledged_at=ran.acknowledged_at,
            acknowledged_by=ran.acknowledged_by,
        )

    def _drawn(self, officer: Officer, draft: Draft, begins: datetime, ends: datetime) -> Drill:
        return Drill(
            id=ids.new_id("drl", self._chance),
            peer=draft.peer,
            urgency=draft.urgency,
            begins=begins,
            ends=ends,
            due_at=moment(begins, ends, self._chance.token(8)),
            by=officer.id,
            state=State.PLANNED,
        )

    def _send(self, drill: Drill, now: datetime) -> None:
        """As the officer who planned it, if they still may; the same key after a crash sends nothing twice."""
        try:
            with self._database.read() as connection:
                officer = accounts.get(connection, drill.by)
            rights.require(officer, Action.DRILL_MANAGE)
            if self._tests is None:
                raise NotAllowed("drill-kind", peer=drill.peer)
            request_id = self._tests.open_drill(officer, drill.peer, drill.urgency, drill.id)
        except LienlacError as error:
            if error.code.startswith("storage-"):
                raise  # the disk or the database: the next step tries again
            self._settle(drill, now, State.FAILED, code=error.code)
        else:
            self._settle(drill, now, State.SENT, request_id=request_id)

    def _settle(
        self, drill: Drill, now: datetime, state: State, *, request_id: str | None = None, code: str | None = None
    ) -> None:

        def work(connection: Connection) -> None:
            if store.settle(connection, drill.id, state, at=now, request_id=request_id, code=code):
                self._write(connection, NODE, f"drill.{state.value}", drill, code=code, request=request_id)
                self._changed(connection)

        self._database.write(work)

    def _write(self, connection: Connection, actor: str, action: str, drill: Drill, **more: str | None) -> None:
        window = {"from": drill.begins.isoformat(), "until": drill.ends.isoformat()}
        known = {name: value for name, value in more.items() if value is not None}
        detail = {"peer": drill.peer, "urgency": drill.urgency, **window, **known}
        self._record(connection, at=self._clock.now(), actor=actor, action=action, thing=drill.id, detail=detail)
