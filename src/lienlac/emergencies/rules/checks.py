"""What a message of a channel must hold beyond its type: the same checks when it leaves and when it arrives.

Pure. `at` is the instant of the receipt, or the present on the side that writes. Nothing here looks at what only the
writer's side can know; what crossed on the way is never refused for it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lienlac import limits
from lienlac.emergencies.lifecycle import Step
from lienlac.errors import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from lienlac.wire.bodies.emergencies import ChannelClocks, NextUpdate, Said


def check_body(step: Step, body: Any, at: datetime) -> None:
    """Raise `Refused`: `emergency-text-missing`, `-says-nothing`, `-time`, `-update-time`."""
    if step is Step.OPEN:
        _check_said(body.situation, "situation")
        _check_said(body.asked, "asked")
        if body.began_at is not None:
            _check_past(body.began_at, at, "began_at")
    elif step is Step.ENTRY:
        _check_said(body.text, "text")
        _check_past(body.at, at, "at")
    elif step is Step.REPORT:
        _check_report(body)
    _check_next(getattr(body, "next_update", None), at)


def check_clocks(stated: ChannelClocks, agreed: ChannelClocks) -> None:
    """An opening grants the answering side at least what was agreed. Raises `Refused("clocks-not-agreed")`."""
    theirs, ours = stated.acknowledge_s, agreed.acknowledge_s
    if theirs is not None and (ours is None or theirs < ours):
        raise Refused("clocks-not-agreed", field_name="acknowledge_s", given_s=theirs, agreed_s=ours or "…")


def _check_report(body: Any) -> None:
    if body.summary is not None:
        _check_said(body.summary, "summary")
    if body.summary is None and body.severity is None and body.lives_in_danger is None and body.next_update is None:
        raise Refused("emergency-says-nothing")


def _check_said(said: Said, field: str) -> None:
    if not said.vi.strip() and not said.en.strip():
        raise Refused("emergency-text-missing", field=field)


def _check_past(stated: datetime, at: datetime, field: str) -> None:
    first = at - timedelta(days=limits.EMERGENCY_PAST_DAYS)
    if not first <= stated <= at + timedelta(seconds=limits.EMERGENCY_AHEAD_S):
        raise Refused("emergency-time", field=field)


def _check_next(stated: NextUpdate | None, at: datetime) -> None:
    """No further ahead than a week. A promise that has passed on its way is taken: it is known to be broken."""
    if stated is not None and stated.at is not None and stated.at > at + timedelta(hours=limits.EMERGENCY_UPDATE_MAX_H):
        raise Refused("emergency-update-time", field="next_update", limit_hours=limits.EMERGENCY_UPDATE_MAX_H)
