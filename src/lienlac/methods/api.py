"""Methods for programs: the kinds of crime, records, sharing, STIX and the leaflet. The same desk as the screens'."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from lienlac import clock
from lienlac.errors import Refused
from lienlac.interface.approvals import ApprovalLine
from lienlac.interface.threats import methods as shapes
from lienlac.methods.desk import Methods, Outcome
from lienlac.methods.forms.examples import CHANGE_EXAMPLES, METHOD_EXAMPLES, REVOKE_EXAMPLES, SHARE_EXAMPLES
from lienlac.methods.pages.typology import file
from lienlac.methods.showing.stixing import vocabulary_bundle
from lienlac.methods.store.records import Cursor
from lienlac.methods.views import line_view, sent_view, shown_view, typology_list
from lienlac.people import accounts
from lienlac.people.rights import Action
from lienlac.records.forms.problems import FormRefused
from lienlac.ui.guard import needs
from lienlac.ui.interface.router import OneRouter
from lienlac.ui.interface.speech import speaks
from lienlac.ui.page import Ask
from lienlac.ui.problems import form_refused
from lienlac.ui.releases.view import release_view
from lienlac.ui.words import N_
from lienlac.vocabulary import typologies

Answer = Response[bytes]
_TAG: Final = "methods"
_SEARCH: Final = {"a word": {"words": "ngoại hối"}}
_INTO: Final = {"a collection": {"collection": "5e1f8a3c-6c1d-4b55-9b0a-0d3f6f2f7a10"}}
_READ: Final = needs(Action.METHOD_READ)


@get(
    "/api/typologies",
    opt=_READ | speaks(N_("Every kind of crime, with red flags and techniques"), _TAG, shapes.TypologyList),
    sync_to_thread=True,
    name="api-typologies",
)
def list_typologies(ask: Ask) -> Answer:
    """The shared words for kinds of crime; law hints are not verified."""
    return ask.json(typology_list())


@get(
    "/api/typologies/stix",
    opt=_READ | speaks(N_("The kinds of crime as STIX attack patterns"), _TAG, shapes.StixBundle),
    sync_to_thread=True,
    name="api-typologies-stix",
)
def typologies_stix(ask: Ask) -> Answer:
    """The same as a bundle."""
    return ask.json(vocabulary_bundle(typologies))


@get(
    "/api/methods",
    opt=_READ | speaks(N_("One page of methods"), _TAG, shapes.MethodPage, asks=shapes.MethodQuery),
    sync_to_thread=True,
    name="api-methods",
)
def list_methods(ask: Ask, methods: NamedDependency[Methods]) -> Answer:
    """One page of records by filters in the query; words are refused there."""
    if ask.query.get("words"):
        raise Refused("search-in-address", field="words")
    asked = ask.asked(shapes.MethodQuery)
    return _listed(ask, methods, shapes.MethodSearch(**msgspec.structs.asdict(asked)))


@post(
    "/api/methods/search",
    opt=_READ
    | speaks(
        N_("One page of methods, found by words too"),
        _TAG,
        shapes.MethodPage,
        takes=shapes.MethodSearch,
        examples=_SEARCH,
    ),
    sync_to_thread=True,
    status_code=200,
    name="api-method-search",
)
def search_methods(ask: Ask, methods: NamedDependency[Methods]) -> Answer:
    """One page of records by filters and words in the body."""
    return _listed(ask, methods, ask.given(shapes.MethodSearch))


@get(
    "/api/methods/{method_id:str}",
    opt=_READ | speaks(N_("One method with every version"), _TAG, shapes.Method),
    sync_to_thread=True,
    name="api-method",
)
def show_method(ask: Ask, methods: NamedDependency[Methods], method_id: FromPath[str]) -> Answer:
    """One record."""
    return ask.json(shown_view(methods.show(ask.officer, method_id)))


@get(
    "/api/methods/{method_id:str}/stix",
    opt=_READ | speaks(N_("A method as STIX objects"), _TAG, shapes.StixBundle),
    sync_to_thread=True,
    name="api-method-stix",
)
def method_stix(ask: Ask, methods: NamedDependency[Methods], method_id: FromPath[str]) -> Answer:
    """The record as attack pattern, courses of action, and what joins them."""
    return ask.json(methods.bundle(ask.officer, method_id))


@post(
    "/api/methods",
    opt=needs(Action.METHOD_WRITE)
    | speaks(N_("Write a method down"), _TAG, shapes.Method, takes=shapes.MethodForm, examples=METHOD_EXAMPLES),
    sync_to_thread=True,
    name="api-method-write",
)
def write_method(ask: Ask, methods: NamedDependency[Methods]) -> Answer:
    """A new record of this node."""
    made = methods.write(ask.officer, methods.read(ask.said()))
    return ask.json(shown_view(methods.show(ask.officer, made.id)), status=201)


@post(
    "/api/methods/{method_id:str}/change",
    opt=needs(Action.METHOD_WRITE)
    | speaks(
        N_("Write a further version of a method"),
        _TAG,
        shapes.Method,
        takes=shapes.MethodChange,
        examples=CHANGE_EXAMPLES,
    ),
    sync_to_thread=True,
    name="api-method-change",
)
def change_method(ask: Ask, methods: NamedDependency[Methods], method_id: FromPath[str]) -> Answer:
    """The whole record anew."""
    methods.change(ask.officer, method_id, methods.read(ask.said(), again=True))
    return ask.json(shown_view(methods.show(ask.officer, method_id)), status=201)


@get(
    "/api/methods/{method_id:str}/leaflet",
    opt=_READ | speaks(N_("The leaflet for victims, as PDF"), _TAG, None, media="application/pdf"),
    sync_to_thread=True,
    name="api-method-leaflet",
)
def method_leaflet(ask: Ask, methods: NamedDependency[Methods], method_id: FromPath[str]) -> Answer:
    """One page in both languages, the officer's own first."""
    return file(methods.leaflet(ask.officer, method_id, ask.language), f"{method_id}.pdf", "application/pdf")


@post(
    "/api/methods/{method_id:str}/intelligence",
    opt=needs(Action.INTEL_ADD)
    | speaks(
        N_("Put a method into a collection of intelligence"),
        _TAG,
        shapes.MethodTaken,
        takes=shapes.MethodInto,
        examples=_INTO,
    ),
    sync_to_thread=True,
    status_code=200,
    name="api-method-into",
)
def method_into(ask: Ask, methods: NamedDependency[Methods], method_id: FromPath[str]) -> Answer:
    """The record as STIX objects, marked as it is; put in again after a correction it becomes a new version."""
    new, same, held = methods.into(ask.officer, method_id, ask.given(shapes.MethodInto).collection)
    return ask.json(shapes.MethodTaken(new=new, same=same, held=held))


@post(
    "/api/methods/{method_id:str}/share",
    opt=needs(Action.METHOD_SHARE)
    | speaks(
        N_("Share a method with partners"),
        _TAG,
        shapes.MethodShared,
        takes=shapes.MethodSharing,
        waits=shapes.MethodShared,
        examples=SHARE_EXAMPLES,
    ),
    sync_to_thread=True,
    name="api-method-share",
)
def share_method(ask: Ask, methods: NamedDependency[Methods], method_id: FromPath[str]) -> Answer:
    """The version that holds, to partners; who has it already is passed by."""
    return _done(ask, methods, methods.share(ask.officer, method_id, ask.given(shapes.MethodSharing).to))


@post(
    "/api/methods/{method_id:str}/revoke",
    opt=needs(Action.METHOD_SHARE)
    | speaks(
        N_("Revoke a method, here and wherever it was shared"),
        _TAG,
        shapes.MethodShared,
        takes=shapes.MethodRevocation,
        waits=shapes.MethodShared,
        examples=REVOKE_EXAMPLES,
    ),
    sync_to_thread=True,
    name="api-method-revoke",
)
def revoke_method(ask: Ask, methods: NamedDependency[Methods], method_id: FromPath[str]) -> Answer:
    """It no longer holds; it stays to be seen with the reason."""
    return _done(ask, methods, methods.revoke(ask.officer, method_id, ask.given(shapes.MethodRevocation).reason))


def routes(methods: Methods) -> OneRouter:
    """Everything above, for one node's records."""
    return OneRouter(
        path="/",
        route_handlers=[
            list_typologies,
            typologies_stix,
            list_methods,
            search_methods,
            show_method,
            method_stix,
            write_method,
            change_method,
            method_leaflet,
            method_into,
            share_method,
            revoke_method,
        ],
        dependencies={"methods": Provide(_always(methods), sync_to_thread=False)},
        exception_handlers={FormRefused: form_refused},
    )


def _always(methods: Methods) -> Callable[[], Methods]:
    def give() -> Methods:
        return methods

    return give


def _listed(ask: Ask, methods: Methods, search: shapes.MethodSearch) -> Answer:
    rows = methods.listed(
        ask.officer,
        whose=search.whose,
        typology=search.typology,
        words=search.words,
        after=_cursor(search.cursor),
        rows=search.rows,
    )
    last = rows[-1] if len(rows) == search.rows else None
    following = None if last is None else f"{clock.to_us(last.updated_at)}.{last.method_id}"
    return ask.json(shapes.MethodPage(methods=[line_view(line) for line in rows], next=following))


def _cursor(text: str) -> Cursor | None:
    if not text:
        return None
    at, _, method_id = text.partition(".")
    if not (at.isascii() and at.isdigit() and len(at) < 18):
        raise Refused("cursor-invalid", field="cursor")
    return Cursor(updated_us=int(at), method_id=method_id[:40])


def _done(ask: Ask, methods: Methods, outcome: Outcome) -> Answer:
    """What left, and what waits; 202 where nothing left yet."""
    with ask.database.read() as connection:
        names = accounts.names(connection)
    lines: list[Any] = [release_view(one, methods.releases.steps(one, ask.officer), names) for one in outcome.waits]
    told = shapes.MethodShared(
        id=outcome.method_id,
        sent=[sent_view(one) for one in outcome.sent],
        waits=[msgspec.convert(line, ApprovalLine) for line in lines],
    )
    return ask.json(told, status=202 if outcome.waits and not outcome.sent else 201)
