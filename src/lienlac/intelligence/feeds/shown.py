"""What the desk hands out: a feed with what it did last. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lienlac.intelligence.collection import Collection
    from lienlac.intelligence.feeds.feed import Act, Feed
    from lienlac.intelligence.feeds.store.runs import Lost, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One feed for a reader, with what it did last, and the acts that this officer may take."""

    feed: Feed
    collection: Collection
    runs: list[Run]
    lost: list[Lost]
    acts: tuple[Act, ...]
    may_run: bool
