"""A partner states who answers now, or a receipt for our own statement came (clauses 15.1 to 15.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.duty.oncall.statement import Statement
from lienlac.duty.store import oncall as store
from lienlac.wire.receipt import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from lienlac.exchange.post import Arrived, Settled


class OnCallArrivals:
    """The handlers; `changed` hears of which partner something new is known, once it is durable."""

    def __init__(self, changed: Callable[[Connection, str], None]) -> None:
        self._changed = changed

    def arrived(self, connection: Connection, arrived: Arrived) -> None:
        """Keep it if it is the latest; our own ones come back after a restore."""
        header = arrived.header
        statement = Statement(
            message_id=header.id,
            stated_at=arrived.body.stated_at,
            received_at=arrived.received_at,
            contact=arrived.body.contact,
        )
        peer = header.recipient if arrived.ours else header.sender
        if store.keep(connection, peer, statement, ours=arrived.ours):
            self._changed(connection, peer)

    def settled(self, connection: Connection, settled: Settled) -> None:
        """What the partner said to our statement."""
        accepted = settled.verdict is Verdict.ACCEPTED
        store.settle(
            connection,
            settled.header.recipient,
            settled.header.id,
            received=settled.received_at if accepted else None,
            code=None if accepted else settled.code or "given-up",
        )
        self._changed(connection, settled.header.recipient)
