"""What people call an object: its name, else what it is worth as an identifier, else the start of what it says.

Shows nothing that the object does not say itself, but for the short name of a Vietnamese bank behind its BIN. Bytes
that nobody has checked are called so too, as far as they can be read. Knows neither languages nor who may see what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from lienlac.identifiers import banks, cards

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TITLE_CHARS: Final = 200
"""Longest title; whatever is longer is cut."""
_FIELDS: Final = (
    "name", "value", "display_name", "pattern", "path", "number", "account_login", "user_id", "account_id", "key",
    "subject", "command_line", "package_name", "reference", "abstract", "content", "description", "explanation",
    "opinion", "relationship_type",
)  # fmt: skip


def title_of(value: Mapping[str, Any]) -> str:
    """The title; empty where nothing in the object would tell it from others."""
    making = _MADE.get(str(value.get("type", "")))
    made = making(value) if making is not None else ""
    return (made or _first(value, *_FIELDS))[:TITLE_CHARS]


def title_in(raw: bytes) -> str:
    """The title of an object that was never checked: one line, card numbers cut; empty where nothing can be read."""
    try:
        value = orjson.loads(raw)
    except ValueError:
        return ""
    if not isinstance(value, dict):
        return ""
    shown = "".join(char for char in " ".join(title_of(value).split()) if char.isprintable())
    return cards.truncate_in(shown).strip()


def _first(value: Mapping[str, Any], *names: str) -> str:
    """The first of these members that says anything."""
    for name in names:
        said = value.get(name)
        if isinstance(said, str) and said:
            return said
    return ""


def _number(value: Mapping[str, Any], name: str) -> str:
    """A member that is a number or a text; a list in a list in a list, a thousand deep, is neither."""
    said = value.get(name, "")
    return str(said) if isinstance(said, str | int | float) else ""


def _joined(*parts: str) -> str:
    """Parts beside each other, where the last, which tells one from others, is there."""
    return " ".join(part for part in parts if part) if parts[-1] else ""


def _account(value: Mapping[str, Any]) -> str:
    bank = banks.find(_first(value, "bin"))
    held_by = bank.short_name if bank is not None else _first(value, "bank_name", "bic", "bin", "aba")
    return _joined(held_by, _first(value, "iban", "account_number"))


def _card(value: Mapping[str, Any]) -> str:
    return _joined(_first(value, "issuer_name"), _first(value, "card_number"))


def _messenger(value: Mapping[str, Any]) -> str:
    return _joined(_first(value, "service"), _first(value, "display_name", "account_id"))


def _transaction(value: Mapping[str, Any]) -> str:
    amount = _joined(_first(value, "currency"), _number(value, "amount"))
    return _joined(amount, _first(value, "reference")) or amount


def _system(value: Mapping[str, Any]) -> str:
    return " ".join(part for part in (f"AS{_number(value, 'number')}", _first(value, "name")) if part)


_MADE: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "autonomous-system": _system,
    "bank-account": _account,
    "financial-transaction": _transaction,
    "messaging-account": _messenger,
    "payment-card": _card,
}
