"""emergency channels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "emergency",
        sa.Column("emergency_id", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=24), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("title_vi", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("typology", sa.String(length=64), nullable=True),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("urgency", sa.String(length=10), nullable=False),
        sa.Column("danger", sa.Boolean(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("handed", sa.Boolean(), nullable=False),
        sa.Column("due_us", sa.BigInteger(), nullable=False),
        sa.Column("due_clock", sa.String(length=20), nullable=True),
        sa.Column("opened_us", sa.BigInteger(), nullable=False),
        sa.Column("updated_us", sa.BigInteger(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("watch_us", sa.BigInteger(), nullable=False),
        sa.Column("watched_us", sa.BigInteger(), nullable=False),
        sa.Column("found_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("emergency_id", name=op.f("pk_emergency")),
    )
    with op.batch_alter_table("emergency", schema=None) as batch_op:
        batch_op.create_index("ix_emergency_live", ["live", "opened_us", "emergency_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_emergency_reference"), ["reference"], unique=False)
        batch_op.create_index(batch_op.f("ix_emergency_watch_us"), ["watch_us"], unique=False)

    op.create_table(
        "emergency_fact",
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("emergency_id", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("standing", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("received_us", sa.BigInteger(), nullable=True),
        sa.Column("officer_id", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_emergency_fact")),
    )
    with op.batch_alter_table("emergency_fact", schema=None) as batch_op:
        batch_op.create_index("ix_emergency_fact_emergency", ["emergency_id", "message_id"], unique=False)

    op.create_table(
        "emergency_link",
        sa.Column("emergency_id", sa.String(length=40), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("emergency_id", "request_id", name=op.f("pk_emergency_link")),
    )
    with op.batch_alter_table("emergency_link", schema=None) as batch_op:
        batch_op.create_index("ix_emergency_link_request", ["request_id"], unique=False)
    _beside()


def _beside() -> None:
    """What stands beside the channels themselves."""
    op.create_table(
        "emergency_notice",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("emergency_id", sa.String(length=40), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("clock", sa.String(length=20), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_emergency_notice")),
    )
    with op.batch_alter_table("emergency_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_emergency_notice_emergency_id"), ["emergency_id"], unique=False)

    op.create_table(
        "emergency_number",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_emergency_number")),
    )
    op.create_table(
        "emergency_once",
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("emergency_id", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("officer_id", "key", name=op.f("pk_emergency_once")),
    )
    with op.batch_alter_table("emergency_once", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_emergency_once_at_us"), ["at_us"], unique=False)
