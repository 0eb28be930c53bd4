"""Requests that go on from others, and refusals that wait for a second officer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hotline_follow",
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("earlier_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_hotline_follow")),
    )
    with op.batch_alter_table("hotline_follow", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hotline_follow_earlier_id"), ["earlier_id"], unique=False)

    op.create_table(
        "hotline_proposal",
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("returned_by", sa.String(length=300), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_hotline_proposal")),
    )
    with op.batch_alter_table("hotline_proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hotline_proposal_at_us"), ["at_us"], unique=False)
