"""What pages and files say of the picture: spans, kinds of records, countries, fates of money. Words only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.intelligence.picture.picture import NO_TYPOLOGY
from lienlac.ui.known.words import href
from lienlac.ui.words import N_
from lienlac.vocabulary import typologies

if TYPE_CHECKING:
    from lienlac.identifiers.index.desk import Seen
    from lienlac.ui.words import Words

SPANS: Final = {
    "13-weeks": N_("13 weeks, by week"),
    "26-weeks": N_("26 weeks, by week"),
    "12-months": N_("12 months, by month"),
    "24-months": N_("24 months, by month"),
}
KINDS: Final = {
    "request": N_("Requests"),
    "emergency": N_("Emergencies"),
    "warning": N_("Flash warnings"),
    "method": N_("Methods and tricks"),
}
FATES: Final = {
    "asked": N_("Asked to be held"),
    "held": N_("Held"),
    "returned": N_("Returned"),
}


def crime(code: str, words: Words) -> str:
    """A family of crime, or that none is named."""
    if code == NO_TYPOLOGY:
        return words.gettext(N_("No kind of crime named"))
    return typologies.label(code, words.language)


def thing_path(one: Seen) -> str:
    """The page of a thing that names an identifier; empty for one without a page."""
    return href(one)
