"""The hotline for programs: list, show, open, and one door for each step (docs/reference/requests-api.md).

Bodies are strict JSON; every mistake of a form comes back at once as `application/problem+json` with `problems`.
Searches with words go by POST, so that no account number stands in an address or an access log.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from lienlac.errors import Refused
from lienlac.hotline.access import api as access_api
from lienlac.hotline.desk import Hotline
from lienlac.hotline.files import pages as files_pages
from lienlac.hotline.files.desk import each
from lienlac.hotline.files.showing import file_view
from lienlac.hotline.forms.described import opening_schemas, step_schemas
from lienlac.hotline.forms.examples import OPENING_EXAMPLES, STEP_EXAMPLES, STEP_SAYS
from lienlac.hotline.inbox import api as inbox_api
from lienlac.hotline.inbox.line import query_words
from lienlac.hotline.inbox.store import Cursor, Filter
from lienlac.hotline.inbox.view import decode_cursor, encode_cursor, line_view, request_view
from lienlac.hotline.lifecycle import Stage, Step
from lienlac.hotline.proposals.desk import RIGHT as SECOND_RIGHT
from lienlac.hotline.request import Request as Sent
from lienlac.hotline.rules.actions import RIGHT_OF
from lienlac.hotline.shown import Shown
from lienlac.interface.approvals import Waits
from lienlac.interface.parts import Empty
from lienlac.interface.requests import Checked, ListQuery, Page, Search, Why
from lienlac.interface.requests import Request as Shape
from lienlac.people import accounts
from lienlac.people.rights import Action
from lienlac.records.forms.problems import FormRefused
from lienlac.releases.release import Release
from lienlac.ui.guard import needs
from lienlac.ui.interface.router import OneRouter
from lienlac.ui.interface.speech import Schema, speaks
from lienlac.ui.page import Ask
from lienlac.ui.problems import form_refused
from lienlac.ui.releases.glass import check_glass
from lienlac.ui.releases.view import release_view
from lienlac.ui.words import N_

FORM = Schema(name="OpeningForm", schema=opening_schemas()["OpeningForm"], others=opening_schemas())
_SEARCH = {"last digits": {"direction": "in", "stage": "all", "words": "3456"}}
Answer = Response[bytes]


@get(
    "/api/requests",
    opt=needs(Action.REQUEST_READ) | speaks(N_("One page of requests"), "requests", Page, asks=ListQuery),
    sync_to_thread=True,
    name="api-requests",
)
def list_requests(ask: Ask, hotline: NamedDependency[Hotline]) -> Answer:
    """One page of requests by filters in the query; words are refused: addresses are written down on their way."""
    if ask.query.get("words"):
        raise Refused("search-in-address", field="words")
    return _listed(ask, hotline, Search(**msgspec.structs.asdict(ask.asked(ListQuery))))


@post(
    "/api/requests/search",
    opt=needs(Action.REQUEST_READ)
    | speaks(N_("One page of requests, found by words too"), "requests", Page, takes=Search, examples=_SEARCH),
    sync_to_thread=True,
    status_code=200,
    name="api-search",
)
def search_requests(ask: Ask, hotline: NamedDependency[Hotline]) -> Answer:
    """One page of requests by filters and words in the body."""
    return _listed(ask, hotline, ask.given(Search))


@get(
    "/api/requests/{name:str}",
    opt=needs(Action.REQUEST_READ) | speaks(N_("One request by id or reference"), "requests", Shape),
    sync_to_thread=True,
    name="api-request",
)
def show_request(ask: Ask, hotline: NamedDependency[Hotline], name: FromPath[str]) -> Answer:
    """One request by id or reference."""
    return _shown(ask, hotline, name)


@post(
    "/api/requests",
    opt=needs(Action.REQUEST_OPEN)
    | speaks(N_("Open a request"), "requests", Shape, takes=FORM, once=True, waits=Waits, examples=OPENING_EXAMPLES),
    sync_to_thread=True,
    name="api-open",
)
def open_request(ask: Ask, hotline: NamedDependency[Hotline]) -> Answer:
    """Open a request; the body is a form as in examples/."""
    opening = hotline.read_opening(ask.said(), ask.officer)
    check_glass(ask, opening.leaving.ahead)
    return _done(ask, hotline, hotline.open(ask.officer, opening, once=ask.once))


@post(
    "/api/requests/check",
    opt=needs(Action.REQUEST_OPEN)
    | speaks(N_("Only look whether a form is right"), "requests", Checked, takes=FORM, examples=OPENING_EXAMPLES),
    sync_to_thread=True,
    status_code=200,
    name="api-check",
)
def check_request(ask: Ask, hotline: NamedDependency[Hotline]) -> Answer:
    """Only look whether a form is right; nothing is sent."""
    opening = hotline.read_opening(ask.said(), ask.officer)
    return ask.json(Checked(right=True, kind=opening.kind, to=opening.to))


@post(
    "/api/requests/{name:str}/refusal/confirm",
    opt=needs(SECOND_RIGHT)
    | speaks(
        N_("Send a proposed refusal as its second officer"), "steps", Shape, takes=Empty, examples={"nothing": {}}
    ),
    sync_to_thread=True,
    name="api-confirm",
)
def confirm_refusal(ask: Ask, hotline: NamedDependency[Hotline], name: FromPath[str]) -> Answer:
    """Send a proposed refusal as its second officer; nobody confirms their own."""
    ask.given(Empty)
    request = hotline.second.confirm(ask.officer, name)
    return _shown(ask, hotline, request.id, status=201)


@post(
    "/api/requests/{name:str}/refusal/return",
    opt=needs(SECOND_RIGHT)
    | speaks(
        N_("Give a proposed refusal back, or take your own back"),
        "steps",
        Shape,
        takes=Why,
        examples={"a reason": {"reason": "The ground is another one."}},
    ),
    sync_to_thread=True,
    name="api-return-refusal",
)
def return_refusal(ask: Ask, hotline: NamedDependency[Hotline], name: FromPath[str]) -> Answer:
    """Give a proposed refusal back with a `reason`, or take one's own back; nothing is sent."""
    request = hotline.second.drop(ask.officer, name, ask.given(Why).reason)
    return _shown(ask, hotline, request.id, status=201)


def step_form(step: Step) -> Schema:
    """The description of a step's form."""
    name, schemas = step_schemas(step)
    return Schema(name=name, schema=schemas[name], others=schemas)


def _step_door(step: Step, action: Action) -> Any:
    """One handler for one step, so that each has its own right and its own line in the interface's description."""

    @post(
        f"/api/requests/{{name:str}}/{step.value}",
        opt=needs(action)
        | speaks(
            STEP_SAYS[step], "steps", Shape, takes=step_form(step), once=True, waits=Waits, examples=STEP_EXAMPLES[step]
        ),
        sync_to_thread=True,
        name=f"api-{step.value}",
        operation_id=f"{step.value.replace('-', '_')}_request",
    )
    def door(ask: Ask, hotline: NamedDependency[Hotline], name: FromPath[str]) -> Answer:
        form = hotline.read_step(name, step, ask.said(), ask.officer)
        check_glass(ask, form.leaving.ahead)
        return _done(ask, hotline, hotline.act(ask.officer, name, step, form, once=ask.once))

    return door


def routes(hotline: Hotline) -> OneRouter:
    """Everything above, for one node's hotline."""
    return OneRouter(
        path="/",
        route_handlers=[
            list_requests,
            search_requests,
            show_request,
            open_request,
            check_request,
            confirm_refusal,
            return_refusal,
            *(_step_door(step, action) for step, action in RIGHT_OF.items() if step is not Step.OPEN),
            *access_api.make_handlers(hotline),
            *inbox_api.make_handlers(hotline),
            *files_pages.make_doors(hotline),
        ],
        dependencies={"hotline": Provide(_always(hotline), sync_to_thread=False)},
        exception_handlers={FormRefused: form_refused},
    )


def _always(hotline: Hotline) -> Callable[[], Hotline]:
    def give() -> Hotline:
        return hotline

    return give


def _listed(ask: Ask, hotline: Hotline, search: Search) -> Answer:
    wanted = Filter(
        direction=search.direction,
        stage=None if search.stage == "all" else Stage(search.stage),
        kind=search.kind,
        urgency=search.urgency,
        state=search.state,
        peer=search.peer,
        words=query_words(search.words),
    )
    after = Cursor(*decode_cursor(search.cursor)) if search.cursor else None
    page = hotline.inbox(ask.officer, wanted, after=after, rows=search.rows)
    following = None if page.after is None else encode_cursor(page.after.order_us, page.after.request_id)
    return ask.json(Page(requests=[line_view(line) for line in page.rows], next=following))


def _done(ask: Ask, hotline: Hotline, done: Sent | Release) -> Answer:
    """The whole request; or, where nothing is sent yet, 202 with what waits for a second officer."""
    if not isinstance(done, Release):
        return _shown(ask, hotline, done.id, status=201)
    with ask.database.read() as connection:
        names = accounts.names(connection)
    return ask.json({"waits": release_view(done, hotline.releases.steps(done, ask.officer), names)}, status=202)


def _shown(ask: Ask, hotline: Hotline, name: str, *, status: int = 200) -> Answer:
    shown: Shown = hotline.show(ask.officer, name)
    files = [file_view(one) for one in each(hotline.files.of(shown.request))]
    return ask.json(request_view(shown, files, node_id=hotline.node_id), status=status)
