"""The threat picture for programs: all its numbers, and the records behind one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from litestar import Response, get
from litestar.di import NamedDependency, Provide

from lienlac import limits
from lienlac.intelligence.picture.desk import Picturing
from lienlac.intelligence.picture.period import period
from lienlac.intelligence.picture.picture import Behind, Picture, Series
from lienlac.interface.intelligence import picture as shapes
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.interface.router import OneRouter
from lienlac.ui.interface.speech import speaks
from lienlac.ui.page import Ask
from lienlac.ui.words import N_

Answer = Response[bytes]
_TAG: Final = "intelligence"


@get(
    "/api/intelligence/picture",
    opt=needs(Action.INTEL_READ)
    | speaks(N_("The threat picture in numbers"), _TAG, shapes.ThreatPicture, asks=shapes.PictureQuery),
    sync_to_thread=True,
    name="api-picture",
)
def show_picture(ask: Ask, picturing: NamedDependency[Picturing]) -> Answer:
    """Kinds of crime, new identifiers, money and ways, of what one may know of; days are those of UTC."""
    asked = ask.asked(shapes.PictureQuery)
    return ask.json(_told(picturing.picture(ask.officer, asked.span, asked.typology)))


@get(
    "/api/intelligence/picture/records",
    opt=needs(Action.INTEL_READ)
    | speaks(
        N_("The records behind a number of the threat picture"),
        _TAG,
        shapes.PicturedRecords,
        asks=shapes.PicturedQuery,
    ),
    sync_to_thread=True,
    name="api-picture-records",
)
def list_pictured(ask: Ask, picturing: NamedDependency[Picturing]) -> Answer:
    """The newest records that a number is made of; `count` is how many there are."""
    asked = ask.asked(shapes.PicturedQuery)
    stretch = None
    if asked.begins is not None:
        begins = period(asked.span, ask.now.date()).begins
        stretch = begins.index(asked.begins) if asked.begins in begins else len(begins)
    flow = (asked.origin, asked.target) if asked.origin or asked.target else None
    number = Behind(typology=asked.typology, kind=asked.kind, place=stretch, currency=asked.currency, flow=flow)
    found = picturing.behind(ask.officer, asked.span, number)
    records = [
        shapes.PicturedRecord(
            kind=one.kind,
            path=one.path,
            title_vi=one.title_vi,
            title_en=one.title_en,
            at=one.at,
            typologies=one.typologies,
        )
        for one in found[: limits.PICTURE_LIST_MAX]
    ]
    return ask.json(shapes.PicturedRecords(count=len(found), records=records))


def _told(picture: Picture) -> shapes.ThreatPicture:
    period_ = picture.period
    return shapes.ThreatPicture(
        span=period_.name,
        begins=list(period_.begins),
        end=period_.end,
        kinds=picture.kinds,
        crimes=[_series(one) for one in picture.crimes],
        new_identifiers=None if picture.new is None else [_series(one) for one in picture.new],
        money=[
            shapes.PicturedMoney(
                currency=one.currency,
                asked=str(one.sums["asked"]),
                held=str(one.sums["held"]),
                returned=str(one.sums["returned"]),
                records=one.records,
            )
            for one in picture.losses
        ],
        flows=[shapes.PicturedFlow(origin=one.origin, target=one.target, records=one.records) for one in picture.flows],
        cut=picture.cut,
    )


def _series(series: Series) -> shapes.PicturedSeries:
    return shapes.PicturedSeries(code=series.code, counts=list(series.counts))


def routes(picturing: Picturing) -> OneRouter:
    """The routes, round the desk that does the work."""
    handlers: list[Callable[..., Any]] = [show_picture, list_pictured]
    return OneRouter(
        path="/",
        route_handlers=handlers,
        dependencies={"picturing": Provide(lambda: picturing, sync_to_thread=False)},
    )
