"""The hotline for programs: list, show, open, and one door for each step (docs/reference/requests-api.md).

Bodies are strict JSON; every mistake of a form comes back at once as `application/problem+json` with `problems`.
Searches with words go by POST, so that no account number stands in an address or an access log.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from lienlac import limits, strictjson
from lienlac.errors import NotAllowed, Refused
from lienlac.hotline.access import api as access_api
from lienlac.hotline.desk import RIGHT_OF, Hotline
from lienlac.hotline.files import pages as files_pages
from lienlac.hotline.files.desk import each
from lienlac.hotline.files.showing import file_view
from lienlac.hotline.forms.problems import FormRefused
from lienlac.hotline.forms.reader import Reader
from lienlac.hotline.inbox.line import query_words
from lienlac.hotline.inbox.store import Cursor, Filter
from lienlac.hotline.inbox.view import decode_cursor, encode_cursor, line_of_thread, line_view, request_view
from lienlac.hotline.lifecycle import Stage, Step
from lienlac.hotline.proposals.desk import RIGHT as SECOND_RIGHT
from lienlac.hotline.shown import Shown
from lienlac.people.rights import Action
from lienlac.ui.guard import ask_of, needs
from lienlac.ui.page import Ask

Answer = Response[bytes]


class Search(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a list shows. `stage` is open, answered, ended or all; `words` searches text, references, last digits."""

    direction: str = "in"
    stage: str = "open"
    kind: str | None = None
    urgency: str | None = None
    state: str | None = None
    peer: str | None = None
    words: Annotated[str, msgspec.Meta(max_length=limits.LINE_MAX_CHARS)] = ""
    cursor: str = ""
    rows: Annotated[int, msgspec.Meta(ge=1, le=limits.PAGE_MAX_ROWS)] = limits.PAGE_DEFAULT_ROWS


@get("/api/requests", opt=needs(Action.REQUEST_READ), sync_to_thread=True, name="api-requests")
def list_requests(ask: Ask, hotline: NamedDependency[Hotline]) -> Answer:
    """One page of requests by filters in the query; words are refused: addresses are written down on their way."""
    if ask.query.get("words"):
        raise Refused("search-in-address", field="words")
    known = {name: value for name, value in ask.query.items() if name != "words"}
    return _listed(ask, hotline, _search({**known, "rows": ask.number("rows", default=50, low=1, high=200)}))


@post("/api/requests/search", opt=needs(Action.REQUEST_READ), sync_to_thread=True, status_code=200, name="api-search")
def search_requests(ask: Ask, hotline: NamedDependency[Hotline]) -> Answer:
    """One page of requests by filters and words in the body."""
    return _listed(ask, hotline, _search(_body(ask)))


@get("/api/requests/{name:str}", opt=needs(Action.REQUEST_READ), sync_to_thread=True, name="api-request")
def show_request(ask: Ask, hotline: NamedDependency[Hotline], name: FromPath[str]) -> Answer:
    """One request by id or reference."""
    return _shown(ask, hotline, name)


@post("/api/requests", opt=needs(Action.REQUEST_OPEN), sync_to_thread=True, name="api-open")
def open_request(ask: Ask, hotline: NamedDependency[Hotline]) -> Answer:
    """Open a request; the body is a form as in examples/."""
    request = hotline.open(ask.officer, hotline.read_opening(_body(ask), ask.officer), once=ask.once)
    return _shown(ask, hotline, request.id, status=201)


@post("/api/requests/check", opt=needs(Action.REQUEST_OPEN), sync_to_thread=True, status_code=200, name="api-check")
def check_request(ask: Ask, hotline: NamedDependency[Hotline]) -> Answer:
    """Only look whether a form is right; nothing is sent."""
    opening = hotline.read_opening(_body(ask), ask.officer)
    return ask.json({"right": True, "kind": opening.kind, "to": opening.to})


@post("/api/requests/{name:str}/refusal/confirm", opt=needs(SECOND_RIGHT), sync_to_thread=True, name="api-confirm")
def confirm_refusal(ask: Ask, hotline: NamedDependency[Hotline], name: FromPath[str]) -> Answer:
    """Send a proposed refusal as its second officer; nobody confirms their own."""
    request = hotline.second.confirm(ask.officer, name)
    return _shown(ask, hotline, request.id, status=201)


@post(
    "/api/requests/{name:str}/refusal/return", opt=needs(SECOND_RIGHT), sync_to_thread=True, name="api-return-refusal"
)
def return_refusal(ask: Ask, hotline: NamedDependency[Hotline], name: FromPath[str]) -> Answer:
    """Give a proposed refusal back with a `reason`, or take one's own back; nothing is sent."""
    form = Reader(_body(ask), now=ask.now)
    reason = form.line("reason", required=False)
    form.finish()
    request = hotline.second.drop(ask.officer, name, reason)
    return _shown(ask, hotline, request.id, status=201)


def _step_door(step: Step, action: Action) -> Any:
    """One handler for one step, so that each has its own right and its own line in the interface's description."""

    @post(
        f"/api/requests/{{name:str}}/{step.value}",
        opt=needs(action),
        sync_to_thread=True,
        name=f"api-{step.value}",
        operation_id=f"{step.value}Request",
    )
    def door(ask: Ask, hotline: NamedDependency[Hotline], name: FromPath[str]) -> Answer:
        form = hotline.read_step(name, step, _body(ask), ask.officer)
        request = hotline.act(ask.officer, name, step, form, once=ask.once)
        return _shown(ask, hotline, request.id, status=201)

    return door


def routes(hotline: Hotline) -> Router:
    """Everything above, for one node's hotline."""
    return Router(
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
            *files_pages.make_doors(hotline),
        ],
        dependencies={"hotline": Provide(_always(hotline), sync_to_thread=False)},
        exception_handlers={FormRefused: _form_refused},
    )


def _always(hotline: Hotline) -> Callable[[], Hotline]:
    def give() -> Hotline:
        return hotline

    return give


def _body(ask: Ask) -> Any:
    return strictjson.loads(ask.body or b"{}", max_bytes=limits.FORM_MAX_BYTES)


def _search(data: object) -> Search:
    try:
        return msgspec.convert(data, Search)
    except msgspec.ValidationError as error:
        raise Refused("request-malformed", reason=str(error)[: limits.LINE_MAX_CHARS]) from error


def _listed(ask: Ask, hotline: Hotline, search: Search) -> Answer:
    if search.direction not in {"in", "out"}:
        raise Refused("choice-invalid", field="direction", value=search.direction[:40])
    if search.stage != "all" and search.stage not in list(Stage):
        raise Refused("choice-invalid", field="stage", value=search.stage[:40])
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
    return ask.json({"requests": [line_view(line) for line in page.rows], "next": following})


def _shown(ask: Ask, hotline: Hotline, name: str, *, status: int = 200) -> Answer:
    shown: Shown = hotline.show(ask.officer, name)
    steps = tuple(step.value for step in shown.steps)
    view = request_view(shown.request, shown.dues, steps, node_id=hotline.node_id, officers=shown.officers)
    notices = [
        {"at": notice.at, "code": notice.code, "clock": notice.clock, "percent": notice.percent}
        for notice in shown.notices
    ]
    beside = {
        "notices": notices,
        "files": [file_view(one) for one in each(hotline.files.of(shown.request))],
        "proposal": shown.proposal,
        "follows": None if shown.earlier is None else line_of_thread(shown.earlier),
        "followed_by": [line_of_thread(one) for one in shown.later],
    }
    return ask.json({**view, **beside}, status=status)


def _form_refused(request: Request[Any, Any, Any], error: FormRefused) -> Response[bytes]:
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
