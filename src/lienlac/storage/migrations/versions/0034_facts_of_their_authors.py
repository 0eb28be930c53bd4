"""A fact's id is its author's; what stands in the way of a member; facts found by author."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("shared_fact", schema=None) as batch_op:
        batch_op.add_column(sa.Column("takes_back", sa.SmallInteger(), server_default=sa.text("'0'"), nullable=False))
        batch_op.drop_constraint(op.f("uq_shared_fact_id"), type_="unique")
        batch_op.drop_constraint(op.f("uq_shared_fact_element_record_id_author_version"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_shared_fact_id_author"), ["id", "author"])
        batch_op.create_index("ix_shared_fact_element", ["element", "record_id", "author", "version"], unique=False)
        batch_op.create_index("ix_shared_fact_author", ["record_id", "author", "position"], unique=False)
    op.create_table(
        "shared_pace",
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("pack", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "peer", name=op.f("pk_shared_pace")),
    )
