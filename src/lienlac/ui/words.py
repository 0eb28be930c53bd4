"""How things are said: catalogues, dates with their zone, time left, money, digests, and the Vietnamese order.

Knows languages, not pages. Every sentence on a screen is an English msgid; `locale/vi` holds the Vietnamese. Dates
are `dd/MM/yyyy HH:mm` in both languages, because the two sides read them to each other on the phone.
"""

from __future__ import annotations

import functools
import gettext as catalogues
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from importlib import resources
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from lienlac import limits
from lienlac.people.officer import TIME_ZONES

if TYPE_CHECKING:
    from lienlac.errors import Language


def N_(text: str) -> str:  # noqa: N802  # the name that message extraction looks for
    """Marks a msgid that is translated later, where the language is known."""
    return text


ZONE_NAMES: Final = {
    "Asia/Ho_Chi_Minh": N_("Hanoi"),
    "America/New_York": N_("Washington"),
    "UTC": N_("UTC"),
}
"""What people call the zones."""

NO_CENTS: Final = frozenset({"VND", "JPY", "KRW"})
SIGNS: Final = {"VND": "₫"}


@functools.cache
def translations(language: Language) -> catalogues.NullTranslations:
    """The catalogue of one language, read on first use; a missing catalogue leaves the English msgids."""
    folder = resources.files("lienlac.ui").joinpath("locale")
    return catalogues.translation("messages", str(folder), languages=[language], fallback=True)


@dataclass(frozen=True, slots=True)
class Words:
    """One reader's way of being spoken to: language and time zone."""

    language: Language
    time_zone: str = "Asia/Ho_Chi_Minh"

    def gettext(self, text: str, /, **places: object) -> str:
        """The sentence in the reader's language; `%(name)s` places are filled."""
        said = translations(self.language).gettext(text)
        return said % places if places else said

    def ngettext(self, one: str, many: str, count: int, /, **places: object) -> str:
        """The plural form for that count; `%(n)s` is the count."""
        said = translations(self.language).ngettext(one, many, count)
        return said % {"n": self.number(count), **places}

    def number(self, value: float | Decimal, places: int = 0) -> str:
        """`12.450` in Vietnamese, `12,450` in English."""
        text = f"{value:,.{places}f}"
        return text.translate(_SWAP) if self.language == "vi" else text

    def size(self, value_bytes: int) -> str:
        """`812 B`, `4.1 MB`, `5.0 GB`: in steps of a thousand, as disks are sold."""
        value, unit = float(value_bytes), "B"
        for unit in ("B", "kB", "MB", "GB"):  # the last one is wanted
            if value < 999.5 or unit == "GB":
                break
            value /= 1000
        return f"{self.number(value, 0 if unit == 'B' or value >= 100 else 1)}\N{NO-BREAK SPACE}{unit}"

    def money(self, amount: Decimal | str | int, currency: str) -> str:
        """`12.450.000.000 ₫`, `25,000.00 USD`: the currency always stands behind."""
        value = Decimal(amount)
        exact = -int(value.as_tuple().exponent or 0)
        places = 0 if currency in NO_CENTS and exact <= 0 else max(2, exact)
        return f"{self.number(value, places)}\N{NO-BREAK SPACE}{SIGNS.get(currency, currency)}"

    def instant(self, at: datetime) -> str:
        """`23/11/2026 10:05 (Hanoi)` in the reader's zone."""
        return _instant(self, at)

    def clock_text(self, at: datetime) -> str:
        """`23/11/2026 10:05` in the reader's zone, without its name."""
        return f"{local(at, self.time_zone):%d/%m/%Y %H:%M}"

    def elsewhere(self, at: datetime) -> str:
        """The same instant in the other zones: `22/11/2026 22:05 (Washington) · 23/11/2026 03:05 (UTC)`."""
        return _elsewhere(self, at)

    def zone_name(self, name: str) -> str:
        """What people call the zone, in the reader's language."""
        return self.gettext(ZONE_NAMES.get(name, name))

    def duration(self, length: timedelta) -> str:
        """Two largest units: `1 giờ 20 phút`, `1 h 20 min`; below a minute in seconds. Never negative."""
        seconds = abs(int(length.total_seconds()))
        units = ((86_400, N_("{n} d")), (3_600, N_("{n} h")), (60, N_("{n} min")), (1, N_("{n} s")))
        parts: list[str] = []
        for size, unit in units:
            count, seconds = divmod(seconds, size)
            if count and len(parts) < 2 and (size > 1 or not parts):  # two units, seconds only alone
                parts.append(self.gettext(unit).replace("{n}", str(count)))
            elif parts:
                break
        return " ".join(parts) or self.gettext("{n} s").replace("{n}", "0")

    def left(self, deadline: datetime, now: datetime) -> str:
        """`còn 1 giờ 20 phút` or `quá hạn 18 phút`."""
        length = self.duration(deadline - now)
        sentence = N_("{length} left") if deadline > now else N_("overdue by {length}")
        return self.gettext(sentence).replace("{length}", length)

    @staticmethod
    def as_of(deadline: datetime, now: datetime) -> datetime:
        """An instant at which what is left until the deadline is said in the same words; one for each whole minute."""
        seconds = int((deadline - now).total_seconds())
        step = 60 if abs(seconds) >= 60 else 1
        return deadline - timedelta(seconds=int(seconds / step) * step) if seconds else now

    def ago(self, at: datetime, now: datetime) -> str:
        """`3 phút trước`; under a minute `vừa xong`."""
        if now - at < timedelta(minutes=1):
            return self.gettext("just now")
        return self.gettext("{length} ago").replace("{length}", self.duration(now - at))

    def clock_words(self) -> dict[str, str]:
        """What the countdown in the browser needs to say the same sentences."""
        keys = ("{n} d", "{n} h", "{n} min", "{n} s", "{length} left", "overdue by {length}")
        return {key: self.gettext(key) for key in keys}


_SWAP: Final = str.maketrans(",.", ".,")


@functools.cache
def zone(name: str) -> ZoneInfo:
    """The zone's rules, read once."""
    return ZoneInfo(name)


@functools.lru_cache(limits.INSTANTS_KEPT)
def _instant(words: Words, at: datetime) -> str:
    """Kept for a while: every page of a list says some hundred instants, mostly those of the page before."""
    return f"{words.clock_text(at)} ({words.zone_name(words.time_zone)})"


@functools.lru_cache(limits.INSTANTS_KEPT)
def _elsewhere(words: Words, at: datetime) -> str:
    """As `_instant`."""
    others = [name for name in TIME_ZONES if name != words.time_zone]
    return " · ".join(f"{local(at, name):%d/%m/%Y %H:%M} ({words.zone_name(name)})" for name in others)


def local(at: datetime, time_zone: str) -> datetime:
    """The instant on the clocks of a zone; at the ends of time, where that has no date, as it was written."""
    try:
        return at.astimezone(zone(time_zone))
    except OverflowError:
        return at


def day(date: str) -> str:
    """`23/11/2026` from a calendar date `2026-11-23`; any other text as it is."""
    parts = date.split("-")
    return "/".join(reversed(parts)) if len(parts) == 3 else date


def digest_short(digest: str) -> str:
    """The first 12 characters of a digest, enough to compare by eye; the full one stands beside it in a title."""
    return f"{digest[:12]}…" if len(digest) > 12 else digest


def rfc3339(at: datetime) -> str:
    """The instant for machines, in attributes and headers."""
    return local(at, "UTC").isoformat(timespec="seconds").replace("+00:00", "Z")


_TONES: Final = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_LETTERS: Final = {letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_SHAPES: Final = {"\u0306", "\u0302", "\u031b"}


def sort_key(text: str) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
    """Vietnamese order, word by word: letters first (ă after a, đ after d), then tones (none, `, ?, ~, ', .)."""
    return tuple(_word_key(word) for word in text.lower().split())


def _word_key(word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    letters: list[int] = []
    tones: list[int] = []
    for letter in unicodedata.normalize("NFC", word):
        parts = unicodedata.normalize("NFD", letter)
        tone = next((_TONES[mark] for mark in parts if mark in _TONES), 0)
        bare = unicodedata.normalize("NFC", parts[0] + "".join(mark for mark in parts[1:] if mark in _SHAPES))
        letters.append(_LETTERS.get(bare, 100 + ord(bare[0])))
        tones.append(tone)
    return tuple(letters), tuple(tones)
