"""How papers say things: every sentence, number and amount in both languages at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.documents.document import Both
from lienlac.hotline.pages import names
from lienlac.ui.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from lienlac.identifiers.money import Money

_LANGUAGES: Final = (Words("vi"), Words("en"))


class Spoken:
    """Implements `papers.values.Says` with the screens' catalogues."""

    def both(self, text: str, /) -> Both:
        """A msgid."""
        return _each(lambda words: words.gettext(text))

    def money(self, amount: Money, /) -> Both:
        """An amount with its currency."""
        return _each(lambda words: words.money(amount.amount, amount.currency))

    def number(self, value: int, /) -> Both:
        """A whole number."""
        return _each(lambda words: words.number(value))

    def duration(self, length: timedelta, /) -> Both:
        """A length of time."""
        return _each(lambda words: words.duration(length))

    def step(self, code: str, /) -> Both:
        """What was done by a step."""
        return self.both(names.SAID[code])

    def state(self, code: str, /) -> Both:
        """What a state is called."""
        return self.both(names.STATES[code])

    def standing(self, code: str, /) -> Both:
        """How far a message has come."""
        return self.both(names.STANDINGS[code])


def _each(say: Callable[[Words], str]) -> Both:
    vi, en = (say(words) for words in _LANGUAGES)
    return Both(vi, en)
