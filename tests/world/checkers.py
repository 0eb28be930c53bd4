"""What must hold in the simulated world, checked from outside: reads the nodes' files, calls no rule of theirs.

`safety` holds at every moment; `settled` only once everything has been healed. Each raises `Broken` in plain words.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

import sqlalchemy as sa

from lienlac.exchange import store
from lienlac.exchange.log.verifying import verify_log
from lienlac.exchange.store.tables import outbox_table
from lienlac.keys import jws
from lienlac.storage import heads, ledger
from lienlac.wire.leaves import Leaf, leaf_data
from lienlac.wire.message import Lane, decode, digest_of
from lienlac.wire.receipt import decode_receipt
from tests.world import pebbles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.world.nodes import SimNode


class Broken(AssertionError):
    """A promise of the exchange does not hold."""


def check(holds: bool, text: str) -> None:  # reads as an assertion
    if not holds:
        raise Broken(text)


# --- at every moment ----------------------------------------------------------------------------------------------


def safety(nodes: Iterable[SimNode], written: dict[str, str]) -> None:
    """Nothing applied twice, nothing applied that nobody wrote, arrivals without gaps. `written`: text to author.

    A file to which nothing was committed since it was last found good is not read again.
    """
    for node in nodes:
        if node.eye.anything_new():
            applied_once(node, written)
            arrivals_gap_free(node)
            sent_once(node)
            node.eye.found_good()


def applied_once(node: SimNode, written: dict[str, str]) -> None:
    rows = node.eye.see("SELECT text, author FROM pebble_applied")
    counted = Counter(text for text, _ in rows)
    for text, count in counted.items():
        check(count == 1, f"{node.node_id} applied {text} {count} times")
    for text, author in rows:
        check(written.get(text) == author, f"{node.node_id} applied {text}, which {author} never wrote")
        check(not text.startswith(pebbles.UNWANTED), f"{node.node_id} refused {text} and applied it")


def arrivals_gap_free(node: SimNode) -> None:
    lanes = node.eye.see("SELECT peer, lane, sequence FROM exchange_lane WHERE direction = 'in'")
    stands = {(peer, lane): sequence for peer, lane, sequence in lanes}
    for peer, lane, count, last in node.eye.see(PLACES, "in"):
        where, at = f"{node.node_id} from {peer} {lane}", stands.get((peer, lane))
        check(count == last, f"{where}: {count} messages up to sequence {last}")
        check(at == last, f"{where}: stands at {at}, last message {last}")


def sent_once(node: SimNode) -> None:
    for peer, lane, count, last in node.eye.see(PLACES, "out"):
        check(count == last, f"{node.node_id} to {peer} {lane}: {count} messages up to sequence {last}")


PLACES = "SELECT peer, lane, count(*), max(sequence) FROM exchange_message WHERE direction = ? GROUP BY peer, lane"


# --- once everything is healed ------------------------------------------------------------------------------------


Heads = set[tuple[int, int, bytes]]
"""Epoch, size and root of heads that were lost with a disk."""


def settled(nodes: list[SimNode], written: dict[str, str], uncertain: set[str], lost_heads: Heads) -> None:
    """Nothing lost: both sides have the same record, receipts, folds, and logs that agree with each other."""
    for node in nodes:
        nothing_waits(node)
        everything_logged(node)
    for node in nodes:
        for peer in nodes:
            if node is not peer:
                same_record(node, peer)
                witnessed(node, peer, lost_heads)
    folds_equal(nodes, written, uncertain)


def nothing_waits(node: SimNode) -> None:
    with node.database.read() as connection:
        waiting = connection.execute(
            sa.select(outbox_table.c.peer, outbox_table.c.lane, outbox_table.c.sequence, outbox_table.c.last_code)
        ).all()
        check(not waiting, f"{node.node_id} still has to deliver {waiting}")
        letters = store.dead_letters(connection)
        check(not letters, f"{node.node_id} has undecided letters: {[letter.code for letter in letters]}")


def everything_logged(node: SimNode) -> None:
    report = verify_log(node.post.office)
    check(report.sound, f"{node.node_id}: {report.faults}")


def same_record(sender: SimNode, recipient: SimNode) -> None:
    """Every lane from one to the other: the same messages in the same places, chained, with the same receipts."""
    with sender.database.read() as a, recipient.database.read() as b:
        for lane in Lane:
            out = store.lane_messages(a, recipient.node_id, "out", lane, after=0, rows=10_000)
            taken = store.lane_messages(b, sender.node_id, "in", lane, after=0, rows=10_000)
            where = f"{sender.node_id} -> {recipient.node_id} {lane.value}"
            check(
                [item.digest for item in out] == [item.digest for item in taken],
                f"{where}: {len(out)} sent, {len(taken)} taken, or not the same ones",
            )
            previous = None
            for number, (ours, theirs) in enumerate(zip(out, taken, strict=True), start=1):
                check(ours.sequence == number, f"{where}: place {ours.sequence} where {number} should be")
                check(ours.receipt is not None, f"{where} {number}: no receipt at the sender")
                check(ours.receipt == theirs.receipt, f"{where} {number}: two different receipts")
                payload = jws.payload_unverified(ours.signed)
                check(digest_of(ours.signed) == ours.digest, f"{where} {number}: digest")
                header = decode(payload).header
                check(previous is None or header.previous == previous, f"{where} {number}: chain")
                previous = hashlib.sha256(payload).hexdigest()
                receipt = decode_receipt(jws.payload_unverified(ours.receipt or b""))
                check(receipt.digest == ours.digest, f"{where} {number}: receipt for another message")
                for node, connection, leaf, name in (
                    (sender, a, Leaf.MESSAGE_SENT, "sent"),
                    (recipient, b, Leaf.MESSAGE_RECEIVED, "received"),
                ):
                    found = ledger.find(connection, f"{name}:{ours.digest}")
                    wanted = leaf_data(leaf, ours.digest)
                    count = sum(ledger.leaf(connection, index).data == wanted for index in found)
                    check(count == 1, f"{where} {number}: {count} leaves at {node.node_id}")


def witnessed(witness: SimNode, node: SimNode, lost_heads: Heads) -> None:
    """Every head of a node's log that another node saw fits the log as it is, except what a lost disk took along."""
    with witness.database.read() as w, node.database.read() as n:
        check(
            not heads.forks(w, node.node_id),
            f"{witness.node_id} saw forks of {node.node_id}: {heads.forks(w, node.node_id)}",
        )
        check(not [a for a in store.alarms(w, node.node_id) if a.code == "log-forked"], "a fork was seen")
        for row in w.execute(sa.select(heads.heads).where(heads.heads.c.name == node.node_id)):
            if (row.epoch, row.size, bytes(row.root)) in lost_heads:
                continue
            where = f"{witness.node_id} saw {node.node_id} at {row.size} of epoch {row.epoch}"
            check(row.size <= ledger.size(n), f"{where}, but the log is shorter")
            check(ledger.head_at(n, row.size).root == bytes(row.root), f"{where} with another root")


def folds_equal(nodes: list[SimNode], written: dict[str, str], uncertain: set[str]) -> None:
    """What each sender believes accepted is what each recipient applied; nothing certain is missing."""
    seen: set[str] = set()
    for sender in nodes:
        for recipient in nodes:
            if sender is recipient:
                continue
            with sender.database.read() as a, recipient.database.read() as b:
                own = pebbles.own.c
                mine = {
                    row.text: row.state
                    for row in a.execute(sa.select(own.text, own.state).where(own.peer == recipient.node_id))
                }
                theirs = set(
                    b.execute(
                        sa.select(pebbles.applied.c.text).where(pebbles.applied.c.author == sender.node_id)
                    ).scalars()
                )
            accepted = {text for text, state in mine.items() if state == "accepted"}
            where = f"{sender.node_id} -> {recipient.node_id}"
            check(accepted == theirs, f"{where}: only one side has {sorted(accepted ^ theirs)}")
            waiting = {text for text, state in mine.items() if state == "pending"}
            check(not waiting, f"{where}: no word about {sorted(waiting)}")
            seen |= set(mine)
    lost = set(written) - seen - uncertain
    check(not lost, f"lost: {sorted(lost)}")
