"""files beside messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_attachment",
        sa.Column("attachment_id", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=3), nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sealed_key", sa.Text(), nullable=True),
        sa.Column("blob_id", sa.String(length=40), nullable=True),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("chunks", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_us", sa.BigInteger(), nullable=False),
        sa.Column("last_code", sa.String(length=64), nullable=True),
        sa.Column("last_reason", sa.Text(), nullable=True),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.Column("moved_us", sa.BigInteger(), nullable=False),
        sa.Column("done_us", sa.BigInteger(), nullable=True),
        sa.Column("proof_id", sa.String(length=40), nullable=True),
        sa.Column("tell", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_exchange_attachment")),
    )
    with op.batch_alter_table("exchange_attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exchange_attachment_message_id"), ["message_id"], unique=False)
        batch_op.create_index("ix_exchange_attachment_stage", ["stage", "way", "next_us"], unique=False)
        batch_op.create_index("ix_exchange_attachment_tell", ["tell"], unique=False)

    op.create_table(
        "exchange_upload",
        sa.Column("upload_id", sa.String(length=40), nullable=False),
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("blob_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("upload_id", name=op.f("pk_exchange_upload")),
    )
    with op.batch_alter_table("exchange_upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exchange_upload_made_us"), ["made_us"], unique=False)
        batch_op.create_index(batch_op.f("ix_exchange_upload_officer_id"), ["officer_id"], unique=False)
