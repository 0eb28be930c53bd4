"""The shared words: every code that may stand on the wire or in a form, named in English and Vietnamese.

`typologies.get("fxp-rig")`, `.all()`, `.label(code, language)`, `.choices(language)`; codes are spelled exactly as on
the wire, in lower case. Pure; knows nothing of messages, agreements or screens.
"""

from __future__ import annotations

from lienlac.vocabulary.clocks import ClockSeed, all_seeds, escalation_percent, preservation_warning_days, seeds_for
from lienlac.vocabulary.lists import (
    VOCABULARIES,
    IdentifierType,
    LegalBasis,
    RefusalGround,
    RequestKindWord,
    bank_kinds,
    countries,
    country,
    currencies,
    data_categories,
    identifier_types,
    label,
    legal_bases,
    purposes,
    refusals,
    request_kinds,
    typologies,
    urgencies,
    vn24,
)
from lienlac.vocabulary.marks import combine_handling, handling, pap, tlp
from lienlac.vocabulary.typology import Typologies, Typology
from lienlac.vocabulary.words import RankedWord, RankedWords, Word, Words

__all__ = [
    "VOCABULARIES",
    "ClockSeed",
    "IdentifierType",
    "LegalBasis",
    "RankedWord",
    "RankedWords",
    "RefusalGround",
    "RequestKindWord",
    "Typologies",
    "Typology",
    "Word",
    "Words",
    "all_seeds",
    "bank_kinds",
    "combine_handling",
    "countries",
    "country",
    "currencies",
    "data_categories",
    "escalation_percent",
    "handling",
    "identifier_types",
    "label",
    "legal_bases",
    "pap",
    "preservation_warning_days",
    "purposes",
    "refusals",
    "request_kinds",
    "seeds_for",
    "tlp",
    "typologies",
    "urgencies",
    "vn24",
]
