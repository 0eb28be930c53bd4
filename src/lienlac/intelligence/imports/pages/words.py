"""What people read of files taken in: forms, states, what a column may hold. Words only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.stix.foreign import tables
from lienlac.ui.words import N_
from lienlac.vocabulary import identifier_types

if TYPE_CHECKING:
    from lienlac.ui.words import Words

FORMS: Final = {
    "stix": N_("STIX 2.1 (bundle, envelope or one object)"),
    "misp": N_("MISP events"),
    "table": N_("Table (CSV, XLSX, ODS)"),
    "ftm": N_("FollowTheMoney"),
    "goaml": N_("goAML report"),
}
STATES: Final = {
    "mapping": N_("waits for its columns"),
    "running": N_("is being taken in"),
    "done": N_("taken in"),
    "failed": N_("stands still"),
}
TONES: Final = {"mapping": "warn", "running": "", "done": "good", "failed": "bad"}
RESULTS: Final = {
    "new": N_("New"),
    "same": N_("Known already"),
    "held": N_("In quarantine"),
    "unread": N_("Not readable"),
}
RESULT_TONES: Final = {"new": "good", "same": "", "held": "warn", "unread": "bad"}
_EXTRA: Final = {
    "ignore": N_("nothing (leave out)"),
    "account-number": N_("Account number"),
    "bank": N_("Bank of the account"),
    "holder": N_("Holder of the account"),
    "name": N_("Person that the row is about"),
    "note": N_("Remark"),
}


def column(code: str, words: Words) -> str:
    """What a column holds, in the reader's language."""
    if code in _EXTRA:
        return words.gettext(_EXTRA[code])
    return identifier_types.label(code, words.language) if code in identifier_types else code


def columns(words: Words) -> list[tuple[str, str]]:
    """Everything that a column may hold."""
    return [(code, column(code, words)) for code in tables.choices()]
