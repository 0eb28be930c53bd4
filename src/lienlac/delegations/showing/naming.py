"""What words of a delegation and their fields are called, for second officers and for papers. Words only."""

from __future__ import annotations

from typing import Final


def N_(text: str) -> str:  # noqa: N802  # the name that message extraction looks for
    """Marks a msgid that is translated later, where the reader's language is known."""
    return text


WORDS: Final = {
    "delegation": N_("Delegation"),
    "proposal": N_("Time and place"),
    "item": N_("Programme of the visit"),
    "participant": N_("Participant"),
    "protocol": N_("Note of protocol"),
    "paper": N_("Paper"),
    "paragraph": N_("Paragraph of the minutes"),
    "minutes": N_("Agreed minutes"),
    "outcome": N_("Outcome"),
    "member": N_("Member"),
    "remark": N_("Remark"),
    "link": N_("Linked record"),
}
FORMS: Final = {"visit": N_("Visit"), "meeting": N_("Meeting"), "virtual": N_("Virtual meeting")}
LEVELS: Final = {
    "minister": N_("Ministers"),
    "director-general": N_("Directors general"),
    "department": N_("Heads of department"),
    "working": N_("Working level"),
    "expert": N_("Experts"),
}
STAGES: Final = {
    "planned": N_("Being planned"),
    "confirmed": N_("Confirmed"),
    "under-way": N_("Under way"),
    "held": N_("Has taken place"),
    "cancelled": N_("Called off"),
}
ANSWERS: Final = {"proposes": N_("Proposes"), "accepts": N_("Accepts"), "refuses": N_("Refuses")}
AGREED: Final = {"open": N_("Not agreed yet"), "agreed": N_("Agreed"), "refused": N_("Refused")}
ITEMS: Final = {"planned": N_("Planned"), "held": N_("Has taken place"), "cancelled": N_("Called off")}
ROLES: Final = {
    "head": N_("Head of delegation"),
    "deputy": N_("Deputy head"),
    "member": N_("Member of the delegation"),
    "expert": N_("Expert"),
    "interpreter": N_("Interpreter"),
    "liaison": N_("Liaison officer"),
    "observer": N_("Observer"),
}
TOPICS: Final = {
    "order": N_("Order of protocol"),
    "names": N_("Names and titles"),
    "interpreting": N_("Interpreting"),
    "reception": N_("Reception"),
    "travel": N_("Travel and lodging"),
    "security": N_("Security"),
    "gifts": N_("Gifts"),
    "other": N_("Other"),
}
PAPERS: Final = {
    "agenda": N_("Agenda"),
    "briefing": N_("Briefing"),
    "statement": N_("Statement"),
    "presentation": N_("Presentation"),
    "draft": N_("Draft to be agreed"),
    "other": N_("Other"),
}
OUTCOMES: Final = {
    "open": N_("Open"),
    "under-way": N_("Being carried out"),
    "done": N_("Done"),
    "dropped": N_("Dropped"),
}
FIELDS: Final = {
    "title_vi": N_("Title in Vietnamese"),
    "title_en": N_("Title in English"),
    "form": N_("Form"),
    "level": N_("Level"),
    "state": N_("State"),
    "starts": N_("Begins"),
    "ends": N_("Ends"),
    "country": N_("Country"),
    "place": N_("Place"),
    "purpose": N_("Purpose"),
    "connection": N_("How to join from afar"),
    "answer": N_("Answer"),
    "agrees": N_("Agrees to"),
    "text": N_("Text"),
    "at": N_("Begins"),
    "until": N_("Ends"),
    "leads": N_("Who leads"),
    "papers": N_("Papers"),
    "node": N_("Side"),
    "name": N_("Name"),
    "order": N_("Place in the order of protocol"),
    "role": N_("Role"),
    "unit": N_("Unit"),
    "languages": N_("Languages"),
    "interpreter": N_("Needs an interpreter"),
    "contact": N_("Contact"),
    "topic": N_("Kind of note"),
    "rank_vi": N_("Rank or post, in Vietnamese"),
    "rank_en": N_("Rank or post, in English"),
    "about": N_("About"),
    "paper": N_("Kind of paper"),
    "summary": N_("In short"),
    "file": N_("File"),
    "digest": N_("Digest (SHA-256)"),
    "number": N_("Number"),
    "remarks": N_("Remarks"),
    "whole": N_("Minutes as a whole"),
    "signatory": N_("Signed by"),
    "title": N_("Rank or post"),
    "owner": N_("Who carries it out"),
    "due": N_("Due"),
    "note": N_("Note"),
    "paragraph": N_("Paragraph of the minutes"),
}
"""What fields are called."""
