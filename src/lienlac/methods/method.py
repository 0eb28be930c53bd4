"""The noun: a record of a method, its versions, and where each of them has gone.

Pure. Only the node that wrote a record changes it: whoever has it from a partner reads. Versions add up and none is
ever lost; what was revoked stays to be seen. So two nodes that hold the same versions and the same revocation hold the
same record, in whatever order they came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lienlac.records.fact import Standing

if TYPE_CHECKING:
    from datetime import datetime

    from lienlac.wire.bodies.methods import Method as Body
    from lienlac.wire.message import Marks

MARK = "mth-"
"""How the id of a record begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What the record said at one time. `links` are ids at home; they never leave."""

    number: int
    body: Body
    marks: Marks
    at: datetime
    by_name: str
    by_unit: str
    reason: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message of ours about the record. `version` 0 is a revocation."""

    message_id: str
    peer: str
    version: int
    standing: Standing
    at: datetime
    received_at: datetime | None
    code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A record with every version, oldest first; `origin` is the node that wrote it."""

    id: str
    origin: str
    versions: tuple[Version, ...]
    revoked_at: datetime | None = None
    revoked_why: str = ""

    @property
    def present(self) -> Version:
        """The version that holds, or held last."""
        return self.versions[-1]

    @property
    def body(self) -> Body:
        """What it says."""
        return self.present.body

    @property
    def revoked(self) -> bool:
        """Whether it no longer holds."""
        return self.revoked_at is not None

    def version(self, number: int) -> Version | None:
        """One version by its number."""
        return next((one for one in self.versions if one.number == number), None)


def reached(sent: list[Sent] | tuple[Sent, ...]) -> dict[str, int]:
    """The newest version that each partner has, or is being sent; 0 where it was revoked there: that is final."""
    found: dict[str, set[int]] = {}
    for one in sent:
        if one.standing in (Standing.SENT, Standing.ACCEPTED):
            found.setdefault(one.peer, set()).add(one.version)
    return {peer: 0 if 0 in versions else max(versions) for peer, versions in found.items()}
