"""The noun: something that waits to leave until a second officer has looked at it, and THE table of its states.

Theory of operation
-------------------
A release holds one message as it would leave, to the byte of its body, and the reasons why a second officer must look.
Whoever proposed it never decides about it. While it waits it can be approved, returned with a reason, taken back by
its proposer, or run out of time; each ends it. Where life is in danger an officer may send ahead (break glass): the
message has left then, and what remains is a review by somebody else, which cannot be skipped and does not expire.

Pure. A release is a matter of this node alone; the other side sees only what left.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

from lienlac.errors import NotAllowed
from lienlac.wire.message import Marks  # noqa: TC001  # read by msgspec at run time

if TYPE_CHECKING:
    from datetime import datetime


class State(StrEnum):
    """Where a release stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    RETURNED = "returned"
    TAKEN_BACK = "taken-back"
    EXPIRED = "expired"
    SENT_AHEAD = "sent-ahead"
    REVIEWED = "reviewed"


class Step(StrEnum):
    """What can happen to one. `expire` is made by the node when time has passed."""

    APPROVE = "approve"
    RETURN = "return"
    TAKE_BACK = "take-back"
    EXPIRE = "expire"
    REVIEW = "review"


class By(StrEnum):
    """Who takes a step, seen from the proposer."""

    PROPOSER = "proposer"
    SECOND = "second"
    NODE = "node"


class Reason(StrEnum):
    """Why a second officer must look: which line of the agreement asks for it."""

    KIND = "kind"
    MARKS = "marks"
    TYPOLOGY = "typology"
    PERSON = "person"
    """A field about a victim, a minor, a witness or a third party leaves with it."""
    FILES = "files"
    """Files go along."""


TABLE: Final[dict[State, dict[Step, State]]] = {
    State.WAITING: {
        Step.APPROVE: State.APPROVED,
        Step.RETURN: State.RETURNED,
        Step.TAKE_BACK: State.TAKEN_BACK,
        Step.EXPIRE: State.EXPIRED,
    },
    State.SENT_AHEAD: {Step.REVIEW: State.REVIEWED},
    State.APPROVED: {},
    State.RETURNED: {},
    State.TAKEN_BACK: {},
    State.EXPIRED: {},
    State.REVIEWED: {},
}

TAKEN_BY: Final[dict[Step, By]] = {
    Step.APPROVE: By.SECOND,
    Step.RETURN: By.SECOND,
    Step.REVIEW: By.SECOND,
    Step.TAKE_BACK: By.PROPOSER,
    Step.EXPIRE: By.NODE,
}

SENT: Final = frozenset({State.APPROVED, State.SENT_AHEAD, State.REVIEWED})
"""States in which the message has left."""
TO_GO_ON_FROM: Final = frozenset({State.RETURNED, State.TAKEN_BACK, State.EXPIRED})
"""States from which the proposer may begin a corrected draft."""
UNDECIDED: Final = frozenset(state for state, steps in TABLE.items() if steps)
"""States in which somebody still owes something."""


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One message as it would leave, before it has a place and signatures. `body` is the JSON of its body.

    `uploads` are where the files that its body names lie meanwhile, in the same order.
    """

    kind: str
    body: msgspec.Raw
    recipient: str
    purpose: str
    legal_basis: str
    legal_basis_text: str = ""
    typology: str | None = None
    marks: Marks
    addressees: tuple[str, ...]
    record_id: str | None = None
    case_id: str | None = None
    uploads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One release. `thing` is the record it is about, `reference` what people call that, `reasons` why it waits.

    `approvers` are the roles that the agreement lets decide; `words` are the last that somebody said about it.
    `withheld` and `let_out` are fields about people by their paths, `why` is why the latter leave. `whole` is the body
    as it was typed, from which the proposer can go on after a return; it never leaves, and is gone once this was sent.
    `replaced_by`: the release, or the record, that came of going on.
    """

    id: str
    state: State
    thing: str
    reference: str
    proposer: str
    reasons: tuple[Reason, ...]
    approvers: frozenset[str]
    payload: bytes
    withheld: tuple[str, ...]
    let_out: tuple[str, ...] = ()
    why: str = ""
    whole: bytes = b""
    urgency: str = "normal"
    drill: bool = False
    created_at: datetime
    expires_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    words: str = ""
    replaced_by: str | None = None

    @property
    def kind(self) -> str:
        """The message's kind."""
        return self.draft.kind

    @property
    def digest(self) -> str:
        """The name of exactly what would leave: whoever approves says it, so that nothing else can be meant."""
        return hashlib.sha256(self.payload).hexdigest()

    @property
    def draft(self) -> Draft:
        """What would leave."""
        return msgspec.json.decode(self.payload, type=Draft)


def by_whom(release: Release, officer_id: str) -> By:
    """What an officer is to a release: the proposer, or somebody else."""
    return By.PROPOSER if officer_id == release.proposer else By.SECOND


def after(release: Release, step: Step, by: By) -> State:
    """The state after a step; raises `NotAllowed`: `release-own`, `release-not-own`, `release-decided`."""
    to = TABLE[release.state].get(step)
    if to is None:
        raise NotAllowed("release-decided", state=release.state.value)
    if TAKEN_BY[step] is not by:
        raise NotAllowed("release-own" if by is By.PROPOSER else "release-not-own")
    return to


def possible(release: Release, by: By) -> tuple[Step, ...]:
    """The steps that somebody may take now, rights aside."""
    return tuple(step for step in TABLE[release.state] if TAKEN_BY[step] is by)
