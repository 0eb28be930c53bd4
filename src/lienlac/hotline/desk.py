"""An officer acts: opens a request, answers one, says what came of it; and `Hotline`, the slice as others see it.

Each act is one transaction: the right, the table, the message, the fact, the journal. What the table does not allow
now is `NotAllowed("step-not-possible")` before anything is sent. Reading goes through here too, so that no screen and
no program sees what its officer may not: a request is looked up within the officer's scope, so that one that is hidden
and one that does not exist are the same to the database already.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from lienlac import ids, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange.post import Outgoing
from lienlac.hotline import store
from lienlac.hotline.access.desk import NeedToKnow
from lienlac.hotline.arrivals import Arrivals, check_report
from lienlac.hotline.deadlines import Due, clocks
from lienlac.hotline.forms.clocks import clocks_agreed
from lienlac.hotline.forms.openings import read_opening
from lienlac.hotline.forms.steps import read_step
from lienlac.hotline.inbox import store as lines
from lienlac.hotline.kinds import HOTLINE_KINDS, STEP_OF, kind_of
from lienlac.hotline.lifecycle import Step
from lienlac.hotline.request import Fact, Standing
from lienlac.hotline.watch import Watched, watch_due
from lienlac.people import rights
from lienlac.people.access import store as access
from lienlac.people.rights import Action, scope_of
from lienlac.wire.bodies import hotline as bodies

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.exchange.post import ArrivalHandler, Sender, SettlementHandler
    from lienlac.hotline.arrivals import Agreements, Party
    from lienlac.hotline.forms.clocks import Terms
    from lienlac.hotline.forms.openings import Opening
    from lienlac.hotline.forms.steps import Filled
    from lienlac.hotline.request import Request
    from lienlac.ids import Chance
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing
    from lienlac.storage.database import Database
    from lienlac.wire.kinds import Kind

_ONCE = re.compile(r"[A-Za-z0-9_-]{8,64}")
ADDRESSEES = ("duty-desk",)
"""Whom a follow-up is for: the desk that has the request."""

RIGHT_OF: dict[Step, Action] = {
    Step.OPEN: Action.REQUEST_OPEN,
    Step.CLARIFY: Action.REQUEST_WRITE,
    Step.WITHDRAW: Action.REQUEST_WITHDRAW,
    Step.FEEDBACK: Action.REQUEST_WRITE,
    Step.CLOSE: Action.REQUEST_WRITE,
    Step.NOTE: Action.REQUEST_WRITE,
    Step.ACKNOWLEDGE: Action.REQUEST_ANSWER,
    Step.ASK: Action.REQUEST_ANSWER,
    Step.ACCEPT: Action.REQUEST_ANSWER,
    Step.REFUSE: Action.REQUEST_ANSWER,
    Step.RESULT: Action.REQUEST_ANSWER,
}
"""Which right each step needs."""


TAKEN_ON = frozenset({Step.OPEN, Step.ACKNOWLEDGE})
"""Steps by which an officer becomes a holder of the request."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything a page or a program shows of one request; `steps` are those that this officer may begin now."""

    request: Request
    ours: bool
    dues: tuple[Due, ...]
    steps: tuple[Step, ...]
    notices: list[store.Notice]
    officers: dict[str, str]
    thing: Thing


@dataclass(frozen=True, slots=True)
class Partner:
    """A peer to whom a request may be sent, and what is agreed with it."""

    node_id: str
    name_vi: str
    name_en: str
    terms: Terms


class Hotline:
    """The slice: what the assembly wires and what pages, programs and commands call."""

    kinds: tuple[Kind, ...] = HOTLINE_KINDS

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
        record: Record,
        changed: Callable[[Thing], None] | None = None,
    ) -> None:
        """`changed` hears of each request that changed, once the change is durable, and who may know of it."""
        self.node_id = node_id
        self.country = country.upper()
        self.agreements = agreements
        self._database = database
        self._clock = clock
        self._chance = chance
        self._sender = sender
        self._record = record
        self._tell = changed
        self._arrivals = Arrivals(node_id, agreements, self._changed)
        self.access = NeedToKnow(database=database, clock=clock, record=record, find=self.find, changed=self._announce)

    # --- what the assembly wires ---
    @property
    def arrival_handlers(self) -> dict[str, list[ArrivalHandler]]:
        """By kind: a peer's message arrived."""
        return {kind: [self._arrivals.arrived] for kind in STEP_OF}

    @property
    def settlement_handlers(self) -> dict[str, list[SettlementHandler]]:
        """By kind: a message of ours reached its end."""
        return {kind: [self._arrivals.settled] for kind in STEP_OF}

    def watch(self, connection: Connection, now: datetime) -> Watched:
        """Time passed: tell the desk what is due. Call it in a write; it is cheap when nothing is due."""
        watched = watch_due(connection, now, node_id=self.node_id, record=self._record)
        for request_id in watched.requests:
            self._changed(connection, request_id)
        return watched

    # --- reading ---
    def partners(self) -> list[Partner]:
        """The peers with an agreement in force, to whom a request may be sent."""
        with self._database.read() as connection:
            found = [
                (peer, self.agreements.terms_in_force(connection, peer.node_id))
                for peer in self.agreements.peers(connection)
            ]
        return [Partner(peer.node_id, peer.name_vi, peer.name_en, terms) for peer, terms in found if terms is not None]

    def peers(self) -> list[Party]:
        """Every peer, also those without an agreement in force."""
        with self._database.read() as connection:
            return list(self.agreements.peers(connection))

    def now(self) -> datetime:
        """The node's present instant."""
        return self._clock.now()

    def read_opening(self, data: object) -> Opening:
        """Read the form of a new request against the agreements in force. Raises `FormRefused`."""
        agreed = [(partner.node_id, partner.terms.agreement) for partner in self.partners()]
        return read_opening(data, self._clock.now(), agreed)

    def read_step(self, name: str, step: Step, data: object, officer: Officer) -> Filled:
        """Read a step's form; what it holds depends on the request. Raises `FormRefused`, `NotAllowed("not-found")`."""
        return read_step(step, self.show(officer, name).request.kind, data, self._clock.now())

    def inbox(
        self, officer: Officer, wanted: lines.Filter, *, after: lines.Cursor | None = None, rows: int = 50
    ) -> lines.Page:
        """One page of the inbox."""
        rights.require(officer, Action.REQUEST_READ)
        with self._database.read() as connection:
            return lines.inbox(connection, wanted, scope_of(officer), after=after, rows=rows)

    def counts(self, officer: Officer, direction: str, soon: datetime) -> lines.Counts:
        """The numbers above an inbox; `soon` ends what counts as due soon."""
        rights.require(officer, Action.REQUEST_READ)
        with self._database.read() as connection:
            return lines.counts(connection, direction, scope_of(officer), self._clock.now(), soon)

    def show(self, officer: Officer, name: str) -> Shown:
        """One request by its id or its reference. Raises `NotAllowed("not-found")`, `("reference-ambiguous")`."""
        rights.require(officer, Action.REQUEST_READ)
        with self._database.read() as connection:
            request, thing = self.find(connection, officer, Action.REQUEST_READ, name)
            notices = store.notices(connection, request.id)
            officers = store.officers(connection, request.id)
        side = request.side_of(self.node_id)
        return Shown(
            request=request,
            ours=request.requester == self.node_id,
            dues=clocks(request),
            steps=tuple(step for step in request.possible(side) if rights.may(officer, RIGHT_OF[step], thing)),
            notices=notices,
            officers=officers,
            thing=thing,
        )

    def find(self, connection: Connection, officer: Officer, action: Action, name: str) -> tuple[Request, Thing]:
        """The request of that id or reference, for somebody who may do this to it.

        Raises `NotAllowed`: `not-found` (also for what is hidden), `reference-ambiguous`, `not-allowed`.
        """
        found = lines.find(connection, name, scope_of(officer))
        if len(found) > 1:
            raise NotAllowed("reference-ambiguous", reference=name)
        request = store.request(connection, found[0]) if found else None
        if request is None:
            raise NotAllowed("not-found")
        thing = access.thing(connection, request.id)
        rights.require(officer, action, thing)
        return request, thing

    # --- acting ---
    def open(self, officer: Officer, opening: Opening, *, once: str = "") -> Request:
        """Send a new request whose form was found right. Raises `NotAllowed`.

        `once` is a key of the officer's own for this form: however often the form comes, it is sent once.
        """
        rights.require(officer, Action.REQUEST_OPEN)

        def send(connection: Connection) -> Request:
            terms = self.agreements.terms_in_force(connection, opening.to)
            if terms is None:
                raise NotAllowed("no-agreement", peer=opening.to)
            now = self._clock.now()
            number = store.next_number(connection, now.year)
            body = opening.make(
                reference=f"{self.country}-{now.year}-{number:06d}",
                clocks=clocks_agreed(terms, opening.kind, opening.urgency),
                officer=_named(officer, opening.phone),
            )
            outgoing = Outgoing(
                kind=opening.kind,
                body=body,
                recipient=opening.to,
                purpose=opening.purpose,
                legal_basis=opening.legal_basis,
                legal_basis_text=opening.legal_basis_text,
                typology=opening.typology,
                marks=opening.marks,
                addressees=opening.addressees or ADDRESSEES,
                record_id=ids.new_id("req", self._chance),
                case_id=opening.case_id,
            )
            return self._send(connection, officer, Step.OPEN, outgoing, None)

        said = (Step.OPEN.value, "", opening)
        return self._database.write(lambda connection: self._once(connection, officer, once, said, send))

    def act(self, officer: Officer, name: str, step: Step, form: StepForm, *, once: str = "") -> Request:
        """Take one step on a request; `once` as in `open`.

        Raises `NotAllowed`: `not-found`, `step-not-possible`, `ground-not-agreed`, `once-used`, and the sender's own;
        `Refused`: `question-unknown`, `report-other-kind`, `request-too-long`, `once-malformed`.
        """
        if step not in RIGHT_OF or step is Step.OPEN:
            raise NotAllowed("step-not-possible", step=step.value, state="")
        rights.require(officer, RIGHT_OF[step])

        def send(connection: Connection) -> Request:
            request, _ = self.find(connection, officer, RIGHT_OF[step], name)
            side = request.side_of(self.node_id)
            if step not in request.possible(side):
                raise NotAllowed("step-not-possible", step=step.value, state=request.state.value)
            if not request.has_room(self.node_id, step):
                raise Refused("request-too-long", limit_messages=limits.HOTLINE_MESSAGES_MAX // 2)
            body = form.make(_named(officer, form.phone))
            check_report(request, step, body)
            if isinstance(body, bodies.Clarified) and all(
                question.asked.id != body.answers for question in request.open_questions
            ):
                raise Refused("question-unknown", field="answers")
            self._check_ground(connection, request, body)
            header = request.opening.header
            outgoing = Outgoing(
                kind=kind_of(step),
                body=body,
                recipient=header.recipient if request.requester == self.node_id else header.sender,
                purpose=header.purpose,
                legal_basis=header.legal_basis,
                legal_basis_text=header.legal_basis_text,
                typology=header.typology,
                marks=header.marks,
                addressees=ADDRESSEES,
                record_id=request.id,
                case_id=header.case_id,
            )
            return self._send(connection, officer, step, outgoing, request)

        said = (step.value, name, form.make(_named(officer, form.phone)))
        return self._database.write(lambda connection: self._once(connection, officer, once, said, send))

    # --- inside ---
    def _once(
        self,
        connection: Connection,
        officer: Officer,
        key: str,
        said: tuple[str, str, object],
        send: Callable[[Connection], Request],
    ) -> Request:
        """Send, unless this form was sent before: then what it became. Another form under the same key is refused."""
        if not key:
            return send(connection)
        if not _ONCE.fullmatch(key):
            raise Refused("once-malformed", field="once")
        digest = hashlib.sha256(msgspec.json.encode(said)).hexdigest()
        before = store.sent_once(connection, officer.id, key)
        if before is None:
            request = send(connection)
            at = self._clock.now()
            store.keep_once(connection, officer.id, key, request_id=request.id, digest=digest, at=at)
            return request
        if before[1] != digest:
            raise NotAllowed("once-used")
        return self.find(connection, officer, Action.REQUEST_READ, before[0])[0]

    def _check_ground(self, connection: Connection, request: Request, body: msgspec.Struct) -> None:
        """A refusal's ground must be one that the agreement names."""
        if not isinstance(body, bodies.Declined):
            return
        terms = self.agreements.terms_in_force(connection, request.requester)
        grounds = () if terms is None else terms.agreement.refusal_grounds
        if body.ground not in grounds:
            raise NotAllowed("ground-not-agreed", field="ground", ground=body.ground)

    def _send(
        self, connection: Connection, officer: Officer, step: Step, outgoing: Outgoing, before: Request | None
    ) -> Request:
        now = self._clock.now()
        sent = self._sender.send(connection, outgoing)
        fact = Fact(header=sent.header, body=outgoing.body, digest=sent.digest, standing=Standing.SENT)
        known = [] if before is None else list(before.facts.values())
        request = store.keep(connection, fact, node_id=self.node_id, before=known, officer_id=officer.id)
        if request is None:
            raise NotAllowed("not-found")
        if step in TAKEN_ON:
            held_by = {officer.id, *officer.units}
            access.add(connection, request.id, access.Relation.HOLDER, held_by, by=officer.id, at=now)
        detail = {"reference": request.reference, "message": sent.header.id, "digest": sent.digest}
        self._record(
            connection, at=now, actor=officer.id, action=f"request.{step.value}", thing=request.id, detail=detail
        )
        self._changed(connection, request.id)
        return request

    def _changed(self, connection: Connection, request_id: str) -> None:
        if self._tell is not None:
            self._announce(connection, access.thing(connection, request_id))

    def _announce(self, connection: Connection, thing: Thing) -> None:
        if self._tell is not None:
            tell = self._tell
            self._database.after_commit(connection, lambda: tell(thing))


class StepForm(Protocol):
    """What an officer filled in for a step: `forms.steps` has one for each."""

    @property
    def phone(self) -> str:
        """Where the officer can be rung; may be empty."""
        ...

    def make(self, officer: bodies.Officer, /) -> msgspec.Struct:
        """The message body."""
        ...


def _named(officer: Officer, phone: str) -> bodies.Officer:
    return bodies.Officer(name=officer.name, unit=officer.unit, phone=phone)
