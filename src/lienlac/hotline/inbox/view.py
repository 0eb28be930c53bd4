"""A request and an inbox line as programs see them: the interface's own types, the same for doors and commands.

Pure. Field names are part of the interface (docs/reference); words are codes, never sentences.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac.errors import Refused
from lienlac.hotline.deadlines import validate_until
from lienlac.hotline.files.showing import without_keys
from lienlac.ids import ID_PATTERN
from lienlac.interface import requests as interface

if TYPE_CHECKING:
    from lienlac.hotline.deadlines import Due
    from lienlac.hotline.proposals.store import Proposal
    from lienlac.hotline.request import Fact, Request
    from lienlac.hotline.shown import Shown
    from lienlac.interface.files import File


_ID: Final = re.compile(ID_PATTERN)


def request_view(shown: Shown, files: list[File], *, node_id: str) -> interface.Request:
    """Everything about one request that its officer is shown."""
    request = shown.request
    header = request.opening.header
    return interface.Request(
        id=request.id,
        reference=request.reference,
        direction="out" if request.requester == node_id else "in",
        requester=request.requester,
        executor=request.executor,
        kind=request.kind,
        urgency=request.opening.body.urgency.value,
        drill=request.opening.body.drill,
        state=request.state.value,
        stage=request.stage.value,
        desired=request.desired.value,
        actual=request.actual.value,
        purpose=header.purpose,
        legal_basis=header.legal_basis,
        legal_basis_text=header.legal_basis_text,
        typology=header.typology,
        marks=interface.marks_of(header.marks),
        case_id=header.case_id,
        body=without_keys(msgspec.to_builtins(request.body)),
        steps=[step.value for step in shown.steps],
        open_questions=[question.asked.id for question in request.open_questions],
        awaited_correction=None if request.awaited_correction is None else request.awaited_correction.asked.id,
        open_uses=[use.asked.id for use in request.open_uses(request.side_of(node_id))],
        validate_until=validate_until(request),
        clocks=[_clock(due) for due in shown.dues],
        messages=[_message(request, fact, shown.officers) for fact in request.timeline],
        notices=[
            interface.Notice(at=notice.at, code=notice.code, clock=notice.clock, percent=notice.percent)
            for notice in shown.notices
        ],
        files=files,
        proposal=None if shown.proposal is None else _proposal(shown.proposal),
        releases=[
            interface.Waiting(id=one.id, kind=one.kind, state=one.state.value, expires_at=one.expires_at)
            for one in shown.releases
        ],
        follows=None if shown.earlier is None else line_of_thread(shown.earlier),
        followed_by=[line_of_thread(one) for one in shown.later],
    )


def line_of_thread(request: Request) -> interface.Related:
    """An earlier or a later request of the same matter, in one line."""
    return interface.Related(id=request.id, reference=request.reference, kind=request.kind, state=request.state.value)


def line_view(line: Any) -> interface.RequestLine:
    """One line of the inbox (`inbox.store.Summary`)."""
    return interface.RequestLine(
        id=line.request_id,
        reference=line.reference,
        direction=line.direction,
        peer=line.peer,
        kind=line.kind,
        urgency=line.urgency,
        drill=line.drill,
        state=line.state.value,
        stage=line.stage.value,
        title=line.title,
        due_at=line.due_at,
        due_clock=None if line.due_clock is None else line.due_clock.value,
        rests=line.rests,
        left_s=line.left_s,
        opened_at=line.opened_at,
        updated_at=line.updated_at,
        messages=line.messages,
    )


def encode_cursor(order_us: int, request_id: str) -> str:
    """A page's end as one word."""
    return base64.urlsafe_b64encode(f"{order_us}:{request_id}".encode()).decode().rstrip("=")


def decode_cursor(text: str) -> tuple[int, str]:
    """The page's end of a word; raises `Refused("cursor-invalid")`."""
    try:
        order, _, request_id = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii").partition(":")
        order_us = int(order)
    except (ValueError, binascii.Error) as error:
        raise Refused("cursor-invalid", field="cursor") from error
    if not 0 <= order_us <= 2**62 or not _ID.fullmatch(request_id):
        raise Refused("cursor-invalid", field="cursor")
    return order_us, request_id


def _clock(due: Due) -> interface.Clock:
    return interface.Clock(
        clock=due.clock.value,
        running=due.running.value,
        started_at=due.started_at,
        allowed_s=int(due.allowed.total_seconds()),
        due_at=due.due_at,
        left_s=None if due.left is None else int(due.left.total_seconds()),
        stopped_at=due.stopped_at,
    )


def _proposal(proposal: Proposal) -> interface.Proposal:
    return interface.Proposal(
        officer_id=proposal.officer_id,
        at=proposal.at,
        body=msgspec.to_builtins(proposal.body),
        returned_by=proposal.returned_by,
        reason=proposal.reason,
    )


def _message(request: Request, fact: Fact, officers: dict[str, str]) -> interface.Message:
    return interface.Message(
        id=fact.id,
        digest=fact.digest,
        kind=fact.header.kind,
        step=fact.step.value,
        side=request.side_of(fact.header.sender).value,
        sender=fact.header.sender,
        sequence=fact.header.sequence,
        sent_at=fact.header.sent_at,
        received_at=fact.received_at,
        standing=fact.standing.name.lower().replace("_", "-"),
        code=fact.code,
        void=fact.id in request.void,
        officer_id=officers.get(fact.id),
        body=without_keys(msgspec.to_builtins(fact.body)),
    )
