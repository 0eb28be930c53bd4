"""The units of a node: list, add, rename, head, close and open again. For administrators; others may look."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac import journal
from lienlac.errors import LienlacError, NotAllowed
from lienlac.people import accounts
from lienlac.people.rights import Action, scope_of
from lienlac.people.units import desk as units
from lienlac.people.units import store as unit_store
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.ui.users.pages import role_names
from lienlac.ui.words import sort_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar import Response
    from litestar.params import FromPath
    from sqlalchemy import Connection

    from lienlac.people.officer import Officer
    from lienlac.people.units.unit import Unit
    from lienlac.ui.page import Ask

_READ: Final = needs(Action.USER_READ)
_MANAGE: Final = needs(Action.USER_MANAGE)


@get("/users/units", opt=_READ, sync_to_thread=True, include_in_schema=False, name="units")
def unit_list(ask: Ask) -> Response[str]:
    """Every unit that who asks may know of, with its head and how many belong to it."""
    with ask.database.read() as connection:
        found = _seen(ask, connection)
        people = [officer for officer, _ in accounts.seen_by(connection, ask.officer)]
    names = {officer.id: officer.name for officer in people}
    found.sort(key=lambda unit: (not unit.active, sort_key(unit.name(ask.language))))
    rows = [
        {
            "unit": unit,
            "name": unit.name(ask.language),
            "other": unit.name("en" if ask.language == "vi" else "vi"),
            "head": names.get(unit.head or "", ""),
            "members": sum(unit.id in officer.units for officer in people if officer.active),
        }
        for unit in found
    ]
    return ask.page("users/units.html", title=ask.gettext("Units"), units=rows)


@get("/users/units/new", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
def new_unit(ask: Ask) -> Response[str]:
    """The empty form."""
    return _form(ask, None)


@post("/users/units/new", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
def add_unit(ask: Ask) -> Response[str]:
    """A new unit; officers are put into it on their own pages."""

    def work(connection: Connection) -> Unit:
        form = ask.form
        made = units.add(connection, name_vi=form.get("name_vi"), name_en=form.get("name_en"), chance=ask.chance)
        _journal(ask, connection, "unit.create", made)
        return made

    try:
        made = ask.database.write(work)
    except LienlacError as error:
        return _form(ask, None, error=error)
    return ask.redirect("/users/units", ask.gettext("The unit %(name)s is added.", name=made.name(ask.language)))


@get("/users/units/{unit_id:str}", opt=_READ, sync_to_thread=True, include_in_schema=False)
def unit_page(ask: Ask, unit_id: FromPath[str]) -> Response[str]:
    """One unit and who belongs to it."""
    return _form(ask, _load(ask, unit_id))


@post("/users/units/{unit_id:str}", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
def change_unit(ask: Ask, unit_id: FromPath[str]) -> Response[str]:
    """Both names and the head."""
    before, form = _load(ask, unit_id), ask.form

    def work(connection: Connection) -> None:
        present = units.get(connection, unit_id)
        head = form.get("head") or None
        changed = dataclasses.replace(present, name_vi=form.get("name_vi"), name_en=form.get("name_en"), head=head)
        _journal(ask, connection, "unit.change", units.change(connection, changed))

    try:
        ask.database.write(work)
    except LienlacError as error:
        return _form(ask, before, error=error)
    return ask.redirect("/users/units", ask.gettext("Saved."))


@post("/users/units/{unit_id:str}/close", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
def close_unit(ask: Ask, unit_id: FromPath[str]) -> Response[str]:
    """No longer to be chosen; what is restricted to it stays so."""
    return _set_active(ask, unit_id, active=False)


@post("/users/units/{unit_id:str}/open", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
def open_unit(ask: Ask, unit_id: FromPath[str]) -> Response[str]:
    """To be chosen again."""
    return _set_active(ask, unit_id, active=True)


def _set_active(ask: Ask, unit_id: str, *, active: bool) -> Response[str]:
    def work(connection: Connection) -> None:
        present = units.get(connection, unit_id)
        changed = units.change(connection, dataclasses.replace(present, active=active))
        _journal(ask, connection, "unit.open" if active else "unit.close", changed)

    before = _load(ask, unit_id)
    try:
        ask.database.write(work)
    except NotAllowed as error:
        return _form(ask, before, error=error)
    return ask.redirect(f"/users/units/{unit_id}", ask.gettext("Saved."))


def _seen(ask: Ask, connection: Connection) -> list[Unit]:
    """A confined auditor knows the units that they audit and belong to."""
    officer, known = ask.officer, unit_store.units(connection)
    confined = scope_of(officer).within
    return known if confined is None else [unit for unit in known if unit.id in confined | officer.units]


def _load(ask: Ask, unit_id: str) -> Unit:
    with ask.database.read() as connection:
        for unit in _seen(ask, connection):
            if unit.id == unit_id:
                return unit
    raise NotAllowed("not-found")


def _form(ask: Ask, found: Unit | None, *, error: LienlacError | None = None) -> Response[str]:
    typed = {"name_vi": "", "name_en": "", "head": ""}
    members: list[Officer] = []
    if found is not None:
        typed = {"name_vi": found.name_vi, "name_en": found.name_en, "head": found.head or ""}
        with ask.database.read() as connection:
            people = [officer for officer, _ in accounts.seen_by(connection, ask.officer)]
        members = sorted((one for one in people if found.id in one.units), key=lambda one: sort_key(one.name))
    wrong: dict[str, str] = {}
    if error is not None:
        typed |= {name: value for name, value in ask.form.values().items() if name in typed}
        wrong = {error.field or "": ask.sentence(error)}
    return ask.page(
        "users/unit.html",
        status=200 if error is None else status_of(error),
        title=found.name(ask.language) if found is not None else ask.gettext("Add a unit"),
        unit=found,
        typed=Blank(typed),
        wrong=Blank(wrong),
        members=[(officer, role_names(ask, officer)) for officer in members],
        heads=[(officer.id, officer.name) for officer in members if officer.active],
        head=next((officer.name for officer in members if found is not None and officer.id == found.head), ""),
        may_edit=ask.may(Action.USER_MANAGE),
        action="/users/units/new" if found is None else f"/users/units/{found.id}",
    )


def _journal(ask: Ask, connection: Connection, action: str, unit: Unit) -> None:
    detail = {"name_vi": unit.name_vi, "name_en": unit.name_en, "head": unit.head}
    journal.record(connection, at=ask.now, actor=ask.officer.id, action=action, thing=unit.id, detail=detail)


HANDLERS: Final[tuple[Callable[..., Any], ...]] = (
    unit_list,
    new_unit,
    add_unit,
    unit_page,
    change_unit,
    close_unit,
    open_unit,
)
