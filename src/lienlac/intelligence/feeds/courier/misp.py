"""MISP as a source: a published feed of files, or the search of a server; events become objects by `Convert`.

Of each event its stamp is kept, so that only what is new or changed is fetched and converted. Names of files come from
ids that were read as ids: nothing that a manifest says leads anywhere else. An event that cannot be converted spoils
itself and is counted; the next ones go on.
"""

from __future__ import annotations

import asyncio
import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac import limits
from lienlac.errors import Refused
from lienlac.intelligence.feeds.courier.line import BrokenError
from lienlac.intelligence.feeds.store import runs
from lienlac.intelligence.feeds.store.runs import Lost

if TYPE_CHECKING:
    from lienlac.intelligence.feeds.courier.job import Job
    from lienlac.intelligence.feeds.courier.line import Answer

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PAGE_EVENTS: Final = 20
_JSON: Final = {"Accept": "application/json"}
_STAMP_MAX: Final = 2**53


class Known(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The cursor: the manifest's tag, or the newest stamp of a search."""

    etag: str = ""
    stamp: int = 0


async def feed(job: Job) -> None:
    """A published feed: the manifest, then each event that is new or changed. Raises `BrokenError`."""
    kept = _known(job)
    base = job.line.target.url.partition("?")[0].removesuffix("manifest.json").rstrip("/")
    headers = {**_JSON, **({"If-None-Match": kept.etag} if kept.etag else {})}
    answer = await job.line.ask("GET", f"{base}/manifest.json", headers=headers)
    if answer.status == 304:
        return
    listed = _stamps(_members(answer.must_be_good()))
    known = await job.read(partial(runs.stamps, feed_id=job.feed.id, items=list(listed)))
    fresh = sorted((stamp, event) for event, stamp in listed.items() if stamp > known.get(event, -1))
    whole = True
    for stamp, event in fresh:
        if not job.page():
            return
        got = await job.line.ask("GET", f"{base}/{event}.json", headers=_JSON)
        if got.status == 404:  # a manifest that runs ahead of its files: the next run asks again
            whole = False
            await job.keep(b"", lost=[Lost(event, "HTTP 404")], refused=1)
            continue
        await _take(job, event, stamp, got.must_be_good().body, b"")
    etag = answer.headers.get("etag", "")
    usable = whole and etag.isascii() and etag.isprintable() and len(etag) <= limits.LINE_MAX_CHARS
    await job.keep(msgspec.json.encode(Known(etag=etag if usable else "")))


async def search(job: Job) -> None:
    """The search of a server, page by page, from a little before the newest stamp. Raises `BrokenError`."""
    kept = _known(job)
    base = job.line.target.url.partition("?")[0].partition("/events/")[0].rstrip("/")
    newest, page = kept.stamp, 1
    since = max(0, kept.stamp - limits.FEED_OVERLAP_S)
    while job.page():
        asked = {"returnFormat": "json", "published": True, "page": page, "limit": _PAGE_EVENTS, "timestamp": since}
        headers = {**_JSON, "Content-Type": "application/json"}
        content = msgspec.json.encode(asked)
        answer = await job.line.ask("POST", f"{base}/events/restSearch", headers=headers, content=content)
        events = _events(answer.must_be_good())
        named = [event for event, _, _ in events]
        known = await job.read(partial(runs.stamps, feed_id=job.feed.id, items=named))
        for event, stamp, body in events:
            if stamp > known.get(event, -1):
                await _take(job, event, stamp, body, job.feed.cursor)
            newest = max(newest, stamp)
        if len(events) < _PAGE_EVENTS:
            await job.keep(msgspec.json.encode(Known(stamp=min(newest, int(job.now.timestamp())))))
            return
        page += 1


async def _take(job: Job, event: str, stamp: int, body: bytes, cursor: bytes) -> None:
    try:
        objects = await asyncio.to_thread(job.convert, body)
    except Refused as error:
        job.count(refused=1)
        await job.keep(cursor, lost=[Lost(event, error.code)])
        return
    await job.take(objects, cursor, item=event, stamp=stamp)


def _known(job: Job) -> Known:
    return msgspec.json.decode(job.feed.cursor, type=Known) if job.feed.cursor else Known()


def _members(answer: Answer) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(answer.body)
    except (ValueError, RecursionError) as error:
        raise BrokenError("feed-not-misp") from error
    if not isinstance(value, dict):
        raise BrokenError("feed-not-misp")
    return value


def _stamps(manifest: dict[str, Any]) -> dict[str, int]:
    """Events by id with their stamps; what is no id is no event."""
    found = {}
    for event, said in manifest.items():
        if _UUID.fullmatch(event.lower()) and isinstance(said, dict):
            found[event.lower()] = _stamp(said.get("timestamp"))
    if len(found) > limits.FEED_ITEMS_MAX:
        raise BrokenError("feed-too-many", limit=limits.FEED_ITEMS_MAX)
    return found


def _events(answer: Answer) -> list[tuple[str, int, bytes]]:
    """Id, stamp and bytes of each event of a page."""
    try:
        said = msgspec.json.decode(answer.body, type=_Found)
    except (ValueError, RecursionError) as error:
        raise BrokenError("feed-not-misp") from error
    found = []
    for raw in said.response[: _PAGE_EVENTS * 2]:
        try:
            event = msgspec.json.decode(raw, type=_Whole).Event
        except (ValueError, RecursionError):
            continue
        if _UUID.fullmatch(event.uuid.lower()):
            found.append((event.uuid.lower(), _stamp(event.timestamp), bytes(raw)))
    return found


class _Found(msgspec.Struct):
    response: list[msgspec.Raw]


class _Event(msgspec.Struct):
    uuid: str
    timestamp: Any = 0


class _Whole(msgspec.Struct):
    Event: _Event


def _stamp(said: Any) -> int:
    text = str(said)
    return min(int(text), _STAMP_MAX) if text.isascii() and text.isdigit() and len(text) <= 16 else 0
