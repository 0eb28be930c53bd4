"""Who gave us something: officers, programs, partners, feeds and files; what is said of them, and what they gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from litestar import get

from lienlac import clock, limits
from lienlac.intelligence.collection import Giver
from lienlac.intelligence.pages import names
from lienlac.intelligence.sources import view
from lienlac.people.rights import Action
from lienlac.ui.guard import needs

if TYPE_CHECKING:
    from litestar import Response

    from lienlac.intelligence.desk import Intelligence
    from lienlac.intelligence.store.sources import Gave
    from lienlac.ui.page import Ask

_ADDRESS: Final = "/intelligence/sources"


def make_handlers(intelligence: Intelligence) -> tuple[Any, ...]:
    """The route of the list."""

    @get(_ADDRESS, opt=needs(Action.INTEL_READ), sync_to_thread=True, include_in_schema=False, name="intel-sources")
    def listed(ask: Ask) -> Response[str]:
        giver = next((one for one in Giver if one.value == ask.query.get("from", "")), None)
        before = view.place_of(ask.query.get("before", ""))
        rows = intelligence.sources(ask.officer, giver=giver, before=before, rows=limits.PAGE_DEFAULT_ROWS + 1)
        page = rows[: limits.PAGE_DEFAULT_ROWS]
        return ask.page(
            "intelligence/sources.html",
            title=ask.gettext("Sources"),
            giver=giver,
            rows=[(one, clock.from_us(one.last_us), collection) for one, collection in page],
            older=_onward(giver, page[-1][0]) if len(rows) > len(page) else "",
            newest=_onward(giver) if before is not None else "",
            **names.values(),
        )

    return (listed,)


def _onward(giver: Giver | None, last: Gave | None = None) -> str:
    said = {"from": giver.value} if giver is not None else {}
    if last is not None:
        said["before"] = view.after(last)
    return f"{_ADDRESS}?{urlencode(said)}" if said else _ADDRESS
