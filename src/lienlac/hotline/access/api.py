"""Who may see a request, for programs: read it, restrict, give access, take it back, lift.

Bodies are strict JSON. Units are named by id or name, officers by id or login. The interface is described in
docs/reference/requests-api.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from lienlac.interface.requests import Named, Person, Restriction, Unit, WhoSees, Why
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.interface.speech import speaks
from lienlac.ui.page import Ask
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from lienlac.hotline.desk import Hotline
    from lienlac.people.rights import Thing

Answer = Response[bytes]
_NAMED: Final = {"a unit": {"units": ["Anti-fraud division"], "reason": "A leak is suspected."}}
_WHY: Final = {"a reason": {"reason": "The leak was elsewhere."}}


def make_handlers(hotline: Hotline) -> tuple[Any, ...]:
    """The doors, round one node's hotline."""
    access = hotline.access

    @get(
        "/api/requests/{name:str}/access",
        opt=needs(Action.REQUEST_READ) | speaks(N_("Who may see a request"), "access", WhoSees),
        sync_to_thread=True,
        name="api-access",
    )
    def who_sees(ask: Ask, name: FromPath[str]) -> Answer:
        """Who may see a request."""
        found = access.who_sees(ask.officer, name)
        return ask.json(
            WhoSees(
                request=found.request_id,
                reference=found.reference,
                restricted=found.restricted,
                units=[Unit(id=unit.id, name_vi=unit.name_vi, name_en=unit.name_en) for unit in found.units],
                officers=[Person(id=officer.id, name=officer.name) for officer in found.officers],
                may_change=found.may_change,
            )
        )

    return (who_sees, *_changes(hotline))


def _changes(hotline: Hotline) -> tuple[Any, ...]:
    access = hotline.access

    @post(
        "/api/requests/{name:str}/restrict",
        opt=needs(Action.REQUEST_RESTRICT)
        | speaks(N_("Only these units and officers from now on"), "access", Restriction, takes=Named, examples=_NAMED),
        sync_to_thread=True,
        status_code=200,
    )
    def restrict(ask: Ask, name: FromPath[str]) -> Answer:
        """Only these units and officers from now on."""
        said = ask.given(Named)
        done = access.restrict(ask.officer, name, units=said.units, officers=said.officers, reason=said.reason)
        return ask.json(_restriction(done))

    @post(
        "/api/requests/{name:str}/allow",
        opt=needs(Action.REQUEST_RESTRICT)
        | speaks(N_("These units and officers too"), "access", Restriction, takes=Named, examples=_NAMED),
        sync_to_thread=True,
        status_code=200,
    )
    def allow(ask: Ask, name: FromPath[str]) -> Answer:
        """These units and officers too."""
        said = ask.given(Named)
        done = access.allow(ask.officer, name, units=said.units, officers=said.officers, reason=said.reason)
        return ask.json(_restriction(done))

    @post(
        "/api/requests/{name:str}/take-back",
        opt=needs(Action.REQUEST_RESTRICT)
        | speaks(N_("These units and officers no longer"), "access", Restriction, takes=Named, examples=_NAMED),
        sync_to_thread=True,
        status_code=200,
    )
    def take_back(ask: Ask, name: FromPath[str]) -> Answer:
        """These units and officers no longer."""
        said = ask.given(Named)
        done = access.take_back(ask.officer, name, units=said.units, officers=said.officers, reason=said.reason)
        return ask.json(_restriction(done))

    @post(
        "/api/requests/{name:str}/lift",
        opt=needs(Action.REQUEST_RESTRICT)
        | speaks(N_("Everybody again whose role lets them"), "access", Restriction, takes=Why, examples=_WHY),
        sync_to_thread=True,
        status_code=200,
    )
    def lift(ask: Ask, name: FromPath[str]) -> Answer:
        """Everybody again whose role lets them."""
        return ask.json(_restriction(access.lift(ask.officer, name, reason=ask.given(Why).reason)))

    return (restrict, allow, take_back, lift)


def _restriction(thing: Thing) -> Restriction:
    return Restriction(
        request=thing.id, restricted=thing.restricted, units=sorted(thing.units), officers=sorted(thing.officers)
    )
