"""What every page of a record needs: its head, its tabs, names of nodes, words of marks, how a field is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.errors import LienlacError, NotAllowed, Refused
from lienlac.identifiers.typed.normal import shown as shown_identifier
from lienlac.records.forms.problems import FormRefused
from lienlac.records.shared.fold import Part
from lienlac.records.shared.store.ways import Way
from lienlac.ui.nav import topics
from lienlac.ui.page import Blank
from lienlac.ui.problems import reason_of, status_of
from lienlac.ui.shared.places import places_of
from lienlac.ui.shared.sheet import STAND_WORDS
from lienlac.ui.shared.typed import mistakes_of
from lienlac.ui.words import N_
from lienlac.vocabulary import identifier_types, pap, tlp, typologies

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar import Response

    from lienlac.records.shared.outcome import Outcome
    from lienlac.records.shared.reading.desk import Room
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import SheetOf, Subject

WAY_WORDS = {
    Way.DUE: (N_("goes next"), "warn"),
    Way.HELD: (N_("waits for a second officer"), "warn"),
    Way.SENT: (N_("sent, no receipt yet"), "warn"),
    Way.TAKEN: (N_("taken"), "good"),
    Way.REFUSED: (N_("not taken by the other side"), "bad"),
    Way.KEPT_BACK: (N_("stays here"), ""),
}
"""How far a fact has come to a member, in words, and the tone."""


def page(
    ask: Ask, subject: Subject, shown: Room, template: str, *, tab: str, status: int = 200, **values: Any
) -> Response[str]:
    """A page of one record, with its head and tabs."""
    language, line = ask.language, shown.line
    title = (line.title_vi if language == "vi" else line.title_en) or line.reference
    return ask.page(
        template,
        status=status,
        **{
            "title": title,
            "subject": subject,
            "room": shown,
            "line": line,
            "bears": tlp.ranked(line.tlp).code,
            "tab": tab,
            "places": places_of(subject, shown),
            "at": f"{subject.address}/{line.id}",
            "own_id": subject.shared.node_id,
            "topics": topics_of(ask, subject),
            "live": "",
            "wrong": Blank(),
            "typed": Blank(),
            **words(ask, subject),
            **values,
        },
    )


def topics_of(ask: Ask, subject: Subject) -> str:
    """What the page follows: what every page does, and its own subject."""
    return ",".join(filter(None, (topics(ask.officer), subject.topic)))


def words(ask: Ask, subject: Subject) -> dict[str, Any]:
    """Names and words that pages of records share."""
    language = ask.language
    return {
        "node_names": subject.names(language),
        "Part": Part,
        "part_words": STAND_WORDS,
        "Way": Way,
        "way_words": WAY_WORDS,
        "tlp_words": tlp,
        "pap_words": pap,
        "typologies": typologies,
        "identifier_types": identifier_types,
        "shown_value": shown_identifier,
        "reason_of": lambda code: reason_of(code, language),
        "languages": ("vi", "en") if language == "vi" else ("en", "vi"),
        "tlps": [(word.code, f"{word.label(language)}: {word.note(language)}") for word in tlp.all()],
        "paps": [(word.code, f"{word.label(language)}: {word.note(language)}") for word in pap.all()],
    }


def choices_of(ask: Ask, sheet: SheetOf) -> dict[str, list[tuple[str, ...]]]:
    """What the choices of a form are called, by field."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for field in sheet.fields:
        if field.kind == "choice":
            found[field.name] = [(code, ask.gettext(label)) for code, label in field.choices]
        elif field.kind == "choices":
            found[field.name] = [(code, ask.gettext(label), "") for code, label in field.choices]
    return found


def attempt(ask: Ask, work: Callable[[], Response[str]], again: Callable[[Blank, int], Response[str]]) -> Response[str]:
    """Do it; on a mistake show the page again with what is wrong at its field."""
    try:
        return work()
    except FormRefused as refused:
        return again(mistakes_of(refused, ask.language), 422)
    except (Refused, NotAllowed) as error:
        if error.code in {"not-found", "not-allowed", "step-up-required", "sign-in-required"}:
            raise
        return again(Blank({field_of(error): ask.sentence(error)}), status_of(error))


def field_of(error: LienlacError) -> str:
    """The field of a mistake, as the page names it."""
    return (error.field or "").partition(".")[0] if not (error.field or "").startswith("marks.") else error.field or ""


def done(ask: Ask, subject: Subject, outcome: Outcome, path: str, said: str) -> Response[str]:
    """After an act: back to a page, saying what became of it."""
    target = f"{subject.address}/{outcome.line.id}{path}"
    if outcome.waits:
        return ask.redirect(
            target, ask.gettext("Saved here; it waits for a second officer before it leaves."), tone="warn"
        )
    return ask.redirect(target, said)
