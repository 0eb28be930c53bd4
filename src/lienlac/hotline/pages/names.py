"""What people read for the hotline's codes: states, steps, clocks, outcomes. English msgids; words only."""

from __future__ import annotations

from typing import Final

from lienlac.ui.words import N_

KINDS: Final = {
    "hotline.freeze-payment": N_("Freeze a payment"),
    "hotline.preserve-data": N_("Preserve data"),
}
STATES: Final = {
    "sent": N_("Sent, no receipt yet"),
    "delivered": N_("Delivered"),
    "acknowledged": N_("Acknowledged"),
    "clarifying": N_("Being clarified"),
    "accepted": N_("Accepted"),
    "executed": N_("Carried out"),
    "refused": N_("Refused"),
    "withdrawn": N_("Withdrawn"),
    "not-taken": N_("Not taken by the other side"),
    "closed": N_("Closed"),
}
STATE_TONES: Final = {
    "sent": "warn",
    "delivered": "info",
    "acknowledged": "info",
    "clarifying": "warn",
    "accepted": "info",
    "executed": "good",
    "refused": "bad",
    "not-taken": "bad",
}
STATES_HERE: Final = {
    ("in", "delivered"): N_("To be acknowledged"),
    ("in", "clarifying"): N_("Waiting for their answer"),
    ("out", "clarifying"): N_("They ask us"),
}
"""States whose next hand is worth naming: by direction, as this desk sees them."""
TONES_HERE: Final = {("in", "delivered"): "new", ("in", "clarifying"): "info"}


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
    "refuse": N_("Refuse"),
    "result": N_("State the result"),
    "withdraw": N_("Withdraw the request"),
    "feedback": N_("Give feedback"),
    "close": N_("Close the request"),
    "note": N_("Write to the other side"),
}
STEP_HINTS: Final = {
    "acknowledge": N_("Tells the other side that a named officer has the request."),
    "ask": N_("All deadlines rest until the answer has arrived."),
    "clarify": N_("The deadlines go on as soon as the other side has received the answer."),
    "accept": N_("Tells the other side that the request will be carried out, wholly or in part."),
    "refuse": N_("Ends the request with a ground from the agreement."),
    "result": N_("States what was really done. A later result replaces an earlier one."),
    "withdraw": N_("Tells the other side that this is no longer wanted."),
    "feedback": N_("Tells the other side what came of its work."),
    "close": N_("Ends the request. Correspondence stays possible."),
    "note": N_("Correspondence about this request; it changes no state and no deadline."),
}
SAID: Final = {
    "open": N_("Request opened"),
    "acknowledge": N_("Acknowledged"),
    "ask": N_("Clarification asked for"),
    "clarify": N_("Question answered"),
    "accept": N_("Accepted"),
    "refuse": N_("Refused"),
    "result": N_("Result"),
    "withdraw": N_("Request withdrawn"),
    "feedback": N_("Feedback"),
    "close": N_("Request closed"),
    "note": N_("Correspondence"),
}
TONES: Final = {"refuse": "bad", "withdraw": "bad", "result": "good", "accept": "good"}
EXTENTS: Final = {"fully": N_("Fully"), "partly": N_("Partly")}
USEFULNESS: Final = {"useful": N_("Useful"), "partly": N_("Partly useful"), "not-useful": N_("Not useful")}
FREEZE_OUTCOMES: Final = {
    "held": N_("All of the money is held"),
    "partly": N_("A part of the money is held"),
    "not-held": N_("No money is held"),
    "released": N_("The hold was released"),
}
PRESERVE_OUTCOMES: Final = {
    "preserved": N_("All of the data is preserved"),
    "partly": N_("A part of the data is preserved"),
    "not-preserved": N_("No data is preserved"),
    "ended": N_("The preservation has ended"),
}
RECALLS: Final = {
    "sent": N_("Yes, the bank has recalled it"),
    "not-sent": N_("No, not yet"),
    "unknown": N_("Not known"),
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
    "hold-ends": N_("The hold is about to end"),
}
FORMS: Final = {
    "vn": N_("Account at a bank in Viet Nam"),
    "us": N_("Account at a bank in the United States"),
    "iban": N_("IBAN"),
    "bic": N_("Account elsewhere (BIC)"),
}
IDENTIFIERS: Final = {
    "phone": N_("Phone number"),
    "email": N_("E-mail address"),
    "ip": N_("IP address"),
    "domain": N_("Domain name"),
    "url": N_("Web address"),
    "bank_account": N_("Bank account"),
    "ewallet": N_("E-wallet"),
    "telegram": N_("Telegram account"),
    "zalo": N_("Zalo account"),
    "facebook": N_("Facebook account"),
    "tiktok": N_("TikTok account"),
    "imei": N_("Device number (IMEI)"),
    "btc": N_("Bitcoin address"),
    "eth": N_("Ethereum address"),
    "tron": N_("TRON address"),
    "vasp_account": N_("Account at a virtual asset exchange"),
    "app_package": N_("Mobile application"),
    "file_hash": N_("File digest"),
    "other": N_("Other"),
}
FIELDS: Final = {
    "bank": N_("Bank"),
    "number": N_("Account number or IBAN"),
    "amount": N_("Amount"),
    "transferred_at": N_("Date and time of the transfer"),
    "facts": N_("Facts"),
    "purpose": N_("Purpose"),
    "typology": N_("Kind of crime"),
    "legal_basis": N_("Legal basis"),
    "legal_basis_text": N_("Provision or document"),
    "authority": N_("Authority"),
    "offence": N_("Offence"),
    "data": N_("Data to be preserved"),
    "link": N_("Link to the offence"),
    "custodian": N_("Who holds it"),
    "necessity": N_("Why preservation is necessary"),
    "period_days": N_("Keep it for how many days"),
    "question": N_("Question"),
    "answer": N_("Answer"),
    "remarks": N_("Remarks"),
    "ground": N_("Ground"),
    "explanation": N_("Explanation"),
    "outcome": N_("Outcome"),
    "held_at": N_("Held since"),
    "until": N_("Until"),
    "preserved": N_("What is preserved"),
    "preserved_at": N_("Preserved since"),
    "reason": N_("Reason"),
    "text": N_("Text"),
}
"""Fields as the list of mistakes names them; by whole name or by the last part of it."""
URGENCY_TONES: Final = {"life": "bad", "hot": "bad", "urgent": "warn", "normal": "info"}
CONFIRMED: Final = frozenset({"accept", "refuse", "result", "withdraw", "close"})
"""Steps that are asked about once more before they leave."""
