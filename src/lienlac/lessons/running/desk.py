"""An officer runs a lesson's checklist, perhaps in a case: step by step, and at the end what it was worth.

A run is kept on this node only. What becomes of it in the lesson is a `use`: results of steps, usefulness, a note; the
case is named in it only to members of the lesson who all take part in that case (clause 24.2).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from lienlac import ids, limits
from lienlac.errors import NotAllowed
from lienlac.lessons import store
from lienlac.lessons.shape import SHAPE
from lienlac.people import rights
from lienlac.people.rights import Action, scope_of
from lienlac.records.shared.desk import Say
from lienlac.records.shared.fold import Part
from lienlac.wire.bodies.lessons import Result, Step, StepResult, Use

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import Connection

    from lienlac.lessons.store import Run
    from lienlac.people.officer import Officer
    from lienlac.records.shared.desk import Given, Shared
    from lienlac.records.shared.fold import Element
    from lienlac.records.shared.outcome import Outcome
    from lienlac.records.shared.reading.desk import Room
    from lienlac.records.shared.store.lines import Line
    from lienlac.wire.bodies.parts import Said
    from lienlac.wire.message import Marks


class Cases(Protocol):
    """What lessons ask of cases, wired by the assembly."""

    def require(self, connection: Connection, officer: Officer, thing: str, /) -> str:
        """The case's id, for an officer who may read it. Raises `NotAllowed("not-found")`."""
        ...

    def closed(self, connection: Connection, thing: str, /) -> bool:
        """Whether this side has closed the case."""
        ...

    def members(self, connection: Connection, thing: str, /) -> frozenset[str]:
        """Nodes that take part in the case."""
        ...

    def known_by(self, connection: Connection, thing: str, /) -> Sequence[str]:
        """Names, values and references by which the case is known."""
        ...


class NoCases:
    """Where a node has no cases wired: none exists."""

    def require(self, _connection: Connection, _officer: Officer, _thing: str, /) -> str:
        """Raises `NotAllowed("not-found")`."""
        raise NotAllowed("not-found")

    def closed(self, _connection: Connection, _thing: str, /) -> bool:
        """None is."""
        return False

    def members(self, _connection: Connection, _thing: str, /) -> frozenset[str]:
        """Nobody."""
        return frozenset()

    def known_by(self, _connection: Connection, _thing: str, /) -> Sequence[str]:
        """Nothing."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """A run with the steps as they stand now, in their order."""

    room: Room
    run: Run
    steps: Sequence[tuple[Element, Step]]

    @property
    def left(self) -> int:
        """Steps that must be done, or left out with a word, and have not been."""
        ticked = {one.step for one in self.run.results}
        return sum(1 for element, step in self.steps if element.id not in ticked and not step.optional)


class Node(Protocol):
    """Where the cases of this node are found."""

    cases: Cases


class Running:
    """Runs of the checklists of one node's lessons."""

    def __init__(self, shared: Shared, given: Given, node: Node) -> None:
        self._shared = shared
        self._node = node
        self._keeper = shared.keeper
        self._database = given.database
        self._clock = given.clock
        self._chance = given.chance
        self._record = given.record
        self._find = shared.read.found

    def begin(self, officer: Officer, name: str, thing: str = "") -> Run:
        """Run the checklist, perhaps in a case. Raises `NotAllowed`: `not-found`, `lesson-no-steps`, `lesson-runs`."""

        def work(connection: Connection) -> Run:
            line, _thing = self._find(connection, officer, SHAPE.rights.writes, name)
            found = self._node.cases.require(connection, officer, thing) if thing else ""
            if not store.content_ids(connection, line.id, ("step",)):
                raise NotAllowed("lesson-no-steps")
            if store.count_runs(connection, line.id) >= limits.LESSON_RUNS_MAX:
                raise NotAllowed("lesson-runs", limit=limits.LESSON_RUNS_MAX)
            run = store.Run(
                id=ids.new_id("run", self._chance), record_id=line.id, thing=found, officer_id=officer.id,
                started_at=self._clock.now(),
            )  # fmt: skip
            store.add_run(connection, run)
            self._note(connection, officer, "run", line, {"run": run.id})
            return run

        return self._database.write(work)

    def tick(self, officer: Officer, run_id: str, step: str, result: Result, note: str = "", *, of: str = "") -> Run:
        """How a step went; said again, it replaces. `of`: the lesson under which the run was asked for.

        Raises `NotAllowed("not-found" | "lesson-run-over")`, `Refused`.
        """

        def work(connection: Connection) -> Run:
            run, line = self._run(connection, officer, run_id, SHAPE.rights.writes, of)
            if run.ended_at is not None:
                raise NotAllowed("lesson-run-over")
            if step not in store.content_ids(connection, line.id, ("step",)):
                raise NotAllowed("not-found")
            said = StepResult(step=step, result=result, note=note.strip()[: limits.TEXT_MAX_CHARS])
            changed = replace(run, results=(*(one for one in run.results if one.step != step), said))
            store.change_run(connection, changed)
            self._keeper.tell(connection, line.id)
            return changed

        return self._database.write(work)

    def finish(
        self, officer: Officer, run_id: str, *, useful: int | None, note: Said, used_on: date, marks: Marks,
        with_notes: bool = False, of: str = "",
    ) -> Outcome:  # fmt: skip
        """The run is over: its results go back into the lesson, as a use of it.

        The case is named to members of the lesson only where all of them take part in it. Notes on steps stay here
        unless `with_notes`. Raises `NotAllowed("not-found" | "lesson-run-over")`, `Refused`.
        """

        def work(connection: Connection) -> Outcome:
            run, line = self._run(connection, officer, run_id, SHAPE.rights.writes, of)
            if run.ended_at is not None:
                raise NotAllowed("lesson-run-over")
            results = run.results if with_notes else tuple(msgspec.structs.replace(one, note="") for one in run.results)
            case = run.thing if run.thing and self._together(connection, line, run.thing) else None
            word = Use(used_on=used_on.isoformat(), usefulness=useful, results=results, note=note, case=case)
            # whoever joins later may not know of the case: a use that names it is for those who take part now
            audience = None if case is None else frozenset(self._keeper.others(connection, line))
            said = self._shared.say(connection, officer, line, [Say(says=word, marks=marks, audience=audience)])
            ended = replace(run, ended_at=self._clock.now(), element=said.statements[0].element)
            store.change_run(connection, ended)
            self._note(connection, officer, "use", line, {"run": run.id, "element": ended.element})
            return said

        return self._database.write(work)

    def checklist(self, officer: Officer, run_id: str, *, of: str = "") -> Checklist:
        """A run with its steps. Raises `NotAllowed("not-found")`."""
        with self._database.read() as connection:
            run, line = self._run(connection, officer, run_id, SHAPE.rights.reads, of)
        return Checklist(room=self._shared.read.room(officer, line.id), run=run, steps=self.steps(officer, line.id))

    def steps(self, officer: Officer, name: str) -> list[tuple[Element, Step]]:
        """The checklist in its order. Raises `NotAllowed("not-found")`."""
        rights.require(officer, Action.LESSON_READ)
        found = self._shared.read.elements(officer, name, "step", rows=limits.LESSON_STEPS_MAX)
        steps = [(one, one.standing[-1].says) for one, _at in found if one.standing]
        return sorted(steps, key=lambda pair: (pair[1].number, pair[0].id))

    def runs(self, officer: Officer, name: str) -> list[Run]:
        """Runs of a lesson on this node, the newest first. Raises `NotAllowed("not-found")`."""
        with self._database.read() as connection:
            line, _thing = self._find(connection, officer, SHAPE.rights.reads, name)
            return store.runs(connection, line.id, rows=limits.PAGE_MAX_ROWS)

    def runs_in(self, officer: Officer, thing: str) -> list[tuple[Run, Any]]:
        """Checklists that were run in a case which the officer may read, with their lessons."""
        rights.require(officer, Action.LESSON_READ)
        with self._database.read() as connection:
            found = self._node.cases.require(connection, officer, thing)
            return store.runs_in(connection, scope_of(officer), found)

    def offered(self, officer: Officer, typologies: Sequence[str]) -> list[Any]:
        """Lessons with a checklist in which this side takes part, in use; those about these kinds of crime first."""
        rights.require(officer, Action.LESSON_WRITE)
        with self._database.read() as connection:
            return store.with_steps(connection, scope_of(officer), typologies)

    def _together(self, connection: Connection, line: Line, thing: str) -> bool:
        """Whether everybody who takes part in the lesson takes part in the case as well."""
        inside = {one.node for one in self._keeper.members(connection, line) if one.part is Part.IN}
        return inside <= self._node.cases.members(connection, thing)

    def _run(
        self, connection: Connection, officer: Officer, run_id: str, action: Action, of: str = ""
    ) -> tuple[Run, Line]:
        run = store.find_run(connection, run_id)
        if run is None:
            raise NotAllowed("not-found")
        line, _thing = self._find(connection, officer, action, run.record_id)
        if of not in ("", line.id, line.reference):
            raise NotAllowed("not-found")
        if run.thing:
            self._node.cases.require(connection, officer, run.thing)
        return run, line

    def _note(self, connection: Connection, officer: Officer, act: str, line: Line, detail: dict[str, Any]) -> None:
        self._record(
            connection, at=self._clock.now(), actor=officer.id, action=f"lesson.{act}", thing=line.id,
            detail={"reference": line.reference, **detail},
        )  # fmt: skip
