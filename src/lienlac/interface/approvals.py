"""What waits for a second officer, as programs see it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from lienlac.interface.parts import Body, Given, Line, Text, Told
from lienlac.interface.requests import Marks, Person


class Approving(Given, frozen=True, kw_only=True):
    """What a second officer says yes to: the digest of exactly what was shown."""

    digest: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    words: Text = ""


class InWords(Given, frozen=True, kw_only=True):
    """Why it is returned, or what a review found."""

    words: Text = ""


class LeaveAhead(Given, frozen=True, kw_only=True):
    """Where the agreement asks for a second officer: `ahead` says whose life cannot wait for one.

    `instead_of`: the release from which the officer goes on.
    """

    ahead: Text = ""
    instead_of: Line = ""


class ApprovalLine(Told, frozen=True, kw_only=True):
    """Something that leaves only when a second officer lets it: its head. `steps` are what this officer may do now."""

    id: str
    state: str
    kind: str
    record: str
    reference: str
    urgency: str
    drill: bool
    proposer: Person
    reasons: list[str]
    approvers: list[str]
    withheld: list[str]
    let_out: list[str]
    why: str
    digest: str
    created_at: datetime
    expires_at: datetime
    decided_by: Person | None = None
    decided_at: datetime | None = None
    words: str = ""
    replaced_by: str | None = None
    steps: list[str]


class Waits(Told, frozen=True, kw_only=True):
    """Nothing is sent yet: what waits for a second officer instead."""

    waits: ApprovalLine


class Leaving(Told, frozen=True, kw_only=True):
    """Exactly what would leave."""

    kind: str
    recipient: str
    addressees: list[str]
    purpose: str
    legal_basis: str
    legal_basis_text: str = ""
    typology: str | None = None
    marks: Marks
    case_id: str | None = None
    body: Body


class ShownLine(Told, frozen=True, kw_only=True):
    """One line of what would leave, in the officer's words."""

    path: str
    label: str
    text: str
    about: str = ""


class Approval(ApprovalLine, frozen=True, kw_only=True):
    """One of them with exactly what would leave, as data and in the officer's words."""

    message: Leaving
    lines: list[ShownLine]


class Approvals(Told, frozen=True, kw_only=True):
    """What waits for a decision or a review, what came back to oneself, and what was decided last."""

    undecided: list[ApprovalLine]
    returned: list[ApprovalLine]
    decided: list[ApprovalLine]
