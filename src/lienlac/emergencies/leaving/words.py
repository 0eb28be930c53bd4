"""What fields of messages of a channel are called, and severities and sources in words. Words only, and pure."""

from __future__ import annotations

from typing import Final


def N_(text: str) -> str:  # noqa: N802  # the name that message extraction looks for
    """Marks a msgid that is translated later, where the reader's language is known."""
    return text


SEVERITIES: Final = {
    "critical": N_("Critical"),
    "serious": N_("Serious"),
    "limited": N_("Limited"),
}
SOURCES: Final = {
    "own": N_("Own observation"),
    "victim": N_("Victim"),
    "provider": N_("Provider or bank"),
    "partner": N_("Another authority"),
    "public": N_("Public source"),
    "other": N_("Other"),
}
LABELS: Final = {
    "reference": N_("Reference"),
    "title_vi": N_("Title in Vietnamese"),
    "title_en": N_("Title in English"),
    "situation": N_("What happens"),
    "asked": N_("What is asked of the other side"),
    "severity": N_("Severity"),
    "lives_in_danger": N_("Lives are in danger"),
    "officer": N_("Officer"),
    "seat": N_("Seat in the channel"),
    "clocks": N_("Time for the first answer"),
    "began_at": N_("Began"),
    "countries": N_("Countries hit"),
    "organisations": N_("Organisations hit"),
    "next_update": N_("This desk reports next"),
    "raised_from": N_("Raised from the request"),
    "drill": N_("Drill"),
    "remarks": N_("Remarks"),
    "at": N_("When it happened"),
    "source": N_("Source"),
    "text": N_("Text"),
    "source_text": N_("Source in words"),
    "corrects": N_("Takes the place of the entry"),
    "entry": N_("Entry that is retracted"),
    "reason": N_("Reason"),
    "summary": N_("Situation as this side sees it"),
    "here": N_("Is in the channel"),
    "to": N_("Colleague"),
    "to_seat": N_("Seat of the colleague"),
}
"""What fields are called."""
