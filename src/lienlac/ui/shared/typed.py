"""Typed fields become a word, and a word becomes typed fields again; every mistake is told at its field."""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac.errors import Refused
from lienlac.identifiers.typed.normal import typed as typed_identifier
from lienlac.records.forms.problems import FormRefused, Problem, problem_of
from lienlac.records.forms.reader import Reader
from lienlac.ui.page import Blank
from lienlac.ui.words import local
from lienlac.vocabulary import identifier_types, typologies
from lienlac.wire.message import Handling, Marks, Pap, Tlp

if TYPE_CHECKING:
    from collections.abc import Container

    from lienlac.ui.page import Form
    from lienlac.ui.shared.sheet import FieldOf, SheetOf

_WHEN: Final = re.compile(
    r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})[ ,]+([0-9]{1,2})\s?[:hHgG.]\s?([0-9]{2})(?::([0-9]{2}))?"
)
_DAY: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_PLACE: Final = re.compile(r"at `\$\.([a-z_]{1,60})")


def data_of(sheet: SheetOf, form: Form, time_zone: str) -> dict[str, Any]:
    """What was typed, as the reader of forms takes it; what was left empty is left out."""
    found = {field.name: _typed(field, form, time_zone) for field in sheet.fields}
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def read_word(sheet: SheetOf, data: object, now: datetime, nodes: Container[str] = ()) -> msgspec.Struct:
    """The word of a form. Raises `FormRefused` with every mistake."""
    reader = Reader(data, now=now)
    values: dict[str, Any] = {}
    for field in sheet.fields:
        value = _read(field, reader, nodes)
        if value not in (None, (), ""):
            values[field.name] = value
    reader.finish()
    try:
        return msgspec.convert(values, sheet.word, builtin_types=(datetime,))
    except msgspec.ValidationError as error:
        raise FormRefused([_problem(error)]) from error


def _problem(error: msgspec.ValidationError) -> Problem:
    place = _PLACE.search(str(error))
    return problem_of(Refused("field-invalid", reason=str(error)), "" if place is None else place[1])


def typed_of(sheet: SheetOf, word: msgspec.Struct, time_zone: str) -> dict[str, list[str]]:
    """A word's values as a page's fields hold them, to be changed."""
    found: dict[str, list[str]] = {}
    for field in sheet.fields:
        value = getattr(word, field.name)
        if value in (None, "", ()):
            continue
        found |= _fields(field, value, time_zone)
    return found


def marks_of(form: Form) -> Marks:
    """The chosen marks. Raises `Refused` at the field."""
    try:
        return Marks(
            tlp=Tlp(form.get("marks.tlp") or "amber"),
            pap=Pap(form.get("marks.pap") or "amber"),
            handling=tuple(Handling(code) for code in form.all("marks.handling")) or (Handling.H0,),
        )
    except ValueError as error:
        raise Refused("choice-unknown", field="marks.tlp") from error


def mistakes_of(refused: FormRefused, language: str) -> Blank:
    """The first mistake of each field, in the reader's language; of a list's item, at the list."""
    found = Blank()
    for problem in refused.problems:
        found.setdefault(problem.field.partition(".")[0], problem.vi if language == "vi" else problem.en)
    return found


# --- in -----------------------------------------------------------------------------------------------------------
def _typed(field: FieldOf, form: Form, time_zone: str) -> Any:
    name = field.name
    match field.kind:
        case "said":
            return {code: form.get(f"{name}.{code}") for code in ("vi", "en") if form.get(f"{name}.{code}")}
        case "choices" | "refs" | "typologies":
            return [value for value in form.all(name) if value]
        case "flag":
            return bool(form.get(name)) or None
        case "whole":
            text = form.get(name)
            return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else text
        case "money":
            amount = form.get(f"{name}.amount")
            return {"amount": amount, "currency": form.get(f"{name}.currency") or "VND"} if amount else None
        case "instant":
            return instant_of(form.get(name), time_zone)
        case "date":
            return date_of(form.get(name))
        case "identifiers" | "lines":
            return [line.strip() for line in form.get(name).splitlines() if line.strip()]
        case _:
            return form.get(name)


def instant_of(text: str, time_zone: str) -> str:
    """A typed date and time of the reader's zone as the reader of forms takes it; what cannot be read stays."""
    found = _WHEN.fullmatch(text.strip())
    if found is None:
        return text.strip()
    day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        at = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  # its zone is the officer's, set below
    except ValueError:
        return text.strip()
    return f"{at.isoformat()}[{time_zone}]"


def date_of(text: str) -> str:
    """`23/11/2026` as `2026-11-23`; what cannot be read stays."""
    found = _DAY.fullmatch(text.strip())
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else text.strip()


def day_of(text: str, field: str) -> date:
    """A day as people write it. Raises `Refused("date-invalid" | "field-missing")` at the field."""
    found = date_of(text)
    if not found:
        raise Refused("field-missing", field=field)
    try:
        return date.fromisoformat(found)
    except ValueError as error:
        raise Refused("date-invalid", field=field, value=found[:40]) from error


def _read(field: FieldOf, reader: Reader, nodes: Container[str]) -> Any:  # one case a kind
    name, required = field.name, field.required
    codes = frozenset(code for code, _label in field.choices)
    match field.kind:
        case "line" | "ref":
            return reader.line(name, required=required)
        case "text":
            return reader.text(name, required=required)
        case "said":
            part = reader.section(name, required=required)
            if part is None:
                return None
            said = {code: part.text(code, required=False) for code in ("vi", "en")}
            part.close()
            return said
        case "choice":
            return reader.choice(name, codes, default=None if required else "")
        case "choices":
            return _several(reader, name, codes)
        case "typologies":
            return _several(reader, name, frozenset(typologies.codes()), required=required)
        case "refs" | "lines":
            return reader.strings(name)
        case "flag":
            return reader.flag(name, default=False)
        case "whole":
            given = reader.raw(name)
            return reader.whole(name, low=field.low, high=field.high) if given is not None or required else None
        case "money":
            part = reader.section(name, required=required)
            if part is None:
                return None
            money = {"amount": part.line("amount"), "currency": part.line("currency")}
            part.close()
            return money
        case "instant":
            return reader.instant(name, required=required)
        case "date":
            return reader.date(name, required=required)
        case "country":
            return reader.line(name, required=required).upper()
        case "node":
            chosen = reader.line(name, required=required)
            if chosen and chosen not in nodes:
                reader.note(name, "choice-invalid", value=chosen[:60])
            return chosen
        case "identifiers":
            return _identifiers(reader, name)


def _several(reader: Reader, name: str, codes: frozenset[str], *, required: bool = False) -> tuple[str, ...]:
    chosen = reader.strings(name)
    wrong = next((code for code in chosen if code not in codes), None)
    if wrong is not None:
        reader.note(name, "choice-invalid", value=wrong[:60])
    elif required and not chosen:
        reader.note(name, "field-missing")
    return chosen


def _identifiers(reader: Reader, name: str) -> tuple[dict[str, str], ...]:
    known = frozenset(identifier_types.codes())
    found = []
    for line in reader.strings(name):
        try:
            code, value = typed_identifier(line, known)
        except Refused as refusal:
            reader.refuse(name, refusal)
            continue
        found.append({"type": code, "value": value})
    return tuple(found)


# --- out ----------------------------------------------------------------------------------------------------------
def _fields(field: FieldOf, value: Any, time_zone: str) -> dict[str, list[str]]:
    name = field.name
    match field.kind:
        case "said":
            return {f"{name}.vi": [value.vi], f"{name}.en": [value.en]}
        case "choices" | "refs" | "typologies":
            return {name: [str(one) for one in value]}
        case "lines":
            return {name: ["\n".join(value)]}
        case "identifiers":
            return {name: ["\n".join(f"{one.type}: {one.value}" for one in value)]}
        case "flag":
            return {name: ["yes"]} if value else {}
        case "money":
            return {f"{name}.amount": [str(value.amount)], f"{name}.currency": [value.currency]}
        case "instant":
            return {name: [f"{local(value, time_zone):%d/%m/%Y %H:%M}"]}
        case "date":
            return {name: ["/".join(reversed(str(value).split("-")))]}
        case _:
            return {name: [str(value.value if hasattr(value, "value") else value)]}


def lines_of(vi: str, en: str) -> list[dict[str, str]]:
    """One item on each line; the same line in the other box is the same item."""
    pairs = zip_longest(vi.splitlines(), en.splitlines(), fillvalue="")
    return [{"vi": one.strip(), "en": other.strip()} for one, other in pairs if one.strip() or other.strip()]
