"""What people read for the hotline's codes: states, steps, clocks, notices. English msgids; words only.

Names of kinds stand in the shared words; labels of fields and names of outcomes with the kinds' declarations.
"""

from __future__ import annotations

from typing import Final

from lienlac.ui.words import N_

GROUPS: Final = {
    "money": N_("Money"),
    "data": N_("Data"),
    "measures": N_("Stopping what goes on"),
    "people": N_("Persons"),
    "advice": N_("Advice and deconfliction"),
}
STATES: Final = {
    "sent": N_("Sent, no receipt yet"),
    "delivered": N_("Delivered"),
    "acknowledged": N_("Acknowledged"),
    "clarifying": N_("Being clarified"),
    "returned": N_("Sent back for correction"),
    "corrected": N_("Corrected, to be decided"),
    "accepted": N_("Accepted"),
    "executed": N_("Carried out"),
    "refused": N_("Refused"),
    "withdrawn": N_("Withdrawn"),
    "lapsed": N_("Lapsed, not validated in time"),
    "not-taken": N_("Not taken by the other side"),
    "closed": N_("Closed"),
}
STATE_TONES: Final = {
    "sent": "warn",
    "delivered": "info",
    "acknowledged": "info",
    "clarifying": "warn",
    "returned": "warn",
    "corrected": "info",
    "accepted": "info",
    "executed": "good",
    "refused": "bad",
    "lapsed": "bad",
    "not-taken": "bad",
}
STATES_HERE: Final = {
    ("in", "delivered"): N_("To be acknowledged"),
    ("in", "clarifying"): N_("Waiting for their answer"),
    ("out", "clarifying"): N_("They ask us"),
    ("in", "returned"): N_("Waiting for their correction"),
    ("out", "returned"): N_("To be corrected by us"),
}
"""States whose next hand is worth naming: by direction, as this desk sees them."""
TONES_HERE: Final = {("in", "delivered"): "new", ("in", "clarifying"): "info", ("in", "returned"): "info"}


def state(direction: str, code: str) -> str:
    """The msgid of a state as this desk sees it."""
    return STATES_HERE.get((direction, code), STATES[code])


def tone(direction: str, code: str) -> str:
    """How a state looks to this desk."""
    return TONES_HERE.get((direction, code), STATE_TONES.get(code, ""))


STAGES: Final = {
    "open": N_("Open"),
    "answered": N_("Answered, to be closed"),
    "ended": N_("Ended"),
    "all": N_("All"),
}
CLOCKS: Final = {
    "receipt": N_("Time for the receipt"),
    "acknowledge": N_("Time to acknowledge"),
    "decide": N_("Time to decide"),
    "execute": N_("Time to carry out"),
    "correct": N_("Time to correct"),
    "validate": N_("Time to validate"),
}
RUNNING: Final = {
    "runs": N_("running"),
    "rests": N_("stopped while being clarified"),
    "met": N_("in time"),
    "missed": N_("late"),
    "ended": N_("no longer needed"),
}
STEPS: Final = {
    "acknowledge": N_("Acknowledge"),
    "ask": N_("Ask for clarification"),
    "clarify": N_("Answer the question"),
    "accept": N_("Accept"),
    "return": N_("Send it back for correction"),
    "correct": N_("Correct the request"),
    "refuse": N_("Refuse"),
    "result": N_("State the result"),
    "validate": N_("Validate the request"),
    "withdraw": N_("Withdraw the request"),
    "feedback": N_("Give feedback"),
    "close": N_("Close the request"),
    "note": N_("Write to the other side"),
    "ask-use": N_("Ask for another use"),
    "answer-use": N_("Answer about another use"),
}
STEP_HINTS: Final = {
    "acknowledge": N_("Tells the other side that a named officer has the request."),
    "ask": N_("All deadlines of this desk rest until the answer has arrived."),
    "clarify": N_("The deadlines go on as soon as the other side has received the answer."),
    "accept": N_("Tells the other side that the request will be carried out, wholly or in part."),
    "return": N_("Says what is missing or wrong. With the correction the time for the decision begins anew."),
    "correct": N_("Fill in what was missing or wrong and send the whole request again, under the same number."),
    "refuse": N_(
        "Ends the request with a ground from the agreement. On grounds of law or human rights a second officer must "
        "confirm before anything is sent."
    ),
    "result": N_("States what was really done. A later result replaces an earlier one."),
    "validate": N_("States the decision that was still missing. Without it the request lapses."),
    "withdraw": N_("Tells the other side that this is no longer wanted."),
    "feedback": N_("Tells the other side what came of its work."),
    "close": N_("Ends the request. Correspondence stays possible."),
    "note": N_("Correspondence about this request; it changes no state and no deadline."),
    "ask-use": N_(
        "What was received may be used for the stated purpose only. Another use needs leave of whoever gave it."
    ),
    "answer-use": N_("The other side asks to use what it received from here for another purpose."),
}
SAID: Final = {
    "open": N_("Request opened"),
    "acknowledge": N_("Acknowledged"),
    "ask": N_("Clarification asked for"),
    "clarify": N_("Question answered"),
    "accept": N_("Accepted"),
    "return": N_("Sent back for correction"),
    "correct": N_("Request corrected"),
    "refuse": N_("Refused"),
    "result": N_("Result"),
    "validate": N_("Validated"),
    "lapse": N_("Lapsed, not validated in time"),
    "withdraw": N_("Request withdrawn"),
    "feedback": N_("Feedback"),
    "close": N_("Request closed"),
    "note": N_("Correspondence"),
    "ask-use": N_("Leave for another use asked for"),
    "answer-use": N_("Answered about another use"),
}


def said_of_kind(kind: str) -> str:
    """The msgid of a message's kind, as the timeline names it."""
    return SAID.get(kind.removeprefix("hotline."), SAID["open"])


TONES: Final = {
    "refuse": "bad",
    "return": "bad",
    "withdraw": "bad",
    "lapse": "bad",
    "result": "good",
    "accept": "good",
    "validate": "good",
}
STANDINGS: Final = {
    "sent": N_("no receipt yet"),
    "given-up": N_("given up, never delivered"),
    "refused": N_("refused by the other node"),
    "accepted": N_("receipted"),
}
NOTICES: Final = {
    "no-receipt": N_("No receipt yet: ring the other duty desk"),
    "due-soon": N_("Deadline coming near"),
    "overdue": N_("Deadline passed"),
    "hold-ends": N_("The measure is about to end"),
    "correction-over": N_("The time for a correction is over"),
    "lapses": N_("Not validated in time: the request no longer stands. Whatever is held must be let go."),
    "lapse-unsent": N_("The lapse could not be sent yet; ring the other duty desk"),
}
NOTICE_TONES: Final = {"hold-ends": "warn", "correction-over": "warn"}
FORMS: Final = {
    "vn": N_("Account at a bank in Viet Nam"),
    "us": N_("Account at a bank in the United States"),
    "iban": N_("IBAN"),
    "bic": N_("Account elsewhere (BIC)"),
}
FIELDS: Final = {
    "bank": N_("Bank"),
    "number": N_("Account number or IBAN"),
    "purpose": N_("Purpose"),
    "typology": N_("Kind of crime"),
    "legal_basis": N_("Legal basis"),
    "legal_basis_text": N_("Provision or document"),
    "follows": N_("Earlier request"),
    "urgency": N_("Urgency"),
    "reason": N_("Reason"),
}
"""Fields that no declaration names, as the list of mistakes names them; by whole name or by the last part of it."""
URGENCY_TONES: Final = {"life": "bad", "hot": "bad", "urgent": "warn", "normal": "info"}
CONFIRMED: Final = frozenset({"accept", "return", "refuse", "result", "validate", "withdraw", "close", "answer-use"})
"""Steps that are asked about once more before they leave."""
DANGEROUS: Final = frozenset({"refuse", "return", "withdraw"})
"""Steps whose button warns."""
