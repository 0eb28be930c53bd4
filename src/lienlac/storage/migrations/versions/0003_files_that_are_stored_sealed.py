"""files that are stored sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "storage_blob",
        sa.Column("blob_id", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("chunks", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=True),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("blob_id", name=op.f("pk_storage_blob")),
    )
    with op.batch_alter_table("storage_blob", schema=None) as batch_op:
        batch_op.create_index("ix_storage_blob_content", ["source", "digest"], unique=False)

    op.create_table(
        "storage_blob_use",
        sa.Column("blob_id", sa.String(length=40), nullable=False),
        sa.Column("used_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("blob_id", "used_by", name=op.f("pk_storage_blob_use")),
    )
