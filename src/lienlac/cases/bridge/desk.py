"""What duty and emergency channels ask of the cases: how a hot one stands, what is open. The assembly hands it over.

Knows nothing of either: names and shapes are the cases' own.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lienlac import clock
from lienlac.cases import store
from lienlac.cases.hot.deadlines import ClockName, running
from lienlac.cases.kinds import SHAPE
from lienlac.cases.lifecycle import State
from lienlac.errors import NotAllowed
from lienlac.people.rights import Action, may, require
from lienlac.records.briefed import Brief, Open
from lienlac.records.shared.fold import Part
from lienlac.records.shared.store import lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.cases.desk import Cases
    from lienlac.people.officer import Officer
    from lienlac.records.onward import Onward

_URGENCY: Final = {"critical": "hot", "serious": "urgent", "limited": "normal"}


class ForDuty:
    """The cases of one node, as duty needs them."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    def brief(self, connection: Connection, case_id: str) -> Brief | None:
        """One case; None when there is none."""
        line = lines.find(connection, case_id) if case_id.startswith(SHAPE.mark) else None
        known = None if line is None else store.line(connection, case_id)
        if line is None or known is None:
            return None
        keeper = self._cases.shared.keeper
        others = keeper.others(connection, line)
        ours = line.host == self._cases.node_id
        return Brief(
            request_id=line.id,
            reference=line.reference,
            kind=SHAPE.invite,
            urgency=_URGENCY.get(known.severity or "", "normal"),
            direction="out" if ours else "in",
            peer=line.host if not ours else next(iter(others), self._cases.node_id),
            drill=line.drill,
            running=running(known, clock.to_us(self._cases.now())),
        )

    def stamps(self, connection: Connection, case_ids: Sequence[str]) -> dict[str, int]:
        """For each case a number that changes with every promise and warning."""
        wanted = [one for one in case_ids if one.startswith(SHAPE.mark)]
        found = {one: store.line(connection, one) for one in wanted}
        return {name: zlib.crc32(repr(line).encode()) for name, line in found.items() if line is not None}

    def open_lines(self, officer: Officer, *, rows: int) -> tuple[list[Open], int]:
        """Hot cases that the officer may know of."""
        if not may(officer, Action.CASE_READ):
            return [], 0
        found = self._cases.shared.read.listed(officer, states=(State.HOT.value,), rows=rows)
        known = self._cases.lines([one.id for one in found])
        return [
            Open(
                kind=SHAPE.invite,
                request_id=line.id,
                reference=line.reference,
                urgency=_URGENCY.get(known[line.id].severity or "", "normal"),
                state=line.state,
                direction="out" if line.host == self._cases.node_id else "in",
                due_at=_at(known[line.id].own_update_us),
                due_clock=ClockName.UPDATE.value if known[line.id].own_update_us is not None else None,
                drill=line.drill,
            )
            for line in found
            if line.id in known
        ], 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A case of which an emergency channel is opened."""

    case_id: str
    reference: str
    peers: tuple[str, ...]
    title_vi: str
    title_en: str
    typology: str
    purpose: str
    drill: bool


class ForEmergencies:
    """The cases of one node, as emergency channels need them. Knows nothing of channels but their ids."""

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    def origin(self, officer: Officer, name: str) -> Origin:
        """A case that the officer may write in. Raises `NotAllowed("not-found" | "not-allowed")`."""
        require(officer, Action.CASE_WRITE)
        room = self._cases.shared.read.room(officer, name)
        if not room.may_write:
            raise NotAllowed("not-found")
        line, own = room.line, self._cases.node_id
        return Origin(
            case_id=line.id,
            reference=line.reference,
            peers=tuple(one.node for one in room.members if one.part is Part.IN and one.node != own),
            title_vi=line.title_vi,
            title_en=line.title_en,
            typology=line.typology or "",
            purpose=line.purpose,
            drill=line.drill,
        )

    def link(self, connection: Connection, officer: Officer, case_id: str, channel: Onward) -> None:
        """The case names the channel, in the caller's transaction. Raises `NotAllowed`, `Refused`."""
        self._cases.bridge.link(connection, officer, channel, case_id)

    @staticmethod
    def into(emergency_id: str) -> str:
        """The page on which a channel is put into a case."""
        return f"/cases/from/emergency/{emergency_id}"


def _at(at_us: int | None) -> datetime | None:
    return None if at_us is None else clock.from_us(at_us)
