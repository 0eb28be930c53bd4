"""Tasks: the board of one case, and what is due in all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import get

from lienlac import limits
from lienlac.cases.case import either, owners_word
from lienlac.cases.pages.sheets import TASK_STATUSES
from lienlac.cases.tasks.order import cycle, waits_for
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.shared.pages import frame

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath

    from lienlac.cases.desk import Cases
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import Subject

_READ = needs(Action.CASE_READ)


def make_handlers(cases: Cases, subject: Subject) -> tuple[Any, ...]:
    """The board, and the list over all cases."""

    @get("/cases/due", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def due(ask: Ask) -> Response[str]:
        mine, all_sides = bool(ask.query.get("mine")), bool(ask.query.get("all"))
        return ask.page(
            "cases/due.html",
            title=ask.gettext("Tasks that are due"),
            tasks=cases.tasks(ask.officer, mine=mine, ours=not all_sides),
            mine=mine,
            all_sides=all_sides,
            most=limits.CASE_DUE_SHOWN,
            statuses=dict(TASK_STATUSES),
            now=ask.now,
            node_names=subject.names(ask.language),
        )

    @get("/cases/{record_id:str}/board", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def board(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        shown = subject.shared.read.room(ask.officer, record_id)
        found = [one for one in cases.entities.every(ask.officer, record_id, "task") if one.standing]
        words = {one.id: owners_word(one) for one in found}
        order = {one.id: tuple(dict.fromkeys(each for s in one.standing for each in s.says.after)) for one in found}
        done = {name for name, says in words.items() if says.status.value in {"done", "dropped"}}
        columns = [
            (code, ask.gettext(label), [one for one in found if words[one.id].status.value == code])
            for code, label in TASK_STATUSES
        ]
        return frame.page(
            ask,
            subject,
            shown,
            "cases/board.html",
            tab="board",
            live=f"/cases/{shown.line.id}/board",
            columns=columns,
            owners=words,
            waits={name: waits_for(after, done) for name, after in order.items()},
            lines={one.id: either(one.standing[0].says.text) for one in found},
            circle=cycle({name: [each for each in after if each in words] for name, after in order.items()}),
            statuses=dict(TASK_STATUSES),
            now=ask.now,
        )

    return (due, board)
