"""What pages and programs say of a match: why it is one, how the other thing names it, and the paths to things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lienlac import limits
from lienlac.identifiers.index.desk import NOTES
from lienlac.identifiers.names import Tones
from lienlac.ui.words import N_
from lienlac.vocabulary import identifier_types

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lienlac.identifiers.index.desk import Known, Seen
    from lienlac.ui.page import Ask

PATHS: Final = {
    "request": "/requests/",
    "emergency": "/emergencies/",
    "method": "/methods/",
    "flash": "/warnings/",
    "case": "/cases/",
    "programme": "/programmes/",
    "delegation": "/delegations/",
    "handover": "/duty/handovers/",
}
"""Things that have a page of their own under their id."""
ENTITY: Final = "ent-"
"""How ids of entities begin: of a case these are things of their own."""
KINDS: Final = {
    "request": N_("Request"),
    "emergency": N_("Emergency"),
    "intel": N_("Intelligence"),
    "method": N_("Method"),
    "flash": N_("Flash warning"),
    "case": N_("Case"),
    "programme": N_("Programme"),
    "delegation": N_("Delegation"),
    "handover": N_("Hand-over note"),
}
ROLES: Final = {
    "named": N_("as an identifier"),
    "receiving": N_("as the account that received money"),
    "victim": N_("as a victim's account"),
    "text": N_("in a text"),
    "host": N_("as the host of an address"),
    "mail-host": N_("as the domain of an e-mail address"),
    "phone-of": N_("as the number behind an account"),
    "holder": N_("as the holder of an account"),
    "subject": N_("as its subject"),
    "object": N_("as an object"),
}
_TONES: Final = {
    Tones.SAME: N_("A similar name ({name}); the tones agree. A name alone is never a match."),
    Tones.UNWRITTEN: N_(
        "A similar name ({name}); one of them is written without tones. A name alone is never a match."
    ),
    Tones.DIFFERENT: N_("A similar name ({name}), but with other tones: perhaps somebody else."),
}
_HOSTS: Final = frozenset({"host", "mail-host"})
_OWN_TYPES: Final = {
    "name": N_("Name"),
    "account-number": N_("Account number without its bank"),
    "amount": N_("Amount"),
}


def href(seen: Seen) -> str:
    """Where a thing that names an identifier is shown; "" for one without a page of its own."""
    if seen.kind == "intel":
        return f"/intelligence/objects/{seen.id.partition('/')[2]}"
    if seen.kind == "case" and seen.id.startswith(ENTITY):
        return f"/cases/entities/{seen.id}"
    below = "" if not seen.place else f"/{seen.place}" if seen.place == NOTES else f"/e/{seen.place}"
    return f"{PATHS[seen.kind]}{seen.id}{below}" if seen.kind in PATHS else ""


FOR_ROWS: Final[Mapping[str, Any]] = {
    "kinds": KINDS,
    "roles": ROLES,
    "href": href,
    "places_max": limits.MENTIONS_COUNTED_MAX,
}
"""What the rows of `known/_rows.html` are written with."""


def type_label(ask: Ask, type_: str) -> str:
    """What a type is called in the reader's language."""
    if type_ in _OWN_TYPES:
        return ask.gettext(_OWN_TYPES[type_])
    word = identifier_types.get(type_) if type_ in identifier_types.codes() else None
    if word is None:
        return type_
    return word.vi if ask.language == "vi" else word.en


def row(ask: Ask, known: Known) -> dict[str, Any]:
    """One identifier as `known/_rows.html` takes it."""
    return {"known": known, "type": type_label(ask, known.about.type), "reason": reason(ask, known)}


def reason(ask: Ask, known: Known) -> str:
    """Why it is shown, in a sentence."""
    if known.likeness is not None:
        return ask.gettext(_TONES[known.likeness.tones], name=known.name)
    theirs = {one.role for one in known.seen}
    if known.about.type == "name":
        return ask.gettext("The same name, with the same tones. A name alone is never a match.")
    if known.about.role in _HOSTS or (theirs and theirs <= _HOSTS):
        return ask.gettext("Shared infrastructure: addresses on the same host.")
    if known.about.type == "bank-account":
        return ask.gettext("The same bank account, in whatever spelling: bank and number agree.")
    if known.about.role == "phone-of" or "phone-of" in theirs:
        return ask.gettext("The same telephone number, also behind an account on a platform.")
    return ask.gettext("The same value.")
