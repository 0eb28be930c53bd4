"""Duty: roster, alarms, hand-over, channels, drills."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lienlac import limits
from lienlac.client.calls import Caller
from lienlac.interface.drills import Drills, Plan, Planned
from lienlac.interface.duty import (
    Acceptance,
    Added,
    Alarms,
    Channels,
    Exported,
    Handover,
    Handovers,
    NewHandover,
    NewShift,
    Roster,
    RosterFile,
    TakenAlarm,
    TakenIn,
)
from lienlac.interface.parts import Done

if TYPE_CHECKING:
    from datetime import datetime


class DutyCalls(Caller):
    """Calls about duty."""

    # --- duty -----------------------------------------------------------------------------------------------------

    def roster(self, *, begins: datetime | None = None, ends: datetime | None = None) -> Roster:
        """Shifts, who is on call now, gaps and overlaps; a week from now when nothing is said."""
        return self._get(Roster, "/api/duty/roster", {"from": begins, "until": ends})

    def add_shift(self, shift: NewShift) -> Added:
        """Enter one shift."""
        return self._post(Added, "/api/duty/roster", shift)

    def import_roster(self, content: str, form: Literal["csv", "ics"]) -> TakenIn:
        """Read a roster file in: all of it, or nothing."""
        return self._post(TakenIn, "/api/duty/roster/import", RosterFile(format=form, content=content))

    def export_roster(
        self, form: Literal["csv", "ics"] = "csv", *, begins: datetime | None = None, ends: datetime | None = None
    ) -> Exported:
        """The roster as a file's text."""
        return self._get(Exported, "/api/duty/roster/export", {"format": form, "from": begins, "until": ends})

    def alarms(self, *, ended: bool = False, rows: int = limits.PAGE_DEFAULT_ROWS) -> Alarms:
        """Living alarms, or ended ones too; who was told of each, and who has it."""
        return self._get(Alarms, "/api/duty/alarms", {"show": "all" if ended else "live", "rows": rows})

    def take_alarm(self, alarm_id: str) -> TakenAlarm:
        """Say that one is on it."""
        return self._post(TakenAlarm, "/api/duty/alarms/{alarm_id}/take", {}, alarm_id=alarm_id)

    def handovers(self) -> Handovers:
        """The newest hand-over notes, without their lists."""
        return self._get(Handovers, "/api/duty/handovers")

    def handover(self, note_id: str) -> Handover:
        """One note; the incoming officer's first look counts as reading it."""
        return self._get(Handover, "/api/duty/handovers/{note_id}", note_id=note_id)

    def write_handover(self, text: str, to: str | None = None) -> Handover:
        """Hand over to a login, or to whoever comes; what is open is listed by the node."""
        return self._post(Handover, "/api/duty/handovers", NewHandover(text=text, to=to))

    def accept_handover(self, note_id: str, remarks: str = "") -> Handover:
        """Take over."""
        said = Acceptance(remarks=remarks)
        return self._post(Handover, "/api/duty/handovers/{note_id}/accept", said, note_id=note_id)

    def drills(self) -> Drills:
        """Drills, planned and run, with their results."""
        return self._get(Drills, "/api/duty/drills")

    def plan_drills(self, plan: Plan) -> Planned:
        """Plan one or several, at moments that nobody knows."""
        return self._post(Planned, "/api/duty/drills", plan)

    def cancel_drill(self, drill_id: str) -> Done:
        """Take a planned one back."""
        return self._post(Done, "/api/duty/drills/{drill_id}/cancel", {}, drill_id=drill_id)

    def channels(self) -> Channels:
        """The health of every channel."""
        return self._get(Channels, "/api/duty/channels")

    def metrics(self) -> str:
        """Figures in the text form that Prometheus reads."""
        return self._call("GET", "/api/duty/metrics").decode("utf-8", "replace")
