"""A message's body as lines that a person reads: every field that leaves, with its name and its value in words.

Pure. Declared fields are said as on the request's page; whatever a body holds beyond them is said all the same, so that
nothing leaves unseen: a test holds that for every kind.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac.hotline.kinds import REQUEST_KINDS
from lienlac.hotline.kinds.field import N_, Field, Shape
from lienlac.hotline.kinds.shared import COMMON
from lienlac.hotline.kinds.steps import STEP_FIELDS
from lienlac.hotline.lifecycle import Step
from lienlac.identifiers.accounts import describe
from lienlac.identifiers.contact import defang
from lienlac.releases import preview
from lienlac.releases.preview import Line
from lienlac.vocabulary import identifier_types, urgencies

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lienlac.releases.wording import Words
    from lienlac.wire.bodies.hotline import Clocks, DataIdentifier
    from lienlac.wire.bodies.parts import AttachmentRef


_LABELS: Final = {
    "reference": N_("Reference"),
    "urgency": N_("Urgency"),
    "officer": N_("Officer"),
    "clocks": N_("Times that run"),
    "follows": N_("Goes on from"),
    "attachments": N_("Files"),
    "answers": N_("Answers the message"),
    "confirmed_by": N_("Confirmed by"),
    "validate_until": N_("To be validated until"),
    "remarks": N_("Remarks"),
}
"""What fields are called that no declaration names."""
_CLOCKS: Final = {
    "receipt_s": N_("Time for the receipt"),
    "acknowledge_s": N_("Time to acknowledge"),
    "decide_s": N_("Time to decide"),
    "execute_s": N_("Time to carry out"),
    "correct_s": N_("Time to correct"),
    "validate_s": N_("Time to validate"),
}
_BY_BODY: Final = {kind.body: (*kind.fields, *COMMON) for kind in REQUEST_KINDS}
_BY_REPORT: Final = {kind.report: kind.report_fields for kind in REQUEST_KINDS}
_PARTS: Final = {"report": _BY_REPORT, "opening": _BY_BODY}
"""Parts of a step's body that have fields of their own, by the part's type."""


def lines(step: Step, body: msgspec.Struct, words: Words) -> tuple[Line, ...]:
    """Every field of a body that says something."""
    about = {one.path: one.about for one in preview.fields(body)}
    return tuple(_lines(_declared(step, body), body, "", about, words))


def labels(step: Step, body_type: type[msgspec.Struct], paths: Iterable[str], words: Words) -> tuple[str, ...]:
    """What fields are called, by their paths; also in parts whose type the body leaves open."""
    known = {field.name: field.label for field in _declared_of(step, body_type)}
    for part in _PARTS.values():
        for several in part.values():
            for field in several:
                known.setdefault(f"report.{field.name}", field.label)
                known.setdefault(f"opening.{field.name}", field.label)
    return tuple(words.gettext(known.get(path, _LABELS.get(path, path))) for path in paths)


def value_of(step: Step, body: msgspec.Struct, path: str, words: Words) -> str:
    """One field's value in words."""
    for line in lines(step, body, words):
        if line.path == path:
            return line.text
    return ""


def _declared(step: Step, body: msgspec.Struct) -> tuple[Field, ...]:
    return _declared_of(step, type(body))


def _declared_of(step: Step, body_type: type[msgspec.Struct]) -> tuple[Field, ...]:
    return _BY_BODY[body_type] if step is Step.OPEN else STEP_FIELDS.get(step, ())


def _lines(declared: tuple[Field, ...], body: Any, above: str, about: dict[str, str], words: Words) -> Iterator[Line]:
    """Declared fields first and in their order; then what else there is."""
    by_name = {field.name: field for field in declared}
    names = [*by_name, *(name for name in body.__struct_fields__ if name not in by_name)]
    for name in names:
        value, path = getattr(body, name, None), f"{above}{name}"
        field = by_name.get(name)
        if name in _PARTS and isinstance(value, msgspec.Struct):
            yield from _lines(_PARTS[name].get(type(value), ()), value, f"{path}.", about, words)
        elif _says_something(field, value):
            label = _LABELS.get(name, name) if field is None else field.label
            text = _plain(name, value, words) if field is None else _text(field, value, words)
            whom = about.get(path) or next((one for at, one in about.items() if at.startswith(f"{path}.") and one), "")
            yield Line(path=path, label=words.gettext(label), text=text, about=whom)


def _says_something(field: Field | None, value: Any) -> bool:
    if isinstance(value, bool):
        return value or field is None or field.standard is None or bool(field.standard)
    return value not in (None, "", ())


def _text(field: Field, value: Any, words: Words) -> str:
    """A declared field's value, by its shape."""
    match field.shape:
        case Shape.FLAG:
            return words.gettext("Yes") if value else words.gettext("No")
        case Shape.CHOICE:
            return _word(field, str(value), words)
        case Shape.CODES:
            return "\n".join(_word(field, code, words) for code in value)
        case Shape.INSTANT:
            return words.instant(value)
        case Shape.DATE:
            return "/".join(reversed(str(value).split("-")))
        case Shape.MONEY:
            return words.money(value.amount, value.currency)
        case Shape.WHOLE:
            return words.number(value)
        case Shape.ACCOUNTS:
            return "\n".join(_account(account, words) for account in value)
        case Shape.IDENTIFIERS:
            return "\n".join(_identifier(item, words) for item in value)
        case Shape.PART:
            return _inside(field, value, words)
        case Shape.ROWS:
            return "\n\n".join(_inside(field, item, words) for item in value)
        case _:
            return str(value)


def _inside(field: Field, value: Any, words: Words) -> str:
    several = ((one, getattr(value, one.name)) for one in field.inside)
    return "\n".join(
        f"{words.gettext(one.label)}: {_text(one, inner, words)}"
        for one, inner in several
        if isinstance(inner, bool) or _says_something(one, inner)
    )


def _word(field: Field, code: str, words: Words) -> str:
    if field.words:
        return words.gettext(field.words.get(code, code))
    shared = field.shared(code)
    return code if shared is None else shared.label(words.language)


def _account(account: Any, words: Words) -> str:
    said = describe(account, words.language)
    return f"{said}\n{account.holder_name}" if account.holder_name else said


def _identifier(item: DataIdentifier, words: Words) -> str:
    shown = defang(item.value) if item.type in {"url", "domain", "email"} else item.value
    return f"{identifier_types.label(item.type, words.language)}: {shown}"


def _plain(name: str, value: Any, words: Words) -> str:
    """What no declaration names: the parts that every message has."""
    match name:
        case "urgency":
            return urgencies.label(str(value), words.language)
        case "clocks":
            return _clocks(value, words)
        case "officer" | "confirmed_by":
            return " · ".join(part for part in (value.name, value.unit, value.phone) if part)
        case "follows":
            return f"{value.reference}\n{value.request}"
        case "attachments":
            return "\n".join(_file(ref, words) for ref in value)
        case _:
            return words.instant(value) if isinstance(value, datetime) else str(value)


def _clocks(value: Clocks, words: Words) -> str:
    running = ((label, getattr(value, name)) for name, label in _CLOCKS.items())
    return "\n".join(
        f"{words.gettext(label)}: {words.duration(timedelta(seconds=seconds))}" for label, seconds in running if seconds
    )


def _file(ref: AttachmentRef, words: Words) -> str:
    return f"{ref.name} · {words.size(ref.size_bytes)} · {ref.digest[:12]}…"
