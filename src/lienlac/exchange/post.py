"""What slices hold in their hands of the exchange: the values that go in and come out of the post office.

Pure. A slice sends by handing an `Outgoing` to `PostOffice.send` inside its own transaction, and hears through
handlers that it registers by kind: `Arrived` for each message (also its own, when they are replayed after a restore),
`Settled` for each receipt or surrender of a message it sent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    import msgspec
    from sqlalchemy import Connection

    from lienlac.wire.message import Header, Marks
    from lienlac.wire.receipt import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message to be sent. Lane and version come from the kind; sequence, chain and signatures from the exchange."""

    kind: str
    body: msgspec.Struct
    recipient: str
    purpose: str
    legal_basis: str
    marks: Marks
    addressees: tuple[str, ...]
    legal_basis_text: str = ""
    typology: str | None = None
    record_id: str | None = None
    case_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message signed, sealed, logged and queued; it leaves when the caller's transaction commits."""

    header: Header
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A verified message. `received_at` is the instant that the receipt states.

    `replayed` is true for what comes back after a restore: it was judged when it first came, and both sides have signed
    that it was accepted, so take it as it is, whatever is still missing around it. `ours` is true for the node's own
    messages among these: apply them as if just sent. `sent_at` is only displayed, never decided upon.
    """

    header: Header
    body: Any
    digest: str
    received_at: datetime
    ours: bool = False
    replayed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The end of a message's journey: the peer's verdict, or that a person here gave it up (`verdict` None)."""

    header: Header
    digest: str
    verdict: Verdict | None
    code: str | None
    reason: str
    received_at: datetime | None


class ArrivalHandler(Protocol):
    """Called inside the arrival's transaction; raising aborts it, `Refused` becomes the signed refusal."""

    def __call__(self, connection: Connection, arrived: Arrived, /) -> None:
        """Take the message in."""
        ...


class SettlementHandler(Protocol):
    """Called inside the transaction that stores the receipt."""

    def __call__(self, connection: Connection, settled: Settled, /) -> None:
        """Take the outcome in."""
        ...


class Sender(Protocol):
    """The part of the post office that a slice's desk needs."""

    def send(self, connection: Connection, outgoing: Outgoing, /) -> Sent:
        """Release rules, sign, seal, log, outbox; raises `NotAllowed` when the agreement or the link forbids it."""
        ...


AfterCommit = Callable[[], None]
