"""The identifiers that a request names: of every field of every message about it, and of its free texts.

Pure. Our own officers and theirs are no identifiers; neither are references, dates or codes.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac import clock
from lienlac.identifiers.accounts import Account
from lienlac.identifiers.index.mention import Naming, gathered, of_account, of_name, of_text, of_value
from lienlac.wire.bodies.hotline import DataIdentifier, Officer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lienlac.hotline.request import Request
    from lienlac.identifiers.index.mention import Mention

_NAMES: Final = frozenset({"name", "person", "listed_entity"})
_PAYMENTS: Final = frozenset({"uetr", "payment_reference"})
_NO_IDENTIFIERS: Final = frozenset(
    {"reference", "clocks", "follows", "case_number", "attachments", "authorisation", "officer", "questions_ids"}
)


def naming(request: Request, *, restricted: bool) -> Naming:
    """The request as a thing that names identifiers."""
    return Naming(
        kind="request",
        id=request.id,
        label=request.reference,
        at_us=clock.to_us(request.opening.received_at or request.opening.header.sent_at),
        restricted=restricted,
    )


def mentions(request: Request) -> tuple[Mention, ...]:
    """What it names, the opening's own fields first. An exercise names nobody."""
    if request.opening.body.drill:
        return ()
    facts = sorted(request.facts.values(), key=lambda fact: fact.header.sent_at)
    return gathered(one for fact in facts for one in _of(fact.body, ""))


def _of(value: Any, name: str) -> Iterator[Mention]:
    if value is None or isinstance(value, Enum | Officer) or name in _NO_IDENTIFIERS:
        return
    if isinstance(value, Account):
        yield from of_account(value, "victim" if name == "victims" else "receiving")
    elif isinstance(value, DataIdentifier):
        yield from of_value(value.type, value.value, "named")
    elif isinstance(value, tuple):
        for item in value:
            yield from _of(item, name)
    elif isinstance(value, msgspec.Struct):
        for field in _in_order(value):
            yield from _of(getattr(value, field), field)
    elif isinstance(value, str) and value:
        yield from _of_words(value, name)


def _of_words(text: str, name: str) -> Iterator[Mention]:
    if name in _NAMES:
        yield from of_name(text, "named")
    elif name in _PAYMENTS:
        yield from of_value("payment-ref", text, "named")
    else:
        yield from of_text(text)


def _in_order(value: msgspec.Struct) -> list[str]:
    """Fields that hold identifiers before those that hold texts, so that a bound never cuts the certain ones."""
    return sorted(value.__struct_fields__, key=lambda field: isinstance(getattr(value, field), str))
