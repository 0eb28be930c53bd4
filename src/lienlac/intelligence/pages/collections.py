"""The list of collections, one of them with its objects, and the place in the nav."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import orjson
from litestar import get
from litestar.params import FromPath

from lienlac import limits
from lienlac.intelligence.pages import kinds, names
from lienlac.intelligence.views import told
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.nav import Heading, NavItem, nobody
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from litestar import Response
    from sqlalchemy import Connection

    from lienlac.intelligence.desk import Intelligence
    from lienlac.intelligence.store.objects import Stored
    from lienlac.people.officer import Officer
    from lienlac.ui.page import Ask

_READ: Final[dict[str, Any]] = {
    "opt": needs(Action.INTEL_READ),
    "sync_to_thread": True,
    "include_in_schema": False,
}


def make_handlers(intelligence: Intelligence) -> tuple[Any, ...]:
    """The routes of both pages."""

    @get("/intelligence", **_READ, name="collections")
    def listed(ask: Ask) -> Response[str]:
        closed = ask.query.get("show") == "all"
        return ask.page(
            "intelligence/list.html",
            title=ask.gettext("Collections"),
            rows=intelligence.collections(ask.officer, closed=closed),
            closed=closed,
            **names.values(),
        )

    @get("/intelligence/{collection_id:str}", **_READ, name="collection")
    def shown(ask: Ask, collection_id: FromPath[str]) -> Response[str]:
        collection, thing = intelligence.collection(ask.officer, collection_id)
        before, kind = _number(ask.query.get("before", "")), ask.query.get("type", "")
        rows = intelligence.newest(
            ask.officer, collection_id, before_us=before, type_=kind, rows=limits.PAGE_DEFAULT_ROWS + 1
        )
        page = rows[: limits.PAGE_DEFAULT_ROWS]
        onward = f"&{urlencode({'type': kind})}" if kind else ""
        more = len(rows) > len(page)
        return ask.page(
            "intelligence/collection.html",
            title=collection.title,
            collection=collection,
            thing=thing,
            rows=[told.line(row) for row in page],
            kind=kind,
            type_label=lambda type_: kinds.type_label(ask.words, type_),
            joined=_joined(ask, intelligence, page),
            taxii=told.collection(collection, ask.ground.config.base_url).taxii,
            older=f"/intelligence/{collection.id}?before={page[-1].added_us}{onward}" if more else "",
            newest=f"/intelligence/{collection.id}?{urlencode({'type': kind})}" if before is not None else "",
            **names.values(),
        )

    return (listed, shown)


def _joined(ask: Ask, intelligence: Intelligence, page: Sequence[Stored]) -> dict[str, str]:
    """What relationships are called in a list: both ends and what joins them, as far as the reader may see them."""
    lines = {one.object_id: orjson.loads(one.raw) for one in page if one.type == "relationship"}
    ends = {str(line.get(end, "")) for line in lines.values() for end in ("source_ref", "target_ref")}
    things = intelligence.rounds.things(ask.officer, ends) if ends else {}
    spoken = kinds.Spoken(ask.words)
    return {
        object_id: f"{spoken.called(things, str(line.get('source_ref', '')))} → "
        f"{spoken.relation(str(line.get('relationship_type', '')))} → "
        f"{spoken.called(things, str(line.get('target_ref', '')))}"
        for object_id, line in lines.items()
    }


def nav_items(intelligence: Intelligence) -> tuple[NavItem, ...]:
    """One place, its sources, and quarantine, whose number is what waits there for who may decide about it."""

    def waiting(connection: Connection, officer: Officer) -> int:
        return intelligence.quarantine.waiting(connection, officer)

    return (
        NavItem(
            label=N_("Collections"),
            path="/intelligence",
            action=Action.INTEL_READ,
            heading=Heading.INTELLIGENCE,
            order=40,
        ),
        NavItem(
            label=N_("Sources"),
            path="/intelligence/sources",
            action=Action.INTEL_READ,
            heading=Heading.INTELLIGENCE,
            within="/intelligence",
            order=44,
        ),
        NavItem(
            label=N_("Quarantine"),
            path="/intelligence/quarantine",
            action=Action.INTEL_READ,
            heading=Heading.INTELLIGENCE,
            within="/intelligence",
            order=45,
            badge=waiting,
            concerns=nobody,
        ),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
