"""Cases for programs: a case that goes on in another one, a case that is split off; all else is as of any record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, post
from litestar.params import FromPath

from lienlac.interface.records import joining as shapes
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
from lienlac.wire.bodies.parts import Said

if TYPE_CHECKING:
    from lienlac.cases.desk import Cases
    from lienlac.cases.joining.desk import Joined

Answer = Response[bytes]
_TAG: Final = "cases"
_AT: Final = "/api/cases/{record_id:str}"
_MERGING: Final = {"merge": {"into": "cas-" + "a" * 26, "closing": {"vi": "Nhập vụ", "en": "Goes on there"}}}
_SPLITTING: Final = {
    "split": {
        "title_vi": "Nhánh ví điện tử",
        "title_en": "The e-wallet branch",
        "purpose": "investigate",
        "legal_basis": "bilateral-arrangement",
        "elements": ["ent-" + "a" * 26],
    }
}


def routes(cases: Cases) -> OneRouter:
    """The routes, round the desk that does the work."""
    return OneRouter(path="/", route_handlers=_joining(cases))


def _joining(cases: Cases) -> list[Any]:
    @post(
        f"{_AT}/merge",
        opt=needs(Action.CASE_WRITE)
        | speaks(
            N_("Let our part of a case go on in another one"),
            _TAG,
            shapes.CaseJoined,
            takes=shapes.CaseMerging,
            examples=_MERGING,
        ),
        sync_to_thread=True,
        status_code=200,
        name="api-case-merge",
    )
    def merge(ask: Ask, record_id: FromPath[str]) -> Answer:
        """What this side has said goes along; sent again, it does the same once."""
        given = ask.given(shapes.CaseMerging)
        closing = Said(vi=given.closing.vi, en=given.closing.en)
        return _answer(ask, cases.joining.merge(ask.officer, record_id, given.into, closing))

    @post(
        f"{_AT}/split",
        opt=needs(Action.CASE_OPEN)
        | speaks(
            N_("A new case of some of what our side has said in one"),
            _TAG,
            shapes.CaseJoined,
            takes=shapes.CaseSplitting,
            examples=_SPLITTING,
            once=True,
        ),
        sync_to_thread=True,
        name="api-case-split",
    )
    def split(ask: Ask, record_id: FromPath[str]) -> Answer:
        """Hidden from whoever the first case is hidden from; nobody else knows of it until they are invited."""
        given = ask.given(shapes.CaseSplitting)
        line = cases.shared.read.room(ask.officer, record_id).line
        typed = {
            "purpose": given.purpose, "legal_basis": given.legal_basis, "legal_basis_text": given.legal_basis_text,
            "typology": line.typology or "", "drill": "yes" if line.drill else "",
        }  # fmt: skip
        top = Case(title_vi=given.title_vi, title_en=given.title_en)
        opening = opening_of(typed.__getitem__, top, marks_of(given.marks))
        made = cases.joining.split(ask.officer, record_id, opening, given.elements, ask.once)
        return _answer(ask, made, status=201)

    return [merge, split]


def _answer(ask: Ask, made: Joined, *, status: int = 200) -> Answer:
    told = shapes.CaseJoined(record=line_view(made.line), carried=made.carried, waits=made.waits)
    return ask.json(told, status=status)
