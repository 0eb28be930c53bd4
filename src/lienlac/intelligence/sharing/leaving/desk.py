"""The counter: an order, or a word about what was seen, is put before a second officer, and carried out once approved.

This is sharing as `releases.desk.Slice`. What is approved of a share is its order, to the byte, with the digest of
exactly what was shown; the packs follow from it, and never hold more than that.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

import msgspec

from lienlac.errors import NotAllowed
from lienlac.intelligence.sharing.kinds import RECALL, SHARE, SIGHTED
from lienlac.intelligence.sharing.leaving.lines import labels, order_lines, recall_lines, sighting_lines
from lienlac.intelligence.sharing.order import Order, TakingBack
from lienlac.intelligence.sharing.rules.sifting import LET_OUT
from lienlac.intelligence.sharing.store import shares
from lienlac.intelligence.store import collections
from lienlac.people import rights
from lienlac.people.rights import Action
from lienlac.records.drafts import draft_of, outgoing_of
from lienlac.releases.desk import Wish
from lienlac.releases.preview import without_passages
from lienlac.releases.release import SENT, Draft, Reason
from lienlac.wire.bodies.intelligence import Sighted
from lienlac.wire.message import Handling, Marks, Pap, Tlp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from lienlac.agreements.terms import Terms
    from lienlac.exchange.post import Outgoing
    from lienlac.intelligence.sharing.shown import Survey
    from lienlac.intelligence.sharing.store.shares import Share
    from lienlac.people.officer import Officer
    from lienlac.releases.desk import Releases
    from lienlac.releases.preview import Line
    from lienlac.releases.release import Release
    from lienlac.releases.wording import Words
    from lienlac.storage.database import Database

_ADDRESSEES = ("analysts",)


class Desk(Protocol):
    """What is asked of the desk of sharing."""

    def begin(self, connection: Connection, officer: Officer, order: Order, *, also: Officer | None = None) -> str:
        """A share begins."""
        ...

    def said(self, connection: Connection, officer: Officer, outgoing: Outgoing) -> None:
        """A word about what was seen is sent."""
        ...

    def terms(self, connection: Connection, peer: str) -> Terms:
        """The agreement in force. Raises `NotAllowed("no-agreement")`."""
        ...

    @property
    def recalls(self) -> Recalls:
        """Where objects are taken back."""
        ...


class Recalls(Protocol):
    """What is asked of it."""

    def take(self, connection: Connection, officer: Officer, order: TakingBack, *, also: Officer | None = None) -> int:
        """A recall begins."""
        ...


class Leaving:
    """Proposes, and does what was approved."""

    def __init__(self, desk: Desk, *, database: Database, releases: Releases) -> None:
        self._desk = desk
        self._database = database
        self.releases = releases

    def propose(self, connection: Connection, officer: Officer, one: Survey) -> Release:
        """Put an order before a second officer."""
        order = one.order
        clause = self._desk.terms(connection, order.peer).agreement.second_officer
        draft = Draft(
            kind=SHARE,
            body=msgspec.Raw(msgspec.json.encode(order)),
            recipient=order.peer,
            purpose=order.purpose,
            legal_basis=order.legal_basis,
            legal_basis_text=order.legal_basis_text,
            typology=order.typology,
            marks=Marks(
                tlp=Tlp(order.tlp), pap=Pap(order.pap), handling=tuple(Handling(code) for code in order.handling)
            ),
            addressees=_ADDRESSEES,
            record_id=order.collection,
        )
        wish = Wish(
            draft=draft,
            reference="",  # a title may say what a notice outside the house must not
            reasons=one.reasons,
            withheld=tuple(why.value for why in LET_OUT if one.withheld.get(why.value)),
            let_out=order.let_out,
            why=order.why,
            approvers=frozenset(clause.approvers),
            wait=timedelta(seconds=clause.wait_s),
        )
        return self.releases.propose(connection, officer, wish)

    def say(self, connection: Connection, officer: Officer, outgoing: Outgoing) -> Release | None:
        """Send a word about what was seen, or put it before a second officer where the agreement asks for that."""
        terms = self._desk.terms(connection, outgoing.recipient)
        outgoing = replace(outgoing, body=without_passages(outgoing.body))
        asked = terms.needs_second_officer(SIGHTED, outgoing.marks, outgoing.typology)
        if not asked:
            self._desk.said(connection, officer, outgoing)
            return None
        clause = terms.agreement.second_officer
        wish = Wish(
            draft=draft_of(outgoing),
            reference="",
            reasons=tuple(Reason(one) for one in asked),
            approvers=frozenset(clause.approvers),
            wait=timedelta(seconds=clause.wait_s),
        )
        return self.releases.propose(connection, officer, wish)

    def propose_recall(
        self,
        connection: Connection,
        officer: Officer,
        share: Share,
        order: TakingBack,
        count: int,
        asked: Sequence[str],
    ) -> Release:
        """Put a recall before a second officer: only where the agreement names recalls."""
        first = share.order
        clause = self._desk.terms(connection, share.peer).agreement.second_officer
        draft = Draft(
            kind=RECALL,
            body=msgspec.Raw(msgspec.json.encode(msgspec.structs.replace(order, count=count))),
            recipient=share.peer,
            purpose=first.purpose,
            legal_basis=first.legal_basis,
            legal_basis_text=first.legal_basis_text,
            typology=first.typology,
            marks=Marks(
                tlp=Tlp(first.tlp), pap=Pap(first.pap), handling=tuple(Handling(code) for code in first.handling)
            ),
            addressees=_ADDRESSEES,
            record_id=first.collection,
        )
        wish = Wish(
            draft=draft,
            reference="",
            reasons=tuple(Reason(one) for one in asked),
            approvers=frozenset(clause.approvers),
            wait=timedelta(seconds=clause.wait_s),
        )
        return self.releases.propose(connection, officer, wish)

    # --- what releases ask ---
    def send_released(self, connection: Connection, draft: Draft, proposer: Officer, approver: Officer) -> None:
        """Begin what was approved, in the proposer's name; all that may have changed is looked at again."""
        try:
            rights.require(proposer, Action.RELEASE_PROPOSE)
            if draft.kind == SIGHTED:
                rights.require(proposer, Action.INTEL_ADD)
                self._desk.said(connection, proposer, outgoing_of(draft, msgspec.json.decode(draft.body, type=Sighted)))
                return
            if draft.kind == RECALL:
                taking = msgspec.json.decode(draft.body, type=TakingBack)
                self._desk.recalls.take(connection, proposer, taking, also=approver)
                return
            order = msgspec.json.decode(draft.body, type=Order)
            self._desk.terms(connection, order.peer)
            self._desk.begin(connection, proposer, order, also=approver)
        except NotAllowed as error:
            if error.code in {"not-found", "not-allowed"}:
                raise NotAllowed("release-proposer-gone") from error
            raise

    def lines_of(self, draft: Draft, words: Words) -> tuple[Line, ...]:
        """What would leave, in words."""
        if draft.kind == SIGHTED:
            return sighting_lines(msgspec.json.decode(draft.body, type=Sighted), words)
        if draft.kind == RECALL:
            taking = msgspec.json.decode(draft.body, type=TakingBack)
            with self._database.read() as connection:
                share = shares.named(connection, taking.share)
            return recall_lines(taking, "" if share is None else share.order.title, words)
        order = msgspec.json.decode(draft.body, type=Order)
        with self._database.read() as connection:
            collection = collections.named(connection, order.collection)
        return order_lines(order, "" if collection is None else collection.title, words)

    def labels_of(self, kind: str, paths: Iterable[str], words: Words) -> tuple[str, ...]:
        """What is called that does not leave, or leaves by an officer's word."""
        del kind
        return labels(paths, words)

    def page_to_go_on(self, release: Release) -> str:
        """The form, for the same collection."""
        if release.kind in (SIGHTED, RECALL):
            return "/intelligence/sharing"
        return f"/intelligence/sharing/new?collection={release.thing}"

    def page_of(self, release: Release) -> str:
        """The list of shares, where what came of it stands."""
        return "/intelligence/sharing" if release.state in SENT else ""
