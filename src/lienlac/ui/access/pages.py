"""Who may see a thing, as a page: who is named, how it came to that, and the forms that change it.

One page for every subject; a `Screen` says where it stands and in what words. Decides nothing: the subject's own desk
asks the gate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from litestar import Request, get, post

from lienlac.errors import LienlacError, NotAllowed
from lienlac.ui.guard import needs
from lienlac.ui.page import Ask, Blank
from lienlac.ui.problems import status_of
from lienlac.ui.words import N_, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from litestar import Response

    from lienlac.people.officer import Officer
    from lienlac.people.rights import Action
    from lienlac.people.units.unit import Unit

SAID: Final = {
    "restrict": N_("Restricted"),
    "allow": N_("Access given"),
    "take-back": N_("Access taken back"),
    "lift": N_("Restriction lifted"),
    "inherit": N_("Restriction taken over from what it goes on from"),
}
"""Each act as people read it."""
_DOORS: Final = ("restrict", "allow", "take-back", "lift")


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Where a subject's things stand (`/requests`, by `{request_id}`), which actions they need, and their words.

    `everybody` says who sees a thing that nobody restricted, `hidden` what restricting does, `again` what lifting does.
    """

    address: str
    parameter: str
    name: str
    reads: Action
    restricts: Action
    everybody: str
    hidden: str
    again: str


class WhoSees(Protocol):
    """Who may see one thing, and what this officer may choose from."""

    @property
    def units(self) -> list[Unit]:
        """The units named."""
        ...

    @property
    def officers(self) -> list[Officer]:
        """The officers named."""
        ...

    @property
    def open_units(self) -> list[Unit]:
        """Units that may be named."""
        ...

    @property
    def readers(self) -> list[Officer]:
        """Officers who may be named."""
        ...


class Deciding(Protocol):
    """A subject's desk for need-to-know."""

    def who_sees(self, officer: Officer, name: str) -> WhoSees:
        """Raises `NotAllowed("not-found" | "reference-ambiguous")`."""
        ...

    def change_by_name(
        self, officer: Officer, name: str, act: str, *, units: Iterable[str], officers: Iterable[str], reason: str
    ) -> object:
        """Raises `NotAllowed`, `Refused`."""
        ...


def make_handlers(desk: Deciding, screen: Screen) -> tuple[Any, ...]:
    """The page, and a route for each act."""
    address = f"{screen.address}/{{{screen.parameter}:str}}"

    @get(f"{address}/access", opt=needs(screen.reads), sync_to_thread=True, include_in_schema=False, name=screen.name)
    def who_sees(ask: Ask, request: Request[Any, Any, Any]) -> Response[str]:
        return _page(ask, desk, screen, request.path_params[screen.parameter])

    return (who_sees, *(_door(desk, screen, address, act) for act in _DOORS))


def _door(desk: Deciding, screen: Screen, address: str, act: str) -> Any:
    @post(f"{address}/{act}", opt=needs(screen.restricts), sync_to_thread=True, include_in_schema=False)
    def door(ask: Ask, request: Request[Any, Any, Any]) -> Response[str]:
        thing_id, form = request.path_params[screen.parameter], ask.form
        try:
            desk.change_by_name(
                ask.officer,
                thing_id,
                act,
                units=form.all("units"),
                officers=form.all("officers"),
                reason=form.get("reason"),
            )
        except LienlacError as error:
            if error.code in {"not-found", "not-allowed"}:
                raise
            return _page(ask, desk, screen, thing_id, act=act, error=error)
        try:
            desk.who_sees(ask.officer, thing_id)
        except NotAllowed:
            # who has just given up their own access finds nothing here any more
            return ask.redirect(screen.address, ask.gettext(SAID[act]))
        return ask.redirect(f"{screen.address}/{thing_id}/access", ask.gettext(SAID[act]))

    return door


def _page(
    ask: Ask, desk: Deciding, screen: Screen, thing_id: str, *, act: str = "", error: LienlacError | None = None
) -> Response[str]:
    found = desk.who_sees(ask.officer, thing_id)
    named = {unit.id for unit in found.units} | {officer.id for officer in found.officers}
    units, readers = _units(ask, found), _readers(found)
    return ask.page(
        "access/page.html",
        status=200 if error is None else status_of(error),
        title=ask.gettext("Who may see this"),
        access=found,
        screen=screen,
        said=SAID,
        opened=act,
        wrong=Blank({} if error is None else {error.field or "": ask.sentence(error)}),
        typed=Blank(ask.form.values()),
        chosen={"units": ask.form.all("units"), "officers": ask.form.all("officers")},
        # what a fresh form suggests: the units of who restricts
        beginning={"units": [unit.id for unit in found.open_units if unit.id in ask.officer.units], "officers": []},
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
