"""Duty's screens: roster, alarms, hand-over, contact methods, channels; and pieces for others' pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.duty.pages import alarms, channels, contacts, drills, handover, home, panels, roster
from lienlac.people.rights import Action
from lienlac.ui.nav import NavItem
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lienlac.duty.desk import Duty
    from lienlac.people.officer import Officer


def make_handlers(duty: Duty) -> tuple[Any, ...]:
    """Every route of duty's screens."""
    return (
        *roster.make_handlers(duty),
        *contacts.make_handlers(duty),
        *alarms.make_handlers(duty),
        *handover.make_handlers(duty),
        *channels.make_handlers(duty),
        *drills.make_handlers(duty),
    )


def nav_items(duty: Duty) -> tuple[NavItem, ...]:
    """One place; its number is what waits for this officer."""

    def waiting(connection: Connection, officer: Officer) -> int:
        return len(duty.alarms.mine(connection, officer)) + duty.handover.waiting(connection, officer)

    def concerned(connection: Connection) -> frozenset[str]:
        return duty.alarms.told(connection) | duty.handover.concerned(connection)

    return (
        NavItem(label=N_("Duty"), path="/duty", action=Action.ROSTER_READ, order=20, badge=waiting, concerns=concerned),
    )


alert = alarms.alert
panels_of = panels.make
card = home.card
