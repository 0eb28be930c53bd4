"""An officer acts: warns, supersedes, withdraws, acknowledges, judges; and `Warnings`, the slice as others see it.

Each act is one transaction: the right, the table, the message, the fact, the journal. Reading goes through here too: a
warning is looked up within the officer's scope, so that one that is hidden and one that does not exist are the same to
the database already.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac import ids, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange.post import Outgoing
from lienlac.flash.arrivals import Arrivals
from lienlac.flash.bridge.naming import named as named_in
from lienlac.flash.forms.reading import Filled, Written, make_step, read_step, read_warning
from lienlac.flash.kinds import BODY_OF, FLASH_KINDS, STEP_OF, WARN, kind_of
from lienlac.flash.leaving.desk import RIGHT_OF, Counter
from lienlac.flash.lifecycle import Side, Step
from lienlac.flash.reckoning.measures import measure
from lienlac.flash.rules import CLOCKS, acknowledge_s, check_body, check_same
from lienlac.flash.shown import One, Outcome, Partner, Shown
from lienlac.flash.store import facts as store
from lienlac.flash.store import lines
from lienlac.flash.watch import watch_due
from lienlac.people import rights
from lienlac.people.access import store as access
from lienlac.people.rights import Action, scope_of
from lienlac.records.naming.desk import Records
from lienlac.releases.release import Release, State
from lienlac.wire.bodies import flash as bodies
from lienlac.wire.bodies.hotline import Officer as Named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from typing import Protocol

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.exchange.post import ArrivalHandler, Sender, SettlementHandler
    from lienlac.flash.arrivals import Agreements
    from lienlac.flash.reckoning.measures import Measure
    from lienlac.flash.warning import Flash
    from lienlac.identifiers.index.mention import Mention, Naming
    from lienlac.ids import Chance
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing
    from lienlac.records.naming.desk import Index
    from lienlac.releases.desk import Releases
    from lienlac.storage.database import Database
    from lienlac.wire.kinds import Kind

    class Record(Protocol):
        """The journal's way of writing one entry in the caller's transaction."""

        def __call__(
            self,
            connection: Connection,
            *,
            at: datetime,
            actor: str,
            action: str,
            thing: str,
            detail: Mapping[str, Any] | None = None,
        ) -> str:
            """Returns the entry's digest."""
            ...

    class Phones(Protocol):
        """Where an officer can be rung; the assembly hands it in."""

        def __call__(self, connection: Connection, officer_id: str, /) -> str:
            """The number, or ""."""
            ...


ADDRESSEES: Final = ("duty-desk",)


class Warnings:
    """The slice: what the assembly wires and what pages, programs and commands call."""

    kinds: tuple[Kind, ...] = FLASH_KINDS
    clocks: tuple[str, ...] = CLOCKS
    """The clocks that an agreement may give a time to."""

    def __init__(
        self,
        *,
        node_id: str,
        country: str,
        database: Database,
        clock: Clock,
        chance: Chance,
        sender: Sender,
        agreements: Agreements,
        releases: Releases,
        record: Record,
        changed: Callable[[Thing], None],
        phone_of: Phones,
        index: Index | None = None,
    ) -> None:
        """`changed` hears of each warning that changed, once durable, and who may know of it."""
        self.node_id = node_id
        self.country = country.upper()
        self.agreements = agreements
        self.releases = releases
        self._database = database
        self._clock = clock
        self._chance = chance
        self._record = record
        self._tell = changed
        self._phone_of = phone_of
        self.naming = Records(index, lines.line_table.c.warning_id, _of_index)
        self._counter = Counter(self, sender=sender, releases=releases)
        releases.serve(BODY_OF, self._counter)
        self.arrivals = Arrivals(node_id, agreements, self._changed)

    # --- what the assembly wires ---
    @property
    def arrival_handlers(self) -> dict[str, list[ArrivalHandler]]:
        """By kind: a peer's message arrived."""
        return {kind: [self.arrivals.arrived] for kind in STEP_OF}

    @property
    def settlement_handlers(self) -> dict[str, list[SettlementHandler]]:
        """By kind: a message of ours reached its end."""
        return {kind: [self.arrivals.settled] for kind in STEP_OF}

    def watch(self, connection: Connection, now: datetime) -> tuple[str, ...]:
        """Time passed: tell the desk what is due. Call it in a write; it is cheap when nothing is due."""
        told = watch_due(connection, now, node_id=self.node_id, record=self._record)
        for warning_id in told:
            self._changed(connection, warning_id)
        return told

    # --- reading ---
    def partners(self) -> list[Partner]:
        """The peers with an agreement in force that names warnings."""
        with self._database.read() as connection:
            found = [
                (peer, self.agreements.terms_in_force(connection, peer.node_id))
                for peer in self.agreements.peers(connection)
            ]
        return [
            Partner(peer.node_id, peer.name_vi, peer.name_en, terms)
            for peer, terms in found
            if terms is not None and terms.offers(WARN)
        ]

    def peer_names(self, language: str) -> dict[str, str]:
        """Every peer's name, also of those without an agreement in force."""
        with self._database.read() as connection:
            peers = self.agreements.peers(connection)
        return {peer.node_id: peer.name_vi if language == "vi" else peer.name_en for peer in peers}

    def now(self) -> datetime:
        """The node's present instant."""
        return self._clock.now()

    def listed(
        self,
        officer: Officer,
        *,
        show: lines.Show = "standing",
        direction: str = "",
        words: str = "",
        after: lines.Cursor | None = None,
        rows: int = limits.PAGE_DEFAULT_ROWS,
    ) -> list[lines.Line]:
        """Warnings that the officer may know of, the newest first."""
        rights.require(officer, Action.FLASH_READ)
        with self._database.read() as connection:
            return lines.listed(
                connection,
                scope_of(officer),
                self.now(),
                show=show,
                direction=direction,
                words=lines.query_words(words),
                after=after,
                rows=rows,
            )

    def counts(self, officer: Officer) -> dict[str, int]:
        """How many warnings each part of the list holds, drills left out."""
        rights.require(officer, Action.FLASH_READ)
        with self._database.read() as connection:
            return lines.counts(connection, scope_of(officer), self.now())

    def unread(self, connection: Connection, officer: Officer) -> list[lines.Line]:
        """Warnings of partners that nobody here has acknowledged, for officers who could."""
        if not rights.may(officer, Action.FLASH_ACKNOWLEDGE):
            return []
        return lines.unread(connection, scope_of(officer), self.now())

    def measures(self, officer: Officer, within: timedelta) -> list[Measure]:
        """How quickly warnings are read, by peer and direction, over the last year."""
        rights.require(officer, Action.FLASH_READ)
        now = self.now()
        since = now - timedelta(days=limits.FLASH_MEASURED_DAYS)
        with self._database.read() as connection:
            return measure(lines.readings(connection, scope_of(officer), since), within, now)

    def show(self, officer: Officer, name: str) -> Shown:
        """One warning by its id or its reference. Raises `NotAllowed("not-found" | "reference-ambiguous")`."""
        rights.require(officer, Action.FLASH_READ)
        with self._database.read() as connection:
            parts = self._find(connection, officer, Action.FLASH_READ, name)
            waiting = [one for part in parts for one in self.releases.open_about(connection, officer, part.thing)]
        waits = tuple(one for one in waiting if one.state is State.WAITING)
        return Shown(parts=parts, ours=parts[0].flash.author == self.node_id, waiting=waits)

    def typed_before(self, officer: Officer, release_id: str) -> tuple[Release, bodies.Warned]:
        """A release of the officer's own that did not leave, and its warning as it was typed. Raises `NotAllowed`."""
        rights.require(officer, Action.FLASH_SEND)
        release = self.releases.own(officer, release_id)
        if release.kind not in (WARN, kind_of(Step.SUPERSEDE)):
            raise NotAllowed("not-found")
        wanted = bodies.Warned if release.kind == WARN else bodies.Superseded
        return release, msgspec.json.decode(release.whole, type=wanted)

    def _find(self, connection: Connection, officer: Officer, action: Action, name: str) -> tuple[One, ...]:
        """Every part of the warning of that id or reference, for somebody who may do this to it.

        Raises `NotAllowed`: `not-found` (also for what is hidden), `reference-ambiguous`, `not-allowed`.
        """
        scope, now = scope_of(officer), self.now()
        found = lines.find(connection, name, scope)
        if found and found[0].direction == "out":
            found = [line for line in lines.find(connection, found[0].reference, scope) if line.direction == "out"]
        elif len(found) > 1:
            raise NotAllowed("reference-ambiguous", reference=name)
        parts = []
        for line in found:
            flash = store.flash(connection, line.warning_id)
            if flash is not None:
                thing = access.thing(connection, flash.id, "flash")
                rights.require(officer, action, thing)
                possible = flash.possible(flash.side_of(self.node_id), now)
                steps = tuple(step for step in possible if rights.may(officer, RIGHT_OF[step], thing))
                parts.append(One(flash=flash, line=line, thing=thing, steps=steps))
        if not parts:
            raise NotAllowed("not-found")
        return tuple(parts)

    # --- acting ---
    def read_warning(self, data: object) -> Written:
        """Read the form of a new warning against the agreements in force. Raises `FormRefused`."""
        return read_warning(data, self.now(), {one.node_id: one.terms.agreement for one in self.partners()})

    def read_supersede(self, officer: Officer, name: str, data: object) -> Written:
        """The same for one that takes another's place: it goes to those who have that. Raises `FormRefused`."""
        rights.require(officer, Action.FLASH_SEND)
        shown = self.show(officer, name)
        to = [
            part.flash.reader for part in shown.parts if Step.SUPERSEDE in part.flash.possible(Side.AUTHOR, self.now())
        ]
        if not shown.ours or not to:
            raise NotAllowed("step-not-possible", step=Step.SUPERSEDE.value, state=shown.first.line.lasting.value)
        agreements = {one.node_id: one.terms.agreement for one in self.partners()}
        return read_warning(data, self.now(), agreements, before=to)

    def read_step(self, officer: Officer, name: str, step: Step, data: object) -> Filled:
        """Read a step's form. Raises `FormRefused`, `NotAllowed("not-found")`."""
        rights.require(officer, RIGHT_OF[step])
        body = self.show(officer, name).first.flash.body
        return read_step(step, data, self.now(), danger=body.lives_in_danger)

    def warn(self, officer: Officer, written: Written, *, once: str = "") -> Outcome:
        """Warn every partner that the form names; each agreement says whether a second officer must look.

        `once` is a key of the officer's own for this form: however often it comes, it is sent once.
        """
        rights.require(officer, Action.FLASH_SEND)

        def send(connection: Connection) -> Outcome:
            now = self.now()
            number = store.NUMBERS.next(connection, now.year)
            reference = f"{self.country}-W-{now.year}-{number:06d}"
            made = []
            for peer in written.to:
                body = self._body(connection, officer, written, peer, reference=reference)
                outgoing = self._outgoing(written, peer, WARN, body, ids.new_id("flw", self._chance))
                made.append(self._counter.leave(connection, officer, outgoing, written.leave))
            return _outcome(reference, made)

        said = (Step.WARN.value, "", written.said)
        return self._database.write(lambda connection: self._once(connection, officer, once, said, send))

    def supersede(self, officer: Officer, name: str, written: Written, *, once: str = "") -> Outcome:
        """Say the whole anew to everybody who has it; what was said before stays to be read. Raises `NotAllowed`."""
        rights.require(officer, Action.FLASH_SEND)

        def send(connection: Connection) -> Outcome:
            made: list[Flash | Release] = []
            parts = self._can(connection, officer, name, Step.SUPERSEDE)
            for part in parts:
                opening = part.flash.opening.body
                body = self._body(
                    connection, officer, written, part.flash.reader, reference=opening.reference, drill=opening.drill
                )
                outgoing = self._outgoing(written, part.flash.reader, kind_of(Step.SUPERSEDE), body, part.flash.id)
                made.append(self._counter.leave(connection, officer, outgoing, written.leave))
            return _outcome(parts[0].flash.reference, made)

        said = (Step.SUPERSEDE.value, name, written.said)
        return self._database.write(lambda connection: self._once(connection, officer, once, said, send))

    def act(self, officer: Officer, name: str, filled: Filled, *, once: str = "") -> Outcome:
        """Withdraw, acknowledge the version that holds, or say whether it was of use. Raises `NotAllowed`."""
        rights.require(officer, RIGHT_OF[filled.step])

        def send(connection: Connection) -> Outcome:
            made: list[Flash | Release] = []
            parts = self._can(connection, officer, name, filled.step)
            for part in parts:
                header = part.flash.opening.header
                outgoing = Outgoing(
                    kind=kind_of(filled.step),
                    body=make_step(filled, self._named(connection, officer, filled.phone), part.flash.present.fact.id),
                    recipient=part.flash.other(self.node_id),
                    purpose=header.purpose,
                    legal_basis=header.legal_basis,
                    legal_basis_text=header.legal_basis_text,
                    typology=header.typology,
                    marks=header.marks,
                    addressees=ADDRESSEES,
                    record_id=part.flash.id,
                )
                made.append(self._counter.leave(connection, officer, outgoing, filled.leave))
            return _outcome(parts[0].flash.reference, made)

        said = (filled.step.value, name, filled.said)
        return self._database.write(lambda connection: self._once(connection, officer, once, said, send))

    # --- what the counter asks ---
    def check(self, connection: Connection, step: Step, outgoing: Outgoing) -> Flash | None:
        """What must hold of a message now; the warning that it is about, None for a new one. Raises `NotAllowed`."""
        now, body = self.now(), outgoing.body
        check_body(step, body, now)
        if step is Step.WARN:
            if lines.standing_with(connection, outgoing.recipient, "out", now) >= limits.FLASH_STANDING_MAX:
                raise Refused("flash-too-many", limit=limits.FLASH_STANDING_MAX).as_ours()
            return None
        flash = store.flash(connection, outgoing.record_id or "")
        if flash is None:
            raise NotAllowed("not-found")
        if step not in flash.possible(flash.side_of(self.node_id), now):
            raise NotAllowed("step-not-possible", step=step.value, state=flash.state(now).value)
        if not flash.has_room(self.node_id, step):
            raise Refused("flash-too-long", limit_messages=limits.FLASH_MESSAGES_MAX // 2).as_ours()
        if isinstance(body, bodies.Superseded):
            check_same(body, flash.opening.body)
        return flash

    def note(self, connection: Connection, actor: str, action: str, flash: Flash, detail: dict[str, Any]) -> None:
        """Write down who did what, and let open pages hear of it."""
        self._record(connection, at=self.now(), actor=actor, action=action, thing=flash.id, detail=detail)
        self._changed(connection, flash.id)

    # --- inside ---
    def _can(self, connection: Connection, officer: Officer, name: str, step: Step) -> list[One]:
        """The parts on which that step may be taken now. Raises `NotAllowed("step-not-possible")`."""
        parts = self._find(connection, officer, RIGHT_OF[step], name)
        found = [part for part in parts if step in part.steps]
        if not found:
            state = parts[0].flash.state(self.now())
            raise NotAllowed("step-not-possible", step=step.value, state=state.value)
        return found

    def _body(
        self, connection: Connection, officer: Officer, written: Written, peer: str, *, reference: str, **more: Any
    ) -> bodies.Warned:
        """The warning for one partner: its agreement says how long the acknowledgement may take."""
        terms = self._counter.terms(connection, peer)
        named = self._named(connection, officer, written.phone)
        allowed = acknowledge_s(terms, written.body)
        body = msgspec.structs.replace(written.body, reference=reference, officer=named, acknowledge_s=allowed, **more)
        return bodies.Superseded(**msgspec.structs.asdict(body), reason=written.reason) if written.reason else body

    def _outgoing(self, written: Written, peer: str, kind: str, body: bodies.Warned, warning_id: str) -> Outgoing:
        return Outgoing(
            kind=kind,
            body=body,
            recipient=peer,
            purpose=written.purpose,
            legal_basis=written.legal_basis,
            legal_basis_text=written.legal_basis_text,
            typology=written.typology,
            marks=written.marks,
            addressees=ADDRESSEES,
            record_id=warning_id,
        )

    def _named(self, connection: Connection, officer: Officer, phone: str) -> Named:
        """The officer as the other side reads it."""
        return Named(name=officer.name, unit=officer.unit, phone=phone or self._phone_of(connection, officer.id))

    def _once(
        self,
        connection: Connection,
        officer: Officer,
        key: str,
        said: tuple[str, str, str],
        send: Callable[[Connection], Outcome],
    ) -> Outcome:
        """Send, unless this form was sent before: then what it became. Another form under the same key is refused."""
        before = store.ONCE.before(connection, officer.id, key, said)
        if before is None:
            outcome = send(connection)
            made = (outcome.reference, *outcome.sent, *(one.id for one in outcome.waits))
            store.ONCE.keep(connection, officer.id, key, said, made=" ".join(made), at=self.now())
            return outcome
        reference, *made_before = before.split()
        waits = tuple(self.releases.get(connection, officer, one) for one in made_before if one.startswith("rel-"))
        return Outcome(
            reference=reference, sent=tuple(one for one in made_before if not one.startswith("rel-")), waits=waits
        )

    def _changed(self, connection: Connection, warning_id: str) -> None:
        self.naming.said(connection, warning_id)
        thing = access.thing(connection, warning_id, "flash")
        self._database.after_commit(connection, lambda: self._tell(thing))


def _of_index(connection: Connection, warning_id: str) -> tuple[Naming, tuple[Mention, ...]] | None:
    flash = store.flash(connection, warning_id)
    if flash is None:
        return None
    return named_in(flash, restricted=access.thing(connection, warning_id, "flash").restricted)


def _outcome(reference: str, made: Sequence[Flash | Release]) -> Outcome:
    return Outcome(
        reference=reference,
        sent=tuple(one.id for one in made if not isinstance(one, Release)),
        waits=tuple(one for one in made if isinstance(one, Release)),
    )
