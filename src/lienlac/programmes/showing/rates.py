"""Shares made of a direction's counts, each with its numerator and denominator; lengths of time in few signs. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lienlac.wire.bodies.programmes import Direction


class Rate(NamedTuple):
    """So many of so many. `definition` names the sentence that says what is counted."""

    code: str
    part: int
    whole: int
    definition: str

    @property
    def percent(self) -> str:
        """The share to one decimal; a dash where there is nothing to share."""
        return percent(self.part, self.whole)


def percent(part: int, whole: int) -> str:
    """A share with one decimal, rounded half up, without a binary fraction; a dash of nothing."""
    if not whole:
        return "–"
    tenths = (part * 2_000 + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}"


def rates(direction: Direction) -> tuple[Rate, ...]:
    """All shares of one direction."""
    told = direction.useful + direction.partly_useful + direction.not_useful
    return (
        Rate("decided", direction.decided, direction.requests, "decided"),
        Rate("refused", direction.refused, direction.decided, "refused"),
        Rate("hold", direction.held, direction.freezes, "hold"),
        Rate("useful", direction.useful, told, "useful"),
        Rate("partly-useful", direction.partly_useful, told, "useful"),
    )


def length(seconds: int) -> str:
    """A length of time in its two largest units, in signs that both languages read: `3 d 4 h`, `12 min`, `8 s`."""
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, left = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (left, "s")]
    first = next((place for place, (count, _unit) in enumerate(parts) if count), 3)
    return " ".join(f"{count} {unit}" for count, unit in parts[first : first + 2] if count) or "0 s"
