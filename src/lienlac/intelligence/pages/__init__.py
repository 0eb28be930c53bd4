"""The screens of intelligence: collections, one of them, an object, quarantine, who may know; and all other doors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.intelligence import api, taxii
from lienlac.intelligence.around import api as around_api
from lienlac.intelligence.around import pages as around_pages
from lienlac.intelligence.pages import bundle, collections, describing, marks, names, objects, quarantine
from lienlac.intelligence.search import api as search_api
from lienlac.intelligence.search import pages as search_pages
from lienlac.intelligence.sources import api as sources_api
from lienlac.intelligence.sources import pages as sources_pages
from lienlac.ui.access import pages as access

if TYPE_CHECKING:
    from lienlac.intelligence.desk import Intelligence
    from lienlac.ui.nav import NavItem


def make_handlers(intelligence: Intelligence) -> tuple[Any, ...]:
    """Every route: of these screens, of the interface for programs, of TAXII."""
    return (
        api.routes(intelligence),
        *taxii.make_handlers(intelligence),
        *collections.make_handlers(intelligence),
        *bundle.make_handlers(intelligence),
        *describing.make_handlers(intelligence),
        *objects.make_handlers(intelligence),
        *marks.make_handlers(intelligence),
        *quarantine.make_handlers(intelligence),
        *sources_pages.make_handlers(intelligence),
        *sources_api.make_doors(intelligence),
        *search_pages.make_handlers(intelligence.search),
        *search_api.make_doors(intelligence.search),
        *around_api.make_doors(intelligence.rounds),
        *around_pages.make_handlers(intelligence.rounds),
        *access.make_handlers(intelligence.access, names.SCREEN),
    )


DIALECTS = (taxii.Taxii(),)


def nav_items(intelligence: Intelligence) -> tuple[NavItem, ...]:
    """The places of these screens."""
    return (*search_pages.nav_items(), *collections.nav_items(intelligence))
