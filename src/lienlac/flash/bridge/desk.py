"""What duty asks of the warnings: how one stands, whether it changed, what is unread. The assembly hands it over.

Knows nothing of duty: names and shapes are the warnings' own.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from lienlac.flash.kinds import WARN
from lienlac.flash.lifecycle import Side
from lienlac.flash.reckoning.deadlines import ACKNOWLEDGE, running
from lienlac.flash.rules import urgency_of
from lienlac.flash.store import facts as store
from lienlac.flash.store import lines
from lienlac.people.rights import Action, may, scope_of
from lienlac.records.briefed import Brief, Open
from lienlac.records.pictured import Pictured

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.flash.desk import Warnings
    from lienlac.people.officer import Officer

_URGENCY: dict[str, str] = {"critical": "hot", "serious": "urgent", "limited": "normal"}


class ForDuty:
    """The warnings of one node, as duty needs them."""

    def __init__(self, warnings: Warnings) -> None:
        self._warnings = warnings

    def brief(self, connection: Connection, warning_id: str) -> Brief | None:
        """One warning; None when there is none."""
        flash = store.flash(connection, warning_id)
        if flash is None:
            return None
        node_id = self._warnings.node_id
        return Brief(
            request_id=flash.id,
            reference=flash.reference,
            kind=WARN,
            urgency=urgency_of(flash.body),
            direction="out" if flash.side_of(node_id) is Side.AUTHOR else "in",
            peer=flash.other(node_id),
            drill=flash.body.drill,
            running=running(flash, self._warnings.now()),
        )

    def stamps(self, connection: Connection, warning_ids: Sequence[str]) -> dict[str, int]:
        """For each warning a number that changes with every message and receipt, and when it expires."""
        found = lines.stamps(connection, warning_ids, self._warnings.now())
        return {warning_id: zlib.crc32(repr(values).encode()) for warning_id, values in found.items()}

    def open_lines(self, officer: Officer, *, rows: int) -> tuple[list[Open], int]:
        """Warnings of partners that nobody here has acknowledged; there are never more than a note lists."""
        if not may(officer, Action.FLASH_READ):
            return [], 0
        now = self._warnings.now()
        return [
            Open(
                kind=WARN,
                request_id=line.warning_id,
                reference=line.reference,
                urgency="life" if line.lives_in_danger else _URGENCY[line.severity.value],
                state=line.state(now).value,
                direction=line.direction,
                due_at=line.due_at,
                due_clock=ACKNOWLEDGE if line.due_at is not None else None,
                drill=line.drill,
            )
            for line in self._warnings.listed(officer, show="unread", rows=rows)
        ], 0


class ForPicture:
    """The warnings of one node, as the threat picture needs them."""

    def pictured(
        self, connection: Connection, officer: Officer, *, since: datetime, until: datetime, most: int
    ) -> list[Pictured]:
        """Those first sent in that time that the officer may know of, the newest first; no drills."""
        if not may(officer, Action.FLASH_READ):
            return []
        found = lines.between(connection, scope_of(officer), since=since, until=until, rows=most)
        return [
            Pictured(
                kind="warning",
                path=f"/warnings/{line.warning_id}",
                title_vi=f"{line.reference} · {line.title_vi}",
                title_en=f"{line.reference} · {line.title_en}",
                at=line.warned_at,
                typologies=(line.typology,) if line.typology else (),
            )
            for line in found
        ]
