"""flash warnings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "flash_warning",
        sa.Column("warning_id", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=24), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("title_vi", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("typology", sa.String(length=64), nullable=True),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("danger", sa.Boolean(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("valid_us", sa.BigInteger(), nullable=False),
        sa.Column("versions", sa.Integer(), nullable=False),
        sa.Column("warned_us", sa.BigInteger(), nullable=False),
        sa.Column("due_us", sa.BigInteger(), nullable=False),
        sa.Column("read_us", sa.BigInteger(), nullable=True),
        sa.Column("read_by", sa.String(length=300), nullable=True),
        sa.Column("useful", sa.String(length=10), nullable=True),
        sa.Column("updated_us", sa.BigInteger(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("watch_us", sa.BigInteger(), nullable=False),
        sa.Column("watched_us", sa.BigInteger(), nullable=False),
        sa.Column("found_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("warning_id", name=op.f("pk_flash_warning")),
    )
    with op.batch_alter_table("flash_warning", schema=None) as batch_op:
        batch_op.create_index("ix_flash_warning_standing", ["standing", "warned_us", "warning_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_flash_warning_reference"), ["reference"], unique=False)
        batch_op.create_index(batch_op.f("ix_flash_warning_watch_us"), ["watch_us"], unique=False)
    _facts()
    _beside()


def _facts() -> None:
    op.create_table(
        "flash_fact",
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("warning_id", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("standing", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("received_us", sa.BigInteger(), nullable=True),
        sa.Column("officer_id", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_flash_fact")),
    )
    with op.batch_alter_table("flash_fact", schema=None) as batch_op:
        batch_op.create_index("ix_flash_fact_warning", ["warning_id", "message_id"], unique=False)
    op.create_table(
        "flash_version",
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("warning_id", sa.String(length=40), nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("received_us", sa.BigInteger(), nullable=False),
        sa.Column("read_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_flash_version")),
    )
    with op.batch_alter_table("flash_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_flash_version_warning_id"), ["warning_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_flash_version_received_us"), ["received_us"], unique=False)


def _beside() -> None:
    """Running numbers, and forms that were sent already."""
    op.create_table(
        "flash_number",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_flash_number")),
    )
    op.create_table(
        "flash_once",
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("officer_id", "key", name=op.f("pk_flash_once")),
    )
    with op.batch_alter_table("flash_once", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_flash_once_at_us"), ["at_us"], unique=False)
