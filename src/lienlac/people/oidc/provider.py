"""Another sign-in service as this node's administrator described it, and what its claims mean here.

Pure: the text of `oidc.toml` goes in. Nothing that a service says adds a trust of its own: which issuer, which hosts,
which claim opens which role stands in the file. A service decides about the roles that the file names, and no others:
what it no longer claims is taken away at the next sign-in, what it never could claim is left as people set it here.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.people.officer import Role

if TYPE_CHECKING:
    from lienlac.errors import Language

_ID: Final = re.compile(r"[a-z][a-z0-9-]{0,19}")
_HOST: Final = re.compile(r"[a-z0-9.-]{1,253}(:[0-9]{1,5})?")
_TEXTS: Final = ("id", "name_vi", "name_en", "issuer", "client_id")
_MAY: Final = {
    "client_secret_file": "",
    "ca_file": "",
    "scopes": "openid profile",
    "hosts": "",
    "roles_claim": "groups",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One service. `roles` maps a value of the claim to the roles that it gives; empty: it decides about none.

    `hosts` are hosts besides the issuer's own that its endpoints may have. `provision`: whoever it gives a role gets an
    account at their first sign-in, in `unit`.
    """

    id: str
    name_vi: str
    name_en: str
    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    client_secret_file: str = ""
    ca_file: str = ""
    scopes: str = "openid profile"
    hosts: str = ""
    roles_claim: str = "groups"
    roles: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    provision: bool = False
    unit: str = ""

    def name(self, language: Language) -> str:
        """What the button says."""
        return self.name_vi if language == "vi" else self.name_en

    def allows(self, url: object) -> bool:
        """Whether this node may call an endpoint or send a browser there: https, and a host that the settings name."""
        if not isinstance(url, str) or len(url) > limits.URL_MAX_CHARS or not url.isprintable() or "\\" in url:
            return False
        parts = urlsplit(url)
        known = {urlsplit(self.issuer).netloc, *self.hosts.split()}
        return parts.scheme == "https" and parts.netloc in known and not parts.fragment

    @property
    def managed(self) -> frozenset[Role]:
        """Roles that this service decides about."""
        return frozenset(role for roles in self.roles.values() for role in roles)

    def granted(self, claims: Mapping[str, Any]) -> frozenset[Role]:
        """Roles that these claims give."""
        return frozenset(role for value in _values(claims, self.roles_claim) for role in self.roles.get(value, ()))

    def roles_after(self, present: frozenset[Role], claims: Mapping[str, Any]) -> frozenset[Role]:
        """An officer's roles once these claims were heard."""
        return (present - self.managed) | self.granted(claims)


def read(text: str) -> tuple[Provider, ...]:
    """Every service in the file; raises `NotAllowed("oidc-settings")` with what is wrong."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NotAllowed("oidc-settings", reason=str(error)) from error
    rows = found.pop("provider", [])
    if found or not isinstance(rows, list) or len(rows) > limits.OIDC_PROVIDERS_MAX:
        raise NotAllowed("oidc-settings", reason="[[provider]]")
    made = tuple(_provider(row) for row in rows)
    for attribute in ("id", "issuer"):
        if len({getattr(one, attribute) for one in made}) < len(made):
            raise NotAllowed("oidc-settings", reason=f"{attribute}: twice the same")
    return made


def login_of(provider: Provider, subject: str) -> str:
    """The login of an account that a sign-in made: nobody types it, and nothing that the service says is in it."""
    return f"{provider.id}-{hashlib.sha256(f'{provider.issuer} {subject}'.encode()).hexdigest()[:12]}"


def _provider(row: object) -> Provider:
    if not isinstance(row, dict):
        raise NotAllowed("oidc-settings", reason="[[provider]]")
    known = {*_TEXTS, *_MAY, "roles", "provision", "unit"}
    unknown = sorted(set(row) - known)
    if unknown:
        raise NotAllowed("oidc-settings", reason=f"unknown: {', '.join(unknown)}")
    texts = {name: row.get(name, _MAY.get(name, "")) for name in (*_TEXTS, *_MAY, "unit")}
    for name, value in texts.items():
        if not isinstance(value, str) or not value.isprintable() or (name in _TEXTS and not value.strip()):
            raise NotAllowed("oidc-settings", reason=name)
    provision = row.get("provision", False)
    made = Provider(**texts, roles=_roles(row.get("roles", {})), provision=provision is True)
    wrong = next((name for name, right in _rules(made, provision) if not right), None)
    if wrong is not None:
        raise NotAllowed("oidc-settings", reason=wrong)
    return made


def _rules(made: Provider, provision: object) -> list[tuple[str, bool]]:
    issuer = urlsplit(made.issuer)
    plain = issuer.scheme == "https" and _HOST.fullmatch(issuer.netloc) is not None
    return [
        ("id", _ID.fullmatch(made.id) is not None),
        ("issuer", plain and not issuer.query and not issuer.fragment and len(made.issuer) <= limits.LINE_MAX_CHARS),
        ("hosts", all(_HOST.fullmatch(host) for host in made.hosts.split())),
        ("scopes", "openid" in made.scopes.split()),
        ("provision", isinstance(provision, bool)),
        ("provision needs roles and unit", not made.provision or bool(made.roles and made.unit)),
    ]


def _roles(table: object) -> dict[str, frozenset[Role]]:
    if not isinstance(table, dict):
        raise NotAllowed("oidc-settings", reason="roles")
    try:
        return {str(value): frozenset(Role(word) for word in words) for value, words in table.items()}
    except (ValueError, TypeError) as error:
        raise NotAllowed("oidc-settings", reason=f"roles: {error}") from error


def _values(claims: Mapping[str, Any], path: str) -> list[str]:
    """The claim's values: a text or a list of texts, behind dots where services nest (`realm_access.roles`)."""
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return [found]
    return [value for value in found if isinstance(value, str)] if isinstance(found, list) else []


def subject_in(text: str) -> str:
    """A subject as a service writes it; raises `Refused("oidc-subject")`."""
    subject = text.strip()
    if not subject or len(subject) > limits.OIDC_SUBJECT_MAX_CHARS or not subject.isprintable():
        raise Refused("oidc-subject", field="subject")
    return subject
