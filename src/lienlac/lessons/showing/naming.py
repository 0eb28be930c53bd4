"""What words of a lesson and their fields are called, for second officers and for pages. Words only."""

from __future__ import annotations

from typing import Final


def N_(text: str) -> str:  # noqa: N802  # the name that message extraction looks for
    """Marks a msgid that is translated later, where the reader's language is known."""
    return text


WORDS: Final = {
    "lesson": N_("Lesson"),
    "part": N_("What was learnt"),
    "step": N_("Step of the checklist"),
    "use": N_("Use in a case"),
    "review": N_("Review by a second officer"),
    "member": N_("Member"),
    "remark": N_("Remark"),
    "link": N_("Linked record"),
}
STAGES: Final = {"draft": N_("Draft"), "reviewed": N_("Reviewed"), "retired": N_("No longer in use")}
KINDS: Final = {
    "tried": N_("What was tried"),
    "worked": N_("What worked"),
    "failed": N_("What failed"),
    "pitfall": N_("What to beware of"),
    "template": N_("Text to work from"),
}
RESULTS: Final = {"worked": N_("Worked"), "failed": N_("Did not work"), "skipped": N_("Left out")}
VERDICTS: Final = {"clean": N_("Nothing of a case stands in it"), "returned": N_("Returned to its author")}
FIELDS: Final = {
    "title_vi": N_("Title in Vietnamese"),
    "title_en": N_("Title in English"),
    "state": N_("State"),
    "situation": N_("Situation"),
    "typologies": N_("Kinds of crime"),
    "methods": N_("Methods and tricks"),
    "legal_path": N_("Legal path"),
    "tools": N_("Tools"),
    "hours": N_("Hours spent"),
    "review_on": N_("To be looked at again on"),
    "kind": N_("What it tells"),
    "title": N_("Title"),
    "text": N_("Text"),
    "number": N_("Number"),
    "why": N_("Why"),
    "optional": N_("May be left out"),
    "used_on": N_("Used on"),
    "usefulness": N_("How useful, from 1 to 5"),
    "results": N_("Steps as they went"),
    "note": N_("Note"),
    "case": N_("Case"),
    "of": N_("Digest of what was read"),
    "verdict": N_("Verdict"),
    "name": N_("Name"),
    "node": N_("Side"),
    "summary": N_("In short"),
}
"""What fields are called."""
