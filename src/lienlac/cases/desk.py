"""An officer acts on a case; `Cases` is the slice as the assembly and other slices see it.

What every shared record can do is in `shared`; here is what only a case does: closing by both, and what is held at home
before a word leaves because it depends on other words (the order of a side's own steps, the order of tasks). The
slice's own tables follow the facts in the same transaction (`projecting`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from lienlac import limits
from lienlac.cases import store
from lienlac.cases.bridge.taking.desk import Bridge
from lienlac.cases.case import whole
from lienlac.cases.entities.desk import Entities
from lienlac.cases.evidence.desk import Exhibits
from lienlac.cases.evidence.words import NOTHING
from lienlac.cases.joining.desk import Joining
from lienlac.cases.kinds import CASE_KINDS, SHAPE
from lienlac.cases.lifecycle import Step, after, follows, steps
from lienlac.cases.outside.desk import Exports, Imports
from lienlac.cases.projecting.desk import Projecting
from lienlac.cases.tasks.order import cycle
from lienlac.cases.timeline.desk import Timelines
from lienlac.cases.watch import watch_due
from lienlac.errors import NotAllowed, Refused
from lienlac.people import rights
from lienlac.people.rights import Action, scope_of
from lienlac.records.shared.desk import Say, Shared
from lienlac.records.shared.fold import Part, top_element
from lienlac.wire.bodies.cases import Case, Task, TaskStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.cases.case import Whole
    from lienlac.cases.entities.desk import Elsewhere
    from lienlac.cases.projecting.desk import Index as Written
    from lienlac.cases.store import CaseLine, TaskLine
    from lienlac.exchange.attachments.holding.desk import Holding
    from lienlac.exchange.post import ArrivalHandler, SettlementHandler
    from lienlac.people.officer import Officer
    from lienlac.records.shared.desk import Given
    from lienlac.records.shared.leaving.desk import Telling
    from lienlac.records.shared.outcome import Outcome
    from lienlac.records.shared.reading.desk import Room
    from lienlac.records.shared.store.lines import Line
    from lienlac.wire.bodies.parts import Said
    from lienlac.wire.kinds import Kind
    from lienlac.wire.message import Marks

    class Index(Written, Elsewhere, Protocol):
        """The index of identifiers: told what entities name, and asked what else names that."""


OPEN_TASKS = (TaskStatus.TODO.value, TaskStatus.DOING.value, TaskStatus.BLOCKED.value)
"""Tasks that somebody still has to do something about."""


class Cases:
    """Cases of one node. `shared` does what every shared record does."""

    kinds: tuple[Kind, ...] = CASE_KINDS

    def __init__(self, given: Given, telling: Telling, holding: Holding, *, index: Index | None = None) -> None:
        self.shared = Shared(SHAPE, given, telling)
        self.node_id = given.node_id
        self._database = given.database
        self._clock = given.clock
        self._record = given.record
        self.projecting = Projecting(self.shared.keeper, index)
        self.shared.keeper.hears.append(self.projecting.heard)
        self.shared.narrowed.append(self.projecting.seen_by)
        self.shared.guards.append(self._hold)
        self.entities = Entities(self.shared, given.database, index)
        self.bridge = Bridge(self.shared, given.database)
        self.joining = Joining(self.shared, given.database, given.clock, given.record)
        self.timelines = Timelines(self.shared, given.database)
        self.exports = Exports(
            self.shared, self.entities, self.timelines, given.database, given.record, given.clock.now
        )
        self.imports = Imports(self.shared, given.database, given.record, given.clock.now)
        self.exhibits = Exhibits(self.shared, holding, given.database, given.clock.now, given.record, given.country)

    @property
    def arrival_handlers(self) -> dict[str, list[ArrivalHandler]]:
        """By kind: a partner's message arrived."""
        return self.shared.arrivals.handlers

    @property
    def settlement_handlers(self) -> dict[str, list[SettlementHandler]]:
        """By kind: a message of ours reached its end."""
        return self.shared.arrivals.settlement_handlers

    # --- the case as a whole --------------------------------------------------------------------------------------
    def whole(self, room: Room) -> Whole:
        """What all who take part make of a case."""
        return whole(room.top, [one.node for one in room.members if one.part is Part.IN])

    def steps(self, room: Room) -> tuple[Step, ...]:
        """What our side may do about its part now."""
        own = None if room.top is None else room.top.by(self.node_id)
        return steps(Case(title_vi="-", title_en="-").status if own is None else own.status) if room.may_write else ()

    def step(
        self,
        officer: Officer,
        name: str,
        step: Step,
        *,
        closing: Said = NOTHING,
        marks: Marks | None = None,
    ) -> Outcome:
        """Pause our part, take it up, close it with a note, reopen it. Raises `NotAllowed("case-step")`, `Refused`."""
        room = self.shared.read.room(officer, name)
        if step is Step.MERGE:
            raise NotAllowed("case-step", step=step.value)  # where it goes on must be said: `joining`
        own, held = self._own(room)
        status = after(own.status, step)
        changed = msgspec.structs.replace(own, status=status, closing=closing, desired=None, merged_into=None)
        if status is not own.status and status.value == "closed":
            changed = msgspec.structs.replace(changed, hot=None, next_update=None)
        return self.change(officer, name, changed, marks or held)

    def change(self, officer: Officer, name: str, word: Case, marks: Marks) -> Outcome:
        """State our column of what the case is."""
        room = self.shared.read.room(officer, name)
        return self.shared.state(officer, name, [Say(says=word, marks=marks, element=top_element(room.line.id))])

    def _own(self, room: Room) -> tuple[Case, Marks]:
        """Our column, or one that begins with what the host calls the case. Raises `NotAllowed("not-found")`."""
        columns = {} if room.top is None else room.top.columns
        mine, hosts = columns.get(self.node_id), columns.get(room.line.host)
        known = mine or hosts
        if known is None:
            raise NotAllowed("not-found")
        if mine is not None and mine.says is not None:
            return mine.says, mine.marks
        line = room.line
        return Case(title_vi=line.title_vi, title_en=line.title_en), known.marks

    # --- what is held at home -------------------------------------------------------------------------------------
    def _hold(self, connection: Connection, line: Line, says: Sequence[Say]) -> None:
        for say in says:
            if isinstance(say.says, Case):
                self._hold_step(connection, line, say.says)
        new = {say.element: say.says for say in says if isinstance(say.says, Task)}
        if any(task.after for task in new.values()):
            self._hold_order(connection, line, new)

    def _hold_step(self, connection: Connection, line: Line, word: Case) -> None:
        element = self.shared.keeper.facts.element(connection, line.id, top_element(line.id))
        before = None if element is None else element.by(self.node_id)
        if not follows(None if before is None else before.status, word.status):
            raise NotAllowed("case-step", step=word.status.value, field="status")
        self.joining.hold(connection, line, before, word)

    @staticmethod
    def _hold_order(connection: Connection, line: Line, new: Mapping[str, Task]) -> None:
        order: dict[str, tuple[str, ...]] = dict(store.order_of(connection, line.id, limits.CASE_TASKS_MAX))
        unknown = {one for task in new.values() for one in task.after} - order.keys() - new.keys()
        if unknown:
            raise Refused("case-reference", field="after")
        for element, task in new.items():
            order[element] = tuple({*order.get(element, ()), *task.after})
        if cycle(order):
            raise Refused("case-task-cycle", field="after")

    # --- tasks of all cases ---------------------------------------------------------------------------------------
    def tasks(
        self, officer: Officer, *, mine: bool = False, ours: bool = True, statuses: Sequence[str] = OPEN_TASKS
    ) -> list[TaskLine]:
        """Tasks of all cases that the officer may know of, the first due first; `mine`: given to this officer."""
        rights.require(officer, Action.CASE_READ)
        with self._database.read() as connection:
            return store.tasks(
                connection,
                scope_of(officer),
                statuses=statuses,
                owner=self.node_id if ours else "",
                assignee=officer.name if mine else "",
                rows=limits.CASE_DUE_SHOWN,
            )

    def now(self) -> datetime:
        """The node's present instant."""
        return self._clock.now()

    def lines(self, record_ids: Sequence[str]) -> dict[str, CaseLine]:
        """What cases are to the watch, of those that an officer has found."""
        with self._database.read() as connection:
            found = {one: store.line(connection, one) for one in record_ids}
        return {name: line for name, line in found.items() if line is not None}

    # --- time passed ----------------------------------------------------------------------------------------------
    def watch_hot(self, connection: Connection, now: datetime) -> tuple[str, ...]:
        """Tell the duty desk what is due about hot cases; the cases that were told of."""
        return watch_due(connection, now, self._record)

    def watch(self) -> bool:
        """Let go what is due for members, write down what files have done; False when nothing was."""
        moved = self.exhibits.step()
        return self.shared.watch() or moved
