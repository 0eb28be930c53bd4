"""Who may see a request, for programs: read it, restrict, give access, take it back, lift.

Bodies are strict JSON. Units are named by id or name, officers by id or login. The interface is described in
docs/reference/requests-api.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from lienlac import limits, strictjson
from lienlac.errors import Refused
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.page import Ask

if TYPE_CHECKING:
    from lienlac.hotline.desk import Hotline
    from lienlac.people.rights import Thing

Answer = Response[bytes]
Body = TypeVar("Body")


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whom an act is about, and why."""

    units: tuple[str, ...] = ()
    officers: tuple[str, ...] = ()
    reason: str = ""


class Why(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why a restriction is lifted."""

    reason: str = ""


def make_handlers(hotline: Hotline) -> tuple[Any, ...]:
    """The doors, round one node's hotline."""
    access = hotline.access

    @get("/api/requests/{name:str}/access", opt=needs(Action.REQUEST_READ), sync_to_thread=True, name="api-access")
    def who_sees(ask: Ask, name: FromPath[str]) -> Answer:
        """Who may see a request."""
        found = access.who_sees(ask.officer, name)
        return ask.json(
            {
                "request": found.request_id,
                "reference": found.reference,
                "restricted": found.restricted,
                "units": [{"id": unit.id, "name_vi": unit.name_vi, "name_en": unit.name_en} for unit in found.units],
                "officers": [{"id": officer.id, "name": officer.name} for officer in found.officers],
                "may_change": found.may_change,
            }
        )

    @post("/api/requests/{name:str}/restrict", opt=needs(Action.REQUEST_RESTRICT), sync_to_thread=True, status_code=200)
    def restrict(ask: Ask, name: FromPath[str]) -> Answer:
        """Only these units and officers from now on."""
        said = _body(ask, Named)
        done = access.restrict(ask.officer, name, units=said.units, officers=said.officers, reason=said.reason)
        return ask.json(_thing(done))

    @post("/api/requests/{name:str}/allow", opt=needs(Action.REQUEST_RESTRICT), sync_to_thread=True, status_code=200)
    def allow(ask: Ask, name: FromPath[str]) -> Answer:
        """These units and officers too."""
        said = _body(ask, Named)
        done = access.allow(ask.officer, name, units=said.units, officers=said.officers, reason=said.reason)
        return ask.json(_thing(done))

    @post(
        "/api/requests/{name:str}/take-back", opt=needs(Action.REQUEST_RESTRICT), sync_to_thread=True, status_code=200
    )
    def take_back(ask: Ask, name: FromPath[str]) -> Answer:
        """These units and officers no longer."""
        said = _body(ask, Named)
        done = access.take_back(ask.officer, name, units=said.units, officers=said.officers, reason=said.reason)
        return ask.json(_thing(done))

    @post("/api/requests/{name:str}/lift", opt=needs(Action.REQUEST_RESTRICT), sync_to_thread=True, status_code=200)
    def lift(ask: Ask, name: FromPath[str]) -> Answer:
        """Everybody again whose role lets them."""
        return ask.json(_thing(access.lift(ask.officer, name, reason=_body(ask, Why).reason)))

    return (who_sees, restrict, allow, take_back, lift)


def _body(ask: Ask, wanted: type[Body]) -> Body:
    data = strictjson.loads(ask.body or b"{}", max_bytes=limits.FORM_MAX_BYTES)
    try:
        return msgspec.convert(data, wanted)
    except msgspec.ValidationError as error:
        raise Refused("request-malformed", reason=str(error)[: limits.LINE_MAX_CHARS]) from error


def _thing(thing: Thing) -> dict[str, Any]:
    return {
        "request": thing.id,
        "restricted": thing.restricted,
        "units": sorted(thing.units),
        "officers": sorted(thing.officers),
    }
