"""An officer makes a feed, lets it begin, pauses it, has it run now, gives it new credentials, ends it.

What comes in is administered with the collection (`COLLECTION_MANAGE`); what goes out is a release (`INTEL_SHARE`): the
officer has proved themselves just now, and a second one with the same right lets it begin, as it was shown. Feeds are
looked up within the scope of their collections: whose collection is hidden is hidden.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from lienlac import clock, ids, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.intelligence.feeds.feed import OUT, Act, Counts, Feed, State, after
from lienlac.intelligence.feeds.rules import typed as forms
from lienlac.intelligence.feeds.shown import Shown
from lienlac.intelligence.feeds.store import feeds, runs
from lienlac.intelligence.feeds.watch import check_collection, seal, unseal
from lienlac.people import accounts, rights
from lienlac.people.rights import Action, scope_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.ids import Chance
    from lienlac.intelligence.adding.desk import Record
    from lienlac.intelligence.feeds.feed import Draft, Sealed
    from lienlac.intelligence.feeds.rules.typed import Typed
    from lienlac.intelligence.quarantine.desk import Find
    from lienlac.keys.rest.safe import Safe
    from lienlac.outside.guard import Places
    from lienlac.people.officer import Officer
    from lienlac.storage.database import Database

SHOWN_RUNS: Final = 30


class Feeds:
    """What pages, programs and commands call."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        chance: Chance,
        record: Record,
        safe: Safe,
        places: Places,
        find: Find,
        changed: Callable[[], None] | None = None,
    ) -> None:
        """`find` is the collections' way through the gate; `changed` hears that a feed has its turn now."""
        self._database = database
        self._clock = clock
        self._chance = chance
        self._record = record
        self._safe = safe
        self._places = places
        self._find = find
        self._changed = changed

    # --- looking ---
    def listed(self, officer: Officer, *, ended: bool = False) -> list[Feed]:
        """Feeds of collections that the officer may know of: first what needs a hand."""
        rights.require(officer, Action.INTEL_READ)
        with self._database.read() as connection:
            return feeds.listed(connection, scope_of(officer), ended=ended)

    def show(self, officer: Officer, feed_id: str) -> Shown:
        """One of them. Raises `NotAllowed("not-found")`."""
        with self._database.read() as connection:
            feed = self._feed(connection, officer, feed_id)
            collection, _ = self._find(connection, officer, Action.INTEL_READ, feed.collection_id)
            done = runs.of_feed(connection, feed.id, SHOWN_RUNS)
            lost = runs.lost_of(connection, feed.id, SHOWN_RUNS)
        acts = tuple(act for act in Act if act is not Act.STOP and self._may(officer, feed, act))
        may_run = feed.state is State.ON and rights.may(officer, _right(feed))
        return Shown(feed=feed, collection=collection, runs=done, lost=lost, acts=acts, may_run=may_run)

    def need_a_hand(self, connection: Connection, officer: Officer) -> list[Feed]:
        """Those that stand still after failures, or wait for this officer to let them begin."""
        if not rights.may(officer, Action.INTEL_READ):
            return []
        found = feeds.listed(connection, scope_of(officer), ended=False)
        return [
            one
            for one in found
            if (one.state is State.STOPPED and rights.may(officer, _right(one)))
            or (one.state is State.WAITING and self._may(officer, one, Act.APPROVE))
        ]

    @staticmethod
    def proposers(connection: Connection) -> frozenset[str]:
        """Who set up one that waits: they may not let it begin, whatever others of their roles may."""
        return feeds.proposers(connection)

    # --- acting ---
    def read(self, officer: Officer, typed: Typed) -> Draft:
        """What somebody typed, asked of this node too: host and collection. `add` asks again when it writes.

        Raises one mistake with its own code, several as `FormRefused`.
        """

        def collection() -> None:
            if not typed.collection_id:
                raise Refused("field-missing", field="collection_id")
            with self._database.read() as connection:
                out = typed.kind in OUT
                self._find(connection, officer, _right_of(out=out), typed.collection_id)
                check_collection(connection, typed.collection_id, out=out)

        checks = (("address", lambda: self._places.target(typed.address)), ("collection_id", collection))
        return forms.read(typed, checks)

    def add(self, officer: Officer, draft: Draft) -> Feed:
        """A new feed; one that goes out waits for a second officer.

        Raises `Refused("feed-address" | "feed-not-https")`, `NotAllowed("feed-host" | "feed-restricted" |
        "feeds-full" | "not-found" | "intel-collection-closed")`.
        """
        target = self._places.target(draft.secrets.address)
        out = draft.out
        feed_id, now = ids.new_id("fed", self._chance), self._clock.now()
        made = Feed(
            id=feed_id,
            title=draft.title,
            kind=draft.kind,
            shown=f"{target.scheme}://{target.authority}{target.rest.partition('?')[0]}",
            remote=draft.remote,
            collection_id=draft.collection_id,
            interval_min=draft.interval_min,
            ceiling=draft.ceiling,
            others=draft.others,
            marks=draft.marks,
            how=draft.secrets.how,
            state=State.WAITING if out else State.ON,
            created_at=now,
            created_by=officer.id,
            approved_by="",
            sealed=seal(draft.secrets, self._safe, feed_id),
            cursor=b"",
            due_at=None if out else now,
            last_at=None,
            worked_at=None,
            fails=0,
            code="",
            details={},
            counts=Counts(),
        )

        def work(connection: Connection) -> Feed:
            self._find(connection, officer, _right(made), made.collection_id)
            check_collection(connection, made.collection_id, out=made.out)
            if feeds.living(connection) >= limits.FEEDS_MAX:
                raise NotAllowed("feeds-full", limit=limits.FEEDS_MAX)
            feeds.insert(connection, made)
            self._note(connection, officer, "feed.create", made, kind=made.kind.value, digest=made.digest)
            return made

        return self._wake(self._database.write(work))

    def approve(self, officer: Officer, feed_id: str, digest: str) -> Feed:
        """Let a feed begin that goes out, as it was shown.

        Raises `NotAllowed`: `not-found`, `feed-own`, `feed-changed`, `feed-state`, `feed-proposer-gone`.
        """

        def work(connection: Connection) -> Feed:
            feed = self._feed(connection, officer, feed_id)
            self._require(connection, officer, feed)
            if feed.created_by == officer.id:
                raise NotAllowed("feed-own")
            if digest != feed.digest:
                raise NotAllowed("feed-changed")
            proposer = accounts.get(connection, feed.created_by)
            if not proposer.active or not rights.may(proposer, _right(feed)):
                raise NotAllowed("feed-proposer-gone")
            check_collection(connection, feed.collection_id, out=feed.out)
            return self._move(
                connection, officer, feed, Act.APPROVE, approved_by=officer.id, due_us=self._now_us(), digest=digest
            )

        return self._wake(self._database.write(work))

    def act(self, officer: Officer, feed_id: str, act: Act) -> Feed:
        """Pause, go on, end. Raises `NotAllowed("not-found" | "feed-state")`."""
        if act not in {Act.PAUSE, Act.GO_ON, Act.END}:
            raise NotAllowed("feed-state")

        def work(connection: Connection) -> Feed:
            feed = self._feed(connection, officer, feed_id)
            self._require(connection, officer, feed)
            more = {"due_us": self._now_us(), "fails": 0} if act is Act.GO_ON else {"due_us": None}
            return self._move(connection, officer, feed, act, **more)

        return self._wake(self._database.write(work))

    def run_now(self, officer: Officer, feed_id: str) -> Feed:
        """Its turn is now; the watch runs it. Raises `NotAllowed("not-found" | "feed-state")`."""

        def work(connection: Connection) -> Feed:
            feed = self._feed(connection, officer, feed_id)
            self._require(connection, officer, feed)
            if feed.state is not State.ON:
                raise NotAllowed("feed-state")
            feeds.change(connection, feed.id, due_us=self._now_us())
            self._note(connection, officer, "feed.run-now", feed)
            return self._anew(connection, feed.id)

        return self._wake(self._database.write(work))

    def renew(self, officer: Officer, feed_id: str, secrets: Sealed) -> Feed:
        """Other credentials for the same address. Raises `NotAllowed("not-found" | "feed-state")`."""

        def work(connection: Connection) -> Feed:
            feed = self._feed(connection, officer, feed_id)
            self._require(connection, officer, feed)
            if not feed.live or feed.state is State.WAITING:  # what waits was shown to somebody as it is
                raise NotAllowed("feed-state")
            whole = msgspec.structs.replace(secrets, address=unseal(feed, self._safe).address)
            feeds.change(connection, feed.id, sealed=seal(whole, self._safe, feed.id), how=whole.how.value)
            self._note(connection, officer, "feed.renew", feed, how=whole.how.value)
            return self._anew(connection, feed.id)

        return self._database.write(work)

    # --- parts ---
    def _feed(self, connection: Connection, officer: Officer, feed_id: str) -> Feed:
        rights.require(officer, Action.INTEL_READ)
        feed = feeds.find(connection, feed_id, scope_of(officer))
        if feed is None:
            raise NotAllowed("not-found")
        return feed

    def _require(self, connection: Connection, officer: Officer, feed: Feed) -> None:
        self._find(connection, officer, _right(feed), feed.collection_id)

    @staticmethod
    def _may(officer: Officer, feed: Feed, act: Act) -> bool:
        try:
            after(feed.state, act)
        except NotAllowed:
            return False
        if act is Act.APPROVE and feed.created_by == officer.id:
            return False
        return rights.may(officer, _right(feed))

    def _move(
        self, connection: Connection, officer: Officer, feed: Feed, act: Act, *, digest: str = "", **values: object
    ) -> Feed:
        to = after(feed.state, act)
        if not feeds.move(connection, feed, to, **values):
            raise NotAllowed("feed-state")
        detail = {"digest": digest} if digest else {}
        self._note(connection, officer, f"feed.{act.value}", feed, **detail)
        return self._anew(connection, feed.id)

    def _anew(self, connection: Connection, feed_id: str) -> Feed:
        found = feeds.get(connection, feed_id)
        if found is None:
            raise NotAllowed("not-found")
        return found

    def _wake(self, feed: Feed) -> Feed:
        if self._changed is not None:
            self._changed()
        return feed

    def _now_us(self) -> int:
        return clock.to_us(self._clock.now())

    def now(self) -> datetime:
        """The node's present instant."""
        return self._clock.now()

    def _note(self, connection: Connection, officer: Officer, action: str, feed: Feed, **detail: object) -> None:
        detail = {"collection": feed.collection_id, **detail}
        self._record(connection, at=self._clock.now(), actor=officer.id, action=action, thing=feed.id, detail=detail)


def _right(feed: Feed) -> Action:
    """Which right an act on it needs."""
    return _right_of(out=feed.out)


def _right_of(*, out: bool) -> Action:
    return Action.INTEL_SHARE if out else Action.COLLECTION_MANAGE
