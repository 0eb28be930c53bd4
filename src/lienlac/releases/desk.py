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
from lienlac.people.rights import Action, scope_of
from lienlac.releases import store
from lienlac.releases.release import TABLE, TO_GO_ON_FROM, Draft, Reason, Release, State, Step, after, by_whom, possible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
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
        detail: Mapping[str, Any] | None = None,
    ) -> str:
        """Returns the entry's digest."""
        ...


class Slice(Protocol):
    """What a slice does for its own releases. `words` is how a reader is spoken to: the screens' own, a floor above."""

    def send_released(self, connection: Connection, draft: Draft, proposer: Officer, approver: Officer, /) -> None:
        """Send it in the proposer's name, in the transaction that marks the release.

        Checks again whatever may have changed since the proposal, also the proposer's rights; raises `NotAllowed`.
        """
        ...

    def lines_of(self, draft: Draft, words: Any, /) -> tuple[Line, ...]:
        """What would leave, in words, field by field."""
        ...

    def labels_of(self, kind: str, paths: Iterable[str], words: Any, /) -> tuple[str, ...]:
        """What fields are called, for those that do not leave."""
        ...

    def page_to_go_on(self, release: Release, /) -> str:
        """Where the proposer goes on from a release that did not leave."""
        ...

    def page_of(self, release: Release, /) -> str:
        """The page of the record that it is about; empty while there is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a slice wants to let leave, and why it may not at once; the rest as in `Release`.

    `instead_of`: the release from which the officer went on.
    """

    draft: Draft
    reference: str
    reasons: tuple[Reason, ...]
    withheld: tuple[str, ...] = ()
    let_out: tuple[str, ...] = ()
    why: str = ""
    whole: bytes = b""
    urgency: str = "normal"
    drill: bool = False
    approvers: frozenset[str]
    wait: timedelta = timedelta(days=1)
    instead_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One release for a reader: the steps this officer may take, and what would leave in words.

    `withheld` and `let_out` are names of fields; `go_on` is where the proposer begins a corrected draft, if at all;
    `page` is that of the record that it is about.
    """

    release: Release
    steps: tuple[Step, ...]
    lines: tuple[Line, ...]
    withheld: tuple[str, ...]
    let_out: tuple[str, ...]
    go_on: str
    page: str


class Releases:
    """What officers may do about releases. What takes a connection belongs into the caller's transaction."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        chance: Chance,
        record: Record,
        hear: Callable[[Connection, Release], None] | None = None,
        changed: Callable[[Release, rights.Thing], None] | None = None,
    ) -> None:
        """`hear` learns of every change in its transaction; `changed` once it is durable, with who may know of it."""
        self._database = database
        self._clock = clock
        self._chance = chance
        self._record = record
        self._hear = hear
        self._changed = changed
        self._slices: dict[str, Slice] = {}

    def serve(self, kinds: Iterable[str], by: Slice) -> None:
        """Let a slice send what was approved of its kinds."""
        self._slices |= dict.fromkeys(kinds, by)

    # --- inside a slice's transaction ---
    def propose(self, connection: Connection, officer: Officer, wish: Wish) -> Release:
        """Put a message before a second officer. Raises `NotAllowed("release-too-many" | "release-not-to-go-on")`."""
        rights.require(officer, Action.RELEASE_PROPOSE)
        if store.waiting_of(connection, officer.id) >= limits.RELEASES_WAITING_MAX:
            raise NotAllowed("release-too-many", limit=limits.RELEASES_WAITING_MAX)
        return self._new(connection, officer, wish, State.WAITING, "")

    def ahead(self, connection: Connection, officer: Officer, wish: Wish, words: str) -> Release:
        """Break glass: the caller sends the message now; what stays is a review. Raises `Refused("reason-missing")`."""
        rights.require(officer, Action.RELEASE_AHEAD)
        if not words.strip():
            raise Refused("reason-missing", field="release.ahead")
        return self._new(connection, officer, wish, State.SENT_AHEAD, words.strip())

    def went_on(self, connection: Connection, officer: Officer, release_id: str, came_of_it: str) -> None:
        """Something came of a release that had not left. Raises `NotAllowed("release-not-to-go-on")`."""
        rights.require(officer, Action.RELEASE_PROPOSE)
        if not store.replace(connection, release_id, officer.id, came_of_it):
            raise NotAllowed("release-not-to-go-on")

    def _new(self, connection: Connection, officer: Officer, wish: Wish, state: State, words: str) -> Release:
        now = self._clock.now()
        made = Release(
            id=ids.new_id("rel", self._chance),
            state=state,
            thing=wish.draft.record_id or "",
            reference=wish.reference,
            urgency=wish.urgency,
            drill=wish.drill,
            proposer=officer.id,
            reasons=wish.reasons,
            approvers=wish.approvers,
            payload=msgspec.json.encode(wish.draft),
            whole=wish.whole if state is State.WAITING else b"",
            withheld=wish.withheld,
            let_out=wish.let_out,
            why=wish.why,
            created_at=now,
            expires_at=now + wish.wait,
            words=words,
        )
        store.insert(connection, made)
        if wish.instead_of:
            self.went_on(connection, officer, wish.instead_of, made.id)
        self._note(connection, officer.id, "release.propose" if state is State.WAITING else "release.ahead", made)
        return made

    # --- reading ---
    def undecided(self, connection: Connection, officer: Officer) -> list[Release]:
        """What waits for a decision or a review, of what the officer may know of."""
        if not rights.may(officer, Action.RELEASE_READ):
            return []
        return store.undecided(connection, scope_of(officer))

    def decided(self, connection: Connection, officer: Officer) -> list[Release]:
        """What was decided last, of what the officer may know of."""
        rights.require(officer, Action.RELEASE_READ)
        return store.decided(connection, scope_of(officer))

    def to_go_on_from(self, connection: Connection, officer: Officer) -> list[Release]:
        """What came back to this officer and nothing came of yet."""
        rights.require(officer, Action.RELEASE_READ)
        return store.to_go_on_from(connection, officer.id)

    def open_about(self, connection: Connection, officer: Officer, thing: rights.Thing) -> list[Release]:
        """What waits or was sent ahead of one record, for who may see it."""
        if not rights.may(officer, Action.RELEASE_READ, thing):
            return []
        return store.open_about(connection, thing.id)

    def waiting_for(self, connection: Connection, officer: Officer) -> int:
        """How many wait for this officer: to be decided, to be reviewed, or returned to go on from."""
        if not rights.may(officer, Action.RELEASE_READ):
            return 0
        steps = (self.steps(one, officer) for one in self.undecided(connection, officer))
        asked = sum(bool(set(several) - {Step.TAKE_BACK}) for several in steps)
        return asked + len(store.to_go_on_from(connection, officer.id))

    @staticmethod
    def proposers(connection: Connection) -> frozenset[str]:
        """For whom what waits is something else than for all others: nobody decides about their own."""
        return store.proposers(connection)

    def show(self, officer: Officer, release_id: str, words: Any) -> Shown:
        """One release. Raises `NotAllowed("not-found")`."""
        rights.require(officer, Action.RELEASE_READ)
        with self._database.read() as connection:
            found = self._require(connection, officer, release_id)
        slice_ = self._slices[found.kind]
        own = found.proposer == officer.id and found.state in TO_GO_ON_FROM and found.replaced_by is None
        return Shown(
            release=found,
            steps=self.steps(found, officer),
            lines=slice_.lines_of(found.draft, words),
            withheld=slice_.labels_of(found.kind, found.withheld, words),
            let_out=slice_.labels_of(found.kind, found.let_out, words),
            go_on=slice_.page_to_go_on(found) if own else "",
            page=slice_.page_of(found),
        )

    def own(self, officer: Officer, release_id: str) -> Release:
        """One of the officer's own to go on from. Raises `NotAllowed`: `not-found`, `release-not-to-go-on`."""
        rights.require(officer, Action.RELEASE_PROPOSE)
        with self._database.read() as connection:
            found = self._require(connection, officer, release_id)
        if found.proposer != officer.id or found.state not in TO_GO_ON_FROM or found.replaced_by is not None:
            raise NotAllowed("release-not-to-go-on")
        return found

    def get(self, connection: Connection, officer: Officer, release_id: str) -> Release:
        """One release. Raises `NotAllowed("not-found")`."""
        return self._require(connection, officer, release_id)

    def steps(self, release: Release, officer: Officer) -> tuple[Step, ...]:
        """The steps that this officer may take now."""
        return tuple(step for step in possible(release, by_whom(release, officer.id)) if _let(officer, release, step))

    def _require(self, connection: Connection, officer: Officer, release_id: str) -> Release:
        found = store.get(connection, release_id)
        if found is None or not rights.may(officer, Action.RELEASE_READ, access.thing(connection, found.thing)):
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
            self._slices[found.kind].send_released(connection, found.draft, proposer, officer)
            return done

        return self._act(officer, Step.APPROVE, work)

    def take(self, officer: Officer, release_id: str, step: Step, words: str) -> Release:
        """Return it, take it back, or review what was sent ahead; returning and reviewing need words."""
        if step not in (Step.RETURN, Step.TAKE_BACK, Step.REVIEW):
            raise NotAllowed("release-changed")
        if step is not Step.TAKE_BACK and not words.strip():
            raise Refused("reason-missing", field="words")

        def work(connection: Connection) -> Release:
            return self._decide(connection, officer, self._require(connection, officer, release_id), step, words)

        return self._act(officer, step, work)

    def watch(self, now: datetime) -> int:
        """Time passed: end what waited too long. Only reads where there is nothing to do; returns how many ended."""
        with self._database.read() as connection:
            due = store.any_overdue(connection, now)
        return self._database.write(lambda connection: self.expire_due(connection, now)) if due else 0

    def expire_due(self, connection: Connection, now: datetime) -> int:
        """End what waited too long, in a write; returns how many ended."""
        ended = 0
        for release in store.overdue(connection, now):
            to = TABLE[release.state][Step.EXPIRE]
            if store.decide(connection, release, to, by=NODE, at=now, words=""):
                self._note(connection, NODE, "release.expire", self._anew(connection, release.id))
                ended += 1
        return ended

    def _act(self, officer: Officer, step: Step, work: Callable[[Connection], Release]) -> Release:
        rights.require(officer, right_of(step))
        return self._database.write(work)

    def _decide(self, connection: Connection, officer: Officer, found: Release, step: Step, words: str) -> Release:
        to = after(found, step, by_whom(found, officer.id))
        if not _let(officer, found, step):
            raise NotAllowed("release-approver", roles=", ".join(sorted(found.approvers)))
        text = words.strip()[: limits.TEXT_MAX_CHARS] or found.words
        if found.state is State.SENT_AHEAD and found.words:
            text = f"{found.words}\n\n{text}"[: limits.TEXT_MAX_CHARS]
        if not store.decide(connection, found, to, by=officer.id, at=self._clock.now(), words=text):
            raise NotAllowed("release-decided", state=found.state.value)
        decided = self._anew(connection, found.id)
        self._note(connection, officer.id, f"release.{step.value}", decided)
        return decided

    def _anew(self, connection: Connection, release_id: str) -> Release:
        found = store.get(connection, release_id)
        if found is None:
            raise NotAllowed("not-found")
        return found

    def _note(self, connection: Connection, actor: str, action: str, release: Release) -> None:
        """Write down who did what, without what the message says; tell whoever listens."""
        detail: dict[str, Any] = {"release": release.id, "digest": release.digest, "reference": release.reference}
        detail |= {"withheld": list(release.withheld)} if release.withheld else {}
        detail |= {"let_out": list(release.let_out), "why": release.why} if release.let_out else {}
        if release.words and action != "release.propose":
            detail["words"] = release.words
        thing = release.thing or release.id
        self._record(connection, at=self._clock.now(), actor=actor, action=action, thing=thing, detail=detail)
        if self._hear is not None:
            self._hear(connection, release)
        if self._changed is not None:
            tell, known = self._changed, access.thing(connection, release.thing)
            self._database.after_commit(connection, lambda: tell(release, known))


def right_of(step: Step) -> Action:
    """Which right a step needs."""
    return Action.RELEASE_PROPOSE if step is Step.TAKE_BACK else Action.RELEASE_DECIDE


def _let(officer: Officer, release: Release, step: Step) -> bool:
    """Whether role and agreement let the officer take the step."""
    if not rights.may(officer, right_of(step)):
        return False
    return step is Step.TAKE_BACK or any(role.value in release.approvers for role in officer.roles)
