"""What all bodies are made of: the two bases, bounded texts, and the shape of every mistake."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec

from lienlac import limits

Line = Annotated[str, msgspec.Meta(max_length=limits.LINE_MAX_CHARS)]
"""One line of text."""
Text = Annotated[str, msgspec.Meta(max_length=limits.TEXT_MAX_CHARS)]
"""Several lines of text."""
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
"""An instant with its offset from UTC."""
Rows = Annotated[int, msgspec.Meta(ge=1, le=limits.PAGE_MAX_ROWS)]
"""How many rows a page of a list holds at most."""
Cursor = Annotated[str, msgspec.Meta(max_length=limits.LINE_MAX_CHARS)]
"""Where a page begins: `next` of the page before it, as it stands."""
Names = Annotated[tuple[Line, ...], msgspec.Meta(max_length=limits.LIST_MAX_ITEMS)]
"""A bounded list of lines."""


class Given(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a program says. A field that is not named is refused: a misspelt one must not pass as left out."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the node answers. A program passes by fields that it does not know: a newer node may say more."""


class Empty(Given, frozen=True, kw_only=True):
    """Nothing at all: the call itself says everything."""


class Done(Told, frozen=True, kw_only=True):
    """It was done; there is nothing more to say."""


class Mistake(Told, frozen=True, kw_only=True):
    """One mistake of a form, with its field and both sentences."""

    field: str
    code: str
    en: str
    vi: str


class Sentences(Told, frozen=True, kw_only=True):
    """The same sentence in both languages."""

    en: str
    vi: str


class Problem(Told, frozen=True, kw_only=True):
    """Why something was not done (RFC 9457): `code` is stable, `detail` is in the officer's language.

    `problems` are all mistakes of a form; `request_id` is the number under which the node's own log knows the call.
    """

    type: str
    title: str
    status: Annotated[int, msgspec.Meta(ge=400, le=599)]
    detail: str
    code: str
    field: str | None = None
    sentences: Sentences
    request_id: str
    problems: list[Mistake] = []


Body = dict[str, Any]
"""A message's body as it travelled: its fields are those of its kind and version (docs/reference/messages.md)."""
