"""`lienlac unit …`: the units of the node, for whoever administers it at the console."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lienlac.cli import console, words
from lienlac.cli.words import say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lienlac.assembly import Node
    from lienlac.people.units.unit import Unit


def add(
    *, name_vi: str, name_en: str, json: bool = False, node: Path | None = None, passphrase_file: Path | None = None
) -> None:
    """A new unit; officers are put into it with `user add` and `user change`."""
    from lienlac.people.rights import Action
    from lienlac.people.units import desk as units

    with console.opened(node, passphrase_file, Action.USER_MANAGE) as here:

        def work(connection: Connection) -> Unit:
            made = units.add(connection, name_vi=name_vi, name_en=name_en, chance=here.chance)
            _journal(here, connection, "unit.create", made)
            return made

        made = here.database.write(work)
    if json:
        console.tell_json(_view(made, 0))
    else:
        console.note(say("unit-added", unit=made.name(words.language())))


def list_(*, json: bool = False, node: Path | None = None, passphrase_file: Path | None = None) -> None:
    """All units, their heads and how many active officers belong to them."""
    from lienlac.people import accounts
    from lienlac.people.rights import Action
    from lienlac.people.units import store as unit_store

    with console.opened(node, passphrase_file, Action.USER_READ) as here, here.database.read() as connection:
        people = {officer.id: officer for officer, _ in accounts.every(connection)}
        found = unit_store.units(connection)
    counted = [(unit, sum(unit.id in one.units and one.active for one in people.values())) for unit in found]
    if json:
        console.tell_json([_view(unit, members) for unit, members in counted])
        return
    rows = [
        (unit.name_vi, unit.name_en, people[unit.head].name if unit.head in people else "", members,
         say("yes") if unit.active else say("no"))
        for unit, members in counted
    ]  # fmt: skip
    console.table(("column-name-vi", "column-name-en", "column-head", "column-officers", "column-active"), rows)


def change(
    unit: str,
    *,
    name_vi: str = "",
    name_en: str = "",
    head: str | None = None,
    close: bool = False,
    open: bool = False,  # noqa: A002  # it is the option --open
    node: Path | None = None,
    passphrase_file: Path | None = None,
) -> None:
    """Names, head (a login, or "" for nobody), closed or open; what is not given stays as it is."""
    from lienlac.people import accounts
    from lienlac.people.rights import Action
    from lienlac.people.units import desk as units

    with console.opened(node, passphrase_file, Action.USER_MANAGE) as here:

        def work(connection: Connection) -> Unit:
            present = units.named(connection, unit)
            heads = present.head if head is None else accounts.by_login(connection, head).id if head else None
            changed = dataclasses.replace(
                present,
                name_vi=name_vi or present.name_vi,
                name_en=name_en or present.name_en,
                head=heads,
                active=(present.active or open) and not close,
            )
            changed = units.change(connection, changed)
            _journal(here, connection, "unit.change", changed)
            return changed

        changed = here.database.write(work)
    console.note(say("unit-changed", unit=changed.name(words.language())))


def _view(unit: Unit, members: int) -> dict[str, Any]:
    return {
        "id": unit.id,
        "name_vi": unit.name_vi,
        "name_en": unit.name_en,
        "head": unit.head,
        "active": unit.active,
        "officers": members,
    }


def _journal(here: Node, connection: Connection, action: str, unit: Unit) -> None:
    from lienlac import journal

    detail = {"name_vi": unit.name_vi, "name_en": unit.name_en, "head": unit.head, "active": unit.active}
    at = here.clock.now()
    journal.record(connection, at=at, actor="console", action=action, thing=unit.id, detail=detail)


COMMANDS: dict[str, Callable[..., int | None]] = {"add": add, "list": list_, "change": change}
