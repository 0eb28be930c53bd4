"""What each form says in one line, and an example of it, for the description of the interface.

Pure data. The examples are fictitious; tests read each of them with the form's own reader.
"""

from __future__ import annotations

from typing import Any, Final

from lienlac.hotline.kinds.field import N_
from lienlac.hotline.lifecycle import Step

OPENING_EXAMPLES: Final[dict[str, Any]] = {
    "freeze a payment": {
        "kind": "freeze-payment",
        "urgency": "hot",
        "purpose": "stop-funds",
        "legal_basis": "bilateral-arrangement",
        "legal_basis_text": "Arrangement between the two authorities on cooperation against online crime, article 4",
        "typology": "fxp-rig",
        "case_number": "IC3-2026-114417",
        "beneficiaries": [
            {"form": "vn", "bin": "970436", "number": "0071000918273", "holder_name": "NGUYEN VAN THANH"}
        ],
        "amount": {"amount": "48250.00", "currency": "USD"},
        "transferred_at": "2026-11-22T14:20:00-05:00",
        "facts": "A person met online introduced a trading platform; the money went to its account.",
        "phone": "+1 202 555 0143",
    }
}
"""By what they are; other kinds: the folder `examples` of the project."""

STEP_EXAMPLES: Final[dict[Step, dict[str, Any]]] = {
    Step.ACKNOWLEDGE: {"with a number": {"phone": "+84 24 3555 0101"}},
    Step.ASK: {"a question": {"question": "At which branch was the account opened?"}},
    Step.CLARIFY: {"an answer": {"answers": "msg-aaaaaaaaaaaaaaaaaaaaaaaaaa", "answer": "The branch is in Ba Dinh."}},
    Step.ACCEPT: {"in full": {"extent": "fully"}},
    Step.RETURN: {"no account": {"ground": "incomplete", "explanation": "The receiving account is missing."}},
    Step.CORRECT: {
        "preserved data": {
            "answers": "msg-aaaaaaaaaaaaaaaaaaaaaaaaaa",
            "form": {"facts": "As before, with the account that was missing."},
            "remarks": "The account is added.",
        }
    },
    Step.REFUSE: {"not held": {"ground": "data-not-held", "explanation": "The bank has no such account."}},
    Step.RESULT: {
        "partly held": {
            "outcome": "partly",
            "held": {"amount": "812000000", "currency": "VND"},
            "held_at": "2026-11-25T02:10:00+07:00",
            "until": "2026-11-28T02:10:00+07:00",
        }
    },
    Step.VALIDATE: {
        "a prosecutor's decision": {
            "authorisation": {
                "decided_by": "prosecutor",
                "authority": "People's Procuracy of Ha Noi",
                "law": "Criminal Procedure Code",
                "scope": "The account named in the request.",
                "decided_on": "2026-11-24",
            }
        }
    },
    Step.WITHDRAW: {"no longer": {"reason": "The bank has returned the money."}},
    Step.FEEDBACK: {"it helped": {"usefulness": "useful", "text": "The victim has the money back."}},
    Step.CLOSE: {"done": {"remarks": "Thank you."}},
    Step.NOTE: {"a note": {"text": "The bank was told by telephone."}},
    Step.ASK_USE: {"another case": {"purpose": "prosecute", "text": "For the trial in the same matter."}},
    Step.ANSWER_USE: {"yes": {"answers": "msg-aaaaaaaaaaaaaaaaaaaaaaaaaa", "granted": True}},
}
"""By step, by what they are."""

STEP_SAYS: Final[dict[Step, str]] = {
    Step.ACKNOWLEDGE: N_("Say that an officer has it"),
    Step.ASK: N_("Ask what must be known before it can go on"),
    Step.CLARIFY: N_("Answer a question"),
    Step.ACCEPT: N_("Say that it will be done, in full or in part"),
    Step.RETURN: N_("Send it back to be corrected"),
    Step.CORRECT: N_("Correct what was sent back"),
    Step.REFUSE: N_("Say that it will not be done, and on which ground"),
    Step.RESULT: N_("Say what was done"),
    Step.VALIDATE: N_("Send the decision that was still missing"),
    Step.WITHDRAW: N_("Take the request back"),
    Step.FEEDBACK: N_("Say what came of it"),
    Step.CLOSE: N_("Close it"),
    Step.NOTE: N_("Write to the other side about it"),
    Step.ASK_USE: N_("Ask to use the answer for another purpose"),
    Step.ANSWER_USE: N_("Say whether it may be used for another purpose"),
}
"""By step, as msgids."""
