"""Search over intelligence for programs: the same desk as the screens', so the same rights, trace and bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, delete, get, post
from litestar.params import FromPath

from lienlac.errors import Refused
from lienlac.intelligence.search import view
from lienlac.interface.intelligence import search as shapes
from lienlac.interface.parts import Done
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

    return (search_intelligence, *_saved(search))


def _saved(search: Search) -> tuple[Any, ...]:
    """The doors of what officers keep to look so again."""

    @get(
        "/api/intelligence/searches",
        opt=needs(Action.INTEL_READ) | speaks(N_("Searches that you keep"), "intelligence", shapes.SavedSearches),
        sync_to_thread=True,
        name="api-intel-searches",
    )
    def list_searches(ask: Ask) -> Answer:
        """One's own, by name."""
        kept = [
            shapes.SavedSearch(id=one.id, name=one.name, choice=one.choice) for one in search.saved.known(ask.officer)
        ]
        return ask.json(shapes.SavedSearches(searches=kept))

    @post(
        "/api/intelligence/searches",
        opt=needs(Action.ACCOUNT_OWN)
        | speaks(
            N_("Keep a search under a name"), "intelligence", shapes.SearchKept, takes=shapes.SaveSearch,
            examples={"forex scams": {"name": "Forex", "choice": {"typology": "fxp", "state": "current"}}},
        ),
        sync_to_thread=True,
        name="api-intel-search-keep",
    )  # fmt: skip
    def keep_search(ask: Ask) -> Answer:
        """Words and filters; one identifier or a long number is never kept."""
        given = ask.given(shapes.SaveSearch)
        return ask.json(shapes.SearchKept(id=search.saved.keep(ask.officer, given.name, given.choice).id), status=201)

    @delete(
        "/api/intelligence/searches/{filter_id:str}",
        opt=needs(Action.ACCOUNT_OWN) | speaks(N_("Forget a search"), "intelligence", Done),
        sync_to_thread=True,
        status_code=200,
        name="api-intel-search-forget",
    )
    def forget_search(ask: Ask, filter_id: FromPath[str]) -> Answer:
        """Forget it."""
        search.saved.remove(ask.officer, filter_id)
        return ask.json(Done())

    return (list_searches, keep_search, forget_search)


def cursor_of(text: str) -> int | None:
    """Where a page begins. Raises `Refused("cursor-invalid")`."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise Refused("cursor-invalid", field="cursor")
    return int(text)
