"""Two officers and one refusal: proposing, confirming, giving back (clause 12.8).

A refusal on a ground of law or of human rights is one officer's proposal until another officer confirms it. Nobody
confirms their own. What is sent names both; what is not sent is only in the journal.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.hotline.lifecycle import Step
from lienlac.hotline.proposals import store
from lienlac.people import rights
from lienlac.people.rights import Action, scope_of
from lienlac.wire.bodies import hotline as bodies

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lienlac.hotline.proposals.store import Proposal
    from lienlac.hotline.request import Request
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing
    from lienlac.storage.database import Database

RIGHT = Action.REQUEST_ANSWER
"""What the second officer needs: the right to refuse, in another person."""


class Desk(Protocol):
    """What is asked of the hotline's desk."""

    def find(self, connection: Connection, officer: Officer, action: Action, name: str, /) -> tuple[Request, Thing]:
        """One request for somebody who may do this to it; raises `NotAllowed("not-found")`."""
        ...

    def possible(self, request: Request, /) -> tuple[Step, ...]:
        """The steps that this side may begin now."""
        ...

    def now(self) -> Any:
        """The present."""
        ...

    def note(
        self, connection: Connection, actor: str, action: str, request: Request, detail: dict[str, Any], /
    ) -> None:
        """Write down who did what."""
        ...


class Counter(Protocol):
    """What is asked of the counter at which messages leave."""

    def check_ground(self, connection: Connection, request: Request, body: msgspec.Struct, /) -> None:
        """Raises `NotAllowed("ground-not-agreed")`."""
        ...

    def check_reply(self, request: Request, step: Step, body: msgspec.Struct, /) -> None:
        """Raises `Refused` for what the other side would not take."""
        ...

    def check_second(self, connection: Connection, officer: Officer, request: Request, body: msgspec.Struct, /) -> None:
        """Raises `NotAllowed("release-approver")` where the agreement asks for another second officer."""
        ...

    def send_step(
        self,
        connection: Connection,
        officer_id: str | None,
        step: Step,
        body: msgspec.Struct,
        request: Request,
        /,
        *,
        also: Officer | None = None,
    ) -> Request:
        """Send a step that was found right."""
        ...


class SecondOfficers:
    """Proposed refusals, as the desk, its pages and its interface use them."""

    def __init__(self, desk: Desk, counter: Counter, database: Database) -> None:
        self._desk = desk
        self._counter = counter
        self._database = database

    def propose(self, connection: Connection, officer: Officer, request: Request, body: bodies.Declined) -> Request:
        """Keep a refusal here, checked as if it were confirmed, so that confirming it cannot disappoint."""
        self._counter.check_reply(request, Step.REFUSE, msgspec.structs.replace(body, confirmed_by=body.officer))
        proposal = store.Proposal(request_id=request.id, officer_id=officer.id, at=self._desk.now(), body=body)
        store.put(connection, proposal)
        self._desk.note(connection, officer.id, "propose-refusal", request, {"ground": body.ground})
        return request

    def waiting(self, officer: Officer) -> list[tuple[Proposal, str]]:
        """Refusals that wait for a second officer, each with its request's reference."""
        rights.require(officer, Action.REQUEST_READ)
        with self._database.read() as connection:
            return store.waiting(connection, scope_of(officer))

    def confirm(self, officer: Officer, name: str) -> Request:
        """Send a proposed refusal as its second officer.

        Raises `NotAllowed`: `nothing-proposed`, `own-proposal`, `step-not-possible`, `release-approver`, and the
        sender's own.
        """
        rights.require(officer, RIGHT)

        def work(connection: Connection) -> Request:
            request, proposal = self._proposal(connection, officer, name)
            if proposal.officer_id == officer.id:
                raise NotAllowed("own-proposal")
            if Step.REFUSE not in self._desk.possible(request):
                raise NotAllowed("step-not-possible", step=Step.REFUSE.value, state=request.state.value)
            second = bodies.Officer(name=officer.name, unit=officer.unit)
            body = msgspec.structs.replace(proposal.body, confirmed_by=second)
            self._counter.check_ground(connection, request, body)
            self._counter.check_reply(request, Step.REFUSE, body)
            self._counter.check_second(connection, officer, request, body)
            store.drop(connection, request.id)
            author_id = proposal.officer_id
            return self._counter.send_step(connection, author_id, Step.REFUSE, body, request, also=officer)

        return self._database.write(work)

    def drop(self, officer: Officer, name: str, reason: str) -> Request:
        """Give a proposed refusal back to its author, or take one's own back; nothing is sent.

        Raises `NotAllowed("nothing-proposed")`, `Refused("reason-missing")`.
        """
        rights.require(officer, RIGHT)

        def work(connection: Connection) -> Request:
            request, proposal = self._proposal(connection, officer, name)
            own = proposal.officer_id == officer.id
            if not own and not reason.strip():
                raise Refused("reason-missing", field="reason")
            if own:
                store.drop(connection, request.id)
            else:
                why = reason.strip()[: limits.LINE_MAX_CHARS]
                store.put(connection, dataclasses.replace(proposal, returned_by=officer.name, reason=why))
            detail = {"proposed_by": proposal.officer_id, "ground": proposal.body.ground}
            self._desk.note(connection, officer.id, "take-back-refusal" if own else "return-refusal", request, detail)
            return request

        return self._database.write(work)

    def _proposal(self, connection: Connection, officer: Officer, name: str) -> tuple[Request, Proposal]:
        request, _ = self._desk.find(connection, officer, RIGHT, name)
        proposal = store.get(connection, request.id)
        if proposal is None or not proposal.waits:
            raise NotAllowed("nothing-proposed")
        return request, proposal
