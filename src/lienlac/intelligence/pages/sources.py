"""Who gave us something: officers, programs, partners, feeds and files; what is said of them, and what they gave."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from litestar import get

from lienlac import clock, limits
from lienlac.intelligence.collection import Giver
from lienlac.intelligence.pages import names
from lienlac.people.rights import Action
from lienlac.ui.guard import needs

if TYPE_CHECKING:
    from litestar import Response

    from lienlac.intelligence.desk import Intelligence
    from lienlac.intelligence.store.sources import Gave, Place
    from lienlac.ui.page import Ask

_ADDRESS: Final = "/intelligence/sources"
_PLACE: Final = re.compile(r"([0-9]{1,17})\.([0-9]{1,17})\.([0-9]{1,17})", re.ASCII)


def make_handlers(intelligence: Intelligence) -> tuple[Any, ...]:
    """The route of the list."""

    @get(_ADDRESS, opt=needs(Action.INTEL_READ), sync_to_thread=True, include_in_schema=False, name="intel-sources")
    def listed(ask: Ask) -> Response[str]:
        giver = next((one for one in Giver if one.value == ask.query.get("from", "")), None)
        before = _place(ask.query.get("before", ""))
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
        said["before"] = f"{last.last_us}.{last.number}.{last.collection}"
    return f"{_ADDRESS}?{urlencode(said)}" if said else _ADDRESS


def _place(text: str) -> Place | None:
    found = _PLACE.fullmatch(text)
    return None if found is None else (int(found[1]), int(found[2]), int(found[3]))
