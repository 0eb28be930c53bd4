"""The counter at which messages of channels leave: sent at once, or put before a second officer.

Each is one transaction with its caller's: the message, the fact, the journal. Where the agreement asks for a second
officer nothing is sent: the message waits as a release, and leaves as it was shown once somebody else has approved it.
Where lives are in danger it may be sent ahead; what stays then is a review. This is also the channels as
`releases.desk.Slice`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec

from lienlac.emergencies.emergency import Fact
from lienlac.emergencies.kinds import BODY_OF, STEP_OF
from lienlac.emergencies.leaving.lines import labels, lines
from lienlac.emergencies.lifecycle import Step
from lienlac.emergencies.rules.clocks import clocks_agreed
from lienlac.emergencies.rules.eyes import reasons
from lienlac.emergencies.store import facts as store
from lienlac.emergencies.store import links, origins
from lienlac.emergencies.views import timeline
from lienlac.emergencies.views.onward import onward
from lienlac.errors import NotAllowed, Refused
from lienlac.people import rights
from lienlac.people.access import store as access
from lienlac.people.rights import Action
from lienlac.records.drafts import body_of, draft_of, outgoing_of
from lienlac.records.fact import Standing
from lienlac.releases.desk import Wish
from lienlac.releases.preview import without_passages
from lienlac.releases.release import SENT, Release
from lienlac.wire.bodies import emergencies as bodies

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.emergencies.arrivals import Agreements
    from lienlac.emergencies.emergency import Emergency
    from lienlac.emergencies.rules.clocks import Terms
    from lienlac.emergencies.shown import Cases
    from lienlac.exchange.post import Outgoing, Sender
    from lienlac.people.officer import Officer
    from lienlac.records.forms.leave import Leave
    from lienlac.releases.desk import Releases
    from lienlac.releases.preview import Line
    from lienlac.releases.release import Draft
    from lienlac.releases.wording import Words
    from lienlac.storage.database import Database

_TAKEN_ON: Final = frozenset({Step.OPEN, Step.ANSWER, Step.PRESENCE})
"""Steps by which an officer becomes a holder of the channel."""


class Desk(Protocol):
    """What is asked of the channels' desk."""

    node_id: str
    agreements: Agreements
    cases: Cases | None

    def now(self) -> datetime:
        """The present."""
        ...

    def check(self, connection: Connection, step: Step, outgoing: Outgoing, /) -> Emergency | None:
        """What must hold of a message now; the channel that it is about, None for a new one."""
        ...

    def note(
        self, connection: Connection, actor: str, step: Step, emergency: Emergency, detail: dict[str, Any], /
    ) -> None:
        """Something was said: write down by whom, and let whoever listens hear of it."""
        ...


class Counter:
    """Sends, or proposes."""

    def __init__(self, desk: Desk, *, database: Database, sender: Sender, releases: Releases) -> None:
        self._desk = desk
        self._database = database
        self._sender = sender
        self._releases = releases

    def terms(self, connection: Connection, peer_id: str) -> Terms:
        """The agreement in force. Raises `NotAllowed("no-agreement")`."""
        terms = self._desk.agreements.terms_in_force(connection, peer_id)
        if terms is None:
            raise NotAllowed("no-agreement", peer=peer_id)
        return terms

    def leave(
        self, connection: Connection, officer: Officer, outgoing: Outgoing, leave: Leave, *, of_case: str = ""
    ) -> Emergency | Release:
        """Send it, or put it before a second officer; life in danger sends at once and is reviewed.

        `of_case`: for which case it is opened, kept as long as it waits.
        """
        step, whole = STEP_OF[outgoing.kind], msgspec.json.encode(outgoing.body)
        outgoing = replace(outgoing, body=without_passages(outgoing.body))
        before = self._desk.check(connection, step, outgoing)
        terms = self.terms(connection, outgoing.recipient)
        found = reasons(terms, step, outgoing.marks, outgoing.typology)
        if found:
            wish = _wish(outgoing, before, terms, found, leave, whole)
            if not leave.ahead:
                if before is None:
                    self._take_on(connection, officer, outgoing)
                if of_case:
                    origins.keep(connection, outgoing.record_id or "", of_case)
                return self._releases.propose(connection, officer, wish)
            self._releases.ahead(connection, officer, wish, leave.ahead)
        sent = self._emit(connection, officer, step, outgoing, before)
        if leave.instead_of and not found:
            self._releases.went_on(connection, officer, leave.instead_of, sent.id)
        return sent

    def _emit(
        self,
        connection: Connection,
        officer: Officer,
        step: Step,
        outgoing: Outgoing,
        before: Emergency | None,
        *,
        also: Officer | None = None,
    ) -> Emergency:
        """It leaves; `also`: who approved it."""
        sent = self._sender.send(connection, outgoing)
        fact = Fact(header=sent.header, body=outgoing.body, digest=sent.digest, standing=Standing.SENT)
        known = [] if before is None else list(before.facts.values())
        emergency = store.keep(connection, fact, node_id=self._desk.node_id, before=known, officer_id=officer.id)
        if emergency is None:
            raise NotAllowed("not-found")
        if step in _TAKEN_ON:
            self._take_on(connection, officer, outgoing)
        raised = _raised_from(outgoing)
        if raised is not None:
            links.add(connection, emergency.id, raised.request, peer=outgoing.recipient, at=self._desk.now())
        detail = {"reference": emergency.reference, "message": sent.header.id, "digest": sent.digest}
        if also is not None:
            detail |= {"confirmed_by": also.id, **self._into_case(connection, officer, emergency)}
        self._desk.note(connection, officer.id, step, emergency, detail)
        return emergency

    def _take_on(self, connection: Connection, officer: Officer, outgoing: Outgoing) -> None:
        """The officer holds the channel; what it repeats of a request makes it as restricted, from the first moment."""
        emergency_id, now = outgoing.record_id or "", self._desk.now()
        holders = {officer.id, *officer.units}
        access.add(connection, emergency_id, access.Relation.HOLDER, holders, by=officer.id, at=now)
        raised = _raised_from(outgoing)
        if raised is not None:
            source = access.thing(connection, raised.request)
            named = source.units | source.officers
            access.add(connection, emergency_id, access.Relation.ALLOWED, named, by=officer.id, at=now)

    def _into_case(self, connection: Connection, officer: Officer, emergency: Emergency) -> dict[str, str]:
        """The case for which it waited names it now; what is noted of that.

        Nobody was asked then who may hear of it: the partner of the channel alone does, as far as it takes part in the
        case. Where the case takes it no longer, the channel leaves all the same.
        """
        case_id = origins.case_of(connection, emergency.id)
        if not case_id or self._desk.cases is None:
            return {}
        peer = emergency.other(self._desk.node_id)
        channel = replace(onward(emergency, self._desk.node_id), only=frozenset({peer}))
        savepoint = connection.begin_nested()
        try:
            self._desk.cases.link(connection, officer, case_id, channel)
        except (NotAllowed, Refused) as error:
            if error.code.startswith("storage-"):
                raise
            savepoint.rollback()
            return {"case": case_id, "case_refused": error.code}
        savepoint.commit()
        return {"case": case_id}

    # --- what releases ask ---
    def send_released(self, connection: Connection, draft: Draft, proposer: Officer, approver: Officer) -> None:
        """Send what was approved, to the byte of its body; all that may have changed is looked at again."""
        body = body_of(draft, BODY_OF)
        step, outgoing = STEP_OF[draft.kind], outgoing_of(draft, body)
        action = Action.EMERGENCY_OPEN if step is Step.OPEN else Action.EMERGENCY_WRITE
        try:
            rights.require(proposer, Action.RELEASE_PROPOSE)
            rights.require(proposer, action, access.thing(connection, draft.record_id or "", "emergency"))
        except NotAllowed as error:
            raise NotAllowed("release-proposer-gone") from error
        try:
            before = self._desk.check(connection, step, outgoing)
        except Refused as refusal:
            raise refusal.as_ours() from refusal
        if isinstance(body, bodies.Opened):
            urgency = timeline.urgency_of(danger=body.lives_in_danger)
            if body.clocks != clocks_agreed(self.terms(connection, draft.recipient), urgency):
                raise NotAllowed("release-outdated")
        self._emit(connection, proposer, step, outgoing, before, also=approver)

    def lines_of(self, draft: Draft, words: Words) -> tuple[Line, ...]:
        """What would leave, field by field."""
        return lines(msgspec.json.decode(draft.body, type=BODY_OF[draft.kind]), words)

    def labels_of(self, kind: str, paths: Iterable[str], words: Words) -> tuple[str, ...]:
        """What fields are called."""
        del kind
        return labels(paths, words)

    def page_to_go_on(self, release: Release) -> str:
        """The form, filled with what was typed."""
        if STEP_OF[release.kind] is Step.OPEN:
            return f"/emergencies/new?release={release.id}"
        body = msgspec.json.decode(release.draft.body, type=BODY_OF[release.kind])
        entry = getattr(body, "entry", None) or getattr(body, "corrects", None)
        place = f"/entries/{entry}" if entry else ""
        return f"/emergencies/{release.thing}{place}?release={release.id}"

    def page_of(self, release: Release) -> str:
        """The channel's page, once there is one."""
        there = STEP_OF[release.kind] is not Step.OPEN or release.state in SENT
        return f"/emergencies/{release.thing}" if there else ""

    def typed_before(self, officer: Officer, release_id: str) -> tuple[Release, Any]:
        """A release of the officer's own that did not leave, and its body as it was typed. Raises `NotAllowed`."""
        rights.require(officer, Action.RELEASE_PROPOSE)
        release = self._releases.own(officer, release_id)
        if release.kind not in BODY_OF:
            raise NotAllowed("not-found")
        return release, msgspec.json.decode(release.whole, type=BODY_OF[release.kind])

    def case_before(self, officer: Officer, release: Release) -> str:
        """For which case a channel was to be opened that did not leave; empty where the officer cannot write in it."""
        with self._database.read() as connection:
            case_id = origins.case_of(connection, release.thing)
        if not case_id or self._desk.cases is None:
            return ""
        try:
            return self._desk.cases.origin(officer, case_id).case_id
        except NotAllowed:
            return ""  # hidden from this officer since: as if there were none


def _wish(
    outgoing: Outgoing,
    before: Emergency | None,
    terms: Terms,
    found: tuple[Any, ...],
    leave: Leave,
    whole: bytes,
) -> Wish:
    opened: Any = outgoing.body if before is None else before.body
    danger = opened.lives_in_danger if before is None else timeline.lives_in_danger(before)
    clause = terms.agreement.second_officer
    return Wish(
        draft=draft_of(outgoing),
        reference=opened.reference,
        reasons=found,
        whole=whole,
        urgency=timeline.urgency_of(danger=danger),
        drill=opened.drill,
        approvers=frozenset(clause.approvers),
        wait=timedelta(seconds=clause.wait_s),
        instead_of=leave.instead_of,
    )


def _raised_from(outgoing: Outgoing) -> bodies.RaisedFrom | None:
    return outgoing.body.raised_from if isinstance(outgoing.body, bodies.Opened) else None
