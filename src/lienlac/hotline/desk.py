"""An officer acts: opens a request, answers one, says what came of it; and `Hotline`, the slice as others see it.

What leaves goes over the counter (`leaving.desk`). Reading goes through here too, so that no screen and
no program sees what its officer may not: a request is looked up within the officer's scope, so that one that is hidden
and one that does not exist are the same to the database already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.errors import NotAllowed
from lienlac.hotline import store
from lienlac.hotline.arrivals import Arrivals
from lienlac.hotline.deadlines import clocks, validate_until, window_open
from lienlac.hotline.files.desk import RequestFiles
from lienlac.hotline.forms.openings import read_opening
from lienlac.hotline.forms.steps import read_step
from lienlac.hotline.inbox import store as lines
from lienlac.hotline.inbox.saved.desk import SavedFilters
from lienlac.hotline.kinds import BY_KIND, HOTLINE_KINDS, STEP_OF
from lienlac.hotline.leaving.approved.desk import Approved
from lienlac.hotline.leaving.desk import Counter
from lienlac.hotline.lifecycle import Step
from lienlac.hotline.measuring.desk import Measures
from lienlac.hotline.naming.desk import Requests
from lienlac.hotline.proposals import store as proposals
from lienlac.hotline.rules.actions import RIGHT_OF
from lienlac.hotline.search import desk as searching
from lienlac.hotline.shown import Partner, Shown
from lienlac.hotline.watch import Watched, watch_due
from lienlac.people import rights
from lienlac.people.access import store as access
from lienlac.people.rights import Action, scope_of
from lienlac.records.access.desk import NeedToKnow, Subject
from lienlac.releases.desk import Releases

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.exchange.post import ArrivalHandler, Sender, SettlementHandler
    from lienlac.hotline.arrivals import Agreements
    from lienlac.hotline.files.desk import Carrier
    from lienlac.hotline.forms.openings import Opening
    from lienlac.hotline.forms.steps import Filled
    from lienlac.hotline.naming.desk import Index
    from lienlac.hotline.request import Request
    from lienlac.hotline.rules.followups import Earlier
    from lienlac.hotline.shown import Record, StepForm
    from lienlac.ids import Chance
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing
    from lienlac.records.party import Party
    from lienlac.releases.release import Release
    from lienlac.storage.database import Database
    from lienlac.wire.kinds import Kind


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
        releases: Releases | None = None,
        index: Index | None = None,
    ) -> None:
        """`changed` hears of each request that changed, once durable, and who may know of it; `carrier` has files.

        `releases`: where messages wait for a second officer; one of its own where none is given. `index`: where
        identifiers are written down.
        """
        self.node_id = node_id
        self.country = country.upper()
        self.agreements = agreements
        self._database = database
        self._clock = clock
        self._record = record
        self._tell = changed
        self.naming = Requests(index)
        self.measures = Measures()
        self.saved = SavedFilters(database=database, clock=clock, chance=chance)
        self.files = RequestFiles(self.find, database, carrier)
        self.releases = releases or Releases(database=database, clock=clock, chance=chance, record=record)
        self.counter = Counter(self, database=database, chance=chance, sender=sender, releases=self.releases)
        self.second = self.counter.second
        self.approved = Approved(self, self.counter, self.releases)
        self.releases.serve(STEP_OF, self.approved)
        self.access = NeedToKnow(
            Subject(kind="request", reads=Action.REQUEST_READ, restricts=Action.REQUEST_RESTRICT),
            database=database,
            clock=clock,
            record=record,
            find=self.find,
            changed=self._seen_by,
            mark=lambda connection, id_, restricted: lines.set_restricted(connection, id_, restricted=restricted),
        )
        self._arrivals = Arrivals(
            node_id,
            agreements,
            changed=self._changed,
            opened=self.inherit,
            said=self.naming.said,
            measured=self.measures.changed,
        )

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
        watched = watch_due(connection, now, node_id=self.node_id, record=self._record, lapse=self.counter.lapse)
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
            officers = store.FACTS.officers(connection, request.id)
            proposal = proposals.get(connection, request.id)
            follows = request.opening.body.follows
            scope = scope_of(officer)
            seen = lines.visible(connection, [] if follows is None else [follows.request], scope)
            later_ids = lines.visible(connection, store.later_ids(connection, request.id), scope)
            before = store.request(connection, seen[0]) if seen else None
            waiting = self.releases.open_about(connection, officer, thing)
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
            releases=tuple(waiting),
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
    def open(self, officer: Officer, opening: Opening, *, once: str = "") -> Request | Release:
        """Send a new request whose form was found right, or put it before a second officer. Raises `NotAllowed`.

        `once` is a key of the officer's own for this form: however often the form comes, it is sent once.
        """
        return self.counter.open(officer, opening, once=once)

    def act(self, officer: Officer, name: str, step: Step, form: StepForm, *, once: str = "") -> Request | Release:
        """Take one step on a request, or put it before a second officer; `once` as in `open`.

        A refusal that needs a second officer waits in its own place, with the request.

        Raises `NotAllowed`: `not-found`, `step-not-possible`, `ground-not-agreed`, `once-used`, and the sender's own;
        `Refused`: `question-unknown`, `request-too-long`, `once-malformed`, and those of `rules.replies`.
        """
        return self.counter.act(officer, name, step, form, once=once)

    # --- inside ---
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

    def inherit(self, connection: Connection, request: Request, *, ours: bool = False) -> None:
        """A request that goes on from something restricted is as restricted from its first moment.

        Either side's follow-up repeats what the earlier request says, so whoever may not know of that one may not
        learn it from this; and what our own officer begins from a channel (`ours`) repeats what the channel says. A
        partner's word for a case hides nothing here.
        """
        follows, case_id = request.opening.body.follows, request.opening.header.case_id
        sources = ([] if follows is None else [follows.request]) + ([case_id] if ours and case_id else [])
        self.access.inherit(connection, request, sources)

    def _changed(self, connection: Connection, request_id: str) -> None:
        if self._tell is not None:
            self._announce(connection, access.thing(connection, request_id))

    def _seen_by(self, connection: Connection, thing: Thing) -> None:
        self.naming.seen_by(connection, thing)
        self._announce(connection, thing)

    def _announce(self, connection: Connection, thing: Thing) -> None:
        if self._tell is not None:
            tell = self._tell
            self._database.after_commit(connection, lambda: tell(thing))
