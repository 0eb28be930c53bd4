"""The roster: who is on call now, a week of it in any of the three zones, gaps, overlaps, and how it is entered."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get, post

from lienlac.duty.pages import names
from lienlac.duty.roster import plan, week
from lienlac.duty.roster.shift import LINES, Draft
from lienlac.errors import LienlacError, Refused
from lienlac.people.officer import TIME_ZONES
from lienlac.people.rights import Action, may
from lienlac.ui.guard import needs
from lienlac.ui.page import Blank
from lienlac.ui.problems import status_of
from lienlac.ui.words import sort_key
from lienlac.ui.words import zone as zone_rules

if TYPE_CHECKING:
    from litestar.params import FromPath

    from lienlac.duty.desk import Duty
    from lienlac.duty.roster.desk import Plan
    from lienlac.people.officer import Officer
    from lienlac.ui.page import Ask

_READ: Final = needs(Action.ROSTER_READ)
_MANAGE: Final = needs(Action.ROSTER_MANAGE)
_KINDS: Final = {"csv": "text/csv; charset=utf-8", "ics": "text/calendar; charset=utf-8"}
EXPORTED: Final = timedelta(days=92)
"""How much of the roster a file holds, from the shown week on."""


def make_handlers(duty: Duty) -> tuple[Any, ...]:
    """The roster's routes."""

    @get("/duty", opt=_READ, sync_to_thread=True, include_in_schema=False, name="duty")
    def roster(ask: Ask) -> Response[str]:
        return _page(ask, duty)

    @get("/duty/export/{form:str}", opt=_READ, sync_to_thread=True, include_in_schema=False)
    def export(ask: Ask, form: FromPath[str]) -> Response[bytes]:
        span = week.span_of(_first(ask), _zone(ask))
        data = duty.roster.export(ask.officer, span.begins, span.begins + EXPORTED, form)
        headers = {"Content-Disposition": f'attachment; filename="roster.{form}"'}
        return Response(data, media_type=_KINDS[form], headers=headers)

    @post("/duty/shifts", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
    def add(ask: Ask) -> Response[str]:
        return _act(ask, duty, "shift", lambda: _added(ask, duty))

    @post("/duty/shifts/{shift_id:str}/remove", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
    def remove(ask: Ask, shift_id: FromPath[str]) -> Response[str]:
        duty.roster.remove(ask.officer, shift_id)
        return ask.redirect("/duty", ask.gettext("The shift is taken out."), query=_kept(ask))

    @post("/duty/rotation", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
    def rotate(ask: Ask) -> Response[str]:
        return _act(ask, duty, "rotation", lambda: _rotated(ask, duty))

    @post("/duty/import", opt=_MANAGE, sync_to_thread=True, include_in_schema=False)
    def take_in(ask: Ask) -> Response[str]:
        return _act(ask, duty, "import", lambda: _taken(ask, duty))

    return (roster, export, add, remove, rotate, take_in)


def _act(ask: Ask, duty: Duty, part: str, work: Any) -> Response[str]:
    try:
        said = work()
    except LienlacError as error:
        if error.code in {"not-found", "not-allowed"}:
            raise
        wrong = Blank({error.field or "": ask.sentence(error)})
        return _page(ask, duty, opened=part, wrong=wrong, status=status_of(error))
    return ask.redirect("/duty", said, query=_kept(ask))


def _added(ask: Ask, duty: Duty) -> str:
    form, zone = ask.form, ask.officer.time_zone
    line = form.get("line")
    duty.roster.add(
        ask.officer,
        Draft(
            officer=form.get("officer"),
            unit="",
            line=int(line) if line in {str(one) for one in LINES} else 0,
            begins=names.instant(form.get("from"), zone, "from"),
            ends=names.instant(form.get("until"), zone, "until"),
        ),
    )
    return ask.gettext("The shift is entered.")


def _rotated(ask: Ask, duty: Duty) -> str:
    form, zone = ask.form, ask.officer.time_zone
    begins = names.instant(form.get("first"), zone, "first")
    numbers = {name: form.get(name) for name in ("hours", "count", "lines")}
    for name, text in numbers.items():
        if not (text.isascii() and text.isdigit() and len(text) <= 4):
            raise Refused("number-malformed", field=name)
    officers = [(login, "") for login in form.get("officers").replace(",", " ").split()]
    drafts = plan.rotation(
        officers,
        first_day=begins.date(),
        at_minute=begins.hour * 60 + begins.minute,
        zone=zone,
        hours=int(numbers["hours"]),
        count=int(numbers["count"]),
        lines=int(numbers["lines"]),
    )
    added = duty.roster.rotate(ask.officer, drafts)
    return ask.words.ngettext("One shift is entered.", "%(n)s shifts are entered.", added)


def _taken(ask: Ask, duty: Duty) -> str:
    text = ask.form.get("text")
    form = "ics" if text.startswith("BEGIN:VCALENDAR") else "csv"
    taken = duty.roster.take_in(ask.officer, text.encode(), form)
    said = ask.words.ngettext("One shift is entered.", "%(n)s shifts are entered.", taken.added)
    if taken.known:
        known = ask.words.ngettext("One stood there already.", "%(n)s stood there already.", taken.known)
        said = f"{said} {known}"
    return said


def _page(ask: Ask, duty: Duty, *, opened: str = "", wrong: Blank | None = None, status: int = 200) -> Response[str]:
    first, zone = _first(ask), _zone(ask)
    span = week.span_of(first, zone)
    found, standing = duty.roster.show(ask.officer, span.begins, span.ends), duty.roster.now(ask.officer)
    return ask.page(
        "duty/roster.html",
        status=status,
        title=ask.gettext("Duty roster"),
        tabs=names.TABS,
        names=names,
        found=found,
        days=week.days(found.shifts, found.gaps, first, zone),
        today=ask.now.astimezone(zone_rules(zone)).date(),
        first=first,
        before=first - timedelta(days=week.DAYS),
        after=first + timedelta(days=week.DAYS),
        zone=zone,
        zones=[(name, ask.words.zone_name(name)) for name in TIME_ZONES],
        now_on_call=standing,
        numbers=_phones(ask, duty, [one for _, one in standing]),
        choices=_choices(found),
        opened=opened,
        typed=Blank(ask.form.values()),
        wrong=wrong or Blank(),
        lines=LINES,
    )


def _choices(found: Plan) -> list[tuple[str, str]]:
    """Officers who may be put on the roster, in Vietnamese order of names."""
    able = [one for one in found.officers.values() if may(one, Action.ALARM_TAKE)]
    return [(one.login, f"{one.name} · {one.unit}") for one in sorted(able, key=_by_name)]


def _by_name(officer: Officer) -> Any:
    return sort_key(officer.name)


def _phones(ask: Ask, duty: Duty, officers: list[Officer]) -> dict[str, str]:
    with ask.database.read() as connection:
        return {one.id: duty.phone(connection, one.id) for one in officers}


def _first(ask: Ask) -> date:
    """The Monday that the page shows; anything that is no date is this week."""
    given = ask.form.get("week") or ask.query.get("week", "")
    try:
        day = date.fromisoformat(given)
    except ValueError:
        day = ask.now.astimezone(zone_rules(_zone(ask))).date()
    bounded = min(max(day, date(2000, 1, 3)), date(2099, 12, 28))
    return week.first_day(bounded)


def _zone(ask: Ask) -> str:
    given = ask.form.get("zone") or ask.query.get("zone", "")
    return given if given in TIME_ZONES else ask.officer.time_zone


def _kept(ask: Ask) -> dict[str, str]:
    return {"week": _first(ask).isoformat(), "zone": _zone(ask)}
