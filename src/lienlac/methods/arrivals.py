"""A partner shares a record, corrects or revokes it; or a receipt for one of ours came (clauses 19.2 to 19.4).

Only the node that wrote a record changes it. A record that somebody else wrote is refused like one that does not
exist. What is replayed after a restore is stored whatever is still missing around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lienlac import limits
from lienlac.errors import Refused
from lienlac.methods.kinds import SHARE
from lienlac.methods.method import MARK, Sent, Version
from lienlac.methods.rules import check_method
from lienlac.methods.store import records as store
from lienlac.records.fact import Standing, standing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from lienlac.exchange.post import Arrived, Settled
    from lienlac.methods.method import Method
    from lienlac.methods.rules import Terms
    from lienlac.records.party import Party
    from lienlac.wire.bodies.methods import Shared


class Agreements(Protocol):
    """Where peers are found, and the agreement with each."""

    def peers(self, connection: Connection, /) -> Sequence[Party]:
        """All peers."""
        ...

    def terms_in_force(self, connection: Connection, peer_id: str, /) -> Terms | None:
        """The agreement in force with a peer, or None."""
        ...


class Arrivals:
    """Handlers of messages and receipts; `changed` hears, inside the transaction, which record did."""

    def __init__(self, node_id: str, changed: Callable[[Connection, str], None]) -> None:
        self._node_id = node_id
        self._changed = changed

    def arrived(self, connection: Connection, arrived: Arrived) -> None:
        """Take one message. Raises `Refused`, which becomes the receipt's verdict."""
        header = arrived.header
        method_id = header.record_id or ""
        if not method_id.startswith(MARK):
            raise Refused("method-missing")
        known = store.get(connection, method_id)
        if header.kind == SHARE:
            self._shared(connection, arrived, method_id, known)
        else:
            self._revoked(connection, arrived, method_id, known)
        if arrived.ours:
            version = arrived.body.version if header.kind == SHARE else 0
            sent = Sent(
                message_id=header.id, peer=header.recipient, version=version, standing=Standing.ACCEPTED,
                at=header.sent_at, received_at=arrived.received_at, code=None,
            )  # fmt: skip
            store.put_sent(connection, method_id, sent)
        self._changed(connection, method_id)

    def settled(self, connection: Connection, settled: Settled) -> None:
        """A message of ours reached its end: the receipt's instant and verdict, or given up here."""
        known = store.sent_message(connection, settled.header.id)
        if known is None:
            return
        method_id, before = known
        standing = standing_of(settled)
        if standing < before.standing:
            return  # given up here, and receipted before: the receipt is right
        sent = Sent(
            message_id=before.message_id, peer=before.peer, version=before.version, standing=standing,
            at=before.at, received_at=settled.received_at, code=settled.code,
        )  # fmt: skip
        store.put_sent(connection, method_id, sent)
        self._changed(connection, method_id)

    def _shared(self, connection: Connection, arrived: Arrived, method_id: str, known: Method | None) -> None:
        body: Shared = arrived.body
        author = arrived.header.sender
        check_method(body.method)
        version = Version(
            number=body.version,
            body=body.method,
            marks=arrived.header.marks,
            at=arrived.header.sent_at if arrived.ours else arrived.received_at,
            by_name=body.officer.name,
            by_unit=body.officer.unit,
            reason=body.reason,
        )
        if known is not None and known.origin != author:
            raise Refused("method-not-yours")
        before = None if known is None else known.version(body.version)
        if before is not None:
            if (before.body, before.marks) != (version.body, version.marks) and not arrived.replayed:
                raise Refused("method-version-used", version=body.version)
            return
        if not arrived.replayed:
            if known is not None and known.revoked:
                raise Refused("method-revoked")
            if known is not None and known.present.number > body.version:
                raise Refused("method-version-old", version=body.version, known=known.present.number)
            if known is None and store.count_of(connection, author) >= limits.METHODS_FROM_PEER_MAX:
                raise Refused("methods-too-many", limit=limits.METHODS_FROM_PEER_MAX)
        store.add_version(connection, method_id, author, version)

    def _revoked(self, connection: Connection, arrived: Arrived, method_id: str, known: Method | None) -> None:
        if known is None:
            if arrived.replayed:
                return  # what it revokes comes again by itself, if it comes at all
            raise Refused("method-not-known", method=method_id)
        if known.origin != arrived.header.sender:
            raise Refused("method-not-known", method=method_id)
        if not known.revoked:
            store.revoke(connection, method_id, why=arrived.body.reason, at=arrived.received_at)
