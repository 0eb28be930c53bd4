"""An officer proposes, approves, returns, takes back, sends ahead, reviews; and `Releases`, the room as others see it.

A slice that wants to send asks `propose` inside its own transaction and hears from `Releases` when a second officer
has approved: then the very message that was shown is sent, by the function that the slice registered for its kinds,
and in the same transaction the release is marked. Nobody decides about what they proposed themselves; whoever approves
names the digest of what they saw. Every step is written to the journal.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from lienlac import ids, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.journal import NODE
from lienlac.people import accounts, rights
from lienlac.people.rights import Action
from lienlac.releases import store
from lienlac.releases.release import TABLE, Draft, Reason, Release, State, Step, after, by_whom, possible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.ids import Chance
    from lienlac.people.officer import Officer
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


class Performer(Protocol):
    """How a slice sends what was approved; called in the transaction that marks the release.

    It checks again whatever may have changed since the proposal, also the proposer's rights, and raises `NotAllowed`.
    """

    def __call__(self, connection: Connection, draft: Draft, proposer: Officer, /) -> None:
        """Send it in the proposer's name."""
        ...


class Releases:
    """What officers may do about releases. Every method but `propose` and `ahead` is a transaction of its own."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        chance: Chance,
        record: Record,
        changed: Callable[[str], None] | None = None,
        alarm: Callable[[Release], None] | None = None,
    ) -> None:
        """`changed` hears a release's id, `alarm` what was sent ahead, each once it is durable."""
        self._database = database
        self._clock = clock
        self._chance = chance
        self._record = record
        self._tell = changed
        self._alarm = alarm
        self._performers: dict[str, Performer] = {}

    def serve(self, kinds: Iterable[str], performer: Performer) -> None:
        """Let a slice send what was approved of its kinds."""
        self._performers |= dict.fromkeys(kinds, performer)

    # --- inside a slice's transaction ---
    def propose(
        self,
        connection: Connection,
        officer: Officer,
        draft: Draft,
        *,
        reference: str,
        reasons: tuple[Reason, ...],
        withheld: tuple[str, ...],
        wait: timedelta,
    ) -> Release:
        """Put a message before a second officer. Raises `NotAllowed("release-too-many")`."""
        if store.waiting_of(connection, officer.id) >= limits.RELEASES_WAITING_MAX:
            raise NotAllowed("release-too-many", limit=limits.RELEASES_WAITING_MAX)
        return self._new(connection, officer, draft, State.WAITING, reference, reasons, withheld, wait, "")

    def ahead(
        self,
        connection: Connection,
        officer: Officer,
        draft: Draft,
        *,
        reference: str,
        reasons: tuple[Reason, ...],
        withheld: tuple[str, ...],
        words: str,
    ) -> Release:
        """Break glass: the caller sends the message now; what stays is a review. Raises `Refused("reason-missing")`."""
        if not words.strip():
            raise Refused("reason-missing", field="ahead")
        made = self._new(
            connection, officer, draft, State.SENT_AHEAD, reference, reasons, withheld, timedelta(0), words.strip()
        )
        if self._alarm is not None:
            alarm = self._alarm
            self._database.after_commit(connection, lambda: alarm(made))
        return made

    def _new(
        self,
        connection: Connection,
        officer: Officer,
        draft: Draft,
        state: State,
        reference: str,
        reasons: tuple[Reason, ...],
        withheld: tuple[str, ...],
        wait: timedelta,
        words: str,
    ) -> Release:
        now = self._clock.now()
        made = Release(
            id=ids.new_id("rel", self._chance),
            state=state,
            thing=draft.record_id or "",
            reference=reference,
            proposer=officer.id,
            reasons=reasons,
            payload=msgspec.json.encode(draft),
            withheld=withheld,
            created_at=now,
            expires_at=now + wait,
            words=words,
        )
        store.insert(connection, made)
        action = "release.propose" if state is State.WAITING else "release.ahead"
        self._note(connection, officer.id, action, made)
        return made

    # --- reading ---
    def waiting(self, officer: Officer) -> list[Release]:
        """What waits for a decision or a review."""
        rights.require(officer, Action.RELEASE_READ)
        with self._database.read() as connection:
            return store.undecided(connection)

    def decided(self, officer: Officer) -> list[Release]:
        """What was decided last."""
        rights.require(officer, Action.RELEASE_READ)
        with self._database.read() as connection:
            return store.decided(connection)

    def show(self, officer: Officer, release_id: str) -> tuple[Release, tuple[Step, ...]]:
        """One release, and the steps that this officer may take. Raises `NotAllowed("not-found")`."""
        rights.require(officer, Action.RELEASE_READ, release_id)
        with self._database.read() as connection:
            found = _require(connection, release_id)
        return found, tuple(
            step for step in possible(found, by_whom(found, officer.id)) if rights.may(officer, right_of(step), found)
        )

    # --- deciding ---
    def approve(self, officer: Officer, release_id: str, *, digest: str, words: str = "") -> Release:
        """Let it leave, exactly as it was shown.

        Raises `NotAllowed`: `release-changed`, `release-own`, `release-decided`, `release-expired`,
        `release-proposer-gone`, and whatever the sending slice says.
        """

        def work(connection: Connection) -> Release:
            found = _require(connection, release_id)
            if digest != found.digest:
                raise NotAllowed("release-changed")
            if found.state is State.WAITING and found.expires_at <= self._clock.now():
                raise NotAllowed("release-expired")
            done = self._decide(connection, officer, found, Step.APPROVE, words)
            proposer = accounts.get(connection, found.proposer)
            if not proposer.active:
                raise NotAllowed("release-proposer-gone")
            self._performers[found.draft.kind](connection, found.draft, proposer)
            return done

        return self._act(officer, Step.APPROVE, release_id, work)

    def take(self, officer: Officer, release_id: str, step: Step, words: str) -> Release:
        """Return it, take it back, or review what was sent ahead; returning and reviewing need words."""
        if step is Step.RETURN and not words.strip():
            raise Refused("reason-missing", field="words")

        def work(connection: Connection) -> Release:
            return self._decide(connection, officer, _require(connection, release_id), step, words)

        return self._act(officer, step, release_id, work)

    def expire_due(self, connection: Connection, now: datetime) -> int:
        """Time passed: end what waited too long. Called in a write; returns how many ended."""
        due = store.overdue(connection, now)
        for release in due:
            if store.decide(connection, release, TABLE[release.state][Step.EXPIRE], by=NODE, at=now, words=""):
                self._note(connection, NODE, "release.expire", release)
        return len(due)

    def _act(self, officer: Officer, step: Step, release_id: str, work: Callable[[Connection], Release]) -> Release:
        rights.require(officer, right_of(step), release_id)
        return self._database.write(work)

    def _decide(self, connection: Connection, officer: Officer, found: Release, step: Step, words: str) -> Release:
        to = after(found, step, by_whom(found, officer.id))
        now = self._clock.now()
        text = words.strip()[: limits.TEXT_MAX_CHARS]
        if not store.decide(connection, found, to, by=officer.id, at=now, words=text or found.words):
            raise NotAllowed("release-decided", state=found.state.value)
        self._note(connection, officer.id, f"release.{step.value}", found)
        return _require(connection, found.id)

    def _note(self, connection: Connection, actor: str, action: str, release: Release) -> None:
        detail = {"release": release.id, "digest": release.digest, "kind": release.draft.kind}
        thing = release.thing or release.id
        self._record(connection, at=self._clock.now(), actor=actor, action=action, thing=thing, detail=detail)
        if self._tell is not None:
            tell = self._tell
            self._database.after_commit(connection, lambda: tell(release.id))


def right_of(step: Step) -> Action:
    """Which right a step needs."""
    return Action.RELEASE_PROPOSE if step is Step.TAKE_BACK else Action.RELEASE_DECIDE


def _require(connection: Connection, release_id: str) -> Release:
    found = store.get(connection, release_id)
    if found is None:
        raise NotAllowed("not-found")
    return found
