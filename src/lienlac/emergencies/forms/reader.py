"""What forms of emergency channels hold beyond the usual fields: texts in either language, the next update.

Knows types and bounds, not what an emergency is.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from enum import StrEnum
from typing import Final, TypeVar

import msgspec

from lienlac import limits
from lienlac.records.forms.reader import Reader as Fields
from lienlac.wire.bodies.emergencies import NextUpdate, Said

E = TypeVar("E", bound=StrEnum)
_NONE: Final = "none"
"""What a form says where nothing further is promised."""


class Reader(Fields):
    """One JSON object of a form."""

    def said(self, name: str, *, required: bool = True) -> Said | None:
        """A text in either language or both; one sentence without a language is a mistake."""
        value = self.raw(name)
        if value is None:
            if required:
                self.note(name, "emergency-text-missing")
            return None
        inner = Fields(value, now=self.now, path=self.path(name), problems=self.problems)
        before = len(self.problems)
        found = Said(vi=inner.text("vi", required=False), en=inner.text("en", required=False))
        inner.close()
        if not found.vi and not found.en:
            if required and len(self.problems) == before:
                self.note(name, "emergency-text-missing")
            return None
        return found

    def member(self, name: str, kind: type[E], *, default: E) -> E:
        """One of an enumeration."""
        return kind(self.choice(name, [one.value for one in kind], default=default.value))

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
            self.note(name, "emergency-update-time", limit_hours=limits.EMERGENCY_UPDATE_MAX_H)
            return None
        return NextUpdate(at=self.now + timedelta(minutes=int(text)))


def digest_of_form(data: object) -> str:
    """What a form says, as typed: relative times make the same form another message a second later."""
    return hashlib.sha256(msgspec.json.encode(data)).hexdigest()
