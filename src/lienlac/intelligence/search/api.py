"""Search over intelligence for programs: the same desk as the screens', so the same rights, trace and bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, post

from lienlac.errors import Refused
from lienlac.intelligence.search import view
from lienlac.interface.intelligence import search as shapes
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.interface.speech import speaks
from lienlac.ui.known.api import known_one
from lienlac.ui.page import Ask
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from lienlac.intelligence.search.desk import Search

Answer = Response[bytes]
_EXAMPLES: Final = {
    "words": {"words": "dang thi hong", "type": "report"},
    "an identifier": {"words": "hoa-sen-invest.example", "identifier": "domain"},
    "filters alone": {"typology": "fxp", "since": "2026-11-01T00:00:00Z", "state": "current"},
}


def make_doors(search: Search) -> tuple[Any, ...]:
    """The doors, round the desk that does the work."""

    @post(
        "/api/intelligence/search",
        opt=needs(Action.INTEL_READ)
        | speaks(
            N_("One page of a search over intelligence"), "intelligence", shapes.IntelFound,
            takes=shapes.IntelSearch, examples=_EXAMPLES,
        ),
        sync_to_thread=True,
        status_code=200,
        name="api-intel-search",
    )  # fmt: skip
    def search_intelligence(ask: Ask) -> Answer:
        """Objects by words, filters or one identifier, the newest first."""
        asked = ask.given(shapes.IntelSearch)
        page = search.page(ask.officer, view.wanted(asked), before_us=cursor_of(asked.cursor), rows=asked.rows)
        return ask.json(view.found(page, [known_one(ask, one) for one in page.known]))

    return (search_intelligence,)


def cursor_of(text: str) -> int | None:
    """Where a page begins. Raises `Refused("cursor-invalid")`."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise Refused("cursor-invalid", field="cursor")
    return int(text)
