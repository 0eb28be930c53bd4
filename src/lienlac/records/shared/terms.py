"""What shared records ask of agreements and of the post office. Pure: protocols only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection

    from lienlac.records.party import Party
    from lienlac.wire.bodies.agreement import Agreement
    from lienlac.wire.message import Marks


class Terms(Protocol):
    """What is asked of an agreement."""

    @property
    def agreement(self) -> Agreement:
        """The document itself."""
        ...

    def offers(self, kind: str) -> bool:
        """Whether it names this kind."""
        ...

    def check_marks(self, marks: Marks) -> None:
        """Raise `Refused("agreement-marks")` when a mark lies above the link's ceiling."""
        ...

    def needs_second_officer(
        self, kind: str, marks: Marks, typology: str | None, *, answers: str = "", content: bool = True,
        persons: bool = False, files: bool = False,
    ) -> tuple[str, ...]:  # fmt: skip
        """Why a message must wait for a second officer; empty where it need not."""
        ...


class Agreements(Protocol):
    """Where peers are found, and the agreement with each."""

    def peers(self, connection: Connection, /) -> Sequence[Party]:
        """All peers."""
        ...

    def terms_in_force(self, connection: Connection, peer_id: str, /) -> Terms | None:
        """The agreement in force with a peer, or None."""
        ...


class Record(Protocol):
    """The journal's way of writing one entry in the caller's transaction."""

    def __call__(
        self, connection: Connection, *, at: datetime, actor: str, action: str, thing: str, detail: Any = None
    ) -> str:
        """Returns the entry's digest."""
        ...
