"""Cases for programs: what of a request, a channel, an object or a hit would go into a case; taking it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from lienlac.interface.records import bridge as shapes
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.interface.router import OneRouter
from lienlac.ui.interface.speech import speaks
from lienlac.ui.page import Ask
from lienlac.ui.shared.api.acting import marks_of
from lienlac.ui.shared.api.view import line_view
from lienlac.ui.shared.pages.opening import opening_of
from lienlac.ui.words import N_
from lienlac.wire.bodies.cases import Case

if TYPE_CHECKING:
    from lienlac.cases.bridge.taking.desk import Offer
    from lienlac.cases.desk import Cases
    from lienlac.records.shared.outcome import Outcome

Answer = Response[bytes]
_TAG: Final = "cases"
_FROM: Final = "/api/cases/from/{thing_kind:str}/{thing:str}"
_SEEN: Final = "a" * 64
_BEGINNING: Final = {
    "a case": {
        "title_vi": "Sàn GoldenTrade",
        "title_en": "GoldenTrade",
        "purpose": "stop-funds",
        "legal_basis": "bilateral-arrangement",
        "marks": {"tlp": "red", "pap": "amber"},
        "take": ["a" * 16],
        "seen": _SEEN,
    }
}
_ADDING: Final = {"into a case": {"into": "cas-" + "a" * 26, "take": ["a" * 16], "seen": _SEEN}}


def routes(cases: Cases) -> OneRouter:
    """The routes, round the desk that does the work."""
    return OneRouter(path="/", route_handlers=[_look(cases), _open(cases), _add(cases)])


def _look(cases: Cases) -> Any:
    @get(
        _FROM,
        opt=needs(Action.CASE_READ) | speaks(N_("What of a thing would go into a case"), _TAG, shapes.CaseOffer),
        sync_to_thread=True,
        name="api-case-from",
    )
    def look_into_case(ask: Ask, thing_kind: FromPath[str], thing: FromPath[str]) -> Answer:
        """Kinds of things: `request`, `emergency`, `intel`, what a search finds. `seen` stands for this list."""
        offer = cases.bridge.look(ask.officer, thing_kind, thing)
        return ask.json(_offer(offer, cases.bridge.beside(ask.officer, offer.thing.target)))

    return look_into_case


def _open(cases: Cases) -> Any:
    @post(
        f"{_FROM}/open",
        opt=needs(Action.CASE_OPEN)
        | speaks(
            N_("A new case that goes on from a thing"),
            _TAG,
            shapes.CaseGoesOn,
            takes=shapes.CaseBeginning,
            examples=_BEGINNING,
            once=True,
        ),
        sync_to_thread=True,
        name="api-case-from-open",
    )
    def begin_case(ask: Ask, thing_kind: FromPath[str], thing: FromPath[str]) -> Answer:
        """With what was taken of the list; hidden from whoever the thing is hidden from."""
        given = ask.given(shapes.CaseBeginning)
        offer = cases.bridge.look(ask.officer, thing_kind, thing)
        about = offer.thing
        typed = {
            "purpose": given.purpose, "legal_basis": given.legal_basis, "legal_basis_text": given.legal_basis_text,
            "typology": about.typology, "drill": "yes" if about.drill else "",
        }  # fmt: skip
        top = Case(
            title_vi=given.title_vi, title_en=given.title_en, typologies=(about.typology,) if about.typology else ()
        )
        opening = opening_of(typed.__getitem__, top, marks_of(given.marks))
        made = cases.bridge.open(ask.officer, offer, opening, seen=given.seen, picked=given.take, once=ask.once)
        return _done(ask, cases, made.line.id, made, 0)

    return begin_case


def _add(cases: Cases) -> Any:
    @post(
        f"{_FROM}/add",
        opt=needs(Action.CASE_WRITE)
        | speaks(N_("Add a thing to a case"), _TAG, shapes.CaseGoesOn, takes=shapes.CaseAdding, examples=_ADDING),
        sync_to_thread=True,
        name="api-case-from-add",
    )
    def add_to_case(ask: Ask, thing_kind: FromPath[str], thing: FromPath[str]) -> Answer:
        """What stands in the case already is not stated again: sent twice, it does the same once."""
        given = ask.given(shapes.CaseAdding)
        offer = cases.bridge.look(ask.officer, thing_kind, thing)
        made, stood = cases.bridge.add(
            ask.officer, offer, given.into, marks=marks_of(given.marks), seen=given.seen, picked=given.take
        )
        return _done(ask, cases, given.into, made, stood)

    return add_to_case


def _offer(offer: Offer, beside: list[Any]) -> shapes.CaseOffer:
    about = offer.thing
    entities = [
        shapes.CaseOffered(
            key=one.key, kind=one.word.kind.value, name=one.word.name, role=one.word.role.value, identifier=one.type,
            found_as=one.role, preset=one.ticked,
        )
        for one in offer.listed
    ]  # fmt: skip
    return shapes.CaseOffer(
        kind=about.kind, id=about.id, reference=about.reference, title_vi=about.title_vi, title_en=about.title_en,
        purpose=about.purpose, legal_basis=about.legal_basis, legal_basis_text=about.legal_basis_text,
        typology=about.typology, drill=about.drill, tlp=about.marks.tlp.value, pap=about.marks.pap.value,
        purposes=None if about.uses is None else sorted(about.uses),
        only=None if about.only is None else sorted(about.only), restricted=offer.restricted, entities=entities,
        cases=[line_view(one) for one in beside], seen=offer.seal,
    )  # fmt: skip


def _done(ask: Ask, cases: Cases, name: str, made: Outcome | None, stood: int) -> Answer:
    line = cases.shared.read.room(ask.officer, name).line if made is None else made.line
    told = shapes.CaseGoesOn(
        record=line_view(line),
        stated=0 if made is None else len(made.statements),
        stood=stood,
        waits=0 if made is None else len(made.waits),
    )
    return ask.json(told, status=201)
