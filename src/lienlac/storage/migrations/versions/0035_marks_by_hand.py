"""Marks that officers set beside objects, kept for the versions that come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "intel_mark",
        sa.Column("collection", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("object_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("tlp", sa.SmallInteger(), nullable=False),
        sa.Column("pap", sa.String(length=20), nullable=False),
        sa.Column("handling", sa.String(length=40), nullable=False),
        sa.Column("grade_4x4", sa.String(length=2), nullable=False),
        sa.Column("grade_6x6", sa.String(length=2), nullable=False),
        sa.PrimaryKeyConstraint("collection", "object_key", "object_id", name=op.f("pk_intel_mark")),
    )
