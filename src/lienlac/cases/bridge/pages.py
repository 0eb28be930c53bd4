"""From a request, a channel, an object or a hit into a case: what would be taken over, and the two ways to take it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from markupsafe import Markup

from lienlac.cases.pages.sheets import ENTITY_KINDS, ENTITY_ROLES, STATES
from lienlac.errors import NotAllowed
from lienlac.people import rights
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.known import words as known
from lienlac.ui.page import Blank
from lienlac.ui.shared.pages import frame
from lienlac.ui.shared.pages.opening import opening_of
from lienlac.ui.shared.typed import marks_of
from lienlac.vocabulary import legal_bases, purposes
from lienlac.wire.bodies.cases import Case

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lienlac.cases.bridge.offered import Offered
    from lienlac.cases.bridge.taking.desk import Bridge, Offer
    from lienlac.records.shared.store.lines import Line
    from lienlac.ui.nav import Panel, Panels
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import Subject

_FROM: Final = "/cases/from/{thing_kind:str}/{thing:str}"


def make_handlers(bridge: Bridge, subject: Subject) -> tuple[Any, ...]:
    """The page, and its two forms."""
    reads, opens, writes = needs(Action.CASE_READ), needs(Action.CASE_OPEN), needs(Action.CASE_WRITE)

    @get(_FROM, opt=reads, sync_to_thread=True, include_in_schema=False, name="case-from")
    def look(ask: Ask, thing_kind: FromPath[str], thing: FromPath[str]) -> Response[str]:
        return _page(ask, bridge, subject, bridge.look(ask.officer, thing_kind, thing))

    @post(f"{_FROM}/open", opt=opens, sync_to_thread=True, include_in_schema=False, status_code=200)
    def open_(ask: Ask, thing_kind: FromPath[str], thing: FromPath[str]) -> Response[str]:
        form, offer = ask.form, bridge.look(ask.officer, thing_kind, thing)

        def work() -> Response[str]:
            typologies = (offer.thing.typology,) if offer.thing.typology else ()
            top = Case(title_vi=form.get("title_vi"), title_en=form.get("title_en"), typologies=typologies)
            drill = "yes" if offer.thing.drill else ""
            typed = {"typology": offer.thing.typology, "drill": drill}
            opening = opening_of(lambda name: typed.get(name) or form.get(name), top, marks_of(form))
            outcome = bridge.open(
                ask.officer, offer, opening, seen=form.get("seen"), picked=form.all("take"), once=form.get("once")
            )
            said = ask.gettext(
                "%(reference)s is open here. Invite partners to share it.", reference=outcome.line.reference
            )
            return frame.done(ask, subject, outcome, "", said)

        return frame.attempt(ask, work, lambda wrong, status: _page(ask, bridge, subject, offer, wrong, status))

    @post(f"{_FROM}/add", opt=writes, sync_to_thread=True, include_in_schema=False, status_code=200)
    def add(ask: Ask, thing_kind: FromPath[str], thing: FromPath[str]) -> Response[str]:
        form, offer = ask.form, bridge.look(ask.officer, thing_kind, thing)

        def work() -> Response[str]:
            outcome, stood = bridge.add(
                ask.officer, offer, form.get("case"), marks=marks_of(form), seen=form.get("seen"),
                picked=form.all("take"),
            )  # fmt: skip
            if outcome is None:
                return ask.redirect(f"/cases/{form.get('case')}", ask.gettext("All of it stood in the case already."))
            said = ask.gettext("Added to the case. %(count)s entities stood there already.", count=stood)
            return frame.done(ask, subject, outcome, "", said)

        return frame.attempt(ask, work, lambda wrong, status: _page(ask, bridge, subject, offer, wrong, status))

    return (look, open_, add)


def panels_of(bridge: Bridge) -> Panels:
    """What stands on the pages of things from which a case can go on, and beside what a search has found."""

    def beside(kind: str, named: str) -> Panel:
        def panel(ask: Ask, /, **about: str) -> Markup:
            may_go_on = _may(ask)
            if not rights.may(ask.officer, Action.CASE_READ):
                return Markup("")
            offer = _offer(ask, bridge, kind, about[named])
            found = bridge.beside(ask.officer, offer.thing.target) if offer is not None else []
            if offer is None or not (found or may_go_on):
                return Markup("")
            language = ask.language
            cases = [(one.id, one.reference, _titled(one, language)) for one in found]
            return ask.piece(
                "cases/_beside.html", cases=cases, address=_address(kind, about[named]), may_go_on=may_go_on
            )

        return panel

    def hit(ask: Ask, /, **about: str) -> Markup:
        if about["kind"] not in bridge.gives or not _may(ask):
            return Markup("")
        return ask.piece("cases/_hit.html", address=_address(about["kind"], about["thing"]), name=about["name"])

    return {
        "request": (beside("request", "request"),),
        "emergency": (beside("emergency", "request"),),
        "intel-object": (beside("intel", "object"),),
        "hit": (hit,),
    }


def _may(ask: Ask) -> bool:
    return any(rights.may(ask.officer, action) for action in (Action.CASE_OPEN, Action.CASE_WRITE))


def _offer(ask: Ask, bridge: Bridge, kind: str, name: str) -> Offer | None:
    """None where the thing cannot be read as a whole: an object of which only older versions are left."""
    try:
        return bridge.look(ask.officer, kind, name)
    except NotAllowed:
        return None


def _address(kind: str, thing: str) -> str:
    return f"/cases/from/{kind}/{thing}"


def _page(
    ask: Ask, bridge: Bridge, subject: Subject, offer: Offer, wrong: Blank | None = None, status: int = 200
) -> Response[str]:
    thing, form, language = offer.thing, ask.form, ask.language
    again = bool(form.values())
    first: Mapping[str, str] = {
        "title_vi": thing.title_vi, "title_en": thing.title_en, "purpose": thing.purpose,
        "legal_basis": thing.legal_basis, "legal_basis_text": thing.legal_basis_text,
        "marks.tlp": thing.marks.tlp.value, "marks.pap": thing.marks.pap.value, "case": ask.query.get("case", ""),
    }  # fmt: skip
    places = bridge.places(ask.officer) if rights.may(ask.officer, Action.CASE_WRITE) else []
    states = {code: ask.gettext(label) for code, label in STATES}
    return ask.page(
        "cases/from.html",
        status=status,
        title=ask.gettext("Into a case: %(name)s", name=thing.reference),
        thing=thing,
        offer=offer,
        rows=[_row(ask, one, ticked=one.key in form.all("take") if again else one.ticked) for one in offer.listed],
        typed=Blank(form.values() if again else first),
        wrong=Blank() if wrong is None else wrong,
        cases=[
            (one.id, f"{one.reference} · {_titled(one, language)} ({states.get(one.state, one.state)})")
            for one in places
        ],
        may_open=rights.may(ask.officer, Action.CASE_OPEN),
        purposes=[
            (code, text) for code, text in purposes.choices(language) if thing.uses is None or code in thing.uses
        ],
        bases=legal_bases.choices(language),
        address=_address(thing.kind, thing.id),
        once=ask.chance.token(16).hex(),
        **frame.words(ask, subject),
    )


def _titled(one: Line, language: str) -> str:
    return one.title_vi if language == "vi" else one.title_en


def _row(ask: Ask, one: Offered, *, ticked: bool) -> dict[str, Any]:
    kinds, roles = dict(ENTITY_KINDS), dict(ENTITY_ROLES)
    return {
        "key": one.key,
        "name": one.word.name,
        "kind": ask.gettext(kinds[one.word.kind.value]),
        "type": known.type_label(ask, one.type),
        "how": ask.gettext(known.ROLES[one.role]),
        "role": ask.gettext(roles[one.word.role.value]),
        "ticked": ticked,
    }
