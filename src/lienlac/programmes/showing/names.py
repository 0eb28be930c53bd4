"""What figures, states and kinds are called, and how each figure is defined. Words only."""

from __future__ import annotations

from typing import Final


def N_(text: str) -> str:  # noqa: N802  # the name that message extraction looks for
    """Marks a msgid that is translated later, where the reader's language is known."""
    return text


MEASURES: Final = {
    "receipt": N_("Time to receipt"),
    "acknowledge": N_("Time to acknowledgement"),
    "decide": N_("Time to decision"),
    "execute": N_("Time to execution"),
}
DEFINITIONS: Final = {
    "receipt": N_("From sending to the other node's signed receipt."),
    "acknowledge": N_("From the receipt to the first acknowledgement by a named officer."),
    "decide": N_("From the receipt to the first acceptance or refusal."),
    "execute": N_("From the acceptance to the first result."),
    "inside": N_(
        "Of requests whose clock has stopped, those that stopped in time; clocks rest while a question is open."
    ),
    "decided": N_("Of requests received in the quarter, those that were accepted or refused."),
    "refused": N_("Of decided requests, those whose first decision is a refusal, by ground."),
    "hold": N_("Of decided freezes, those with a result that money is held or partly held."),
    "money": N_("Amounts of freezes and releases as they stand now, in each currency apart."),
    "useful": N_("Of requests on which the requester gave feedback, those found useful."),
    "reciprocity": N_("The same figures of both directions, side by side."),
}
RATES: Final = {
    "decided": N_("Decided"),
    "refused": N_("Refused"),
    "hold": N_("Held or partly held"),
    "useful": N_("Found useful"),
    "partly-useful": N_("Found partly useful"),
}
FATES: Final = {
    "asked": N_("Asked to be held"),
    "held": N_("Held"),
    "returned": N_("Let go back to its owners"),
    "received": N_("Has reached victims"),
}
PHASES: Final = {
    "draft": N_("Draft"),
    "running": N_("Running"),
    "paused": N_("Paused"),
    "ended": N_("Ended"),
    "cancelled": N_("Cancelled"),
}
PROMISES: Final = {
    "proposed": N_("Proposed"),
    "promised": N_("Promised"),
    "started": N_("Under way"),
    "done": N_("Done"),
    "dropped": N_("Dropped"),
}
DOINGS: Final = {
    "planned": N_("Planned"),
    "running": N_("Running"),
    "done": N_("Done"),
    "cancelled": N_("Cancelled"),
}
OUTCOMES: Final = {
    "open": N_("Open"),
    "reached": N_("Reached"),
    "missed": N_("Missed"),
    "dropped": N_("Dropped"),
}
DEGREES: Final = {"low": N_("Low"), "medium": N_("Medium"), "high": N_("High")}
HOLDINGS: Final = {"open": N_("Open"), "closed": N_("Closed")}
REPORTS: Final = {
    "stated": N_("Stated by one side"),
    "countersigned": N_("Countersigned"),
    "differing": N_("The sides differ"),
}
