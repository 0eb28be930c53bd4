"""What every way out has in common: what it is handed, and how it says that it failed.

Pure. A failure is a code of `errors.toml` and whether it is final for this notice on this channel. What the other
machine said is not kept: servers repeat addresses and passwords in their answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from lienlac.errors import Language
    from lienlac.notices.channels import Address
    from lienlac.notices.notice import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One notice on its way to one address."""

    notice: Notice
    address: Address
    language: Language
    now: datetime


class NotDeliveredError(Exception):
    """The channel did not take it; `final` says that asking again is pointless."""

    def __init__(self, code: str, *, final: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.final = final


class Way(Protocol):
    """One kind of channel."""

    async def carry(self, parcel: Parcel) -> None:
        """Return once the other side has taken it, or raise `NotDeliveredError`."""
        ...
