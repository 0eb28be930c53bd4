"""What a subject declares for its screens: sheets, one for each kind of word, their fields, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from lienlac.ui.nav import Heading
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import msgspec
    from markupsafe import Markup

    from lienlac.records.shared.desk import Shared
    from lienlac.records.shared.reading.desk import Room
    from lienlac.ui.page import Ask

FieldKind = Literal[
    "line", "text", "said", "instant", "date", "choice", "choices", "flag", "whole", "money", "ref", "refs",
    "identifiers", "lines", "country", "node", "typologies",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    name: str
    label: str
    kind: FieldKind
    choices: tuple[tuple[str, str], ...] = ()
    further: tuple[tuple[str, str], ...] = ()
    kinds: tuple[str, ...] = ()
    required: bool = False
    help: str = ""
    most: int = 0
    low: int = 0
    high: int = 1_000_000


def Field(name: str, label: str, kind: FieldKind, **more: Any) -> _Field:  # noqa: N802  # it reads as a type
    """One field of a word's form: the struct's field, what it is called (`N_`), how it is typed.

    `choices`: codes with labels; `further`: those that are shown and not offered; `kinds`: which elements a "ref" may
    name; `most`: rows of a text or items of a list; `low`, `high`: bounds of a whole number.
    """
    return _Field(name=name, label=label, kind=kind, **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    kind: str
    word: type[msgspec.Struct]
    one: str
    many: str
    path: str
    fields: tuple[_Field, ...]
    states: tuple[tuple[str, str], ...] = ()
    newest_first: bool = False
    help: str = ""
    first: Mapping[str, str] = field(default_factory=dict)
    own_only: bool = False


def Sheet(  # noqa: N802  # it reads as a type; as many as a sheet has parts
    kind: str,
    word: type[msgspec.Struct],
    one: str,
    many: str,
    path: str,
    fields: tuple[_Field, ...],
    **more: Any,
) -> _Sheet:
    """How a kind of word looks: what one and many are called, the path of its list, its fields in their order.

    `states`: codes with labels by which lists filter, and which are shown as a tag; `newest_first`; `help`: what it is
    for, where none is there yet; `first`: what a new form suggests; `own_only`: a form of one's own column is not
    offered where only the other side has said anything.
    """
    return _Sheet(kind=kind, word=word, one=one, many=many, path=path, fields=fields, **more)


FieldOf = _Field
SheetOf = _Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A further page of a record: its path below the record's, what it is called, and how many wait behind it."""

    path: str
    label: str
    count: Callable[[Room], int] = lambda _room: 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One subject's screens. `overview` fills the head of a record's first page with what is this subject's own.

    `first` are the paths of the pages used most, in their order: they stand beside the overview, the others apart.
    `acts` are further buttons on a record's first page: (address with `{id}`, label) for who may write. `elsewhere`:
    kinds of word that have no sheet, and the path below the record's on which each stands ("": its first page);
    `called`: what such kinds are called; `codes`: what their lines are called that are nothing but a code.
    """

    shared: Shared
    address: str
    title: str
    one: str
    new: str
    top: _Sheet
    sheets: tuple[_Sheet, ...]
    heading: Heading = Heading.COOPERATION
    order: int = 60
    topic: str = ""
    help: str = ""
    extra_tabs: tuple[Tab, ...] = ()
    first: tuple[str, ...] = ()
    acts: tuple[tuple[str, str], ...] = ()
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    overview: Callable[[Ask, Room], Markup | str] = lambda _ask, _room: ""
    names: Callable[[str], Mapping[str, str]] = lambda _language: {}
    """What this node and every peer are called, in a language."""

    @property
    def name(self) -> str:
        """How routes are named."""
        return self.shared.shape.name

    def sheet(self, path: str) -> _Sheet | None:
        """The sheet of a list's path."""
        return next((one for one in self.sheets if one.path == path), None)

    def of_kind(self, kind: str) -> _Sheet | None:
        """The sheet of a kind of word."""
        return next((one for one in (self.top, *self.sheets) if one.kind == kind), None)

    def place(self, kind: str, element_id: str) -> str:
        """The path below the record's on which an element of this kind can be read."""
        everywhere = {self.top.kind: "", "member": "members", "remark": "discussion"}
        below = {**everywhere, **self.elsewhere}.get(kind)
        return f"/e/{element_id}" if below is None else f"/{below}".rstrip("/")


STAND_WORDS: Final = {
    "in": N_("takes part"),
    "invited": N_("asked, not answered yet"),
    "declined": N_("declined"),
    "left": N_("has left"),
    "removed": N_("removed"),
}
"""Whether a node takes part, in words."""
