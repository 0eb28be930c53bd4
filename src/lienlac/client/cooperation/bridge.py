"""Cases: begun from a request, a channel, an object or a hit, or such a thing added to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.client.calls import Caller
from lienlac.interface.records.bridge import CaseGoesOn, CaseOffer

if TYPE_CHECKING:
    from lienlac.interface.records.bridge import CaseAdding, CaseBeginning


class BridgeCalls(Caller):
    """Calls about them."""

    def look_for_case(self, thing_kind: str, thing: str) -> CaseOffer:
        """What of a thing would go into a case."""
        return self._get(CaseOffer, "/api/cases/from/{thing_kind}/{thing}", thing_kind=thing_kind, thing=thing)

    def begin_case(self, thing_kind: str, thing: str, beginning: CaseBeginning, *, once: str = "") -> CaseGoesOn:
        """A new case that goes on from a thing."""
        return self._post(
            CaseGoesOn,
            "/api/cases/from/{thing_kind}/{thing}/open",
            beginning,
            once=once,
            thing_kind=thing_kind,
            thing=thing,
        )

    def add_to_case(self, thing_kind: str, thing: str, adding: CaseAdding) -> CaseGoesOn:
        """A thing into a case that is there."""
        return self._post(
            CaseGoesOn, "/api/cases/from/{thing_kind}/{thing}/add", adding, thing_kind=thing_kind, thing=thing
        )
