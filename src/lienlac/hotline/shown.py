"""What the desk hands out and takes in: a request with everything around it, a partner, a filled form. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import msgspec
    from sqlalchemy import Connection

    from lienlac.hotline.deadlines import Due
    from lienlac.hotline.forms.clocks import Terms
    from lienlac.hotline.lifecycle import Step
    from lienlac.hotline.proposals.store import Proposal
    from lienlac.hotline.request import Request
    from lienlac.hotline.store import Notice
    from lienlac.people.rights import Thing
    from lienlac.releases.preview import Choice, Line
    from lienlac.releases.release import Reason, Release
    from lienlac.wire.bodies import hotline as bodies


class Record(Protocol):
    """The journal's way of writing one entry in the caller's transaction."""

    def __call__(
        self,
        connection: Connection,
        *,
        at: datetime,
        actor: str,
        action: str,
        thing: str,
        detail: Mapping[str, Any] | None = None,
    ) -> str:
        """Returns the entry's digest."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything a page or a program shows of one request; `steps` are those that this officer may begin now.

    `proposal`: a refusal that waits for a second officer; `releases`: what else waits for one, or was sent without.
    `earlier` and `later`: what it goes on from, what went on
    from it, as far as they are known here.
    """

    request: Request
    ours: bool
    dues: tuple[Due, ...]
    steps: tuple[Step, ...]
    notices: list[Notice]
    officers: dict[str, str]
    thing: Thing
    proposal: Proposal | None = None
    earlier: Request | None = None
    later: tuple[Request, ...] = ()
    releases: tuple[Release, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A field about people that is withheld unless the officer lets it out: its path, name, value, whom it is about."""

    path: str
    label: str
    text: str
    about: str
    out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A message before it leaves: exactly what leaves, in words; what is withheld; why a second officer must look.

    `digest` names all of that, so that a page can tell whether what is sent is what was shown. `look` says that it is
    worth a look before sending even where nothing else asks for one.
    """

    body: Any
    lines: tuple[Line, ...]
    switches: tuple[Switch, ...]
    reasons: tuple[Reason, ...]
    approvers: tuple[str, ...]
    look: bool
    digest: str


@dataclass(frozen=True, slots=True)
class Partner:
    """A peer to whom a request may be sent, and what is agreed with it."""

    node_id: str
    name_vi: str
    name_en: str
    terms: Terms


class StepForm(Protocol):
    """What an officer filled in for a step: `forms.steps` has one for each."""

    @property
    def phone(self) -> str:
        """Where the officer can be rung; may be empty."""
        ...

    @property
    def uploads(self) -> tuple[str, ...]:
        """Files of the officer's tray that go along."""
        ...

    @property
    def leaving(self) -> Choice:
        """What the officer says about its leaving."""
        ...

    def make(self, officer: bodies.Officer, present: bodies.Opening, /) -> msgspec.Struct:
        """The message body; `present` is what the request states now."""
        ...
