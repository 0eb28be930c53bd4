"""Emergencies for programs: list, show, open, one door for each step, the record, who may see it.

The same desk as the screens', so the same rights. Bodies are strict JSON; every mistake of a form comes back at once
as `application/problem+json` with `problems`. Searches with words go by POST: addresses are written down on their way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from lienlac import clock
from lienlac.emergencies.desk import Emergencies
from lienlac.emergencies.emergency import Emergency as Channel
from lienlac.emergencies.forms.examples import OPENING_EXAMPLES, STEP_EXAMPLES
from lienlac.emergencies.lifecycle import Step
from lienlac.emergencies.pages.channel import record_file
from lienlac.emergencies.store.lines import Cursor
from lienlac.emergencies.views.record import line_view, shown_view
from lienlac.errors import Refused
from lienlac.interface import emergencies as shapes
from lienlac.interface.approvals import Waits
from lienlac.interface.requests import Named, Restriction
from lienlac.people import accounts
from lienlac.people.rights import Action
from lienlac.records.access.desk import Act
from lienlac.records.forms.problems import FormRefused
from lienlac.releases.release import Release
from lienlac.ui.guard import needs
from lienlac.ui.interface.router import OneRouter
from lienlac.ui.interface.speech import speaks
from lienlac.ui.page import Ask
from lienlac.ui.problems import form_refused
from lienlac.ui.releases.glass import check_glass
from lienlac.ui.releases.view import release_view
from lienlac.ui.words import N_

Answer = Response[bytes]
_TAG: Final = "emergencies"
_SEARCH: Final = {"an organisation": {"show": "all", "words": "hoa sen"}}
_NAMED: Final = {"a unit": {"units": ["uni-" + "a" * 26], "reason": "Witnesses are named."}}
STEPS: Final[dict[Step, tuple[str, type[msgspec.Struct]]]] = {
    Step.ANSWER: (N_("Answer an emergency: we are on it"), shapes.EmergencyAnswer),
    Step.ENTRY: (N_("Write in an emergency's timeline, or correct an entry of ours"), shapes.EmergencyEntry),
    Step.RETRACT: (N_("Retract an entry of ours"), shapes.EmergencyRetraction),
    Step.REPORT: (N_("Report how this side sees the situation"), shapes.EmergencyReport),
    Step.PRESENCE: (N_("Join or leave an emergency channel"), shapes.EmergencyPresence),
    Step.HAND_OVER: (N_("Hand an emergency channel over to a colleague"), shapes.EmergencyHandOver),
    Step.HOLD: (N_("Propose to hold an emergency"), shapes.EmergencyStand),
    Step.STAND_DOWN: (N_("Stand an emergency down"), shapes.EmergencyStand),
    Step.RESUME: (N_("Resume an emergency"), shapes.EmergencyStand),
}
ACCESS: Final = {
    "restrict": (Act.RESTRICT, N_("Let only some see an emergency channel")),
    "allow": (Act.ALLOW, N_("Let more see a restricted emergency channel")),
    "take-back": (Act.TAKE_BACK, N_("Take access to an emergency channel back")),
    "lift": (Act.LIFT, N_("Open an emergency channel to everybody again")),
}


@get(
    "/api/emergencies",
    opt=needs(Action.EMERGENCY_READ)
    | speaks(N_("One page of emergencies"), _TAG, shapes.EmergencyPage, asks=shapes.EmergencyQuery),
    sync_to_thread=True,
    name="api-emergencies",
)
def list_emergencies(ask: Ask, emergencies: NamedDependency[Emergencies]) -> Answer:
    """One page of channels by filters in the query; words are refused there."""
    if ask.query.get("words"):
        raise Refused("search-in-address", field="words")
    asked = ask.asked(shapes.EmergencyQuery)
    return _listed(ask, emergencies, shapes.EmergencySearch(**msgspec.structs.asdict(asked)))


@post(
    "/api/emergencies/search",
    opt=needs(Action.EMERGENCY_READ)
    | speaks(
        N_("One page of emergencies, found by words too"),
        _TAG,
        shapes.EmergencyPage,
        takes=shapes.EmergencySearch,
        examples=_SEARCH,
    ),
    sync_to_thread=True,
    status_code=200,
    name="api-emergency-search",
)
def search_emergencies(ask: Ask, emergencies: NamedDependency[Emergencies]) -> Answer:
    """One page of channels by filters and words in the body."""
    return _listed(ask, emergencies, ask.given(shapes.EmergencySearch))


@get(
    "/api/emergencies/{name:str}",
    opt=needs(Action.EMERGENCY_READ) | speaks(N_("One emergency by id or reference"), _TAG, shapes.Emergency),
    sync_to_thread=True,
    name="api-emergency",
)
def show_emergency(ask: Ask, emergencies: NamedDependency[Emergencies], name: FromPath[str]) -> Answer:
    """One channel by id or reference."""
    return _shown(ask, emergencies, name)


@get(
    "/api/emergencies/{name:str}/record",
    opt=needs(Action.EMERGENCY_READ) | speaks(N_("Take out the record of an emergency"), _TAG, shapes.EmergencyRecord),
    sync_to_thread=True,
    name="api-emergency-record",
)
def emergency_record(ask: Ask, emergencies: NamedDependency[Emergencies], name: FromPath[str]) -> Answer:
    """The whole channel as a file: every message with its digest. Who takes it out is journalled."""
    return record_file(ask, emergencies, name)


@post(
    "/api/emergencies",
    opt=needs(Action.EMERGENCY_OPEN)
    | speaks(
        N_("Open an emergency channel"),
        _TAG,
        shapes.Emergency,
        takes=shapes.EmergencyForm,
        once=True,
        waits=Waits,
        examples=OPENING_EXAMPLES,
    ),
    sync_to_thread=True,
    name="api-emergency-open",
)
def open_emergency(ask: Ask, emergencies: NamedDependency[Emergencies]) -> Answer:
    """Open a channel; the other side's duty desk is told at once."""
    opening = emergencies.read_opening(ask.said())
    check_glass(ask, opening.leave.ahead)
    return _done(ask, emergencies, emergencies.open(ask.officer, opening, once=ask.once))


@get(
    "/api/emergencies/{name:str}/access",
    opt=needs(Action.EMERGENCY_READ) | speaks(N_("Who may see an emergency channel"), _TAG, shapes.EmergencyWhoSees),
    sync_to_thread=True,
    name="api-emergency-access",
)
def who_sees_emergency(ask: Ask, emergencies: NamedDependency[Emergencies], name: FromPath[str]) -> Answer:
    """Who may see a channel."""
    found = emergencies.access.who_sees(ask.officer, name)
    return ask.json(
        shapes.EmergencyWhoSees(
            emergency=found.id,
            reference=found.reference,
            restricted=found.restricted,
            units=[{"id": unit.id, "name_vi": unit.name_vi, "name_en": unit.name_en} for unit in found.units],
            officers=[{"id": officer.id, "name": officer.name} for officer in found.officers],
            may_change=found.may_change,
        )
    )


def _step_door(step: Step) -> Any:
    """One handler for one step, so that each has its own line in the interface's description."""
    says, form = STEPS[step]

    @post(
        f"/api/emergencies/{{name:str}}/{step.value}",
        opt=needs(Action.EMERGENCY_WRITE)
        | speaks(says, _TAG, shapes.Emergency, takes=form, once=True, waits=Waits, examples=STEP_EXAMPLES[step]),
        sync_to_thread=True,
        name=f"api-emergency-{step.value}",
        operation_id=f"{step.value.replace('-', '_')}_emergency",
    )
    def door(ask: Ask, emergencies: NamedDependency[Emergencies], name: FromPath[str]) -> Answer:
        filled = emergencies.read_step(ask.officer, name, step, ask.said())
        check_glass(ask, filled.leave.ahead)
        return _done(ask, emergencies, emergencies.act(ask.officer, name, step, filled, once=ask.once))

    return door


def _access_door(name_of_door: str) -> Any:
    act, says = ACCESS[name_of_door]

    @post(
        f"/api/emergencies/{{name:str}}/{name_of_door}",
        opt=needs(Action.EMERGENCY_RESTRICT) | speaks(says, _TAG, Restriction, takes=Named, examples=_NAMED),
        sync_to_thread=True,
        status_code=200,
        name=f"api-emergency-{name_of_door}",
        operation_id=f"{name_of_door.replace('-', '_')}_emergency",
    )
    def door(ask: Ask, emergencies: NamedDependency[Emergencies], name: FromPath[str]) -> Answer:
        body = ask.given(Named)
        thing = emergencies.access.change(
            ask.officer, name, act, units=body.units, officers=body.officers, reason=body.reason
        )
        return ask.json(
            Restriction(
                request=thing.id,
                restricted=thing.restricted,
                units=sorted(thing.units),
                officers=sorted(thing.officers),
            )
        )

    return door


def routes(emergencies: Emergencies) -> OneRouter:
    """Everything above, for one node's channels."""
    return OneRouter(
        path="/",
        route_handlers=[
            list_emergencies,
            search_emergencies,
            show_emergency,
            emergency_record,
            open_emergency,
            who_sees_emergency,
            *(_step_door(step) for step in STEPS),
            *(_access_door(name) for name in ACCESS),
        ],
        dependencies={"emergencies": Provide(_always(emergencies), sync_to_thread=False)},
        exception_handlers={FormRefused: form_refused},
    )


def _always(emergencies: Emergencies) -> Callable[[], Emergencies]:
    def give() -> Emergencies:
        return emergencies

    return give


def _listed(ask: Ask, emergencies: Emergencies, search: shapes.EmergencySearch) -> Answer:
    live = {"open": True, "ended": False, "all": None}[search.show]
    after = _cursor(search.cursor)
    rows = emergencies.listed(ask.officer, live=live, words=search.words, after=after, rows=search.rows)
    last = rows[-1] if len(rows) == search.rows else None
    following = None if last is None else f"{clock.to_us(last.opened_at)}.{last.emergency_id}"
    return ask.json(shapes.EmergencyPage(emergencies=[line_view(line) for line in rows], next=following))


def _cursor(text: str) -> Cursor | None:
    if not text:
        return None
    at, _, emergency_id = text.partition(".")
    if not (at.isascii() and at.isdigit() and len(at) < 18):
        raise Refused("cursor-invalid", field="cursor")
    return Cursor(opened_us=int(at), emergency_id=emergency_id[:40])


def _done(ask: Ask, emergencies: Emergencies, made: Channel | Release) -> Answer:
    """The whole channel; or, where nothing is sent yet, 202 with what waits for a second officer."""
    if not isinstance(made, Release):
        return _shown(ask, emergencies, made.id, status=201)
    with ask.database.read() as connection:
        names = accounts.names(connection)
    return ask.json({"waits": release_view(made, emergencies.releases.steps(made, ask.officer), names)}, status=202)


def _shown(ask: Ask, emergencies: Emergencies, name: str, *, status: int = 200) -> Answer:
    return ask.json(shown_view(emergencies.show(ask.officer, name), emergencies.node_id), status=status)
