"""A collection as one STIX bundle to save: page by page, each object as the bytes in which it came.

Every page is a short reading of its own, before which it is asked anew whether who asks is still signed in and may: a
slow browser holds neither the database nor a right that has ended. A bundle that ends early lacks its closing
brackets, so that nobody takes it for whole. Knows no table; what may be seen is the desk's to say.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from litestar import get
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath
from litestar.response import Stream

from lienlac import limits
from lienlac.errors import NotAllowed
from lienlac.intelligence.matching import Match
from lienlac.intelligence.speech import filters, media
from lienlac.people.rights import Action
from lienlac.ui.guard import needs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from lienlac.intelligence.desk import Intelligence
    from lienlac.intelligence.shown import Page
    from lienlac.people.officer import Officer
    from lienlac.ui.page import Ask

_READ: Final[dict[str, Any]] = {"opt": needs(Action.INTEL_READ), "sync_to_thread": True, "include_in_schema": False}
_FROM_THE_FIRST: Final = -1


def make_handlers(intelligence: Intelligence) -> tuple[Any, ...]:
    """The one address, with the same filter as the page of the collection."""

    @get("/intelligence/{collection_id:str}/bundle", **_READ, name="collection-bundle")
    def bundle(ask: Ask, collection_id: FromPath[str]) -> Stream:
        """Written down and begun before the answer is: a refusal is a page, not a broken file."""
        kind = ask.query.get("type", "")
        if kind and not filters.is_type(kind):  # the journal keeps it: no free text
            raise NotAllowed("not-found")
        collection = intelligence.hand_out(ask.officer, collection_id, type_=kind)
        going = Going(intelligence, collection.id, kind)
        first = going.page(ask.officer, _FROM_THE_FIRST)
        name = uuid.UUID(bytes=ask.chance.token(16), version=4)
        headers = {
            # an id and nothing else: a title could be anything
            "Content-Disposition": f'attachment; filename="collection-{collection.id}.stix.json"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return Stream(going.pieces(ask, first, f"bundle--{name}"), media_type=media.STIX, headers=headers)

    return (bundle,)


class Going:
    """A bundle on its way out."""

    def __init__(self, intelligence: Intelligence, collection_id: str, kind: str) -> None:
        self._intelligence = intelligence
        self._collection_id = collection_id
        self._match = Match(types=(kind,) if kind else ())

    def page(self, officer: Officer, after_us: int) -> Page:
        """The newest versions added after that instant. Raises `NotAllowed` once the officer may not."""
        rows = limits.TAXII_PAGE_DEFAULT_OBJECTS
        return self._intelligence.page(officer, self._collection_id, self._match, after_us=after_us, rows=rows)

    async def pieces(self, ask: Ask, first: Page, name: str) -> AsyncIterator[bytes]:
        """The whole text; one that stops before its end is no JSON. An empty bundle has no list (STIX 2.1, 8)."""
        head = b'{"type":"bundle","id":"%b"' % name.encode()
        if not first.rows:
            yield head + b"}\n"
            return
        page, before = first, head + b',"objects":[\n'
        while page.rows:
            yield before + b",\n".join([row.raw for row in page.rows])
            if not page.more:
                break
            following = await self._following(ask, page.rows[-1].added_us)
            if following is None:
                return
            page, before = following, b",\n"
        yield b"\n]}\n"

    async def _following(self, ask: Ask, after_us: int) -> Page | None:
        """The next page; None when who asks is signed out by now, or may not any more."""
        officer = await ask.ground.live.beliefs.at_once(ask)
        if officer is None:
            return None
        try:
            return await sync_to_thread(self.page, officer, after_us)
        except NotAllowed:
            return None
