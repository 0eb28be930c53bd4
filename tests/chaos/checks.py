"""What must hold between two nodes once everything is healed, read from their databases and asked of their commands.

Nothing lost, nothing twice, the same receipts, the same facts, no gap in any lane, both logs sound and each other's.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lienlac import settings
from lienlac.agreements import store as agreements
from lienlac.exchange.link.watch import link_status
from lienlac.exchange.store.tables import dead_letter_table, held_table, message_table, outbox_table
from lienlac.hotline.store import fact_table
from lienlac.storage.database import Database
from tests.chaos.processes import LiveNode, LivePair, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

    from lienlac.exchange.link.watch import LinkStatus

SAME = ("lane", "sequence", "digest", "message_id", "kind", "chain", "signed", "receipt", "verdict", "code")
"""Columns of a message that both sides hold alike."""
SAME_FACT = ("message_id", "request_id", "digest", "sequence", "kind", "header", "body", "standing", "received_us")


@contextmanager
def reading(node: LiveNode) -> Iterator[Connection]:
    """A node's database, beside its server."""
    with Database.open(settings.load(node.folder).database) as database, database.read() as connection:
        yield connection


def waiting(node: LiveNode) -> int:
    """How many messages wait for the other side."""
    with reading(node) as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(outbox_table)).scalar_one())


def receipted(node: LiveNode) -> int:
    """How many messages this node sent and holds the receipt of."""
    query = sa.select(sa.func.count()).where(message_table.c.direction == "out", message_table.c.receipt.is_not(None))
    with reading(node) as connection:
        return int(connection.execute(query).scalar_one())


def holds(node: LiveNode, request_id: str) -> bool:
    """Whether a request has arrived."""
    with reading(node) as connection:
        return bool(connection.execute(sa.select(fact_table).where(fact_table.c.request_id == request_id)).first())


def status(node: LiveNode) -> LinkStatus:
    """The link with the one partner as the screens read it; quicker to wait for than a command."""
    with reading(node) as connection:
        (peer,) = agreements.peers(connection)
        return link_status(connection, peer, None)


def state(node: LiveNode) -> str:
    """The one word for the link."""
    return status(node).state.value


def settle(pair: LivePair) -> None:
    """Wait until nothing waits on either side."""
    wait_for(lambda: not any(waiting(node) for node in pair), "something is never delivered")


def whole(pair: LivePair, requests: Iterable[str], *, answers: int) -> None:
    """Everything that must hold; `requests` were acknowledged to their officers, `answers` is how many were answered."""
    settle(pair)
    for sender, taker in ((pair.us, pair.vn), (pair.vn, pair.us)):
        sent, taken = _record(sender, "out"), _record(taker, "in")
        assert len(sent) == len(taken)
        assert sent == taken
        assert {row["verdict"] for row in sent} == {"accepted"}
        assert all(row["receipt"] for row in sent)
        assert _gap_free(sent)
        assert len({row["message_id"] for row in sent}) == len(sent)
    assert _nothing_left(pair.vn)
    assert _nothing_left(pair.us)
    ours, theirs = _facts(pair.us), _facts(pair.vn)
    assert ours == theirs
    kinds = Counter(fact["kind"] for fact in ours)
    opened = {fact["request_id"] for fact in ours if fact["kind"] == "hotline.freeze-payment"}
    assert set(requests) <= opened
    assert kinds["hotline.acknowledge"] == answers
    for node in pair:
        report = node.data_here("log", "verify", "--ask-partner")  # any fault is another exit code
        assert report["sound"]
        assert all("size" in partner for partner in report["partners"].values()), report["partners"]


def _record(node: LiveNode, direction: str) -> list[dict[str, Any]]:
    table = message_table.c
    query = sa.select(*(table[name] for name in SAME)).where(table.direction == direction)
    with reading(node) as connection:
        return [dict(row._mapping) for row in connection.execute(query.order_by(table.lane, table.sequence))]


def _facts(node: LiveNode) -> list[dict[str, Any]]:
    table = fact_table.c
    query = sa.select(*(table[name] for name in SAME_FACT)).order_by(table.message_id)
    with reading(node) as connection:
        return [dict(row._mapping) for row in connection.execute(query)]


def _gap_free(record: list[dict[str, Any]]) -> bool:
    lanes = {row["lane"] for row in record}
    places = {lane: [row["sequence"] for row in record if row["lane"] == lane] for lane in lanes}
    return all(found == list(range(1, len(found) + 1)) for found in places.values())


def _nothing_left(node: LiveNode) -> bool:
    """No message held back, put before a person, or replaced."""
    void = sa.select(message_table.c.digest).where(message_table.c.direction == "void")
    with reading(node) as connection:
        return not any(
            connection.execute(query).first() for query in (sa.select(held_table), sa.select(dead_letter_table), void)
        )
