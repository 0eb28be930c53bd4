"""An administrator acts on units: adds one, renames, heads, closes it, and says where an officer belongs.

Works on a connection that is handed in; the caller asks the gate and writes the journal. Units are named by id or by
either of their names.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from typing import TYPE_CHECKING

from lienlac import ids, limits
from lienlac.errors import NotAllowed
from lienlac.people import store as people
from lienlac.people.officer import Role, parse_line
from lienlac.people.units import store
from lienlac.people.units.store import Relation
from lienlac.people.units.unit import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from lienlac.ids import Chance
    from lienlac.people.officer import Officer


def add(connection: Connection, *, name_vi: str, name_en: str, chance: Chance) -> Unit:
    """A new unit. Raises `Refused("line-…")`, `NotAllowed("unit-taken" | "too-many-units")`."""
    known = store.units(connection)
    if len(known) >= limits.UNITS_MAX:
        raise NotAllowed("too-many-units", limit=limits.UNITS_MAX)
    unit = Unit(id=ids.new_id("uni", chance), name_vi=parse_line(name_vi, "name_vi"), name_en=_english(name_en))
    _check_names(unit, known)
    store.add(connection, unit)
    return unit


def change(connection: Connection, unit: Unit) -> Unit:
    """Store a changed unit.

    Raises `Refused("line-…")`, `NotAllowed("unit-taken" | "unit-has-members" | "head-not-member" | "not-found")`.
    """
    known = store.units(connection)
    if unit.id not in {other.id for other in known}:
        raise NotAllowed("not-found")
    unit = dataclasses.replace(unit, name_vi=parse_line(unit.name_vi, "name_vi"), name_en=_english(unit.name_en))
    _check_names(unit, [other for other in known if other.id != unit.id])
    belong = store.members(connection, unit.id)
    if unit.head is not None and unit.head not in belong:
        raise NotAllowed("head-not-member", field="head")
    if not unit.active and any(_is_active(connection, account_id) for account_id in belong):
        raise NotAllowed("unit-has-members", unit=unit.name_vi)
    store.update(connection, unit)
    return unit


def get(connection: Connection, unit_id: str) -> Unit:
    """The unit of that id; raises `NotAllowed("not-found")`."""
    found = store.unit(connection, unit_id)
    if found is None:
        raise NotAllowed("not-found")
    return found


def named(connection: Connection, text: str, field: str = "unit") -> Unit:
    """The unit of that id or name, in either language; raises `NotAllowed("unit-unknown")`."""
    ids = meant(connection, text)
    for unit in store.units(connection):
        if unit.id in ids:
            return unit
    raise NotAllowed("unit-unknown", field=field, unit=text.strip()[: limits.LINE_MAX_CHARS])


def meant(connection: Connection, text: str) -> set[str]:
    """The id of the unit of that id or name, if there is one."""
    wanted = _folded(text)
    return {
        unit.id
        for unit in store.units(connection)
        if unit.id == text.strip() or wanted in (_folded(unit.name_vi), _folded(unit.name_en))
    }


def assign(
    connection: Connection,
    officer: Officer,
    *,
    first: str,
    also: Sequence[str] = (),
    audits: Sequence[str] | None = None,
) -> Officer:
    """Where an officer belongs from now on; units by id or name. Returns the officer as they then are.

    `audits` confines an auditor to what concerns these units; None is the whole node, and all that others have.
    Raises `NotAllowed("unit-unknown" | "unit-closed" | "too-many-units-for-one")`.
    """
    main = _open(connection, first)
    others = {_open(connection, text).id for text in also if text.strip()} - {main.id}
    confined = audits is not None and Role.AUDITOR in officer.roles
    watched = {_open(connection, text, "audits").id for text in audits or ()} if confined else set()
    if max(1 + len(others), len(watched)) > limits.UNITS_PER_OFFICER:
        raise NotAllowed("too-many-units-for-one", limit=limits.UNITS_PER_OFFICER)
    ties = [
        (main.id, Relation.FIRST),
        *((unit_id, Relation.MEMBER) for unit_id in sorted(others)),
        *((unit_id, Relation.AUDITS) for unit_id in sorted(watched)),
    ]
    store.assign(connection, officer.id, ties)
    people.set_confined(connection, officer.id, confined=confined)
    return dataclasses.replace(
        officer,
        unit=main.name(officer.language),
        units=frozenset({main.id} | others),
        audits=frozenset(watched) if confined else None,
    )


def _open(connection: Connection, text: str, field: str = "unit") -> Unit:
    unit = named(connection, text, field)
    if not unit.active:
        raise NotAllowed("unit-closed", field=field, unit=unit.name_vi)
    return unit


def _is_active(connection: Connection, account_id: str) -> bool:
    officer = people.officer_by_id(connection, account_id)
    return officer is not None and officer.active


def _check_names(unit: Unit, others: Sequence[Unit]) -> None:
    """Both names tell units apart, whichever language one reads."""
    taken = {_folded(name) for other in others for name in (other.name_vi, other.name_en)}
    for field, name in (("name_vi", unit.name_vi), ("name_en", unit.name_en)):
        if _folded(name) in taken:
            raise NotAllowed("unit-taken", field=field, unit=name)


def _english(text: str) -> str:
    return parse_line(text, "name_en")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split())).casefold()
