"""The picture for leaders: figures of a quarter with what they are made of, and the course of eight quarters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from litestar import Response, get

from lienlac.errors import NotAllowed
from lienlac.identifiers.money import currency_of
from lienlac.people.rights import Action
from lienlac.programmes.desk import may_measure
from lienlac.programmes.indicators.quarter import Quarter
from lienlac.programmes.pages.board import attached
from lienlac.programmes.showing import names
from lienlac.programmes.showing.files import figures_csv
from lienlac.programmes.showing.rates import length, percent, rates
from lienlac.records.shared.fold import Part
from lienlac.ui.guard import needs
from lienlac.ui.shared.pages import frame
from lienlac.vocabulary import refusals, request_kinds
from lienlac.vocabulary.anchors import beside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from litestar.params import FromPath

    from lienlac.programmes.desk import Programmes
    from lienlac.records.shared.reading.desk import Room
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import Subject

QUARTERS: Final = 8
_READ: Final[dict[str, Any]] = {
    "opt": needs(Action.PROGRAMME_READ),
    "sync_to_thread": True,
    "include_in_schema": False,
}
_HEIGHT: Final = 90
_STEP: Final = 64


class Bar(NamedTuple):
    """One bar of a drawing, with the number that it shows."""

    x: float
    y: float
    width: float
    height: float
    number: int
    way: int


def make_handlers(programmes: Programmes, subject: Subject) -> tuple[Any, ...]:
    """The routes."""

    @get("/programmes/{record_id:str}/figures", **_READ, name="programme-figures")
    def shown(ask: Ask, record_id: FromPath[str]) -> Response[str]:
        room = programmes.shared.read.room(ask.officer, record_id)
        peers = peers_of(programmes, room)
        values: dict[str, Any] = {"counted": None, "peers": peers, "peer": peer_of(ask, peers)}
        if values["peer"] and may_measure(ask.officer):
            quarter = quarter_of(ask)
            counted = programmes.count(ask.officer, room.line.id, values["peer"], quarter, QUARTERS)
            values |= {
                "counted": counted,
                "quarter": quarter,
                "latest": counted.figures[-1],
                "bars": bars([[way.requests for way in one.directions] for one in counted.figures]),
            }
        return frame.page(
            ask, subject, room, "programmes/figures.html", tab="figures", may_measure=may_measure(ask.officer),
            **words_of(ask), **values,
        )  # fmt: skip

    @get("/programmes/{record_id:str}/figures/file", **_READ, name="programme-figures-file")
    def file(ask: Ask, record_id: FromPath[str]) -> Response[Any]:
        room = programmes.shared.read.room(ask.officer, record_id)
        peer = peer_of(ask, peers_of(programmes, room))
        if not peer:
            return ask.redirect(f"/programmes/{room.line.id}/figures")
        counted = programmes.count(ask.officer, room.line.id, peer, quarter_of(ask), QUARTERS)
        name = f"{room.line.reference}-{counted.quarters[-1].name}.csv"
        return attached(figures_csv(counted.figures), name, "text/csv; charset=utf-8")

    return (shown, file)


def peers_of(programmes: Programmes, room: Room) -> list[str]:
    """The other members that take part."""
    return [one.node for one in room.members if one.part is Part.IN and one.node != programmes.node_id]


def peer_of(ask: Ask, peers: Sequence[str]) -> str:
    """The chosen member, or the first one. Raises `NotAllowed("programme-member")`."""
    chosen = ask.query.get("with", "")
    if chosen and chosen not in peers:
        raise NotAllowed("programme-member")
    return chosen or (peers[0] if peers else "")


def quarter_of(ask: Ask) -> Quarter:
    """The chosen quarter, or the present one."""
    name = ask.query.get("quarter", "")
    return Quarter.named(name) if name else Quarter.of(ask.now)


def bars(pairs: Sequence[Sequence[int]]) -> list[Bar]:
    """Two bars for each quarter, one for each direction; the greatest fills the height."""
    most = max((count for pair in pairs for count in pair), default=0) or 1
    made = []
    for place, pair in enumerate(pairs):
        for way, count in enumerate(pair):
            high = 0.0 if not count else max(2.0, round(_HEIGHT * count / most, 1))
            made.append(Bar(place * _STEP + 6 + way * 26, round(_HEIGHT - high, 1), 22, high, count, way))
    return made


def words_of(ask: Ask) -> dict[str, Any]:
    """What pages with figures say things with."""
    return {
        "rates": rates,
        "length": length,
        "percent": percent,
        "beside": beside,
        "say": names,
        "kind_name": lambda kind: request_kinds.label(kind, ask.language) if kind in request_kinds else kind,
        "ground_name": lambda code: refusals.label(code, ask.language) if code in refusals else code,
        "amount": lambda units, currency: amount(ask, units, currency),
    }


def amount(ask: Ask, units: str, currency: str) -> str:
    """So many of a currency's smallest unit as a reader of this language writes it."""
    return ask.words.money(decimal_of(units, currency), currency)


def decimal_of(units: str, currency: str) -> str:
    """Digits of the smallest unit as decimal text."""
    decimals = currency_of(currency).decimals
    digits = units.rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
