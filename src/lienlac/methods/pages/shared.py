"""What every page of methods needs: words, and lists that are typed a line at a time in both languages."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

from lienlac.errors import Refused
from lienlac.identifiers.typed.normal import shown as shown_identifier
from lienlac.identifiers.typed.normal import typed as typed_identifier
from lienlac.methods.leaving.words import LABELS
from lienlac.ui.page import Blank
from lienlac.vocabulary import identifier_types, pap, tlp, typologies, vn24

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lienlac.records.forms.problems import FormRefused
    from lienlac.ui.page import Ask
    from lienlac.wire.bodies.hotline import DataIdentifier
    from lienlac.wire.bodies.methods import Item

LISTS: Final = ("steps", "scripts", "red_flags", "counter_measures")


def values(ask: Ask) -> dict[str, Any]:
    """The shared words."""
    return {
        "labels": LABELS,
        "typologies": typologies,
        "vn24": vn24,
        "identifier_types": identifier_types,
        "tlp_words": tlp,
        "pap_words": pap,
        "identifier": _identifier,
        "shown_value": shown_identifier,
        "languages": ("vi", "en") if ask.language == "vi" else ("en", "vi"),
    }


def _identifier(item: DataIdentifier) -> str:
    return shown_identifier(item.type, item.value)


def items_of(vi: str, en: str) -> list[dict[str, str]]:
    """One item on each line; the same line in the other box is the same item."""
    pairs = zip_longest(_lines(vi), _lines(en), fillvalue="")
    return [{"vi": left.strip(), "en": right.strip()} for left, right in pairs if left.strip() or right.strip()]


def items_text(items: Iterable[Item], language: str) -> str:
    """The same back; an item without words in this language keeps its line."""
    return "\n".join(getattr(item, language) for item in items)


def _lines(text: str) -> list[str]:
    return text.splitlines()


def identifiers_of(text: str) -> list[dict[str, str]]:
    """One identifier on each line, its type written before it or guessed. Raises `Refused` for the field."""
    found = []
    known = frozenset(identifier_types.codes())
    for line in filter(None, (line.strip() for line in text.splitlines())):
        try:
            code, value = typed_identifier(line, known)
        except Refused as refusal:
            refusal.field = "identifiers"
            raise
        found.append({"type": code, "value": value})
    return found


def mistakes_of(refused: FormRefused, language: str) -> Blank:
    """The first mistake of each field, in the reader's language; of a list's item, at the list."""
    found = Blank()
    for problem in refused.problems:
        name = problem.field if problem.field.startswith("marks.") else problem.field.partition(".")[0]
        found.setdefault(name, problem.vi if language == "vi" else problem.en)
    return found
