"""What the desk hands out and takes in: a channel with everything around it, a partner, a linked request. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.emergencies.deadlines import Due
    from lienlac.emergencies.emergency import Emergency
    from lienlac.emergencies.lifecycle import Side, Step
    from lienlac.emergencies.rules.clocks import Terms
    from lienlac.emergencies.store.facts import Notice
    from lienlac.people.officer import Officer
    from lienlac.people.rights import Thing
    from lienlac.records.onward import Onward
    from lienlac.releases.release import Release


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


class Linked(Protocol):
    """A request of the channel, in the shape of whoever holds the requests."""

    @property
    def request_id(self) -> str:
        """Its id."""
        ...

    @property
    def reference(self) -> str:
        """What people call it."""
        ...

    @property
    def kind(self) -> str:
        """What is asked."""
        ...

    @property
    def state(self) -> str:
        """How it stands."""
        ...

    @property
    def said(self) -> str:
        """The same as people read it: a msgid."""
        ...

    @property
    def tone(self) -> str:
        """How that looks."""
        ...

    @property
    def direction(self) -> str:
        """`in` or `out`."""
        ...

    @property
    def due_at(self) -> datetime | None:
        """Its next deadline."""
        ...


class Matter(Protocol):
    """A request from which a channel is raised: what the new channel's form begins with."""

    @property
    def request_id(self) -> str:
        """Its id."""
        ...

    @property
    def reference(self) -> str:
        """What people call it."""
        ...

    @property
    def peer(self) -> str:
        """The other side."""
        ...

    @property
    def typology(self) -> str:
        """The kind of crime; may be empty."""
        ...

    @property
    def drill(self) -> bool:
        """Whether it is an exercise."""
        ...


class Origin(Protocol):
    """A case of which a channel is opened: what the new channel's form begins with."""

    @property
    def case_id(self) -> str:
        """Its id."""
        ...

    @property
    def reference(self) -> str:
        """What people call it."""
        ...

    @property
    def peers(self) -> Sequence[str]:
        """Who takes part in it beside this node."""
        ...

    @property
    def title_vi(self) -> str:
        """What it is, in Vietnamese."""
        ...

    @property
    def title_en(self) -> str:
        """In English."""
        ...

    @property
    def typology(self) -> str:
        """The kind of crime; may be empty."""
        ...

    @property
    def purpose(self) -> str:
        """For what it is worked on."""
        ...

    @property
    def drill(self) -> bool:
        """Whether it is an exercise."""
        ...


class Cases(Protocol):
    """Whoever holds the cases; the assembly hands it in. Everything is asked with the officer's own scope."""

    def origin(self, officer: Officer, name: str, /) -> Origin:
        """A case by id or reference. Raises `NotAllowed("not-found")`."""
        ...

    def into(self, emergency_id: str, /) -> str:
        """The page on which a channel is put into the case."""
        ...

    def link(self, connection: Connection, officer: Officer, case_id: str, channel: Onward, /) -> None:
        """The case names a channel that leaves in this transaction. Raises `NotAllowed`, `Refused`."""
        ...


class Requests(Protocol):
    """Whoever holds the requests; the assembly hands it in. Everything is asked with the officer's own scope."""

    def linked(self, connection: Connection, officer: Officer, ids: Sequence[str], /) -> Sequence[Linked]:
        """Those of these requests that the officer may know of."""
        ...

    def matter(self, officer: Officer, name: str, /) -> Matter:
        """A request by id or reference. Raises `NotAllowed("not-found")`."""
        ...

    def link_of(self, connection: Connection, request_id: str, /) -> tuple[str, str] | None:
        """The case that a request's header names, and the peer; None where it names none."""
        ...


class Phones(Protocol):
    """Where an officer can be rung; the assembly hands it in."""

    def __call__(self, connection: Connection, officer_id: str, /) -> str:
        """The number, or ""."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Everything a page or a program shows of one channel; `steps` are those that this officer may begin now.

    `own_seat`: the officer's seat, where they sit in the channel now. `handed`: a hand-over waits for this officer.
    `waiting`: what waits for a second officer, or was sent ahead; `may_wait`: the agreement may ask for one here.
    """

    emergency: Emergency
    side: Side
    dues: tuple[Due, ...]
    steps: tuple[Step, ...]
    notices: Sequence[Notice]
    officers: Mapping[str, str]
    thing: Thing
    linked: Sequence[Linked]
    own_seat: str | None
    handed: bool
    waiting: tuple[Release, ...] = ()
    may_wait: bool = False


@dataclass(frozen=True, slots=True)
class Partner:
    """A peer with whom a channel may be opened, and what is agreed with it."""

    node_id: str
    name_vi: str
    name_en: str
    terms: Terms
