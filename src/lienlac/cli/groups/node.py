"""`lienlac init`, `serve` and `demo`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from lienlac.cli import console
from lienlac.cli.words import say, say_in
from lienlac.errors import NotAllowed, Refused

if TYPE_CHECKING:
    from lienlac.errors import Language
    from lienlac.people.accounts import NewAccount
    from lienlac.settings import Settings

NODE_ID = re.compile(r"(?=.{1,40}\Z)[a-z]{2}(-[a-z0-9]{1,16}){1,3}")
"""Country and name (clause 1.1)."""
RANDOM_MIN_CHARS = 32
"""A passphrase from a generator, base64 of 24 bytes or more; one that a person makes up is rarely as long."""


def init(
    folder: Path,
    *,
    id: str,  # noqa: A002  # it is the option --id
    name_vi: str,
    name_en: str,
    country: str = "",
    database: str = "",
    people_host: str = "127.0.0.1",
    people_port: int = 8443,
    people_url: str = "",
    peers_host: str = "127.0.0.1",
    peers_port: int = 9443,
    peers_url: str = "",
    language: Literal["vi", "en"] = "vi",
    time_zone: str = "Asia/Ho_Chi_Minh",
    drill: bool = False,
    administrator: str = "admin",
    passphrase_file: Path | None = None,
    random_passphrase: bool = False,
    json: bool = False,
) -> None:
    """Make a node's folder and its first administrator; the secrets are printed once."""
    from lienlac.people.officer import parse_login, parse_time_zone
    from lienlac.settings import Settings

    if not NODE_ID.fullmatch(id):
        raise Refused("node-id-malformed", field="id", value=id)
    settings = Settings(
        folder=folder.resolve(),
        node_id=id,
        name_vi=name_vi,
        name_en=name_en,
        country=(country or id[:2]).upper(),
        database_url=database,
        people_host=people_host,
        people_port=people_port,
        people_url=people_url,
        peers_host=peers_host,
        peers_port=peers_port,
        peers_url=peers_url,
        language=language,
        time_zone=parse_time_zone(time_zone),
        secure_cookies=people_url.startswith("https://"),
        drill=drill,
    )
    login = parse_login(administrator)
    passphrase = console.ask_passphrase(passphrase_file, fresh=True)
    if random_passphrase and (len(passphrase) < RANDOM_MIN_CHARS or len(set(passphrase)) < RANDOM_MIN_CHARS // 2):
        raise NotAllowed("passphrase-not-random", limit_chars=RANDOM_MIN_CHARS)
    made, fingerprint = _make(settings, login, passphrase, random=random_passphrase)
    if json:
        account = {"login": login, "password": made.password, "totp_secret": made.totp_secret}
        console.tell_json({"node_id": id, "fingerprint": fingerprint, "administrator": account})
        return
    console.tell(say("node-made", node=id, path=settings.folder))
    console.tell(say("our-fingerprint", fingerprint=fingerprint))
    tell_account(made)
    console.tell(say("start-with", path=settings.folder))


def _make(settings: Settings, login: str, passphrase: str, *, random: bool) -> tuple[NewAccount, str]:
    """The node and its administrator; returns the account with its secrets and the node's fingerprint."""
    from sqlalchemy import Connection

    from lienlac import installation, journal
    from lienlac.assembly import open_node
    from lienlac.clock import SystemClock
    from lienlac.keys import keyfile
    from lienlac.people import accounts
    from lienlac.people.changes.desk import written
    from lienlac.people.officer import Role
    from lienlac.people.units import desk as units

    # stretching makes guessing dear; nobody guesses 192 random bits, and starts are quicker without
    cost = keyfile.Cost(memory_kib=1024, iterations=1, lanes=1) if random else None
    installation.create(settings, passphrase, SystemClock().now(), cost)
    node = open_node(settings, passphrase)
    secrets = accounts.make_secrets(node.chance)
    language: Language = "en" if settings.language == "en" else "vi"

    def work(connection: Connection) -> NewAccount:
        at = node.clock.now()
        first = units.add(connection, name_vi=settings.name_vi, name_en=settings.name_en, chance=node.chance)
        names = {"name_vi": first.name_vi, "name_en": first.name_en}
        journal.record(connection, at=at, actor="console", action="unit.create", thing=first.id, detail=names)
        made = accounts.create(
            connection,
            login=login,
            name=say_in(language, "role-administrator"),
            unit=first.id,
            roles={Role.ADMINISTRATOR},
            language=language,
            time_zone=settings.time_zone,
            secrets=secrets,
            safe=node.safe,
            now=at,
            chance=node.chance,
        )
        written(
            connection, journal.record, at=at, actor="console", action="user.create", before=None, after=made.officer
        )
        return made

    try:
        return node.database.write(work), node.post.office.fingerprint
    finally:
        node.close()


def tell_account(made: NewAccount) -> None:
    """An account's secrets, this one time."""
    console.tell(say("secrets-once"))
    console.tell(say("account-login", login=made.officer.login))
    if made.password:
        console.tell(say("account-password", password=made.password))
    if made.totp_secret:
        console.tell(say("account-code", secret=made.totp_secret))


def serve(
    folder: Path | None = None,
    *,
    passphrase_file: Path | None = None,
    tls_certificate: Path | None = None,
    tls_key: Path | None = None,
    behind_proxy: bool = False,
) -> None:
    """Run a node until it is told to stop."""
    from lienlac import settings

    found = settings.load(console.node_folder(folder))
    keys = console.unlock(found, console.ask_passphrase(passphrase_file))
    from lienlac.cli.serving.server import Doors, serve_node

    doors = Doors(certificate=tls_certificate, key=tls_key, behind_proxy=behind_proxy)
    serve_node(found, keys, doors, ready=lambda people, peers: _ready(found, people, peers))


def _ready(settings: Settings, people: str, peers: str) -> None:
    console.tell(say("serving", node=settings.node_id, people=people, peers=peers))


def demo(
    *,
    once: bool = False,
    json: Path | None = None,
    folder: Path | None = None,
    port_base: Annotated[int, Parameter(name="--port-base")] = 8440,
    database: Literal["sqlite", "postgresql"] = "sqlite",
) -> int:
    """Two nodes, a story, checks."""
    from lienlac.cli.demo.play import play

    return play(once=once, json_file=json, folder=folder, port_base=port_base, database=database)
