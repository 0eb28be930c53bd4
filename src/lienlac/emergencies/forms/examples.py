"""Forms that are right, for the interface's description and for who writes a program: invented, all of it. Pure."""

from __future__ import annotations

from typing import Any, Final

from lienlac.emergencies.lifecycle import Step

_ENTRY: Final = "msg-" + "a" * 26

OPENING_EXAMPLES: Final[dict[str, Any]] = {
    "ransomware at a hospital": {
        "title_vi": "Mã độc tống tiền tại Bệnh viện Hoa Sen",
        "title_en": "Ransomware at Lotus Hospital",
        "situation": {
            "vi": "Máy chủ bệnh án bị mã hoá, phòng mổ dừng hoạt động.",
            "en": "The records server is encrypted; the operating theatres have stopped.",
        },
        "asked": {"en": "Keep the command server in Ashburn as it is and tell us who rents it."},
        "severity": "critical",
        "lives_in_danger": True,
        "purpose": "protect-life",
        "legal_basis": "contact-network-24-7",
        "legal_basis_text": "24/7 network",
        "typology": "cdc-ran",
        "began_at": "2026-11-23T02:40:00+07:00",
        "countries": ["VN", "US"],
        "organisations": ["Bệnh viện Hoa Sen"],
        "marks": {"tlp": "amber", "pap": "amber"},
        "next_update": 30,
    }
}
STEP_EXAMPLES: Final[dict[Step, dict[str, Any]]] = {
    Step.ANSWER: {"on it": {"remarks": "We are ringing the provider.", "next_update": 20}},
    Step.ENTRY: {
        "something was seen": {
            "text": {"en": "The provider keeps the disk as it is."},
            "source": "provider",
            "at": "2026-11-23T03:05:00+07:00",
            "next_update": 30,
        },
        "a correction": {"text": {"en": "Two disks, not one."}, "corrects": _ENTRY},
    },
    Step.RETRACT: {"it does not hold": {"entry": _ENTRY, "reason": "Another customer's server."}},
    Step.REPORT: {
        "the situation": {
            "summary": {"en": "Contained; two wards still on paper."},
            "severity": "serious",
            "next_update": 60,
        }
    },
    Step.PRESENCE: {"joining": {"here": True}, "leaving": {"here": False}},
    Step.HAND_OVER: {"to a colleague": {"to": "duty.reyes", "text": "The provider calls back at four."}},
    Step.HOLD: {"waiting": {"text": "Nothing until the bank opens at 08:00.", "next_update": 300}},
    Step.STAND_DOWN: {"it is over": {"text": "Restored from backup. Lesson: ring the provider first."}},
    Step.RESUME: {"it is back": {"text": "They are in the network again."}},
}
