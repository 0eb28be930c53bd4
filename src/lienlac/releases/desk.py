"""An officer proposes, approves, returns, takes back, sends ahead, reviews; and `Releases`, the room as others see it.

A slice that wants to send asks `propose` inside its own transaction and hears from `Releases` when a second officer
has approved: then the very message that was shown is sent, by what the slice registered for its kinds (`Slice`), and
in the same transaction the release is marked. Nobody decides about what they proposed themselves; whoever approves
names the digest of what they saw. Every step is written to the journal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from lienlac import ids, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.journal import NODE
from lienlac.people import accounts, rights
from lienlac.people.access import store as access
from lienlac.people.rights import Action
from lienlac.releases import store
from lienlac.releases.release import TABLE, Draft, Reason, Release, State, Step, after, by_whom, possible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.errors import Language
    from lienlac.ids import Chance
    from lienlac.people.officer import Officer
    from lienlac.releases.preview import Line
    from lienlac.storage.database import Database


class Record(Protocol):
    """The journal's way of writing one entry in the caller's transaction."""

    def __call__(
        self,
        connection: Connection,
        *,
        at: datetime,
        actor: str,
        action: str,
        thing: str,
        detail: dict[str, Any] | None = None,
    ) -> str:
        """Returns the entry's digest."""
        ...


class Slice(Protocol):
    """What a slice does for its own releases."""

    def send_released(self, connection: Connection, draft: Draft, proposer: Officer, /) -> None:
        """Send it in the proposer's name, in the transaction that marks the release.

        Checks again whatever may have changed since the proposal, also the proposer's rights; raises `NotAllowed`.
        """
        ...

    def lines_of(self, draft: Draft, language: Language, /) -> tuple[Line, ...]:
        """What would leave, in words, field by field."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a slice wants to let leave, and why it may not at once."""

    draft: Draft
    reference: str
    reasons: tuple[Reason, ...]
    withheld: tuple[str, ...] = ()
    approvers: frozenset[str]
    wait: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One release for a reader: the steps this officer may take, and what would leave in words."""

    release: Release
    steps: tuple[Step, ...]
    lines: tuple[Line, ...]


class Releases:
    """What officers may do about releases. Every method but `propose` and `ahead` is a transaction of its own."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        chance: Chance,
        record: Record,
        changed: Callable[[Release, rights.Thing], None] | None = None,
        alarm: Callable[[Release], None] | None = None,
    ) -> None:
        """`changed` hears what changed and who may know of it, `alarm` what was sent ahead, each once it is durable."""
        self._database = database
        self._clock = clock
        self._chance = chance
        self._record = record
        self._tell = changed
        self._alarm = alarm
        self._slices: dict[str, Slice] = {}

    def serve(self, kinds: Iterable[str], by: Slice) -> None:
        """Let a slice send what was approved of its kinds."""
        self._slices |= dict.fromkeys(kinds, by)

    # --- inside a slice's transaction ---
    def propose(self, connection: Connection, officer: Officer, wish: Wish) -> Release:
        """Put a message before a second officer. Raises `NotAllowed("release-too-many")`."""
        rights.require(officer, Action.RELEASE_PROPOSE)
        if store.waiting_of(connection, officer.id) >= limits.RELEASES_WAITING_MAX:
            raise NotAllowed("release-too-many", limit=limits.RELEASES_WAITING_MAX)
        return self._new(connection, officer, wish, State.WAITING, "")

    def ahead(self, connection: Connection, officer: Officer, wish: Wish, words: str) -> Release:
        """Break glass: the caller sends the message now; what stays is a review. Raises `Refused("reason-missing")`."""
        rights.require(officer, Action.RELEASE_AHEAD)
        if not words.strip():
            raise Refused("reason-missing", field="ahead")
        made = self._new(connection, officer, wish, State.SENT_AHEAD, words.strip())
        if self._alarm is not None:
            alarm = self._alarm
            self._database.after_commit(connection, lambda: alarm(made))
        return made

    def _new(self, connection: Connection, officer: Officer, wish: Wish, state: State, words: str) -> Release:
        now = self._clock.now()
        made = Release(
            id=ids.new_id("rel", self._chance),
            state=state,
            thing=wish.draft.record_id or "",
            reference=wish.reference,
            proposer=officer.id,
            reasons=wish.reasons,
            approvers=wish.approvers,
            payload=msgspec.json.encode(wish.draft),
            withheld=wish.withheld,
            created_at=now,
            expires_at=now + wish.wait,
            words=words,
        )
        store.insert(connection, made)
        self._note(connection, officer.id, "release.propose" if state is State.WAITING else "release.ahead", made)
        return made

    # --- reading ---
    def undecided(self, connection: Connection, officer: Officer) -> list[Release]:
        """What waits for a decision or a review, of what the officer may know of."""
        if not rights.may(officer, Action.RELEASE_READ):
            return []
        return [one for one in store.undecided(connection) if self._may_see(connection, officer, one)]

    def decided(self, connection: Connection, officer: Officer) -> list[Release]:
        """What was decided last, of what the officer may know of."""
        rights.require(officer, Action.RELEASE_READ)
        return [one for one in store.decided(connection) if self._may_see(connection, officer, one)]

    def waiting_for(self, connection: Connection, officer: Officer) -> int:
        """How many this officer may decide about."""
        return sum(bool(self._steps(one, officer)) for one in self.undecided(connection, officer))

    def show(self, officer: Officer, release_id: str, language: Language) -> Shown:
        """One release. Raises `NotAllowed("not-found")`."""
        rights.require(officer, Action.RELEASE_READ)
        with self._database.read() as connection:
            found = self._require(connection, officer, release_id)
        lines = self._slices[found.draft.kind].lines_of(found.draft, language)
        return Shown(release=found, steps=self._steps(found, officer), lines=lines)

    def _steps(self, release: Release, officer: Officer) -> tuple[Step, ...]:
        return tuple(step for step in possible(release, by_whom(release, officer.id)) if _let(officer, release, step))

    def _may_see(self, connection: Connection, officer: Officer, release: Release) -> bool:
        return rights.may(officer, Action.RELEASE_READ, access.thing(connection, release.thing))

    def _require(self, connection: Connection, officer: Officer, release_id: str) -> Release:
        found = store.get(connection, release_id)
        if found is None or not self._may_see(connection, officer, found):
            raise NotAllowed("not-found")
        return found

    # --- deciding ---
    def approve(self, officer: Officer, release_id: str, *, digest: str, words: str = "") -> Release:
        """Let it leave, exactly as it was shown.

        Raises `NotAllowed`: `not-found`, `release-changed`, `release-own`, `release-decided`, `release-expired`,
        `release-approver`, `release-proposer-gone`, and whatever the sending slice says.
        """

        def work(connection: Connection) -> Release:
            found = self._require(connection, officer, release_id)
            if digest != found.digest:
                raise NotAllowed("release-changed")
            if found.state is State.WAITING and found.expires_at <= self._clock.now():
                raise NotAllowed("release-expired")
            done = self._decide(connection, officer, found, Step.APPROVE, words)
            proposer = accounts.get(connection, found.proposer)
            if not proposer.active:
                raise NotAllowed("release-proposer-gone")
            self._slices[found.draft.kind].send_released(connection, found.draft, proposer)
            return done

        return self._act(officer, Step.APPROVE, work)

    def take(self, officer: Officer, release_id: str, step: Step, words: str) -> Release:
        """Return it, take it back, or review what was sent ahead; returning and reviewing need words."""
        if step is Step.APPROVE:
            raise NotAllowed("release-changed")
        if step is not Step.TAKE_BACK and not words.strip():
            raise Refused("reason-missing", field="words")

        def work(connection: Connection) -> Release:
            return self._decide(connection, officer, self._require(connection, officer, release_id), step, words)

        return self._act(officer, step, work)

    def expire_due(self, connection: Connection, now: datetime) -> int:
        """Time passed: end what waited too long. Called in a write; returns how many ended."""
        due = store.overdue(connection, now)
        for release in due:
            if store.decide(connection, release, TABLE[release.state][Step.EXPIRE], by=NODE, at=now, words=""):
                self._note(connection, NODE, "release.expire", release)
        return len(due)

    def _act(self, officer: Officer, step: Step, work: Callable[[Connection], Release]) -> Release:
        rights.require(officer, right_of(step))
        return self._database.write(work)

    def _decide(self, connection: Connection, officer: Officer, found: Release, step: Step, words: str) -> Release:
        to = after(found, step, by_whom(found, officer.id))
        if not _let(officer, found, step):
            raise NotAllowed("release-approver", roles=", ".join(sorted(found.approvers)))
        text = words.strip()[: limits.TEXT_MAX_CHARS] or found.words
        if not store.decide(connection, found, to, by=officer.id, at=self._clock.now(), words=text):
            raise NotAllowed("release-decided", state=found.state.value)
        self._note(connection, officer.id, f"release.{step.value}", found)
        decided = store.get(connection, found.id)
        if decided is None:
            raise NotAllowed("not-found")
        return decided

    def _note(self, connection: Connection, actor: str, action: str, release: Release) -> None:
        detail = {"release": release.id, "digest": release.digest, "reference": release.reference}
        thing = release.thing or release.id
        self._record(connection, at=self._clock.now(), actor=actor, action=action, thing=thing, detail=detail)
        if self._tell is not None:
            tell, thing = self._tell, access.thing(connection, release.thing)
            self._database.after_commit(connection, lambda: tell(release, thing))


def right_of(step: Step) -> Action:
    """Which right a step needs."""
    return Action.RELEASE_PROPOSE if step is Step.TAKE_BACK else Action.RELEASE_DECIDE


def _let(officer: Officer, release: Release, step: Step) -> bool:
    """Whether role and agreement let the officer take the step."""
    if not rights.may(officer, right_of(step)):
        return False
    return step is Step.TAKE_BACK or any(role.value in release.approvers for role in officer.roles)
