"""What an element is called where people read it: by its own words; what joins two others, by what these are called.

"Nguyễn Văn Thành · sở hữu · 0071…" says more than "owns". What was said in both languages is shown in the reader's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from lienlac.ui.words import day
from lienlac.vocabulary import quarters
from lienlac.wire.bodies.parts import Said

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lienlac.records.shared.fold import Element
    from lienlac.records.shared.reading.desk import Room
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import SheetOf, Subject

_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def lines_of(ask: Ask, subject: Subject, shown: Room, elements: Iterable[Element]) -> dict[str, str]:
    """The line of each element, by its id."""
    every = list(elements)
    joining = {one.id: sheet for one in every if (sheet := subject.of_kind(one.kind)) and joins(sheet)}
    named = [ref for one in every if one.id in joining for ref in _refs(joining[one.id], _says(one))]
    others = subject.shared.read.some(ask.officer, shown.line.id, named) if named else {}
    look = subject.shared.shape.look
    names = {one.id: _in_language(one, look(one).line, ask.language) for one in others.values()}
    return {
        one.id: (_joined(ask, joining[one.id], _says(one), names) if one.id in joining else "")
        or _spoken(ask, subject, one.kind, _in_language(one, look(one).line, ask.language))
        for one in every
    }


def _spoken(ask: Ask, subject: Subject, kind: str, line: str) -> str:
    """The line itself, or in words what it is a code of, or the day or quarter that it names."""
    label = subject.codes.get(kind, {}).get(line)
    if label is not None:
        return ask.gettext(label)
    return day(line) if _DAY.fullmatch(line) else quarters.said(line, ask.language)


def _in_language(element: Element, line: str, language: str) -> str:
    """The line of a list with what it ends with in the reader's language, where the same was said in both."""
    for one in element.standing:
        for vi, en in _both(one.says):
            shown = next((text for text in (vi, en) if text and line.endswith(text)), "")
            wanted = vi if language == "vi" else en
            if shown and wanted:
                return line[: -len(shown)] + wanted
    return line


def _both(says: Any) -> Iterable[tuple[str, str]]:
    """What a word says in both languages."""
    if hasattr(says, "title_vi"):
        yield says.title_vi, says.title_en
    for name in getattr(says, "__struct_fields__", ()):
        value = getattr(says, name)
        if isinstance(value, Said):
            yield value.vi, value.en


def joins(sheet: SheetOf) -> bool:
    """Whether the first thing that such a word says is another element."""
    return bool(sheet.fields) and sheet.fields[0].kind == "ref"


def _says(element: Element) -> Any:
    """What holds of it, or else what was said last."""
    standing = element.standing
    return standing[-1].says if standing else None


def _refs(sheet: SheetOf, says: Any) -> list[str]:
    return [getattr(says, one.name) for one in sheet.fields if one.kind == "ref" and getattr(says, one.name, None)]


def _joined(ask: Ask, sheet: SheetOf, says: Any, names: Mapping[str, str]) -> str:
    parts = []
    for one in sheet.fields:
        value = getattr(says, one.name, None)
        if not one.required or not value:
            continue
        if one.kind == "ref":
            parts.append(names.get(value, ""))
        elif one.kind == "choice":
            code = getattr(value, "value", value)
            parts.append(next((ask.gettext(label) for known, label in one.choices if known == code), str(code)))
    return " · ".join(filter(None, parts))
