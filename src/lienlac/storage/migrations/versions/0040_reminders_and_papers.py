"""what people were reminded of, and files of papers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reminder_told",
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("told_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("officer_id", "key", name=op.f("pk_reminder_told")),
    )
    op.create_index(op.f("ix_reminder_told_told_us"), "reminder_told", ["told_us"], unique=False)
    op.create_table(
        "delegation_file",
        sa.Column("element", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("blob_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("element", "digest", name=op.f("pk_delegation_file")),
    )
    op.create_index(op.f("ix_delegation_file_record_id"), "delegation_file", ["record_id"], unique=False)
