"""A collection shared from node to node: sealed, durable on both sides, every object checked, stored and answered.

Both nodes are whole, each with its own database on the disk (synchronous=FULL), in this one process; what travels goes
through the courier's own code, by hand instead of a socket. Processor time of each side is counted apart, so that
waiting for a busy core is not; each real node has a core of its own. What an urgent message may have to wait for is the
longest piece of work of either side.
"""

from __future__ import annotations

import json
import tempfile
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _claims import Claims
from _pair import US, VN, carry, pair
from lienlac import assembly
from lienlac.clock import SystemClock
from lienlac.ids import SystemChance
from lienlac.installation import WEB_SECRET_FILE
from lienlac.intelligence.collection import Draft, Giver, Source
from lienlac.intelligence.sharing.kinds import SHARE
from lienlac.keys.card import make_card
from lienlac.keys.suite import NodeKeys
from lienlac.people.officer import Officer, Role
from lienlac.settings import Settings
from lienlac.storage.database import Database

if TYPE_CHECKING:
    from lienlac.assembly import Node

ANALYST = Officer(id="bench", login="bench", name="Bench", unit="Bench", roles=frozenset({Role.ANALYST}))
GREEN = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
FILE = Source(giver=Giver.FILE, ref="0" * 64, label="A file")


def main() -> None:
    claims = Claims(__doc__)
    sizes = (4_000, 12_000) if claims.quick else (20_000, 100_000)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        sender, receiver = (open_node(node_id, Path(name)) for node_id in (VN, US))
        pair(sender.post, receiver.post, kinds=(SHARE,))
        share(sender, receiver, 0, 2_000)  # whatever is loaded and compiled once
        begins = 2_000
        for size in sizes:
            sent = share(sender, receiver, begins, size)
            begins += size
            claims.at_least(f"sender, {size:,} objects", size / sent.out, "objects/s", 10_000)
            claims.at_least(f"receiver, {size:,} objects", size / sent.taken, "objects/s", 10_000)
            claims.say("  bytes on the line for each object", sent.bytes / size, "bytes")
            claims.say("  objects in a message", size / sent.messages, "objects")
            claims.at_most("  longest piece of either side", sent.longest * 1000, "ms", 300)
            claims.say("  longest delivery that is received", sent.delivery * 1000, "ms")
        sender.close()
        receiver.close()
    claims.close()


class Sent:
    """What one share took: processor seconds of each side, the longest piece and delivery, messages and bytes."""

    out = taken = longest = delivery = 0.0
    messages = bytes = 0


def share(sender: Node, receiver: Node, begins: int, size: int) -> Sent:
    """A new collection, shared once, until every object is answered."""
    collection = sender.intelligence.create(ANALYST, Draft(title=f"From {begins}", ceiling="amber"))
    for start in range(begins, begins + size, 1_000):
        raws = [indicator(number) for number in range(start, min(start + 1_000, begins + size))]
        sender.intelligence.bring(ANALYST, collection.id, raws, source=FILE)
    sharing = sender.sharing
    form = {
        "collection": collection.id, "title": "Bench", "purpose": "fight", "legal_basis": "law", "mode": "standing",
        "to": [US],
    }  # fmt: skip
    wanted = _wanted(form)
    sent = Sent()
    (share_id,) = sharing.share(ANALYST, wanted).shares
    while True:
        moved = _timed(sent, "out", lambda: sharing.watch(sender.clock.now()))
        moved = _carry(sent, sender, receiver) or moved
        moved = _timed(sent, "taken", lambda: receiver.sharing.watch(receiver.clock.now())) or moved
        began = time.process_time()
        moved = bool(carry(receiver.post, sender.post)) or moved
        sent.out += time.process_time() - began
        if not moved:
            break
    standing = next(one for one in sharing.shares(ANALYST) if one.share.id == share_id)
    if dict(standing.counts) != {"new": size}:
        raise RuntimeError(dict(standing.counts))
    sent.messages = standing.share.batch
    return sent


def _wanted(form: dict[str, Any]) -> Any:
    """The form, past the shared vocabulary: the benchmark's agreement has words of its own."""
    from lienlac.intelligence.sharing.rules.form import Wanted
    from lienlac.wire.bodies.intelligence import Mode

    return Wanted(
        collection=form["collection"], to=(US,), title=form["title"], mode=Mode.STANDING, types=(), ids=(),
        purpose="fight", legal_basis="law", legal_basis_text="", typology=None, tlp="green", pap="", onward=False,
        let_out=(), why="", digests=(),
    )  # fmt: skip


def _carry(sent: Sent, sender: Node, receiver: Node) -> bool:
    """The courier's work on both sides, each counted with its own."""
    from lienlac.exchange.transport.courier import answer_delivery
    from lienlac.wire.message import Lane

    moved = False
    while True:
        began = time.process_time()
        parcel = sender.post.courier.parcel(US, Lane.BULK)
        sent.out += time.process_time() - began
        if parcel is None:
            return moved
        moved = True
        sent.bytes += len(parcel.body)
        began = time.process_time()
        _, sealed = answer_delivery(receiver.post.office, receiver.post.arrivals, parcel.body, VN)
        took = time.process_time() - began
        sent.taken += took
        sent.delivery = max(sent.delivery, took)
        began = time.process_time()
        sender.post.courier.delivered(parcel, sealed)
        sent.out += time.process_time() - began


def _timed(sent: Sent, side: str, work: Any) -> bool:
    began = time.process_time()
    did = bool(work())
    took = time.process_time() - began
    setattr(sent, side, getattr(sent, side) + took)
    sent.longest = max(sent.longest, took)
    return did


def open_node(node_id: str, folder: Path) -> Node:
    """A whole node on its own durable database."""
    here = folder / node_id
    here.mkdir()
    (here / WEB_SECRET_FILE).write_bytes(b"s" * 32)
    settings = Settings(folder=here, node_id=node_id, name_vi=node_id, name_en=node_id, country=node_id[:2].upper())
    clock = SystemClock()
    keys = NodeKeys.generate(node_id, clock.now())
    card = make_card(
        keys, node_id=node_id, name_vi=node_id, name_en=node_id, country=node_id[:2].upper(), url="",
        created_at=clock.now(),
    ).decode()  # fmt: skip
    database = Database.open(f"sqlite:///{here / 'node.db'}")
    database.create_all()
    return assembly.build_node(settings, database, keys, card, clock=clock, chance=SystemChance())


def indicator(number: int) -> bytes:
    """Like those that feeds carry: about 700 bytes, and no two alike."""
    made = uuid.uuid5(uuid.NAMESPACE_URL, str(number))
    value = {
        "type": "indicator", "spec_version": "2.1", "id": f"indicator--{made}", "created": "2026-10-01T00:00:00.000Z",
        "modified": f"2026-10-02T{number % 24:02d}:{number % 60:02d}:00.000Z", "name": f"Fake platform {made.hex[:12]}",
        "description": f"Seen in an advertisement on {made.hex[5:9]}; victims are led to a chat and asked to pay in.",
        "indicator_types": ["malicious-activity"], "pattern_type": "stix", "valid_from": "2026-10-01T00:00:00Z",
        "pattern": f"[domain-name:value = '{made.hex[:14]}.example']", "object_marking_refs": [GREEN],
        "labels": ["fraud", made.hex[:6]], "confidence": number % 100,
        "external_references": [{"source_name": "report", "url": f"https://{made.hex[8:18]}.example/{number}"}],
    }  # fmt: skip
    return json.dumps(value).encode()


if __name__ == "__main__":
    main()
