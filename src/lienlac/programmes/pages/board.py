"""The board of commitments, and the calendar on a page and as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get

from lienlac import limits
from lienlac.people.rights import Action
from lienlac.programmes.showing import names
from lienlac.programmes.showing.board import board, events, icalendar
from lienlac.ui.guard import needs
from lienlac.ui.shared.pages import frame

if TYPE_CHECKING:
    from litestar.params import FromPath

    from lienlac.programmes.desk import Programmes
    from lienlac.programmes.showing.board import Event
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import Subject

_READ: Final[dict[str, Any]] = {
    "opt": needs(Action.PROGRAMME_READ),
    "sync_to_thread": True,
    "include_in_schema": False,
}
_TIMED: Final = ("commitment", "milestone", "action-day", "operation")
STATES: Final = {
    "commitment": names.PROMISES,
    "milestone": names.OUTCOMES,
    "action-day": names.DOINGS,
    "operation": names.DOINGS,
}


def make_handlers(programmes: Programmes, subject: Subject) -> tuple[Any, ...]:
    """The routes."""
    shared = programmes.shared

    def timed(ask: Ask, record_id: str) -> list[Event]:
        found = []
        for kind in _TIMED:
            rows = shared.read.elements(ask.officer, record_id, kind, rows=limits.PROGRAMME_BOARD_MAX)
            found += [element for element, _at in rows]
        return events(found)

    @get("/programmes/{record_id:str}/board", **_READ, name="programme-board")
    def shown(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        room = shared.read.room(ask.officer, record_id)
        rows = shared.read.elements(ask.officer, room.line.id, "commitment", rows=limits.PROGRAMME_BOARD_MAX)
        lanes = board((element for element, _at in rows), [one.node for one in room.members], ask.now)
        return frame.page(
            ask, subject, room, "programmes/board.html", tab="board", lanes=lanes, promises=names.PROMISES,
            live=f"/programmes/{room.line.id}/board",
            full=len(rows) == limits.PROGRAMME_BOARD_MAX,
        )  # fmt: skip

    @get("/programmes/{record_id:str}/calendar", **_READ, name="programme-calendar")
    def calendar(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        room = shared.read.room(ask.officer, record_id)
        found = timed(ask, room.line.id)
        return frame.page(
            ask, subject, room, "programmes/calendar.html", tab="calendar", live=f"/programmes/{room.line.id}/calendar",
            coming=[one for one in found if not one.over], over=[one for one in found if one.over], states=STATES,
        )  # fmt: skip

    @get("/programmes/{record_id:str}/calendar/file", **_READ, name="programme-calendar-file")
    def file(ask: Ask, record_id: FromPath[str]) -> Response[bytes]:
        room = shared.read.room(ask.officer, record_id)
        name = room.line.title_vi if ask.language == "vi" else room.line.title_en
        made = icalendar(timed(ask, room.line.id), name=name, host=room.line.host, at=room.line.changed_at)
        return attached(made, f"{room.line.reference}.ics", "text/calendar; charset=utf-8")

    return (shown, calendar, file)


def attached(data: bytes, name: str, media_type: str) -> Response[bytes]:
    """A file to be kept."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=media_type, headers=headers)
