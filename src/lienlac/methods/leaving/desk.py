"""The counter at which records leave for partners: sent at once, or put before a second officer.

This is also the records as `releases.desk.Slice`: what was approved leaves to the byte, after everything that may have
changed was looked at again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from lienlac.errors import NotAllowed
from lienlac.methods.kinds import BODY_OF, SHARE
from lienlac.methods.leaving.lines import labels, lines
from lienlac.methods.method import Sent
from lienlac.methods.rules import reasons
from lienlac.methods.store import records as store
from lienlac.people import rights
from lienlac.people.access import store as access
from lienlac.people.rights import Action
from lienlac.records.drafts import body_of, draft_of, outgoing_of
from lienlac.records.fact import Standing
from lienlac.releases.desk import Wish
from lienlac.releases.preview import without_passages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from lienlac.exchange.post import Outgoing, Sender
    from lienlac.methods.arrivals import Agreements
    from lienlac.methods.method import Method
    from lienlac.people.officer import Officer
    from lienlac.releases.desk import Releases
    from lienlac.releases.preview import Line
    from lienlac.releases.release import Draft, Release
    from lienlac.releases.wording import Words


class Desk(Protocol):
    """What is asked of the records' desk."""

    agreements: Agreements

    def note(self, connection: Connection, officer: Officer, action: str, method: Method, **detail: object) -> None:
        """Write down who did what."""
        ...


class Counter:
    """Sends, or proposes."""

    def __init__(self, desk: Desk, *, sender: Sender, releases: Releases) -> None:
        self._desk = desk
        self._sender = sender
        self._releases = releases

    def leave(self, connection: Connection, officer: Officer, outgoing: Outgoing, method: Method) -> Sent | Release:
        """Send it, or put it before a second officer, where the agreement asks for one."""
        terms = self._desk.agreements.terms_in_force(connection, outgoing.recipient)
        if terms is None:
            raise NotAllowed("no-agreement", peer=outgoing.recipient)
        whole = msgspec.json.encode(outgoing.body)
        outgoing = replace(outgoing, body=without_passages(outgoing.body))
        found = reasons(terms, outgoing.kind, outgoing.marks, method.body.typologies)
        if not found:
            return self._emit(connection, officer, outgoing, method)
        clause = terms.agreement.second_officer
        wish = Wish(
            draft=draft_of(outgoing),
            reference=method.id,
            reasons=found,
            whole=whole,
            approvers=frozenset(clause.approvers),
            wait=timedelta(seconds=clause.wait_s),
        )
        return self._releases.propose(connection, officer, wish)

    def _emit(
        self, connection: Connection, officer: Officer, outgoing: Outgoing, method: Method, also: Officer | None = None
    ) -> Sent:
        gone = self._sender.send(connection, outgoing)
        body: Any = outgoing.body
        sent = Sent(
            message_id=gone.header.id,
            peer=outgoing.recipient,
            version=body.version if outgoing.kind == SHARE else 0,
            standing=Standing.SENT,
            at=gone.header.sent_at,
            received_at=None,
            code=None,
        )
        store.put_sent(connection, method.id, sent)
        detail: dict[str, object] = {"peer": sent.peer, "version": sent.version, "digest": gone.digest}
        if also is not None:
            detail["confirmed_by"] = also.id
        self._desk.note(connection, officer, "share" if outgoing.kind == SHARE else "revoke-there", method, **detail)
        return sent

    # --- what releases ask ---
    def send_released(self, connection: Connection, draft: Draft, proposer: Officer, approver: Officer) -> None:
        """Send what was approved, to the byte of its body. Raises `NotAllowed`."""
        body = body_of(draft, BODY_OF)
        thing = access.thing(connection, draft.record_id or "", "method")
        try:
            rights.require(proposer, Action.RELEASE_PROPOSE)
            rights.require(proposer, Action.METHOD_SHARE, thing)
        except NotAllowed as error:
            raise NotAllowed("release-proposer-gone") from error
        method = store.get(connection, draft.record_id or "")
        if method is None:
            raise NotAllowed("not-found")
        if draft.kind == SHARE and (method.revoked or method.present.number != body.version):
            raise NotAllowed("release-outdated")
        self._emit(connection, proposer, outgoing_of(draft, body), method, approver)

    def lines_of(self, draft: Draft, words: Words) -> tuple[Line, ...]:
        """What would leave, field by field."""
        return lines(msgspec.json.decode(draft.body, type=BODY_OF[draft.kind]), words)

    def labels_of(self, kind: str, paths: Iterable[str], words: Words) -> tuple[str, ...]:
        """What fields are called."""
        del kind
        return labels(paths, words)

    def page_to_go_on(self, release: Release) -> str:
        """The record's page: it is changed and shared from there."""
        return f"/methods/{release.thing}"

    def page_of(self, release: Release) -> str:
        """The record's page."""
        return f"/methods/{release.thing}"
