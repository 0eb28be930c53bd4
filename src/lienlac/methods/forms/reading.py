"""The form of a record of a method. Pure: every mistake in one pass, each with its field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers.typed.normal import LONG_NUMBERS, normal
from lienlac.methods.rules import check_method
from lienlac.records.forms.reader import Reader
from lienlac.vocabulary import identifier_types, typologies
from lienlac.wire.bodies.hotline import DataIdentifier
from lienlac.wire.bodies.methods import Item, Method, Said
from lienlac.wire.message import Handling, Marks, Pap, Tlp

if TYPE_CHECKING:
    from datetime import datetime

LISTS = ("steps", "scripts", "red_flags", "counter_measures")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A record whose form was found right; `reason` is why it was changed."""

    body: Method
    marks: Marks
    links: tuple[str, ...]
    reason: str


def read_method(data: object, now: datetime, *, again: bool = False) -> Written:
    """Read the form; `again`: of a record that is there already. Raises `FormRefused` with every mistake."""
    form = Reader(data, now=now)
    body = Method(
        title_vi=form.line("title_vi"),
        title_en=form.line("title_en"),
        summary=_said(form, "summary", required=True),
        typologies=_typologies(form),
        steps=_items(form, "steps"),
        scripts=_items(form, "scripts"),
        red_flags=_items(form, "red_flags"),
        counter_measures=_items(form, "counter_measures"),
        identifiers=_identifiers(form),
        warning=_said(form, "warning", required=False),
        sources=form.strings("sources", most=limits.METHOD_ITEMS_MAX),
    )
    written = Written(
        body=body,
        marks=_marks(form),
        links=form.strings("links", most=limits.METHOD_LINKS_MAX),
        reason=form.text("reason", required=again) if again else "",
    )
    if not form.problems:
        try:
            check_method(body)
        except Refused as refusal:
            form.refuse(refusal.field or "", refusal)
    form.finish()
    return written


def _said(form: Reader, name: str, *, required: bool) -> Said:
    inner, problems = form.section(name, required=False), len(form.problems)
    found = Said()
    if inner is not None:
        found = Said(vi=inner.text("vi", required=False), en=inner.text("en", required=False))
        inner.close()
    if required and not found.vi and not found.en and len(form.problems) == problems:
        form.note(name, "method-text-missing")
    return found


def _typologies(form: Reader) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(form.strings("typologies", most=limits.METHOD_TYPOLOGIES_MAX)))
    wrong = next((code for code in found if code not in typologies), None)
    if wrong is not None:
        form.note("typologies", "choice-invalid", value=wrong[:60])
    elif not found:
        form.note("typologies", "field-missing")
    return found if found and wrong is None else (typologies.codes()[0],)


def _items(form: Reader, name: str) -> tuple[Item, ...]:
    found = []
    for inner in form.sections(name, most=limits.METHOD_ITEMS_MAX):
        item = Item(vi=inner.text("vi", required=False), en=inner.text("en", required=False))
        long = max(len(item.vi), len(item.en))
        if long > limits.METHOD_ITEM_MAX_CHARS:
            form.note(name, "text-too-long", size_chars=long, limit_chars=limits.METHOD_ITEM_MAX_CHARS)
        elif item.vi or item.en:
            found.append(item)
    return tuple(found)


def _identifiers(form: Reader) -> tuple[DataIdentifier, ...]:
    found: dict[DataIdentifier, None] = {}
    for item in form.sections("identifiers", most=limits.METHOD_IDENTIFIERS_MAX):
        code = item.choice("type", identifier_types.codes(), default="other")
        value = item.line("value", guarded=code not in LONG_NUMBERS)
        try:
            plain = normal(code, value) if value else ""
        except Refused as refusal:
            item.refuse("value", refusal)
            continue
        if plain:
            found[DataIdentifier(type=code, value=plain)] = None
    return tuple(found)


def _marks(form: Reader) -> Marks:
    inner = form.section("marks", required=False) or Reader({}, now=form.now)
    handling = inner.strings("handling", most=len(Handling))
    unknown = next((code for code in handling if code not in {one.value for one in Handling}), None)
    if unknown is not None:
        inner.note("handling", "choice-invalid", value=unknown[:60])
        handling = ()
    marks = Marks(
        tlp=Tlp(inner.choice("tlp", [one.value for one in Tlp], default="amber")),
        pap=Pap(inner.choice("pap", [one.value for one in Pap], default="amber")),
        handling=tuple(Handling(code) for code in handling) or (Handling.H0,),
        handling_text=inner.text("handling_text", required=False),
    )
    inner.close()
    return marks
