"""The page of settings: what this node is and how it is set, for those who must see it; nothing is changed here.

Settings stand in the node's file and in its environment, so that a stolen session cannot turn a node round.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from litestar import get

import lienlac
from lienlac.people.rights import Action
from lienlac.settings import NODE_FILE
from lienlac.storage import ledger
from lienlac.ui.guard import needs
from lienlac.ui.nav import Heading, NavItem
from lienlac.ui.node import names
from lienlac.ui.words import N_
from lienlac.vocabulary import country

if TYPE_CHECKING:
    from litestar import Response

    from lienlac.exchange.office import Office
    from lienlac.settings import Settings
    from lienlac.ui.page import Ask

NAV: Final = (
    NavItem(label=N_("Settings"), path="/settings", action=Action.SETTINGS_READ, heading=Heading.NODE, order=95),
)


def make_handlers(settings: Settings, office: Office) -> tuple[Any, ...]:
    """The one route, round the settings that this process runs with."""

    @get("/settings", opt=needs(Action.SETTINGS_READ), sync_to_thread=True, include_in_schema=False, name="settings")
    def page(ask: Ask) -> Response[str]:
        with ask.database.read() as connection:
            size = ledger.size(connection)
        return ask.page(
            "node/settings.html",
            title=ask.gettext("Settings"),
            version=lienlac.__version__,
            fingerprint=office.fingerprint,
            log_size=size,
            file=NODE_FILE,
            groups=[(ask.gettext(title), [_row(ask, settings, *row) for row in rows]) for title, rows in names.GROUPS],
        )

    return (page,)


def _row(ask: Ask, settings: Settings, name: str, label: str) -> tuple[str, str, str, bool]:
    """Name, label, value in words, and whether it is the one that every node begins with."""
    value = getattr(settings, name)
    begins = next(field.default for field in fields(settings) if field.name == name)
    return name, ask.gettext(label), _said(ask, settings, name, value), value == begins


def _said(ask: Ask, settings: Settings, name: str, value: object) -> str:
    if name == "database_url":  # the address may hold a user and a password
        return "PostgreSQL" if settings.database.startswith("postgresql") else "SQLite"
    if name in names.HIDDEN:
        return ask.gettext("set") if value else ask.gettext("not set")
    if name == "people_url":
        return settings.url_for_people
    if name == "peers_url":
        return settings.url_for_peers
    if name == "attachments_folder":
        return str(settings.files)
    if name == "country":
        return country(str(value), ask.language)
    if isinstance(value, bool):
        return ask.gettext("yes") if value else ask.gettext("no")
    return str(value) or ask.gettext("not set")
