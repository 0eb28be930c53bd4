"""A paper's code, and the message it leads to, as programs see it."""

from __future__ import annotations

from datetime import datetime

from lienlac.interface.parts import Given, Line, Told


class PaperCode(Given, frozen=True, kw_only=True):
    """What stands on a paper: its verification code, or the message's digest."""

    code: Line


class PaperReceipt(Told, frozen=True, kw_only=True):
    """A receipt of the message."""

    verdict: str
    received_at: datetime
    code: str | None = None


class Place(Told, frozen=True, kw_only=True):
    """Where the message or its receipt stands in the node's log, under the signed head of that size."""

    node: str
    epoch: int
    leaf: str
    index: int
    size: int
    root: str


class Verified(Told, frozen=True, kw_only=True):
    """The message that a paper speaks of; the node has just checked every signature and its places in the log."""

    digest: str
    code: str
    message_id: str
    kind: str
    record_id: str | None = None
    sender: str
    recipient: str
    sent_at: datetime
    lane: str
    sequence: int
    direction: str
    receipts: list[PaperReceipt]
    log: list[Place]
    fingerprints: dict[str, list[str]]
