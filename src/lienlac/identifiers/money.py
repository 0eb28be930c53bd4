"""Amounts of money: how they travel, what people type, how they are shown.

An amount travels as decimal text with exactly the currency's decimals; never as a binary fraction. A way of writing
that could mean two amounts is refused: a thousandfold error freezes the wrong sum. Knows no exchange rates.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from lienlac import limits
from lienlac.errors import Refused

if TYPE_CHECKING:
    from lienlac.errors import Language


@dataclass(frozen=True, slots=True)
class Currency:
    """Decimals of a currency, its sign in English texts (empty: the code serves), and signs people type."""

    decimals: int
    sign: str = ""
    typed: tuple[str, ...] = ()


CURRENCIES: Final[dict[str, Currency]] = {
    "VND": Currency(0, "", ("₫", "đ", "vnđ", "đồng", "dong", "d")),
    "USD": Currency(2, "$", ("$", "us$", "$us", "đô la", "đô la mỹ")),
    "EUR": Currency(2, "€", ("€",)),
    "GBP": Currency(2, "£", ("£",)),
    "CHF": Currency(2),
    "JPY": Currency(0, "¥", ("¥",)),
    "KRW": Currency(0, "₩", ("₩",)),
    "CNY": Currency(2, "", ("rmb", "¥", "元")),
    "HKD": Currency(2, "HK$", ("hk$",)),
    "TWD": Currency(2, "NT$", ("nt$",)),
    "SGD": Currency(2, "S$", ("s$",)),
    "MYR": Currency(2, "RM", ("rm",)),
    "THB": Currency(2, "฿", ("฿",)),
    "PHP": Currency(2, "₱", ("₱",)),
    "IDR": Currency(2, "", ("rp",)),
    "KHR": Currency(2, "", ("៛",)),
    "LAK": Currency(2, "", ("₭",)),
    "MMK": Currency(2),
    "INR": Currency(2, "₹", ("₹",)),
    "AED": Currency(2),
    "AUD": Currency(2, "A$", ("a$",)),
    "NZD": Currency(2, "NZ$", ("nz$",)),
    "CAD": Currency(2, "C$", ("c$",)),
    "RUB": Currency(2, "", ("₽",)),
}

_AMOUNT: Final = re.compile(r"(0|[1-9][0-9]{0,14})(?:\.([0-9]{1,4}))?")
_TYPED: Final = re.compile(r"([^0-9]*)([0-9](?:[0-9., ]*[0-9])?)([^0-9]*)")
_SPACES: Final = re.compile("[ \t\u00a0\u2009\u202f]+")


class Money(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An amount (decimal text with a point, no grouping) and its ISO 4217 currency. Not yet checked: see `checked`."""

    amount: Annotated[str, msgspec.Meta(pattern=r"^(0|[1-9][0-9]{0,14})(\.[0-9]{1,4})?\Z", max_length=20)]
    currency: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}$", max_length=3)]

    def __str__(self) -> str:
        """Readable in any language: `48 250.00 USD`, groups set apart by narrow spaces."""
        whole, point, fraction = self.amount.partition(".")
        return f"{_grouped(whole, chr(0x202F))}{point}{fraction} {self.currency}"


def currency_of(code: str, *, field: str | None = None) -> Currency:
    """The facts of a currency. Raises `Refused("currency-unknown")`."""
    currency = CURRENCIES.get(code)
    if currency is None:
        raise Refused("currency-unknown", field=field, currency=code[:10])
    return currency


def checked(money: Money, *, path: str = "") -> Money:
    """The same amount with exactly the currency's decimals.

    Raises `Refused`: `currency-unknown`, `amount-malformed`, `amount-scale`, `amount-not-positive`,
    `amount-too-large`; `field` is `amount` or `currency`, after `path` and a point when one is given.
    """
    prefix = f"{path}." if path else ""
    decimals = currency_of(money.currency, field=f"{prefix}currency").decimals
    field = f"{prefix}amount"
    shape = _AMOUNT.fullmatch(money.amount)
    if shape is None:
        raise Refused("amount-malformed", field=field, text=money.amount[:40], currency=money.currency)
    whole, fraction = shape[1], (shape[2] or "").rstrip("0")
    if len(fraction) > decimals:
        raise Refused("amount-scale", field=field, currency=money.currency, decimals=decimals)
    if int(whole) > limits.AMOUNT_MAX_UNITS:
        raise Refused("amount-too-large", field=field, currency=money.currency)
    if int(whole) == 0 and not fraction:
        raise Refused("amount-not-positive", field=field)
    return Money(f"{whole}.{fraction.ljust(decimals, '0')}" if decimals else whole, money.currency)


def minor_units(money: Money) -> int:
    """The amount in the currency's smallest unit (cents, đồng), for sums and comparisons. Raises as `checked`."""
    return int(checked(money).amount.replace(".", ""))


def from_minor_units(units: int, currency: str) -> Money:
    """The amount of so many smallest units. Raises as `checked`."""
    decimals = currency_of(currency).decimals
    if units < 0:
        raise Refused("amount-not-positive", field="amount")
    digits = str(units).rjust(decimals + 1, "0")
    amount = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    if len(amount) > 20:
        raise Refused("amount-too-large", field="amount", currency=currency)
    return checked(Money(amount, currency))


def format_money(money: Money, language: Language) -> str:
    """The amount as readers of a language write it: `12.450.000.000 ₫`, `48.250,00 USD`; `$48,250.00`. Never raises."""
    whole, _, fraction = money.amount.partition(".")
    if language == "vi":
        number = _grouped(whole, ".") + (f",{fraction}" if fraction else "")
        return f"{number} {'₫' if money.currency == 'VND' else money.currency}"
    number = _grouped(whole, ",") + (f".{fraction}" if fraction else "")
    currency = CURRENCIES.get(money.currency)
    return f"{currency.sign}{number}" if currency is not None and currency.sign else f"{money.currency} {number}"


def _grouped(whole: str, separator: str) -> str:
    head = len(whole) % 3
    groups = ([whole[:head]] if head else []) + [whole[place : place + 3] for place in range(head, len(whole), 3)]
    return separator.join(groups)


def parse_money(text: str, currency: str, *, field: str | None = None) -> Money:
    """The amount somebody typed or pasted, in Vietnamese or English form, in a currency chosen beside it.

    Raises `Refused`: `currency-unknown`, `amount-malformed`, `amount-ambiguous` (`48.250` in dollars may be either),
    `amount-other-currency` (a dollar sign on đồng), `amount-scale`, `amount-not-positive`, `amount-too-large`.
    """
    currency_of(currency, field=field)
    typed = _TYPED.fullmatch(_SPACES.sub(" ", text.strip())) if len(text) <= limits.LINE_MAX_CHARS else None
    if typed is None:
        raise Refused("amount-malformed", field=field, text=text[:40], currency=currency)
    for sign in (typed[1], typed[3]):
        if not _sign_fits(unicodedata.normalize("NFC", sign).strip().casefold(), currency, field):
            raise Refused("amount-malformed", field=field, text=text[:40], currency=currency)
    whole, fraction = _whole_and_fraction(typed[2], currency, field)
    if len(whole) > 15:
        raise Refused("amount-too-large", field=field, currency=currency)
    try:
        return checked(Money(f"{whole}.{fraction}" if fraction else whole, currency))
    except Refused as refusal:
        refusal.field = field
        raise


def _sign_fits(sign: str, currency: str, field: str | None) -> bool:
    def means(code: str, facts: Currency) -> bool:
        return sign == code.casefold() or sign in facts.typed

    if not sign or means(currency, CURRENCIES[currency]):
        return True
    if any(means(code, facts) for code, facts in CURRENCIES.items()):
        raise Refused("amount-other-currency", field=field, sign=sign, currency=currency)
    return False


def _whole_and_fraction(typed: str, currency: str, field: str | None) -> tuple[str, str]:
    """Digits before and after the decimal mark of digits with points, commas and spaces, if only one reading is left.

    A mark that repeats groups thousands. A last mark that stands once is the decimal mark, unless three digits follow:
    then it groups when it stands alone and cannot be taken for an English decimal point.
    """
    decimals = CURRENCIES[currency].decimals
    marks = [mark for mark in typed if mark in "., "]
    last = marks[-1] if marks else ""
    whole, fraction = typed, ""
    if last in {".", ","} and marks.count(last) == 1:
        head, _, tail = typed.rpartition(last)
        alone = len(marks) == 1
        if len(tail) == 3 and (not alone or (decimals and last == ".")):
            raise Refused("amount-ambiguous", field=field, text=typed[:40], currency=currency)
        if len(tail) != 3:
            whole, fraction = head, tail.rstrip("0")
    joined = _ungrouped(whole)
    if joined is None or len(fraction) > 4:
        raise Refused("amount-malformed", field=field, text=typed[:40], currency=currency)
    return joined, fraction


def _ungrouped(whole: str) -> str | None:
    """The digits of `12.450.000` or `12450000`; None when the groups are not of three or the marks differ."""
    marks = {mark for mark in whole if mark in "., "}
    if len(marks) > 1:
        return None
    groups = whole.split(marks.pop()) if marks else [whole]
    if len(groups) > 1 and (not 1 <= len(groups[0]) <= 3 or groups[0].startswith("0")):
        return None
    if any(len(group) != 3 for group in groups[1:]):
        return None
    return "".join(groups).lstrip("0") or "0"
