"""What one line of the inbox says, and which words find it: derived from the fold alone.

Pure. A search for digits also finds numbers that end in them, because people read the last digits of an account to
each other; therefore each number is kept a second time backwards, behind a tilde.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from lienlac import clock, limits
from lienlac.hotline.deadlines import Running, clocks, next_due, warnings
from lienlac.hotline.lifecycle import Side, Step
from lienlac.identifiers.accounts import digits_of, short
from lienlac.identifiers.folding import fold as folded
from lienlac.identifiers.money import Money
from lienlac.wire.bodies.hotline import FreezePayment, PreserveData

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lienlac.hotline.request import Request

NEVER_US: Final = 2**62
"""Stands for "no instant" where a column is part of an order."""
BACKWARDS: Final = "~"
"""Stands before a number written backwards."""
_WORD: Final = re.compile(r"[0-9a-z]+")
_AMOUNT: Final = re.compile(r"([0-9]{1,3}(?:\u202f[0-9]{3})*(?:\.[0-9]{1,4})?) ([A-Z]{3}) · ")
"""How `Money` writes itself at the head of a title."""
_TITLE_MAX_CHARS: Final = 400
_NUMBER_MIN_DIGITS: Final = 3


def line_of(request: Request, node_id: str, watched_us: int) -> dict[str, Any]:
    """The columns of a request's inbox row as this node sees it."""
    dues = clocks(request)
    ours = request.side_of(node_id) is Side.REQUESTER
    due = next_due(dues)
    rests = due is not None and due.running is Running.RESTS
    opening = request.opening
    coming = (clock.to_us(warned.at) for warned in warnings(request, dues, ours=ours))
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
        "title": title_of(opening.body),
        "due_us": NEVER_US if due is None or due.due_at is None else clock.to_us(due.due_at),
        "due_clock": None if due is None else due.clock.value,
        "rests": rests,
        "left_us": None if due is None or due.left is None else int(due.left.total_seconds() * 1_000_000),
        "allowed_us": None if due is None else int(due.allowed.total_seconds() * 1_000_000),
        "opened_us": clock.to_us(opening.received_at or opening.header.sent_at),
        "updated_us": clock.to_us(max(touched)),
        "messages": len(request.facts),
        "watch_us": min((at_us for at_us in coming if at_us > watched_us), default=NEVER_US),
        "watched_us": watched_us,
    }


def title_of(body: FreezePayment | PreserveData) -> str:
    """What it is about, without words of any language: accounts or custodian, then how the facts begin."""
    if isinstance(body, FreezePayment):
        lead = f"{body.amount} · " + ", ".join(short(account) for account in body.beneficiaries[:3])
    else:
        lead = body.custodian
    text = f"{lead} · {' '.join(body.facts.split())}"
    return text if len(text) <= _TITLE_MAX_CHARS else text[: _TITLE_MAX_CHARS - 1] + "…"


def amount_of(title: str) -> tuple[Money | None, str]:
    """The amount that a title begins with, for a page to write it in its reader's way, and the rest of the title."""
    found = _AMOUNT.match(title)
    if found is None:
        return None, title
    return Money("".join(found[1].split()), found[2]), title[found.end() :]


def words_of(request: Request) -> list[str]:
    """The words that find a request, the telling ones first, at most `limits.HOTLINE_WORDS_MAX`."""
    found: dict[str, None] = {}
    for text in _texts(request):
        for word in _WORD.findall(folded(text)):
            found[word[:64]] = None
            if word.isdigit() and len(word) >= _NUMBER_MIN_DIGITS:
                found[(BACKWARDS + word[::-1])[:64]] = None
        if len(found) >= limits.HOTLINE_WORDS_MAX:
            break
    return list(found)[: limits.HOTLINE_WORDS_MAX]


def query_words(text: str) -> tuple[str, ...]:
    """The folded words of a search; typed signs that are no words at all find nothing, rather than everything."""
    words = dict.fromkeys(word[:64] for word in _WORD.findall(folded(text[: limits.LINE_MAX_CHARS])))
    return tuple(words)[: limits.HOTLINE_QUERY_MAX_WORDS] or (("?",) if text.strip() else ())


def _texts(request: Request) -> Iterator[str]:
    body: FreezePayment | PreserveData = request.opening.body
    yield body.reference
    yield body.officer.name
    yield body.officer.unit
    if isinstance(body, FreezePayment):
        yield body.payment_reference
        yield (body.uetr or "").replace("-", "")
        for account in (*body.beneficiaries, *body.victims):
            yield digits_of(account)
            yield short(account)
    else:
        yield body.custodian
        yield body.authority
        for identifier in body.identifiers:
            yield identifier.value
    for fact in request.requester_steps:
        if fact.step is Step.CLARIFY:
            for account in fact.body.beneficiaries:
                yield digits_of(account)
    yield body.facts
