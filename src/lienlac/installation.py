"""The files of a node's folder: made by `lienlac init`, read at every start, replaced when keys are.

settings (`node.toml`), encrypted keys, the public node card, the secret that signs form tokens. Knows no slice: the
assembly builds a node from what is here.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from lienlac.errors import NotAllowed
from lienlac.keys import keyfile
from lienlac.keys.card import make_card
from lienlac.keys.suite import NodeKeys
from lienlac.settings import Settings, save
from lienlac.storage.database import Database

if TYPE_CHECKING:
    from datetime import datetime

    from lienlac.exchange.post_office import PostOffice
    from lienlac.people.officer import Officer

CARD_FILE = "card.json"
WEB_SECRET_FILE = "web-secret"  # noqa: S105  # the file's name


def create(settings: Settings, passphrase: str, now: datetime, cost: keyfile.Cost | None = None) -> None:
    """Make a new node's folder: settings, keys, card, database. Raises `NotAllowed("settings-exist")`.

    `cost` is what opening the key file costs; the standard one is meant for a passphrase that a person chose.
    """
    settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if settings.key_file.exists():
        raise NotAllowed("settings-exist", path=str(settings.key_file))
    save(settings)
    keys = NodeKeys.generate(settings.node_id, now)
    keyfile.write(settings.key_file, keys, passphrase, cost)
    (settings.folder / CARD_FILE).write_text(own_card(settings, keys, now), encoding="utf-8")
    secret = settings.folder / WEB_SECRET_FILE
    secret.touch(mode=0o600)
    secret.write_bytes(secrets.token_bytes(32))
    database = Database.open(settings.database)
    try:
        database.migrate()
    finally:
        database.close()


def read_card(settings: Settings) -> str:
    """Our own node card (JWS text)."""
    return (settings.folder / CARD_FILE).read_text(encoding="utf-8")


def web_secret(settings: Settings) -> bytes:
    """What signs form tokens."""
    return (settings.folder / WEB_SECRET_FILE).read_bytes()


def own_card(settings: Settings, keys: NodeKeys, now: datetime) -> str:
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


def rotate_keys(settings: Settings, post: PostOffice, officer: Officer, passphrase: str, now: datetime) -> int:
    """Replace every key: tell the peers under the old keys, then put the new ones in place (clause 10.4).

    Returns how many peers were told. The new key file is on the disk, beside the old one, before anybody hears of
    it, so that a crash in between loses no key.
    """
    office = post.office
    keys = office.keys.rotated()
    waiting = settings.key_file.with_suffix(".next")
    keyfile.write(waiting, keys, passphrase)
    card = own_card(settings, keys, now)
    told = post.desk.announce_keys(officer, card)
    waiting.replace(settings.key_file)
    (settings.folder / CARD_FILE).write_text(card, encoding="utf-8")
    office.keys, office.card = keys, card
    return told
