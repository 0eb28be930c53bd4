"""Time passed: tell the duty desk of a promise about a hot case that is due soon, or broken by either side.

One bounded step that the node's loop repeats; it reads one index and is nearly free when nothing is due. Each case
remembers up to which instant everything was told, so nothing is told twice and nothing is skipped after a stop.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from lienlac import clock, limits
from lienlac.cases import store
from lienlac.cases.hot.deadlines import due, next_us
from lienlac.records.shared.store import lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

NODE: Final = "node"
"""Who acts when nobody does."""


def watch_due(connection: Connection, now: datetime, record: Callable[..., Any]) -> tuple[str, ...]:
    """Tell everything that is due by `now`; the cases that were told of."""
    now_us, told = clock.to_us(now), []
    for record_id in store.to_watch(connection, now_us, limits.RECORD_LOOK_FACTS):
        known, line = store.line(connection, record_id), lines.find(connection, record_id)
        if known is None or line is None:
            continue
        for warned in due(known, now_us):
            detail = {"reference": line.reference, "clock": warned.clock.value, "percent": warned.percent}
            record(connection, at=now, actor=NODE, action=f"case.{warned.code}", thing=record_id, detail=detail)
            told.append(record_id)
        store.put_line(connection, replace(known, watched_us=now_us, watch_us=next_us(known, now_us)))
    return tuple(dict.fromkeys(told))
