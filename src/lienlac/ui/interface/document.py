"""The OpenAPI 3.1 document, made of the routes as they stand: their paths, rights and speeches, and nothing else.

Answers with a mistake are the same everywhere (RFC 9457), so they stand once, as components. What a right or a scope is
stands beside each operation. No address of any other machine is in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar.routes import HTTPRoute

import lienlac
from lienlac import limits
from lienlac.errors import catalogue
from lienlac.interface.parts import Problem
from lienlac.people.fresh import STEP_UP
from lienlac.people.rights import READING
from lienlac.ui.guard import Access
from lienlac.ui.interface.speech import KEY, Body, Schema, Speech
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from litestar import Litestar
    from litestar.handlers import HTTPRouteHandler

    from lienlac.people.rights import Action

PREFIX: Final = "/api/"
OWN: Final = "/api/openapi.json"
_PLACE: Final = re.compile(r"\{(\w+):\w+\}")
_REF: Final = "#/components/schemas/{name}"

TAGS: Final = {
    "requests": N_("Requests"),
    "steps": N_("Steps of a request"),
    "access": N_("Who may see it"),
    "files": N_("Files"),
    "inbox": N_("Inbox"),
    "duty": N_("Roster and alarms"),
    "handover": N_("Hand-over"),
    "drills": N_("Drills"),
    "emergencies": N_("Emergencies"),
    "warnings": N_("Flash warnings"),
    "intelligence": N_("Intelligence"),
    "methods": N_("Methods and tricks"),
    "feeds": N_("Feeds"),
    "approvals": N_("Second officer"),
    "documents": N_("Documents"),
    "identifiers": N_("Identifiers"),
    "sharing": N_("Intelligence shared"),
    "cases": N_("Cases"),
    "programmes": N_("Joint programmes"),
    "delegations": N_("Delegations"),
    "lessons": N_("Lessons"),
}
"""What routes are about, in the order in which a page shows them; the label is a msgid."""

PLACES: Final = {
    "name": ("Id or reference of the request.", "US-2026-000412"),
    "warning": ("Id or reference of the flash warning.", "VN-W-2026-000001"),
    "method_id": ("Id of the record.", "mth-aaaaaaaaaaaaaaaaaaaaaaaaaa"),
    "message": ("Id or digest of one of its messages.", "msg-aaaaaaaaaaaaaaaaaaaaaaaaaa"),
    "file_id": ("Id of the file.", "att-aaaaaaaaaaaaaaaaaaaaaaaaaa"),
    "upload_id": ("Id of a file that was put in.", "upl-aaaaaaaaaaaaaaaaaaaaaaaaaa"),
    "alarm_id": ("Id of the alarm.", "alm-aaaaaaaaaaaaaaaaaaaaaaaaaa"),
    "thing_kind": ("What kind of thing it is: request or emergency.", "request"),
    "draft_id": ("Id of a report that was read in.", "itk-aaaaaaaaaaaaaaaaaaaaaaaaaa"),
    "thing": ("Id of the thing.", "req-aaaaaaaaaaaaaaaaaaaaaaaaaa"),
    "release_id": ("Id of what waits for a second officer.", "rel-aaaaaaaaaaaaaaaaaaaaaaaaaa"),
    "drill_id": ("Id of the drill.", "drl-aaaaaaaaaaaaaaaaaaaaaaaaaa"),
    "share_id": ("Id of the share.", "shr-aaaaaaaaaaaaaaaaaaaaaaaaaa"),
    "filter_id": ("Id of the saved filter.", "flt-aaaaaaaaaaaaaaaaaaaaaaaaaa"),
    "collection_id": ("Id of the collection.", "11111111-1111-4111-8111-111111111111"),
    "object_id": ("Id of the STIX object.", "indicator--11111111-1111-4111-8111-111111111111"),
    "held_id": ("Id of the object in quarantine.", "qua-aaaaaaaaaaaaaaaaaaaaaaaaaa"),
    "record_id": ("Id or reference of the shared record.", "VN-P-2026-000001"),
    "quarter": ("Quarter of a year.", "2026-Q3"),
    "element_id": ("Id of the element of a record.", "rmk-aaaaaaaaaaaaaaaaaaaaaaaaaa"),
    "run_id": ("Id of a run of a lesson's checklist.", "run-aaaaaaaaaaaaaaaaaaaaaaaaaa"),
    "note_id": ("Id of the hand-over note.", "hnd-aaaaaaaaaaaaaaaaaaaaaaaaaa"),
}
"""Names that stand in paths: what they are, and an example."""

_FAILURES: Final = {
    "400": ("Malformed", "The call is not readable: not JSON, a wrong type, or a field that does not exist."),
    "401": ("NoToken", "No token, or one that is unknown, ended or expired."),
    "403": ("Forbidden", "The officer's roles, or the token's scope, do not allow it."),
    "404": ("NotFound", "There is nothing by that name, or nothing that this officer may know of."),
    "405": ("NoSuchMethod", "The address exists, the method does not."),
    "409": ("NotNow", "The present state, or a rule of this authority, does not allow it."),
    "413": ("TooLarge", "The body is larger than its bound."),
    "422": ("Mistakes", "The call is readable and says something that cannot be; a form's mistakes come all at once."),
    "429": ("TooMany", "Too many attempts; wait."),
    "503": ("Busy", "The node cannot do it at present, such as when its disk is full; try again."),
    "default": ("Otherwise", "Anything else that went wrong, in the same form."),
}


@dataclass(frozen=True, slots=True)
class Call:
    """One route and method of the interface."""

    path: str
    method: str
    handler: HTTPRouteHandler
    action: Action | None
    speech: Speech | None

    @property
    def operation_id(self) -> str:
        """A name for programs: the handler's own, in their way of writing."""
        given = self.handler.operation_id
        fn: Any = self.handler.fn
        named = given if isinstance(given, str) else getattr(fn, "func", fn).__name__
        first, *rest = named.split("_")
        return first + "".join(word.capitalize() for word in rest)

    @property
    def scope(self) -> str:
        """What a token must be made for."""
        return "read" if self.action in READING else "write"

    @property
    def places(self) -> list[str]:
        """Names in the path."""
        return _PLACE.findall(self.path)

    @property
    def shown_path(self) -> str:
        """The path as OpenAPI writes it."""
        return _PLACE.sub(r"{\1}", self.path)


def calls(app: Litestar) -> list[Call]:
    """Every route of the interface but the document's own, by path and method."""
    found = []
    for route in app.routes:
        if not isinstance(route, HTTPRoute) or not route.path.startswith(PREFIX) or route.path == OWN:
            continue
        for handler in route.route_handlers:
            access = handler.opt.get("access")
            action = access.action if isinstance(access, Access) else None
            speech = handler.opt.get(KEY)
            for method in handler.http_methods - {"HEAD", "OPTIONS"}:
                said = speech if isinstance(speech, Speech) else None
                found.append(Call(route.path, str(method), handler, action, said))
    return sorted(found, key=lambda call: (call.path, call.method))


def make(app: Litestar, url: str) -> dict[str, Any]:
    """The whole document; `url` is where this node answers its programs."""
    spoken = [call for call in calls(app) if call.speech is not None]
    paths: dict[str, dict[str, Any]] = {}
    for call in spoken:
        paths.setdefault(call.shown_path, {})[call.method.lower()] = _operation(call)
    used = {call.speech.tag for call in spoken if call.speech is not None}
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Lienlac",
            "version": lienlac.__version__,
            "summary": "A node's interface for programs of its own authority.",
            "description": "A program acts as an officer, by that officer's token, and may do no more than they. "
            f"Bodies are strict JSON of at most {limits.FORM_MAX_BYTES} bytes: no field twice, none not named here. "
            "Lists come in pages: `next` of one is the `cursor` of the following. A mistake is a problem document.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": url}],
        "security": [{"token": []}],
        "tags": [{"name": tag, "description": label} for tag, label in TAGS.items() if tag in used],
        "paths": paths,
        "components": {
            "schemas": _schemas(spoken),
            "responses": {name: _failure(text) for name, text in _FAILURES.values()},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "lienlac_ and 43 letters, digits, - or _",
                    "description": "An officer makes it on the account page: for reading or for acting, with an end. "
                    "It can be ended there at any time. An act with `x-named-in-token` needs one that names its right.",
                }
            },
        },
    }


# --- operations ---------------------------------------------------------------------------------------------------


def _operation(call: Call) -> dict[str, Any]:
    speech = call.speech
    assert speech is not None  # noqa: S101  # `make` leaves the others out
    operation: dict[str, Any] = {
        "operationId": call.operation_id,
        "tags": [speech.tag],
        "summary": speech.says,
        "security": [{"token": [call.scope]}],
        "x-right": None if call.action is None else call.action.value,
        "x-named-in-token": call.action in STEP_UP,
        "parameters": [*map(_place, call.places), *_query(speech), *_headers(speech)],
        "responses": {str(call.handler.status_code): _answer(speech), **_later(speech), **_failures(call)},
    }
    if not operation["parameters"]:
        del operation["parameters"]
    if speech.carries == "in":
        operation["requestBody"] = {"required": True, "content": {"application/octet-stream": {"schema": {}}}}
    elif speech.takes is not None:
        examples = {name: {"value": value} for name, value in speech.examples.items()}
        content: dict[str, Any] = {"schema": _reference(speech.takes)}
        if examples:
            content["examples"] = examples
        operation["requestBody"] = {"required": True, "content": {"application/json": content}}
    return operation


def _place(name: str) -> dict[str, Any]:
    text, example = PLACES.get(name, (f"The {name.removesuffix('_id').replace('_', ' ')}.", "x"))
    schema = {"type": "string", "minLength": 1, "maxLength": limits.LINE_MAX_CHARS}
    return {"name": name, "in": "path", "required": True, "description": text, "schema": schema, "example": example}


def _query(speech: Speech) -> Iterator[dict[str, Any]]:
    if speech.asks is None:
        return
    (_, found) = msgspec.json.schema_components((speech.asks,), ref_template=_REF)
    described = found[speech.asks.__name__]
    for name, schema in described.get("properties", {}).items():
        required = name in described.get("required", ())
        yield {"name": name, "in": "query", "required": required, "schema": _without_null(schema)}


def _headers(speech: Speech) -> Iterator[dict[str, Any]]:
    if speech.once:
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "The same key with the same body is done once and answered again, for two days.",
            "schema": {"type": "string", "pattern": '^("[A-Za-z0-9_-]{8,64}"|[A-Za-z0-9_-]{8,64})$'},
            "example": '"0123456789abcdef"',
        }
    if speech.carries == "in":
        yield {
            "name": "Content-Disposition",
            "in": "header",
            "required": False,
            "description": "The file's name (RFC 6266), filename or filename*; it gets a plain one without.",
            "schema": {"type": "string"},
            "example": 'attachment; filename="statement.pdf"',
        }
    if speech.carries == "out":
        yield {
            "name": "Range",
            "in": "header",
            "required": False,
            "description": "From a byte to the end, to go on after a cut.",
            "schema": {"type": "string", "pattern": "^bytes=[0-9]{1,12}-$"},
            "example": "bytes=1048576-",
        }


def _answer(speech: Speech) -> dict[str, Any]:
    if speech.carries == "out" or speech.gives is None:
        media = speech.media if speech.carries != "out" else "application/octet-stream"
        return {"description": "The content.", "content": {media: {"schema": {"type": "string"}}}}
    return {"description": "Done.", "content": {speech.media: {"schema": _reference(speech.gives)}}}


def _later(speech: Speech) -> dict[str, Any]:
    """The answer where nothing is done yet."""
    if speech.waits is None:
        return {}
    content = {speech.media: {"schema": _reference(speech.waits)}}
    return {"202": {"description": "Nothing is sent yet: it waits for a second officer.", "content": content}}


def _failures(call: Call) -> dict[str, Any]:
    """The mistakes that this operation may answer with."""
    codes = {"401", "403", "405", "429", "503", "default"}
    if call.places:
        codes.add("404")
    if call.method != "GET":
        codes |= {"400", "404", "409", "413", "422"}
    if call.speech is not None and call.speech.asks is not None:
        codes |= {"400", "422"}
    return {code: {"$ref": f"#/components/responses/{name}"} for code, (name, _) in _FAILURES.items() if code in codes}


def _failure(text: str) -> dict[str, Any]:
    return {
        "description": text,
        "content": {"application/problem+json": {"schema": {"$ref": _REF.format(name="Problem")}, "example": _PROBLEM}},
    }


_PROBLEM: Final = {
    "type": "urn:lienlac:error:not-found",
    "title": "not-found",
    "status": 404,
    "detail": catalogue()["not-found"]["en"],
    "code": "not-found",
    "field": None,
    "sentences": {"en": catalogue()["not-found"]["en"], "vi": catalogue()["not-found"]["vi"]},
    "request_id": "0123456789abcdef",
}


# --- schemas ------------------------------------------------------------------------------------------------------


def _reference(body: Body) -> dict[str, Any]:
    return {"$ref": _REF.format(name=body.name if isinstance(body, Schema) else body.__name__)}


def _schemas(spoken: Iterable[Call]) -> dict[str, Any]:
    """Every body and what stands in it, by name."""
    bodies = [body for call in spoken if call.speech for body in _bodies(call.speech) if body]
    types = dict.fromkeys(body for body in bodies if not isinstance(body, Schema))
    _, found = msgspec.json.schema_components((Problem, *types), ref_template=_REF)
    schemas = dict(found)
    for body in bodies:
        if isinstance(body, Schema):
            schemas |= {body.name: dict(body.schema)} | {name: dict(other) for name, other in body.others.items()}
    return dict(sorted(schemas.items()))


def _bodies(speech: Speech) -> tuple[Body | None, ...]:
    return speech.takes, speech.gives, speech.waits


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """An address cannot say null."""
    kept = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if not kept:
        return schema
    rest = {name: value for name, value in schema.items() if name not in {"anyOf", "default"}}
    return rest | (kept[0] if len(kept) == 1 else {"anyOf": kept})
