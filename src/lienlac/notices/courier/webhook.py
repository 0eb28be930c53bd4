"""Notices by webhook: one signed POST to a judged address, without redirects; of the answer only the status is read.

The name is resolved here, once; every address is judged (`guard`) and the connection goes to a judged one, while TLS
still proves the name. No proxy and no other variable of the environment has a say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httpx2

from lienlac import limits
from lienlac.errors import NotAllowed, Refused
from lienlac.notices import signature, wording
from lienlac.notices.courier.carried import NotDeliveredError
from lienlac.outside import guard
from lienlac.outside.courier import Resolve, resolve

if TYPE_CHECKING:
    import ssl

    from lienlac.notices.courier.carried import Parcel
    from lienlac.notices.wording import House

_COME_AGAIN: Final = frozenset({408, 425, 429})
"""Refusals that ask for patience."""


class WebhookWay:
    """Webhooks; `inside` are origins within our own network that the administrator allowed."""

    def __init__(
        self, house: House, trust: ssl.SSLContext, inside: frozenset[str], resolve_name: Resolve = resolve
    ) -> None:
        self._house = house
        self._trust = trust
        self._inside = inside
        self._resolve = resolve_name

    async def carry(self, parcel: Parcel) -> None:
        """POST it, and see only the status."""
        try:
            target = guard.parse(parcel.address.to, self._inside)
            addresses = await self._resolve(target.host, target.port)
            address = guard.choose(target, addresses, self._inside)
        except (Refused, NotAllowed) as error:
            raise NotDeliveredError(error.code, final=error.code != "webhook-unknown-host") from error
        body = wording.payload(parcel.notice, self._house, parcel.now)
        headers = {
            "Host": target.authority,
            "Content-Type": "application/json",
            "User-Agent": "lienlac",
            **signature.headers(parcel.address.secret, parcel.notice.id, parcel.now, body),
        }
        status = await self._post(target.at(address), headers, body, target.host)
        if 200 <= status < 300:
            return
        if 300 <= status < 400:
            raise NotDeliveredError("webhook-redirect", final=True)
        raise NotDeliveredError("webhook-status", final=status < 500 and status not in _COME_AGAIN)

    async def _post(self, url: str, headers: dict[str, str], body: bytes, name: str) -> int:
        async with httpx2.AsyncClient(
            verify=self._trust, trust_env=False, follow_redirects=False, timeout=limits.NOTICE_SEND_S
        ) as client:
            try:
                async with client.stream(
                    "POST", url, headers=headers, content=body, extensions={"sni_hostname": name}
                ) as answer:
                    return answer.status_code
            except httpx2.TimeoutException:
                raise NotDeliveredError("notice-timeout") from None
            except (httpx2.HTTPError, OSError):
                raise NotDeliveredError("notice-unreachable") from None
