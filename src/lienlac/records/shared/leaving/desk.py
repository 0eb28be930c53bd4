"""The counter of shared records: facts and invitations that the agreement lets leave only with a second officer.

A fact that waits is in the record already, for our own side; its way to that member is held. Approved, it goes exactly
as it was shown: a fact never changes. Not approved, it stays here. An invitation that waits has not been written yet.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from lienlac import limits
from lienlac.errors import NotAllowed
from lienlac.people import rights
from lienlac.people.access import store as access
from lienlac.people.rights import Action
from lienlac.records.drafts import draft_of
from lienlac.records.portions import portions
from lienlac.records.shared.covering import strictest
from lienlac.records.shared.keeping.desk import require_in
from lienlac.records.shared.sending.desk import fits
from lienlac.records.shared.store import lines, ways
from lienlac.records.shared.store.ways import Way
from lienlac.releases.desk import Wish
from lienlac.releases.release import Draft, Reason, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Connection

    from lienlac.exchange.post import Outgoing
    from lienlac.people.officer import Officer
    from lienlac.records.shared.fold import Statement
    from lienlac.records.shared.keeping.desk import Keeper
    from lienlac.records.shared.store.lines import Line
    from lienlac.records.shared.terms import Terms
    from lienlac.releases.desk import Releases
    from lienlac.releases.preview import Line as Shown
    from lienlac.releases.release import Release

ENDED: frozenset[State] = frozenset({State.RETURNED, State.TAKEN_BACK, State.EXPIRED})


class Telling(Protocol):
    """How a subject says in words what would leave; `words` is how a reader is spoken to."""

    def lines_of(self, body: Any, words: Any, /) -> tuple[Shown, ...]:
        """What would leave, field by field."""
        ...

    def labels_of(self, paths: Iterable[str], words: Any, /) -> tuple[str, ...]:
        """What fields are called."""
        ...

    def page_of(self, record_id: str, /) -> str:
        """The page of a record."""
        ...


class Counter:
    """`releases.desk.Slice` for a subject's records. `invite` writes and sends an invitation that was approved."""

    def __init__(
        self,
        keeper: Keeper,
        *,
        releases: Releases,
        telling: Telling,
        invite: Callable[[Connection, Line, Outgoing, Officer], None],
    ) -> None:
        self._keeper = keeper
        self._releases = releases
        self._telling = telling
        self._invite = invite
        shape = keeper.shape
        self._bodies: dict[str, Any] = {shape.invite: shape.invited, shape.state: shape.facts}
        releases.serve(self._bodies, self)

    def propose(
        self, connection: Connection, officer: Officer, line: Line, outgoing: Outgoing, reasons: Sequence[str],
        terms: Terms,
    ) -> Release:  # fmt: skip
        """Put it before a second officer."""
        clause = terms.agreement.second_officer
        wish = Wish(
            draft=draft_of(outgoing),
            reference=line.reference,
            reasons=tuple(Reason(one) for one in reasons),
            approvers=frozenset(clause.approvers),
            wait=timedelta(seconds=clause.wait_s),
            drill=line.drill,
        )
        return self._releases.propose(connection, officer, wish)

    def propose_facts(
        self, connection: Connection, officer: Officer, line: Line, peer: str, facts: Sequence[Statement], terms: Terms,
    ) -> list[Release]:  # fmt: skip
        """Put facts that are held for a member before a second officer, in packs that a person can read."""
        keeper, made = self._keeper, self._bodies[self._keeper.shape.state]
        reasons = keeper.reasons(terms, line, facts)
        waits = []
        for some in portions(facts, limits.RECORD_INTERACTIVE_FACTS):
            body = made(facts=tuple(one.stated for one in some))
            outgoing = keeper.outgoing(line, keeper.shape.state, body, peer, strictest(one.marks for one in some))
            waits.append(self.propose(connection, officer, line, outgoing, reasons, terms))
        return waits

    # --- what releases ask ---
    def send_released(self, connection: Connection, draft: Draft, proposer: Officer, approver: Officer) -> None:
        """Let go what was approved. Raises `NotAllowed("release-proposer-gone" | "release-outdated" | "not-found")`."""
        del approver
        keeper, record_id = self._keeper, draft.record_id or ""
        thing = access.thing(connection, record_id, keeper.shape.name)
        asked = keeper.shape.rights
        try:
            rights.require(proposer, Action.RELEASE_PROPOSE)
            rights.require(proposer, asked.shares if draft.kind == keeper.shape.invite else asked.writes, thing)
        except NotAllowed as error:
            raise NotAllowed("release-proposer-gone") from error
        line = lines.find(connection, record_id)
        if line is None:
            raise NotAllowed("not-found")
        require_in(line)
        body = msgspec.json.decode(draft.body, type=self._bodies[draft.kind])
        if draft.kind == keeper.shape.invite:
            outgoing = keeper.outgoing(line, draft.kind, body, draft.recipient, draft.marks)
            self._invite(connection, line, outgoing, proposer)
            return
        positions = self._positions(connection, draft)
        terms = keeper.terms(connection, draft.recipient)
        fit = all(fits(one, draft.recipient, terms) for one in keeper.facts.at(connection, positions))
        there = draft.recipient in keeper.others(connection, line)
        moved = ways.move(connection, positions, draft.recipient, frm=Way.HELD, to=Way.DUE)
        if not fit or not there or moved != len(body.facts):
            raise NotAllowed("release-outdated")
        keeper.send_due(connection, line, draft.recipient)
        keeper.tell(connection, line.id)

    def heard(self, connection: Connection, release: Release) -> None:
        """A release changed: what was not approved stays here."""
        if release.kind != self._keeper.shape.state or release.state not in ENDED:
            return
        draft = release.draft
        ways.move(connection, self._positions(connection, draft), draft.recipient, frm=Way.HELD, to=Way.KEPT_BACK)
        self._keeper.tell(connection, draft.record_id or "")

    def _positions(self, connection: Connection, draft: Draft) -> list[int]:
        body = msgspec.json.decode(draft.body, type=self._bodies[draft.kind])
        keeper = self._keeper
        return keeper.facts.place_of(connection, keeper.node_id, [one.id for one in body.facts])

    def lines_of(self, draft: Draft, words: Any) -> tuple[Shown, ...]:
        """What would leave, field by field."""
        return self._telling.lines_of(msgspec.json.decode(draft.body, type=self._bodies[draft.kind]), words)

    def labels_of(self, kind: str, paths: Iterable[str], words: Any) -> tuple[str, ...]:
        """What fields are called."""
        del kind
        return self._telling.labels_of(paths, words)

    def page_to_go_on(self, release: Release) -> str:
        """The record's page: what was returned is stated anew from there."""
        return self._telling.page_of(release.thing)

    def page_of(self, release: Release) -> str:
        """The record's page."""
        return self._telling.page_of(release.thing)
