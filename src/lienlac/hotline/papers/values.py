"""Declared fields as facts on paper: label, value in both languages, and what the conventions' forms call it.

Reads the kinds' declarations, so that a new kind has its paper with its form. What an officer wrote is printed once,
as it was written. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from lienlac.documents.document import Both, Line, Row, at_three_times
from lienlac.hotline.kinds.field import Shape
from lienlac.identifiers.accounts import describe
from lienlac.identifiers.contact import defang
from lienlac.vocabulary import identifier_types

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

    from lienlac.hotline.kinds.field import Field
    from lienlac.identifiers.money import Money
    from lienlac.vocabulary import Word
    from lienlac.wire.bodies.hotline import DataIdentifier


class Says(Protocol):
    """How things are said in both languages: handed in, because catalogues are read from files."""

    def both(self, text: str, /) -> Both:
        """A msgid."""
        ...

    def money(self, amount: Money, /) -> Both:
        """An amount with its currency."""
        ...

    def number(self, value: int, /) -> Both:
        """A whole number."""
        ...

    def duration(self, length: timedelta, /) -> Both:
        """A length of time."""
        ...

    def step(self, code: str, /) -> Both:
        """What was done by a step, as a timeline names it."""
        ...

    def state(self, code: str, /) -> Both:
        """What a request's state is called."""
        ...

    def standing(self, code: str, /) -> Both:
        """How far a message has come."""
        ...


_CLICKABLE = frozenset({"url", "domain", "email"})


def word(found: Word) -> Both:
    """A shared word's name."""
    return Both(found.label("vi"), found.label("en"))


def rows_of(fields: Iterable[Field], body: Any, says: Says) -> tuple[Row, ...]:
    """Every declared field of a body that says something."""
    return tuple(row(field, getattr(body, field.name), says) for field in fields if _said(field, body))


def _said(field: Field, body: Any) -> bool:
    value = getattr(body, field.name)
    if field.shape is Shape.FLAG:
        return bool(value) or field.standard is None or bool(field.standard)
    return value not in (None, "", ())


def row(field: Field, value: Any, says: Says) -> Row:
    """One field as a fact."""
    label, note = says.both(field.label), form_names(field.un, field.etsi)
    if field.shape is Shape.PART:
        return Row(label=label, inside=(rows_of(field.inside, value, says),), note=note)
    if field.shape is Shape.ROWS:
        return Row(label=label, inside=tuple(rows_of(field.inside, one, says) for one in value), note=note)
    return Row(label=label, lines=lines_of(field, value, says), note=note)


def form_names(un: str, etsi: str) -> str:
    """What the UN convention's articles and ETSI TS 103 120 call a field, exactly as they stand in the declarations."""
    return "\n".join(part for part in (un, f"ETSI TS 103 120: {etsi}" if etsi else "") if part)


def lines_of(field: Field, value: Any, says: Says) -> tuple[Line, ...]:
    """What is said of a field that holds no other fields."""
    match field.shape:
        case Shape.FLAG:
            return (Line(_yes_or_no(field, value, says)),)
        case Shape.CHOICE:
            return (Line(choice(field, str(value), says), "strong"),)
        case Shape.CODES:
            return tuple(Line(choice(field, str(code), says)) for code in value)
        case Shape.INSTANT:
            return at_three_times(value, says.both)
        case Shape.DATE:
            return (Line("/".join(reversed(value.split("-")))),)
        case Shape.MONEY:
            return (Line(says.money(value), "strong"),)
        case Shape.WHOLE:
            return (Line(says.number(value)),)
        case Shape.ACCOUNTS:
            return tuple(line for one in value for line in _account(one))
        case Shape.IDENTIFIERS:
            return tuple(Line(_identifier(one)) for one in value)
        case Shape.UETR | Shape.PAYMENT_REFERENCE | Shape.ID:
            return (Line(value, "mono"),)
        case _:
            return (Line(str(value)),)


def _yes_or_no(field: Field, value: Any, says: Says) -> Both:
    said = field.words.get("yes" if value else "no")
    return says.both(said or ("Yes" if value else "No"))


def choice(field: Field, code: str, says: Says) -> str | Both:
    """A choice's code in both languages; a code from a newer list shows itself."""
    if field.words:
        return says.both(field.words[code]) if code in field.words else code
    shared = field.shared(code)
    return code if shared is None else word(shared)


def _account(account: Any) -> tuple[Line, ...]:
    said = Line(Both(describe(account, "vi"), describe(account, "en")), "strong")
    return (said, Line(account.holder_name)) if account.holder_name else (said,)


def _identifier(item: DataIdentifier) -> Both:
    """As on screens: an address that no reader of the file turns into a link."""
    shown = defang(item.value) if item.type in _CLICKABLE else item.value
    return Both(*(f"{identifier_types.label(item.type, language)}: {shown}" for language in ("vi", "en")))
