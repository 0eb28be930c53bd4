"""Builds a node from its settings: the only importer of slices, and no logic of its own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lienlac import journal
from lienlac.agreements import store as agreements
from lienlac.clock import SystemClock
from lienlac.errors import NotAllowed
from lienlac.exchange.post_office import PostOffice
from lienlac.exchange.transport.endpoint import make_peer_app
from lienlac.hotline import api as hotline_api
from lienlac.hotline import pages as hotline_pages
from lienlac.hotline.desk import Hotline
from lienlac.hotline.kinds import HOTLINE_KINDS
from lienlac.ids import SystemChance
from lienlac.keys import keyfile
from lienlac.keys.card import make_card
from lienlac.keys.suite import NodeKeys
from lienlac.settings import Settings, save
from lienlac.storage.database import Database
from lienlac.ui.app import Nav, UiConfig, make_app
from lienlac.ui.links import pages as link_pages
from lienlac.ui.live import Hub
from lienlac.ui.log import pages as log_pages

if TYPE_CHECKING:
    from datetime import datetime

    from litestar import Litestar

    from lienlac.clock import Clock
    from lienlac.ids import Chance
    from lienlac.people.officer import Officer

CARD_FILE = "card.json"
WEB_SECRET_FILE = "web-secret"  # noqa: S105  # the file's name


@dataclass(slots=True, kw_only=True)
class Node:
    """One authority's installation, ready to be served or acted on. `hub` tells open pages what changed."""

    settings: Settings
    database: Database
    post: PostOffice
    hotline: Hotline
    hub: Hub
    clock: Clock
    chance: Chance

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()


def create_node(settings: Settings, passphrase: str) -> None:
    """Make a new node's folder: settings, keys, card, database. Raises `NotAllowed("settings-exist")`."""
    settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if settings.key_file.exists():
        raise NotAllowed("settings-exist", path=str(settings.key_file))
    save(settings)
    now = SystemClock().now()
    keys = NodeKeys.generate(settings.node_id, now)
    keyfile.write(settings.key_file, keys, passphrase)
    (settings.folder / CARD_FILE).write_text(make_own_card(settings, keys, now), encoding="utf-8")
    secret = settings.folder / WEB_SECRET_FILE
    secret.touch(mode=0o600)
    secret.write_bytes(secrets.token_bytes(32))
    database = Database.open(settings.database)
    try:
        database.migrate()
    finally:
        database.close()


def make_own_card(settings: Settings, keys: NodeKeys, now: datetime) -> str:
    """The node card for these keys (JWS text)."""
    return make_card(
        keys,
        node_id=settings.node_id,
        name_vi=settings.name_vi,
        name_en=settings.name_en,
        country=settings.country,
        url=settings.url_for_peers,
        created_at=now,
    ).decode()


def open_node(settings: Settings, passphrase: str, *, clock: Clock | None = None, chance: Chance | None = None) -> Node:
    """Open a node for serving or for a command. Raises `NotAllowed`: `passphrase-wrong`, `storage-…`."""
    clock, chance = clock or SystemClock(), chance or SystemChance()
    keys = keyfile.read(settings.key_file, passphrase)
    card = (settings.folder / CARD_FILE).read_text(encoding="utf-8")
    database = Database.open(settings.database)
    database.migrate()
    return build_node(settings, database, keys, card, clock=clock, chance=chance)


def rotate_keys(node: Node, officer: Officer, passphrase: str) -> int:
    """Replace every key of the node: tell the peers under the old keys, then put the new ones in place (clause 10.4).

    Returns how many peers were told. The new key file is on the disk before anybody hears of it, so that a crash
    in between loses no key: until then the old file is kept beside it.
    """
    settings, office = node.settings, node.post.office
    keys = office.keys.rotated(settings.node_id, node.clock.now())
    waiting = settings.key_file.with_suffix(".next")
    keyfile.write(waiting, keys, passphrase)
    card = make_own_card(settings, keys, node.clock.now())
    told = node.post.desk.announce_keys(officer, card)
    waiting.replace(settings.key_file)
    (settings.folder / CARD_FILE).write_text(card, encoding="utf-8")
    office.keys, office.card = keys, card
    return told


def build_node(
    settings: Settings, database: Database, keys: NodeKeys, card: str, *, clock: Clock, chance: Chance
) -> Node:
    """Wire a node round an open database; what tests and the simulation use too."""
    post = PostOffice(
        database=database,
        clock=clock,
        chance=chance,
        node_id=settings.node_id,
        keys=keys,
        card=card,
        kinds=HOTLINE_KINDS,
    )
    hub = Hub()
    hotline = Hotline(
        node_id=settings.node_id,
        country=settings.country,
        database=database,
        clock=clock,
        chance=chance,
        sender=post.departures,
        agreements=agreements,
        record=journal.record,
        changed=lambda request_id: hub.notify("requests", request_id),
    )
    post.office.on_link_change.append(lambda peer_id: hub.notify("link", peer_id))
    post.listen(hotline.arrival_handlers, hotline.settlement_handlers)
    return Node(settings=settings, database=database, post=post, hotline=hotline, hub=hub, clock=clock, chance=chance)


def people_app(node: Node, **litestar: Any) -> Litestar:
    """The application for officers and their programs; `litestar` passes on such things as `lifespan`."""
    settings, post, hotline = node.settings, node.post, node.hotline
    return make_app(
        database=node.database,
        clock=node.clock,
        chance=node.chance,
        config=UiConfig(
            node_name_vi=settings.name_vi,
            node_name_en=settings.name_en,
            secret=web_secret(settings),
            https=settings.secure_cookies,
            base_url=settings.url_for_people,
            default_language="en" if settings.language == "en" else "vi",
            drill=settings.drill,
        ),
        route_handlers=[
            *hotline_pages.make_handlers(hotline),
            hotline_api.routes(hotline),
            *link_pages.make_handlers(post.desk),
            *log_pages.make_handlers(post.office, post.prover),
        ],
        nav=Nav(items=(*hotline_pages.nav_items(hotline), *link_pages.NAV, *log_pages.NAV), chip=link_pages.chip),
        template_dirs=[Path(str(resources.files("lienlac.hotline").joinpath("templates")))],
        hub=node.hub,
        **litestar,
    )


def peer_app(node: Node) -> Litestar:
    """The application behind the peers' listener."""
    return make_peer_app(node.post.door)


def web_secret(settings: Settings) -> bytes:
    """What signs form tokens; made by `create_node`."""
    return (Path(settings.folder) / WEB_SECRET_FILE).read_bytes()


__all__ = ["Node", "build_node", "create_node", "open_node", "peer_app", "people_app", "web_secret", "write_card"]
