"""Two whole nodes with an agreement that names flash warnings, people on call, and forms that are right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from lienlac.flash.forms.examples import WARNING
from lienlac.flash.kinds import WARN
from lienlac.flash.lifecycle import Step
from lienlac.flash.shown import One, Outcome, Shown
from lienlac.people.officer import Role
from lienlac.wire.bodies.agreement import Clock, KindTerms
from tests.duty.nodes import Side, World
from tests.duty.scene import agreed

ACKNOWLEDGE_S = 1200
TERMS = KindTerms(kind=WARN, clocks=(Clock(step="acknowledge", seconds=ACKNOWLEDGE_S),))


def warning_form(**changes: Any) -> dict[str, Any]:
    return {**WARNING, "phone": "+84 24 5550 0101", **changes}


def agreed_with_warnings(**changes: Any) -> Any:
    document = agreed()
    return msgspec.structs.replace(document, kinds=(*document.kinds, TERMS), **changes)


class Warned(World):
    """Viet Nam warns, the United States read. Two officers on each side, and a supervisor."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        super().__init__(folder, agreement=agreed_with_warnings(**changes))
        self.vn.hire("anh", "Nguyễn Thị Ánh")
        self.vn.hire("pt", "Lê Phân Tích", Role.ANALYST)
        self.vn.hire("sep", "Phạm Thuỳ Chi", Role.SUPERVISOR)
        self.us.hire("mark", "Mark Hill", unit="IC3 RAT")
        self.us.hire("dana", "Dana Reyes", unit="IC3 RAT")
        for side, logins in ((self.vn, ("anh",)), (self.us, ("mark", "dana"))):
            for line, login in enumerate(logins, 1):
                side.shift(login, -1, 23, line)

    def warn(self, login: str = "anh", *, deliver: bool = True, **changes: Any) -> Outcome:
        desk = self.vn.node.warnings
        outcome = desk.warn(self.vn.officer(login), desk.read_warning(warning_form(**changes)))
        if deliver:
            self.deliver()
        return outcome

    def supersede(self, name: str, login: str = "anh", **changes: Any) -> Outcome:
        desk, officer = self.vn.node.warnings, self.vn.officer(login)
        form = warning_form(reason="The platform moved.", **changes)
        outcome = desk.supersede(officer, name, desk.read_supersede(officer, name, form))
        self.deliver()
        return outcome

    def say(self, side: Side, login: str, name: str, step: Step, *, deliver: bool = True, **fields: Any) -> Outcome:
        desk, officer = side.node.warnings, side.officer(login)
        outcome = desk.act(officer, name, desk.read_step(officer, name, step, fields))
        if deliver:
            self.deliver()
        return outcome

    def read(self, name: str, login: str = "mark", **fields: Any) -> Outcome:
        return self.say(self.us, login, name, Step.ACKNOWLEDGE, **fields)

    def show(self, side: Side, login: str, name: str) -> Shown:
        return side.node.warnings.show(side.officer(login), name)

    def both(self, name: str) -> tuple[One, One]:
        """The warning as either side has it now."""
        return self.show(self.vn, "sep", name).first, self.show(self.us, "mark", name).first
