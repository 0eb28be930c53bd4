"""The lists themselves, each with the type of its words.

Each is read from its own versioned data file when first used. Knows nothing of messages, agreements or screens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.errors import Refused
from lienlac.vocabulary.marks import handling, pap, tlp
from lienlac.vocabulary.typology import Typologies, Typology
from lienlac.vocabulary.words import RankedWord, RankedWords, Word, Words

if TYPE_CHECKING:
    from lienlac.errors import Language


class LegalBasis(Word, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A legal basis; with `needs_text` the provision or the document must be stated in words."""

    needs_text: bool


class IdentifierType(Word, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A kind of identifier; `sensitivity` says how carefully its values are shown and kept."""

    sensitivity: str


class RequestKindWord(Word, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What people call a kind of request; `group` is money, data, measures, people or advice."""

    group: str


class RefusalGround(Word, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A ground for refusing a request.

    `mark` is the short name of a UN ground (R1 to R5). `corrects` opens a correction window and restarts the clock.
    `second_officer`: another officer decides. `must_check`: the officer who decides must always be asked about it.
    `family` is form, facts, scope, law or rights.
    """

    family: str
    source: str
    mark: str = ""
    corrects: bool = False
    needs_text: bool = False
    second_officer: bool = False
    must_check: bool = False


typologies = Typologies("typologies", Typology)
purposes = Words("purposes", Word)
legal_bases = Words("legal_bases", LegalBasis)
refusals = Words("refusals", RefusalGround)
request_kinds = Words("request_kinds", RequestKindWord)
"""By message kind of the opening, in the order in which people choose."""
urgencies = RankedWords("urgency", RankedWord)
"""Rank 0 is the most urgent."""
data_categories = RankedWords("data_categories", RankedWord)
"""The higher the rank, the more intrusive."""
identifier_types = Words("identifier_types", IdentifierType)
currencies = Words("currencies", Word)
"""Names only; decimals and symbols stand in `identifiers.money`."""
bank_kinds = Words("bank_kinds", Word)
countries = Words("countries", Word)
"""Names only, by ISO code; what is typed and what travels is the code."""
vn24 = Words("vn24", Word)
"""The 24 forms of the Vietnamese handbook of 2023, by number; unverified from the sixth on."""

VOCABULARIES: Final[dict[str, Words[Word]]] = {
    words.name: words  # type: ignore[misc]  # a list of finer words serves wherever plain words are read
    for words in (
        typologies,
        purposes,
        legal_bases,
        refusals,
        request_kinds,
        urgencies,
        data_categories,
        identifier_types,
        currencies,
        bank_kinds,
        tlp,
        pap,
        handling,
    )
}


def country(code: str, language: Language) -> str:
    """A country as people read it: its name, and the code that stands in forms and on the wire."""
    return f"{countries.label(code, language)} ({code})" if code in countries else code


def label(vocabulary: str, code: str, language: Language) -> str:
    """Name of a code of the list called `vocabulary`. Raises `Refused("code-unknown")` for an unknown list."""
    words = VOCABULARIES.get(vocabulary)
    if words is None:
        raise Refused("code-unknown", value=vocabulary[:64], vocabulary="vocabularies")
    return words.label(code, language)
