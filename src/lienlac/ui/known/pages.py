"""The piece "known elsewhere" on pages of things, and the page where an identifier is looked up.

What is looked up goes by POST and never stands in an address; the look-up is journalled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get
from markupsafe import Markup

from lienlac import limits
from lienlac.errors import LienlacError
from lienlac.identifiers.index.desk import HAVE_PLACES
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.known import words
from lienlac.ui.nav import Heading, NavItem
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.ui.searches.routes import make_search
from lienlac.ui.words import N_
from lienlac.vocabulary import identifier_types

if TYPE_CHECKING:
    from lienlac.identifiers.index.desk import Known
    from lienlac.ui.known.desk import Elsewhere
    from lienlac.ui.nav import Panel, Panels
    from lienlac.ui.page import Ask

NAV: Final = (
    NavItem(
        label=N_("Known elsewhere"), path="/known", action=Action.INTEL_READ, heading=Heading.INTELLIGENCE, order=46
    ),
)


def make_handlers(elsewhere: Elsewhere) -> tuple[Any, ...]:
    """The look-up's page, round the desk that does the work."""

    @get("/known", opt=needs(Action.INTEL_READ), sync_to_thread=True, include_in_schema=False, name="known")
    def blank(ask: Ask) -> Response[str]:
        return _page(ask)

    def found(ask: Ask) -> Response[str]:
        text, type_ = ask.form.raw("text")[: limits.TEXT_MAX_CHARS], ask.form.get("type")
        try:
            known = elsewhere.look_up(ask.officer, text, type_ if type_ in _types() else "")
        except LienlacError as error:
            return _page(ask, text, type_, wrong=ask.sentence(error), status=status_of(error))
        return _page(ask, text, type_, found=known, waiting=elsewhere.waiting())

    return (blank, *make_search("/known", needs(Action.INTEL_READ), found, home="/known"))


def panels_of(elsewhere: Elsewhere) -> Panels:
    """What stands on the pages of requests, of channels and of single elements of records."""

    def panel(kind: str) -> Panel:
        def make(ask: Ask, /, **about: str) -> Markup:
            return _panel(ask, elsewhere, elsewhere.of(ask.officer, kind, about["request"]))

        return make

    def element(ask: Ask, /, **about: str) -> Markup:
        if about["subject"] not in HAVE_PLACES:
            return Markup("")
        found = elsewhere.of_element(ask.officer, about["subject"], about["record"], about["element"])
        return _panel(ask, elsewhere, found)

    return {"request": (panel("request"),), "emergency": (panel("emergency"),), "element": (element,)}


def _panel(ask: Ask, elsewhere: Elsewhere, found: list[Known]) -> Markup:
    waiting = elsewhere.waiting()
    if not found and not waiting:
        return Markup("")
    return ask.piece(
        "known/_panel.html", rows=[words.row(ask, one) for one in found], waiting=waiting, **words.FOR_ROWS
    )


def _types() -> list[str]:
    return ["name", *identifier_types.codes()]


def _page(
    ask: Ask,
    text: str = "",
    type_: str = "",
    *,
    found: list[Known] | None = None,
    waiting: int = 0,
    wrong: str = "",
    status: int = 200,
) -> Response[str]:
    return ask.page(
        "known/look.html",
        status=status,
        title=ask.gettext("Known elsewhere"),
        typed=text,
        chosen=type_,
        types=[(code, words.type_label(ask, code)) for code in _types()],
        wrong=Blank({"text": wrong} if wrong else {}),
        rows=None if found is None else [words.row(ask, one) for one in found],
        waiting=waiting,
        **words.FOR_ROWS,
    )
