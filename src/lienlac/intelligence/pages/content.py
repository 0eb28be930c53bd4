"""What an object says, for people: the members that tell something, each by its name, in the order of reading.

Bytes and whatever has no name here stand below on the same page. Words only: knows neither rights nor storage.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lienlac.identifiers.contact import defang
from lienlac.ui.words import N_
from lienlac.vocabulary import typologies

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lienlac.ui.words import Words

LABELS: Final = {
    "abstract": N_("In short"),
    "description": N_("Description"),
    "content": N_("Text"),
    "objective": N_("Objective"),
    "goals": N_("Goals"),
    "aliases": N_("Also called"),
    "pattern": N_("Pattern"),
    "holder_name": N_("Account holder"),
    "opinion": N_("Opinion"),
    "explanation": N_("Explanation"),
    "published": N_("Published"),
    "valid_from": N_("Valid from"),
    "valid_until": N_("Valid until"),
    "first_seen": N_("First seen"),
    "last_seen": N_("Last seen"),
    "first_observed": N_("First observed"),
    "last_observed": N_("Last observed"),
    "number_observed": N_("How often it was observed"),
    "count": N_("How often it was seen"),
    "confidence": N_("Confidence (0 to 100)"),
    "labels": N_("Labels"),
}
_TIMES: Final = frozenset(
    {"published", "valid_from", "valid_until", "first_seen", "last_seen", "first_observed", "last_observed"}
)


class Told(NamedTuple):
    """One thing that an object says."""

    label: str
    text: str


def told(value: Mapping[str, Any], words: Words) -> list[Told]:
    """Everything in it that has a name here; nothing that could be clicked."""
    found = [(words.gettext(label), _text(name, value.get(name), words)) for name, label in LABELS.items()]
    found.append((words.gettext("Named in"), _references(value.get("external_references"))))
    return [Told(label, text) for label, text in found if text]


def _text(name: str, said: object, words: Words) -> str:
    if name == "labels" and isinstance(said, list):
        return defang(", ".join(_kind(one, words) for one in said if isinstance(one, str)))
    if isinstance(said, list):
        return defang(", ".join(one for one in said if isinstance(one, str)))
    if isinstance(said, int) and not isinstance(said, bool):
        return str(said)
    if not isinstance(said, str):
        return ""
    return _instant(said, words) if name in _TIMES else defang(said)


def _kind(label: str, words: Words) -> str:
    """A kind of crime by its name; any other label as it is."""
    return typologies.label(label, words.language) if label in typologies.codes() else label


def _instant(said: str, words: Words) -> str:
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return defang(said)
    return words.instant(at) if at.tzinfo is not None else defang(said)


def _references(said: object) -> str:
    if not isinstance(said, list):
        return ""
    named = (
        " ".join(str(one[part]) for part in ("source_name", "external_id") if isinstance(one.get(part), str))
        for one in said
        if isinstance(one, dict)
    )
    return defang("; ".join(filter(None, named)))
