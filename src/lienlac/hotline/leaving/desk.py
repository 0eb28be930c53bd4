"""The counter at which every message of an officer leaves: checked, redacted, shown, sent or put before another.

Each act is one transaction: the right, the table, the message, the fact, the journal. What the table does not allow now
is `NotAllowed("step-not-possible")` before anything is sent. Where the agreement asks for a second officer nothing is
sent: the whole message waits as a release, and leaves as it was shown once somebody else has approved it (`approved`).
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from lienlac import ids, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.exchange.post import Outgoing
from lienlac.hotline import store
from lienlac.hotline.forms.clocks import clocks_agreed
from lienlac.hotline.kinds import STEP_OF, kind_of
from lienlac.hotline.kinds.steps import needs_second_officer
from lienlac.hotline.leaving import checks, rule
from lienlac.hotline.leaving.lines import labels, lines, value_of
from lienlac.hotline.lifecycle import Step
from lienlac.hotline.proposals import store as proposals
from lienlac.hotline.proposals.desk import SecondOfficers
from lienlac.hotline.request import Fact, Request
from lienlac.hotline.rules.actions import RIGHT_OF
from lienlac.hotline.shown import Preview, Switch
from lienlac.hotline.watch import NODE
from lienlac.people import rights
from lienlac.people.access import store as access
from lienlac.people.rights import Action
from lienlac.records.drafts import draft_of
from lienlac.records.fact import Standing
from lienlac.releases.desk import Wish
from lienlac.releases.preview import Redacted, blackened, fields, redact
from lienlac.wire.bodies import hotline as bodies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.exchange.post import Sender
    from lienlac.hotline.arrivals import Agreements
    from lienlac.hotline.files.desk import Named, RequestFiles
    from lienlac.hotline.forms.clocks import Terms
    from lienlac.hotline.forms.openings import Opening
    from lienlac.hotline.forms.steps import Filled
    from lienlac.hotline.measuring.desk import Measures
    from lienlac.hotline.naming.desk import Requests
    from lienlac.hotline.shown import StepForm
    from lienlac.ids import Chance
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing
    from lienlac.releases.desk import Releases
    from lienlac.releases.preview import Choice
    from lienlac.releases.release import Release
    from lienlac.releases.wording import Words
    from lienlac.storage.database import Database

_NOT_YET = "XX-2000-000000"
"""Stands for the reference of a request that has none yet."""
ADDRESSEES = ("duty-desk",)
"""Whom a follow-up is for: the desk that has the request."""
TAKEN_ON = frozenset({Step.OPEN, Step.ACKNOWLEDGE})
"""Steps by which an officer becomes a holder of the request."""


class Desk(Protocol):
    """What is asked of the hotline's desk."""

    node_id: str
    country: str
    agreements: Agreements
    files: RequestFiles
    naming: Requests
    measures: Measures

    def find(self, connection: Connection, officer: Officer, action: Action, name: str, /) -> tuple[Request, Thing]:
        """One request for somebody who may do this to it; raises `NotAllowed("not-found")`."""
        ...

    def possible(self, request: Request, /) -> tuple[Step, ...]:
        """The steps that this side may begin now."""
        ...

    def inherit(self, connection: Connection, request: Request, *, ours: bool = False) -> None:
        """A request that goes on from something restricted is as restricted from its first moment."""
        ...

    def now(self) -> datetime:
        """The present."""
        ...

    def note(
        self, connection: Connection, actor: str, action: str, request: Request, detail: dict[str, Any], /
    ) -> None:
        """Write down who did what."""
        ...


class Counter:
    """What `Hotline.open` and `Hotline.act` do, and how a message looks before."""

    def __init__(self, desk: Desk, *, database: Database, chance: Chance, sender: Sender, releases: Releases) -> None:
        self._desk = desk
        self._database = database
        self._chance = chance
        self._sender = sender
        self._releases = releases
        self.second = SecondOfficers(desk, self, database)

    # --- acting ---
    def open(self, officer: Officer, opening: Opening, *, once: str = "") -> Request | Release:
        """As `Hotline.open`."""
        rights.require(officer, Action.REQUEST_OPEN)

        def send(connection: Connection) -> Request | Release:
            now = self._desk.now()
            number = store.NUMBERS.next(connection, now.year)
            whole = self._body(connection, officer, opening, f"{self._desk.country}-{now.year}-{number:06d}")
            cut = redact(whole, opening.leaving)
            outgoing = _outgoing(opening, cut.body, ids.new_id("req", self._chance))
            self.check_opening(connection, outgoing)
            return self._leave(connection, officer, outgoing, None, whole, cut, opening)

        said = (Step.OPEN.value, "", opening)
        return self._database.write(lambda connection: self._once(connection, officer, once, said, send))

    def act(self, officer: Officer, name: str, step: Step, form: StepForm, *, once: str = "") -> Request | Release:
        """As `Hotline.act`."""
        if step not in RIGHT_OF or step is Step.OPEN:
            raise NotAllowed("step-not-possible", step=step.value, state="")
        rights.require(officer, RIGHT_OF[step])

        def send(connection: Connection) -> Request | Release:
            request, _ = self._desk.find(connection, officer, RIGHT_OF[step], name)
            whole = form.make(named(officer, form.phone), request.body)
            cut = redact(whole, form.leaving)
            self.check_step(connection, request, step, cut.body)
            if isinstance(cut.body, bodies.Declined) and needs_second_officer(cut.body.ground):
                return self.second.propose(connection, officer, request, cut.body)
            self.check_reply(request, step, cut.body)
            outgoing = self._outgoing(step, cut.body, request)
            return self._leave(connection, officer, outgoing, request, whole, cut, form)

        said = (step.value, name, form)
        return self._database.write(lambda connection: self._once(connection, officer, once, said, send))

    # --- before it leaves ---
    def preview_open(self, officer: Officer, opening: Opening, words: Words) -> Preview:
        """What a new request would say, and whether it may leave at once. Raises `NotAllowed("no-agreement")`."""
        rights.require(officer, Action.REQUEST_OPEN)
        with self._database.read() as connection:
            whole = self._body(connection, officer, opening, _NOT_YET)
            outgoing = _outgoing(opening, whole, None)
            return self._preview(connection, Step.OPEN, outgoing, opening.kind, opening, words)

    def preview_step(self, officer: Officer, name: str, filled: Filled, words: Words) -> Preview:
        """The same for a step on a request. Raises `NotAllowed("not-found")`."""
        rights.require(officer, RIGHT_OF[filled.step])
        with self._database.read() as connection:
            request, _ = self._desk.find(connection, officer, RIGHT_OF[filled.step], name)
            whole = filled.make(named(officer, filled.phone), request.body)
            outgoing = self._outgoing(filled.step, whole, request)
            return self._preview(connection, filled.step, outgoing, request.kind, filled, words)

    def _preview(
        self,
        connection: Connection,
        step: Step,
        outgoing: Outgoing,
        opening_kind: str,
        form: Opening | StepForm,
        words: Words,
    ) -> Preview:
        whole, choice = outgoing.body, form.leaving
        cut = redact(whole, replace(choice, why=choice.why or "…"))  # the reason is asked for when it is sent
        reasons, approvers, _ = self._asked(connection, step, outgoing, opening_kind, cut, form.uploads)
        about = {field.path: field.about for field in fields(whole)}
        paths = (*cut.withheld, *cut.let_out)
        switches = tuple(
            Switch(
                path=path,
                label=label,
                text=value_of(step, whole, path, words),
                about=about[path],
                out=path in cut.let_out,
            )
            for path, label in sorted(zip(paths, labels(step, type(whole), paths, words), strict=True))
        )
        shown = (outgoing.kind, cut.body, outgoing.recipient, outgoing.marks, reasons, outgoing.addressees)
        return Preview(
            body=cut.body,
            lines=tuple(
                replace(line, text=words.gettext("given when it leaves")) if line.text == _NOT_YET else line
                for line in lines(step, cut.body, words)
            ),
            switches=switches,
            reasons=reasons,
            approvers=tuple(sorted(approvers)),
            look=bool(reasons or switches or cut.persons or blackened(cut.body)),
            digest=hashlib.sha256(msgspec.json.encode(shown)).hexdigest(),
        )

    # --- what the hotline's other desks ask ---
    def check_opening(self, connection: Connection, outgoing: Outgoing) -> None:
        """What holds of an opening now. Raises `Refused`, `NotAllowed`."""
        body: Any = outgoing.body
        checks.opening(
            outgoing.kind,
            body,
            None if body.follows is None else store.earlier(connection, body.follows.request),
            purpose=outgoing.purpose,
            typology=outgoing.typology,
            sides=(self._desk.node_id, outgoing.recipient),
            at=self._desk.now(),
        )

    def check_ground(self, connection: Connection, request: Request, body: msgspec.Struct) -> None:
        """A ground must be one that the agreement names."""
        checks.ground(self._desk.agreements.terms_in_force(connection, request.requester), body)

    def check_reply(self, request: Request, step: Step, body: msgspec.Struct) -> None:
        """What the other side would refuse is not sent."""
        checks.reply(request, self._desk.node_id, step, body, self._desk.now())

    def check_second(self, connection: Connection, officer: Officer, request: Request, body: msgspec.Struct) -> None:
        """Whoever confirms a refusal is the second officer that the agreement asks for, where it asks for one.

        Raises `NotAllowed("release-approver")`.
        """
        cut = Redacted(body=body, withheld=(), let_out=())
        outgoing = self._outgoing(Step.REFUSE, body, request)
        reasons, approvers, _ = self._asked(connection, Step.REFUSE, outgoing, request.kind, cut, ())
        if reasons and not any(role.value in approvers for role in officer.roles):
            raise NotAllowed("release-approver", roles=", ".join(sorted(approvers)))

    def send_step(
        self,
        connection: Connection,
        officer_id: str | None,
        step: Step,
        body: msgspec.Struct,
        request: Request,
        *,
        also: Officer | None = None,
    ) -> Request:
        """Send one step that needs no second officer, or had one. `officer_id` None: the node itself says it."""
        return self.emit(connection, officer_id, step, self._outgoing(step, body, request), request, also=also)

    def lapse(self, connection: Connection, request: Request, until: datetime) -> None:
        """Say that our request was not validated in time. Raises the sender's own `NotAllowed`."""
        self.send_step(connection, None, Step.LAPSE, bodies.Lapsed(validate_until=until), request)

    # --- inside ---
    def _once(
        self,
        connection: Connection,
        officer: Officer,
        key: str,
        said: tuple[str, str, object],
        send: Callable[[Connection], Request | Release],
    ) -> Request | Release:
        """Send, unless this form was sent before: then what it became. Another form under the same key is refused."""
        before = store.ONCE.before(connection, officer.id, key, said)
        if before is None:
            made = send(connection)
            store.ONCE.keep(connection, officer.id, key, said, made=made.id, at=self._desk.now())
            return made
        if before.startswith("rel-"):
            return self._releases.get(connection, officer, before)
        return self._desk.find(connection, officer, Action.REQUEST_READ, before)[0]

    def terms(self, connection: Connection, peer_id: str) -> Terms:
        """The agreement in force. Raises `NotAllowed("no-agreement")`."""
        terms = self._desk.agreements.terms_in_force(connection, peer_id)
        if terms is None:
            raise NotAllowed("no-agreement", peer=peer_id)
        return terms

    def _body(self, connection: Connection, officer: Officer, opening: Opening, reference: str) -> bodies.Opening:
        terms = self.terms(connection, opening.to)
        return opening.make(
            reference=reference,
            clocks=clocks_agreed(terms, opening.kind, opening.urgency, authorised=opening.authorised),
            officer=named(officer, opening.phone),
        )

    def check_step(self, connection: Connection, request: Request, step: Step, body: msgspec.Struct) -> None:
        """Whether the step may be taken now, and answers what is open. Raises `NotAllowed`, `Refused`."""
        if step not in self._desk.possible(request):
            raise NotAllowed("step-not-possible", step=step.value, state=request.state.value)
        if not request.has_room(self._desk.node_id, step):
            raise Refused("request-too-long", limit_messages=limits.HOTLINE_MESSAGES_MAX // 2)
        checks.answer(request, self._desk.node_id, step, body)
        self.check_ground(connection, request, body)

    def _outgoing(self, step: Step, body: msgspec.Struct, request: Request) -> Outgoing:
        header = request.opening.header
        return Outgoing(
            kind=kind_of(step),
            body=body,
            recipient=header.recipient if request.requester == self._desk.node_id else header.sender,
            purpose=header.purpose,
            legal_basis=header.legal_basis,
            legal_basis_text=header.legal_basis_text,
            typology=header.typology,
            marks=header.marks,
            addressees=ADDRESSEES,
            record_id=request.id,
            case_id=header.case_id,
        )

    def _asked(
        self,
        connection: Connection,
        step: Step,
        outgoing: Outgoing,
        opening_kind: str,
        cut: Redacted,
        uploads: Iterable[str],
    ) -> tuple[tuple[Any, ...], frozenset[str], timedelta]:
        """Why a second officer must look, who may, and how long it may wait. Without an agreement nothing leaves."""
        terms = self.terms(connection, outgoing.recipient)
        found = rule.reasons(
            terms,
            step,
            opening_kind,
            outgoing.marks,
            outgoing.typology,
            persons=cut.persons,
            files=bool(tuple(uploads)),
        )
        clause = terms.agreement.second_officer
        return found, frozenset(clause.approvers), timedelta(seconds=clause.wait_s)

    def _leave(
        self,
        connection: Connection,
        officer: Officer,
        outgoing: Outgoing,
        request: Request | None,
        whole: msgspec.Struct,
        cut: Redacted,
        form: Opening | StepForm,
    ) -> Request | Release:
        """Send it, or put it before a second officer; life in danger sends at once and is reviewed."""
        step, choice = STEP_OF[outgoing.kind], form.leaving
        outgoing, files = self._desk.files.attach(connection, officer, outgoing, form.uploads)
        opening_kind = outgoing.kind if request is None else request.kind
        reasons, approvers, wait = self._asked(connection, step, outgoing, opening_kind, cut, form.uploads)
        if reasons:
            opened: Any = outgoing.body if request is None else request.opening.body
            wish = Wish(
                draft=draft_of(outgoing, form.uploads),
                reference=opened.reference,
                reasons=reasons,
                withheld=cut.withheld,
                let_out=cut.let_out,
                why=choice.why if cut.let_out else "",
                whole=msgspec.json.encode(whole),
                urgency=opened.urgency.value,
                drill=opened.drill,
                approvers=approvers,
                wait=min(wait, timedelta(hours=limits.UPLOAD_KEPT_H)) if form.uploads else wait,
                instead_of=choice.instead_of,
            )
            if not choice.ahead:
                follows = opened.follows if request is None else None
                earlier = "" if follows is None else follows.request
                return self._wait(connection, officer, wish, form.uploads, earlier)
            self._releases.ahead(connection, officer, wish, choice.ahead)
        said = _said(cut, choice)
        sent = self.emit(connection, officer.id, step, outgoing, request, holder=officer, files=files, said=said)
        if choice.instead_of and not reasons:
            self._releases.went_on(connection, officer, choice.instead_of, sent.id)
        return sent

    def _wait(
        self, connection: Connection, officer: Officer, wish: Wish, uploads: tuple[str, ...], earlier: str
    ) -> Release:
        """Put it before a second officer; `earlier` is the request that an opening goes on from."""
        record_id = wish.draft.record_id or ""
        if STEP_OF[wish.draft.kind] is Step.OPEN:
            holders = {officer.id, *officer.units}
            access.add(connection, record_id, access.Relation.HOLDER, holders, by=officer.id, at=self._desk.now())
            self._hide_with(connection, record_id, earlier)
        self._desk.files.keep(connection, officer, uploads)
        return self._releases.propose(connection, officer, wish)

    def _hide_with(self, connection: Connection, record_id: str, earlier: str) -> None:
        """What goes on from a restricted request is as restricted while it waits as it will be once it is sent."""
        before = access.thing(connection, earlier)
        if before.restricted:
            subjects = before.units | before.officers
            access.add(connection, record_id, access.Relation.ALLOWED, subjects, by=NODE, at=self._desk.now())

    def emit(
        self,
        connection: Connection,
        officer_id: str | None,
        step: Step,
        outgoing: Outgoing,
        before: Request | None,
        *,
        holder: Officer | None = None,
        also: Officer | None = None,
        files: Named = (),
        said: dict[str, Any] | None = None,
    ) -> Request:
        """It leaves.

        `holder`: who becomes a holder by certain steps, and whose `files` go along; `also`: who confirmed it.
        """
        sent = self._sender.send(connection, outgoing)
        self._desk.files.sent(connection, holder, sent, files)
        fact = Fact(header=sent.header, body=outgoing.body, digest=sent.digest, standing=Standing.SENT)
        known = [] if before is None else list(before.facts.values())
        request = store.keep(connection, fact, node_id=self._desk.node_id, before=known, officer_id=officer_id)
        if request is None:
            raise NotAllowed("not-found")
        if step is Step.OPEN:
            self._desk.inherit(connection, request, ours=True)
        if holder is not None and step in TAKEN_ON:
            held_by, now = {holder.id, *holder.units}, self._desk.now()
            access.add(connection, request.id, access.Relation.HOLDER, held_by, by=holder.id, at=now)
        if Step.REFUSE not in request.possible(request.side_of(self._desk.node_id)):
            proposals.drop(connection, request.id)  # something else was decided meanwhile
        self._desk.naming.said(connection, request)
        self._desk.measures.changed(connection, request)
        detail = {"message": sent.header.id, "digest": sent.digest, **(said or {})}
        if also is not None:
            detail["confirmed_by"] = also.id
        self._desk.note(connection, officer_id or NODE, step.value, request, detail)
        return request


def named(officer: Officer, phone: str) -> bodies.Officer:
    """The officer as the other side reads it."""
    return bodies.Officer(name=officer.name, unit=officer.unit, phone=phone)


def _said(cut: Redacted, choice: Choice) -> dict[str, Any]:
    """What the journal keeps of an officer's choice: names of fields and the reason, never what they hold."""
    said: dict[str, Any] = {"withheld": list(cut.withheld)} if cut.withheld else {}
    return said | ({"let_out": list(cut.let_out), "why": choice.why} if cut.let_out else {})


def _outgoing(opening: Opening, body: msgspec.Struct, record_id: str | None) -> Outgoing:
    return Outgoing(
        kind=opening.kind,
        body=body,
        recipient=opening.to,
        purpose=opening.purpose,
        legal_basis=opening.legal_basis,
        legal_basis_text=opening.legal_basis_text,
        typology=opening.typology,
        marks=opening.marks,
        addressees=opening.addressees or ADDRESSEES,
        record_id=record_id,
        case_id=opening.case_id,
    )
