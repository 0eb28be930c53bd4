"""The counter at which messages about warnings leave: sent at once, or put before a second officer.

Each is one transaction with its caller's: the message, the fact, the journal. Where the agreement asks for a second
officer nothing is sent: the message waits as a release, and leaves as it was shown once somebody else has approved it.
Where lives are in danger it may be sent ahead; what stays then is a review. This is also the warnings as
`releases.desk.Slice`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec

from lienlac.errors import NotAllowed, Refused
from lienlac.flash.kinds import BODY_OF, STEP_OF
from lienlac.flash.leaving.lines import labels, lines
from lienlac.flash.lifecycle import Step
from lienlac.flash.rules import acknowledge_s, reasons, urgency_of
from lienlac.flash.store import facts as store
from lienlac.flash.warning import Fact
from lienlac.people import rights
from lienlac.people.access import store as access
from lienlac.people.rights import Action
from lienlac.records.drafts import body_of, draft_of, outgoing_of
from lienlac.records.fact import Standing
from lienlac.releases.desk import Wish
from lienlac.releases.preview import without_passages
from lienlac.releases.release import SENT, Draft, Release

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.exchange.post import Outgoing, Sender
    from lienlac.flash.arrivals import Agreements
    from lienlac.flash.rules import Terms
    from lienlac.flash.warning import Flash
    from lienlac.people.officer import Officer
    from lienlac.records.forms.leave import Leave
    from lienlac.releases.desk import Releases
    from lienlac.releases.preview import Line
    from lienlac.releases.wording import Words

RIGHT_OF: Final = {
    Step.WARN: Action.FLASH_SEND,
    Step.SUPERSEDE: Action.FLASH_SEND,
    Step.WITHDRAW: Action.FLASH_SEND,
    Step.ACKNOWLEDGE: Action.FLASH_ACKNOWLEDGE,
    Step.FEEDBACK: Action.FLASH_ACKNOWLEDGE,
}
_TAKEN_ON: Final = frozenset({Step.WARN, Step.ACKNOWLEDGE})
"""Steps by which an officer becomes a holder of the warning."""


class Desk(Protocol):
    """What is asked of the warnings' desk."""

    node_id: str
    agreements: Agreements

    def now(self) -> datetime:
        """The present."""
        ...

    def check(self, connection: Connection, step: Step, outgoing: Outgoing) -> Flash | None:
        """What must hold of a message now; the warning that it is about, None for a new one."""
        ...

    def note(self, connection: Connection, actor: str, action: str, flash: Flash, detail: dict[str, Any], /) -> None:
        """Write down who did what."""
        ...


class Counter:
    """Sends, or proposes."""

    def __init__(self, desk: Desk, *, sender: Sender, releases: Releases) -> None:
        self._desk = desk
        self._sender = sender
        self._releases = releases

    def terms(self, connection: Connection, peer_id: str) -> Terms:
        """The agreement in force. Raises `NotAllowed("no-agreement")`."""
        terms = self._desk.agreements.terms_in_force(connection, peer_id)
        if terms is None:
            raise NotAllowed("no-agreement", peer=peer_id)
        return terms

    def leave(self, connection: Connection, officer: Officer, outgoing: Outgoing, leave: Leave) -> Flash | Release:
        """Send it, or put it before a second officer; life in danger sends at once and is reviewed."""
        step, whole = STEP_OF[outgoing.kind], msgspec.json.encode(outgoing.body)
        outgoing = replace(outgoing, body=without_passages(outgoing.body))
        before = self._desk.check(connection, step, outgoing)
        terms = self.terms(connection, outgoing.recipient)
        found = reasons(terms, step, outgoing.marks, outgoing.typology)
        if found:
            wish = self._wish(outgoing, before, found, terms, leave, whole)
            if not leave.ahead:
                if before is None:
                    self._hold(connection, outgoing.record_id or "", officer)
                return self._releases.propose(connection, officer, wish)
            self._releases.ahead(connection, officer, wish, leave.ahead)
        sent = self._emit(connection, officer, step, outgoing, before)
        if leave.instead_of and not found:
            self._releases.went_on(connection, officer, leave.instead_of, sent.id)
        return sent

    def _wish(
        self,
        outgoing: Outgoing,
        before: Flash | None,
        found: tuple[Any, ...],
        terms: Terms,
        leave: Leave,
        whole: bytes,
    ) -> Wish:
        clause, said = terms.agreement.second_officer, outgoing.body if before is None else before.body
        warned: Any = said
        return Wish(
            draft=draft_of(outgoing),
            reference=warned.reference,
            reasons=found,
            whole=whole,
            urgency=urgency_of(warned),
            drill=warned.drill,
            approvers=frozenset(clause.approvers),
            wait=timedelta(seconds=clause.wait_s),
            instead_of=leave.instead_of,
        )

    def _emit(
        self,
        connection: Connection,
        officer: Officer,
        step: Step,
        outgoing: Outgoing,
        before: Flash | None,
        *,
        also: Officer | None = None,
    ) -> Flash:
        """It leaves; `also`: who approved it."""
        sent = self._sender.send(connection, outgoing)
        fact = Fact(header=sent.header, body=outgoing.body, digest=sent.digest, standing=Standing.SENT)
        known = [] if before is None else list(before.facts.values())
        flash = store.keep(connection, fact, node_id=self._desk.node_id, before=known, officer_id=officer.id)
        if flash is None:
            raise NotAllowed("not-found")
        if step in _TAKEN_ON:
            self._hold(connection, flash.id, officer)
        detail = {"reference": flash.reference, "message": sent.header.id, "digest": sent.digest}
        if also is not None:
            detail["confirmed_by"] = also.id
        self._desk.note(connection, officer.id, f"flash.{step.value}", flash, detail)
        return flash

    def _hold(self, connection: Connection, warning_id: str, officer: Officer) -> None:
        holders = {officer.id, *officer.units}
        access.add(connection, warning_id, access.Relation.HOLDER, holders, by=officer.id, at=self._desk.now())

    # --- what releases ask ---
    def send_released(self, connection: Connection, draft: Draft, proposer: Officer, approver: Officer) -> None:
        """Send what was approved, to the byte of its body; all that may have changed is looked at again."""
        body = body_of(draft, BODY_OF)
        step, outgoing = STEP_OF[draft.kind], outgoing_of(draft, body)
        try:
            thing = access.thing(connection, draft.record_id or "", "flash")
            rights.require(proposer, Action.RELEASE_PROPOSE)
            rights.require(proposer, RIGHT_OF[step], thing)
        except NotAllowed as error:
            raise NotAllowed("release-proposer-gone") from error
        try:
            before = self._desk.check(connection, step, outgoing)
        except Refused as refusal:
            raise refusal.as_ours() from refusal
        said: Any = body
        if step in (Step.WARN, Step.SUPERSEDE):
            agreed = acknowledge_s(self.terms(connection, draft.recipient), said)
            if said.acknowledge_s != agreed or said.valid_until <= self._desk.now():
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
        step = STEP_OF[release.kind]
        if step is Step.WARN:
            return f"/warnings/new?release={release.id}"
        if step is Step.SUPERSEDE:
            return f"/warnings/{release.thing}/supersede?release={release.id}"
        return f"/warnings/{release.thing}"

    def page_of(self, release: Release) -> str:
        """The warning's page, once there is one."""
        there = STEP_OF[release.kind] is not Step.WARN or release.state in SENT
        return f"/warnings/{release.thing}" if there else ""
