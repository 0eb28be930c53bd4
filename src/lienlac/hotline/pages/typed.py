"""What was typed into a page's fields, as the JSON form that files and programs use; a body back into fields; mistakes.

Fields are named by the dotted paths of the form (`beneficiaries.0.number`). Only three things differ on a page: one
field for a bank, whatever the account's form; local time in the officer's zone; check boxes. Works from the declared
fields alone and knows no kind.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from lienlac import limits
from lienlac.hotline.forms.values import FORMS
from lienlac.hotline.kinds.field import Field, Shape
from lienlac.hotline.kinds.shared import COMMON
from lienlac.identifiers import banks
from lienlac.identifiers.accounts import Account, IbanAccount, UsAccount, VnAccount
from lienlac.identifiers.folding import compact
from lienlac.ui.page import Blank
from lienlac.ui.words import zone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lienlac.errors import Language
    from lienlac.records.forms.problems import Problem
    from lienlac.ui.page import Form

ROWS_MAX: Final = 20
"""Rows of one list on one page."""
LISTS: Final = frozenset({Shape.ACCOUNTS, Shape.IDENTIFIERS, Shape.ROWS})
"""Shapes that stand in rows."""
_BANK_FIELD: Final = {"vn": "bin", "us": "aba", "iban": "bic", "bic": "bic"}
_NUMBER_FIELD: Final = {"iban": "iban"}
_DAY: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_WHEN: Final = re.compile(_DAY.pattern + r"[ ,]+([0-9]{1,2})\s?[:hHgG.]\s?([0-9]{2})(?:\s?[:mp.]\s?([0-9]{2}))?")
"""Day first, as both sides read dates to each other: `23/11/2026 03:05`, also `23.11.2026 3h05`."""
_HEAD: Final = ("", "follows", "to", "urgency", "qr")
_GROUNDS: Final = ("purpose", "typology", "legal_basis", "legal_basis_text")
_LAST: Final = tuple(field.name for field in COMMON)
"""What stands above and below a kind's own fields on the page of a new request."""
_WHOLE_MAX_DIGITS: Final = 9


def data_of(fields: Iterable[Field], form: Form, time_zone: str, at: str = "") -> dict[str, Any]:
    """The typed values of these fields by name; what was left empty is left out."""
    return filled({field.name: _typed(field, form, time_zone, f"{at}{field.name}") for field in fields})


def _typed(field: Field, form: Form, time_zone: str, name: str) -> Any:
    match field.shape:
        case Shape.CODES:
            return form.all(name)
        case Shape.FLAG:
            return _flag(field, form, name)
        case Shape.WHOLE:
            text = form.get(name)
            return int(text) if text.isascii() and text.isdigit() and len(text) <= _WHOLE_MAX_DIGITS else text
        case Shape.INSTANT:
            return instant_of(form, name, time_zone)
        case Shape.DATE:
            return date_of(form, name)
        case Shape.MONEY:
            return money_of(form, name)
        case Shape.ACCOUNTS:
            return accounts_of(form, name)
        case Shape.IDENTIFIERS:
            rows = [f"{name}.{row}" for row in range(rows_of(form, name))]
            found = [{"type": form.get(f"{row}.type") or "other", "value": form.get(f"{row}.value")} for row in rows]
            return [item for item in found if item["value"]]
        case Shape.PART:
            return data_of(field.inside, form, time_zone, f"{name}.")
        case Shape.ROWS:
            items = (data_of(field.inside, form, time_zone, f"{name}.{row}.") for row in range(rows_of(form, name)))
            return [item for item in items if item]
        case _:
            return form.get(name)


def _flag(field: Field, form: Form, name: str) -> bool | None:
    """A check box, or two radio buttons where the field has words: then nothing chosen is nothing said."""
    if not field.words:
        return bool(form.get(name))
    return {"yes": True, "no": False}.get(form.get(name))


def fields_from(fields: Iterable[Field], value: Any, time_zone: str, at: str = "") -> dict[str, list[str]]:
    """A body's values as a page's fields hold them, to be changed."""
    found: dict[str, list[str]] = {}
    for field in fields:
        found |= _shown(field, getattr(value, field.name), time_zone, f"{at}{field.name}")
    return found


def _shown(field: Field, value: Any, time_zone: str, name: str) -> dict[str, list[str]]:
    if value is None or value in ((), ""):
        return {}
    match field.shape:
        case Shape.CODES:
            return {name: list(value)}
        case Shape.FLAG:
            if field.words:
                return {name: ["yes" if value else "no"]}
            return {name: ["yes"]} if value else {}
        case Shape.INSTANT:
            return {name: [local_of(value, time_zone)]}
        case Shape.DATE:
            return {name: ["/".join(reversed(value.split("-")))]}
        case Shape.MONEY:
            return {f"{name}.amount": [value.amount], f"{name}.currency": [value.currency]}
        case Shape.PART:
            return fields_from(field.inside, value, time_zone, f"{name}.")
        case Shape.ACCOUNTS | Shape.IDENTIFIERS | Shape.ROWS:
            found: dict[str, list[str]] = {f"rows.{name}": [str(len(value))]}
            for row, item in enumerate(value[:ROWS_MAX]):
                found |= _row(field, item, time_zone, f"{name}.{row}")
            return found
        case _:
            return {name: [str(value)]}


def _row(field: Field, item: Any, time_zone: str, at: str) -> dict[str, list[str]]:
    if field.shape is Shape.ROWS:
        return fields_from(field.inside, item, time_zone, f"{at}.")
    if field.shape is Shape.IDENTIFIERS:
        return {f"{at}.type": [item.type], f"{at}.value": [item.value]}
    return account_fields(item, at)


def account_fields(account: Account, at: str) -> dict[str, list[str]]:
    """An account in the four fields of its row."""
    if isinstance(account, VnAccount):
        form, bank, number = "vn", bank_text(banks.get(account.bin)), account.number
    elif isinstance(account, UsAccount):
        form, bank, number = "us", account.aba, account.number
    elif isinstance(account, IbanAccount):
        form, bank, number = "iban", account.bic, account.iban
    else:
        form, bank, number = "bic", account.bic, account.number
    shown = {"form": form, "bank": bank, "number": number, "holder_name": account.holder_name}
    return {f"{at}.{name}": [text] for name, text in shown.items() if text}


def bank_text(bank: banks.Bank) -> str:
    """A bank as it is typed and offered."""
    return f"{bank.bin} {bank.short_name}"


def rows_of(form: Form, name: str, least: int = 1) -> int:
    """How many rows of a list the page shows."""
    text = form.get(f"rows.{name}")
    return min(max(int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0, least), ROWS_MAX)


def rows_in(fields: Iterable[Field], form: Form) -> dict[str, int]:
    """How many rows each list among these fields shows."""
    return {field.name: rows_of(form, field.name) for field in fields if field.shape in LISTS}


def one_more(form: Form, act: str) -> dict[str, list[str]]:
    """The form's fields with one more row in the list that `act` (`more.NAME`) names."""
    name = act.removeprefix("more.")
    fields = {key: form.all(key) for key in form.values() if key not in {"act", "sure"}}
    return fields | {f"rows.{name}": [str(rows_of(form, name) + 1)]}


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
            day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
            at = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  # its zone is the officer's, set below
    except ValueError:
        return text
    return at.isoformat() if at.tzinfo else f"{at.replace(microsecond=0).isoformat()}[{time_zone}]"


def date_of(form: Form, name: str) -> str:
    """A calendar date as people write it, day first, in the form's way; what cannot be read stays as it was typed."""
    text = form.get(name)
    found = _DAY.fullmatch(text)
    return f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}" if found is not None else text


def local_of(at: datetime, time_zone: str) -> str:
    """An instant as a field of the officer's zone shows it, day first; seconds only where there are any."""
    return at.astimezone(zone(time_zone)).strftime("%d/%m/%Y %H:%M:%S").removesuffix(":00")


def filled(values: dict[str, Any]) -> dict[str, Any]:
    """Without the fields that were left empty."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def mistakes_of(problems: Iterable[Problem], language: Language, fields: Iterable[Field]) -> Blank:
    """Sentences by the page's fields; the first mistake of a field is said."""
    known = {field.name: field for field in fields}
    said = Blank()
    for problem in problems:
        path = problem.field.removeprefix("form.")
        said.setdefault(_page_field(path, known), problem.vi if language == "vi" else problem.en)
    return said


def labelled(
    wrong: Blank, translate: Callable[[str], str], fields: Iterable[Field], others: dict[str, str]
) -> dict[str, str]:
    """The same mistakes for the list at the head of a page, each after its field's name, from the page's head down."""
    known = {field.name: field for field in fields}
    own = [name for name in known if name not in _LAST]
    order = {name: place for place, name in enumerate((*_HEAD, *own, *_GROUNDS, *_LAST))}
    said = {}
    for path, sentence in sorted(wrong.items(), key=lambda item: order.get(item[0].split(".")[0], len(order))):
        label = _label(path, known) or others.get(path) or others.get(path.rpartition(".")[2])
        said[path] = f"{translate(label)}: {sentence}" if label else sentence
    return said


def _page_field(path: str, known: dict[str, Field]) -> str:
    """Where a path of the form is typed on a page."""
    head, _, rest = path.partition(".")
    field = known.get(head)
    if field is None:
        return path
    match field.shape:
        case Shape.MONEY:
            return f"{head}.amount"
        case Shape.ACCOUNTS:
            row, _, last = rest.partition(".")
            last = {"bin": "bank", "aba": "bank", "bic": "bank", "iban": "number"}.get(last, last)
            return f"{head}.{row or 0}.{last or 'number'}"
        case Shape.IDENTIFIERS:
            return path if rest else f"{head}.0.value"
        case Shape.PART:
            return path if rest else f"{head}.{field.inside[0].name}"
        case Shape.ROWS:
            return path if rest else f"{head}.0.{field.inside[0].name}"
        case _:
            return path


def _label(path: str, known: dict[str, Field]) -> str:
    """What the field of a path is called; the innermost name that there is."""
    head, _, rest = path.partition(".")
    field = known.get(head)
    if field is None:
        return ""
    inner = {item.name: item.label for item in field.inside}
    return inner.get(rest.rpartition(".")[2], field.label)
