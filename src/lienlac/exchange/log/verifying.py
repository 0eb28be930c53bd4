"""`lienlac log verify`: the whole log from its leaves, everything it stands for, and both sides' heads (clauses 8.x).

Three questions: do the leaves still make the roots that were given out; does every message, receipt and journal entry
in the database still have the digest that its leaf says, with none missing, none added, and no column that tells
another story than the logged bytes; does the peer's log, as it was witnessed here, never contradict itself. Reads one
snapshot, streams, changes nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003  # read by msgspec at run time
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from lienlac import clock
from lienlac.agreements import store as agreements
from lienlac.errors import Refused
from lienlac.exchange import store
from lienlac.journal import journal_entry
from lienlac.keys import jws
from lienlac.storage import audit, heads, ledger
from lienlac.wire.leaves import Leaf, leaf_data
from lienlac.wire.message import decode, digest_of
from lienlac.wire.receipt import decode_receipt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from lienlac.exchange.office import Office

_BATCH = 500
"""Things compared with their leaves in one query: below every database's bound on parameters."""

FAULTS_SHOWN_MAX = 50
"""Faults listed by name; beyond that only counted."""


class _Entry(msgspec.Struct):
    """The part of a journal entry that also stands in columns."""

    at: datetime
    actor: str
    action: str
    thing: str


@dataclass(slots=True, kw_only=True)
class Report:
    """What a verification found. Sound when `faults` is empty."""

    size: int = 0
    root: str = ""
    epoch: int = 1
    messages: int = 0
    receipts: int = 0
    entries: int = 0
    peer_heads: dict[str, int] = field(default_factory=dict)
    fault_count: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing at all is wrong."""
        return self.fault_count == 0

    def fault(self, text: str) -> None:
        """One more thing that is wrong."""
        self.fault_count += 1
        if len(self.faults) < FAULTS_SHOWN_MAX:
            self.faults.append(text)


def verify_log(office: Office, progress: Callable[[str, int, int], None] | None = None) -> Report:
    """Verify this node's log and what it witnessed of its peers. `progress` gets a stage, done, total."""
    report = Report()
    tell = progress or _silent
    with office.database.read() as connection:
        report.epoch = ledger.epoch(connection)
        own = heads.roots(connection, office.node_id, ledger.epoch_starts(connection))
        found = audit.verify_all(connection, lambda done, total: tell("leaves", done, total), own)
        report.size, report.root = found.size, found.root.hex()
        if found.first_fault is not None:
            report.fault(f"log leaf {found.first_fault}: {found.reason}")
        _contents(connection, report, tell)
        for peer in agreements.peers(connection):
            latest = heads.latest(connection, peer.node_id)
            report.peer_heads[peer.node_id] = latest.size if latest is not None else 0
            for epoch, size in heads.forks(connection, peer.node_id):
                report.fault(f"{peer.node_id} gave two different heads at size {size} of epoch {epoch}")
    return report


def _contents(connection: Connection, report: Report, tell: Callable[[str, int, int], None]) -> None:
    """Every row against its leaf, every leaf against its row."""
    total = ledger.size(connection)
    expected: dict[Leaf, int] = dict.fromkeys(Leaf, 0)
    done = 0
    things = _things(connection, report)
    while batch := list(islice(things, _BATCH)):
        present = _leaves_of(connection, [name for _, _, name, _ in batch])
        for kind, digest, name, exact in batch:
            expected[kind] += 1
            if not exact:
                report.fault(f"{name}: the stored bytes are not the ones that were logged")
            if (name, leaf_data(kind, digest)) not in present:
                report.fault(f"{name}: no leaf in the log")
        done += len(batch)
        tell("contents", done, total)
    counted = _leaf_counts(connection)
    for kind in Leaf:
        if counted.get(kind, 0) > expected[kind]:
            report.fault(f"{counted[kind] - expected[kind]} {kind.name.lower()} in the log but not in the record")


def _things(connection: Connection, report: Report) -> Iterator[tuple[Leaf, str, str, bool]]:
    """Leaf type, digest, reference, and whether the stored bytes have the digest of their name."""
    for row in store.each_message(connection):
        report.messages += 1
        ours = row.direction != "in"
        kind, name = (Leaf.MESSAGE_SENT, "sent") if ours else (Leaf.MESSAGE_RECEIVED, "received")
        yield kind, row.digest, f"{name}:{row.digest}", digest_of(row.signed) == row.digest and _columns_hold(row)
        if row.receipt is not None:
            report.receipts += 1
            kind, name = (
                (Leaf.RECEIPT_RECEIVED, "receipt-received") if ours else (Leaf.RECEIPT_ISSUED, "receipt-issued")
            )
            yield kind, digest_of(row.receipt), f"{name}:{row.digest}", _receipt_columns_hold(row)
    for entry in connection.execution_options(yield_per=1000).execute(sa.select(journal_entry)):
        report.entries += 1
        yield Leaf.JOURNAL_ENTRY, entry.digest, f"journal:{entry.digest}", _entry_holds(entry)


def _columns_hold(row: store.Stored) -> bool:
    """The columns, by which messages are found and shown, say what the signed bytes say."""
    try:
        header = decode(jws.payload_unverified(row.signed)).header
    except Refused:
        return False
    said = (header.lane, header.sequence, header.id, header.kind, header.record_id)
    peer = header.sender if row.direction == "in" else header.recipient
    return (row.lane, row.sequence, row.message_id, row.kind, row.record_id, row.peer) == (*said, peer)


def _receipt_columns_hold(row: store.Stored) -> bool:
    """The receipt is about this message, and its columns say what it says."""
    if row.receipt is None:
        return True
    try:
        receipt = decode_receipt(jws.payload_unverified(row.receipt))
    except Refused:
        return False
    said = (receipt.digest, receipt.verdict.value, receipt.code, clock.to_us(receipt.received_at))
    return (row.digest, row.verdict, row.code, row.receipt_at_us) == said


def _entry_holds(row: Any) -> bool:
    """The entry's bytes are the logged ones, and its columns say what they say."""
    if hashlib.sha256(row.entry).hexdigest() != row.digest:
        return False
    said = msgspec.json.decode(row.entry, type=_Entry)
    return (said.actor, said.action, said.thing, clock.to_us(said.at)) == (row.actor, row.action, row.thing, row.at_us)


def _leaves_of(connection: Connection, refs: list[str]) -> set[tuple[str, bytes]]:
    query = sa.select(ledger.leaves.c.ref, ledger.leaves.c.leaf_data).where(ledger.leaves.c.ref.in_(refs))
    return {(ref, bytes(data)) for ref, data in connection.execute(query)}


def _leaf_counts(connection: Connection) -> dict[int, int]:
    first_byte = sa.func.substr(ledger.leaves.c.leaf_data, 1, 1)
    rows = connection.execute(sa.select(first_byte, sa.func.count()).group_by(first_byte))
    return {bytes(kind)[0]: count for kind, count in rows}


def _silent(_stage: str, _done: int, _total: int) -> None:
    return
