"""What the desk hands out: a page of objects, an object with everything beside it, a held one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lienlac.intelligence.collection import Collection, Source
    from lienlac.intelligence.store.objects import Row, Stored
    from lienlac.intelligence.store.quarantine import Held


class Page(NamedTuple):
    """Versions in the order in which they were added; `more` says that further ones follow the last of them."""

    rows: Sequence[Row]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An object as an officer may know it: by collection its versions, the newest first, and where they come from."""

    object_id: str
    places: Sequence[tuple[Collection, Sequence[Stored]]]
    sources: Mapping[int, Source]

    @property
    def newest(self) -> Stored:
        """The newest version over all the collections."""
        return max((versions[0] for _, versions in self.places), key=lambda one: (one.version_us, one.added_us))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOne:
    """Something in quarantine, with its bytes, and with those of the version that it contradicts."""

    held: Held
    collection: Collection
    source: Source
    raw: bytes
    rival: bytes | None
