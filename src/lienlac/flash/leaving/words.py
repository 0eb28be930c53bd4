"""What people read for the codes of a warning: states, steps, severities, fields. Words only."""

from __future__ import annotations

from typing import Final


def N_(text: str) -> str:  # noqa: N802  # the name that message extraction looks for
    """Marks a msgid that is translated later, where the reader's language is known."""
    return text


STATES: Final = {
    "sent": N_("Sent, no receipt yet"),
    "unread": N_("Not acknowledged yet"),
    "read": N_("Acknowledged"),
    "withdrawn": N_("Withdrawn"),
    "expired": N_("Expired"),
    "not-taken": N_("Not taken by the other side"),
}
STATE_TONES: Final = {
    "sent": "warn", "unread": "bad", "read": "good", "withdrawn": "", "expired": "", "not-taken": "bad",
}  # fmt: skip
SEVERITIES: Final = {
    "critical": N_("Critical"),
    "serious": N_("Serious"),
    "limited": N_("Limited"),
}
SEVERITY_NOTES: Final = {
    "critical": N_("Great harm within hours."),
    "serious": N_("Great harm goes on, and it can still be stopped."),
    "limited": N_("Contained for now; good to know."),
}
SEVERITY_TONES: Final = {"critical": "bad", "serious": "warn", "limited": ""}
USEFUL: Final = {
    "yes": N_("It helped"),
    "partly": N_("It helped in part"),
    "no": N_("It did not help"),
}
LABELS: Final = {
    "reference": N_("Reference"),
    "title_vi": N_("Title in Vietnamese"),
    "title_en": N_("Title in English"),
    "text": N_("What happens"),
    "to_do": N_("What to do"),
    "severity": N_("Severity"),
    "lives_in_danger": N_("Lives are in danger"),
    "valid_until": N_("Holds until"),
    "officer": N_("Officer"),
    "identifiers": N_("Identifiers"),
    "acknowledge_s": N_("Time to acknowledge"),
    "drill": N_("Drill"),
    "reason": N_("Reason"),
    "of": N_("Version"),
    "remarks": N_("Remarks"),
    "useful": N_("Was it of use?"),
    "to": N_("Partners"),
}
"""What fields are called."""
