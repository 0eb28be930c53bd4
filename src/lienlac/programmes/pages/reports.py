"""Signing, and the quarterly report: stated, compared, countersigned; as a paper and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get, post

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.people.rights import Action
from lienlac.programmes.desk import may_measure
from lienlac.programmes.indicators.quarter import Quarter, up_to
from lienlac.programmes.pages.board import attached
from lienlac.programmes.pages.figures import peer_of, peers_of, words_of
from lienlac.programmes.programme import report_state
from lienlac.programmes.showing.files import figures_csv, figures_json
from lienlac.ui.guard import needs
from lienlac.ui.shared.pages import frame
from lienlac.wire.bodies.parts import Said

if TYPE_CHECKING:
    from litestar.params import FromPath

    from lienlac.programmes.desk import Programmes
    from lienlac.ui.page import Ask, Blank
    from lienlac.ui.shared.sheet import Subject

SHOWN: Final = 4
"""Past quarters that are offered although nobody has stated them."""
_CHANGED: Final = frozenset({"programme-changed", "programme-signed"})
"""What an officer finds who comes too late: the page shows how it is now."""
_PAGE: Final[dict[str, Any]] = {"sync_to_thread": True, "include_in_schema": False}
_READ: Final = needs(Action.PROGRAMME_READ)
_BIND: Final = needs(Action.PROGRAMME_SHARE)
_AT: Final = "/programmes/{record_id:str}"


def make_handlers(programmes: Programmes, subject: Subject) -> tuple[Any, ...]:
    """The routes."""
    return (*_signing(programmes, subject), *_showing(programmes, subject), *_stating(programmes, subject))


def _signing(programmes: Programmes, subject: Subject) -> tuple[Any, ...]:
    @post(f"{_AT}/sign", opt=_BIND, status_code=200, **_PAGE)
    def sign(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        try:
            outcome = programmes.sign(ask.officer, record_id, ask.form.get("substance"))
        except NotAllowed as error:
            if error.code not in _CHANGED:
                raise
            return ask.redirect(f"/programmes/{record_id}", ask.sentence(error), tone="bad")
        return frame.done(ask, subject, outcome, "", ask.gettext("The programme is signed for this authority."))

    return (sign,)


def _showing(programmes: Programmes, subject: Subject) -> tuple[Any, ...]:
    def alone(ask: Ask, record_id: str) -> bool:
        """Nobody else takes part: there is nothing to report about."""
        return not peers_of(programmes, programmes.shared.read.room(ask.officer, record_id))

    @get(f"{_AT}/reports", opt=_READ, name="programme-reports", **_PAGE)
    def every(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        room = programmes.shared.read.room(ask.officer, record_id)
        peers = peers_of(programmes, room)
        rows = programmes.shared.read.elements(
            ask.officer, room.line.id, "report", newest_first=True, rows=limits.PROGRAMME_REPORTS_SHOWN
        )
        stated = [
            (element, element.standing[0].says, report_state(element)) for element, _at in rows if element.standing
        ]
        last = Quarter.of(ask.now).before
        return frame.page(
            ask, subject, room, "programmes/reports.html", tab="reports", stated=stated, peers=peers,
            live=f"/programmes/{room.line.id}/reports",
            quarters=up_to(last, SHOWN)[::-1], may_measure=may_measure(ask.officer), **words_of(ask),
        )  # fmt: skip

    @get(f"{_AT}/reports/{{quarter:str}}", opt=_READ, name="programme-report", **_PAGE)
    def one(ask: Ask, record_id: FromPath[str], quarter: FromPath[str]) -> Response[str]:
        if alone(ask, record_id):
            return ask.redirect(f"/programmes/{record_id}/reports")
        return _page(ask, programmes, subject, record_id, quarter)

    @get(f"{_AT}/reports/{{quarter:str}}/pdf", opt=_READ, **_PAGE)
    def paper(ask: Ask, record_id: FromPath[str], quarter: FromPath[str]) -> Response[Any]:
        if alone(ask, record_id):
            return ask.redirect(f"/programmes/{record_id}/reports")
        peer, author = _asked(ask, programmes, record_id)
        made = programmes.paper(ask.officer, record_id, Quarter.named(quarter), peer, author, ask.language)
        return attached(made, f"{record_id}-{quarter}.pdf", "application/pdf")

    @get(f"{_AT}/reports/{{quarter:str}}/json", opt=_READ, **_PAGE)
    def data(ask: Ask, record_id: FromPath[str], quarter: FromPath[str]) -> Response[Any]:
        if alone(ask, record_id):
            return ask.redirect(f"/programmes/{record_id}/reports")
        peer, author = _asked(ask, programmes, record_id)
        report = programmes.stated(ask.officer, record_id, Quarter.named(quarter), peer, author)
        return attached(figures_json(report.figures), f"{record_id}-{quarter}.json", "application/json")

    @get(f"{_AT}/reports/{{quarter:str}}/csv", opt=_READ, **_PAGE)
    def sheet(ask: Ask, record_id: FromPath[str], quarter: FromPath[str]) -> Response[Any]:
        if alone(ask, record_id):
            return ask.redirect(f"/programmes/{record_id}/reports")
        peer, author = _asked(ask, programmes, record_id)
        report = programmes.stated(ask.officer, record_id, Quarter.named(quarter), peer, author)
        return attached(figures_csv([report.figures]), f"{record_id}-{quarter}.csv", "text/csv; charset=utf-8")

    return (every, one, paper, data, sheet)


def _stating(programmes: Programmes, subject: Subject) -> tuple[Any, ...]:
    def act(ask: Ask, record_id: str, quarter: str, said: str, *, countersign: bool) -> Response[str]:
        def work() -> Response[str]:
            peer, _author = _asked(ask, programmes, record_id)
            name = Quarter.named(quarter)
            if countersign:
                outcome = programmes.countersign(ask.officer, record_id, name, peer, ask.form.get("digest"))
            else:
                remarks = Said(vi=ask.form.get("remarks.vi"), en=ask.form.get("remarks.en"))
                outcome = programmes.report(ask.officer, record_id, name, peer, remarks)
            return frame.done(ask, subject, outcome, f"/reports/{quarter}?with={peer}", said)

        def again(wrong: Blank, status: int) -> Response[str]:
            return _page(ask, programmes, subject, record_id, quarter, wrong=wrong, status=status)

        return frame.attempt(ask, work, again)

    @post(f"{_AT}/reports/{{quarter:str}}/state", opt=_BIND, status_code=200, **_PAGE)
    def state(ask: Ask, record_id: FromPath[str], quarter: FromPath[str]) -> Response[str]:
        return act(ask, record_id, quarter, ask.gettext("The report is stated."), countersign=False)

    @post(f"{_AT}/reports/{{quarter:str}}/countersign", opt=_BIND, status_code=200, **_PAGE)
    def countersign(ask: Ask, record_id: FromPath[str], quarter: FromPath[str]) -> Response[str]:
        return act(ask, record_id, quarter, ask.gettext("The report is countersigned."), countersign=True)

    return (state, countersign)


def _asked(ask: Ask, programmes: Programmes, record_id: str) -> tuple[str, str]:
    """The other side and whose column is meant: our own where nobody is named."""
    room = programmes.shared.read.room(ask.officer, record_id)
    peer = peer_of(ask, peers_of(programmes, room))
    if not peer:
        raise NotAllowed("programme-member")
    author = ask.query.get("of", "") or programmes.node_id
    if author not in {peer, programmes.node_id}:
        raise Refused("report-parties")
    return peer, author


def _page(
    ask: Ask,
    programmes: Programmes,
    subject: Subject,
    record_id: str,
    quarter: str,
    *,
    wrong: Blank | None = None,
    status: int = 200,
) -> Response[str]:
    room = programmes.shared.read.room(ask.officer, record_id)
    peer, _author = _asked(ask, programmes, record_id)
    compared = programmes.compare(ask.officer, room.line.id, Quarter.named(quarter), peer)
    values = {} if wrong is None else {"wrong": wrong}
    return frame.page(
        ask, subject, room, "programmes/report.html", tab="reports", status=status, compared=compared, peer=peer,
        quarter=compared.quarter, ours=compared.columns.get(programmes.node_id), theirs=compared.columns.get(peer),
        over=compared.quarter.until <= ask.now, may_measure=may_measure(ask.officer),
        may_bind=ask.may(Action.PROGRAMME_SHARE, room.thing), **words_of(ask), **values,
        live="" if wrong is not None else f"/programmes/{room.line.id}/reports/{quarter}?with={peer}",
    )  # fmt: skip
