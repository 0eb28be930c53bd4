"""What people are reminded of in delegations; asked by whoever carries notices, for each officer.

A visit is told when it comes near and again on the day before; a commitment of ours when it is due and once it is
overdue; a wording or a time that waits for our answer once for each wording.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from lienlac import limits
from lienlac.delegations.shape import SHAPE
from lienlac.notices.notice import About
from lienlac.notices.reminder import Reminder
from lienlac.people.rights import Action

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.delegations.desk import Delegations
    from lienlac.delegations.desk import Reminder as Known
    from lienlac.people.officer import Officer

_WAITS: Final = {"paragraph": About.MINUTES_WAIT, "proposal": About.TIME_WAITS}


class ForNotices:
    """Delegations of one node, as reminders need them."""

    def __init__(self, delegations: Delegations) -> None:
        self._delegations = delegations

    @property
    def addressees(self) -> frozenset[str]:
        """Whose work it is."""
        return frozenset(SHAPE.addressees)

    @property
    def otherwise(self) -> Action:
        """Who binds the authority is told where there is no liaison officer."""
        return Action.DELEGATION_SHARE

    def due(self, connection: Connection, officer: Officer, now: datetime, /) -> list[Reminder]:
        """What is near or due, and what waits for our answer."""
        found = [_of(one, now) for one in self._delegations.reminders(connection, officer, now)]
        for one in self._delegations.waiting(connection, officer):
            at = f"/delegations/{one.record_id}"
            found.append(
                Reminder(
                    about=_WAITS[one.kind],
                    key=f"{one.element}.{_short(*one.digests)}",
                    thing=one.record_id,
                    reference=one.reference,
                    path=f"{at}/minutes" if one.kind == "paragraph" else at,
                    drill=one.drill,
                )
            )
        return found


def _of(one: Known, now: datetime) -> Reminder:
    path = f"/delegations/{one.record_id}"
    day = f"{one.at:%Y%m%d}"
    if one.outcome:
        about = About.COMMITMENT_OVERDUE if one.overdue else About.COMMITMENT_DUE
        key, path = f"{one.element}.{day}.{about.value}", f"{path}/e/{one.element}"
    else:
        about = About.DELEGATION_SOON
        near = (one.at - now).total_seconds() <= limits.DELEGATION_NEAR_H * 3600
        key = f"{one.record_id}.{day}.{'near' if near else 'soon'}"
    return Reminder(
        about=about,
        key=key,
        thing=one.element if one.outcome else one.record_id,
        reference=one.reference,
        path=path,
        urgency="urgent" if one.overdue else "normal",
        drill=one.drill,
    )


def _short(*digests: str) -> str:
    return hashlib.sha256(".".join(sorted(digests)).encode()).hexdigest()[:32]
