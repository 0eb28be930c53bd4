"""What duty asks of the channels: how one stands, whether it changed, what is open. The assembly hands it over.

Knows nothing of duty: names and shapes are the channels' own.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from lienlac.emergencies.deadlines import running
from lienlac.emergencies.kinds import OPEN
from lienlac.emergencies.lifecycle import Side
from lienlac.emergencies.store import facts as store
from lienlac.emergencies.store import lines
from lienlac.emergencies.views.onward import onward
from lienlac.emergencies.views.timeline import urgency
from lienlac.people.rights import Action, may, scope_of
from lienlac.records.briefed import Brief, Open
from lienlac.records.pictured import Pictured

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.emergencies.desk import Emergencies
    from lienlac.people.officer import Officer
    from lienlac.records.onward import Onward


class ForDuty:
    """The channels of one node, as duty needs them."""

    def __init__(self, emergencies: Emergencies) -> None:
        self._emergencies = emergencies

    def brief(self, connection: Connection, emergency_id: str) -> Brief | None:
        """One channel; None when there is none."""
        emergency = store.emergency(connection, emergency_id)
        if emergency is None:
            return None
        node_id = self._emergencies.node_id
        return Brief(
            request_id=emergency.id,
            reference=emergency.reference,
            kind=OPEN,
            urgency=urgency(emergency),
            direction="out" if emergency.side_of(node_id) is Side.OPENER else "in",
            peer=emergency.other(node_id),
            drill=emergency.body.drill,
            running=running(emergency, node_id, self._emergencies.now()),
        )

    def stamps(self, connection: Connection, emergency_ids: Sequence[str]) -> dict[str, int]:
        """For each channel a number that changes with every message, receipt and warning."""
        found = lines.stamps(connection, emergency_ids)
        return {emergency_id: zlib.crc32(repr(values).encode()) for emergency_id, values in found.items()}

    def open_lines(self, officer: Officer, *, rows: int) -> tuple[list[Open], int]:
        """Open channels that the officer may know of; there are never more than a note lists."""
        if not may(officer, Action.EMERGENCY_READ):
            return [], 0
        found = self._emergencies.listed(officer, live=True, rows=rows)
        return [
            Open(
                kind=OPEN,
                request_id=line.emergency_id,
                reference=line.reference,
                urgency=line.urgency,
                state=line.state.value,
                direction=line.direction,
                due_at=line.due_at,
                due_clock=line.due_clock,
                drill=line.drill,
            )
            for line in found
        ], 0


class ForCases:
    """The channels of one node, as cases need them. Knows nothing of cases."""

    def __init__(self, emergencies: Emergencies) -> None:
        self._emergencies = emergencies

    def onward(self, officer: Officer, name: str) -> Onward:
        """A channel by id or reference. Raises `NotAllowed("not-found" | "reference-ambiguous")`."""
        return onward(self._emergencies.show(officer, name).emergency, self._emergencies.node_id)


class ForPicture:
    """The channels of one node, as the threat picture needs them."""

    def pictured(
        self, connection: Connection, officer: Officer, *, since: datetime, until: datetime, most: int
    ) -> list[Pictured]:
        """Those opened in that time that the officer may know of, the newest first; no drills."""
        if not may(officer, Action.EMERGENCY_READ):
            return []
        found = lines.between(connection, scope_of(officer), since=since, until=until, rows=most)
        return [
            Pictured(
                kind="emergency",
                path=f"/emergencies/{line.emergency_id}",
                title_vi=f"{line.reference} · {line.title_vi}",
                title_en=f"{line.reference} · {line.title_en}",
                at=line.opened_at,
                typologies=(line.typology,) if line.typology else (),
            )
            for line in found
        ]
