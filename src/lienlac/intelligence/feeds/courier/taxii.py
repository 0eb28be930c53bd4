"""TAXII 2.1 as a client: the collection is looked for from wherever the address points, then walked or added to.

How a collection is walked is `rules.walking`; here the requests are made and the answers are kept. A server that knows
TAXII 2.0 alone is told apart and refused in words. Root addresses may be absolute or relative, but lead to the feed's
own server: anything else would carry its credentials away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

import msgspec

from lienlac import clock, limits
from lienlac.errors import Refused
from lienlac.intelligence.feeds.courier.line import BrokenError
from lienlac.intelligence.feeds.rules import speech
from lienlac.intelligence.feeds.rules.walking import Cursor, Page, Walk
from lienlac.intelligence.speech import instants
from lienlac.stix.reading import objects_of

if TYPE_CHECKING:
    from typing import Any

    from lienlac.intelligence.feeds.courier.job import Job
    from lienlac.intelligence.feeds.courier.line import Answer, Line
    from lienlac.intelligence.feeds.rules.speech import Offer
    from lienlac.intelligence.feeds.rules.walking import Step
    from lienlac.stix.reading import Parcel

_ACCEPT: Final = {"Accept": speech.TAXII}
_NOT_THIS_ROOT: Final = frozenset({"feed-elsewhere", "feed-not-found", "feed-not-taxii"})
"""Servers name roots that they do not have, and roots of others; the next one may be the right one."""
_FORGOTTEN: Final = frozenset({400, 404, 410, 416})
"""What servers say to a `next` that they no longer know."""


async def poll(job: Job) -> None:
    """Everything that the collection holds beyond the cursor. Raises `BrokenError`."""
    cursor = read_cursor(job.feed.cursor)
    place = cursor.root or await find(job.line, job.feed.remote, write=False)
    walk = Walk(msgspec.structs.replace(cursor, root=place), now_us=clock.to_us(job.now))
    while walk.step is not None and job.page():
        answer = await job.line.ask("GET", f"{place}objects/?{_query(walk.step)}", headers=_ACCEPT)
        if walk.resumed and answer.status in _FORGOTTEN:
            walk.restart()
            continue
        if answer.status == 404 and cursor.root:  # it may have moved: the next run looks for it
            await job.keep(msgspec.json.encode(msgspec.structs.replace(cursor, root="")))
        parcel = _envelope(answer.must_be_good())
        walk.heard(
            Page(
                count=len(parcel.objects),
                more=parcel.more,
                next=parcel.next,
                last_us=speech.instant_us(answer.headers.get("x-taxii-date-added-last", "")),
                date_us=speech.date_us(answer.headers.get("date", "")),
            )
        )
        await job.take(parcel.objects, msgspec.json.encode(walk.cursor))
    if walk.stuck:
        raise BrokenError("feed-stuck")
    if walk.ties:
        job.warn = "feed-ties"


async def find(line: Line, remote: str, *, write: bool) -> str:
    """The address of the collection with that id or title, with a slash at its end.

    Raises `BrokenError`: `feed-taxii-20`, `feed-not-taxii`, `feed-no-collection`, `feed-may-not-read`,
    `feed-may-not-write`, `feed-elsewhere`.
    """
    here = _slashed(line.target.url)
    said = await _talk(line, here)
    found = [here] if speech.is_root(said) else speech.roots(said, here)
    if not found:
        raise BrokenError("feed-not-taxii")
    problem = "feed-no-collection"
    for root in found:
        try:
            offers = await _offers(line, root)
        except BrokenError as error:
            if error.code not in _NOT_THIS_ROOT:
                raise
            problem = error.code
            continue
        offer = next((one for one in offers if remote in (one.id, one.title)), None)
        if offer is not None:
            if not (offer.can_write if write else offer.can_read):
                raise BrokenError("feed-may-not-write" if write else "feed-may-not-read")
            return f"{root}collections/{quote(offer.id, safe='')}/"
    raise BrokenError(problem)


async def offered(line: Line) -> list[tuple[str, list[Offer]]]:
    """Every root of the server with its collections; a root that is named and not there is passed over.

    Raises `BrokenError`: as `find`, and the root's own reason where not one root answers.
    """
    here = _slashed(line.target.url)
    said = await _talk(line, here)
    roots = [here] if speech.is_root(said) else speech.roots(said, here)
    found: list[tuple[str, list[Offer]]] = []
    problem = BrokenError("feed-not-taxii")
    for root in roots:
        try:
            found.append((root, await _offers(line, root)))
        except BrokenError as error:
            if error.code not in _NOT_THIS_ROOT:
                raise
            problem = error
    if not found:
        raise problem
    return found


async def _offers(line: Line, root: str) -> list[Offer]:
    return speech.offers(await _talk(line, f"{root}collections/"))


async def _talk(line: Line, url: str) -> dict[str, Any]:
    """An answer that is no content. A server that cannot speak 2.1 is asked once in the words of 2.0."""
    answer = await line.ask("GET", url, headers=_ACCEPT, max_bytes=limits.FEED_TALK_MAX_BYTES)
    if answer.media_type == speech.OLD:
        raise BrokenError("feed-taxii-20")
    if answer.status in {404, 406, 415}:
        old = await line.ask(
            "GET", url, headers={"Accept": f"{speech.OLD}; version=2.0"}, max_bytes=limits.FEED_TALK_MAX_BYTES
        )
        if old.good and old.media_type == speech.OLD:
            raise BrokenError("feed-taxii-20")
    said = speech.members(answer.must_be_good().body)
    if said is None:
        raise BrokenError("feed-not-taxii")
    return said


def read_cursor(kept: bytes) -> Cursor:
    """The cursor as it was kept; an empty one is the beginning."""
    return msgspec.json.decode(kept, type=Cursor) if kept else Cursor()


def _envelope(answer: Answer) -> Parcel:
    try:
        return objects_of(answer.body or b"{}", max_bytes=limits.FEED_BODY_MAX_BYTES)
    except Refused as error:
        raise BrokenError.of(error) from error


def _query(step: Step) -> str:
    asked = {"limit": str(step.limit)}
    if step.after_us:
        asked["added_after"] = instants.written(step.after_us)
    if step.next:
        asked["next"] = step.next
    return urlencode(asked)


def _slashed(url: str) -> str:
    plain = url.partition("?")[0]
    return plain if plain.endswith("/") else f"{plain}/"
