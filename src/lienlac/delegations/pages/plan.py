"""The yearly plan, calendars out, and an invitation's calendar file read into a proposal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get, post

from lienlac import limits
from lienlac.delegations.pages.minutes import file
from lienlac.delegations.showing import naming
from lienlac.errors import Refused
from lienlac.people.rights import Action
from lienlac.ui.files.memory import InMemory
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.shared.pages import frame
from lienlac.ui.shared.typed import marks_of

if TYPE_CHECKING:
    from litestar.params import FromPath

    from lienlac.delegations.desk import Delegations
    from lienlac.errors import Language
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import Subject

_READ: Final = needs(Action.DELEGATION_READ)
_WRITE: Final = needs(Action.DELEGATION_WRITE)
_FILE: Final = needs(Action.DELEGATION_WRITE, files=True, into=InMemory(limits.DELEGATION_FILE_MAX_BYTES))
CALENDAR: Final = "text/calendar"


def make_handlers(delegations: Delegations, subject: Subject) -> tuple[Any, ...]:
    """The routes."""

    @get("/delegations/plan", opt=_READ, sync_to_thread=True, include_in_schema=False, name="delegation-plan")
    def plan(ask: Ask) -> Response[str]:
        year = _year(ask)
        found = delegations.plan(ask.officer, year)
        months = {month: [one for one in found if one.at.month == month] for month in range(1, 13)}
        return ask.page(
            "delegations/plan.html", title=ask.gettext("Yearly plan"), year=year, months=months, stages=naming.STAGES,
            found=found,
        )  # fmt: skip

    @get("/delegations/plan/calendar", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def plan_calendar(ask: Ask) -> Response[bytes]:
        year = _year(ask)
        return file(delegations.year(ask.officer, year), f"lienlac-{year}.ics", CALENDAR)

    @get("/delegations/{record_id:str}/calendar", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def calendar(ask: Ask, record_id: FromPath[str]) -> Response[bytes]:
        return file(delegations.calendar(ask.officer, record_id), f"{record_id}.ics", CALENDAR)

    @get("/delegations/{record_id:str}/invitation", opt=_WRITE, sync_to_thread=True, include_in_schema=False)
    def invitation_page(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        return _page(ask, subject, record_id, Blank(), 200)

    @post(
        "/delegations/{record_id:str}/invitation",
        opt=_FILE,
        sync_to_thread=True,
        include_in_schema=False,
        status_code=200,
        request_max_body_size=None,
    )
    def invitation(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        return frame.attempt(
            ask,
            lambda: _take(ask, delegations, subject, record_id),
            lambda wrong, status: _page(ask, subject, record_id, wrong, status),
        )

    return (plan, plan_calendar, calendar, invitation_page, invitation)


def _year(ask: Ask) -> int:
    low, high = limits.INSTANT_FIRST_YEAR, limits.INSTANT_LAST_YEAR - 1
    return ask.number("year", default=ask.now.year, low=low, high=high)


def _take(ask: Ask, delegations: Delegations, subject: Subject, record_id: str) -> Response[str]:
    """Each event of the file becomes a proposal of ours, which the other side sees like any other."""
    if not ask.uploads:
        raise Refused("field-missing", field="file")
    language: Language = "vi" if ask.language == "vi" else "en"
    outcome = delegations.take_file(
        ask.officer, record_id, ask.uploads[0].data, marks_of(ask.form), zone=ask.words.time_zone, language=language
    )
    return frame.done(ask, subject, outcome, "/times", ask.gettext("Read in as proposals of this side."))


def _page(ask: Ask, subject: Subject, record_id: str, wrong: Blank, status: int) -> Response[str]:
    room = subject.shared.read.room(ask.officer, record_id)
    return frame.page(
        ask, subject, room, "delegations/invitation.html", tab="times", status=status, wrong=wrong,
        typed=Blank(ask.form.values()), largest=limits.DELEGATION_FILE_MAX_BYTES,
    )  # fmt: skip
