"""Time passed: tell the duty desk what is half gone, nearly due, overdue, without a receipt, or about to end.

`watch_due` is one bounded step that the node's loop repeats; it reads one index and is nearly free when nothing is
due. Each request remembers up to which instant everything was told, so nothing is told twice and nothing is skipped
after a stop. It changes no state: a deadline that passes is a fact for people, not an answer.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import SQLAlchemyError

from lienlac import clock
from lienlac.errors import NotAllowed
from lienlac.hotline import store
from lienlac.hotline.deadlines import clocks, warnings
from lienlac.hotline.inbox import store as inbox

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.hotline.deadlines import Warned
    from lienlac.hotline.request import Request

_log = logging.getLogger(__name__)
_LOOK_AGAIN: Final = timedelta(hours=1)
"""When a request about which nothing could be told is tried again."""

NODE = "node"
"""Who acts when nobody does."""


@dataclass(frozen=True, slots=True)
class Watched:
    """One step of the watch: which requests it told about, and when there is something to do again."""

    requests: tuple[str, ...]
    next_at: datetime | None


def watch_due(connection: Connection, now: datetime, *, node_id: str, record: Callable[..., Any]) -> Watched:
    """Tell everything that is due by `now`; at most `limits.HOTLINE_WATCH_MAX_ROWS` requests at once."""
    told = []
    for request_id in inbox.to_watch(connection, now):
        try:
            with connection.begin_nested():
                request = store.request(connection, request_id)
                if request is not None:
                    _tell(connection, request, now, node_id=node_id, record=record)
        except (NotAllowed, SQLAlchemyError):
            raise  # the database: the next step tells it all
        except Exception:  # noqa: BLE001  # one request that cannot be read must not silence the alarms of all others
            _log.exception("nothing could be told about request %s", request_id)
            inbox.look_again(connection, request_id, now + _LOOK_AGAIN)
            continue
        if request is not None:
            told.append(request_id)
    return Watched(tuple(told), inbox.next_watch(connection))


def _tell(connection: Connection, request: Request, now: datetime, *, node_id: str, record: Callable[..., Any]) -> None:
    told_until = min(inbox.watched_us(connection, request.id), clock.to_us(now))
    due = [
        warned
        for warned in warnings(request, clocks(request), ours=request.requester == node_id)
        if told_until < clock.to_us(warned.at) <= clock.to_us(now)
    ]
    told = set(store.notices(connection, request.id)) if due else set()
    for warned in _latest(due):
        name = None if warned.clock is None else warned.clock.value
        notice = store.Notice(request_id=request.id, at=warned.at, code=warned.code, clock=name, percent=warned.percent)
        if notice in told:
            continue  # by a clock that was ahead
        store.add_notice(connection, notice)
        detail = {"reference": request.reference, "clock": name, "percent": warned.percent}
        record(connection, at=now, actor=NODE, action=f"request.{warned.code}", thing=request.id, detail=detail)
    store.show(connection, request, node_id=node_id, watched_us=clock.to_us(now))


def _latest(due: list[Warned]) -> list[Warned]:
    """After a stop several parts of one clock may have gone by: only the last of each is worth saying."""
    last = {(warned.code, warned.clock): warned for warned in due}
    overdue = {warned.clock for warned in due if warned.percent == 100}
    return [warned for (code, name), warned in last.items() if code != "due-soon" or name not in overdue]
