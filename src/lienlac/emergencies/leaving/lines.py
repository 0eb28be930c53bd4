"""A message of a channel as lines that a second officer reads: every field that leaves, in words. Pure.

Whatever a body holds is said, also what nothing here names: nothing leaves unseen, and a test holds that.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac.emergencies.leaving.words import LABELS, SEVERITIES, SOURCES
from lienlac.releases.wording import labels_of, lines_of
from lienlac.vocabulary import country
from lienlac.wire.bodies import emergencies as bodies
from lienlac.wire.bodies.hotline import Officer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lienlac.releases.preview import Line
    from lienlac.releases.wording import Words


_WORDS: Final = {"severity": SEVERITIES, "source": SOURCES}


def lines(body: msgspec.Struct, words: Words) -> tuple[Line, ...]:
    """Every field of a body that says something."""
    return lines_of(body, _text, LABELS, words)


def labels(paths: Iterable[str], words: Words) -> tuple[str, ...]:
    """What fields are called."""
    return labels_of(paths, LABELS, words)


def _text(name: str, value: Any, words: Words) -> str:
    if value in (None, "", ()):
        return ""
    if isinstance(value, bool):
        return words.gettext("Yes") if value else words.gettext("No")
    if isinstance(value, datetime):
        return words.instant(value)
    if name in _WORDS:
        return words.gettext(_WORDS[name].get(value.value, value.value))
    if name == "countries":
        return "; ".join(country(code, words.language) for code in value)
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
