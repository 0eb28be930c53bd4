"""Amounts of money as people write them in reports: `100 triệu`, `2 tỷ 300 triệu`, `12.450.000đ`, `$5,000`, `500k`.

An amount is told beside the identifiers and matched by nothing. What could mean two amounts is left out.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from lienlac.errors import Refused
from lienlac.identifiers.finding.found import Find, Sureness
from lienlac.identifiers.money import Money, checked, parse_money

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNITS: Final = {
    "tỷ": 10**9,
    "tỉ": 10**9,
    "ty": 10**9,
    "billion": 10**9,
    "triệu": 10**6,
    "trieu": 10**6,
    "tr": 10**6,
    "million": 10**6,
    "nghìn": 10**3,
    "ngàn": 10**3,
    "nghin": 10**3,
    "ngan": 10**3,
    "k": 10**3,
    "thousand": 10**3,
}
_UNIT: Final = "(" + "|".join(sorted(_UNITS, key=len, reverse=True)) + ")"

_CURRENCY: Final = r"(đồng|dong|vnđ|vnd|đ|₫|usdt|usd|us\$|\$|đô\s?la|dollars?|euros?|eur|€)"
_AMOUNT: Final = re.compile(
    rf"[0-9](?<!\w.)(?<![.,-].)[0-9]{{0,14}}+(?:[.,][0-9]{{3}}){{0,5}}+(?:[.,][0-9]{{1,2}})?+(?![0-9])"
    rf"(?:\s?{_UNIT}(?!\w)(?:\s([0-9]{{1,3}})\s?{_UNIT}(?!\w))?)?(?:\s?{_CURRENCY}(?!\w))?",
    re.IGNORECASE,
)
_DOLLARS: Final = re.compile(
    rf"\$\s?([0-9]{{1,3}}(?:,[0-9]{{3}}){{1,4}}(?:\.[0-9]{{2}})?|[0-9]{{1,12}}(?:\.[0-9]{{1,2}})?)(?![0-9])"
    rf"(?:\s?{_UNIT}(?!\w))?",
    re.IGNORECASE,
)
_CODES: Final = {"$": "USD", "us$": "USD", "usd": "USD", "usdt": "", "€": "EUR", "eur": "EUR"}
_HEAD: Final = re.compile(r"[0-9.,]+")


def scan(text: str) -> Iterator[Find]:
    """Every amount of money that can be read in one way only."""
    if "$" in text:
        for found in _DOLLARS.finditer(text):
            unit = _UNITS.get((found[2] or "").casefold(), 1)
            yield from _amount(found[0], found.start(), found[1], unit, "USD")
    for found in _AMOUNT.finditer(text):
        first, more, second, sign = found.groups()
        if first is None and sign is None:
            continue
        if found.start() and text[found.start() - 1] == "$":
            continue
        head = _HEAD.match(found[0])
        if head is None:
            continue
        currency = _currency(sign)
        if not currency:
            continue
        unit = _UNITS.get((first or "").casefold(), 1)
        extra = int(more) * _UNITS[second.casefold()] if more and second else 0
        yield from _amount(found[0], found.start(), head[0].rstrip(".,"), unit, currency, extra=extra)


def _currency(sign: str | None) -> str:
    folded = (sign or "đồng").casefold()
    if folded.startswith(("đô", "dollar")):
        return "USD"
    if folded.startswith("euro"):
        return "EUR"
    return _CODES.get(folded, "VND")


def _amount(raw: str, start: int, number: str, unit: int, currency: str, *, extra: int = 0) -> Iterator[Find]:
    try:
        if unit == 1:
            money = parse_money(number, currency)
        else:
            mark = number.replace(",", ".")
            if mark.count(".") > 1:
                return
            value = Decimal(mark) * unit + extra
            whole = f"{value:.2f}".removesuffix(".00") if currency != "VND" else f"{value:.0f}"
            money = checked(Money(whole, currency))
    except Refused:
        return
    yield Find(
        type="amount",
        start=start,
        end=start + len(raw.rstrip()),
        raw=raw.rstrip(),
        value=f"{money.amount} {money.currency}",
        key="",
        shown=str(money),
        sureness=Sureness.SURE,
        why="form",
    )
