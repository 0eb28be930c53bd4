"""A message about a warning as lines that a second officer reads: every field that leaves, in words. Pure.

Whatever a body holds is said, also what nothing here names: nothing leaves unseen, and a test holds that.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac.flash.leaving.words import LABELS, SEVERITIES, USEFUL
from lienlac.identifiers.typed.normal import shown
from lienlac.releases.wording import labels_of, lines_of
from lienlac.vocabulary import identifier_types

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lienlac.releases.preview import Line
    from lienlac.releases.wording import Words


_WORDS: Final = {"severity": SEVERITIES, "useful": USEFUL}


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
    if name == "acknowledge_s":
        return words.duration(timedelta(seconds=value))
    if name == "officer":
        return " · ".join(part for part in (value.name, value.unit, value.phone) if part)
    if name == "identifiers":
        return "\n".join(
            f"{identifier_types.label(one.type, words.language)}: {shown(one.type, one.value)}" for one in value
        )
    if name in ("text", "to_do") and isinstance(value, msgspec.Struct):
        both: Any = value
        return "\n\n".join(part for part in (both.vi, both.en) if part)
    return str(value)
