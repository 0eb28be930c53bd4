"""What a subject declares of its shared records: its words, its message kinds, its rights, its look in lists. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from lienlac.wire.bodies.records import Stated
from lienlac.wire.kinds import Kind
from lienlac.wire.message import Lane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from lienlac.people.rights import Action
    from lienlac.records.shared.fold import Element
    from lienlac.wire.bodies.hotline import DataIdentifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """One word that is about to be stated, or has arrived. `element` is what is known of it, None for a new one."""

    kind: str
    says: Any
    element: Element | None
    author: str
    host: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """An element in a list: a line of text, where it stands in time, its state, and words by which it is found."""

    line: str
    at: datetime | None = None
    state: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Which actions let an officer do what about a record of this subject.

    `shares`: invite, remove, answer an invitation, leave, and let facts go: what binds the authority.
    """

    reads: Action
    opens: Action
    writes: Action
    shares: Action
    restricts: Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One subject's records.

    `name` is how gate and journal call one, `kinds_prefix` how its message kinds begin, `mark` how its ids begin,
    `letter` how its references are told apart (`VN-C-2026-000001`). `words` is the union of everything that can be
    said, `top` the kind of word that says what the record as a whole is, `prefixes` the beginning of the element ids of
    each kind of word. `look` is what a list shows of an element, `check` raises `Refused` for a word that may not be
    said: it is asked before a word leaves and again when one arrives. `bodies_found`: whether a search over records
    reads what is said in them too, not only their titles: for subjects whose records are small.

    To the index of identifiers a word names what its texts hold. `unread`: kinds of word, and fields (`task.assignee`),
    of which that is not so, most often because officers stand there; `spelt`: what a word names besides; `apart`: kinds
    of which the subject itself says there what they name.
    """

    name: str
    kinds_prefix: str
    mark: str
    letter: str
    words: Any
    facts: type[msgspec.Struct]
    invited: type[msgspec.Struct]
    top: str
    prefixes: Mapping[str, str]
    rights: Rights
    addressees: tuple[str, ...]
    look: Callable[[Element], Glance]
    check: Callable[[Saying], None]
    bodies_found: bool = False
    unread: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()
    spelt: Callable[[Any], Iterable[str | DataIdentifier]] = lambda _word: ()

    @property
    def invite(self) -> str:
        """The kind that asks a node to take part."""
        return f"{self.kinds_prefix}.invite"

    @property
    def state(self) -> str:
        """The kind that carries what officers state."""
        return f"{self.kinds_prefix}.state"

    @property
    def catch_up(self) -> str:
        """The kind that carries many facts at once, in the lane where they hinder nobody."""
        return f"{self.kinds_prefix}.catch-up"

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The rows of the registry."""
        return (
            Kind(self.invite, 1, self.invited, Lane.NORMAL, opening=True),
            Kind(self.state, 1, self.facts, Lane.NORMAL),
            Kind(self.catch_up, 1, self.facts, Lane.BULK),
        )

    def kind_of(self, element_id: str) -> str:
        """What kind of element an id names, by its beginning; empty when this subject has none such."""
        return {prefix: kind for kind, prefix in self.prefixes.items()}.get(element_id.partition("-")[0], "")

    def decoder(self) -> msgspec.json.Decoder[Any]:
        """Reads one kept fact."""
        return msgspec.json.Decoder(Stated[self.words])  # type: ignore[name-defined]  # the subject's own union


def kind_of(says: msgspec.Struct) -> str:
    """A word's kind: its tag."""
    return str(says.__struct_config__.tag)
