"""What one line of the inbox says, and which words find it: derived from the fold alone.

Pure. A search for digits also finds numbers that end in them, because people read the last digits of an account to
each other; therefore each number is kept a second time backwards, behind a tilde.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from lienlac import clock, limits
from lienlac.hotline.deadlines import Running, clocks, next_due, warnings
from lienlac.hotline.kinds import BY_KIND
from lienlac.hotline.kinds.field import Shape
from lienlac.hotline.lifecycle import Side, Step
from lienlac.identifiers.accounts import Account, digits_of, short
from lienlac.identifiers.contact import defang
from lienlac.identifiers.folding import asked_words, backwards, words_in
from lienlac.identifiers.money import Money
from lienlac.identifiers.reference import is_uetr
from lienlac.wire.bodies.hotline import DataIdentifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lienlac.hotline.kinds.field import RequestKind
    from lienlac.hotline.request import Request
    from lienlac.wire.bodies.hotline import Opening

NEVER_US: Final = 2**62
"""Stands for "no instant" where a column is part of an order."""
_AMOUNT: Final = re.compile(r"([0-9]{1,3}(?:\u202f[0-9]{3})*(?:\.[0-9]{1,4})?) ([A-Z]{3}) · ")
"""How `Money` writes itself at the head of a title."""
_TITLE_MAX_CHARS: Final = 400


def line_of(request: Request, node_id: str, watched_us: int, later: tuple[Request, ...] = ()) -> dict[str, Any]:
    """The columns of a request's inbox row as this node sees it; `later`: the requests that go on from it."""
    dues = clocks(request)
    ours = request.side_of(node_id) is Side.REQUESTER
    due = next_due(dues)
    rests = due is not None and due.running is Running.RESTS
    opening = request.opening
    coming = (clock.to_us(warned.at) for warned in warnings(request, dues, ours=ours, later=later))
    touched = [fact.received_at or fact.header.sent_at for fact in request.facts.values()]
    return {
        "request_id": request.id,
        "direction": "out" if ours else "in",
        "peer": request.executor if ours else request.requester,
        "kind": request.kind,
        "reference": request.reference,
        "urgency": opening.body.urgency.value,
        "state": request.state.value,
        "stage": request.stage.value,
        "title": title_of(BY_KIND[request.kind], request.body),
        "due_us": NEVER_US if due is None or due.due_at is None else clock.to_us(due.due_at),
        "due_clock": None if due is None else due.clock.value,
        "rests": rests,
        "left_us": None if due is None or due.left is None else int(due.left.total_seconds() * 1_000_000),
        "allowed_us": None if due is None else int(due.allowed.total_seconds() * 1_000_000),
        "opened_us": clock.to_us(opening.received_at or opening.header.sent_at),
        "updated_us": clock.to_us(max(touched)),
        "messages": len(request.facts),
        "drill": int(opening.body.drill),
        "watch_us": min((at_us for at_us in coming if at_us > watched_us), default=NEVER_US),
        "watched_us": watched_us,
    }


def title_of(kind: RequestKind, body: Opening) -> str:
    """What it is about, without words of any language: the kind's leading fields, then how the facts begin."""
    leads = [_short(getattr(body, name)) for name in kind.lead]
    text = " · ".join(filter(None, (*leads, " ".join(getattr(body, "facts", "").split()))))
    return text if len(text) <= _TITLE_MAX_CHARS else text[: _TITLE_MAX_CHARS - 1] + "…"


def amount_of(title: str) -> tuple[Money | None, str]:
    """The amount that a title begins with, for a page to write it in its reader's way, and the rest of the title."""
    found = _AMOUNT.match(title)
    if found is None:
        return None, title
    return Money("".join(found[1].split()), found[2]), title[found.end() :]


def _short(value: Any) -> str:
    """A field's value in a few characters."""
    if isinstance(value, tuple):
        return ", ".join(_short(item) for item in value[:3])
    if isinstance(value, DataIdentifier):
        return defang(value.value) if value.type in {"url", "domain", "email"} else value.value
    if isinstance(value, Account):
        return short(value)
    return "" if value is None else str(value)


def words_of(request: Request) -> list[str]:
    """The words that find a request, the telling ones first, at most `limits.HOTLINE_WORDS_MAX`."""
    found: dict[str, None] = {}
    for text in _texts(request):
        for word in words_in(text):
            found[word] = None
            if turned := backwards(word):
                found[turned] = None
        if len(found) >= limits.HOTLINE_WORDS_MAX:
            break
    return list(found)[: limits.HOTLINE_WORDS_MAX]


def query_words(text: str) -> tuple[str, ...]:
    """The folded words of a search; typed signs that are no words at all find nothing, rather than everything."""
    return asked_words(text[: limits.LINE_MAX_CHARS], limits.HOTLINE_QUERY_MAX_WORDS)


def _texts(request: Request) -> Iterator[str]:
    body = request.body
    yield body.reference
    yield body.officer.name
    yield body.officer.unit
    yield body.case_number
    if body.follows is not None:
        yield body.follows.reference
    fields = list(BY_KIND[request.kind].fields)
    for field in fields:
        if field.shape is not Shape.TEXT:
            yield from _values(getattr(body, field.name))
    for fact in request.requester_steps:
        if fact.step is Step.CLARIFY:
            for account in fact.body.beneficiaries:
                yield digits_of(account)
    for field in fields:
        if field.shape is Shape.TEXT:
            yield getattr(body, field.name)


def _values(value: Any) -> Iterator[str]:
    """The words of a field that are worth finding: names, numbers, accounts; not dates, choices or amounts."""
    if isinstance(value, tuple):
        for item in value:
            yield from _values(item)
    elif isinstance(value, Account):
        yield digits_of(value)
        yield short(value)
    elif isinstance(value, DataIdentifier):
        yield value.value
    elif isinstance(value, str) and not isinstance(value, Enum):
        yield value
        if is_uetr(value):
            yield value.replace("-", "")
