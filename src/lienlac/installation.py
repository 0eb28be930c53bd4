"""The files of a node's folder: made by `lienlac init`, read at every start, replaced when keys are.

settings (`node.toml`), encrypted keys, the public node card, the secret that signs form tokens. Knows no slice: the
assembly builds a node from what is here.
"""

from __future__ import annotations

import logging
import os
import secrets
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lienlac.agreements import store as agreements
from lienlac.errors import NotAllowed
from lienlac.keys import keyfile, tls
from lienlac.keys.card import make_card, parse_card
from lienlac.keys.suite import NodeKeys
from lienlac.people import accounts
from lienlac.people.oidc import provider as providers
from lienlac.settings import NODE_FILE, Settings, save
from lienlac.storage import ledger
from lienlac.storage.database import Database

if TYPE_CHECKING:
    from datetime import datetime

    from lienlac.exchange.post_office import PostOffice
    from lienlac.people.officer import Officer
    from lienlac.people.oidc.provider import Provider

_log = logging.getLogger(__name__)

CARD_FILE = "card.json"
WEB_SECRET_FILE = "web-secret"  # noqa: S105  # the file's name
_WEB_SECRET_BYTES = 32


def create(settings: Settings, passphrase: str, now: datetime, cost: keyfile.Cost | None = None) -> None:
    """Make a new node's folder: settings, keys, card, database.

    What can fail is tried first, keys and settings are written last: until then the folder holds no node, and the same
    command may be tried again. `cost` is what opening the key file costs; the standard one is meant for a passphrase
    that a person chose. Raises `NotAllowed`: `settings-exist`, `settings-invalid`, `database-of-another`,
    `file-unwritable`, `storage-…`; `Refused("card-malformed")`.
    """
    settings.check()
    keys = NodeKeys.generate(settings.node_id, now)
    card = own_card(settings, keys, now)
    for path in (settings.folder / NODE_FILE, settings.key_file):
        if path.exists():
            raise NotAllowed("settings-exist", path=str(path))
    try:
        settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings.folder.chmod(0o700)  # also where it was there already: nobody else on this machine reads messages
        _make_database(settings)
        (settings.folder / CARD_FILE).write_text(card, encoding="utf-8")
        _write_secret(settings.folder / WEB_SECRET_FILE, secrets.token_bytes(_WEB_SECRET_BYTES))
        keyfile.write(settings.key_file, keys, passphrase, cost)
        save(settings)
    except OSError as error:
        with suppress(OSError):
            settings.key_file.unlink(missing_ok=True)  # nothing was ever signed with them
        reason = error.strerror or type(error).__name__
        raise NotAllowed("file-unwritable", path=str(settings.folder), reason=reason) from error


def _make_database(settings: Settings) -> None:
    """The tables, in a database that no other node lives in."""
    database = Database.open(settings.database)
    try:
        database.migrate()
        with database.read() as connection:
            if accounts.every(connection) or ledger.size(connection):
                raise NotAllowed("database-of-another")
    finally:
        database.close()


def _write_secret(path: Path, secret: bytes) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(secret)


def read_card(settings: Settings) -> str:
    """Our own node card (JWS text). Raises `NotAllowed("file-unreadable")`."""
    return _read(settings.folder / CARD_FILE).decode("utf-8", "replace")


def fitting_card(settings: Settings, keys: NodeKeys, now: datetime) -> str:
    """Our own node card, made anew where the one in the folder names other keys than those in the key file.

    One of the two came from another backup, or a replacement of keys was cut off in the middle. The keys are what
    this node can act with; a card that names others would make every paper that it gives out worthless.
    """
    card = read_card(settings)
    named = parse_card(card.encode())
    here = (keys.signing.kid, keys.sealing.kid, (keys.tls.pin,))
    if (named.signing.kid, named.sealing.kid, named.tls_pins) == here:
        return card
    card = own_card(settings, keys, now)
    try:
        _replace_card(settings, card)
        _log.warning("the node card named other keys than the key file holds; it was made anew")
    except OSError as error:  # a folder that may only be read: the next start makes it again
        _log.warning("the node card names other keys than the key file holds and cannot be replaced: %s", error)
    return card


def _replace_card(settings: Settings, card: str) -> None:
    keyfile.put(settings.folder / CARD_FILE, card.encode())


def sign_in_services(settings: Settings) -> tuple[Provider, ...]:
    """Other services through which officers may sign in; none where there is no file.

    A service's secret comes from the file that it names, or from the service manager's credential
    `lienlac-oidc-ID`. Raises `NotAllowed("oidc-settings")`.
    """
    path = settings.oidc
    if not path.exists() and not settings.oidc_file:
        return ()
    try:
        found = providers.read(path.read_text(encoding="utf-8"))
        return tuple(replace(one, client_secret=_client_secret(one)) for one in found)
    except (OSError, UnicodeDecodeError) as error:
        raise NotAllowed("oidc-settings", reason=str(error)) from error


def _client_secret(provider: Provider) -> str:
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    given = Path(folder) / f"lienlac-oidc-{provider.id}" if folder else None
    if provider.client_secret_file:
        return Path(provider.client_secret_file).read_text(encoding="utf-8").strip()
    return given.read_text(encoding="utf-8").strip() if given is not None and given.exists() else ""


def web_secret(settings: Settings) -> bytes:
    """What signs form tokens. Raises `NotAllowed`: `file-unreadable`, `file-damaged`."""
    secret = _read(settings.folder / WEB_SECRET_FILE)
    if len(secret) < _WEB_SECRET_BYTES:  # everybody can sign with nothing
        raise NotAllowed("file-damaged", path=str(settings.folder / WEB_SECRET_FILE))
    return secret


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotAllowed("file-unreadable", path=str(path), reason=error.strerror or type(error).__name__) from error


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

    Returns how many peers were told. Key file and card are on the disk, beside the present ones, before anybody hears
    of them; what a crash leaves of this is finished or taken back by `finish_rotation`. Only under the folder's lock.
    """
    office = post.office
    keys = office.keys.rotated()
    card = own_card(settings, keys, now)
    keyfile.write(_next(settings.key_file), keys, passphrase)
    keyfile.put(_next(settings.folder / CARD_FILE), card.encode())
    told = post.desk.announce_keys(officer, card)
    _put_in_place(settings)
    office.keys, office.card = keys, card
    return told


def rotation_open(settings: Settings) -> bool:
    """Whether a rotation was begun and not ended."""
    return _next(settings.key_file).exists() or _next(settings.folder / CARD_FILE).exists()


def finish_rotation(settings: Settings) -> None:
    """What a crash left of a rotation: carried on when the peers are being told, taken back when nobody is.

    Only under the folder's lock, before the key file is read: while a rotation runs, its files look the same.
    """
    if not rotation_open(settings):
        return
    keys, card = _next(settings.key_file), _next(settings.folder / CARD_FILE)
    if card.exists() and (not keys.exists() or _announced(settings)):
        _put_in_place(settings)
        return
    for file in (keys, card):
        file.unlink(missing_ok=True)


def _put_in_place(settings: Settings) -> None:
    """The keys first: a card without its keys is worth nothing, and the card that is left says what is to be done."""
    for path in (settings.key_file, settings.folder / CARD_FILE):
        with suppress(FileNotFoundError):  # done before the crash
            _next(path).replace(path)


def _announced(settings: Settings) -> bool:
    """Whether the keys on our present card were retired: that and the word to the peers are one transaction."""
    present = parse_card(read_card(settings).encode()).signing.kid
    database = Database.open(settings.database)
    try:
        database.migrate()
        with database.read() as connection:
            known = agreements.key(connection, present)
    finally:
        database.close()
    return known is not None and known.node_id == settings.node_id


def _next(path: Path) -> Path:
    return path.with_suffix(".next")


def replace_certificate(settings: Settings, post: PostOffice, officer: Officer, passphrase: str, now: datetime) -> int:
    """A new TLS key and certificate for the partners' door; signing and sealing keys stay (clause 10.7).

    Returns how many peers have to take the new card before they open to us again.
    """
    office = post.office
    keys = replace(office.keys, tls=tls.make_certificate(settings.node_id, now))
    card = own_card(settings, keys, now)
    partners = post.desk.certificate_replaced(officer, card)
    keyfile.write(settings.key_file, keys, passphrase)
    _replace_card(settings, card)
    office.keys, office.card = keys, card
    return partners
