"""Time passed: tell the duty desk what is half gone, nearly due, overdue, without a receipt, or about to end.

`watch_due` is one bounded step that the node's loop repeats; it reads one index and is nearly free when nothing is
due. Each request remembers up to which instant everything was told, so nothing is told twice and nothing is skipped
after a stop. A deadline that passes is a fact for people, not an answer, with one exception: a request of ours that
was not validated in time lapses, and this node says so.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import SQLAlchemyError

from lienlac import clock, limits
from lienlac.errors import NotAllowed
from lienlac.hotline import store
from lienlac.hotline.deadlines import clocks, validate_until, warnings
from lienlac.hotline.inbox import store as inbox
from lienlac.hotline.inbox.line import NEVER_US
from lienlac.hotline.lifecycle import Step

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


def watch_due(
    connection: Connection,
    now: datetime,
    *,
    node_id: str,
    record: Callable[..., Any],
    lapse: Callable[[Connection, Request, datetime], None],
) -> Watched:
    """Tell everything that is due by `now`; at most `limits.HOTLINE_WATCH_MAX_ROWS` requests at once.

    `lapse` says for a request of ours that it was not validated by that instant.
    """
    told = []
    for request_id in inbox.to_watch(connection, now):
        try:
            with connection.begin_nested():
                request = store.request(connection, request_id)
                if request is not None:
                    _tell(connection, request, now, node_id=node_id, record=record)
                    again_us = _let_lapse(connection, request, now, node_id=node_id, record=record, lapse=lapse)
                    known = store.request(connection, request_id) or request
                    store.show(connection, known, node_id=node_id, watched_us=clock.to_us(now), again_us=again_us)
        except (NotAllowed, SQLAlchemyError):
            raise  # the database: the next step tells it all
        except Exception:  # noqa: BLE001  # one request that cannot be read must not silence the alarms of all others
            _log.exception("nothing could be told about request %s", request_id)
            inbox.look_again(connection, request_id, now + _LOOK_AGAIN)
            continue
        if request is not None:
            told.append(request_id)
    return Watched(tuple(told), inbox.next_watch(connection))


def _let_lapse(
    connection: Connection,
    request: Request,
    now: datetime,
    *,
    node_id: str,
    record: Callable[..., Any],
    lapse: Callable[[Connection, Request, datetime], None],
) -> int:
    """Say once that a request of ours lapsed. While it cannot be said (a suspended link), come back: returns when."""
    until = validate_until(request)
    said = any(fact.step is Step.LAPSE for fact in request.facts.values())
    if request.requester != node_id or until is None or now < until or said:
        return NEVER_US
    try:
        lapse(connection, request, until)
    except NotAllowed as error:
        # The other side computes the same instant and tells its own desk; ours learns why it could not be said.
        again = now + timedelta(seconds=limits.HOTLINE_LAPSE_RETRY_S)
        if all(notice.code != "lapse-unsent" for notice in store.notices(connection, request.id)):
            notice = store.Notice(request_id=request.id, at=now, code="lapse-unsent", clock=None, percent=None)
            store.add_notice(connection, notice)
            detail = {"reference": request.reference, "code": error.code}
            record(connection, at=now, actor=NODE, action="request.lapse-unsent", thing=request.id, detail=detail)
        return clock.to_us(again)
    return NEVER_US


def _tell(connection: Connection, request: Request, now: datetime, *, node_id: str, record: Callable[..., Any]) -> None:
    told_until = min(inbox.watched_us(connection, request.id), clock.to_us(now))
    later = store.later(connection, request.id)
    due = [
        warned
        for warned in warnings(request, clocks(request), ours=request.requester == node_id, later=later)
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


def _latest(due: list[Warned]) -> list[Warned]:
    """After a stop several parts of one clock may have gone by: only the last of each is worth saying."""
    last = {(warned.code, warned.clock): warned for warned in due}
    overdue = {warned.clock for warned in due if warned.percent == 100}
    return [warned for (code, name), warned in last.items() if code != "due-soon" or name not in overdue]
