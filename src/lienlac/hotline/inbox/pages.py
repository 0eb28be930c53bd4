"""The inbox's tools on screens: filters kept under a name, and many requests acknowledged at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import msgspec
from litestar import get, post

from lienlac import limits
from lienlac.errors import Refused
from lienlac.hotline.inbox.api import acknowledge_one
from lienlac.hotline.inbox.bulk import each
from lienlac.interface.inbox import Choice
from lienlac.people.rights import Action
from lienlac.people.units import store as units
from lienlac.ui.guard import needs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from litestar import Response
    from litestar.params import FromPath

    from lienlac.hotline.desk import Hotline
    from lienlac.ui.page import Ask

_ACT: Final = needs(Action.REQUEST_ANSWER)
_OWN: Final = needs(Action.ACCOUNT_OWN)


def make_handlers(hotline: Hotline) -> tuple[Any, ...]:
    """The routes."""
    saved = hotline.saved

    @post("/requests/acknowledge", opt=_ACT, sync_to_thread=True, include_in_schema=False, status_code=200)
    def acknowledge(ask: Ask) -> Response[str]:
        """Each by itself; what could not be done is told request by request."""
        picked = list(dict.fromkeys(ask.form.all("pick")))
        if not picked:
            return ask.redirect("/requests", ask.gettext("No request was selected."), tone="warn")
        if len(picked) > limits.BULK_MAX_REQUESTS:
            raise Refused("too-many-at-once", limit=limits.BULK_MAX_REQUESTS)
        told = each(picked, partial(acknowledge_one, hotline, ask, ""))
        if not told.failed:
            notice = ask.words.ngettext("%(n)s request is acknowledged.", "%(n)s requests are acknowledged.", told.done)
            return ask.redirect("/requests", notice)
        return ask.page(
            "hotline/bulk.html",
            title=ask.gettext("Not all could be acknowledged"),
            told=told,
        )

    @get("/requests/acknowledge", opt=_ACT, sync_to_thread=True, include_in_schema=False)
    def reloaded(ask: Ask) -> Response[str]:
        """Whoever loads the answer's address again is back at the inbox."""
        return ask.redirect("/requests")

    @post("/requests/filters", opt=_OWN, sync_to_thread=True, include_in_schema=False)
    def save(ask: Ask) -> Response[str]:
        choice = choice_of(ask.form.values())
        unit = ask.form.get("unit") or None
        kept = saved.save(
            ask.officer, ask.form.get("name"), choice, unit=unit, preferred=ask.form.get("preferred") == "yes"
        )
        return ask.redirect("/requests", ask.gettext("The filter is kept."), query=address_of(kept.choice))

    @post("/requests/filters/{filter_id:str}/prefer", opt=_OWN, sync_to_thread=True, include_in_schema=False)
    def prefer(ask: Ask, filter_id: FromPath[str]) -> Response[str]:
        saved.prefer(ask.officer, None if filter_id == "none" else filter_id)
        return ask.redirect("/requests", ask.gettext("The inbox opens so from now on."))

    @post("/requests/filters/{filter_id:str}/remove", opt=_OWN, sync_to_thread=True, include_in_schema=False)
    def remove(ask: Ask, filter_id: FromPath[str]) -> Response[str]:
        saved.remove(ask.officer, filter_id)
        return ask.redirect("/requests", ask.gettext("The filter is forgotten."), query={"direction": "in"})

    return (acknowledge, reloaded, save, prefer, remove)


def choice_of(given: Mapping[str, str]) -> Choice:
    """A filter as a form holds it; raises `Refused("choice-invalid")`."""
    named = {name: given[name] for name in Choice.__struct_fields__ if given.get(name)}
    try:
        return msgspec.convert(named, Choice)
    except msgspec.ValidationError as error:
        raise Refused("choice-invalid", field="choice", value="?") from error


def address_of(choice: Choice) -> dict[str, str]:
    """The inbox's query for a filter; never empty, so that it is not taken for the inbox as it opens."""
    chosen = {name: value for name, value in msgspec.structs.asdict(choice).items() if value}
    return {name: str(value) for name, value in chosen.items()}


def listed(ask: Ask, hotline: Hotline, kept: Mapping[str, str]) -> dict[str, Any]:
    """Saved filters, each with its address and count, and whether it is the one that is shown."""
    now = {name: value for name, value in kept.items() if value}
    found = []
    for one in hotline.saved.listed(ask.officer):
        query = address_of(one.saved.choice)
        current = {"stage": "open", **query} == {"stage": "open", **now}
        found.append({"one": one, "href": f"/requests?{urlencode(query)}", "current": current})
    return {"saved": found, "count_max": limits.FILTER_COUNT_MAX}


def shown(ask: Ask, hotline: Hotline, kept: Mapping[str, str]) -> dict[str, Any]:
    """What the inbox shows of filters: those that are saved, and the units that one can be shared with."""
    with ask.database.read() as connection:
        mine = [unit for unit in units.units(connection) if unit.id in ask.officer.units]
    return {
        **listed(ask, hotline, kept),
        "own_units": [(unit.id, unit.name(ask.language)) for unit in mine],
    }
