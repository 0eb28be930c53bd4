"""Reports that were read in and wait for confirmation: stripped texts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "intel_intake",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.String(length=300), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intel_intake")),
    )
    op.create_index(op.f("ix_intel_intake_at_us"), "intel_intake", ["at_us"], unique=False)
    op.create_index(op.f("ix_intel_intake_officer_id"), "intel_intake", ["officer_id"], unique=False)
