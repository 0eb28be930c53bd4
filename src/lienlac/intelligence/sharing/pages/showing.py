"""What every page of sharing needs: words, choices, mistakes by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.intelligence.sharing.leaving import words as says
from lienlac.ui.page import Blank
from lienlac.ui.problems import reason_of
from lienlac.vocabulary import handling, legal_bases, pap, purposes, tlp, typologies

if TYPE_CHECKING:
    from lienlac.errors import Language
    from lienlac.intelligence.sharing.desk import Sharing
    from lienlac.records.forms.problems import FormRefused
    from lienlac.ui.page import Ask


def values(ask: Ask, sharing: Sharing) -> dict[str, Any]:
    """The shared words."""
    return {
        "says": says,
        "peer_names": sharing.peer_names(ask.language),
        "reason_of": lambda code: reason_of(code, ask.language),
        "tlp_words": tlp,
        "pap_words": pap,
        "handling_words": handling,
        "purposes": purposes,
        "legal_bases": legal_bases,
        "typologies": typologies,
    }


def mistakes_of(refused: FormRefused, language: Language) -> Blank:
    """The first mistake of each field, in the reader's language."""
    wrong = Blank()
    for problem in refused.problems:
        wrong.setdefault(problem.field.partition(".")[0], problem.vi if language == "vi" else problem.en)
    return wrong
