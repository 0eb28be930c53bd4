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
from lienlac.records.access.desk import Act
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

_ACTS: Final = {
    "restrict": (Act.RESTRICT, N_("Only these units and officers from now on"), Named),
    "allow": (Act.ALLOW, N_("These units and officers too"), Named),
    "take-back": (Act.TAKE_BACK, N_("These units and officers no longer"), Named),
    "lift": (Act.LIFT, N_("Everybody again whose role lets them"), Why),
}


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
                request=found.id,
                reference=found.reference,
                restricted=found.restricted,
                units=[Unit(id=unit.id, name_vi=unit.name_vi, name_en=unit.name_en) for unit in found.units],
                officers=[Person(id=officer.id, name=officer.name) for officer in found.officers],
                may_change=found.may_change,
            )
        )

    return (who_sees, *(_door(hotline, name) for name in _ACTS))


def _door(hotline: Hotline, name_of_door: str) -> Any:
    act, says, takes = _ACTS[name_of_door]

    @post(
        f"/api/requests/{{name:str}}/{name_of_door}",
        opt=needs(Action.REQUEST_RESTRICT)
        | speaks(says, "access", Restriction, takes=takes, examples=_NAMED if takes is Named else _WHY),
        sync_to_thread=True,
        status_code=200,
        name=f"api-request-{name_of_door}",
        operation_id=name_of_door.replace("-", "_"),
    )
    def door(ask: Ask, name: FromPath[str]) -> Answer:
        if takes is Why:
            return ask.json(_restriction(hotline.access.change(ask.officer, name, act, reason=ask.given(Why).reason)))
        said = ask.given(Named)
        done = hotline.access.change(
            ask.officer, name, act, units=said.units, officers=said.officers, reason=said.reason
        )
        return ask.json(_restriction(done))

    return door


def _restriction(thing: Thing) -> Restriction:
    return Restriction(
        request=thing.id, restricted=thing.restricted, units=sorted(thing.units), officers=sorted(thing.officers)
    )
