"""The threat picture as programs see it: numbers by stretch of time, and the records behind a number."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from lienlac.interface.parts import Given, Line, Told

Span = Literal["13-weeks", "26-weeks", "12-months", "24-months"]
Country = Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{2})?\Z")]
Currency = Annotated[str, msgspec.Meta(pattern=r"^([A-Z]{3})?\Z")]


class PictureQuery(Given, frozen=True, kw_only=True):
    """Which period, and of which kind of crime: a code, a family's code, or `none` for what names none."""

    span: Span = "13-weeks"
    typology: Line = ""


class PicturedQuery(Given, frozen=True, kw_only=True):
    """Which number is looked behind. `begins` is the first day of one stretch; what is left out narrows nothing."""

    span: Span = "13-weeks"
    typology: Line = ""
    kind: Literal["", "request", "emergency", "warning", "method"] = ""
    begins: date | None = None
    currency: Currency = ""
    origin: Country = ""
    target: Country = ""


class PicturedSeries(Told, frozen=True, kw_only=True):
    """How many in each stretch of the period."""

    code: str
    counts: list[int]


class PicturedMoney(Told, frozen=True, kw_only=True):
    """What became of money in one currency, as decimal text; `records` name an amount in it."""

    currency: str
    asked: str
    held: str
    returned: str
    records: int


class PicturedFlow(Told, frozen=True, kw_only=True):
    """From which country money went to which, in how many records."""

    origin: str
    target: str
    records: int


class ThreatPicture(Told, frozen=True, kw_only=True):
    """All numbers. Stretches begin at `begins`, the last one ends before `end`; days are those of UTC.

    `new_identifiers` is null for who may not see everything that is open to all. `cut`: there were more records than
    are counted, and the newest are.
    """

    span: str
    begins: list[date]
    end: date
    kinds: dict[str, int]
    crimes: list[PicturedSeries]
    new_identifiers: list[PicturedSeries] | None
    money: list[PicturedMoney]
    flows: list[PicturedFlow]
    cut: bool


class PicturedRecord(Told, frozen=True, kw_only=True):
    """One record. `path` is its page on the node."""

    kind: str
    path: str
    title_vi: str
    title_en: str
    at: datetime
    typologies: tuple[str, ...]


class PicturedRecords(Told, frozen=True, kw_only=True):
    """The newest of them, and how many there are in all."""

    count: int
    records: list[PicturedRecord]
