"""What every page of a warning needs to show one: words, choices, and typed fields turned into forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lienlac.flash.leaving import words as names
from lienlac.flash.lifecycle import State
from lienlac.flash.views import minutes_of
from lienlac.identifiers.typed.lines import read as read_lines
from lienlac.identifiers.typed.normal import shown as shown_identifier
from lienlac.ui.page import Blank
from lienlac.vocabulary import identifier_types, legal_bases, pap, purposes, tlp, typologies

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lienlac.identifiers.typed.lines import Lines
    from lienlac.records.forms.problems import FormRefused
    from lienlac.ui.page import Ask, Form
    from lienlac.wire.bodies.hotline import DataIdentifier

_ITEMS: Final = "identifiers."


def values() -> dict[str, Any]:
    """The shared words."""
    return {
        "names": names,
        "State": State,
        "typologies": typologies,
        "purposes": purposes,
        "legal_bases": legal_bases,
        "identifier_types": identifier_types,
        "tlp_words": tlp,
        "pap_words": pap,
        "identifier": _identifier,
        "minutes_of": minutes_of,
    }


def _identifier(item: DataIdentifier) -> str:
    return shown_identifier(item.type, item.value)


def both(form: Form, name: str) -> dict[str, str]:
    """A text typed in either language or both."""
    found = {language: form.get(f"{name}.{language}") for language in ("vi", "en")}
    return {language: text for language, text in found.items() if text}


def lines_of(form: Form) -> Lines:
    """One identifier on each line, its type written before it or told by its form."""
    return read_lines(form.get("identifiers"), frozenset(identifier_types.codes()))


def unsaid(form: Form, lines: Lines) -> bool:
    """Whether a line would go out as `other` though nobody said that it may.

    The officer says so for the lines that the form showed them; what was typed anew since is asked again.
    """
    seen = form.all("stand.line") if form.get("stand") == "yes" else []
    return bool(lines.unknown(seen))


def identifiers_text(items: Iterable[DataIdentifier]) -> str:
    """The same back as lines."""
    return "\n".join(f"{item.type}: {item.value}" for item in items)


def mistakes_of(refused: FormRefused, language: str) -> Blank:
    """The first mistake of each field, in the reader's language."""
    found = Blank()
    for problem in refused.problems:
        name = "identifiers" if problem.field.startswith(_ITEMS) else problem.field
        found.setdefault(name, problem.vi if language == "vi" else problem.en)
    return found


def filled(data: dict[str, Any]) -> dict[str, Any]:
    """Without what was left empty."""
    return {name: value for name, value in data.items() if value not in ("", [], {}, None)}


def leave_of(ask: Ask) -> dict[str, str]:
    """How it may leave."""
    form = ask.form
    return filled({"ahead": form.get("release.ahead"), "instead_of": form.get("release.instead_of")})
