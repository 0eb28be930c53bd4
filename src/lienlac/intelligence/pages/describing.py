"""A collection is made, described anew, or closed: the form and its acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post
from litestar.params import FromPath

from lienlac.errors import LienlacError
from lienlac.intelligence.collection import parse_draft
from lienlac.intelligence.pages import names
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of

if TYPE_CHECKING:
    from litestar import Response

    from lienlac.intelligence.collection import Collection, Draft
    from lienlac.intelligence.desk import Intelligence
    from lienlac.ui.page import Ask

_MANAGE: Final[dict[str, Any]] = {
    "opt": needs(Action.COLLECTION_MANAGE),
    "sync_to_thread": True,
    "include_in_schema": False,
}
_POST: Final[dict[str, Any]] = {**_MANAGE, "status_code": 200}


def make_handlers(intelligence: Intelligence) -> tuple[Any, ...]:
    """The routes of the form."""

    @get("/intelligence/new", **_MANAGE, name="new-collection")
    def blank(ask: Ask) -> Response[str]:
        return _page(ask, None, {"ceiling": "amber", "readable": "yes"}, Blank())

    @post("/intelligence/new", **_POST)
    def create(ask: Ask) -> Response[str]:
        try:
            made = intelligence.create(ask.officer, _draft(ask))
        except LienlacError as error:
            return _again(ask, None, error)
        return ask.redirect(f"/intelligence/{made.id}", ask.gettext("The collection is made."))

    @get("/intelligence/{collection_id:str}/describe", **_MANAGE, name="describe-collection")
    def form(ask: Ask, collection_id: FromPath[str]) -> Response[str]:
        collection, _ = intelligence.collection(ask.officer, collection_id)
        typed = {
            "title": collection.title,
            "description_vi": collection.description_vi,
            "description_en": collection.description_en,
            "ceiling": collection.ceiling,
            "readable": "yes" if collection.readable else "",
            "writable": "yes" if collection.writable else "",
        }
        return _page(ask, collection, typed, Blank())

    @post("/intelligence/{collection_id:str}/describe", **_POST)
    def describe(ask: Ask, collection_id: FromPath[str]) -> Response[str]:
        collection, _ = intelligence.collection(ask.officer, collection_id)
        try:
            intelligence.describe(ask.officer, collection_id, _draft(ask))
        except LienlacError as error:
            return _again(ask, collection, error)
        return ask.redirect(f"/intelligence/{collection.id}", ask.gettext("The collection is described anew."))

    @post("/intelligence/{collection_id:str}/close", **_POST)
    def close(ask: Ask, collection_id: FromPath[str]) -> Response[str]:
        collection = intelligence.close(ask.officer, collection_id)
        return ask.redirect(f"/intelligence/{collection.id}", ask.gettext("The collection is closed."))

    return (blank, create, form, describe, close)


def _draft(ask: Ask) -> Draft:
    form = ask.form
    return parse_draft(
        title=form.get("title"),
        description_vi=form.get("description_vi"),
        description_en=form.get("description_en"),
        ceiling=form.get("ceiling"),
        readable=form.get("readable") == "yes",
        writable=form.get("writable") == "yes",
    )


def _again(ask: Ask, collection: Collection | None, error: LienlacError) -> Response[str]:
    """What was typed stays, with the mistake at its field; what is no mistake of the form is told as such."""
    if error.field not in {"title", "description_vi", "description_en", "ceiling"}:
        raise error
    return _page(ask, collection, ask.form.values(), Blank({error.field: ask.sentence(error)}), status=status_of(error))


def _page(
    ask: Ask, collection: Collection | None, typed: dict[str, str], wrong: Blank, *, status: int = 200
) -> Response[str]:
    return ask.page(
        "intelligence/describe.html",
        status=status,
        title=ask.gettext("New collection") if collection is None else ask.gettext("Describe the collection"),
        collection=collection,
        typed=Blank(typed),
        wrong=wrong,
        ceilings=names.ceilings(ask.words),
        **names.values(),
    )
