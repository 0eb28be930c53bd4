"""Searches of intelligence that officers keep under a name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "intel_saved",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("chosen", sa.LargeBinary(), nullable=False),
        sa.Column("preferred", sa.SmallInteger(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intel_saved")),
    )
    with op.batch_alter_table("intel_saved", schema=None) as batch_op:
        batch_op.create_index("ix_intel_saved_officer", ["officer_id"], unique=False)
        batch_op.create_index("ix_intel_saved_unit", ["unit_id"], unique=False)
