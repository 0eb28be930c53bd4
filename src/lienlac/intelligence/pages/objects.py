"""One object as it is kept: its bytes, its versions, our marks beside them, and who gave it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import get
from litestar.params import FromPath

from lienlac import clock
from lienlac.intelligence.pages import names
from lienlac.intelligence.views import told
from lienlac.people.rights import Action
from lienlac.ui.guard import needs

if TYPE_CHECKING:
    from litestar import Response

    from lienlac.intelligence.desk import Intelligence
    from lienlac.ui.page import Ask


def make_handlers(intelligence: Intelligence) -> tuple[Any, ...]:
    """The page's route."""

    @get(
        "/intelligence/objects/{object_id:str}",
        opt=needs(Action.INTEL_READ),
        sync_to_thread=True,
        include_in_schema=False,
        name="intel-object",
    )
    def shown(ask: Ask, object_id: FromPath[str]) -> Response[str]:
        seen = intelligence.seen(ask.officer, object_id)
        places = {collection.id: collection for collection, _ in seen.places}
        versions = told.seen(seen).versions
        newest = next(one for one in versions if one.added_at == clock.from_us(seen.newest.added_us))
        chosen = next((one for one in versions if str(clock.to_us(one.added_at)) == ask.query.get("at")), newest)
        return ask.page(
            "intelligence/object.html",
            title=told.name_of(chosen.raw.encode()) or seen.object_id,
            object_id=seen.object_id,
            kind=seen.newest.type,
            versions=versions,
            chosen=chosen,
            homes=places,
            pretty=told.pretty(chosen.raw),
            at_of=lambda one: clock.to_us(one.added_at),
            **names.values(),
        )

    return (shown,)
