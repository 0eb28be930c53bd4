"""Bringing a collection to another server: envelopes in order, a status waited for within bounds, and what was refused.

The cursor is the instant of the last version that was dealt with, sent or kept back: a run that breaks off goes on from
there. Between the sending of an envelope and the moving of the cursor the run may die; then it is sent again, which
the standard calls no error. An envelope that is refused as a whole is halved until the guilty object stands alone: that
one is noted and left, and starves none of the others.
"""

from __future__ import annotations

import asyncio
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from lienlac import limits
from lienlac.intelligence.feeds.courier import taxii
from lienlac.intelligence.feeds.courier.line import BrokenError
from lienlac.intelligence.feeds.feed import Kind
from lienlac.intelligence.feeds.rules import speech
from lienlac.intelligence.feeds.rules.leaving import may_leave
from lienlac.intelligence.feeds.store import leaving
from lienlac.intelligence.feeds.store.runs import Lost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lienlac.intelligence.feeds.courier.job import Job
    from lienlac.intelligence.feeds.courier.line import Answer
    from lienlac.intelligence.feeds.rules.leaving import Row
    from lienlac.intelligence.feeds.rules.speech import Told

_TOO_MUCH: Final = frozenset({400, 409, 413, 422})
"""Refusals that may mean one object of many."""
_UNKNOWN_STATUS: Final = frozenset({400, 404, 405, 410, 500, 501})
"""What servers say that forget a status, or never keep one: what it stood for was taken when it was sent."""


class Outgoing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The cursor. With `status`, an envelope up to `upto_us` was sent and the other side was still at it."""

    sent_us: int = 0
    upto_us: int = 0
    status: str = ""
    asked: int = 0
    sent: int = 0
    root: str = ""


async def push(job: Job) -> None:
    """Everything beyond the cursor that may leave. Raises `BrokenError`."""
    kept = msgspec.json.decode(job.feed.cursor, type=Outgoing) if job.feed.cursor else Outgoing()
    place = kept.root or await _place(job)
    kept = msgspec.structs.replace(kept, root=place)
    if kept.status:
        kept = await _ask_again(job, kept)
    while not job.more and job.page():
        rows: list[Row] = await job.read(
            partial(leaving.beyond, collection_id=job.feed.collection_id, after_us=kept.sent_us)
        )
        if not rows:
            return
        out = [row for row in rows if may_leave(row, ceiling=job.feed.ceiling, others=job.feed.others)]
        kept = await _send_all(job, kept, out, rows[-1].added_us, kept_back=len(rows) - len(out))


async def _place(job: Job) -> str:
    if job.feed.kind is Kind.OPENCTI_PUSH:  # what takes pushes stands in no list there
        base = job.line.target.url.partition("?")[0].partition("/taxii2")[0].rstrip("/")
        return f"{base}/taxii2/root/collections/{job.feed.remote}/"
    return await taxii.find(job.line, job.feed.remote, write=True)


async def _send_all(job: Job, kept: Outgoing, out: Sequence[Row], upto_us: int, *, kept_back: int) -> Outgoing:
    """One envelope, halved as often as it must be."""
    lost: list[Lost] = []
    waiting: deque[Sequence[Row]] = deque([out] if out else [])
    told = speech.Told()
    taken = 0
    while waiting:
        part = waiting.popleft()
        answer = await _post(job, kept.root, part)
        if answer.status in _TOO_MUCH and len(part) > 1:
            half = len(part) // 2
            waiting.extendleft((part[half:], part[:half]))
        elif answer.status in _TOO_MUCH:
            lost.append(Lost(part[0].object_id, f"HTTP {answer.status}"))
            if len(lost) >= (limits.FEED_LOST_RUN if taken else limits.FEED_LOST_FIRST):
                raise BrokenError("feed-refuses", count=len(lost))
        else:
            told = await _settled(job, kept.root, speech.told(answer.must_be_good().body))
            taken += len(part)
            lost += [Lost(one, message) for one, message in told.failures]
    sent = len(out) - len(lost)
    after = msgspec.structs.replace(kept, sent_us=upto_us, upto_us=0, status="", asked=0, sent=0)
    if told.pending and told.id:
        after = msgspec.structs.replace(kept, upto_us=upto_us, status=told.id, asked=0, sent=sent)
        job.more, sent = True, 0
    await job.keep(msgspec.json.encode(after), lost=lost, sent=sent, refused=len(lost), kept_back=kept_back)
    return after


async def _post(job: Job, place: str, rows: Sequence[Row]) -> Answer:
    raws = [row.raw for row in rows]
    headers = {"Accept": speech.TAXII, "Content-Type": speech.TAXII}
    body = await asyncio.to_thread(b",".join, raws)
    return await job.line.ask(
        "POST",
        f"{place}objects/",
        headers=headers,
        content=b'{"objects":[' + body + b"]}",
        max_bytes=limits.FEED_TALK_MAX_BYTES,
    )


async def _settled(job: Job, place: str, told: Told) -> Told:
    """Wait for a pending status, with doubling pauses, as long as a run has patience."""
    pause_s = 1.0
    for _ in range(limits.FEED_STATUS_TRIES):
        if not told.pending or not told.id or job.feed.kind is Kind.OPENCTI_PUSH:
            break
        await job.wait(pause_s)
        pause_s *= 2
        told = await _status(job, place, told.id)
    return speech.Told(known=True) if job.feed.kind is Kind.OPENCTI_PUSH else told


async def _status(job: Job, place: str, status_id: str) -> Told:
    root = place.rpartition("collections/")[0]
    answer = await job.line.ask(
        "GET", f"{root}status/{status_id}/", headers={"Accept": speech.TAXII}, max_bytes=limits.FEED_TALK_MAX_BYTES
    )
    if answer.status in _UNKNOWN_STATUS:
        return speech.Told()
    return speech.told(answer.must_be_good().body)


async def _ask_again(job: Job, kept: Outgoing) -> Outgoing:
    """What became of the envelope of an earlier run; after too many questions it is sent anew."""
    told = await _settled(job, kept.root, speech.Told(kept.status, pending=True, known=True))
    if told.pending and told.id:
        if kept.asked >= limits.FEED_STATUS_RUNS:
            kept = msgspec.structs.replace(kept, upto_us=0, status="", asked=0, sent=0)
        else:
            kept, job.more = msgspec.structs.replace(kept, asked=kept.asked + 1), True
        await job.keep(msgspec.json.encode(kept))
        return kept
    lost = [Lost(one, message) for one, message in told.failures]
    sent = max(0, kept.sent - len(lost))
    kept = msgspec.structs.replace(kept, sent_us=kept.upto_us, upto_us=0, status="", asked=0, sent=0)
    await job.keep(msgspec.json.encode(kept), lost=lost, sent=sent, refused=len(lost))
    return kept
