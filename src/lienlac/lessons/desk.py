"""An officer acts on a lesson: draws one from a closed case, reviews what colleagues wrote.

What is common to shared records is done by `Shared`. Two things are held here that nobody can pass by, whichever door
they come through: a text in which something of a case stands is not kept; and nothing that this side wrote leaves
before an officer who did not write it has read it (clauses 24.3, 24.4).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.lessons import store
from lienlac.lessons.rules import reviewing, sanitising
from lienlac.lessons.rules.counting import Usefulness, usefulness
from lienlac.lessons.running.desk import Cases, NoCases, Running
from lienlac.lessons.shape import SHAPE
from lienlac.people import rights
from lienlac.people.rights import Action, scope_of
from lienlac.records.shared.desk import Say, Shared
from lienlac.records.shared.fold import derived, top_element
from lienlac.records.shared.outcome import Outcome
from lienlac.records.shared.private.store import Kept
from lienlac.records.shared.store import lines
from lienlac.wire.bodies.lessons import Lesson, Review, Stage, Verdict
from lienlac.wire.bodies.parts import Said

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection

    from lienlac.lessons.rules.sanitising import Place
    from lienlac.people.officer import Officer
    from lienlac.records.shared.desk import Given, Opening
    from lienlac.records.shared.fold import Statement
    from lienlac.records.shared.leaving.desk import Telling
    from lienlac.records.shared.reading.desk import Room
    from lienlac.records.shared.store.lines import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class ToReview:
    """What a second officer reads: what our side has written, where something stands that should be looked at.

    `digest` names exactly this; `cleared`: all of it was read already; `own`: this officer wrote some of it;
    `called`: references of those sources that the officer may see.
    """

    room: Room
    facts: Sequence[Statement]
    places: Mapping[str, Sequence[Place]]
    digest: str
    cleared: bool
    own: bool
    sources: Sequence[str]
    called: Mapping[str, str]


class Lessons:
    """The lessons of one node. `shared` is everything that they have in common with other shared records."""

    def __init__(self, given: Given, telling: Telling, *, cases: Cases | None = None) -> None:
        self.shared = Shared(SHAPE, given, telling)
        self.kinds = SHAPE.kinds
        self.node_id = given.node_id
        self.cases: Cases = cases or NoCases()
        self.running = Running(self.shared, given, self)
        self._keeper = self.shared.keeper
        self._database = given.database
        self._clock = given.clock
        self._chance = given.chance
        self._record = given.record
        self._find = self.shared.read.found
        self.shared.guards.append(self._hold)
        self._keeper.cleared = self._cleared
        self._keeper.before_inviting.append(self._before_inviting)

    # --- what is held at home -------------------------------------------------------------------------------------
    def _hold(self, connection: Connection, line: Line, says: Sequence[Say]) -> None:
        """Raise `Refused("lesson-not-sanitised")` where something of a case stands in what is about to be kept."""
        known = self._known(connection, line.id)
        for say in says:
            if say.says is not None:
                _refuse(sanitising.places(say.says, known))
            _refuse(sanitising.places(Said(vi=say.reason), known))

    def _known(self, connection: Connection, record_id: str) -> list[str]:
        things = store.sources(connection, record_id)
        return [one for thing in things for one in (thing, *self.cases.known_by(connection, thing))]

    def _cleared(self, connection: Connection, one: Statement) -> bool:
        return one.kind not in reviewing.CONTENT or bool(store.cleared(connection, [one.id]))

    def _before_inviting(self, connection: Connection, line: Line, summary: Said, text: str) -> None:
        """Raise `NotAllowed("lesson-not-reviewed")` unless a second officer has read all that we wrote; as `_hold`."""
        known = self._known(connection, line.id)
        for words in (summary, Said(vi=text)):
            _refuse(sanitising.places(words, known))
        facts = self._content(connection, line.id)
        if not facts or len(store.cleared(connection, [one.id for one in facts])) < len(facts):
            raise NotAllowed("lesson-not-reviewed")

    # --- reading --------------------------------------------------------------------------------------------------
    def useful(self, room: Room) -> Usefulness:
        """How often the lesson was used and how useful it was."""
        return usefulness(room.counts)

    def useful_of(self, officer: Officer, record_ids: Sequence[str]) -> dict[str, Usefulness]:
        """The same of several lessons that the officer has been shown."""
        rights.require(officer, Action.LESSON_READ)
        with self._database.read() as connection:
            counts = store.used(connection, record_ids)
        return {one: usefulness(counts.get(one, {})) for one in record_ids}

    def to_review(self, officer: Officer, name: str) -> ToReview:
        """What a second officer has to read. Raises `NotAllowed("not-found")`."""
        room = self.shared.read.room(officer, name)
        rights.require(officer, Action.LESSON_READ, room.thing)
        with self._database.read() as connection:
            facts = self._content(connection, room.line.id)
            known = self._known(connection, room.line.id)
            cleared = store.cleared(connection, [one.id for one in facts])
            own = officer.id in self._authors(connection, room.line.id, facts)
            sources = store.sources(connection, room.line.id)
            cases = [lines.visible(connection, scope_of(officer), one, "case") for one in sources]
        places = {one.element: sanitising.places(one.says, known) for one in facts}
        return ToReview(
            room=room, facts=facts, places=places, digest=reviewing.digest(room.line.id, facts),
            cleared=bool(facts) and len(cleared) == len(facts), own=own, sources=sources,
            called={one.id: one.reference for found in cases for one in found},
        )  # fmt: skip

    def due(self, connection: Connection, officer: Officer, now: datetime) -> list[Any]:
        """Lessons of our own that somebody should look at again."""
        if not rights.may(officer, Action.LESSON_READ):
            return []
        return store.to_look_at_again(connection, scope_of(officer), now, self.node_id)

    # --- writing --------------------------------------------------------------------------------------------------
    def draw(self, officer: Officer, opening: Opening, thing: str, *, once: str = "") -> Outcome:
        """A new lesson from a case that our side has closed. Which one stays here.

        Raises `NotAllowed("not-found" | "lesson-case-open")`, `Refused`.
        """
        rights.require(officer, Action.LESSON_OPEN)
        with self._database.read() as connection:
            found = self._closed(connection, officer, thing)
            known = (found, *self.cases.known_by(connection, found))
        for word in (opening.top, *(say.says for say in opening.further)):
            if word is not None:
                _refuse(sanitising.places(word, known))
        outcome = self.shared.open(officer, replace(opening, sources=(*opening.sources, found)), once=once)
        self.source(officer, outcome.line.id, found)
        return outcome

    def source(self, officer: Officer, name: str, thing: str) -> None:
        """Say from which closed case a lesson was drawn. It never leaves, and what it is known by may not stand in it.

        Raises `NotAllowed("not-found" | "lesson-case-open")`, `Refused("lesson-not-sanitised")`.
        """

        def work(connection: Connection) -> None:
            line, _thing = self._find(connection, officer, SHAPE.rights.writes, name)
            found = self._closed(connection, officer, thing)
            store.add_source(connection, line.id, found, by=officer.id, at=self._clock.now())
            self.shared.access.inherit(connection, line, (found,))
            says = [Say(says=one.says, marks=one.marks) for one in self._content(connection, line.id)]
            self._hold(connection, line, says)
            self._note(connection, officer, "source", line, {"case": found})

        self._database.write(work)

    def _closed(self, connection: Connection, officer: Officer, thing: str) -> str:
        found = self.cases.require(connection, officer, thing)
        if not self.cases.closed(connection, found):
            raise NotAllowed("lesson-case-open")
        return found

    def renew(self, officer: Officer, name: str, review_on: date) -> Outcome:
        """The lesson still holds; somebody looks at it again on that day, which must come. A second officer reads it.

        Raises `NotAllowed("not-found" | "lesson-not-ours")`, `Refused("lesson-day-past")`.
        """
        if review_on <= self._clock.now().date():
            raise Refused("lesson-day-past", field="review_on")
        return self._change(officer, name, "renew", review_on=review_on.isoformat())

    def retire(self, officer: Officer, name: str, reason: str) -> Outcome:
        """Nobody should use it any more: partners hear it at once, unless the agreement asks for a second officer.

        It adds nothing that has not been read but the reason, which may name nothing of a case; what waits longer is
        used longer. Raises `NotAllowed("not-found" | "lesson-not-ours")`, `Refused`.
        """
        if not reason.strip():
            raise Refused("reason-missing", field="reason")
        return self._change(officer, name, "retire", reason=reason.strip(), state=Stage.RETIRED)

    def _change(self, officer: Officer, name: str, act: str, *, reason: str = "", **changed: Any) -> Outcome:
        """Our own column of what the lesson is, changed in this; only its author's side has one."""

        def work(connection: Connection) -> Outcome:
            line, _thing = self._find(connection, officer, SHAPE.rights.writes, name)
            top = self._keeper.facts.element(connection, line.id, top_element(line.id))
            held = None if top is None else top.columns.get(self.node_id)
            if held is None or not isinstance(held.says, Lesson):
                raise NotAllowed("lesson-not-ours")
            word = msgspec.structs.replace(held.says, **changed)
            say = Say(says=word, marks=held.marks, element=top_element(line.id), reason=reason)
            said = self.shared.say(connection, officer, line, [say])
            if act == "retire" and store.cleared(connection, [held.id]):
                store.clear(connection, [one.id for one in said.statements])
                waits = self.shared.let_go(connection, officer, said.line, said.statements)
                said = replace(said, waits=(*said.waits, *waits))
            self._note(connection, officer, act, line, {"facts": [one.id for one in said.statements]})
            return said

        return self._database.write(work)

    # --- review ---------------------------------------------------------------------------------------------------
    def review(self, officer: Officer, name: str, digest: str, verdict: Verdict, text: str = "") -> Outcome:
        """A second officer has read exactly what `digest` names. Clean: it leaves, to whoever takes part.

        Returned: it stays, and its author finds why among the private notes. Raises `NotAllowed`: `not-found`,
        `lesson-changed`, `lesson-own-review`; `Refused("reason-missing" | "lesson-not-sanitised")`.
        """
        if verdict is Verdict.RETURNED:
            return self._return(officer, name, text)

        def work(connection: Connection) -> Outcome:
            line, _thing = self._find(connection, officer, SHAPE.rights.shares, name)
            facts = self._content(connection, line.id)
            if not facts or reviewing.digest(line.id, facts) != digest:
                raise NotAllowed("lesson-changed")
            if officer.id in self._authors(connection, line.id, facts):
                raise NotAllowed("lesson-own-review")
            self._hold(connection, line, [Say(says=one.says, marks=one.marks) for one in facts])
            top = next((one for one in facts if isinstance(one.says, Lesson)), None)
            marks = facts[0].marks if top is None else top.marks
            says = [Say(says=Review(of=digest, verdict=verdict, text=text.strip()), marks=marks, element=_own(line.id))]
            if top is not None and top.says.state is Stage.DRAFT:
                reviewed = msgspec.structs.replace(top.says, state=Stage.REVIEWED)
                says.append(Say(says=reviewed, marks=top.marks, element=top_element(line.id)))
            said = self.shared.say(connection, officer, line, says)
            fresh = [*facts, *(one for one in said.statements if one.kind in reviewing.CONTENT)]
            before = store.cleared(connection, [one.id for one in fresh])
            store.clear(connection, [one.id for one in fresh])
            newly = [one for one in fresh if one.id not in before]
            waits = self.shared.let_go(connection, officer, said.line, newly)
            self._note(connection, officer, "review", line, {"digest": digest, "facts": len(newly)})
            return replace(said, waits=(*said.waits, *waits))

        return self._database.write(work)

    def _return(self, officer: Officer, name: str, text: str) -> Outcome:
        if not text.strip():
            raise Refused("reason-missing", field="text")
        self.shared.private.keep(officer, name, text, kind=Kept.TASK)
        return Outcome(line=self.shared.read.room(officer, name).line)

    # --- inside ---------------------------------------------------------------------------------------------------
    def _content(self, connection: Connection, record_id: str) -> list[Statement]:
        wanted = store.content_ids(connection, record_id, reviewing.CONTENT)
        return reviewing.content(self._keeper.facts.elements(connection, record_id, wanted), self.node_id)

    def _authors(self, connection: Connection, record_id: str, facts: Sequence[Statement]) -> set[str]:
        """Who here stated what is not cleared yet, or all of it where everything is."""
        known = store.cleared(connection, [one.id for one in facts])
        fresh = [one for one in facts if one.id not in known] or list(facts)
        found: set[str] = set()
        for one in fresh:
            by = self._keeper.facts.officers(connection, record_id, one.element)
            found |= {officer for fact, officer in by.items() if fact == one.id}
        return found

    def _note(self, connection: Connection, officer: Officer, act: str, line: Line, detail: dict[str, Any]) -> None:
        self._record(
            connection, at=self._clock.now(), actor=officer.id, action=f"lesson.{act}", thing=line.id,
            detail={"reference": line.reference, **detail},
        )  # fmt: skip


def _refuse(places: Sequence[Place]) -> None:
    """Raise `Refused("lesson-not-sanitised")` where one of them blocks."""
    found = sanitising.blocking(places)
    if found:
        shown = ", ".join(one.shown for one in found[: limits.LESSON_FINDS_SHOWN])
        raise Refused("lesson-not-sanitised", field=found[0].field, places=shown)


def _own(record_id: str) -> str:
    return derived("rvw", record_id, "review")
