"""What pages show - the lines of a list - made for many at once: once for each view and each eye that looks at it.

A view is drawn by a call that has an eye instead of an officer, and no session, token or nonce: it can hold nothing of
anybody. A view that cannot be drawn, or beyond the bounds, is left to the pages: each asks for its own, and hears what
is wrong with it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from lienlac import limits
from lienlac.errors import LienlacError
from lienlac.people.rights import may
from lienlac.ui.rounds.beside import as_message
from lienlac.ui.rounds.sight import eye_of, named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lienlac.people.officer import Officer
    from lienlac.ui.page import Ask
    from lienlac.ui.rounds.gathering import Pieces
    from lienlac.ui.rounds.open_page import OpenPage
    from lienlac.ui.rounds.sight import Memo

_log = logging.getLogger(__name__)


def make(pages: Sequence[OpenPage], memo: Memo) -> list[Pieces]:
    """For each of these pages its view, or that it has to ask for it."""
    with pages[0].ask.database.read() as connection:
        known = named(connection, pages)
    return [_one(page, known, memo) for page in pages]


def _one(page: OpenPage, known: frozenset[str], memo: Memo) -> Pieces:
    ask, officer = page.ask, page.ask.officer
    eye = eye_of(officer, known)
    key = (eye, ask.words, page.path, page.query)
    if memo.count("view") >= limits.LIVE_VIEWS_PER_ROUND and not memo.has("view", key):
        return officer, None
    now = memo.at(ask.ground.clock.now())
    drawn = memo.once("view", key, lambda: _drawn(page, ask.faceless(eye, page.path, parsed(page.query), now), eye))
    return officer, None if drawn is None else {"view": drawn}


def _drawn(page: OpenPage, faceless: Ask, eye: Officer) -> bytes | None:
    """None: whoever asks for it is told what is wrong."""
    if page.view is None or not may(eye, page.view.action):
        return None
    try:
        drawn = as_message(page.view.draw(faceless))
    except LienlacError:
        return None
    except Exception:  # noqa: BLE001  # one page's view must not end the others' streams
        _log.exception("a view could not be drawn: %s", page.path)
        return None
    return drawn if len(drawn) <= limits.LIVE_VIEW_MAX_BYTES else None


def parsed(query: str) -> dict[str, str]:
    """The fields of a view's address, as the guard reads those of a page's."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(query, max_num_fields=limits.FORM_MAX_FIELDS):
        text = "".join(letter for letter in value[: limits.LINE_MAX_CHARS] if letter.isprintable()).strip()
        found.setdefault(name, text)
    return found
