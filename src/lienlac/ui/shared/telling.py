"""What would leave of a shared record, in words, for the officer who lets it: every fact, field by field.

What a field is called stands in the subject's sheets, as for its forms; a field that no sheet names is shown by its own
name, because nothing may leave that was not shown. A statement that takes something back says so, with its reason.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac.records.shared.shape import kind_of
from lienlac.releases.preview import Line, fields
from lienlac.ui.words import N_
from lienlac.vocabulary import country, typologies
from lienlac.wire.bodies.parts import Said
from lienlac.wire.bodies.records import History

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lienlac.ui.shared.sheet import SheetOf
    from lienlac.ui.words import Words
    from lienlac.wire.bodies.records import Stated

_COMMON: Final = {
    "reference": N_("Reference"),
    "title_vi": N_("Title in Vietnamese"),
    "title_en": N_("Title in English"),
    "summary": N_("In short"),
    "history": N_("Which of our earlier entries they get"),
    "reason": N_("What changed, and why"),
    "text": N_("Text"),
    "label": N_("Text"),
}
_HISTORY: Final = {
    History.ALL: N_("All"),
    History.SINCE: N_("Those since"),
    History.NONE: N_("None: only what the record is, and who takes part"),
}
_KINDS: Final = {"remark": N_("Discussion"), "link": N_("Linked record"), "member": N_("Who takes part")}


class Telling:
    """A subject's records as `records.shared.leaving.desk.Telling` asks.

    `further`: what kinds of word are called, and their fields, that have no form of their own.
    """

    def __init__(
        self,
        address: str,
        sheets: Iterable[SheetOf],
        further: Mapping[str, tuple[str, Mapping[str, str]]] | None = None,
    ) -> None:
        self._address = address
        self._kinds = dict(_KINDS)
        self._labels: dict[str, dict[str, str]] = {}
        self._choices: dict[tuple[str, str], dict[str, str]] = {}
        self._countries: set[tuple[str, str]] = set()
        for kind, (name, labels) in (further or {}).items():
            self._kinds[kind], self._labels[kind] = name, dict(labels)
        for sheet in sheets:
            self._kinds[sheet.kind] = sheet.one
            self._countries |= {(sheet.kind, field.name) for field in sheet.fields if field.kind == "country"}
            self._labels[sheet.kind] = {field.name: field.label for field in sheet.fields}
            self._choices |= {(sheet.kind, field.name): dict(field.choices) for field in sheet.fields if field.choices}

    def lines_of(self, body: Any, words: Words) -> tuple[Line, ...]:
        """What would leave, field by field."""
        if hasattr(body, "facts"):
            return tuple(one for fact in body.facts for one in self._fact(fact, words))
        said = {
            "reference": body.reference,
            "title_vi": body.title_vi,
            "title_en": body.title_en,
            "summary": _text(body.summary, words),
            "history": self._history(body, words),
        }
        return tuple(
            Line(path=path, label=words.gettext(_COMMON[path]), text=text) for path, text in said.items() if text
        )

    def labels_of(self, paths: Iterable[str], words: Words) -> tuple[str, ...]:
        """What fields are called, whatever word they are of."""
        every = {name: label for labels in (*self._labels.values(), _COMMON) for name, label in labels.items()}
        names = (next((part for part in path.split(".") if not part.startswith("fct-")), path) for path in paths)
        return tuple(words.gettext(every[name]) if name in every else name for name in names)

    def page_of(self, record_id: str) -> str:
        """The record's page."""
        return f"{self._address}/{record_id}"

    def _fact(self, fact: Stated[Any], words: Words) -> list[Line]:
        marks = f"TLP:{fact.marks.tlp.value.upper()} · PAP:{fact.marks.pap.value.upper()}"
        if fact.says is None:
            label = f"{words.gettext(N_('Taken back'))} · {marks}"
            return [Line(path=f"{fact.id}.reason", label=label, text=fact.reason)]
        kind = kind_of(fact.says)
        name = words.gettext(self._kinds[kind]) if kind in self._kinds else kind
        found = [
            Line(
                path=f"{fact.id}.{one.path}",
                label=f"{name} ({marks}): {self._label(kind, one.path, words)}",
                text=self._value(kind, one.path, one.value, words),
                about=one.about,
            )
            for one in fields(fact.says)
            if one.filled
        ]
        if fact.reason:
            label = f"{name} ({marks}): {words.gettext(_COMMON['reason'])}"
            found.append(Line(path=f"{fact.id}.reason", label=label, text=fact.reason))
        return found

    def _label(self, kind: str, path: str, words: Words) -> str:
        name, _, inner = path.partition(".")
        known = self._labels.get(kind, {}).get(name) or _COMMON.get(name)
        label = name if known is None else words.gettext(known)
        return f"{label} ({inner})" if inner else label

    def _value(self, kind: str, path: str, value: Any, words: Words) -> str:
        choices = self._choices.get((kind, path), {})
        code = str(getattr(value, "value", value))
        if code in choices:
            return words.gettext(choices[code])
        if (kind, path) in self._countries:
            return country(code, words.language)
        if path == "typologies":
            return "; ".join(typologies.label(one, words.language) for one in value)
        return _text(value, words)

    @staticmethod
    def _history(body: Any, words: Words) -> str:
        member = body.member.says
        since = f" {words.instant(member.since)}" if member.since is not None else ""
        return words.gettext(_HISTORY[member.history]) + since


def _text(value: Any, words: Words) -> str:
    """Any value of a word as a line of text."""
    if isinstance(value, datetime):
        return words.instant(value)
    if isinstance(value, Said):
        return "\n".join(part for part in (value.vi, value.en) if part)
    if isinstance(value, tuple):
        return "; ".join(_text(one, words) for one in value)
    if isinstance(value, msgspec.Struct):
        inner = ((name, getattr(value, name)) for name in value.__struct_fields__)
        return ", ".join(f"{name} {_text(one, words)}" for name, one in inner if one not in (None, "", ()))
    return str(getattr(value, "value", value))
