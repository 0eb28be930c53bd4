"""Units for tests: the one of a name, made where it is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.errors import NotAllowed
from lienlac.ids import SystemChance
from lienlac.people.units import desk as units

if TYPE_CHECKING:
    from sqlalchemy import Connection


def office(connection: Connection, name: str, chance: Any = None) -> str:
    """The id of the unit of that name, which it has in both languages."""
    try:
        return units.named(connection, name).id
    except NotAllowed:
        return units.add(connection, name_vi=name, name_en=name, chance=chance or SystemChance()).id
