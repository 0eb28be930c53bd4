"""Identifiers as people type them, one on each line: what each is, what could not be told, what is wrong. Pure.

What could not be told is kept as `other`; whether it may go out as that is for whoever typed it to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lienlac.errors import Refused
from lienlac.identifiers.typed.normal import normal, typed

if TYPE_CHECKING:
    from collections.abc import Container

OTHER: Final = "other"
"""What a line is called whose type nobody named and nobody could tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A line that needs a look, by its number in the box; `refusal` is what is wrong, None where it is only unknown."""

    number: int
    text: str
    refusal: Refused | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """What was typed, read: type and value of every line that is not wrong, and the lines that need a look."""

    items: tuple[tuple[str, str], ...] = ()
    doubts: tuple[Doubt, ...] = ()

    @property
    def refused(self) -> tuple[Doubt, ...]:
        """Lines that cannot be sent as they are."""
        return tuple(one for one in self.doubts if one.refusal is not None)

    def unknown(self, known: Container[str] = ()) -> tuple[Doubt, ...]:
        """Lines that would be sent as `other` without anybody having said so; `known` are those that somebody saw."""
        return tuple(one for one in self.doubts if one.refusal is None and one.text not in known)


def read(text: str, codes: frozenset[str]) -> Lines:
    """Every line; none is left out because another is wrong."""
    items: list[tuple[str, str]] = []
    doubts: list[Doubt] = []
    for number, line in enumerate((line.strip() for line in text.splitlines()), 1):
        if not line:
            continue
        try:
            code, value = typed(line, codes)
            normal(code, value)
        except Refused as refusal:
            doubts.append(Doubt(number=number, text=line, refusal=refusal))
            continue
        if code == OTHER and not _named(line):
            doubts.append(Doubt(number=number, text=line))
        items.append((code, value))
    return Lines(items=tuple(items), doubts=tuple(doubts))


def _named(line: str) -> bool:
    head, _, rest = line.partition(":")
    return head.strip().lower() == OTHER and bool(rest.strip())
