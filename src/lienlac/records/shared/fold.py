"""The fold: facts become elements, and the elements of members become who takes part (clauses 20.3 to 20.6). Pure.

Commutative, associative and idempotent: of each element each author has the version with the highest number, whatever
came first; of two under one number, which only an author that lost its memory can have, the one with the higher id.
Nothing is ever decided between two authors; who shows an element puts their columns side by side.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from lienlac.wire.bodies.records import History, Member, Stands

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from lienlac.wire.bodies.records import Stated
    from lienlac.wire.message import Marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A fact as this node holds it.

    `position` counts what this node has taken into any record, in its order: what changed since. `known_at` is when
    this node could know it: as stated here, or as received. `audience`: members that it is for; None is all of them.
    """

    author: str
    kind: str
    stated: Stated[Any]
    known_at: datetime
    position: int = 0
    audience: frozenset[str] | None = None

    @property
    def id(self) -> str:
        """The fact's id, the same on every node."""
        return self.stated.id

    @property
    def element(self) -> str:
        """What it is about."""
        return self.stated.element

    @property
    def version(self) -> int:
        """Its number among what its author has said of the element."""
        return self.stated.version

    @property
    def says(self) -> Any:
        """The word; None takes back what was said before."""
        return self.stated.says

    @property
    def marks(self) -> Marks:
        """How it must be handled."""
        return self.stated.marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One thing in a record: the newest statement of each author who has said anything of it."""

    id: str
    kind: str
    columns: Mapping[str, Statement]

    def by(self, author: str) -> Any:
        """What an author says of it now; None when nothing, or taken back."""
        said = self.columns.get(author)
        return None if said is None else said.says

    @property
    def standing(self) -> list[Statement]:
        """What holds, of any author, the first stated first; authors' clocks only order what is shown."""
        held = [one for one in self.columns.values() if one.says is not None]
        return sorted(held, key=lambda one: (one.stated.at, one.author))

    @property
    def gone(self) -> bool:
        """Whether everybody who said anything of it has taken it back."""
        return all(one.says is None for one in self.columns.values())

    @property
    def newest(self) -> Statement:
        """The statement that came to this node last."""
        return max(self.columns.values(), key=lambda one: one.position)


def joined(element: Element | None, statement: Statement) -> Element:
    """The element with one more statement."""
    if element is None:
        return Element(id=statement.element, kind=statement.kind, columns={statement.author: statement})
    known = element.columns.get(statement.author)
    if known is not None and (known.version, known.id) >= (statement.version, statement.id):
        return element
    return Element(id=element.id, kind=element.kind, columns={**element.columns, statement.author: statement})


def fold(statements: Iterable[Statement]) -> dict[str, Element]:
    """All elements by id."""
    found: dict[str, Element] = {}
    for one in statements:
        found[one.element] = joined(found.get(one.element), one)
    return found


# --- who takes part -----------------------------------------------------------------------------------------------
class Part(StrEnum):
    """Whether a node takes part in a record."""

    IN = "in"
    INVITED = "invited"
    DECLINED = "declined"
    LEFT = "left"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A node and the record. `text` is the reason last given, by whoever gave it."""

    node: str
    part: Part
    invitation: int = 0
    history: History = History.ALL
    since: datetime | None = None
    text: str = ""


_OWN = {Stands.ACCEPTED: Part.IN, Stands.DECLINED: Part.DECLINED, Stands.LEFT: Part.LEFT}


DRAWN_BYTES: Final = 10
"""Of a record's id so many bytes are random; the other six say who opened it."""


def record_id_of(mark: str, host: str, drawn: bytes) -> str:
    """A record's id, from random bytes and the node that opens it."""
    bound = hashlib.sha256(b"%b\n%b" % (drawn, host.encode())).digest()[: 16 - DRAWN_BYTES]
    return f"{mark}{base64.b32encode(drawn + bound).decode().rstrip('=').lower()}"


def opened_by(record_id: str, mark: str, host: str) -> bool:
    """Whether an id is one that this node can have opened: nobody names another's record its own."""
    letters = record_id.removeprefix(mark).upper()
    try:
        found = base64.b32decode(f"{letters}======")
    except ValueError:  # no base 32
        return False
    return record_id_of(mark, host, found[:DRAWN_BYTES]) == record_id


def derived(prefix: str, record_id: str, name: str) -> str:
    """The id of an element that exists once in a record, computed alike on every node."""
    digest = hashlib.sha256(f"{record_id}\n{name}".encode()).digest()[:16]
    return f"{prefix}-{base64.b32encode(digest).decode().rstrip('=').lower()}"


def member_element(record_id: str, node: str) -> str:
    """The id of the element that says whether a node takes part."""
    return derived("mem", record_id, node)


def top_element(record_id: str) -> str:
    """The id of the element that says what the record as a whole is."""
    return derived("top", record_id, "record")


def lying(record_id: str, element: str) -> str:
    """How the index of identifiers calls an element that is a thing of its own there: ids of two records may be one."""
    return derived("ent", record_id, element)


def membership(host: str, node: str, element: Element | None) -> Membership | None:
    """Whether a node takes part: the host's column and its own, side by side; None when nobody ever asked it.

    A removal holds at once. Otherwise the member's own answer to the newest invitation holds; while only the host's
    word that it has joined is known (two members need not know each other), that.
    """
    theirs: Member | None = None if element is None else element.by(node)
    if node == host:
        left = theirs is not None and theirs.stands is Stands.LEFT
        return Membership(node=node, part=Part.LEFT if left else Part.IN, text=theirs.text if theirs else "")
    asked: Member | None = None if element is None else element.by(host)
    if asked is None:
        return None
    if asked.stands is Stands.REMOVED:
        part, text = Part.REMOVED, asked.text
    elif asked.stands is Stands.GONE:
        part, text = Part.LEFT, theirs.text if theirs is not None else ""
    elif theirs is not None and theirs.invitation >= asked.invitation:
        part, text = _OWN.get(theirs.stands, Part.INVITED), theirs.text
    else:
        part, text = (Part.IN if asked.stands is Stands.JOINED else Part.INVITED), asked.text
    return Membership(
        node=node, part=part, invitation=asked.invitation, history=asked.history, since=asked.since, text=text
    )


def may_say_of_member(says: Member, *, author: str, host: str) -> bool:
    """Whether this is the author's to say: the host invites and removes others, everybody answers for themselves."""
    if says.stands in _OWN:
        return says.node == author
    return author == host and says.node != host
