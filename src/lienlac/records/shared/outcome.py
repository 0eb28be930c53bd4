"""What became of an officer's act on a shared record. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lienlac.records.shared.fold import Statement
    from lienlac.records.shared.store.lines import Line
    from lienlac.releases.release import Release


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an act: the record, what was stated, and what waits for a second officer on its way out."""

    line: Line
    statements: tuple[Statement, ...] = ()
    waits: tuple[Release, ...] = ()
