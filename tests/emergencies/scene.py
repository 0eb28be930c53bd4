"""Two whole nodes with an agreement that names emergency channels, people on call, and forms that are right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from lienlac.emergencies.emergency import Emergency
from lienlac.emergencies.kinds import OPEN
from lienlac.emergencies.lifecycle import Step
from lienlac.emergencies.shown import Shown
from lienlac.people.officer import Role
from lienlac.wire.bodies.agreement import Clock, KindTerms
from tests.duty.nodes import Side, World
from tests.duty.scene import agreed

ACKNOWLEDGE_S = 600
TERMS = KindTerms(
    kind=OPEN,
    clocks=(Clock(step="receipt", seconds=120), Clock(step="acknowledge", seconds=ACKNOWLEDGE_S)),
)


def emergency_form(**changes: Any) -> dict[str, Any]:
    form: dict[str, Any] = {
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
        "began_at": "2026-11-23T09:10:00+07:00",
        "countries": ["VN", "us"],
        "organisations": ["Bệnh viện Hoa Sen"],
        "marks": {"tlp": "amber", "pap": "amber"},
        "next_update": 30,
        "phone": "+84 24 5550 0101",
    }
    return {**form, **changes}


def agreed_with_channels(**changes: Any) -> Any:
    document = agreed()
    return msgspec.structs.replace(document, kinds=(*document.kinds, TERMS), **changes)


class Channels(World):
    """Viet Nam opens, the United States answer. Two officers on each side, and a supervisor."""

    def __init__(self, folder: Path, *, roster: bool = True, **changes: Any) -> None:
        super().__init__(folder, agreement=agreed_with_channels(**changes))
        self.vn.hire("anh", "Nguyễn Thị Ánh")
        self.vn.hire("binh", "Trần Thanh Bình")
        self.vn.hire("sep", "Phạm Thuỳ Chi", Role.SUPERVISOR)
        self.us.hire("mark", "Mark Hill", unit="IC3 RAT")
        self.us.hire("dana", "Dana Reyes", unit="IC3 RAT")
        self.us.hire("boss", "Chris Novak", Role.SUPERVISOR, unit="IC3 RAT")
        if roster:
            for side, logins in ((self.vn, ("anh", "binh")), (self.us, ("mark", "dana"))):
                for line, login in enumerate(logins, 1):
                    side.shift(login, -1, 23, line)

    def open(self, side: Side | None = None, login: str = "anh", *, deliver: bool = True, **changes: Any) -> Emergency:
        here = side or self.vn
        desk = here.node.emergencies
        emergency = desk.open(here.officer(login), desk.read_opening(emergency_form(**changes)))
        assert isinstance(emergency, Emergency), "nothing waits for a second officer here"
        if deliver:
            self.deliver()
        return emergency

    def say(
        self, side: Side, login: str, emergency: Emergency, step: Step, *, deliver: bool = True, **fields: Any
    ) -> Emergency:
        desk, officer = side.node.emergencies, side.officer(login)
        form = desk.read_step(officer, emergency.id, step, fields)
        after = desk.act(officer, emergency.id, step, form)
        assert isinstance(after, Emergency), "nothing waits for a second officer here"
        if deliver:
            self.deliver()
        return after

    def answered(self, **changes: Any) -> Emergency:
        """A channel that the United States have answered."""
        emergency = self.open(**changes)
        self.say(self.us, "mark", emergency, Step.ANSWER, remarks="We are on it.")
        return emergency

    def show(self, side: Side, login: str, emergency: Emergency) -> Shown:
        return side.node.emergencies.show(side.officer(login), emergency.id)

    def both(self, emergency: Emergency) -> tuple[Emergency, Emergency]:
        """The channel as either side has it now."""
        return self.show(self.vn, "sep", emergency).emergency, self.show(self.us, "boss", emergency).emergency


def entry(text: str = "The pager system is down too.", **more: Any) -> dict[str, Any]:
    return {"text": {"en": text}, **more}
