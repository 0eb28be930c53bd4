"""What people read for the codes of sharing: states, reasons, acts, fields. Words only."""

from __future__ import annotations

from typing import Final


def N_(text: str) -> str:  # noqa: N802  # the name that message extraction looks for
    """Marks a msgid that is translated later, where the reader's language is known."""
    return text


WITHHELD: Final = {
    "shut": N_("Marked above the ceiling of its collection"),
    "red": N_("Marked TLP:RED: only for the people it names"),
    "ceiling": N_("Marked above what the agreement allows (TLP)"),
    "pap": N_("Marked above what the agreement allows (PAP)"),
    "onward": N_("From somebody who has not allowed passing it on"),
    "theirs": N_("Came from this partner"),
    "restricted": N_("The collection is restricted to named officers and units"),
    "chosen": N_("Marked above what was chosen for this share"),
    "notes": N_("Own notes and opinions"),
    "persons": N_("Names a natural person, who may be a victim"),
    "names": N_("Joins something that stays here"),
    "mentions": N_("Names something that stays here: a report or grouping, for example"),
}
"""Why something stays here."""
LET_OUT: Final = {
    "notes": N_("Own notes and opinions too"),
    "persons": N_("Natural persons too (possible victims and witnesses)"),
    "restricted": N_("Although the collection is restricted"),
    "mentions": N_("Reports and the like too that name what stays here (the partner reads its id)"),
}
"""What an officer may let out with a reason."""
STATES: Final = {
    "sent": N_("On its way"),
    "new": N_("Taken"),
    "same": N_("Known there already"),
    "held": N_("In quarantine there"),
    "refused": N_("Not taken"),
    "due": N_("To be recalled"),
    "recalling": N_("Recalled, not confirmed"),
    "unheard": N_("Recall not taken"),
    "recalled": N_("Recalled and deleted there"),
    "aside": N_("Recalled and set aside there"),
    "absent": N_("Recalled, was not there"),
}
"""What became of an object that was given to a peer."""
TONES: Final = {
    "sent": "", "new": "good", "same": "good", "held": "warn", "refused": "bad", "due": "warn", "recalling": "warn",
    "unheard": "bad", "recalled": "", "aside": "", "absent": "",
}  # fmt: skip
LETTERS: Final = {"n": "new", "s": "same", "h": "held", "r": "refused", "d": "recalled", "k": "aside", "u": "absent"}
HERE: Final = {
    "new": N_("Taken"),
    "same": N_("Known here already"),
    "held": N_("In quarantine"),
    "refused": N_("Not taken"),
    "recalled": N_("Deleted here"),
    "aside": N_("Set aside here"),
    "absent": N_("Was not here"),
}
"""What became of an object of a partner's."""
PARCELS: Final = {
    "sent": N_("On its way"),
    "delivered": N_("Arrived, being taken in"),
    "taken": N_("Answered"),
    "refused": N_("Not taken"),
}
MODES: Final = {"once": N_("Once"), "standing": N_("As it grows")}
MODE_NOTES: Final = {
    "once": N_("What is there now; later corrections follow, and recalls."),
    "standing": N_("Also whatever is added later, until somebody stops it."),
}
OUT_OF_DATE: Final = "No longer up to date. Không còn là phiên bản mới nhất."
"""What a partner reads when something outdated is taken back with one click: nothing of what is newer."""
ACTS: Final = {"delete": N_("Delete it"), "set-aside": N_("Keep it aside, out of use")}
TAKES: Final = {
    "ids": N_("These objects"),
    "above": N_("What lies above a ceiling that was lowered"),
    "everything": N_("Everything, and the share ends"),
}
"""What of a share is taken back."""
USEFUL: Final = {
    5: N_("5 – decisive"),
    4: N_("4 – of great use"),
    3: N_("3 – of use"),
    2: N_("2 – of little use"),
    1: N_("1 – of no use"),
}
FIELDS: Final = {
    "title": N_("Title"),
    "collection": N_("Collection"),
    "mode": N_("How"),
    "count": N_("Objects that leave"),
    "types": N_("Only these types"),
    "ids": N_("Only these objects"),
    "marks": N_("Up to these marks"),
    "handling": N_("Handling"),
    "let_out": N_("Let out by the officer's word"),
    "digest": N_("Digest of what was shown"),
    "object": N_("Object"),
    "officer": N_("Officer"),
    "seen": N_("Seen"),
    "useful": N_("Of use"),
    "text": N_("What came of it"),
    "what": N_("What is recalled"),
    "taken": N_("Objects recalled"),
    "act": N_("What the partner is to do"),
    "reason": N_("Why"),
}
