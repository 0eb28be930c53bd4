"""A long list in portions. Pure."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from lienlac import limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")


def portions(items: Iterable[T], size: int = limits.RECORD_LOOK_FACTS) -> Iterator[list[T]]:
    """Lists of at most that many, in order."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some
