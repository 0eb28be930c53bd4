"""How slices put into words what would leave: the reader as they are spoken to, and fields one after another. Pure.

What a field's value means is the slice's to say; here nothing of a body is passed over, also what nobody named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from lienlac.releases.preview import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime, timedelta
    from decimal import Decimal

    import msgspec

    from lienlac.errors import Language


class Words(Protocol):
    """How a reader is spoken to: `ui.words.Words`, which a pure file may not name."""

    @property
    def language(self) -> Language:
        """The reader's language."""
        ...

    def gettext(self, text: str, /, **places: object) -> str:
        """A sentence."""
        ...

    def number(self, value: float | Decimal, places: int = 0) -> str:
        """A number."""
        ...

    def size(self, value_bytes: int) -> str:
        """A file's size."""
        ...

    def money(self, amount: Decimal | str | int, currency: str) -> str:
        """An amount."""
        ...

    def instant(self, at: datetime) -> str:
        """An instant with its zone."""
        ...

    def duration(self, length: timedelta) -> str:
        """A length of time."""
        ...


def lines_of(
    body: msgspec.Struct, text: Callable[[str, Any, Words], str], named: Mapping[str, str], words: Words
) -> tuple[Line, ...]:
    """Every field of a body that says something: `text` gives its words, `named` what it is called."""
    found = ((name, text(name, getattr(body, name), words)) for name in body.__struct_fields__)
    return tuple(Line(path=name, label=label_of(name, named, words), text=said) for name, said in found if said)


def labels_of(paths: Iterable[str], named: Mapping[str, str], words: Words) -> tuple[str, ...]:
    """What fields are called."""
    return tuple(label_of(path, named, words) for path in paths)


def label_of(path: str, named: Mapping[str, str], words: Words) -> str:
    """What one field is called; one that nobody named is called by its own name."""
    name = path.rpartition(".")[2]
    return words.gettext(named.get(name, name))
