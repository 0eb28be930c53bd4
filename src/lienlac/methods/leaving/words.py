"""What the fields of a record are called. Words only."""

from __future__ import annotations

from typing import Final


def N_(text: str) -> str:  # noqa: N802  # the name that message extraction looks for
    """Marks a msgid that is translated later, where the reader's language is known."""
    return text


LABELS: Final = {
    "version": N_("Version"),
    "title_vi": N_("Title in Vietnamese"),
    "title_en": N_("Title in English"),
    "summary": N_("In short"),
    "typologies": N_("Kinds of crime"),
    "steps": N_("Steps, in their order"),
    "scripts": N_("What victims are told"),
    "red_flags": N_("Red flags"),
    "counter_measures": N_("Counter-measures"),
    "identifiers": N_("Identifiers"),
    "warning": N_("Warning for victims"),
    "sources": N_("Sources"),
    "officer": N_("Officer"),
    "reason": N_("Reason"),
}
"""What fields are called."""
