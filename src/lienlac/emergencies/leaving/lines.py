"""A message of a channel as lines that a second officer reads: every field that leaves, in words. Pure.

Whatever a body holds is said, also what nothing here names: nothing leaves unseen, and a test holds that.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec

from lienlac.emergencies.leaving.words import LABELS, SEVERITIES, SOURCES
from lienlac.releases.preview import Line
from lienlac.wire.bodies import emergencies as bodies
from lienlac.wire.bodies.hotline import Officer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lienlac.errors import Language


class Words(Protocol):
    """How a reader is spoken to: `ui.words.Words`, which a pure file may not name."""

    @property
    def language(self) -> Language:
        """The reader's language."""
        ...

    def gettext(self, text: str, /, **places: object) -> str:
        """A sentence."""
        ...

    def instant(self, at: datetime) -> str:
        """An instant with its zone."""
        ...

    def duration(self, length: timedelta) -> str:
        """A length of time."""
        ...


_WORDS: Final = {"severity": SEVERITIES, "source": SOURCES}


def lines(body: msgspec.Struct, words: Words) -> tuple[Line, ...]:
    """Every field of a body that says something."""
    found = ((name, _text(name, getattr(body, name), words)) for name in body.__struct_fields__)
    return tuple(Line(path=name, label=_label(name, words), text=text) for name, text in found if text)


def labels(paths: Iterable[str], words: Words) -> tuple[str, ...]:
    """What fields are called."""
    return tuple(_label(path, words) for path in paths)


def _label(name: str, words: Words) -> str:
    return words.gettext(LABELS.get(name, name))


def _text(name: str, value: Any, words: Words) -> str:
    if value in (None, "", ()):
        return ""
    if isinstance(value, bool):
        return words.gettext("Yes") if value else words.gettext("No")
    if isinstance(value, datetime):
        return words.instant(value)
    if name in _WORDS:
        return words.gettext(_WORDS[name].get(value.value, value.value))
    if isinstance(value, tuple):
        return "; ".join(str(one) for one in value)
    return _of_struct(value, words) if isinstance(value, msgspec.Struct) else str(value)


def _of_struct(value: msgspec.Struct, words: Words) -> str:
    if isinstance(value, Officer):
        return " · ".join(part for part in (value.name, value.unit, value.phone) if part)
    if isinstance(value, bodies.Said):
        return "\n\n".join(part for part in (value.vi, value.en) if part)
    if isinstance(value, bodies.NextUpdate):
        return words.gettext("Nothing further is promised") if value.at is None else words.instant(value.at)
    if isinstance(value, bodies.RaisedFrom):
        return value.reference
    if isinstance(value, bodies.ChannelClocks):
        return "" if value.acknowledge_s is None else words.duration(timedelta(seconds=value.acknowledge_s))
    return msgspec.json.encode(value).decode()
