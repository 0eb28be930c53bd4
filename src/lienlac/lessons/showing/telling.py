"""What would leave of a lesson, in words: every fact for the second officer, field by field. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from lienlac.lessons.showing.naming import FIELDS, WORDS
from lienlac.records.shared.shape import kind_of
from lienlac.releases.preview import Line, fields

if TYPE_CHECKING:
    from collections.abc import Iterable


class Words(Protocol):
    """How a reader is spoken to: `ui.words.Words`, which a pure file may not name."""

    def gettext(self, text: str, /, **places: object) -> str:
        """A sentence."""
        ...


class Telling:
    """Lessons as `records.shared.leaving.desk.Telling` asks."""

    def lines_of(self, body: Any, words: Words) -> tuple[Line, ...]:
        """What would leave, field by field."""
        if hasattr(body, "facts"):
            return tuple(one for fact in body.facts for one in _fact(fact, words))
        texts = (
            ("title_vi", body.title_vi),
            ("title_en", body.title_en),
            ("summary.vi", body.summary.vi),
            ("summary.en", body.summary.en),
        )
        return tuple(Line(path=path, label=_label(path, words), text=text) for path, text in texts if text)

    def labels_of(self, paths: Iterable[str], words: Words) -> tuple[str, ...]:
        """What fields are called."""
        return tuple(_label(path, words) for path in paths)

    def page_of(self, record_id: str) -> str:
        """The lesson's page."""
        return f"/lessons/{record_id}"


def _fact(fact: Any, words: Words) -> list[Line]:
    name = words.gettext(WORDS[kind_of(fact.says)])
    return [
        Line(
            path=f"{fact.id}.{one.path}", label=f"{name}: {_label(one.path, words)}", text=_text(one.value),
            about=one.about,
        )
        for one in fields(fact.says)
        if one.filled
    ]  # fmt: skip


def _label(path: str, words: Words) -> str:
    parts = [part for part in path.split(".") if not part.startswith("fct-")]
    name = parts[0] if parts else path
    label = words.gettext(FIELDS[name]) if name in FIELDS else name
    return f"{label} ({parts[1]})" if len(parts) > 1 and parts[1] in {"vi", "en"} else label


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return "; ".join(_text(one) for one in value)
    if isinstance(value, msgspec.Struct):
        return ": ".join(_text(getattr(value, name)) for name in value.__struct_fields__)
    return str(value.value) if hasattr(value, "value") else str(value)
