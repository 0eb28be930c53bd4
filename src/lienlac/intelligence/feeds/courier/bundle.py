"""A STIX bundle at an address: fetched whole, bounded, and only when it has changed."""

from __future__ import annotations

import asyncio
import codecs
from typing import TYPE_CHECKING, Final

import msgspec

from lienlac import limits
from lienlac.errors import Refused
from lienlac.intelligence.feeds.courier.line import BrokenError
from lienlac.stix.reading import objects_of

if TYPE_CHECKING:
    from lienlac.intelligence.feeds.courier.job import Job

_ACCEPT: Final = {"Accept": "application/stix+json;version=2.1, application/taxii+json;version=2.1, application/json"}


class Seen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The cursor: what the server says of the present state."""

    etag: str = ""
    modified: str = ""


async def fetch(job: Job) -> None:
    """The bundle, if it is another than the last time. Raises `BrokenError`."""
    seen = msgspec.json.decode(job.feed.cursor, type=Seen) if job.feed.cursor else Seen()
    headers = dict(_ACCEPT)
    if seen.etag:
        headers["If-None-Match"] = seen.etag
    elif seen.modified:
        headers["If-Modified-Since"] = seen.modified
    job.page()
    answer = await job.line.ask("GET", job.line.target.url, headers=headers)
    if answer.status == 304:
        return
    body = answer.must_be_good().body.removeprefix(codecs.BOM_UTF8)
    try:
        parcel = await asyncio.to_thread(objects_of, body, max_bytes=limits.FEED_BODY_MAX_BYTES)
    except Refused as error:
        raise BrokenError.of(error) from error
    now = Seen(etag=_line(answer.headers.get("etag", "")), modified=_line(answer.headers.get("last-modified", "")))
    await job.take(parcel.objects, msgspec.json.encode(now))


def _line(text: str) -> str:
    """A value that may be said back to the server."""
    return text if text.isascii() and text.isprintable() and len(text) <= limits.LINE_MAX_CHARS else ""
