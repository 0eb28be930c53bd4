"""cases beside things.

What cases link to, to be found from the other end: links that were stated before are read out of their facts.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_link",
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("element", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "element", name=op.f("pk_case_link")),
    )
    op.create_index("ix_case_link_target", "case_link", ["target", "record_id"], unique=False)
    _fill()


def _fill() -> None:
    facts = sa.table(
        "shared_fact",
        *(sa.column(name) for name in ("record_id", "element", "kind", "newest", "takes_back", "position")),
        sa.column("stated", sa.LargeBinary),
    )
    made = sa.table("case_link", sa.column("record_id"), sa.column("element"), sa.column("target"))
    here = op.get_bind()
    query = (
        sa.select(facts.c.record_id, facts.c.element, facts.c.stated)
        .where(
            facts.c.kind == "link",
            facts.c.newest == 1,
            facts.c.takes_back == 0,
            facts.c.record_id.like("cas-%"),
        )
        .order_by(facts.c.position)
    )
    found = {(row.record_id, row.element): json.loads(bytes(row.stated)) for row in here.execute(query)}
    rows = [
        {"record_id": record_id, "element": element, "target": stated["says"]["target"]}
        for (record_id, element), stated in found.items()
    ]
    if rows:
        here.execute(made.insert(), rows)
