"""The noun: a channel to a person, and how its address is read. Addresses are secrets here: they are kept sealed.

Pure. What people see of a channel is `shown`, which holds no secret: an e-mail address whole, of a webhook its host, of
an Apprise address its service.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.outside import guard

if TYPE_CHECKING:
    from datetime import datetime

_EMAIL: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
_EMAIL_MAX_CHARS: Final = 254
_SERVICE: Final = re.compile(r"([a-z][a-z0-9]{0,19})://\S+")


class ChannelKind(StrEnum):
    """How a person is reached."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    APPRISE = "apprise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A channel's address as it is kept under seal; `secret` signs a webhook's body."""

    to: str
    secret: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One channel of one owner. Without `verified_at` it gets test notices and nothing else.

    `fails` counts failures since the last success; `fail_code` is the last one's code.
    """

    id: str
    owner: str
    kind: ChannelKind
    shown: str
    place: int
    verified_at: datetime | None
    sealed: str
    fails: int = 0
    fail_code: str = ""
    failed_at: datetime | None = None
    worked_at: datetime | None = None

    @property
    def failing(self) -> bool:
        """Whether the last thing that happened to it was a failure."""
        return self.fails > 0


def read_email(text: str) -> str:
    """An e-mail address; raises `Refused("channel-email")`."""
    if len(text) > _EMAIL_MAX_CHARS or _EMAIL.fullmatch(text) is None or ".." in text:
        raise Refused("channel-email", field="address")
    return text


def read_address(kind: ChannelKind, text: str, *, inside: frozenset[str], services: frozenset[str]) -> tuple[str, str]:
    """An address of that kind in its one form, and what may be shown of it.

    `inside`: origins in our network that webhooks may reach; `services`: Apprise services that are allowed. Raises
    `Refused("channel-email" | "webhook-…" | "apprise-malformed")`, `NotAllowed("apprise-service")`.
    """
    if kind is ChannelKind.EMAIL:
        address = read_email(text)
        return address, address
    if kind is ChannelKind.WEBHOOK:
        target = guard.parse(text, inside)
        return target.url, f"{target.scheme}://{target.authority}/…"
    found = _SERVICE.fullmatch(text)
    if found is None or len(text) > limits.URL_MAX_CHARS or not text.isprintable():
        raise Refused("apprise-malformed", field="address")
    if found[1] not in services:
        raise NotAllowed("apprise-service", field="address", service=found[1])
    return text, f"{found[1]}://…"
