"""What a second officer approved leaves, to the byte of its body; what came back is gone on from.

This is the hotline as `releases.desk.Slice`. All that may have changed since it was proposed is looked at again: the
agreement and its times, the request and its state, and what its proposer may do and see now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lienlac.errors import NotAllowed, Refused
from lienlac.hotline.forms.clocks import clocks_agreed
from lienlac.hotline.kinds import BODY_OF, BY_KIND, STEP_OF
from lienlac.hotline.leaving.lines import labels, lines
from lienlac.hotline.lifecycle import Step
from lienlac.hotline.rules.actions import RIGHT_OF
from lienlac.people import rights
from lienlac.people.rights import Action
from lienlac.records.drafts import body_of, outgoing_of
from lienlac.releases.release import SENT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from lienlac.exchange.post import Outgoing
    from lienlac.hotline.leaving.desk import Counter, Desk
    from lienlac.hotline.request import Request
    from lienlac.people.officer import Officer
    from lienlac.releases.desk import Releases
    from lienlac.releases.preview import Line
    from lienlac.releases.release import Draft, Release
    from lienlac.releases.wording import Words


class Approved:
    """What releases ask of the hotline."""

    def __init__(self, desk: Desk, counter: Counter, releases: Releases) -> None:
        self._desk = desk
        self._counter = counter
        self._releases = releases

    def send_released(self, connection: Connection, draft: Draft, proposer: Officer, approver: Officer) -> None:
        """Send what was approved, to the byte of its body. Raises `NotAllowed`."""
        body = body_of(draft, BODY_OF)
        step, outgoing = STEP_OF[draft.kind], outgoing_of(draft, body)
        files = tuple(zip(getattr(body, "attachments", ()), draft.uploads, strict=True))
        try:
            request = self._still(connection, proposer, step, outgoing)
        except NotAllowed as error:
            if error.code in {"not-found", "not-allowed"}:
                raise NotAllowed("release-proposer-gone") from error
            raise
        except Refused as refusal:
            raise refusal.as_ours() from refusal
        self._counter.emit(
            connection, proposer.id, step, outgoing, request, holder=proposer, also=approver, files=files
        )

    def lines_of(self, draft: Draft, words: Words) -> tuple[Line, ...]:
        """What would leave, field by field."""
        return lines(STEP_OF[draft.kind], msgspec.json.decode(draft.body, type=BODY_OF[draft.kind]), words)

    def labels_of(self, kind: str, paths: Iterable[str], words: Words) -> tuple[str, ...]:
        """What fields are called."""
        return labels(STEP_OF[kind], BODY_OF[kind], paths, words)

    def page_to_go_on(self, release: Release) -> str:
        """The form, filled with what was typed."""
        step = STEP_OF[release.kind]
        if step is Step.OPEN:
            return f"/requests/new/{BY_KIND[release.kind].name}?release={release.id}"
        if step is Step.CORRECT:
            return f"/requests/{release.thing}/correct?release={release.id}"
        return f"/requests/{release.thing}?release={release.id}#step-{step.value}"

    def page_of(self, release: Release) -> str:
        """The request's page, once there is a request."""
        there = STEP_OF[release.kind] is not Step.OPEN or release.state in SENT
        return f"/requests/{release.thing}" if there else ""

    def typed_before(self, officer: Officer, release_id: str) -> tuple[Release, Any]:
        """A release of the officer's own that did not leave, and its body as it was typed. Raises `NotAllowed`."""
        release = self._releases.own(officer, release_id)
        return release, msgspec.json.decode(release.whole, type=BODY_OF[release.kind])

    def _still(self, connection: Connection, proposer: Officer, step: Step, outgoing: Outgoing) -> Request | None:
        """Everything that held when it was proposed, asked again; the request of a follow-up."""
        body: Any = outgoing.body
        rights.require(proposer, Action.RELEASE_PROPOSE)
        if step is Step.OPEN:
            rights.require(proposer, Action.REQUEST_OPEN)
            terms, authorised = self._counter.terms(connection, outgoing.recipient), body.authorisation is not None
            if body.clocks != clocks_agreed(terms, outgoing.kind, body.urgency.value, authorised=authorised):
                raise NotAllowed("release-outdated")
            self._counter.check_opening(connection, outgoing)
            return None
        request, _ = self._desk.find(connection, proposer, RIGHT_OF[step], outgoing.record_id or "")
        self._counter.check_step(connection, request, step, body)
        self._counter.check_reply(request, step, body)
        return request
