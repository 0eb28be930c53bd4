"""Drills on screens: plan them, take them back, read what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import get, post

from lienlac.duty.drills.drill import Draft, State
from lienlac.duty.pages import names
from lienlac.errors import LienlacError, Refused
from lienlac.people.rights import Action, may
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.problems import reason_of, status_of
from lienlac.ui.words import N_
from lienlac.vocabulary import urgencies

if TYPE_CHECKING:
    from litestar import Response
    from litestar.params import FromPath

    from lienlac.duty.desk import Duty
    from lienlac.ui.page import Ask

_MANAGE: Final = needs(Action.DRILL_MANAGE)
STATES: Final = {
    State.PLANNED: (N_("planned"), "info"),
    State.SENT: (N_("sent"), "good"),
    State.FAILED: (N_("not sent"), "bad"),
    State.CANCELLED: (N_("taken back"), ""),
}


def make_handlers(duty: Duty) -> tuple[Any, ...]:
    """The routes."""
    desk = duty.drills

    @get("/duty/drills", opt=needs(Action.DRILL_READ), sync_to_thread=True, include_in_schema=False, name="drills")
    def listed(ask: Ask) -> Response[str]:
        return _page(ask, duty)

    @post("/duty/drills", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
    def plan(ask: Ask) -> Response[str]:
        try:
            made = desk.plan(ask.officer, _draft(ask))
        except LienlacError as error:
            return _page(ask, duty, wrong=Blank({error.field or "": ask.sentence(error)}), status=status_of(error))
        notice = ask.words.ngettext("%(n)s drill is planned.", "%(n)s drills are planned.", len(made))
        return ask.redirect("/duty/drills", notice)

    @post("/duty/drills/{drill_id:str}/cancel", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
    def cancel(ask: Ask, drill_id: FromPath[str]) -> Response[str]:
        desk.cancel(ask.officer, drill_id)
        return ask.redirect("/duty/drills", ask.gettext("The drill is taken back."))

    return (listed, plan, cancel)


def _page(ask: Ask, duty: Duty, *, wrong: Blank | None = None, status: int = 200) -> Response[str]:
    seen, manages = duty.drills.listed(ask.officer), may(ask.officer, Action.DRILL_MANAGE)
    return ask.page(
        "duty/drills.html",
        status=status,
        title=ask.gettext("Drills"),
        tabs=names.TABS,
        states=STATES,
        planned=[one for one in seen if one.drill.state is State.PLANNED],
        past=[(one, reason_of(one.drill.code, ask.language) if one.drill.code else "") for one in seen
              if one.drill.state is not State.PLANNED],
        manages=manages,
        peers=[(peer, peer) for peer in duty.drills.peers(ask.officer)] if manages else [],
        urgencies=urgencies,
        typed=Blank(ask.form.values()),
        wrong=wrong or Blank(),
    )  # fmt: skip


def _draft(ask: Ask) -> Draft:
    form, zone = ask.form, ask.officer.time_zone
    return Draft(
        peer=form.get("peer"),
        urgency=form.get("urgency", "urgent"),
        begins=names.instant(form.get("from"), zone, "from"),
        ends=names.instant(form.get("until"), zone, "until"),
        times=_number(form.get("times", "1"), "times"),
        every_days=_number(form.get("every_days", "0"), "every_days"),
    )


def _number(text: str, field: str) -> int:
    if not text:
        return 1 if field == "times" else 0
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise Refused("number-invalid", field=field, value=text[:20], low=0, high=9999)
    return int(text)
