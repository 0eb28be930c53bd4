"""The description of the interface, as a document for programs and as a page for the people who write them.

Both are made once for each application, from its own routes. The page is HTML of ours alone: no script from anywhere,
nothing that calls. It shows every route, also those that the reader's roles do not allow: a shape holds no data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import get

from lienlac.people.rights import Action
from lienlac.ui.guard import needs, public
from lienlac.ui.interface import document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from litestar import Request, Response

    from lienlac.ui.page import Ask

_KEPT: Final = "lienlac.interface"
_WORDS_MAX: Final = 60
"""How many of a list's words a page shows; the document holds them all."""


@get(
    document.OWN,
    opt=public("the shape of the interface holds no data"),
    include_in_schema=False,
    sync_to_thread=True,
    name="openapi",
)
def openapi_document(ask: Ask, request: Request[Any, Any, Any]) -> Response[bytes]:
    """The OpenAPI document."""
    return ask.json(_made(ask, request))


@get("/interface", opt=needs(Action.ACCOUNT_OWN), include_in_schema=False, sync_to_thread=True, name="interface")
def interface_page(ask: Ask, request: Request[Any, Any, Any]) -> Response[str]:
    """The same to be read."""
    made = _made(ask, request)
    operations = [
        (path, method.upper(), operation)
        for path, methods in made["paths"].items()
        for method, operation in methods.items()
    ]
    groups = [
        (tag["description"], [_shown(*one) for one in operations if tag["name"] in one[2]["tags"]])
        for tag in made["tags"]
    ]
    schemas = [(name, list(_fields(schema)), _type(schema)) for name, schema in made["components"]["schemas"].items()]
    return ask.page(
        "interface.html",
        title=ask.gettext("Interface for programs"),
        document=document.OWN,
        url=ask.ground.config.base_url,
        groups=groups,
        schemas=schemas,
        count=len(operations),
    )


def _made(ask: Ask, request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The application's document; its routes do not change while it runs."""
    state = request.app.state
    if _KEPT not in state:
        state[_KEPT] = document.make(request.app, ask.ground.config.base_url)
    found: dict[str, Any] = state[_KEPT]
    return found


def _shown(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {})
    json = body.get("application/json", {})
    good = {code: answer for code, answer in operation["responses"].items() if code.startswith("2")}
    return {
        "id": operation["operationId"],
        "path": path,
        "method": method,
        "says": operation["summary"],
        "right": operation["x-right"],
        "named": operation["x-named-in-token"],
        "scope": operation["security"][0]["token"][0],
        "parameters": [(one, _type(one["schema"])) for one in operation.get("parameters", ())],
        "takes": _type(json["schema"]) if json else "",
        "file": "application/octet-stream" in body,
        "examples": [
            (name, msgspec.json.format(msgspec.json.encode(one["value"]), indent=2).decode())
            for name, one in json.get("examples", {}).items()
        ],
        "gives": [
            (code, ", ".join(f"{media}: {_type(one['schema'])}" for media, one in answer["content"].items()))
            for code, answer in good.items()
        ],
        "refuses": [code for code in operation["responses"] if code.isdigit() and not code.startswith("2")],
    }


def _fields(schema: dict[str, Any]) -> Iterator[tuple[str, str, bool, str]]:
    """Name, type, whether it must be there, and what it is."""
    for name, one in schema.get("properties", {}).items():
        yield name, _type(one), name in schema.get("required", ()), _said(one)


def _said(schema: dict[str, Any]) -> str:
    inner = [one for one in schema.get("anyOf", ()) if "description" in one]
    return str(schema.get("description") or (inner[0]["description"] if inner else ""))


def _type(schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    several = schema.get("anyOf") or schema.get("oneOf")
    if several:
        named = [_type(one) for one in several if one not in ({"type": "null"}, {"enum": ["", None]})]
        return " | ".join(dict.fromkeys(named))
    if "const" in schema:
        return f'"{schema["const"]}"'
    if "enum" in schema:
        shown = [f'"{word}"' for word in schema["enum"][:_WORDS_MAX]]
        return " | ".join(shown) + (" | …" if len(schema["enum"]) > _WORDS_MAX else "")
    if schema.get("type") == "array":
        places = [_type(one) for one in schema.get("prefixItems", ())]
        others = schema.get("items", not places)  # false: no more than these; true: whatever comes
        rest = [] if others is False else [_type({} if others is True else others)]
        return f"[{', '.join(places + rest)}]"
    kind = schema.get("type", "object")
    shown_kind = " | ".join(one for one in kind if one != "null") if isinstance(kind, list) else str(kind)
    return f"{shown_kind} ({schema['format']})" if "format" in schema else shown_kind


HANDLERS: Final = (openapi_document, interface_page)
