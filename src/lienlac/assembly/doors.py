"""What a node shows: every page, every door for programs, and what stands beside each page. No logic of its own.

Loaded where pages are served, and nowhere else: a command that opens a node needs none of them.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lienlac import structs
from lienlac.assembly import making, screens, showing
from lienlac.assembly.kinds import WITH_TEMPLATES
from lienlac.cases.bridge import pages as bridge_pages
from lienlac.duty import api as duty_api
from lienlac.duty import pages as duty_pages
from lienlac.emergencies import api as emergencies_api
from lienlac.emergencies import pages as emergencies_pages
from lienlac.exchange.transport.endpoint import make_peer_app
from lienlac.flash import api as flash_api
from lienlac.flash import pages as flash_pages
from lienlac.hotline import api as hotline_api
from lienlac.hotline import pages as hotline_pages
from lienlac.hotline.pages import home as hotline_home
from lienlac.hotline.pages import inbox
from lienlac.hotline.papers import pages as papers_pages
from lienlac.installation import sign_in_services
from lienlac.intelligence import pages as intelligence_pages
from lienlac.intelligence.feeds import api as feeds_api
from lienlac.intelligence.feeds import pages as feeds_pages
from lienlac.intelligence.imports import api as import_api
from lienlac.intelligence.imports import pages as import_pages
from lienlac.intelligence.intake import api as intake_api
from lienlac.intelligence.intake import pages as intake_pages
from lienlac.intelligence.picture import api as picture_api
from lienlac.intelligence.picture import pages as picture_pages
from lienlac.intelligence.picture.pages import home as picture_home
from lienlac.intelligence.sharing import api as sharing_api
from lienlac.intelligence.sharing import pages as sharing_pages
from lienlac.methods import api as methods_api
from lienlac.methods import pages as methods_pages
from lienlac.programmes import api as programmes_api
from lienlac.programmes import pages as programmes_pages
from lienlac.ui.app import Nav, make_app
from lienlac.ui.files import pages as file_pages
from lienlac.ui.known import api as known_api
from lienlac.ui.known import pages as known_pages
from lienlac.ui.links import home as link_home
from lienlac.ui.links import pages as link_pages
from lienlac.ui.log import home as log_home
from lienlac.ui.log import pages as log_pages
from lienlac.ui.log import verify as verify_pages
from lienlac.ui.nav import joined
from lienlac.ui.node import pages as node_pages
from lienlac.ui.releases import api as release_api
from lienlac.ui.releases import home as release_home
from lienlac.ui.releases import pages as release_pages
from lienlac.ui.shared import api as shared_api
from lienlac.ui.shared import pages as shared_pages
from lienlac.ui.shared.pages import known as record_known

if TYPE_CHECKING:
    from litestar import Litestar

    from lienlac.assembly import Node
    from lienlac.ui.shared.sheet import Subject

CERTIFIED_AT: Final = intelligence_pages.DIALECTS[0].prefix
"""Below this address stands what programs with certificates reach at their own door."""


def people_app(node: Node, *, tls: bool = False, **litestar: Any) -> Litestar:
    """The application for officers and their programs; `litestar` passes on such things as `lifespan`.

    `tls`: it is served over TLS by this process, so that cookies never need to go without, whatever the setting says.
    """
    settings, post = node.settings, node.post
    routes, nav = _routes(node), beside(node)
    structs.make_ready()  # what pages and doors read came to be known with them
    return make_app(
        database=node.database,
        clock=node.clock,
        chance=node.chance,
        safe=node.safe,
        config=screens.settings_of(settings, tls=tls),
        route_handlers=routes,
        nav=nav,
        template_dirs=[
            Path(str(resources.files(f"lienlac.{slice_}").joinpath("templates"))) for slice_ in WITH_TEMPLATES
        ],
        panels=joined(
            emergencies_pages.panels_of(node.emergencies),
            flash_pages.panels_of(node.warnings),
            methods_pages.panels_of(node.methods),
            feeds_pages.panels_of(node.feeds),
            duty_pages.panels_of(node.duty),
            known_pages.panels_of(node.elsewhere),
            sharing_pages.panels_of(node.sharing),
            bridge_pages.panels_of(node.cases.bridge),
        ),
        shown=inbox.views_of(node.hotline),
        hub=node.hub,
        intake=post.attachments,
        providers=sign_in_services(settings),
        at_work=node.duty.on_shift,
        dialects=intelligence_pages.DIALECTS,
        **litestar,
    )


def _routes(node: Node) -> list[Any]:
    """Every page and every door for programs."""
    post, hotline = node.post, node.hotline
    return [
        *hotline_pages.make_handlers(hotline),
        *file_pages.make_handlers(post.attachments),
        hotline_api.routes(hotline),
        *emergencies_pages.make_handlers(node.emergencies),
        emergencies_api.routes(node.emergencies),
        *flash_pages.make_handlers(node.warnings),
        *intelligence_pages.make_handlers(node.intelligence),
        flash_api.routes(node.warnings),
        *methods_pages.make_handlers(node.methods),
        methods_api.routes(node.methods),
        *import_pages.make_handlers(node.imports),
        *import_api.make_doors(node.imports),
        *picture_pages.make_handlers(node.picturing),
        picture_api.routes(node.picturing),
        *feeds_pages.make_handlers(
            node.feeds, node.intelligence, making.looking(node.settings, node.database, node.clock)
        ),
        feeds_api.routes(node.feeds),
        *papers_pages.make_handlers(node.papers),
        *duty_pages.make_handlers(node.duty),
        duty_api.routes(node.duty),
        *sharing_pages.make_handlers(node.sharing),
        sharing_api.routes(node.sharing),
        *programmes_pages.make_handlers(node.programmes, programmes_shown(node)),
        *record_known.make_handlers(programmes_shown(node), node.elsewhere),
        programmes_api.routes(node.programmes),
        shared_api.routes(programmes_shown(node)),
        *release_pages.make_handlers(node.releases),
        *release_api.make_doors(node.releases),
        *link_pages.make_handlers(post.desk),
        *log_pages.make_handlers(post.office, post.prover),
        *node_pages.make_handlers(node.settings, post.office),
        *intake_pages.make_handlers(node.intake),
        *intake_api.make_doors(node.intake),
        *known_pages.make_handlers(node.elsewhere),
        *known_api.make_doors(node.elsewhere),
        *verify_pages.make_handlers(post.prover),
        *showing.case_routes(node.cases, node.case_papers, node.names, showing.OfCases(node.lessons), node.elsewhere),
        *showing.Visits(node.delegations, node.lessons).routes(node.elsewhere),
    ]


def programmes_shown(node: Node) -> Subject:
    """Joint programmes as screens know them."""
    return programmes_pages.make_subject(node.programmes, node.programmes.node_names)


def beside(node: Node) -> Nav:
    """What stands beside every page and on the first one."""
    hotline, visits = node.hotline, showing.Visits(node.delegations, node.lessons)
    return Nav(
        items=(
            *inbox.nav_items(hotline),
            *emergencies_pages.nav_items(node.emergencies),
            *flash_pages.nav_items(node.warnings),
            *methods_pages.NAV,
            *showing.case_nav_items(node.cases, node.names),
            shared_pages.nav_item(programmes_shown(node)),
            *intelligence_pages.nav_items(node.intelligence),
            *picture_pages.NAV,
            *import_pages.NAV,
            *feeds_pages.nav_items(node.feeds),
            *sharing_pages.nav_items(node.sharing),
            *release_pages.nav_items(node.releases),
            *duty_pages.nav_items(node.duty),
            *file_pages.NAV,
            *intake_pages.NAV,
            *known_pages.NAV,
            *link_pages.NAV,
            *log_pages.NAV,
            *node_pages.NAV,
            *visits.items,
        ),
        chip=link_pages.chip,
        alerts=(
            emergencies_pages.alert(node.emergencies),
            flash_pages.alert(node.warnings),
            feeds_pages.alert(node.feeds),
            sharing_pages.alert(node.sharing),
            *release_pages.alerts(node.releases),
            duty_pages.alert(node.duty),
            showing.case_alert(node.cases),
        ),
        shared_alerts=(inbox.alert,),
        cards=(
            emergencies_pages.card(node.emergencies),
            flash_pages.card(node.warnings),
            release_home.card(node.releases),
            *hotline_home.cards(hotline),
            duty_pages.card(node.duty),
            picture_home.card(node.picturing),
            link_home.card,
            log_home.card,
            *visits.cards,
        ),
    )


def peer_app(node: Node) -> Litestar:
    """The application behind the peers' listener."""
    return make_peer_app(node.post.door)
