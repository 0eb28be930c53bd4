"""What people read for the codes of a channel: states, steps, severities, sources, clocks. Words only."""

from __future__ import annotations

from typing import Final

from lienlac.emergencies.leaving import words
from lienlac.people.rights import Action
from lienlac.ui.access.pages import Screen
from lienlac.ui.words import N_

SEVERITIES: Final = words.SEVERITIES
SOURCES: Final = words.SOURCES
STATES: Final = {
    "sent": N_("Sent, no receipt yet"),
    "unanswered": N_("Nobody has answered"),
    "active": N_("Under way"),
    "on-hold": N_("On hold"),
    "down": N_("Stood down"),
    "not-taken": N_("Not taken by the other side"),
}
STATE_TONES: Final = {
    "sent": "warn", "unanswered": "bad", "active": "info", "on-hold": "warn", "down": "", "not-taken": "bad",
}  # fmt: skip
COLUMNS: Final = {
    "active": N_("works on it"),
    "on-hold": N_("wants to hold"),
    "down": N_("stands down"),
    "sent": N_("no receipt yet"),
    "delivered": N_("has not answered"),
    "not-taken": N_("did not take it"),
    "unsaid": "–",
}
SEVERITY_NOTES: Final = {
    "critical": N_("Lives, or services that many depend on, stand still or are about to."),
    "serious": N_("Great harm goes on, and it can still be stopped."),
    "limited": N_("Contained for now; it may grow."),
}
SEVERITY_TONES: Final = {"critical": "bad", "serious": "warn", "limited": ""}
STEPS: Final = {
    "answer": N_("We are on it"),
    "entry": N_("Write"),
    "retract": N_("Retract"),
    "report": N_("Report the situation"),
    "presence": N_("Join"),
    "hand-over": N_("Hand the channel over"),
    "hold": N_("Propose to hold"),
    "stand-down": N_("Stand down"),
    "resume": N_("Take up again"),
}
STEP_HINTS: Final = {
    "answer": N_("The other desk sees your name and telephone number at once. It promises nothing but that you look."),
    "report": N_("Replaces what this side last said of the situation. What is left empty stays as it was."),
    "hand-over": N_("You leave the channel; your colleague sees that it waits, and takes over by joining."),
    "hold": N_("The channel is on hold once both sides say so. Promised reports still count."),
    "stand-down": N_("The channel is stood down once both sides say so. It can be resumed by either side."),
    "resume": N_("Both sides work on it again, at once."),
}
SAID: Final = {
    "open": N_("Opened the channel"),
    "answer": N_("Is on it"),
    "entry": "",
    "retract": N_("Retracted an entry that is not here"),
    "report": N_("Reports the situation"),
    "hand-over": N_("Hands over"),
    "hold": N_("Wants to hold"),
    "stand-down": N_("Stands down"),
    "resume": N_("Resumes"),
}
CLOCKS: Final = {
    "receipt": N_("Receipt"),
    "acknowledge": N_("First answer"),
    "update": N_("Our next report"),
    "their-update": N_("Their next report"),
}
MINUTES: Final = (15, 30, 60, 120, 240, 480, 1440)
"""In how many minutes a side may promise its next report by a choice."""
FIELDS: Final = {
    "to": N_("Partner"),
    "title_vi": N_("Title in Vietnamese"),
    "title_en": N_("Title in English"),
    "situation": N_("What happens"),
    "asked": N_("What is asked of the other side"),
    "at": N_("When it happened"),
    "text": N_("Text"),
}

SCREEN: Final = Screen(
    address="/emergencies",
    parameter="emergency_id",
    name="emergency-access",
    reads=Action.EMERGENCY_READ,
    restricts=Action.EMERGENCY_RESTRICT,
    everybody=N_("Everybody on this node whose role lets them see emergencies."),
    hidden=N_(
        "From then on the channel is not there for anybody else: no list, no count, no search, no notice. Auditors of "
        "the whole node still see it. You stay among those who see it, and at least one supervisor has to."
    ),
    again=N_("Everybody whose role lets them sees the channel again, with everything in it."),
)
"""The page of who may see a channel."""
