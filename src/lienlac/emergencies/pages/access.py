"""Who may see a channel, as a page: who is named, how it came to that, and the forms that change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.emergencies.access.desk import ALLOW, LIFT, RESTRICT, TAKE_BACK
from lienlac.errors import LienlacError, NotAllowed
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.ui.words import N_, sort_key

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath

    from lienlac.emergencies.access.desk import WhoSees
    from lienlac.emergencies.desk import Emergencies
    from lienlac.ui.page import Ask

_READ: Final = needs(Action.EMERGENCY_READ)
_CHANGE: Final = needs(Action.EMERGENCY_RESTRICT)
_SAID: Final = {
    RESTRICT: N_("Restricted"),
    ALLOW: N_("Access given"),
    TAKE_BACK: N_("Access taken back"),
    LIFT: N_("Restriction lifted"),
}
_DOORS: Final = {"restrict": RESTRICT, "allow": ALLOW, "take-back": TAKE_BACK, "lift": LIFT}


def make_handlers(emergencies: Emergencies) -> tuple[Any, ...]:
    """The routes; one for each act."""

    @get("/emergencies/{emergency_id:str}/access", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def who_sees(ask: Ask, emergency_id: FromPath[str]) -> Response[str]:
        return _page(ask, emergencies, emergency_id)

    return (who_sees, *(_door(emergencies, name, act) for name, act in _DOORS.items()))


def _door(emergencies: Emergencies, name: str, act: str) -> Any:
    @post(f"/emergencies/{{emergency_id:str}}/{name}", opt=_CHANGE, sync_to_thread=True, include_in_schema=False)
    def door(ask: Ask, emergency_id: FromPath[str]) -> Response[str]:
        form = ask.form
        try:
            emergencies.access.change(
                ask.officer,
                emergency_id,
                act,
                units=form.all("units"),
                officers=form.all("officers"),
                reason=form.get("reason"),
            )
        except LienlacError as error:
            if error.code in {"not-found", "not-allowed"}:
                raise
            return _page(ask, emergencies, emergency_id, act=act, error=error)
        try:
            emergencies.access.who_sees(ask.officer, emergency_id)
        except NotAllowed:
            # who has just given up their own access finds nothing here any more
            return ask.redirect("/emergencies", ask.gettext(_SAID[act]))
        return ask.redirect(f"/emergencies/{emergency_id}/access", ask.gettext(_SAID[act]))

    return door


def _page(
    ask: Ask, emergencies: Emergencies, emergency_id: str, *, act: str = "", error: LienlacError | None = None
) -> Response[str]:
    found = emergencies.access.who_sees(ask.officer, emergency_id)
    named = {unit.id for unit in found.units} | {officer.id for officer in found.officers}
    units, readers = _units(ask, found), _readers(found)
    return ask.page(
        "emergencies/access.html",
        status=200 if error is None else status_of(error),
        title=ask.gettext("Who may see this"),
        access=found,
        said=_SAID,
        opened=act,
        wrong=Blank({} if error is None else {error.field or "": ask.sentence(error)}),
        typed=Blank(ask.form.values()),
        chosen={"units": ask.form.all("units"), "officers": ask.form.all("officers")},
        beginning=[unit.id for unit in found.open_units if unit.id in ask.officer.units],
        further={
            "units": [one for one in units if one[0] not in named],
            "officers": [one for one in readers if one[0] not in named],
        },
        choices={"units": units, "officers": readers},
    )


def _units(ask: Ask, found: WhoSees) -> list[tuple[str, str, str]]:
    units = [(unit.id, unit.name(ask.language), "") for unit in found.open_units]
    return sorted(units, key=lambda choice: sort_key(choice[1]))


def _readers(found: WhoSees) -> list[tuple[str, str, str]]:
    readers = [(officer.id, officer.name, officer.unit) for officer in found.readers]
    return sorted(readers, key=lambda choice: sort_key(choice[1]))
