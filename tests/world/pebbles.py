"""A slice made for the simulated world: three kinds, one for each lane, and a fold that shows every application.

A pebble says one thing. Each application is a row, without any uniqueness, so that applying one twice shows. The
sender keeps its own pebbles beside with what became of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from lienlac.errors import Refused
from lienlac.exchange.post import Outgoing
from lienlac.wire.kinds import Kind
from lienlac.wire.message import Lane, Marks, Pap, Tlp

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lienlac.exchange.post import Arrived, Settled

POISON = "poison"
"""A pebble whose text begins so makes a sick node's handler fail."""
UNWANTED = "unwanted"
"""A pebble whose text begins so is refused by every node."""
PURPOSE = "stop-funds"
BASIS = "bilateral-arrangement"
MARKS = Marks(tlp=Tlp.AMBER, pap=Pap.AMBER)

metadata = sa.MetaData()
applied = sa.Table(
    "pebble_applied",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("message_id", sa.String(40), nullable=False),
    sa.Column("author", sa.String(40), nullable=False),
    sa.Column("text", sa.String(100), nullable=False),
)
own = sa.Table(
    "pebble_own",
    metadata,
    sa.Column("message_id", sa.String(40), primary_key=True),
    sa.Column("peer", sa.String(40), nullable=False),
    sa.Column("text", sa.String(100), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
)


class Pebble(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body."""

    text: str


KINDS = tuple(Kind(f"pebble.{lane.value}", 1, Pebble, lane, opening=True) for lane in Lane)


def outgoing(peer: str, lane: Lane, text: str, **changes: object) -> Outgoing:
    """A pebble for a peer, with everything that the agreement of these tests asks for."""
    values: dict[str, object] = {
        "kind": f"pebble.{lane.value}",
        "body": Pebble(text=text),
        "recipient": peer,
        "purpose": PURPOSE,
        "legal_basis": BASIS,
        "marks": MARKS,
        "addressees": ("duty-officer",),
    }
    return Outgoing(**{**values, **changes})  # type: ignore[arg-type]  # tests may put anything in


@dataclass
class Health:
    """Whether this node's handler fails on poison; lives beside the node's database."""

    sick: bool = False


class Pebbles:
    """The slice's handlers on one node."""

    def __init__(self, health: Health) -> None:
        self._health = health

    def sent(self, connection: Connection, message_id: str, peer: str, text: str) -> None:
        """Called by whoever sent it, in the same transaction."""
        connection.execute(own.insert().values(message_id=message_id, peer=peer, text=text, state="pending"))

    def arrived(self, connection: Connection, arrived: Arrived) -> None:
        header, text = arrived.header, arrived.body.text
        if arrived.ours:
            known = connection.execute(sa.select(own.c.state).where(own.c.message_id == header.id)).first()
            if known is None:
                self.sent(connection, header.id, header.recipient, text)
            return
        connection.execute(applied.insert().values(message_id=header.id, author=header.sender, text=text))
        if self._health.sick and text.startswith(POISON):
            msg = "a handler with a defect"
            raise RuntimeError(msg)
        if text.startswith(UNWANTED):
            raise Refused("body-invalid", reason="unwanted")

    def settled(self, connection: Connection, settled: Settled) -> None:
        state = settled.verdict.value if settled.verdict is not None else "given-up"
        connection.execute(own.update().where(own.c.message_id == settled.header.id).values(state=state))
