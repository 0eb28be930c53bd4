"""Warnings for programs: list, show, warn, one door for each step, how quickly they are read.

The same desk as the screens', so the same rights. Bodies are strict JSON; every mistake of a form comes back at once
as `application/problem+json` with `problems`. Searches with words go by POST: addresses are written down on their way.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from lienlac import clock
from lienlac.errors import Refused
from lienlac.flash.desk import Warnings
from lienlac.flash.forms.examples import STEP_EXAMPLES, SUPERSEDE_EXAMPLES, WARNING_EXAMPLES
from lienlac.flash.leaving.desk import RIGHT_OF
from lienlac.flash.lifecycle import Step
from lienlac.flash.shown import Outcome
from lienlac.flash.store.lines import Cursor
from lienlac.flash.views import line_view, readings_view, shown_view
from lienlac.interface.approvals import ApprovalLine
from lienlac.interface.threats import flash as shapes
from lienlac.people import accounts
from lienlac.people.rights import Action
from lienlac.records.forms.problems import FormRefused
from lienlac.ui.guard import needs
from lienlac.ui.interface.router import OneRouter
from lienlac.ui.interface.speech import speaks
from lienlac.ui.page import Ask
from lienlac.ui.problems import form_refused
from lienlac.ui.releases.glass import check_glass
from lienlac.ui.releases.view import release_view
from lienlac.ui.words import N_

Answer = Response[bytes]
_TAG: Final = "warnings"
_SEARCH: Final = {"a domain": {"show": "all", "words": "goldentrade"}}
STEPS: Final[dict[Step, tuple[str, type[msgspec.Struct]]]] = {
    Step.ACKNOWLEDGE: (N_("Acknowledge a flash warning by name"), shapes.WarningReading),
    Step.WITHDRAW: (N_("Withdraw a flash warning"), shapes.WarningWithdrawal),
    Step.FEEDBACK: (N_("Say whether a flash warning was of use"), shapes.WarningFeedback),
}


@get(
    "/api/warnings",
    opt=needs(Action.FLASH_READ)
    | speaks(N_("One page of flash warnings"), _TAG, shapes.WarningPage, asks=shapes.WarningQuery),
    sync_to_thread=True,
    name="api-warnings",
)
def list_warnings(ask: Ask, warnings: NamedDependency[Warnings]) -> Answer:
    """One page of warnings by filters in the query; words are refused there."""
    if ask.query.get("words"):
        raise Refused("search-in-address", field="words")
    asked = ask.asked(shapes.WarningQuery)
    return _listed(ask, warnings, shapes.WarningSearch(**msgspec.structs.asdict(asked)))


@post(
    "/api/warnings/search",
    opt=needs(Action.FLASH_READ)
    | speaks(
        N_("One page of flash warnings, found by words too"),
        _TAG,
        shapes.WarningPage,
        takes=shapes.WarningSearch,
        examples=_SEARCH,
    ),
    sync_to_thread=True,
    status_code=200,
    name="api-warning-search",
)
def search_warnings(ask: Ask, warnings: NamedDependency[Warnings]) -> Answer:
    """One page of warnings by filters and words in the body."""
    return _listed(ask, warnings, ask.given(shapes.WarningSearch))


@get(
    "/api/warnings/readings",
    opt=needs(Action.FLASH_READ)
    | speaks(N_("How quickly flash warnings are read"), _TAG, shapes.WarningReadings, asks=shapes.ReadingsQuery),
    sync_to_thread=True,
    name="api-warning-readings",
)
def warning_readings(ask: Ask, warnings: NamedDependency[Warnings]) -> Answer:
    """Read within so many minutes, by peer and direction, from the instants that both sides have signed."""
    minutes = ask.asked(shapes.ReadingsQuery).minutes
    return ask.json(readings_view(warnings.measures(ask.officer, timedelta(minutes=minutes)), minutes))


@get(
    "/api/warnings/{warning:str}",
    opt=needs(Action.FLASH_READ)
    | speaks(N_("One flash warning by id or reference, with every version"), _TAG, shapes.FlashWarning),
    sync_to_thread=True,
    name="api-warning",
)
def show_warning(ask: Ask, warnings: NamedDependency[Warnings], warning: FromPath[str]) -> Answer:
    """One warning."""
    return ask.json(shown_view(warnings.show(ask.officer, warning), ask.now))


@post(
    "/api/warnings",
    opt=needs(Action.FLASH_SEND)
    | speaks(
        N_("Send a flash warning"),
        _TAG,
        shapes.WarningSent,
        takes=shapes.WarningForm,
        once=True,
        waits=shapes.WarningSent,
        examples=WARNING_EXAMPLES,
    ),
    sync_to_thread=True,
    name="api-warning-send",
)
def send_warning(ask: Ask, warnings: NamedDependency[Warnings]) -> Answer:
    """Warn partners; each agreement says whether a second officer must look first."""
    written = warnings.read_warning(ask.said())
    check_glass(ask, written.leave.ahead)
    return _done(ask, warnings, warnings.warn(ask.officer, written, once=ask.once))


@post(
    "/api/warnings/{warning:str}/supersede",
    opt=needs(Action.FLASH_SEND)
    | speaks(
        N_("Say a flash warning anew; it takes the place of what was said before"),
        _TAG,
        shapes.WarningSent,
        takes=shapes.WarningAnew,
        once=True,
        waits=shapes.WarningSent,
        examples=SUPERSEDE_EXAMPLES,
    ),
    sync_to_thread=True,
    name="api-warning-supersede",
)
def supersede_warning(ask: Ask, warnings: NamedDependency[Warnings], warning: FromPath[str]) -> Answer:
    """The whole anew, to everybody who has it."""
    written = warnings.read_supersede(ask.officer, warning, ask.said())
    check_glass(ask, written.leave.ahead)
    return _done(ask, warnings, warnings.supersede(ask.officer, warning, written, once=ask.once))


def _step_door(step: Step) -> Any:
    """One handler for one step, so that each has its own line in the interface's description."""
    says, form = STEPS[step]

    @post(
        f"/api/warnings/{{warning:str}}/{step.value}",
        opt=needs(RIGHT_OF[step])
        | speaks(
            says,
            _TAG,
            shapes.WarningSent,
            takes=form,
            once=True,
            waits=shapes.WarningSent,
            examples=STEP_EXAMPLES[step],
        ),
        sync_to_thread=True,
        name=f"api-warning-{step.value}",
        operation_id=f"{step.value}_warning",
    )
    def door(ask: Ask, warnings: NamedDependency[Warnings], warning: FromPath[str]) -> Answer:
        filled = warnings.read_step(ask.officer, warning, step, ask.said())
        check_glass(ask, filled.leave.ahead)
        return _done(ask, warnings, warnings.act(ask.officer, warning, filled, once=ask.once))

    return door


def routes(warnings: Warnings) -> OneRouter:
    """Everything above, for one node's warnings."""
    return OneRouter(
        path="/",
        route_handlers=[
            list_warnings,
            search_warnings,
            warning_readings,
            show_warning,
            send_warning,
            supersede_warning,
            *(_step_door(step) for step in STEPS),
        ],
        dependencies={"warnings": Provide(_always(warnings), sync_to_thread=False)},
        exception_handlers={FormRefused: form_refused},
    )


def _always(warnings: Warnings) -> Callable[[], Warnings]:
    def give() -> Warnings:
        return warnings

    return give


def _listed(ask: Ask, warnings: Warnings, search: shapes.WarningSearch) -> Answer:
    rows = warnings.listed(
        ask.officer,
        show=search.show,
        direction=search.direction,
        words=search.words,
        after=_cursor(search.cursor),
        rows=search.rows,
    )
    last = rows[-1] if len(rows) == search.rows else None
    following = None if last is None else f"{clock.to_us(last.warned_at)}.{last.warning_id}"
    return ask.json(shapes.WarningPage(warnings=[line_view(line, ask.now) for line in rows], next=following))


def _cursor(text: str) -> Cursor | None:
    if not text:
        return None
    at, _, warning_id = text.partition(".")
    if not (at.isascii() and at.isdigit() and len(at) < 18):
        raise Refused("cursor-invalid", field="cursor")
    return Cursor(warned_us=int(at), warning_id=warning_id[:40])


def _done(ask: Ask, warnings: Warnings, outcome: Outcome) -> Answer:
    """What left, and what waits; 202 where nothing left yet."""
    with ask.database.read() as connection:
        names = accounts.names(connection)
    lines = (release_view(one, warnings.releases.steps(one, ask.officer), names) for one in outcome.waits)
    waits = [msgspec.convert(line, ApprovalLine) for line in lines]
    told = shapes.WarningSent(reference=outcome.reference, sent=list(outcome.sent), waits=waits)
    return ask.json(told, status=201 if outcome.sent else 202)
