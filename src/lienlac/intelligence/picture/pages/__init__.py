"""The threat picture's pages: all of it, what stands behind a number, and the same as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get

from lienlac import limits
from lienlac.intelligence.picture import charts
from lienlac.intelligence.picture.pages import words
from lienlac.intelligence.picture.pages.asked import asked_of, links_of, place_of, query_of
from lienlac.intelligence.picture.pages.files import picture_csv, records_csv
from lienlac.intelligence.picture.period import DEFAULT
from lienlac.intelligence.picture.picture import NO_TYPOLOGY
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.nav import Heading, NavItem
from lienlac.ui.words import N_
from lienlac.vocabulary import countries, identifier_types, typologies

if TYPE_CHECKING:
    from lienlac.intelligence.picture.desk import Picturing
    from lienlac.ui.page import Ask

_READ: Final[dict[str, Any]] = {
    "opt": needs(Action.INTEL_READ),
    "sync_to_thread": True,
    "include_in_schema": False,
}
NAV: Final = (
    NavItem(
        label=N_("Threat picture"),
        path="/intelligence/picture",
        action=Action.INTEL_READ,
        heading=Heading.INTELLIGENCE,
        order=38,
    ),
)


def make_handlers(picturing: Picturing) -> tuple[Any, ...]:
    """The routes of the pages and files."""

    @get("/intelligence/picture", **_READ, name="picture")
    def shown(ask: Ask) -> Response[str]:
        span, typology = ask.query.get("span", DEFAULT), ask.query.get("typology", "")
        picture = picturing.picture(ask.officer, span, typology)
        return ask.page(
            "picture/picture.html",
            title=ask.gettext("Threat picture"),
            picture=picture,
            links=links_of(picture),
            ways=charts.ways(picture.flows[: limits.PICTURE_FLOWS_DRAWN]),
            all_bars=charts.bars(picture.whole.counts, step=720 / len(picture.whole.counts), height=120),
            rows=limits.PICTURE_ROWS,
            most=limits.PICTURE_RECORDS_MAX,
            types=identifier_types,
            **_values(ask),
        )

    @get("/intelligence/picture/records", **_READ, name="picture-records")
    def records(ask: Ask) -> Response[str]:
        span, asked = asked_of(ask)
        found = picturing.behind(ask.officer, span, asked)
        return ask.page(
            "picture/records.html",
            title=ask.gettext("Behind the number"),
            found=found[: limits.PICTURE_LIST_MAX],
            count=len(found),
            asked=asked,
            period=picturing.period(span),
            query=query_of(span, asked),
            **_values(ask),
        )

    @get("/intelligence/picture/new", **_READ, name="picture-new")
    def new(ask: Ask) -> Response[str]:
        span = ask.query.get("span", DEFAULT)
        shown, type_ = picturing.period(span), ask.query.get("type") or identifier_types.codes()[0]
        place = place_of(ask, shown)
        found = picturing.new(ask.officer, span, type_, place)
        return ask.page(
            "picture/new.html",
            title=ask.gettext("First named: %(type)s", type=identifier_types.label(type_, ask.language)),
            found=found,
            period=shown,
            place=place,
            most=limits.PICTURE_LIST_MAX,
            **_values(ask),
        )

    @get("/intelligence/picture/export/csv", **_READ, name="picture-csv")
    def export(ask: Ask) -> Response[bytes]:
        span, typology = ask.query.get("span", DEFAULT), ask.query.get("typology", "")
        made = picture_csv(picturing.picture(ask.officer, span, typology), ask.words)
        return _file(made, f"threat-picture-{span}.csv")

    @get("/intelligence/picture/records/csv", **_READ, name="picture-records-csv")
    def export_records(ask: Ask) -> Response[bytes]:
        span, asked = asked_of(ask)
        made = records_csv(picturing.behind(ask.officer, span, asked), ask.words, ask.ground.config.base_url)
        return _file(made, f"threat-picture-records-{span}.csv")

    return (shown, records, new, export, export_records)


def _file(data: bytes, name: str) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type="text/csv; charset=utf-8", headers=headers)


def _values(ask: Ask) -> dict[str, Any]:
    """What every page of the picture says things with."""
    return {
        "say": words,
        "charts": charts,
        "country": lambda code: countries.label(code, ask.language),
        "crime": lambda code: words.crime(code, ask.words),
        "typology_choices": [(word.code, f"{word.shown_code} · {word.label(ask.language)}") for word in typologies]
        + [(NO_TYPOLOGY, ask.gettext("No kind of crime named"))],
        "none": NO_TYPOLOGY,
    }
