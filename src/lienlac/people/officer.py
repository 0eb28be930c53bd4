"""The noun: an officer of this node, with roles, language, time zone and looks.

Pure. An officer is what every handler gets in its hands once the guard has believed somebody; it never holds a
password, a secret or a token.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal, get_args

from lienlac import limits
from lienlac.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from lienlac.errors import Language

Theme = Literal["system", "light", "dark"]
Way = Literal["password", "passkey", "recovery", "oidc"]
"""How a browser was signed in: by password with a code, by passkey, with a code from the sheet, or elsewhere."""
THEMES: Final[tuple[Theme, ...]] = get_args(Theme)

LANGUAGES: Final[tuple[Language, ...]] = ("vi", "en")

TIME_ZONES: Final[tuple[str, ...]] = ("Asia/Ho_Chi_Minh", "America/New_York", "UTC")
"""The zones an officer may choose; every time on a screen is shown in it, with the zone's name beside it."""

_LOGIN = re.compile(r"^[a-z][a-z0-9._-]{1,39}$")


class Role(StrEnum):
    """What an officer is here for. Each role's rights stand in `rights.MATRIX`."""

    DUTY_OFFICER = "duty-officer"
    ANALYST = "analyst"
    INVESTIGATOR = "investigator"
    SUPERVISOR = "supervisor"
    LIAISON_OFFICER = "liaison-officer"
    PROGRAMME_MANAGER = "programme-manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


ALONE: Final = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
"""Roles that cannot be joined with another: who audits changes nothing, who administers sees no case content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """One officer. `id` is global and random (`off-…`); `login` is what they type.

    `unit` is the name of their first unit, as the other side reads it; `units` are the ids of all units they belong
    to. `audits` confines an auditor to what concerns these units; None is the whole node. `warning` is the code of
    something that happened to their account and that they must look at; empty when there is nothing. `handed_until` is
    how long their password holds, if somebody else has made it; None once it is their own.
    """

    id: str
    login: str
    name: str
    unit: str
    roles: frozenset[Role]
    units: frozenset[str] = frozenset()
    audits: frozenset[str] | None = None
    language: Language = "vi"
    time_zone: str = "Asia/Ho_Chi_Minh"
    theme: Theme = "system"
    active: bool = True
    warning: str = ""
    handed_until: datetime | None = None


def parse_login(text: str) -> str:
    """The login in its one form (lower case); raises `Refused("login-malformed")`."""
    login = unicodedata.normalize("NFKC", text).strip().lower()
    if not _LOGIN.fullmatch(login):
        raise Refused("login-malformed", field="login")
    return login


def is_login(text: str) -> bool:
    """Whether the text has the shape of a login, in its one form."""
    return _LOGIN.fullmatch(text) is not None


def parse_roles(words: Iterable[str]) -> frozenset[Role]:
    """Roles from their words; raises `Refused("role-unknown" | "roles-missing" | "roles-conflict")`."""
    try:
        roles = frozenset(Role(word) for word in words)
    except ValueError as error:
        raise Refused("role-unknown", field="roles") from error
    if not roles:
        raise Refused("roles-missing", field="roles")
    if len(roles) > 1 and roles & ALONE:
        raise Refused("roles-conflict", field="roles")
    return roles


def parse_line(text: str, field: str) -> str:
    """One line of text such as a name or a unit; raises `Refused("line-empty" | "line-too-long")`."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if not line:
        raise Refused("line-empty", field=field)
    if len(line) > limits.LINE_MAX_CHARS:
        raise Refused("line-too-long", field=field, limit_chars=limits.LINE_MAX_CHARS)
    if any(unicodedata.category(letter).startswith("C") for letter in line):
        raise Refused("line-control-character", field=field)
    return line


def parse_language(text: str) -> Language:
    """`vi` or `en`; raises `Refused("choice-unknown")`."""
    for language in LANGUAGES:
        if text == language:
            return language
    raise Refused("choice-unknown", field="language")


def parse_theme(text: str) -> Theme:
    """`system`, `light` or `dark`; raises `Refused("choice-unknown")`."""
    for theme in THEMES:
        if text == theme:
            return theme
    raise Refused("choice-unknown", field="theme")


def parse_time_zone(text: str) -> str:
    """One of `TIME_ZONES`; raises `Refused("choice-unknown")`."""
    if text not in TIME_ZONES:
        raise Refused("choice-unknown", field="time_zone")
    return text
