"""What is said of sources to programs, and where a list of them goes on. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lienlac import clock
from lienlac.intelligence.views import told
from lienlac.interface.intelligence import sources as shapes

if TYPE_CHECKING:
    from lienlac.intelligence.collection import Collection
    from lienlac.intelligence.store.sources import Gave, Place

_PLACE: Final = re.compile(r"([0-9]{1,17})\.([0-9]{1,17})\.([0-9]{1,17})", re.ASCII)


def gave(one: Gave, place: Collection) -> shapes.SourceGave:
    """What a source gave a collection."""
    return shapes.SourceGave(
        source=told.source(one.source),
        marks=told.marks_said(one.source.marks),
        collection=place.id,
        title=place.title,
        stored=one.stored,
        held=one.held,
        last_at=clock.from_us(one.last_us),
    )


def after(last: Gave) -> str:
    """Where the list goes on after this one."""
    return f"{last.last_us}.{last.number}.{last.collection}"


def place_of(text: str) -> Place | None:
    """What `after` said; None for anything else."""
    found = _PLACE.fullmatch(text)
    return None if found is None else (int(found[1]), int(found[2]), int(found[3]))
