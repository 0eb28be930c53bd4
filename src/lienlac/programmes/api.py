"""Joint programmes for programs: signatures, figures and quarterly reports; all else is as of any shared record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from lienlac.errors import NotAllowed
from lienlac.interface.approvals import ApprovalLine
from lienlac.interface.records import programmes as shapes
from lienlac.interface.records.shared import RecordDone
from lienlac.people import accounts
from lienlac.people.rights import Action
from lienlac.programmes.indicators.quarter import Quarter
from lienlac.programmes.programme import substance
from lienlac.records.shared.fold import Part
from lienlac.ui.guard import needs
from lienlac.ui.interface.router import OneRouter
from lienlac.ui.interface.speech import speaks
from lienlac.ui.page import Ask
from lienlac.ui.releases.view import release_view
from lienlac.ui.shared.api.view import fact_view, line_view
from lienlac.ui.words import N_
from lienlac.wire.bodies.parts import Said

if TYPE_CHECKING:
    from lienlac.programmes.desk import Programmes
    from lienlac.records.shared.outcome import Outcome

Answer = Response[bytes]
_TAG: Final = "programmes"
_SIGNING: Final = {"sign": {"substance": "3f" * 32}}
_STATING: Final = {"state": {"member": "us-ic3", "remarks": {"vi": "Quý ba", "en": "Third quarter"}}}
_COUNTERSIGNING: Final = {"countersign": {"member": "us-ic3", "digest": "3f" * 32}}
_AT: Final = "/api/programmes/{record_id:str}"
_READ: Final = needs(Action.PROGRAMME_READ)
_BIND: Final = needs(Action.PROGRAMME_SHARE)


def routes(programmes: Programmes) -> OneRouter:
    """The routes, round the desk that does the work."""
    handlers = [*_signing(programmes), *_figures(programmes), *_stating(programmes)]
    return OneRouter(path="/", route_handlers=handlers)


def _signing(programmes: Programmes) -> list[Any]:
    @get(
        f"{_AT}/signatures",
        opt=_READ | speaks(N_("Who has signed a programme"), _TAG, shapes.ProgrammeSignatures),
        sync_to_thread=True,
        name="api-programme-signatures",
    )
    def signatures(ask: Ask, record_id: FromPath[str]) -> Answer:
        """A signature holds for exactly what the programme says, but for its phase."""
        room = programmes.shared.read.room(ask.officer, record_id)
        says = None if room.top is None else room.top.by(room.line.host)
        if says is None:
            raise NotAllowed("not-found")
        signed = sorted(programmes.signed(ask.officer, record_id))
        return ask.json(shapes.ProgrammeSignatures(substance=substance(says), signed=signed))

    @post(
        f"{_AT}/sign",
        opt=_BIND
        | speaks(
            N_("Sign a programme for this authority"),
            _TAG,
            RecordDone,
            takes=shapes.ProgrammeSigning,
            examples=_SIGNING,
        ),
        sync_to_thread=True,
        name="api-programme-sign",
    )
    def sign(ask: Ask, record_id: FromPath[str]) -> Answer:
        """Only what was read is signed: the digest must be that of the programme as it is now."""
        given = ask.given(shapes.ProgrammeSigning)
        return _done(ask, programmes, programmes.sign(ask.officer, record_id, given.substance))

    return [signatures, sign]


def _figures(programmes: Programmes) -> list[Any]:
    @get(
        f"{_AT}/figures",
        opt=_READ | speaks(N_("Figures of a programme"), _TAG, shapes.ProgrammeFigures, asks=shapes.FiguresQuery),
        sync_to_thread=True,
        name="api-programme-figures",
    )
    def figures(ask: Ask, record_id: FromPath[str]) -> Answer:
        """Counted from requests between this authority and a member, by whole quarters in UTC; nothing is typed in."""
        asked = ask.asked(shapes.FiguresQuery)
        peer = _peer(ask, programmes, record_id, asked.member)
        last = Quarter.named(asked.quarter) if asked.quarter else Quarter.of(ask.now)
        counted = programmes.count(ask.officer, record_id, peer, last, asked.quarters)
        return ask.json(
            shapes.ProgrammeFigures(
                members=counted.pair,
                quarters=[one.name for one in counted.quarters],
                figures=[msgspec.to_builtins(one) for one in counted.figures],
                current=counted.current,
            )
        )

    @get(
        f"{_AT}/reports/{{quarter:str}}",
        opt=_READ | speaks(N_("A quarterly report"), _TAG, shapes.ProgrammeReport, asks=shapes.MemberQuery),
        sync_to_thread=True,
        name="api-programme-report",
    )
    def report(ask: Ask, record_id: FromPath[str], quarter: FromPath[str]) -> Answer:
        """What each side has stated, what this node computes now, and where the two differ."""
        peer = _peer(ask, programmes, record_id, ask.asked(shapes.MemberQuery).member)
        found = programmes.compare(ask.officer, record_id, Quarter.named(quarter), peer)
        return ask.json(
            shapes.ProgrammeReport(
                quarter=found.quarter.name,
                members=found.pair,
                stated={author: msgspec.to_builtins(one) for author, one in found.columns.items()},
                computed=None if found.ours_now is None else msgspec.to_builtins(found.ours_now),
                current=found.current,
                differences=[
                    shapes.FigureDifference(figure=path, theirs=theirs, ours=ours)
                    for path, theirs, ours in found.differing
                ],
            )
        )

    return [figures, report]


def _stating(programmes: Programmes) -> list[Any]:
    @post(
        f"{_AT}/reports/{{quarter:str}}/state",
        opt=_BIND
        | speaks(
            N_("State a quarterly report for this authority"),
            _TAG,
            RecordDone,
            takes=shapes.ReportStating,
            examples=_STATING,
        ),
        sync_to_thread=True,
        name="api-programme-report-state",
    )
    def state(ask: Ask, record_id: FromPath[str], quarter: FromPath[str]) -> Answer:
        """The node computes the figures itself. Where the other side has stated the same, it is countersigned."""
        given = ask.given(shapes.ReportStating)
        peer = _peer(ask, programmes, record_id, given.member)
        remarks = Said(vi=given.remarks.vi, en=given.remarks.en)
        return _done(ask, programmes, programmes.report(ask.officer, record_id, Quarter.named(quarter), peer, remarks))

    @post(
        f"{_AT}/reports/{{quarter:str}}/countersign",
        opt=_BIND
        | speaks(
            N_("Countersign the other side's quarterly report"),
            _TAG,
            RecordDone,
            takes=shapes.ReportCountersigning,
            examples=_COUNTERSIGNING,
        ),
        sync_to_thread=True,
        name="api-programme-report-countersign",
    )
    def countersign(ask: Ask, record_id: FromPath[str], quarter: FromPath[str]) -> Answer:
        """Only when this node computes exactly what was read."""
        given = ask.given(shapes.ReportCountersigning)
        peer = _peer(ask, programmes, record_id, given.member)
        return _done(
            ask, programmes, programmes.countersign(ask.officer, record_id, Quarter.named(quarter), peer, given.digest)
        )

    return [state, countersign]


def _peer(ask: Ask, programmes: Programmes, record_id: str, member: str) -> str:
    """The named member, or the first other one. Raises `NotAllowed("programme-member")`."""
    room = programmes.shared.read.room(ask.officer, record_id)
    peers = [one.node for one in room.members if one.part is Part.IN and one.node != programmes.node_id]
    if (member and member not in peers) or not peers:
        raise NotAllowed("programme-member")
    return member or peers[0]


def _done(ask: Ask, programmes: Programmes, outcome: Outcome) -> Answer:
    """What was stated, and what waits for a second officer as far as this officer may see it."""
    releases, lines = programmes.shared.releases, []
    with ask.database.read() as connection:
        names = accounts.names(connection)
    if ask.may(Action.RELEASE_READ):
        lines = [release_view(one, releases.steps(one, ask.officer), names) for one in outcome.waits]
    told = RecordDone(
        record=line_view(outcome.line),
        facts=[fact_view(one) for one in outcome.statements],
        waits=[msgspec.convert(line, ApprovalLine) for line in lines],
    )
    return ask.json(told, status=201)
