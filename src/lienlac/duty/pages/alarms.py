"""Alarms: who was told what, when and by which channel; taking one; and the alert on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.duty.alarms.alarm import Cause
from lienlac.duty.pages import names
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.nav import Alert, ToSome
from lienlac.vocabulary import urgencies

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath
    from sqlalchemy import Connection

    from lienlac.duty.desk import Duty
    from lienlac.people.officer import Officer
    from lienlac.ui.nav import AlertMaker
    from lienlac.ui.page import Ask
    from lienlac.ui.words import Words

_READ: Final = needs(Action.ALARM_READ)
_TAKE: Final = needs(Action.ALARM_TAKE)


def make_handlers(duty: Duty) -> tuple[Any, ...]:
    """The alarms' routes."""

    @get("/duty/alarms", opt=_READ, sync_to_thread=True, include_in_schema=False, name="alarms")
    def listed(ask: Ask) -> Response[str]:
        every = ask.query.get("show") == "all"
        return ask.page(
            "duty/alarms.html",
            title=ask.gettext("Alarms"),
            tabs=names.TABS,
            names=names,
            shown=duty.alarms.listed(ask.officer, live=not every),
            every=every,
            urgencies=urgencies,
        )

    @post("/duty/alarms/{alarm_id:str}/take", opt=_TAKE, sync_to_thread=True, include_in_schema=False)
    def take(ask: Ask, alarm_id: FromPath[str]) -> Response[str]:
        alarm = duty.alarms.take(ask.officer, alarm_id)
        said = ask.gettext(
            "The alarm about %(reference)s is yours. Nobody else is told of it now.", reference=alarm.reference
        )
        path = alarm.path if ask.form.get("back") == "request" else "/duty/alarms"
        return ask.redirect(path, said)

    return (listed, take)


def alert(duty: Duty) -> AlertMaker:
    """What this officer was told of and nobody has taken; new requests have an alert of their own."""

    def make(connection: Connection, officer: Officer, words: Words) -> Alert | None:
        found = [one for one in duty.alarms.mine(connection, officer) if one.warned.cause is not Cause.NEW]
        if not found:
            return None
        first = found[0]
        text = words.ngettext("One alarm waits for you:", "%(n)s alarms wait for you, first:", len(found))
        drill = f"{words.gettext('Drill')} · " if first.drill else ""
        label = f"{drill}{first.reference} · {words.gettext(names.CAUSES[first.warned.cause])}"
        ring = " ".join(f"{one.id}-{one.warned.percent or 0}" for one in found)
        return Alert(count=len(found), text=text, label=label, path="/duty/alarms", ring=ring)

    return ToSome(make, duty.alarms.told)
