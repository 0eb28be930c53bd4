"""What an element is called where people read it: by its own words; what joins two others, by what these are called.

"Nguyễn Văn Thành · sở hữu · 0071…" says more than "owns".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lienlac.records.shared.fold import Element
    from lienlac.records.shared.reading.desk import Room
    from lienlac.ui.page import Ask
    from lienlac.ui.shared.sheet import SheetOf, Subject


def lines_of(ask: Ask, subject: Subject, shown: Room, elements: Iterable[Element]) -> dict[str, str]:
    """The line of each element, by its id."""
    every = list(elements)
    joining = {one.id: sheet for one in every if (sheet := subject.of_kind(one.kind)) and joins(sheet)}
    named = [ref for one in every if one.id in joining for ref in _refs(joining[one.id], _says(one))]
    others = subject.shared.read.some(ask.officer, shown.line.id, named) if named else {}
    look = subject.shared.shape.look
    names = {one.id: look(one).line for one in others.values()}
    return {
        one.id: (_joined(ask, joining[one.id], _says(one), names) if one.id in joining else "")
        or _spoken(ask, subject, one.kind, look(one).line)
        for one in every
    }


def _spoken(ask: Ask, subject: Subject, kind: str, line: str) -> str:
    """The line itself, or in words what it is a code of."""
    label = subject.codes.get(kind, {}).get(line)
    return line if label is None else ask.gettext(label)


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
