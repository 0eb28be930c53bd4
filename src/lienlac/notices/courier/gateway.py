"""Notices through Apprise, where it is installed and the administrator named the service in the settings.

Apprise makes its own connections: the guard of webhooks does not reach there, which is why no service is allowed unless
it is named. An Apprise address holds credentials; it is unsealed for the one call and never logged.
"""

from __future__ import annotations

import asyncio
import importlib.util
from typing import TYPE_CHECKING

from lienlac.notices import wording
from lienlac.notices.courier.carried import NotDeliveredError

if TYPE_CHECKING:
    from lienlac.notices.courier.carried import Parcel
    from lienlac.notices.wording import House


def installed() -> bool:
    """Whether the extra is there."""
    return importlib.util.find_spec("apprise") is not None


class AppriseWay:
    """Whatever Apprise can reach, of the allowed services."""

    def __init__(self, house: House, services: frozenset[str]) -> None:
        self._house = house
        self._services = services

    async def carry(self, parcel: Parcel) -> None:
        """Hand it to Apprise, in a thread: it is synchronous inside."""
        if parcel.address.to.partition("://")[0] not in self._services:
            raise NotDeliveredError("apprise-service", final=True)
        if not installed():
            raise NotDeliveredError("apprise-missing", final=True)
        title = wording.subject(parcel.notice, parcel.language)
        body = wording.text(parcel.notice, self._house, parcel.language)
        if not await asyncio.to_thread(_notify, parcel.address.to, title, body):
            raise NotDeliveredError("apprise-failed")


def _notify(address: str, title: str, body: str) -> bool:
    import apprise

    asset = apprise.AppriseAsset(secure_logging=True, async_mode=False, plugin_paths=[])
    way = apprise.Apprise(asset=asset)
    return bool(way.add(address)) and bool(way.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT))
