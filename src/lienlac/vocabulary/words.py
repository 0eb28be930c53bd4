"""A list of shared words: how one is read from its data file, looked up and named in both languages.

Knows nothing of what any list means. Reads only the package's own files, once for each list; a list that nobody asks
for is never read. Serves protocol clause 3 (codes on the wire are these codes, in exactly this spelling).
"""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from lienlac.errors import Language, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


class Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One shared word: its code on the wire, its name in both languages, and one sentence where a form needs it."""

    code: str
    en: str
    vi: str
    note_en: str = ""
    note_vi: str = ""

    def label(self, language: Language) -> str:
        """The word as people read it."""
        return self.vi if language == "vi" else self.en

    def note(self, language: Language) -> str:
        """The sentence that explains it; empty when the word explains itself."""
        return self.note_vi if language == "vi" else self.note_en


WordT = TypeVar("WordT", bound=Word)


class Words(Generic[WordT]):
    """One list of words, in the order in which forms show it."""

    def __init__(self, name: str, word_type: type[WordT]) -> None:
        self.name = name
        self._word_type = word_type

    @functools.cached_property
    def _by_code(self) -> dict[str, WordT]:
        words = msgspec.convert(read_data(self.name)["word"], list[self._word_type])  # type: ignore[name-defined]
        return {word.code: word for word in words}

    @property
    def version(self) -> str:
        """The date of the list, `YYYY-MM-DD`."""
        return str(read_data(self.name)["version"])

    def all(self) -> tuple[WordT, ...]:
        """Every word, in the list's own order."""
        return tuple(self._by_code.values())

    def codes(self) -> tuple[str, ...]:
        """Every code, in the list's own order."""
        return tuple(self._by_code)

    def get(self, code: str, *, field: str | None = None) -> WordT:
        """The word of an exact code. Raises `Refused("code-unknown")` naming the list and `field`."""
        word = self._by_code.get(code)
        if word is None:
            raise Refused("code-unknown", field=field, value=code[:64], vocabulary=self.name)
        return word

    def label(self, code: str, language: Language) -> str:
        """The name of a code for a screen; a code from a newer list shows itself, for a page must never fail."""
        word = self._by_code.get(code)
        return code if word is None else word.label(language)

    def choices(self, language: Language) -> list[tuple[str, str]]:
        """Code and name of every word, for a form's select box."""
        return [(word.code, word.label(language)) for word in self._by_code.values()]

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __iter__(self) -> Iterator[WordT]:
        return iter(self._by_code.values())

    def __len__(self) -> int:
        return len(self._by_code)


class RankedWord(Word, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A word with a place in an order; what the order means stands with the list."""

    rank: int


class RankedWords(Words[RankedWord]):
    """A list whose words have an order, such as marks from open to strict."""

    def rank(self, code: str) -> int:
        """Place of a code in the order. Raises `Refused("code-unknown")`."""
        return self.get(code).rank

    def ranked(self, rank: int) -> RankedWord:
        """The word of a rank that `rank` has given."""
        return next(word for word in self.all() if word.rank == rank)

    def strictest(self, codes: Iterable[str]) -> str:
        """The code of the highest rank among `codes` (at least one). Raises `Refused("code-unknown")`."""
        return max((self.get(code) for code in codes), key=lambda word: word.rank).code

    def within(self, code: str, ceiling: str) -> bool:
        """Whether `code` lies at or below `ceiling`. Raises `Refused("code-unknown")`."""
        return self.rank(code) <= self.rank(ceiling)


@functools.cache
def read_data(name: str) -> Mapping[str, Any]:
    """A data file of this package, parsed."""
    file = resources.files("lienlac.vocabulary").joinpath("data", f"{name}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
