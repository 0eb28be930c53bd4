"""What people read for intelligence. Words only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lienlac.people.rights import Action
from lienlac.ui.access.pages import Screen
from lienlac.ui.words import N_
from lienlac.vocabulary import pap, tlp

if TYPE_CHECKING:
    from lienlac.ui.words import Words

SCREEN: Final = Screen(
    address="/intelligence",
    parameter="collection_id",
    name="collection-access",
    reads=Action.INTEL_READ,
    restricts=Action.COLLECTION_MANAGE,
    everybody=N_("Everybody whose role lets them see intelligence."),
    hidden=N_("For everybody else the collection is not there: not in lists, not in searches, not for programs."),
    again=N_("Everybody whose role lets them see intelligence will know of the collection again."),
)
GIVERS: Final = {
    "officer": N_("Officer"),
    "token": N_("Program"),
    "peer": N_("Partner"),
    "feed": N_("Feed"),
    "file": N_("File"),
}
STATES: Final = {"held": N_("Held"), "released": N_("Let in"), "dismissed": N_("Dismissed")}
TLP_TONES: Final = {"clear": "", "green": "good", "amber": "warn", "amber+strict": "warn", "red": "bad"}


def values() -> dict[str, Any]:
    """What every template of these screens is given."""
    return {
        "givers": GIVERS,
        "states": STATES,
        "tlp_words": tlp,
        "pap_words": pap,
        "tlp_codes": {word.rank: word.code for word in tlp},
        "tlp_tones": TLP_TONES,
    }


def ceilings(words: Words) -> list[tuple[str, str]]:
    """The marks to choose from, each with what it asks of the reader."""
    language = words.language
    return [(word.code, f"{word.label(language)}: {word.note(language)}") for word in tlp.all()]
