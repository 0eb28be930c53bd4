"""Two or three records side by side: steps aligned, differences marked in words, not by colour alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get

from lienlac.methods.comparing import SETS
from lienlac.methods.pages import shared
from lienlac.people.rights import Action
from lienlac.ui.guard import needs

if TYPE_CHECKING:
    from litestar import Response

    from lienlac.methods.desk import Methods
    from lienlac.ui.page import Ask

_PLACES: Final = ("a", "b", "c")


def make_handlers(methods: Methods) -> tuple[Any, ...]:
    """The page's route: `/methods/compare?a=…&b=…`, or check boxes of the list (`id`)."""

    @get("/methods/compare", opt=needs(Action.METHOD_READ), sync_to_thread=True, include_in_schema=False)
    def page(ask: Ask) -> Response[str]:
        chosen = [ask.query[place] for place in _PLACES if ask.query.get(place)]
        every = methods.listed(ask.officer, rows=200)
        found, comparison = methods.compared(ask.officer, chosen) if len(set(chosen)) > 1 else ([], None)
        return ask.page(
            "methods/compare.html",
            title=ask.gettext("Compare methods"),
            slots=[(place, ask.query.get(place, "")) for place in _PLACES],
            choices=[(line.method_id, line.title_vi if ask.language == "vi" else line.title_en) for line in every],
            methods=found,
            comparison=comparison,
            sets=SETS,
            **shared.values(ask),
        )

    return (page,)
