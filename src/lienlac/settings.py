"""The settings of one node: read from `node.toml` in its folder and from the environment, written by `lienlac init`.

Settings say where things are, never what the two sides agreed: every clock and ceiling stands in the agreement.
Secrets are not settings: the passphrase of the key file comes from a credential, a file or a prompt.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from lienlac import limits
from lienlac.errors import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterator

NODE_FILE = "node.toml"
KEY_FILE = "keys.json"
OIDC_FILE = "oidc.toml"
ENVIRONMENT_PREFIX = "LIENLAC_"
PASSPHRASE_CREDENTIAL = "lienlac-passphrase"  # noqa: S105  # the credential's name, not its value
_NODE_ID: Final = re.compile(r"(?=.{1,40}\Z)[a-z]{2}(-[a-z0-9]{1,16}){1,3}")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_URL: Final = re.compile(r"https?://[^\s/?#@]+/?")
_PORT_MAX: Final = 65_535
_MAILBOX: Final = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,253}")
_SERVICE: Final = re.compile(r"[a-z][a-z0-9]{0,19}")
MAIL_CREDENTIAL = "lienlac-smtp-password"
"""The name of the credential, not its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One node's settings. Each may be overridden by `LIENLAC_<NAME>` in the environment.

    Every field is documented in docs/reference/settings.md; a test holds that.
    """

    folder: Path
    node_id: str
    name_vi: str
    name_en: str
    country: str
    database_url: str = ""
    people_host: str = "127.0.0.1"
    people_port: int = 8443
    people_url: str = ""
    certificates_host: str = "127.0.0.1"
    certificates_port: int = 0
    certificates_url: str = ""
    peers_host: str = "127.0.0.1"
    peers_port: int = 9443
    peers_url: str = ""
    language: str = "vi"
    time_zone: str = "Asia/Ho_Chi_Minh"
    passkey_domain: str = ""
    oidc_file: str = ""
    secure_cookies: bool = False
    drill: bool = False
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: str = "starttls"
    smtp_user: str = ""
    smtp_password_file: str = ""
    smtp_sender: str = ""
    notice_ca_file: str = ""
    webhook_hosts: str = ""
    apprise_services: str = ""
    feed_hosts: str = ""
    feed_ca_file: str = ""
    attachments_folder: str = ""
    attachments_gb: int = 200
    attachments_per_peer_gb: int = 100
    attachments_free_gb: int = 5
    scan_command: str = ""

    @property
    def files(self) -> Path:
        """Where attached files lie: as set, or beside the database in the node's folder."""
        return Path(self.attachments_folder) if self.attachments_folder else self.folder / "attachments"

    @property
    def oidc(self) -> Path:
        """Where other sign-in services are described: as set, or `oidc.toml` in the node's folder."""
        return Path(self.oidc_file) if self.oidc_file else self.folder / OIDC_FILE

    @property
    def database(self) -> str:
        """The database address: as set, or a SQLite file in the node's folder."""
        return self.database_url or f"sqlite:///{self.folder / 'lienlac.sqlite'}"

    @property
    def key_file(self) -> Path:
        """Where the encrypted keys are."""
        return self.folder / KEY_FILE

    @property
    def url_for_people(self) -> str:
        """The address that officers type."""
        return self.people_url or f"http://{self.people_host}:{self.people_port}"

    @property
    def url_for_certificates(self) -> str:
        """The address at which programs with certificates call; empty without that door."""
        if not self.certificates_port:
            return ""
        return self.certificates_url or f"https://{self.certificates_host}:{self.certificates_port}"

    @property
    def url_for_peers(self) -> str:
        """The address on the node card."""
        return self.peers_url or f"https://{self.peers_host}:{self.peers_port}"

    def check(self) -> None:
        """Raise `NotAllowed("settings-invalid")` for values with which a node would start and then do odd things."""
        wrong = next((name for name, right in self._rules() if not right), None)
        if wrong is not None:
            raise NotAllowed("settings-invalid", reason=f"{wrong} = {str(getattr(self, wrong))[:80]!r}")

    def _rules(self) -> Iterator[tuple[str, bool]]:
        for name in ("name_vi", "name_en"):
            text = getattr(self, name)
            yield name, bool(text.strip()) and len(text) <= limits.LINE_MAX_CHARS and text.isprintable()
        yield "node_id", _NODE_ID.fullmatch(self.node_id) is not None
        yield "country", _COUNTRY.fullmatch(self.country) is not None
        for name in ("people_port", "peers_port"):
            yield name, 0 < getattr(self, name) <= _PORT_MAX  # the system would take a larger one modulo 65536
        yield "certificates_port", 0 <= self.certificates_port <= _PORT_MAX
        yield "certificates_url", not self.certificates_url or self.certificates_url.startswith("https://")
        for name in ("people_host", "peers_host", "certificates_host", "certificates_url", "database_url"):
            yield name, getattr(self, name).isprintable()
        yield "people_url", not self.people_url or _URL.fullmatch(self.people_url) is not None
        yield "peers_url", not self.peers_url or self.peers_url.startswith("https://")
        host = urlsplit(self.url_for_people).hostname or ""
        yield "passkey_domain", not self.passkey_domain or f".{host}".endswith(f".{self.passkey_domain}")
        yield "language", self.language in {"vi", "en"}
        yield "time_zone", self.time_zone in available_timezones()
        yield from self._notice_rules()

    def _notice_rules(self) -> Iterator[tuple[str, bool]]:
        local = self.smtp_host in {"127.0.0.1", "::1", "localhost"}
        for name in ("smtp_host", "smtp_user", "smtp_password_file", "smtp_sender", "notice_ca_file", "feed_ca_file"):
            yield name, getattr(self, name).isprintable()
        yield "smtp_port", 0 < self.smtp_port <= _PORT_MAX
        yield "smtp_security", self.smtp_security in {"starttls", "tls", "none"}
        yield "smtp_security", local or self.smtp_security != "none" or not self.smtp_user  # no password in the clear
        yield "smtp_sender", not self.smtp_host or _MAILBOX.fullmatch(self.smtp_sender) is not None
        yield "apprise_services", all(_SERVICE.fullmatch(word) for word in self.apprise_services.split())


def load(folder: Path) -> Settings:
    """Settings of the node in that folder. Raises `NotAllowed("settings-missing" | "settings-invalid")`."""
    path = folder / NODE_FILE
    try:
        values: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotAllowed("settings-missing", path=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NotAllowed("settings-invalid", reason=str(error)) from error
    except OSError as error:
        raise NotAllowed("file-unreadable", path=str(path), reason=error.strerror or type(error).__name__) from error
    known = {field.name: field.type for field in fields(Settings) if field.name != "folder"}
    for name in known:
        override = os.environ.get(ENVIRONMENT_PREFIX + name.upper())
        if override is not None:
            values[name] = override
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise NotAllowed("settings-invalid", reason=f"unknown setting: {', '.join(unknown)}")
    try:
        typed = {name: _typed(str(known[name]), name, value) for name, value in values.items()}
        found = Settings(folder=folder.resolve(), **typed)
    except (TypeError, ValueError) as error:
        raise NotAllowed("settings-invalid", reason=str(error)) from error
    found.check()
    return found


def save(settings: Settings) -> None:
    """Write `node.toml`; refuses to overwrite one. Raises `NotAllowed("settings-exist")`."""
    path = settings.folder / NODE_FILE
    lines = ["# Settings of this node; see docs/reference/settings.md. Keep the folder private.\n"]
    for field in fields(Settings):
        value = getattr(settings, field.name)
        if field.name == "folder" or value == field.default:
            continue
        lines.append(f"{field.name} = {_toml(value)}\n")
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_text("".join(lines), encoding="utf-8")
        path.hardlink_to(beside)  # whole or not at all, and never over another
    except FileExistsError as error:
        raise NotAllowed("settings-exist", path=str(path)) from error
    finally:
        beside.unlink(missing_ok=True)


def passphrase_from(file: Path | None) -> str | None:
    """The key file's passphrase from a file, the environment's file name, or the service manager's credential.

    None when there is none of these: the caller asks a person. Raises `NotAllowed("passphrase-file")`.
    """
    named = os.environ.get(ENVIRONMENT_PREFIX + "PASSPHRASE_FILE")
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    chosen = file or (Path(named) if named else None)
    if chosen is None and credentials and (Path(credentials) / PASSPHRASE_CREDENTIAL).exists():
        chosen = Path(credentials) / PASSPHRASE_CREDENTIAL
    if chosen is None:
        return None
    try:
        return chosen.read_text(encoding="utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise NotAllowed("passphrase-file", path=str(chosen)) from error


def mail_password(settings: Settings) -> str:
    """The mail server's password from the file that the settings name, or from the service manager's credential.

    Empty where there is no user. Raises `NotAllowed("mail-password-file")`.
    """
    if not settings.smtp_user:
        return ""
    credentials = os.environ.get("CREDENTIALS_DIRECTORY", "")
    named = settings.smtp_password_file or (str(Path(credentials) / MAIL_CREDENTIAL) if credentials else "")
    try:
        return Path(named).read_text(encoding="utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise NotAllowed("mail-password-file", path=named or "smtp_password_file") from error


def _typed(wanted: str, name: str, value: object) -> Any:
    if wanted == "int":
        return int(str(value))
    if wanted == "bool":
        if isinstance(value, bool):
            return value
        if str(value).lower() in {"1", "true", "yes", "0", "false", "no"}:
            return str(value).lower() in {"1", "true", "yes"}
        message = f"{name} must be true or false"
        raise ValueError(message)
    if not isinstance(value, str):
        message = f"{name} must be text"
        raise TypeError(message)
    return value


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
