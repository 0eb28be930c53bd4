"""Reads declared fields from a form: one reader for each shape, the same for openings, steps and results.

Pure. Every mistake is noted with its path and reading goes on; a field that could not be read is None or empty, and
`Reader.finish` raises in the end, so that no half-read value ever becomes a message.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Protocol

from lienlac.errors import Refused
from lienlac.hotline.forms.values import read_accounts, read_money, read_payment_reference, read_uetr
from lienlac.hotline.kinds.field import Field, Shape, When
from lienlac.identifiers.typed.normal import LONG_NUMBERS, normal
from lienlac.ids import ID_PATTERN
from lienlac.records.forms.problems import problem_of
from lienlac.wire.bodies.hotline import DataIdentifier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lienlac.records.forms.reader import Reader

_ID: Final = re.compile(ID_PATTERN)


def read_fields(fields: Iterable[Field], form: Reader, *, outcome: str | None = None) -> dict[str, Any]:
    """The values of these fields by name; `outcome` makes the fields required that go with it."""
    return {field.name: read_field(field, form, required=_required(field, outcome)) for field in fields}


def _required(field: Field, outcome: str | None) -> bool:
    if field.with_outcome:
        return outcome in field.with_outcome
    return field.required


def read_report(fields: tuple[Field, ...], form: Reader) -> dict[str, Any]:
    """A result's values: the outcome first, for it says what else is needed."""
    lead, *rest = fields
    outcome = read_field(lead, form, required=True)
    said = None if outcome is None else outcome.value
    for field in rest:
        # What was said to be nothing names no sum and no end: the other side would not know which half to believe.
        if said is not None and field.only and said not in field.with_outcome and form.raw(field.name) is not None:
            form.note(field.name, "result-contradicts")
    return {lead.name: outcome, **read_fields(rest, form, outcome=said)}


def read_field(field: Field, form: Reader, *, required: bool) -> Any:
    """One value, by its shape."""
    return _READERS[field.shape](field, form, required=required)


class _Read(Protocol):
    """Reads one shape."""

    def __call__(self, field: Field, form: Reader, *, required: bool) -> Any:
        """The value, or None or nothing where it could not be read."""
        ...


def _line(field: Field, form: Reader, *, required: bool) -> Any:
    return form.line(field.name, required=required)


def _text(field: Field, form: Reader, *, required: bool) -> Any:
    return form.text(field.name, required=required)


def _choice(field: Field, form: Reader, *, required: bool) -> Any:
    del required
    code = form.choice(field.name, field.choices, default=field.standard)
    if field.make is None:
        return code
    return field.make(code) if code else None


def _codes(field: Field, form: Reader, *, required: bool) -> Any:
    given = form.strings(field.name, most=field.most)
    unknown = [code for code in given if code not in field.choices]
    if unknown:
        form.note(field.name, "choice-invalid", value=", ".join(unknown)[:60])
        return ()
    if required and not given and form.raw(field.name) is None:
        form.note(field.name, "field-missing")
    return tuple(dict.fromkeys(given))


def _flag(field: Field, form: Reader, *, required: bool) -> Any:
    del required
    return form.flag(field.name, default=field.standard)


def _whole(field: Field, form: Reader, *, required: bool) -> Any:
    del required
    return form.whole(field.name, low=field.low, high=field.high)


def _instant(field: Field, form: Reader, *, required: bool) -> Any:
    return form.instant(field.name, required=required, past=field.when is When.PAST, future=field.when is When.FUTURE)


def _date(field: Field, form: Reader, *, required: bool) -> Any:
    return form.date(field.name, required=required, past=field.when is When.PAST, future=field.when is When.FUTURE)


def _money(field: Field, form: Reader, *, required: bool) -> Any:
    return read_money(form, field.name, required=required)


def _accounts(field: Field, form: Reader, *, required: bool) -> Any:
    return read_accounts(form, field.name, least=1 if required else 0)


def _uetr(field: Field, form: Reader, *, required: bool) -> Any:
    del required
    return read_uetr(form, field.name)


def _payment_reference(field: Field, form: Reader, *, required: bool) -> Any:
    del required
    return read_payment_reference(form, field.name)


def _id(field: Field, form: Reader, *, required: bool) -> Any:
    value = form.line(field.name, required=required)
    if value and not _ID.match(value):
        form.note(field.name, "id-invalid")
    return value


def _part(field: Field, form: Reader, *, required: bool) -> Any:
    section = form.section(field.name, required=required)
    if section is None:
        return field.standard
    values = read_fields(field.inside, section)
    section.close()
    return field.make(**values) if field.make is not None else values


def _rows(field: Field, form: Reader, *, required: bool) -> Any:
    found = []
    for item in form.sections(field.name, least=1 if required else 0, most=field.most):
        values = read_fields(field.inside, item)
        found.append(field.make(**values) if field.make is not None else values)
    return tuple(found)


def _identifiers(field: Field, form: Reader, *, required: bool) -> Any:
    found: dict[DataIdentifier, None] = {}
    for item in form.sections(field.name, least=1 if required else 0, most=field.most):
        code = item.choice("type", field.choices, default="other")
        value = item.line("value", guarded=code not in LONG_NUMBERS)
        if value:
            found[DataIdentifier(type=code, value=_normal(code, value, item))] = None
    return tuple(found)


_READERS: Final[dict[Shape, _Read]] = {
    Shape.LINE: _line,
    Shape.TEXT: _text,
    Shape.CHOICE: _choice,
    Shape.CODES: _codes,
    Shape.FLAG: _flag,
    Shape.WHOLE: _whole,
    Shape.INSTANT: _instant,
    Shape.DATE: _date,
    Shape.MONEY: _money,
    Shape.ACCOUNTS: _accounts,
    Shape.IDENTIFIERS: _identifiers,
    Shape.UETR: _uetr,
    Shape.PAYMENT_REFERENCE: _payment_reference,
    Shape.ID: _id,
    Shape.PART: _part,
    Shape.ROWS: _rows,
}


def _normal(code: str, value: str, item: Reader) -> str:
    """The one form in which an identifier is sent and compared."""
    try:
        return normal(code, value)
    except Refused as refusal:
        item.problems.append(problem_of(refusal, item.path("value")))
        return value
