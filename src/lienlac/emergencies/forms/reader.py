"""Reads a form field by field and keeps going: every mistake is found in one pass, each with its field.

A form is a JSON object. Each method returns a usable value even when it noted a mistake; `finish` raises if there was
any, also for fields that nobody asked for. Knows types and bounds, not what an emergency is.
"""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from lienlac import limits
from lienlac.errors import LienlacError, Refused
from lienlac.identifiers.cards import refuse_card_numbers
from lienlac.wire.bodies.emergencies import NextUpdate, Said

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

E = TypeVar("E", bound=StrEnum)
_NONE: Final = "none"
"""What a form says where nothing further is promised."""
_KEPT: Final = frozenset("\n\t")


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake: a dotted field, a code, and its sentence in both languages."""

    field: str
    code: str
    en: str
    vi: str


class EmergencyFormRefused(Refused):
    """A form with at least one mistake; its own sentence counts them."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("form-invalid", field=problems[0].field, count=len(problems))
        self.problems = tuple(problems)


class Reader:
    """One JSON object of a form; nested ones share the list of problems."""

    def __init__(self, data: object, *, now: datetime, path: str = "", problems: list[Problem] | None = None) -> None:
        self.problems: list[Problem] = [] if problems is None else problems
        self.now = now
        self._path = path
        self._asked: set[str] = set()
        self._data: Mapping[str, Any] = data if isinstance(data, dict) else {}
        if not isinstance(data, dict):
            self.note("", Refused("form-not-object"))

    def note(self, name: str, error: LienlacError) -> None:
        """Write a mistake down."""
        if len(self.problems) < limits.FORM_PROBLEMS_MAX:
            field = f"{self._path}.{name}".strip(".")
            problem = Problem(field=field, code=error.code, en=error.sentence("en"), vi=error.sentence("vi"))
            self.problems.append(problem)

    def raw(self, name: str) -> Any:
        """The value as it stands; None when it is left out or empty."""
        self._asked.add(name)
        value = self._data.get(name)
        return None if value in ("", [], {}) else value

    def line(self, name: str, *, required: bool = True) -> str:
        """One line of text; spaces are joined."""
        return " ".join(self._text(name, limits.LINE_MAX_CHARS, required=required).split())

    def text(self, name: str, *, required: bool = True) -> str:
        """Several lines of text."""
        return self._text(name, limits.TEXT_MAX_CHARS, required=required).strip()

    def said(self, name: str, *, required: bool = True) -> Said | None:
        """A text in either language or both; one sentence without a language is a mistake."""
        value = self.raw(name)
        if value is None:
            if required:
                self.note(name, Refused("emergency-text-missing"))
            return None
        inner = Reader(value, now=self.now, path=f"{self._path}.{name}".strip("."), problems=self.problems)
        before = len(self.problems)
        found = Said(vi=inner.text("vi", required=False), en=inner.text("en", required=False))
        inner.close()
        if not found.vi and not found.en:
            if required and len(self.problems) == before:
                self.note(name, Refused("emergency-text-missing"))
            return None
        return found

    def choice(self, name: str, codes: Container[str], *, default: str | None = None) -> str:
        """One of these codes; a default of "" lets it be left out."""
        value = self.raw(name)
        if value is None:
            if default is None:
                self.note(name, Refused("field-missing"))
            return default or ""
        if not isinstance(value, str) or value not in codes:
            self.note(name, Refused("choice-invalid", value=_short(value)))
            return default or ""
        return value

    def member(self, name: str, kind: type[E], *, default: E) -> E:
        """One of an enumeration."""
        return kind(self.choice(name, [one.value for one in kind], default=default.value))

    def flag(self, name: str) -> bool:
        """True or false; left out is false."""
        value = self.raw(name)
        if value is not None and not isinstance(value, bool):
            self.note(name, Refused("flag-invalid", value=_short(value)))
        return value is True

    def instant(self, name: str) -> datetime | None:
        """An instant with its zone, or None when it is left out."""
        value = self.raw(name)
        if value is None:
            return None
        try:
            at = datetime.fromisoformat(value) if isinstance(value, str) else None
            known = at is not None and at.tzinfo is not None
            known = known and limits.INSTANT_FIRST_YEAR < at.year < limits.INSTANT_LAST_YEAR if at else False
        except ValueError:
            at, known = None, False
        if not known:
            self.note(name, Refused("instant-invalid", value=_short(value)))
            return None
        return at

    def strings(self, name: str, *, most: int) -> tuple[str, ...]:
        """A list of lines."""
        value = self.raw(name)
        if value is None:
            return ()
        if not isinstance(value, list) or len(value) > most:
            count = len(value) if isinstance(value, list) else 1
            self.note(name, Refused("list-too-long", count=count, most=most))
            return ()
        places = {str(place): item for place, item in enumerate(value)}
        inner = Reader(places, now=self.now, path=f"{self._path}.{name}".strip("."), problems=self.problems)
        return tuple(filter(None, (inner.line(place, required=False) for place in places)))

    def next_update(self, name: str = "next_update") -> NextUpdate | None:
        """In how many minutes this side reports next; "none": nothing is promised; left out: as it was."""
        value = self.raw(name)
        if value is None:
            return None
        if value == _NONE:
            return NextUpdate(at=None)
        text = str(value)
        most = limits.EMERGENCY_UPDATE_MAX_H * 60
        if isinstance(value, bool) or not (
            text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= most
        ):
            self.note(name, Refused("emergency-update-time", limit_hours=limits.EMERGENCY_UPDATE_MAX_H))
            return None
        return NextUpdate(at=self.now + timedelta(minutes=int(text)))

    def close(self) -> None:
        """Note every field that nobody asked for."""
        for name in self._data:
            if name not in self._asked:
                self.note(str(name)[: limits.LINE_MAX_CHARS], Refused("field-unknown"))

    def finish(self) -> None:
        """Close, and raise `EmergencyFormRefused` if anything was wrong."""
        self.close()
        if self.problems:
            raise EmergencyFormRefused(self.problems[: limits.FORM_PROBLEMS_MAX])

    def _text(self, name: str, most: int, *, required: bool) -> str:
        value = self.raw(name)
        if value is None:
            if required:
                self.note(name, Refused("field-missing"))
            return ""
        if not isinstance(value, str):
            self.note(name, Refused("text-controls"))
            return ""
        text = unicodedata.normalize("NFC", value.replace("\r\n", "\n"))
        if len(text) > most:
            self.note(name, Refused("text-too-long", size_chars=len(text), limit_chars=most))
            return ""
        if any(unicodedata.category(letter) in {"Cc", "Cs", "Co"} and letter not in _KEPT for letter in text):
            self.note(name, Refused("text-controls"))
            return ""
        try:
            refuse_card_numbers(text)
        except Refused as refusal:
            self.note(name, refusal)
            return ""
        if required and not text.strip():
            self.note(name, Refused("field-missing"))
        return text


def digest_of_form(data: object) -> str:
    """What a form says, as typed: relative times make the same form another message a second later."""
    return hashlib.sha256(msgspec.json.encode(data)).hexdigest()


def _short(value: object) -> str:
    return str(value)[:60]
