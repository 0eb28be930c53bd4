"""Payment cards: finds full card numbers in texts, so that none is ever stored or sent.

At most the first six and the last four digits of a card may be kept. Knows the forms of the card schemes and of
Viet Nam's domestic cards (BIN 9704…), nothing of any card. A text may hide a number from this guard on purpose; it
protects against carelessness.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from stdnum import luhn

from lienlac.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEPARATOR: Final = "[ \\-.\u00a0\u2009\u202f\u200b\u2011\u2013]"
_RUN: Final = re.compile(rf"(?<![A-Za-z0-9])[0-9]+(?:{_SEPARATOR}[0-9]+)*(?![A-Za-z0-9])")
_GROUP: Final = re.compile(r"[0-9]+")
_SCHEMES: Final = re.compile(
    r"4(?:[0-9]{15}|[0-9]{18})"  # 16 or 19 digits; the old 13 are no longer issued, and bank accounts have as many
    r"|(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}"
    r"|3[47][0-9]{13}"
    r"|35(?:2[89]|[3-8][0-9])[0-9]{12}"
    r"|(?:6011|64[4-9][0-9]|65[0-9]{2}|62[0-9]{2})[0-9]{12}"
    r"|3(?:0[0-5]|[68][0-9])[0-9]{11}"
    r"|9704(?:[0-9]{12}|[0-9]{15})"
)
_MIN_DIGITS: Final = 14
_ACCOUNT_LIKE_CARDS: Final = frozenset({16, 19})
_MAX_DIGITS: Final = 19


class CardNumber(NamedTuple):
    """Where a full card number stands in a text, and what may be kept of it."""

    start: int
    end: int
    truncated: str


def is_card_number(digits: str) -> bool:
    """Whether these digits have the form of a full card number: scheme, length and check digit."""
    return _SCHEMES.fullmatch(digits) is not None and bool(luhn.is_valid(digits))


def is_card_for_account(digits: str) -> bool:
    """Whether somebody typed a card where an account belongs.

    Narrower than `is_card_number`: accounts of 14 and 15 digits are common in Viet Nam, and one in ten of those that
    begin as a card of some scheme does has a fitting last digit by chance. A freeze may not fail on that.
    """
    return len(digits) in _ACCOUNT_LIKE_CARDS and is_card_number(digits)


def truncate(digits: str) -> str:
    """First six and last four digits: all that may be kept of a card number."""
    return f"{digits[:6]}…{digits[-4:]}"


def find_card_numbers(text: str) -> list[CardNumber]:
    """Every full card number in a text, in order, none overlapping; groups of digits may be set apart."""
    return [found for run in _RUN.finditer(text) for found in _in_run(text, run.start(), run.end())]


def _in_run(text: str, start: int, end: int) -> Iterator[CardNumber]:
    groups = [(group.start(), group.end()) for group in _GROUP.finditer(text, start, end)]
    first = 0
    while first < len(groups):
        last = _number_from(text, groups, first)
        if last is None:
            first += 1
            continue
        digits = "".join(text[group_start:group_end] for group_start, group_end in groups[first : last + 1])
        yield CardNumber(groups[first][0], groups[last][1], truncate(digits))
        first = last + 1


def _number_from(text: str, groups: list[tuple[int, int]], first: int) -> int | None:
    """Index of the last group of the longest card number that begins with group `first`."""
    digits = ""
    found = None
    for index in range(first, len(groups)):
        group_start, group_end = groups[index]
        if len(digits) + group_end - group_start > _MAX_DIGITS:
            break
        digits += text[group_start:group_end]
        if len(digits) >= _MIN_DIGITS and is_card_number(digits):
            found = index
    return found


def truncate_in(text: str) -> str:
    """The text with every full card number cut down to its first six and last four digits."""
    pieces, place = [], 0
    for found in find_card_numbers(text):
        pieces += [text[place : found.start], found.truncated]
        place = found.end
    return "".join((*pieces, text[place:])) if pieces else text


def refuse_card_numbers(text: str, *, field: str | None = None) -> None:
    """Raise `Refused("card-number-in-text")` when a text holds a full card number; the number is shown cut down."""
    found = find_card_numbers(text)
    if found:
        raise Refused("card-number-in-text", field=field, truncated=found[0].truncated)
