"""Time passed: tell the duty desk of a channel that nobody has answered, that has no receipt, or of a broken promise.

One bounded step that the node's loop repeats; it reads one index and is nearly free when nothing is due. Each channel
remembers up to which instant everything was told, so nothing is told twice and nothing is skipped after a stop.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import SQLAlchemyError

from lienlac import clock
from lienlac.emergencies.deadlines import Warned, warnings
from lienlac.emergencies.store import facts as store
from lienlac.emergencies.store import lines
from lienlac.errors import NotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.emergencies.emergency import Emergency

_log = logging.getLogger(__name__)
_LOOK_AGAIN: Final = timedelta(minutes=10)
"""When a channel about which nothing could be told is tried again."""
NODE: Final = "node"
"""Who acts when nobody does."""


def watch_due(connection: Connection, now: datetime, *, node_id: str, record: Callable[..., Any]) -> tuple[str, ...]:
    """Tell everything that is due by `now`; the channels that were told of."""
    told = []
    for emergency_id in lines.to_watch(connection, now):
        try:
            with connection.begin_nested():
                emergency = store.emergency(connection, emergency_id)
                if emergency is not None:
                    _tell(connection, emergency, now, node_id=node_id, record=record)
                    lines.put(connection, emergency, node_id=node_id, watched_us=clock.to_us(now))
        except (NotAllowed, SQLAlchemyError):
            raise  # the database: the next step tells it all
        except Exception:  # noqa: BLE001  # one channel that cannot be read must not silence the alarms of all others
            _log.exception("nothing could be told about emergency %s", emergency_id)
            lines.look_again(connection, emergency_id, now + _LOOK_AGAIN)
            continue
        told.append(emergency_id)
    return tuple(told)


def _tell(
    connection: Connection, emergency: Emergency, now: datetime, *, node_id: str, record: Callable[..., Any]
) -> None:
    told_until = min(lines.watched_us(connection, emergency.id), clock.to_us(now))
    due = [warned for warned in warnings(emergency, node_id) if told_until < clock.to_us(warned.at) <= clock.to_us(now)]
    told = set(store.notices(connection, emergency.id)) if due else set()
    for warned in _latest(due):
        notice = store.Notice(
            emergency_id=emergency.id,
            at=warned.at,
            code=warned.code,
            clock=warned.clock.value,
            percent=warned.percent,
        )
        if notice in told:
            continue  # by a clock that was ahead
        store.add_notice(connection, notice)
        detail = {"reference": emergency.reference, "clock": warned.clock.value, "percent": warned.percent}
        record(connection, at=now, actor=NODE, action=f"emergency.{warned.code}", thing=emergency.id, detail=detail)


def _latest(due: list[Warned]) -> list[Warned]:
    """After a stop several parts of one clock may have gone by: only the last of each is worth saying."""
    last = {warned.clock: warned for warned in due}
    return list(last.values())
