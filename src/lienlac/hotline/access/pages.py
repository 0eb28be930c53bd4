"""Who may see a request, as a page: who is named, how it came to that, and the forms that change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.errors import LienlacError, NotAllowed
from lienlac.hotline.access.desk import ALLOW, INHERIT, LIFT, RESTRICT, TAKE_BACK
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.ui.words import N_, sort_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar import Response
    from litestar.params import FromPath

    from lienlac.hotline.access.desk import NeedToKnow, WhoSees
    from lienlac.hotline.desk import Hotline
    from lienlac.ui.page import Ask

_READ: Final = needs(Action.REQUEST_READ)
_CHANGE: Final = needs(Action.REQUEST_RESTRICT)
_SAID: Final = {
    RESTRICT: N_("Restricted"),
    ALLOW: N_("Access given"),
    TAKE_BACK: N_("Access taken back"),
    INHERIT: N_("Restriction taken over from the earlier request"),
    LIFT: N_("Restriction lifted"),
}


def make_handlers(hotline: Hotline) -> tuple[Any, ...]:
    """The routes, round one node's hotline."""
    access = hotline.access

    @get("/requests/{request_id:str}/access", opt=_READ, sync_to_thread=True, include_in_schema=False, name="access")
    def who_sees(ask: Ask, request_id: FromPath[str]) -> Response[str]:
        return _page(ask, access, request_id)

    @post("/requests/{request_id:str}/restrict", opt=_CHANGE, sync_to_thread=True, include_in_schema=False)
    def restrict(ask: Ask, request_id: FromPath[str]) -> Response[str]:
        return _act(ask, access, request_id, RESTRICT, lambda: access.restrict(ask.officer, request_id, **_named(ask)))

    @post("/requests/{request_id:str}/allow", opt=_CHANGE, sync_to_thread=True, include_in_schema=False)
    def allow(ask: Ask, request_id: FromPath[str]) -> Response[str]:
        return _act(ask, access, request_id, ALLOW, lambda: access.allow(ask.officer, request_id, **_named(ask)))

    @post("/requests/{request_id:str}/take-back", opt=_CHANGE, sync_to_thread=True, include_in_schema=False)
    def take_back(ask: Ask, request_id: FromPath[str]) -> Response[str]:
        return _act(
            ask, access, request_id, TAKE_BACK, lambda: access.take_back(ask.officer, request_id, **_named(ask))
        )

    @post("/requests/{request_id:str}/lift", opt=_CHANGE, sync_to_thread=True, include_in_schema=False)
    def lift(ask: Ask, request_id: FromPath[str]) -> Response[str]:
        reason = ask.form.get("reason")
        return _act(ask, access, request_id, LIFT, lambda: access.lift(ask.officer, request_id, reason=reason))

    return (who_sees, restrict, allow, take_back, lift)


def _named(ask: Ask) -> dict[str, Any]:
    form = ask.form
    return {"units": form.all("units"), "officers": form.all("officers"), "reason": form.get("reason")}


def _act(ask: Ask, access: NeedToKnow, request_id: str, act: str, do: Callable[[], object]) -> Response[str]:
    try:
        do()
    except LienlacError as error:
        if error.code in {"not-found", "not-allowed"}:
            raise
        return _page(ask, access, request_id, act=act, error=error)
    try:
        access.who_sees(ask.officer, request_id)
    except NotAllowed:
        # who has just given up their own access finds nothing here any more
        return ask.redirect("/requests", ask.gettext(_SAID[act]))
    return ask.redirect(f"/requests/{request_id}/access", ask.gettext(_SAID[act]))


def _page(
    ask: Ask, access: NeedToKnow, request_id: str, *, act: str = "", error: LienlacError | None = None
) -> Response[str]:
    found = access.who_sees(ask.officer, request_id)
    named = {unit.id for unit in found.units} | {officer.id for officer in found.officers}
    return ask.page(
        "hotline/access.html",
        status=200 if error is None else status_of(error),
        title=ask.gettext("Who may see this"),
        access=found,
        said=_SAID,
        opened=act,
        wrong=Blank({} if error is None else {error.field or "": ask.sentence(error)}),
        typed=Blank(ask.form.values()),
        chosen={"units": ask.form.all("units"), "officers": ask.form.all("officers")},
        beginning=_beginning(ask, found),
        further={
            "units": [one for one in _units(ask, found) if one[0] not in named],
            "officers": [one for one in _readers(found) if one[0] not in named],
        },
        choices={"units": _units(ask, found), "officers": _readers(found)},
    )


def _beginning(ask: Ask, found: WhoSees) -> dict[str, list[str]]:
    """What a fresh form suggests: the units of who restricts."""
    return {"units": [unit.id for unit in found.open_units if unit.id in ask.officer.units], "officers": []}


def _units(ask: Ask, found: WhoSees) -> list[tuple[str, str, str]]:
    units = [(unit.id, unit.name(ask.language), "") for unit in found.open_units]
    return sorted(units, key=lambda choice: sort_key(choice[1]))


def _readers(found: WhoSees) -> list[tuple[str, str, str]]:
    readers = [(officer.id, officer.name, officer.unit) for officer in found.readers]
    return sorted(readers, key=lambda choice: sort_key(choice[1]))
