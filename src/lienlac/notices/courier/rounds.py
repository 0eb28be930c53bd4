"""The rounds: claim what is due, send each once, settle; a channel that fails hands over to the next and is seen.

`deliver_due` is one bounded step; the node's loop repeats it and tests call it with the time they want. Claiming and
settling are short writes; sending happens between them, outside of any transaction. A worker that dies after a channel
took a notice and before it could say so leaves the notice to be sent again once its lease ends: twice is better than
never, and both carry the same id.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from lienlac import ids, journal, limits
from lienlac.errors import LienlacError
from lienlac.notices import turns
from lienlac.notices.channels import Address, Channel, ChannelKind
from lienlac.notices.courier.carried import NotDeliveredError, Parcel
from lienlac.notices.store import channels as rows
from lienlac.notices.store import queue
from lienlac.people import store as people

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.errors import Language
    from lienlac.ids import Chance
    from lienlac.keys.rest.safe import Safe
    from lienlac.notices.courier.carried import Way
    from lienlac.notices.notice import Queued
    from lienlac.storage.database import Database

_log = logging.getLogger(__name__)

PURPOSE = "notice channel"
OFFICER = "off-"
"""How the id of an owner begins that is an officer of this node."""


def seal(address: Address, safe: Safe, channel_id: str) -> str:
    """An address for the database."""
    return safe.seal(msgspec.json.encode(address), purpose=PURPOSE, owner=channel_id)


def unseal(channel: Channel, safe: Safe) -> Address:
    """The address of a channel. Raises `NotAllowed("safe-does-not-open")`."""
    return msgspec.json.decode(safe.open(channel.sealed, purpose=PURPOSE, owner=channel.id), type=Address)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """One claimed notice, the channel whose turn it is, and how its reader is spoken to."""

    queued: Queued
    channels: list[Channel]
    channel: Channel | None
    language: Language
    nobody: str = ""


class Rounds:
    """One worker of the queue; several may run, in one process or in many."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        chance: Chance,
        safe: Safe,
        ways: Mapping[ChannelKind, Way],
        language: Language,
        changed: Callable[[], None] | None = None,
    ) -> None:
        """`language` is spoken to owners that are no officers; `changed` hears after something was settled."""
        self._database = database
        self._clock = clock
        self._worker = ids.new_id("wrk", chance)
        self._safe = safe
        self._ways = ways
        self._language: Language = language
        self._changed = changed

    async def deliver_due(self, now: datetime) -> int:
        """Send what is due, at most `limits.NOTICE_ROUND_ROWS`; how many were looked at."""
        jobs = await asyncio.to_thread(self._claim, now)
        if not jobs:
            return 0
        results = await asyncio.gather(*(self._send(job, now) for job in jobs))
        await asyncio.to_thread(self._settle_all, list(zip(jobs, results, strict=True)), now)
        if self._changed is not None:
            self._changed()
        return len(jobs)

    def _claim(self, now: datetime) -> list[_Job]:
        with self._database.read() as connection:
            due = queue.next_due(connection)
        if due is None or due > now:
            return []  # nothing is written where nothing is due

        def work(connection: Connection) -> list[_Job]:
            taken = queue.claim(connection, now, worker=self._worker, rows=limits.NOTICE_ROUND_ROWS)
            return [self._job(connection, queued, only) for queued, only in taken]

        return self._database.write(work)

    def _job(self, connection: Connection, queued: Queued, only: str | None) -> _Job:
        """Whom and how, as it stands now: an account closed meanwhile is told nothing."""
        owner, language = queued.notice.owner, self._language
        if owner.startswith(OFFICER):
            officer = people.officer_by_id(connection, owner)
            if officer is None or not officer.active:
                return _Job(queued=queued, channels=[], channel=None, language=language, nobody="owner-inactive")
            language = officer.language
        if only is not None:
            found = rows.get(connection, only)
            channels = [] if found is None else [found]
        else:
            channels = rows.of_owner(connection, owner, verified=True)
        if not channels:
            return _Job(queued=queued, channels=[], channel=None, language=language, nobody="no-channel")
        # channels may have gone since the last try: the turn never points beyond the end
        channel = channels[min(queued.place, len(channels) - 1)]
        return _Job(queued=queued, channels=channels, channel=channel, language=language)

    async def _send(self, job: _Job, now: datetime) -> NotDeliveredError | None:
        """None: taken. Whatever goes wrong ends here, as a code."""
        if job.channel is None or job.queued.expires_at <= now:
            return NotDeliveredError(job.nobody or "notice-expired", final=True)
        try:
            address = unseal(job.channel, self._safe)
            parcel = Parcel(notice=job.queued.notice, address=address, language=job.language, now=now)
            async with asyncio.timeout(limits.NOTICE_SEND_S):
                await self._ways[job.channel.kind].carry(parcel)
        except NotDeliveredError as error:
            return error
        except TimeoutError:
            return NotDeliveredError("notice-timeout")
        except OSError:
            return NotDeliveredError("notice-unreachable")
        except LienlacError:
            return NotDeliveredError("channel-unreadable", final=True)
        except Exception as error:  # noqa: BLE001  # one broken way must not keep the others from sending
            # the type alone: a library's words may hold the address with its secrets
            _log.error("%s failed with %s", job.channel.kind.value, type(error).__name__)
            return NotDeliveredError("notice-failed")
        return None

    def _settle_all(self, results: list[tuple[_Job, NotDeliveredError | None]], now: datetime) -> None:
        def work(connection: Connection) -> None:
            for job, error in results:
                self._settle(connection, job, error, now)

        self._database.write(work)

    def _settle(self, connection: Connection, job: _Job, error: NotDeliveredError | None, now: datetime) -> None:
        queued, channel, worker = job.queued, job.channel, self._worker
        notice_id = queued.notice.id
        if channel is None:
            code = job.nobody
            queue.settle_ended(connection, notice_id, worker=worker, state=queue.NOBODY, code=code, at=now)
            return
        if error is not None and error.code == "notice-expired":
            queue.settle_ended(connection, notice_id, worker=worker, state=queue.EXPIRED, code=error.code, at=now)
            return
        code = "" if error is None else error.code
        queue.add_try(
            connection,
            queue.Try(
                notice_id=notice_id, channel_id=channel.id, kind=channel.kind, shown=channel.shown, at=now, code=code
            ),
        )
        if error is None:
            self._worked(connection, channel, now)
            queue.settle_sent(connection, notice_id, worker=worker, channel=channel, at=now)
            return
        self._failed(connection, channel, code, now)
        place = min(queued.place, len(job.channels) - 1)
        turn = turns.after_failure(
            place, queued.tries, queued.rounds, channels=len(job.channels), now=now, final=error.final
        )
        queue.settle_later(
            connection, queued, worker=worker, place=turn.place, tries=turn.tries, rounds=turn.rounds, code=code,
            due=turn.at,
        )  # fmt: skip

    def _worked(self, connection: Connection, channel: Channel, now: datetime) -> None:
        present = rows.get(connection, channel.id)
        if present is not None and present.failing:
            self._record(connection, "channel.works-again", channel, present.fail_code, now)
        rows.note_success(connection, channel.id, now)

    def _failed(self, connection: Connection, channel: Channel, code: str, now: datetime) -> None:
        """The first failure is journalled; that it goes on failing is counted."""
        present = rows.get(connection, channel.id)
        if present is not None and not present.failing:
            self._record(connection, "channel.fails", channel, code, now)
        rows.note_failure(connection, channel.id, code, now)

    def _record(self, connection: Connection, action: str, channel: Channel, code: str, now: datetime) -> None:
        detail = {"owner": channel.owner, "kind": channel.kind.value, "code": code}
        journal.record(connection, at=now, actor=journal.NODE, action=action, thing=channel.id, detail=detail)
