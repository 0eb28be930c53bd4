"""Time passed: tell the duty desk of a warning that has no receipt, or that nobody has acknowledged.

One bounded step that the node's loop repeats; it reads one index and is nearly free when nothing is due. Each warning
remembers up to which instant everything was told, so nothing is told twice and nothing is skipped after a stop.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import SQLAlchemyError

from lienlac import clock
from lienlac.errors import NotAllowed
from lienlac.flash.reckoning.deadlines import tellings
from lienlac.flash.store import facts as store
from lienlac.flash.store import lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.flash.warning import Flash

_log = logging.getLogger(__name__)
_LOOK_AGAIN: Final = timedelta(minutes=10)
"""When a warning about which nothing could be told is tried again."""
NODE: Final = "node"
"""Who acts when nobody does."""


def watch_due(connection: Connection, now: datetime, *, node_id: str, record: Callable[..., Any]) -> tuple[str, ...]:
    """Tell everything that is due by `now`; the warnings that were told of."""
    told = []
    for warning_id, watched_us in lines.to_watch(connection, now):
        try:
            with connection.begin_nested():
                flash = store.flash(connection, warning_id)
                if flash is not None:
                    _tell(connection, flash, now, watched_us, node_id=node_id, record=record)
                    lines.put(connection, flash, node_id=node_id, watched_us=clock.to_us(now))
        except (NotAllowed, SQLAlchemyError):
            raise  # the database: the next step tells it all
        except Exception:  # noqa: BLE001  # one warning that cannot be read must not silence the alarms of all others
            _log.exception("nothing could be told about the warning %s", warning_id)
            lines.look_again(connection, warning_id, now + _LOOK_AGAIN)
            continue
        told.append(warning_id)
    return tuple(told)


def _tell(
    connection: Connection, flash: Flash, now: datetime, watched_us: int, *, node_id: str, record: Callable[..., Any]
) -> None:
    """After a stop several parts of one clock may have gone by: only the last of each is worth saying."""
    now_us = clock.to_us(now)
    due = [one for one in tellings(flash, node_id) if watched_us < clock.to_us(one.at) <= now_us]
    for told in {one.clock: one for one in due}.values():
        detail = {"reference": flash.reference, "clock": told.clock, "percent": told.percent}
        record(connection, at=now, actor=NODE, action=f"flash.{told.code}", thing=flash.id, detail=detail)
