"""What was typed into a page's fields, as the JSON form that files and programs use; and mistakes back to fields.

Fields are named by the dotted paths of the form (`beneficiaries.0.number`). Only three things differ on a page: one
field for a bank, whatever the account's form; local time in the officer's zone; check boxes.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from lienlac import limits
from lienlac.hotline.forms.values import FORMS
from lienlac.hotline.pages.names import FIELDS
from lienlac.identifiers import banks
from lienlac.identifiers.folding import compact
from lienlac.ui.page import Blank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lienlac.errors import Language
    from lienlac.hotline.forms.problems import Problem
    from lienlac.ui.page import Form

ROWS_MAX: Final = 20
"""Rows of accounts or identifiers on one page."""
_ORDER: Final = (
    *("", "to", "urgency", "qr", "beneficiaries", "amount", "transferred_at", "payment_reference", "uetr", "recall"),
    *("victims", "data", "custodian", "location", "identifiers", "covers_from", "covers_until", "period_days"),
    *("authority", "offence", "facts", "link", "necessity", "victim", "purpose", "typology", "legal_basis"),
    *("legal_basis_text", "authorisation", "marks", "phone"),
)
"""The fields of a new request from the head of its page down, by the first part of their names."""
_BANK_FIELD: Final = {"vn": "bin", "us": "aba", "iban": "bic", "bic": "bic"}
_NUMBER_FIELD: Final = {"iban": "iban"}
_DAY: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_WHEN: Final = re.compile(_DAY.pattern + r"[ ,]+([0-9]{1,2})\s?[:hHgG.]\s?([0-9]{2})")
"""Day first, as both sides read dates to each other: `23/11/2026 03:05`, also `23.11.2026 3h05`."""


def rows_of(form: Form, name: str, least: int = 1) -> int:
    """How many rows of a list the page shows."""
    text = form.get(f"rows.{name}")
    return min(max(int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0, least), ROWS_MAX)


def accounts_of(form: Form, name: str) -> list[dict[str, str]]:
    """Every row of accounts in which something was typed."""
    found = []
    for row in range(rows_of(form, name)):
        at = f"{name}.{row}"
        if any(form.get(f"{at}.{field}") for field in ("bank", "number", "holder_name")):
            found.append(account_of(form, at))
    return found


def account_of(form: Form, at: str) -> dict[str, str]:
    """One row of an account as the form writes it."""
    shape = form.get(f"{at}.form") or "vn"
    if shape not in FORMS:
        return {"form": shape}
    bank, number = form.get(f"{at}.bank"), form.get(f"{at}.number")
    account = {"form": shape, _NUMBER_FIELD.get(shape, "number"): number, "holder_name": form.get(f"{at}.holder_name")}
    account[_BANK_FIELD[shape]] = bin_of(bank) if shape == "vn" else bank
    return {key: value for key, value in account.items() if value}


def bin_of(text: str) -> str:
    """The BIN that a bank's name means, when it means one; otherwise the text itself, to be refused with its reason."""
    if len(text) > limits.LINE_MAX_CHARS:
        return text
    lead = text.split(" ", maxsplit=1)[0]
    if lead.isdigit() and len(lead) == 6:
        return lead
    found = banks.search(text, limit=2)
    if found and (len(found) == 1 or compact(text) in {compact(name) for name in found[0].names}):
        return found[0].bin
    return text


def money_of(form: Form, name: str) -> dict[str, str] | None:
    """An amount with its currency, or None when no amount was typed."""
    amount = form.get(f"{name}.amount")
    return {"amount": amount, "currency": form.get(f"{name}.currency") or "VND"} if amount else None


def instant_of(form: Form, name: str, time_zone: str) -> str | None:
    """A local date and time of the officer's zone, as the form's reader takes it.

    Whether that zone's clocks ever showed it, and only once, is looked at there. What cannot be read, such as a date
    without a time, stays as it was typed.
    """
    text = form.get(name)
    if not text:
        return None
    found = _WHEN.fullmatch(text)
    try:
        if found is None and len(text) <= len("2026-11-23"):
            return text
        if found is None:
            at = datetime.fromisoformat(text)
        else:
            day, month, year, hour, minute = (int(part) for part in found.groups())
            at = datetime(year, month, day, hour, minute)  # noqa: DTZ001  # its zone is the officer's, set below
    except ValueError:
        return text
    return at.isoformat() if at.tzinfo else f"{at.replace(microsecond=0).isoformat()}[{time_zone}]"


def date_of(form: Form, name: str) -> str:
    """A calendar date as people write it, day first, in the form's way; what cannot be read stays as it was typed."""
    text = form.get(name)
    found = _DAY.fullmatch(text)
    return f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}" if found is not None else text


def flag_of(form: Form, name: str) -> bool:
    """Whether a box was checked."""
    return bool(form.get(name))


def filled(values: dict[str, Any]) -> dict[str, Any]:
    """Without the fields that were left empty."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def mistakes_of(problems: Iterable[Problem], language: Language) -> Blank:
    """Sentences by the page's fields; the first mistake of a field is said."""
    said = Blank()
    for problem in problems:
        field = _page_field(problem.field)
        said.setdefault(field, problem.vi if language == "vi" else problem.en)
    return said


def labelled(wrong: Blank, translate: Callable[[str], str]) -> dict[str, str]:
    """The same mistakes for the list at the head of a page, each after its field's name, from the page's head down."""
    said = {}
    for field, sentence in sorted(wrong.items(), key=lambda item: _place(item[0])):
        label = FIELDS.get(field) or FIELDS.get(field.rpartition(".")[2])
        said[field] = f"{translate(label)}: {sentence}" if label else sentence
    return said


def _place(field: str) -> int:
    lead = field.split(".", maxsplit=1)[0]
    return _ORDER.index(lead) if lead in _ORDER else len(_ORDER)


def _page_field(field: str) -> str:
    lead, _, last = field.rpartition(".")
    if lead.split(".")[0] in {"beneficiaries", "victims"}:
        last = {"bin": "bank", "aba": "bank", "bic": "bank", "iban": "number"}.get(last, last)
        return f"{lead}.{last}"
    if field in {"beneficiaries", "victims"}:
        return f"{field}.0.number"
    if field in {"amount", "held", "returned"}:
        return f"{field}.amount"
    if field.startswith("amount") or lead in {"held", "returned"}:
        return f"{lead}.amount"
    return field
