"""Reads a form field by field and keeps going: every mistake is found in one pass (see `problems`).

A form is a JSON object, from a file, a program or a web page. Each `read` method returns a usable value even when it
noted a mistake, so that reading goes on; `finish` raises if there was any. Fields that nobody asked for are mistakes
too: a misspelt name must not pass as "left out". Knows types and bounds, not what a request is.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeGuard
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers.cards import refuse_card_numbers
from lienlac.records.forms.problems import FormRefused, Problem, problem_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from lienlac.errors import LienlacError

_DATE: Final = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
_LOCAL: Final = re.compile(r"[0-9T:-]{10,19}\[[A-Za-z_]{2,20}(?:/[A-Za-z_]{2,20})?\]")
"""A time on the clocks of a zone, as pages hand it over: `2026-11-01T01:30[America/New_York]` (after RFC 9557)."""
_OLDEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_NOTED: Final = datetime.min.replace(tzinfo=UTC)
"""Stands for a value whose mistake is written down already."""
_KEPT_CONTROLS: Final = frozenset("\n\t")


class Reader:
    """One JSON object of a form; nested ones share the list of problems. `now` bounds what may lie in the future."""

    def __init__(self, data: object, *, now: datetime, path: str = "", problems: list[Problem] | None = None) -> None:
        self.problems: list[Problem] = [] if problems is None else problems
        self.now = now
        self._path = path
        self._asked: set[str] = set()
        self._data: Mapping[str, Any] = {}
        if isinstance(data, dict):
            self._data = data
        else:
            self.note("", "form-not-object")

    def note(self, name: str, code: str, **details: object) -> None:
        """Write a mistake down."""
        if len(self.problems) >= limits.FORM_PROBLEMS_MAX:
            return
        refusal = Refused(code)
        refusal.details = details
        self.problems.append(problem_of(refusal, self.path(name)))

    def refuse(self, name: str, refusal: LienlacError) -> None:
        """Write a lower rule's refusal down as a mistake in a field."""
        if len(self.problems) < limits.FORM_PROBLEMS_MAX:
            self.problems.append(problem_of(refusal, self.path(name)))

    def path(self, name: str) -> str:
        """The dotted path of a field."""
        return f"{self._path}.{name}".strip(".")

    def raw(self, name: str) -> Any:
        """The value as it stands; None when it is left out or empty."""
        self._asked.add(name)
        value = self._data.get(name)
        return None if value in ("", [], {}) else value

    def _plain(self, name: str) -> Any:
        """As `raw`, where neither a list nor an object belongs: an empty one of these is no way to say nothing."""
        value = self.raw(name)
        return self._data[name] if self._data.get(name) in ([], {}) else value

    def line(self, name: str, *, required: bool = True, guarded: bool = True) -> str:
        """One line of text; spaces are joined. Not `guarded`: it may look like a card number, others look at that."""
        value = self._string(name, required=required, most=limits.LINE_MAX_CHARS, guarded=guarded)
        return " ".join(value.split())

    def text(self, name: str, *, required: bool = True) -> str:
        """Several lines of text."""
        return self._string(name, required=required, most=limits.TEXT_MAX_CHARS).strip()

    def choice(self, name: str, codes: Container[str], *, default: str | None = None) -> str:
        """One of these codes."""
        value = self._plain(name)
        if value is None:
            if default is None:
                self.note(name, "field-missing")
            return default or ""
        if not isinstance(value, str) or value not in codes:
            self.note(name, "choice-invalid", value=_shown(value))
            return default or ""
        return value

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        """True or false; without a default it must be said."""
        value = self._plain(name)
        if value is None and default is not None:
            return default
        if value is None:
            self.note(name, "field-missing")
        elif not isinstance(value, bool):
            self.note(name, "flag-invalid", value=_shown(value))
        return value is True

    def whole(self, name: str, *, low: int, high: int, default: int | None = None) -> int:
        """A whole number between bounds, written as a number."""
        value = self._plain(name)
        if value is None:
            if default is None:
                self.note(name, "field-missing")
            return default or low
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.note(name, "number-invalid", value=_shown(value), low=low, high=high)
            return low
        return value

    def instant(self, name: str, *, required: bool = True, past: bool = False, future: bool = False) -> datetime | None:
        """An instant with its zone; `past`: not after now; `future`: not before now."""
        value = self._plain(name)
        if value is None:
            if required:
                self.note(name, "field-missing")
            return None
        at = self._on_local_clock(name, value) if _is_local(value) else _instant(value)
        if at is _NOTED:
            return None
        if at is None:
            self.note(name, "instant-invalid", value=_shown(value))
        elif past and at > self.now + timedelta(seconds=limits.CLOCK_SKEW_MAX_S):
            self.note(name, "instant-future", value=_shown(value))
        elif future and at < self.now:
            self.note(name, "instant-past", value=_shown(value))
        elif at < _OLDEST:
            self.note(name, "instant-too-old", value=_shown(value))
        else:
            return at
        return None

    def _on_local_clock(self, name: str, value: str) -> datetime | None:
        """A time as a clock on the wall showed it; what it showed twice, or never, must be said otherwise."""
        text, _, zone_name = value.removesuffix("]").partition("[")
        try:
            zone = ZoneInfo(zone_name)
            first, second = (datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold) for fold in (0, 1))
            offsets = [at.utcoffset() or timedelta(0) for at in (first, second)]
            if offsets[0] > offsets[1]:
                self.note(name, "instant-twice", value=_shown(text), first=first.isoformat(), second=second.isoformat())
                return _NOTED
            if offsets[0] < offsets[1]:
                self.note(name, "instant-never", value=_shown(text))
                return _NOTED
            return first.astimezone(UTC)
        except (ValueError, OverflowError, ZoneInfoNotFoundError):
            return None

    def date(self, name: str, *, required: bool = True, past: bool = False, future: bool = False) -> str | None:
        """A calendar date `YYYY-MM-DD`; `past`: not after today, `future`: not before today, anywhere on earth."""
        value = self._plain(name)
        if value is None:
            if required:
                self.note(name, "field-missing")
            return None
        at = _instant(f"{value}T00:00:00Z") if isinstance(value, str) and _DATE.match(value) else None
        if at is None:
            self.note(name, "date-invalid", value=_shown(value))
        elif past and at > self.now + timedelta(days=1):
            self.note(name, "instant-future", value=_shown(value))
        elif future and at < self.now - timedelta(days=2):
            self.note(name, "instant-past", value=_shown(value))
        else:
            return str(value)
        return None

    def section(self, name: str, *, required: bool = True) -> Reader | None:
        """A nested object; None when it is left out."""
        value = self.raw(name)
        if value is None:
            if required:
                self.note(name, "field-missing")
            return None
        return Reader(value, now=self.now, path=self.path(name), problems=self.problems)

    def sections(self, name: str, *, least: int = 0, most: int = limits.LIST_MAX_ITEMS) -> Iterator[Reader]:
        """A list of nested objects."""
        value = self.raw(name)
        if value is None:
            if least:
                self.note(name, "field-missing")
            return
        if not isinstance(value, list):
            self.note(name, "list-invalid")
            return
        if len(value) > most:
            self.note(name, "list-too-long", count=len(value), most=most)
            return
        for place, item in enumerate(value):
            reader = Reader(item, now=self.now, path=self.path(f"{name}.{place}"), problems=self.problems)
            yield reader
            reader.close()

    def strings(self, name: str, *, most: int = limits.LIST_MAX_ITEMS) -> tuple[str, ...]:
        """A list of lines."""
        value = self.raw(name)
        if value is None:
            return ()
        if isinstance(value, list) and len(value) > most:
            self.note(name, "list-too-long", count=len(value), most=most)
            return ()
        if not isinstance(value, list) or not all(_is_line(item) for item in value):
            self.note(name, "list-invalid")
            return ()
        places = {str(place): item for place, item in enumerate(value)}
        lines = Reader(places, now=self.now, path=self.path(name), problems=self.problems)
        return tuple(filter(None, map(lines.line, places)))

    def close(self) -> None:
        """Note every field that nobody asked for."""
        for name in self._data:
            if len(self.problems) >= limits.FORM_PROBLEMS_MAX:
                return
            if name not in self._asked:
                self.note(str(name)[: limits.LINE_MAX_CHARS], "field-unknown")

    def forgive(self) -> None:
        """Do not look at the rest: what it should hold cannot be known."""
        self._asked.update(self._data)

    def finish(self) -> None:
        """Close, and raise `FormRefused` if anything was wrong."""
        self.close()
        if self.problems:
            raise FormRefused(self.problems[: limits.FORM_PROBLEMS_MAX])

    def _string(self, name: str, *, required: bool, most: int, guarded: bool = True) -> str:
        value = self._plain(name)
        if value is None:
            if required:
                self.note(name, "field-missing")
            return ""
        if not isinstance(value, str):
            self.note(name, "text-invalid")
        elif len(value) > most:
            self.note(name, "text-too-long", size_chars=len(value), limit_chars=most)
        elif any(unicodedata.category(letter) in {"Cc", "Cs"} and letter not in _KEPT_CONTROLS for letter in value):
            self.note(name, "text-controls")
        elif required and not value.strip():
            self.note(name, "field-missing")
        else:
            value = unicodedata.normalize("NFC", value)
            return self._without_cards(name, value) if guarded else value
        return ""

    def _without_cards(self, name: str, value: str) -> str:
        try:
            refuse_card_numbers(value)
        except Refused as refusal:
            self.problems.append(problem_of(refusal, self.path(name)))
            return ""
        return value


def _is_local(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and _LOCAL.fullmatch(value) is not None


def _instant(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
        return at.astimezone(UTC) if at.tzinfo is not None and at.year <= limits.INSTANT_LAST_YEAR else None
    except (ValueError, OverflowError):
        return None


def _is_line(item: object) -> bool:
    return isinstance(item, str) and 0 < len(item) <= limits.LINE_MAX_CHARS


def _shown(value: object) -> str:
    """A wrong value, short enough for a sentence."""
    text = str(value)[:60] if isinstance(value, (str, int, float, bool)) else type(value).__name__
    return "".join(letter if letter.isprintable() else "·" for letter in text)
