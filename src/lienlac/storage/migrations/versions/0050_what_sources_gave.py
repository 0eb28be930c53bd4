"""How much every source has given each collection, counted once from what is stored and held."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    gave = op.create_table(
        "intel_source_gave",
        sa.Column("source", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("collection", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stored", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("last_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "collection", name=op.f("pk_intel_source_gave")),
    )
    op.create_index("ix_intel_source_gave_last", "intel_source_gave", ["last_us", "source", "collection"], unique=False)
    found: dict[tuple[int, int], dict[str, int]] = {}
    for name, table, last in (("stored", "intel_object", "added_us"), ("held", "intel_held", "first_us")):
        rows = sa.table(table, sa.column("source"), sa.column("collection"), sa.column(last))
        query = sa.select(rows.c.source, rows.c.collection, sa.func.count(), sa.func.max(rows.c[last]))
        for source, collection, count, last_us in op.get_bind().execute(
            query.group_by(rows.c.source, rows.c.collection)
        ):
            one = found.setdefault(
                (source, collection),
                {"source": source, "collection": collection, "stored": 0, "held": 0, "last_us": 0},
            )
            one[name] = count
            one["last_us"] = max(one["last_us"], last_us)
    if found:
        op.bulk_insert(gave, list(found.values()))
