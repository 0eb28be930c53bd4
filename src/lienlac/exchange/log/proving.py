"""Proof files: one message, its receipt, and both logs' word for them, checkable with neither node nor database.

`prove` collects; `check` believes only signatures and hashes inside the file, and names the fingerprints whose word
it is: whether those are the right authorities is for the reader to compare (clauses 8.7, 8.8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.keys import note
from lienlac.wire import checkpoint

if TYPE_CHECKING:
    from lienlac.exchange.office import Office


class Prover:
    """What this node can prove."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def signed_head(self) -> bytes:
        """Our log's present head as a signed note."""
        with self._office.database.read() as connection:
            text = self._office.checkpoint_text(connection)
        origin = checkpoint.decode(text).origin
        return note.sign_note(text, origin, self._office.keys.signing).encode()
