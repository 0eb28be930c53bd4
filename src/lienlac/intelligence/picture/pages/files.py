"""The picture as a file for a spreadsheet: one line for each number.

A cell that a spreadsheet would take for a formula gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from lienlac.intelligence.picture.pages import words as say
from lienlac.intelligence.picture.picture import FATES
from lienlac.vocabulary import countries, identifier_types

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lienlac.intelligence.picture.picture import Picture
    from lienlac.records.pictured import Pictured
    from lienlac.ui.words import Words

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_HEAD: Final = ("part", "code", "name", "from", "until", "currency", "value")


def picture_csv(picture: Picture, words: Words) -> bytes:
    """Every number of the picture: part, code, name, first day, day after the last, currency, value."""
    return _written([_HEAD, *_lines(picture, words)])


def records_csv(records: Iterable[Pictured], words: Words, base: str) -> bytes:
    """The records behind a number."""
    head = ("kind", "opened", "typologies", "title", "address")
    rows = [
        (
            one.kind,
            one.at.isoformat(),
            " ".join(one.typologies),
            one.title_vi if words.language == "vi" else one.title_en,
            f"{base}{one.path}",
        )
        for one in records
    ]
    return _written([head, *rows])


def _lines(picture: Picture, words: Words) -> Iterator[tuple[str, ...]]:
    period = picture.period
    whole = (period.begins[0].isoformat(), period.end.isoformat())
    for series in picture.crimes:
        for place, count in enumerate(series.counts):
            first, end = period.stretch(place)
            yield (
                "crime",
                series.code,
                say.crime(series.code, words),
                first.isoformat(),
                end.isoformat(),
                "",
                str(count),
            )
    for series in picture.new or ():
        name = identifier_types.label(series.code, words.language)
        for place, count in enumerate(series.counts):
            first, end = period.stretch(place)
            yield ("new-identifier", series.code, name, first.isoformat(), end.isoformat(), "", str(count))
    for loss in picture.losses:
        for fate in FATES:
            name = words.gettext(say.FATES[fate])
            yield ("money", fate, name, *whole, loss.currency, str(loss.sums[fate]))
    for flow in picture.flows:
        name = f"{countries.label(flow.origin, words.language)} → {countries.label(flow.target, words.language)}"
        yield ("flow", f"{flow.origin}-{flow.target}", name, *whole, "", str(flow.records))


def _written(rows: Iterable[Iterable[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([[_safe(cell) for cell in row] for row in rows])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
