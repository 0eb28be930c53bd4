"""What a review is of: exactly the facts that hold of what its own side wrote (clause 24.4). Pure."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lienlac.records.shared.fold import Element, Statement

CONTENT: Final = ("lesson", "part", "step")
"""Kinds of word that leave only once a second officer has read them."""


def content(elements: Iterable[Element], author: str) -> list[Statement]:
    """What an author's own column says now, by element."""
    columns = (one.columns.get(author) for one in elements if one.kind in CONTENT)
    held = [one for one in columns if one is not None and one.says is not None]
    return sorted(held, key=lambda one: one.element)


def digest(record_id: str, facts: Iterable[Statement]) -> str:
    """The digest that a review names."""
    parts = ("lienlac-lesson", record_id, *(one.id for one in sorted(facts, key=lambda one: one.element)))
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()
