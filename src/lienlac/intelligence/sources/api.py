"""Sources for programs: the same desk and the same list as the screen's, so the same rights and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Response, get

from lienlac.errors import Refused
from lienlac.intelligence.collection import Giver
from lienlac.intelligence.sources import view
from lienlac.interface.intelligence import sources as shapes
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.interface.speech import speaks
from lienlac.ui.page import Ask
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from lienlac.intelligence.desk import Intelligence
    from lienlac.intelligence.store.sources import Place

Answer = Response[bytes]


def make_doors(intelligence: Intelligence) -> tuple[Any, ...]:
    """The door, round the desk that does the work."""

    @get(
        "/api/intelligence/sources",
        opt=needs(Action.INTEL_READ)
        | speaks(N_("One page of the sources"), "intelligence", shapes.SourcesPage, asks=shapes.SourceQuery),
        sync_to_thread=True,
        name="api-intel-sources",
    )
    def list_sources(ask: Ask) -> Answer:
        """Who gave what to the collections that the officer may know of, closed ones too; the last first."""
        asked = ask.asked(shapes.SourceQuery)
        rows = intelligence.sources(
            ask.officer,
            giver=Giver(asked.giver) if asked.giver else None,
            before=_place(asked.cursor),
            rows=asked.rows + 1,
        )
        page = rows[: asked.rows]
        onward = view.after(page[-1][0]) if len(rows) > len(page) else None
        return ask.json(shapes.SourcesPage(sources=[view.gave(one, place) for one, place in page], next=onward))

    return (list_sources,)


def _place(cursor: str) -> Place | None:
    """Where a page begins. Raises `Refused("cursor-invalid")`."""
    place = view.place_of(cursor)
    if cursor and place is None:
        raise Refused("cursor-invalid", field="cursor")
    return place
