"""The strictest mark that any fact of a shared record bears or bore: what is printed of it is marked so."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_RANKS = {"clear": 0, "green": 1, "amber": 2, "amber+strict": 3, "red": 4}
_ROWS = 2_000


def upgrade() -> None:
    op.add_column("shared_record", sa.Column("tlp", sa.SmallInteger(), nullable=False, server_default="0"))
    _fill()


def _fill() -> None:
    facts = sa.table("shared_fact", sa.column("position"), sa.column("record_id"), sa.column("stated", sa.LargeBinary))
    records = sa.table("shared_record", sa.column("id"), sa.column("tlp"))
    here, after = op.get_bind(), 0
    found: dict[str, int] = {}
    query = sa.select(facts).order_by(facts.c.position).limit(_ROWS)
    while rows := here.execute(query.where(facts.c.position > after)).all():
        for row in rows:
            rank = _RANKS[json.loads(bytes(row.stated))["marks"]["tlp"]]
            found[row.record_id] = max(found.get(row.record_id, 0), rank)
        after = rows[-1].position
    for record_id, rank in found.items():
        here.execute(records.update().where(records.c.id == record_id).values(tlp=rank))
