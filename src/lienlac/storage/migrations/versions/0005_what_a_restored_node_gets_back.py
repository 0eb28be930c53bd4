"""what a restored node gets back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_recovery",
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("began_us", sa.BigInteger(), nullable=False),
        sa.Column("log_size", sa.BigInteger(), nullable=False),
        sa.Column("log_lost", sa.Boolean(), nullable=False),
        sa.Column("ours", sa.Integer(), nullable=False),
        sa.Column("theirs", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("peer", name=op.f("pk_exchange_recovery")),
    )
    op.create_table(
        "exchange_regained",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.Column("lane", sa.String(length=10), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.Column("unread", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_exchange_regained")),
    )
    with op.batch_alter_table("exchange_regained", schema=None) as batch_op:
        batch_op.create_index("ix_exchange_regained_id", ["peer", "message_id"], unique=False)
        batch_op.create_index("ix_exchange_regained_place", ["peer", "ours", "lane", "sequence"], unique=True)
