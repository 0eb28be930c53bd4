"""An officer acts: opens a request, answers one, says what came of it; and `Hotline`, the slice as others see it.

Each act is one transaction: the right, the table, the message, the fact, the journal. What the table does not allow
now is `NotAllowed("step-not-possible")` before anything is sent. Reading goes through here too, so that no screen and
no program sees what its officer may not: a request is looked up within the officer's scope, so that one that is hidden
and one that does not exist are the same to the database already.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

import msgspec

from lienlac import ids, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange.post import Outgoing
from lienlac.hotline import store
from lienlac.hotline.access.desk import NeedToKnow
from lienlac.hotline.arrivals import Arrivals
from lienlac.hotline.deadlines import clocks, validate_until, window_open
from lienlac.hotline.files.desk import RequestFiles
from lienlac.hotline.forms.clocks import clocks_agreed
from lienlac.hotline.forms.openings import read_opening
from lienlac.hotline.forms.steps import read_step
from lienlac.hotline.inbox import store as lines
from lienlac.hotline.inbox.saved.desk import SavedFilters
from lienlac.hotline.kinds import BY_KIND, HOTLINE_KINDS, STEP_OF, kind_of
from lienlac.hotline.kinds.steps import needs_second_officer
from lienlac.hotline.lifecycle import Step
from lienlac.hotline.proposals import store as proposals
from lienlac.hotline.proposals.desk import SecondOfficers
from lienlac.hotline.request import Fact, Standing
from lienlac.hotline.rules.followups import check_follow_up
from lienlac.hotline.rules.replies import check_reply
from lienlac.hotline.rules.safeguards import check_opening
from lienlac.hotline.search import desk as searching
from lienlac.hotline.shown import Partner, Shown
from lienlac.hotline.watch import NODE, Watched, watch_due
from lienlac.people import rights
from lienlac.people.access import store as access
from lienlac.people.rights import Action, scope_of
from lienlac.wire.bodies import hotline as bodies

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.exchange.post import ArrivalHandler, Sender, SettlementHandler
    from lienlac.hotline.arrivals import Agreements, Party
    from lienlac.hotline.files.desk import Carrier
    from lienlac.hotline.forms.openings import Opening
    from lienlac.hotline.forms.steps import Filled
    from lienlac.hotline.request import Request
    from lienlac.hotline.rules.followups import Earlier
    from lienlac.hotline.shown import Record, StepForm
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
    Step.WITHDRAW: Action.REQUEST_WITHDRAW,
    **dict.fromkeys(
        (
            Step.CLARIFY,
            Step.CORRECT,
            Step.VALIDATE,
            Step.FEEDBACK,
            Step.CLOSE,
            Step.NOTE,
            Step.ASK_USE,
            Step.ANSWER_USE,
        ),
        Action.REQUEST_WRITE,
    ),
    **dict.fromkeys(
        (Step.ACKNOWLEDGE, Step.ASK, Step.ACCEPT, Step.RETURN, Step.REFUSE, Step.RESULT), Action.REQUEST_ANSWER
    ),
}
"""Which right each step needs."""


TAKEN_ON = frozenset({Step.OPEN, Step.ACKNOWLEDGE})
"""Steps by which an officer becomes a holder of the request."""


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
        carrier: Carrier | None = None,
    ) -> None:
        """`changed` hears of each request that changed, once durable, and who may know of it; `carrier` has files."""
        self.node_id = node_id
        self.country = country.upper()
        self.agreements = agreements
        self._database = database
        self._clock = clock
        self._chance = chance
        self._sender = sender
        self._record = record
        self._tell = changed
        self.saved = SavedFilters(database=database, clock=clock, chance=chance)
        self.second = SecondOfficers(self, database)
        self.files = RequestFiles(self.find, database, carrier)
        self.access = NeedToKnow(database=database, clock=clock, record=record, find=self.find, changed=self._announce)
        self._arrivals = Arrivals(node_id, agreements, changed=self._changed, opened=self.access.inherit)

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
        watched = watch_due(connection, now, node_id=self.node_id, record=self._record, lapse=self._lapse)
        for request_id in watched.requests:
            self._changed(connection, request_id)
        return watched

    @staticmethod
    def clocks_of(kind: str) -> tuple[str, ...]:
        """The clocks that requests of a kind run: what an agreement may give a time to."""
        return tuple(clock.value for clock in BY_KIND[kind].clocks)

    def touched(self, connection: Connection, record_id: str) -> None:
        """A file of a request moved: whoever looks at it is told, once that is durable."""
        if store.request(connection, record_id) is not None:
            self._changed(connection, record_id)

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

    def read_opening(self, data: object, officer: Officer | None = None) -> Opening:
        """Read the form of a new request against the agreements in force. Raises `FormRefused`.

        `officer`: who asks, where an earlier request may be named; what is hidden from them is not there.
        """
        agreed = [(partner.node_id, partner.terms.agreement) for partner in self.partners()]

        def find(name: str) -> Earlier | None:
            return None if officer is None else self.earlier(officer, name)

        return read_opening(data, self._clock.now(), agreed, us=self.node_id, find=find)

    def earlier(self, officer: Officer, name: str) -> Earlier | None:
        """A request of ours to go on from, by id or reference; None where there is none that the officer may see."""
        with self._database.read() as connection:
            found = lines.find(connection, name, scope_of(officer))
            known = (store.earlier(connection, request_id) for request_id in found)
            return next((one for one in known if one is not None and one.request.requester == self.node_id), None)

    def read_step(self, name: str, step: Step, data: object, officer: Officer) -> Filled:
        """Read a step's form; what it holds depends on the request. Raises `FormRefused`, `NotAllowed("not-found")`."""
        request = self.show(officer, name).request
        return read_step(step, request.kind, data, self._clock.now(), typology=request.opening.header.typology)

    def inbox(
        self, officer: Officer, wanted: lines.Filter, *, after: lines.Cursor | None = None, rows: int = 50
    ) -> lines.Page:
        """One page of the inbox or of a search."""
        return searching.page(self._database, self._clock, officer, wanted, after=after, rows=rows)

    def counts(self, officer: Officer, soon: datetime) -> dict[str, lines.Counts]:
        """The numbers above an inbox, by direction; `soon` ends what counts as due soon."""
        rights.require(officer, Action.REQUEST_READ)
        with self._database.read() as connection:
            return lines.counts(connection, scope_of(officer), self._clock.now(), soon)

    def show(self, officer: Officer, name: str) -> Shown:
        """One request by its id or its reference. Raises `NotAllowed("not-found")`, `("reference-ambiguous")`."""
        rights.require(officer, Action.REQUEST_READ)
        with self._database.read() as connection:
            request, thing = self.find(connection, officer, Action.REQUEST_READ, name)
            notices = store.notices(connection, request.id)
            officers = store.officers(connection, request.id)
            proposal = proposals.get(connection, request.id)
            follows = request.opening.body.follows
            scope = scope_of(officer)
            seen = lines.visible(connection, [] if follows is None else [follows.request], scope)
            later_ids = lines.visible(connection, store.later_ids(connection, request.id), scope)
            before = store.request(connection, seen[0]) if seen else None
            later = store.later(connection, request.id, only=later_ids)
        return Shown(
            request=request,
            ours=request.requester == self.node_id,
            dues=clocks(request),
            steps=tuple(step for step in self.possible(request) if rights.may(officer, RIGHT_OF[step], thing)),
            notices=notices,
            officers=officers,
            thing=thing,
            proposal=proposal,
            earlier=before,
            later=later,
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

    def possible(self, request: Request) -> tuple[Step, ...]:
        """The steps that this side may begin now: by the table, and by the time where the table leaves it open."""
        now = self._clock.now()
        awaited, until = request.awaited_correction, validate_until(request)
        open_now = awaited is not None and window_open(awaited, request, now)
        untimely = {
            Step.REFUSE: open_now,
            Step.CORRECT: awaited is not None and not open_now and request.opening.body.clocks.correct_s is not None,
            Step.VALIDATE: until is not None and now > until,
        }
        return tuple(step for step in request.possible(request.side_of(self.node_id)) if not untimely.get(step))

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
                clocks=clocks_agreed(terms, opening.kind, opening.urgency, authorised=opening.authorised),
                officer=named(officer, opening.phone),
            )
            self._check_opening(connection, opening, body, now)
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
            return self._send(
                connection, officer.id, Step.OPEN, outgoing, None, holder=officer, uploads=opening.uploads
            )

        said = (Step.OPEN.value, "", opening)
        return self._database.write(lambda connection: self._once(connection, officer, once, said, send))

    def act(self, officer: Officer, name: str, step: Step, form: StepForm, *, once: str = "") -> Request:
        """Take one step on a request; `once` as in `open`. A refusal that needs a second officer waits here for one.

        Raises `NotAllowed`: `not-found`, `step-not-possible`, `ground-not-agreed`, `once-used`, and the sender's own;
        `Refused`: `question-unknown`, `request-too-long`, `once-malformed`, and those of `rules.replies`.
        """
        if step not in RIGHT_OF or step is Step.OPEN:
            raise NotAllowed("step-not-possible", step=step.value, state="")
        rights.require(officer, RIGHT_OF[step])

        def send(connection: Connection) -> Request:
            request, _ = self.find(connection, officer, RIGHT_OF[step], name)
            if step not in self.possible(request):
                raise NotAllowed("step-not-possible", step=step.value, state=request.state.value)
            if not request.has_room(self.node_id, step):
                raise Refused("request-too-long", limit_messages=limits.HOTLINE_MESSAGES_MAX // 2)
            body = form.make(named(officer, form.phone), request.body)
            self._check_answer(request, step, body)
            self.check_ground(connection, request, body)
            if isinstance(body, bodies.Declined) and needs_second_officer(body.ground):
                return self.second.propose(connection, officer, request, body)
            self.check_reply(request, step, body)
            return self.send_step(connection, officer.id, step, body, request, holder=officer, uploads=form.uploads)

        said = (step.value, name, form)
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

    def _check_opening(self, connection: Connection, opening: Opening, body: bodies.Opening, now: datetime) -> None:
        """Once more inside the transaction: what the form found may have changed since."""
        kind, follows = BY_KIND[opening.kind], body.follows
        check_opening(kind, body, purpose=opening.purpose, typology=opening.typology)
        check_follow_up(
            kind,
            None if follows is None else store.earlier(connection, follows.request),
            named=follows is not None,
            reference="" if follows is None else follows.reference,
            sides=(self.node_id, opening.to),
            purpose=opening.purpose,
            at=now,
        )

    def _check_answer(self, request: Request, step: Step, body: Any) -> None:
        """What names a question names one that is open."""
        awaited = request.awaited_correction
        open_ones = {
            Step.CLARIFY: [question.asked.id for question in request.open_questions],
            Step.CORRECT: [] if awaited is None else [awaited.asked.id],
            Step.ANSWER_USE: [use.asked.id for use in request.open_uses(request.side_of(self.node_id))],
        }
        if step in open_ones and body.answers not in open_ones[step]:
            raise Refused("question-unknown", field="answers")

    def check_ground(self, connection: Connection, request: Request, body: msgspec.Struct) -> None:
        """A ground must be one that the agreement names."""
        if not isinstance(body, bodies.Declined | bodies.Returned):
            return
        terms = self.agreements.terms_in_force(connection, request.requester)
        grounds = () if terms is None else terms.agreement.refusal_grounds
        if body.ground not in grounds:
            raise NotAllowed("ground-not-agreed", field="ground", ground=body.ground)

    def check_reply(self, request: Request, step: Step, body: msgspec.Struct) -> None:
        """What the other side would refuse is not sent."""
        check_reply(request, request.side_of(self.node_id), step, body, at=self._clock.now())

    def _lapse(self, connection: Connection, request: Request, until: datetime) -> None:
        """Say that our request was not validated in time. Raises the sender's own `NotAllowed`."""
        body = bodies.Lapsed(validate_until=until)
        self.send_step(connection, None, Step.LAPSE, body, request)

    def send_step(
        self,
        connection: Connection,
        officer_id: str | None,
        step: Step,
        body: msgspec.Struct,
        request: Request,
        *,
        holder: Officer | None = None,
        also: Officer | None = None,
        uploads: tuple[str, ...] = (),
    ) -> Request:
        """Send one step that was found right. `officer_id` None: the node itself says it.

        `holder`: who becomes a holder of the request by certain steps, and whose `uploads` go along. `also`: who
        confirmed it.
        """
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
        return self._send(connection, officer_id, step, outgoing, request, holder=holder, also=also, uploads=uploads)

    def _send(
        self,
        connection: Connection,
        officer_id: str | None,
        step: Step,
        outgoing: Outgoing,
        before: Request | None,
        *,
        holder: Officer | None = None,
        also: Officer | None = None,
        uploads: tuple[str, ...] = (),
    ) -> Request:
        outgoing, named_files = self.files.attach(connection, holder, outgoing, uploads)
        sent = self._sender.send(connection, outgoing)
        self.files.sent(connection, holder, sent, named_files)
        fact = Fact(header=sent.header, body=outgoing.body, digest=sent.digest, standing=Standing.SENT)
        known = [] if before is None else list(before.facts.values())
        request = store.keep(connection, fact, node_id=self.node_id, before=known, officer_id=officer_id)
        if request is None:
            raise NotAllowed("not-found")
        if step is Step.OPEN:
            self.access.inherit(connection, request)
        if holder is not None and step in TAKEN_ON:
            held_by, now = {holder.id, *holder.units}, self._clock.now()
            access.add(connection, request.id, access.Relation.HOLDER, held_by, by=holder.id, at=now)
        if Step.REFUSE not in request.possible(request.side_of(self.node_id)):
            proposals.drop(connection, request.id)  # something else was decided meanwhile
        detail = {"message": sent.header.id, "digest": sent.digest}
        if also is not None:
            detail["confirmed_by"] = also.id
        self.note(connection, officer_id or NODE, step.value, request, detail)
        return request

    def note(self, connection: Connection, actor: str, action: str, request: Request, detail: dict[str, Any]) -> None:
        """Write down who did what, and tell open pages."""
        whole = {"reference": request.reference, **detail}
        self._record(
            connection,
            at=self._clock.now(),
            actor=actor,
            action=f"request.{action}",
            thing=request.id,
            detail=whole,
        )
        self._changed(connection, request.id)

    def _changed(self, connection: Connection, request_id: str) -> None:
        if self._tell is not None:
            self._announce(connection, access.thing(connection, request_id))

    def _announce(self, connection: Connection, thing: Thing) -> None:
        if self._tell is not None:
            tell = self._tell
            self._database.after_commit(connection, lambda: tell(thing))


def named(officer: Officer, phone: str) -> bodies.Officer:
    """The officer as the other side reads it."""
    return bodies.Officer(name=officer.name, unit=officer.unit, phone=phone)
