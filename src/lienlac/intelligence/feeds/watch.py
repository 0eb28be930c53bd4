"""Time passes: the feed that has waited longest has its turn; one at a time, outside of every transaction.

`run_due` is one bounded step; the node's loop repeats it and tests call it with the time they want. Claiming and
settling are short writes. What a run did is journalled in numbers. A feed that fails again and again rests longer each
time, and at last stands still until somebody has looked.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from lienlac import clock, ids, journal, limits
from lienlac.errors import LienlacError, NotAllowed
from lienlac.intelligence.collection import KIND
from lienlac.intelligence.feeds.courier import bundle, misp, push, taxii
from lienlac.intelligence.feeds.courier.job import Job
from lienlac.intelligence.feeds.courier.line import BrokenError, Line
from lienlac.intelligence.feeds.feed import Counts, Kind, Sealed, State
from lienlac.intelligence.feeds.rules import turns
from lienlac.intelligence.feeds.store import feeds, runs
from lienlac.intelligence.feeds.store.runs import Run
from lienlac.intelligence.store import collections
from lienlac.people.access import store as access

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.ids import Chance
    from lienlac.intelligence.adding.desk import Record
    from lienlac.intelligence.feeds.courier.job import Add, Convert
    from lienlac.intelligence.feeds.courier.line import Network
    from lienlac.intelligence.feeds.feed import Feed
    from lienlac.keys.rest.safe import Safe
    from lienlac.storage.database import Database

PURPOSE: Final = "intelligence feed"
_log = logging.getLogger(__name__)
_LEASE: Final = timedelta(seconds=limits.FEED_LEASE_S)
_WAYS: Final[dict[Kind, Callable[[Job], Awaitable[None]]]] = {
    Kind.TAXII_POLL: taxii.poll,
    Kind.TAXII_PUSH: push.push,
    Kind.OPENCTI_PUSH: push.push,
    Kind.MISP_FEED: misp.feed,
    Kind.MISP_REST: misp.search,
    Kind.STIX_BUNDLE: bundle.fetch,
}


def seal(secrets: Sealed, safe: Safe, feed_id: str) -> str:
    """Address and credentials for the database."""
    return safe.seal(msgspec.json.encode(secrets), purpose=PURPOSE, owner=feed_id)


def unseal(feed: Feed, safe: Safe) -> Sealed:
    """Address and credentials of a feed. Raises `NotAllowed("safe-does-not-open")`."""
    return msgspec.json.decode(safe.open(feed.sealed, purpose=PURPOSE, owner=feed.id), type=Sealed)


class FeedRounds:
    """What runs the feeds of one node."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        chance: Chance,
        safe: Safe,
        record: Record,
        network: Network,
        add: Add,
        convert: Convert,
        changed: Callable[[], None] | None = None,
    ) -> None:
        """`changed` hears after each run."""
        self._database = database
        self._clock = clock
        self._chance = chance
        self._worker = ids.new_id("wrk", chance)
        self._safe = safe
        self._record = record
        self._network = network
        self._add = add
        self._convert = convert
        self._changed = changed

    async def run_due(self, now: datetime) -> Run | None:
        """Let one feed run whose turn it is; None when there is none."""
        feed = await asyncio.to_thread(self._claim, now)
        if feed is None:
            return None
        job: Job | None = None
        broken: BrokenError | None = None
        try:
            await asyncio.to_thread(self._check, feed)
            secrets = unseal(feed, self._safe)
            async with Line(self._network, secrets, now) as line:
                job = self._job(feed, line, now)
                await self._go(job)
        except BrokenError as error:
            broken = error
        except LienlacError as error:
            broken = BrokenError.of(error)
        except asyncio.CancelledError:
            self._let_go(feed)
            raise
        except Exception as error:  # noqa: BLE001  # one broken feed must not keep the others from running
            # the type alone: a library's words may hold the address with its secrets
            _log.error("feed %s failed with %s", feed.id, type(error).__name__)
            broken = BrokenError("feed-failed")
        run = await asyncio.to_thread(self._settle, feed, job, broken, now)
        if self._changed is not None:
            self._changed()
        return run

    async def _go(self, job: Job) -> None:
        try:
            async with asyncio.timeout(limits.FEED_RUN_S):
                await _WAYS[job.feed.kind](job)
        except TimeoutError:
            if job.pages < 2:  # nothing was got through
                raise BrokenError("feed-timeout") from None
            job.more = True

    def _job(self, feed: Feed, line: Line, now: datetime) -> Job:
        return Job(
            feed=feed,
            line=line,
            worker=self._worker,
            database=self._database,
            add=self._add,
            convert=self._convert,
            wait=self._network.wait,
            now=now,
        )

    def _claim(self, now: datetime) -> Feed | None:
        with self._database.read() as connection:
            due = feeds.next_due(connection, now)
        if due is None:
            return None  # nothing is written where nothing is due

        def work(connection: Connection) -> Feed | None:
            held = feeds.claim(connection, due, worker=self._worker, now=now, until=now + _LEASE)
            return feeds.get(connection, due) if held else None

        return self._database.write(work)

    def _check(self, feed: Feed) -> None:
        with self._database.read() as connection:
            check_collection(connection, feed.collection_id, out=feed.out)

    def _let_go(self, feed: Feed) -> None:
        with contextlib.suppress(LienlacError):  # the lease ends by itself
            self._database.write(
                lambda connection: feeds.settle(connection, feed.id, worker=self._worker, add=Counts())
            )

    def _settle(self, feed: Feed, job: Job | None, broken: BrokenError | None, now: datetime) -> Run:
        counts = Counts() if job is None else job.counts
        code, details = ("" if job is None else job.warn), {}
        if broken is not None:
            code, details = broken.code, _plain(broken.details)
        run = Run(
            began_at=now,
            ended_at=max(now, self._clock.now()),
            pages=0 if job is None else job.pages,
            more=job is not None and job.more,
            code=code,
            details=details,
            counts=counts,
        )
        share = int.from_bytes(self._chance.token(4), "big") / 2**32

        def work(connection: Connection) -> None:
            values = self._turn(feed, run, broken, share)
            settled = feeds.settle(connection, feed.id, worker=self._worker, add=counts, **values)
            if not settled:
                return  # somebody ended it meanwhile, or the lease went to another
            runs.note(connection, feed.id, run)
            self._write_down(
                connection, feed, run, failed=broken is not None, stopped=values.get("state") == State.STOPPED.value
            )

        self._database.write(work)
        return run

    def _turn(self, feed: Feed, run: Run, broken: BrokenError | None, share: float) -> dict[str, Any]:
        """What the feed's row says from now on."""
        values: dict[str, Any] = {"code": run.code, "details": msgspec.json.encode(run.details).decode()}
        if broken is None:
            pause = turns.after_success(feed.interval_min, share, more=run.more)
            values |= {"fails": 0, "worked_us": clock.to_us(run.ended_at)}
            return values | {"due_us": clock.to_us(run.ended_at + pause)}
        fails = feed.fails + 1
        values["fails"] = fails
        if fails >= limits.FEED_FAILS_MAX:
            return values | {"state": State.STOPPED.value, "due_us": None}
        pause = turns.after_failure(fails, feed.interval_min, share, retry_s=broken.retry_s)
        return values | {"due_us": clock.to_us(run.ended_at + pause)}

    def _write_down(self, connection: Connection, feed: Feed, run: Run, *, failed: bool, stopped: bool) -> None:
        """Numbers alone: a server's words have no place in the journal."""
        detail: dict[str, Any] = {"pages": run.pages, **asdict(run.counts)}
        if run.code:
            detail["code"] = run.code
        if failed:
            detail["failed"] = True
        at = run.ended_at
        self._record(connection, at=at, actor=journal.NODE, action="feed.run", thing=feed.id, detail=detail)
        if stopped:
            detail = {"fails": feed.fails + 1, "code": run.code, "collection": feed.collection_id, "out": feed.out}
            self._record(connection, at=at, actor=journal.NODE, action="feed.stop", thing=feed.id, detail=detail)


def check_collection(connection: Connection, collection_id: str, *, out: bool) -> None:
    """Whether a feed's collection still takes, or may still be given away.

    Raises `NotAllowed("feed-restricted" | "intel-collection-closed")`.
    """
    collection = collections.named(connection, collection_id)
    if collection is None or not collection.open:
        raise NotAllowed("intel-collection-closed", title="" if collection is None else collection.title)
    if out and access.thing(connection, collection.id, KIND).restricted:
        raise NotAllowed("feed-restricted")


def _plain(details: dict[str, Any]) -> dict[str, Any]:
    """What a sentence is filled with: numbers, and short words of our own."""
    return {name: value if isinstance(value, int) else str(value)[:300] for name, value in details.items()}
