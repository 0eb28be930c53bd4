"""What the desk of sharing hands out: previews, shares with their numbers, what came in. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from lienlac.agreements.terms import Terms
    from lienlac.intelligence.collection import Collection
    from lienlac.intelligence.sharing.order import Order
    from lienlac.intelligence.sharing.rules.sifting import Why
    from lienlac.intelligence.sharing.store.arrived import Arrived, Incoming, Sighting
    from lienlac.intelligence.sharing.store.given import Given
    from lienlac.intelligence.sharing.store.shares import Parcel, Share
    from lienlac.releases.release import Reason, Release


class Partner(NamedTuple):
    """A peer whose agreement names sharing."""

    node_id: str
    name_vi: str
    name_en: str
    terms: Terms


class Sample(NamedTuple):
    """One object among those that would leave."""

    object_id: str
    type: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What exactly would leave for one peer, and what would not. `already`: the peer has it in this version."""

    order: Order
    count: int
    types: Mapping[str, int]
    withheld: Mapping[str, int]
    already: int
    sample: Sequence[Sample]
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a form: shares that began, and releases that wait for a second officer."""

    shares: tuple[str, ...] = ()
    waits: tuple[Release, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A share with the numbers of its objects; `unconfirmed` of them are recalled without an answer since `since`.

    `above` of what the partner has would not go any more: a ceiling was lowered. Of `outdated` it has an older version,
    because the newer one stays here.
    """

    share: Share
    collection: Collection
    counts: Mapping[str, int]
    above: int = 0
    outdated: int = 0
    unconfirmed: int = 0
    since: datetime | None = None


class Hidden(NamedTuple):
    """Something that stays here, and is named in what therefore stays too."""

    object_id: str
    type: str
    why: Why


class Outdated(NamedTuple):
    """An object of which a partner has an older version, because the newer one, here since then, stays here.

    `why` is None where it may go by now: it does so by itself. `names`: the first things in it that stay here.
    """

    given: Given
    since: datetime
    why: Why | None
    names: Sequence[Hidden]


class Waiting(NamedTuple):
    """A share of which the partner has something outdated: how much, and when the last newer version was added."""

    share: Share
    objects: int
    newest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """One share with a page of its objects, its last messages, and the first of what the partner has outdated."""

    standing: Standing
    objects: Sequence[Given]
    parcels: Sequence[Parcel]
    sightings: Sequence[Sighting] = field(default=())
    outdated: Sequence[Outdated] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What a peer shared with us under one share: its messages, and the collection that holds it."""

    incoming: Incoming
    collection: Collection
    messages: Sequence[Arrived]
    names: Mapping[str, str] = field(default_factory=dict)
