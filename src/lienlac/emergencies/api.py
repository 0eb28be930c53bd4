"""Emergencies for programs: list, show, open, one door for each step, the record, who may see it.

The same desk as the screens', so the same rights. Bodies are strict JSON; every mistake of a form comes back at once
as `application/problem+json` with `problems`. Searches with words go by POST: addresses are written down on their way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from lienlac import clock, limits, strictjson
from lienlac.emergencies.access.desk import ALLOW, LIFT, RESTRICT, TAKE_BACK
from lienlac.emergencies.desk import Emergencies
from lienlac.emergencies.forms.reader import EmergencyFormRefused
from lienlac.emergencies.lifecycle import Step
from lienlac.emergencies.pages.channel import record_file
from lienlac.emergencies.store.lines import Cursor
from lienlac.emergencies.views.record import line_view, shown_view
from lienlac.errors import NotAllowed, Refused
from lienlac.people.rights import Action
from lienlac.ui.guard import ask_of, needs
from lienlac.ui.page import Ask

Answer = Response[bytes]
T = TypeVar("T")
STEPS = (
    Step.ANSWER, Step.ENTRY, Step.RETRACT, Step.REPORT, Step.PRESENCE, Step.HAND_OVER, Step.HOLD, Step.STAND_DOWN,
    Step.RESUME,
)  # fmt: skip
ACCESS = {"restrict": RESTRICT, "allow": ALLOW, "take-back": TAKE_BACK, "lift": LIFT}
Line = Annotated[str, msgspec.Meta(max_length=limits.LINE_MAX_CHARS)]
Names = Annotated[tuple[Line, ...], msgspec.Meta(max_length=limits.RESTRICTED_TO_MAX)]


class Search(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a list shows. `show` is open, ended or all; `words` searches references, titles, organisations, entries."""

    show: Line = "open"
    words: Line = ""
    cursor: Line = ""
    rows: Annotated[int, msgspec.Meta(ge=1, le=limits.PAGE_MAX_ROWS)] = limits.PAGE_DEFAULT_ROWS


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whom an act of need-to-know is about, and why: units by id or name, officers by id or login."""

    units: Names = ()
    officers: Names = ()
    reason: Line = ""


@get("/api/emergencies", opt=needs(Action.EMERGENCY_READ), sync_to_thread=True, name="api-emergencies")
def list_emergencies(ask: Ask, emergencies: NamedDependency[Emergencies]) -> Answer:
    """One page of channels by filters in the query; words are refused there."""
    if ask.query.get("words"):
        raise Refused("search-in-address", field="words")
    known = dict(ask.query) | {"rows": ask.number("rows", default=50, low=1, high=limits.PAGE_MAX_ROWS)}
    return _listed(ask, emergencies, _converted(known, Search))


@post(
    "/api/emergencies/search",
    opt=needs(Action.EMERGENCY_READ),
    sync_to_thread=True,
    status_code=200,
    name="api-emergency-search",
)
def search_emergencies(ask: Ask, emergencies: NamedDependency[Emergencies]) -> Answer:
    """One page of channels by filters and words in the body."""
    return _listed(ask, emergencies, _converted(_body(ask), Search))


@get("/api/emergencies/{name:str}", opt=needs(Action.EMERGENCY_READ), sync_to_thread=True, name="api-emergency")
def show_emergency(ask: Ask, emergencies: NamedDependency[Emergencies], name: FromPath[str]) -> Answer:
    """One channel by id or reference."""
    return _shown(ask, emergencies, name)


@get(
    "/api/emergencies/{name:str}/record",
    opt=needs(Action.EMERGENCY_READ),
    sync_to_thread=True,
    name="api-emergency-record",
)
def emergency_record(ask: Ask, emergencies: NamedDependency[Emergencies], name: FromPath[str]) -> Answer:
    """The whole channel as a file: every message with its digest. Who takes it out is journalled."""
    return record_file(ask, emergencies, name)


@post("/api/emergencies", opt=needs(Action.EMERGENCY_OPEN), sync_to_thread=True, name="api-emergency-open")
def open_emergency(ask: Ask, emergencies: NamedDependency[Emergencies]) -> Answer:
    """Open a channel; the body is a form as in examples/."""
    emergency = emergencies.open(ask.officer, emergencies.read_opening(_body(ask)), once=ask.once)
    return _shown(ask, emergencies, emergency.id, status=201)


@get(
    "/api/emergencies/{name:str}/access",
    opt=needs(Action.EMERGENCY_READ),
    sync_to_thread=True,
    name="api-emergency-access",
)
def who_sees_emergency(ask: Ask, emergencies: NamedDependency[Emergencies], name: FromPath[str]) -> Answer:
    """Who may see a channel."""
    return _access(ask, emergencies, name)


def _step_door(step: Step) -> Any:
    """One handler for one step, so that each has its own line in the interface's description."""

    @post(
        f"/api/emergencies/{{name:str}}/{step.value}",
        opt=needs(Action.EMERGENCY_WRITE),
        sync_to_thread=True,
        name=f"api-emergency-{step.value}",
        operation_id=f"{step.value}Emergency",
    )
    def door(ask: Ask, emergencies: NamedDependency[Emergencies], name: FromPath[str]) -> Answer:
        form = emergencies.read_step(ask.officer, name, step, _body(ask))
        emergency = emergencies.act(ask.officer, name, step, form, once=ask.once)
        return _shown(ask, emergencies, emergency.id, status=201)

    return door


def _access_door(name_of_door: str, act: str) -> Any:
    @post(
        f"/api/emergencies/{{name:str}}/{name_of_door}",
        opt=needs(Action.EMERGENCY_RESTRICT),
        sync_to_thread=True,
        status_code=200,
        name=f"api-emergency-{name_of_door}",
        operation_id=f"{name_of_door}Emergency",
    )
    def door(ask: Ask, emergencies: NamedDependency[Emergencies], name: FromPath[str]) -> Answer:
        body = _converted(_body(ask), Named)
        thing = emergencies.access.change(
            ask.officer, name, act, units=body.units, officers=body.officers, reason=body.reason
        )
        return ask.json(
            {"restricted": thing.restricted, "units": sorted(thing.units), "officers": sorted(thing.officers)}
        )

    return door


def routes(emergencies: Emergencies) -> Router:
    """Everything above, for one node's channels."""
    return Router(
        path="/",
        route_handlers=[
            list_emergencies,
            search_emergencies,
            show_emergency,
            emergency_record,
            open_emergency,
            who_sees_emergency,
            *(_step_door(step) for step in STEPS),
            *(_access_door(name, act) for name, act in ACCESS.items()),
        ],
        dependencies={"emergencies": Provide(_always(emergencies), sync_to_thread=False)},
        exception_handlers={EmergencyFormRefused: _form_refused},
    )


def _always(emergencies: Emergencies) -> Callable[[], Emergencies]:
    def give() -> Emergencies:
        return emergencies

    return give


def _body(ask: Ask) -> Any:
    return strictjson.loads(ask.body or b"{}", max_bytes=limits.FORM_MAX_BYTES)


def _converted(data: object, kind: type[T]) -> T:
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise Refused("request-malformed", reason=str(error)[: limits.LINE_MAX_CHARS]) from error


def _listed(ask: Ask, emergencies: Emergencies, search: Search) -> Answer:
    states = {"open": True, "ended": False, "all": None}
    if search.show not in states:
        raise Refused("choice-invalid", field="show", value=search.show[:40])
    rows = emergencies.listed(
        ask.officer, live=states[search.show], words=search.words, after=_cursor(search.cursor), rows=search.rows
    )
    last = rows[-1] if len(rows) == search.rows else None
    following = None if last is None else f"{clock.to_us(last.opened_at)}.{last.emergency_id}"
    return ask.json({"emergencies": [line_view(line) for line in rows], "next": following})


def _cursor(text: str) -> Cursor | None:
    if not text:
        return None
    at, _, emergency_id = text.partition(".")
    if not (at.isascii() and at.isdigit() and len(at) < 18):
        raise Refused("cursor-invalid", field="cursor")
    return Cursor(opened_us=int(at), emergency_id=emergency_id[:40])


def _shown(ask: Ask, emergencies: Emergencies, name: str, *, status: int = 200) -> Answer:
    return ask.json(shown_view(emergencies.show(ask.officer, name), emergencies.node_id), status=status)


def _access(ask: Ask, emergencies: Emergencies, name: str) -> Answer:
    found = emergencies.access.who_sees(ask.officer, name)
    return ask.json(
        {
            "emergency": found.emergency_id,
            "reference": found.reference,
            "restricted": found.restricted,
            "units": [{"id": unit.id, "name_vi": unit.name_vi, "name_en": unit.name_en} for unit in found.units],
            "officers": [{"id": officer.id, "name": officer.name} for officer in found.officers],
            "may_change": found.may_change,
        }
    )


def _form_refused(request: Request[Any, Any, Any], error: EmergencyFormRefused) -> Response[bytes]:
    """All mistakes of a form, each with its field and both sentences."""
    ask = ask_of(request)
    if ask is None:
        raise NotAllowed("not-found") from error
    problem = {
        "type": f"urn:lienlac:error:{error.code}",
        "title": error.code,
        "status": 422,
        "detail": ask.sentence(error),
        "code": error.code,
        "field": error.field,
        "sentences": {"en": error.sentence("en"), "vi": error.sentence("vi")},
        "request_id": ask.request_id,
        "problems": error.problems,
    }
    headers = {"X-Request-Id": ask.request_id}
    return Response(
        msgspec.json.encode(problem), media_type="application/problem+json", status_code=422, headers=headers
    )
