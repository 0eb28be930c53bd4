"""What every template of the hotline is given: names, the choices of a field, how values are said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lienlac.hotline.forms.values import FORMS
from lienlac.hotline.kinds import BY_KIND
from lienlac.hotline.kinds.field import Shape
from lienlac.hotline.kinds.shared import COMMON
from lienlac.hotline.kinds.steps import STEP_FIELDS
from lienlac.hotline.pages import names, typed
from lienlac.identifiers import banks
from lienlac.identifiers.accounts import describe
from lienlac.identifiers.contact import defang
from lienlac.identifiers.money import CURRENCIES
from lienlac.vocabulary import (
    handling,
    identifier_types,
    legal_bases,
    pap,
    purposes,
    refusals,
    request_kinds,
    tlp,
    typologies,
    urgencies,
)

if TYPE_CHECKING:
    from lienlac.hotline.kinds.field import Field
    from lienlac.ui.page import Ask
    from lienlac.wire.bodies.hotline import DataIdentifier


def values(ask: Ask) -> dict[str, Any]:
    """For pages that show what a request or a step says."""

    def words_for(field: Field, code: str) -> str:
        """A choice's code in the reader's language."""
        if field.words:
            return ask.gettext(field.words.get(code, code))
        word = field.shared(code)
        return code if word is None else word.label(ask.language)

    def identifier(item: DataIdentifier) -> str:
        """An identifier that nobody can click."""
        shown = defang(item.value) if item.type in {"url", "domain", "email"} else item.value
        return f"{identifier_types.label(item.type, ask.language)}: {shown}"

    return {
        "names": names,
        "kinds": BY_KIND,
        "step_fields": {step.value: fields for step, fields in STEP_FIELDS.items()},
        "common_fields": COMMON,
        "describe": describe,
        "refusals": refusals,
        "request_kinds": request_kinds,
        "words_for": words_for,
        "identifier_text": identifier,
        "words_of": {
            "purposes": purposes,
            "legal_bases": legal_bases,
            "typologies": typologies,
            "urgencies": urgencies,
            "tlp": tlp,
            "pap": pap,
            "handling": handling,
        },
    }


def form_values(ask: Ask) -> dict[str, Any]:
    """For pages with fields to be filled."""

    def options_of(field: Field) -> list[tuple[str, str, str]]:
        """The choices of a field: code, label, explanation."""
        if field.words:
            return [(code, ask.gettext(text), "") for code, text in field.words.items()]
        shared = [(code, field.shared(code)) for code in field.choices]
        return [(code, word.label(ask.language), word.note(ask.language)) for code, word in shared if word is not None]

    return {
        "options_of": options_of,
        "grouped": _grouped,
        "forms": [(form, ask.gettext(names.FORMS[form])) for form in FORMS],
        "banks": [typed.bank_text(bank) for bank in banks.all_banks() if bank.relation != "alias-of"],
        "currencies": [(code, code) for code in CURRENCIES],
    }


_SHORT: Final = frozenset(
    {Shape.LINE, Shape.DATE, Shape.INSTANT, Shape.WHOLE, Shape.UETR, Shape.PAYMENT_REFERENCE, Shape.ID}
)


def _grouped(fields: tuple[Field, ...]) -> list[list[Field]]:
    """Short fields that follow each other stand side by side; everything else stands alone."""
    groups: list[list[Field]] = []
    for field in fields:
        if groups and field.shape in _SHORT and groups[-1][-1].shape in _SHORT:
            groups[-1].append(field)
        else:
            groups.append([field])
    return groups
