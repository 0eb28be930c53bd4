"""Feeds: what comes in from and goes out to others' servers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _feeds()
    _what_they_did()


def _feeds() -> None:
    op.create_table(
        "intel_feed",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("remote", sa.String(length=200), nullable=False),
        sa.Column("collection_id", sa.String(length=36), nullable=False),
        sa.Column("interval_min", sa.Integer(), nullable=False),
        sa.Column("ceiling", sa.String(length=20), nullable=False),
        sa.Column("others", sa.Boolean(), nullable=False),
        sa.Column("tlp", sa.String(length=20), nullable=False),
        sa.Column("pap", sa.String(length=20), nullable=False),
        sa.Column("handling", sa.String(length=40), nullable=False),
        sa.Column("grade_4x4", sa.String(length=2), nullable=False),
        sa.Column("grade_6x6", sa.String(length=2), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("approved_by", sa.String(length=40), nullable=False),
        sa.Column("cursor", sa.LargeBinary(), nullable=False),
        sa.Column("due_us", sa.BigInteger(), nullable=True),
        sa.Column("last_us", sa.BigInteger(), nullable=True),
        sa.Column("worked_us", sa.BigInteger(), nullable=True),
        sa.Column("fails", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("worker", sa.String(length=40), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.Column("new", sa.BigInteger(), nullable=False),
        sa.Column("same", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("kept_back", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intel_feed")),
    )
    with op.batch_alter_table("intel_feed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intel_feed_collection_id"), ["collection_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_intel_feed_due_us"), ["due_us"], unique=False)


def _what_they_did() -> None:
    op.create_table(
        "intel_feed_item",
        sa.Column("feed_id", sa.String(length=40), nullable=False),
        sa.Column("item", sa.String(length=36), nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("feed_id", "item", name=op.f("pk_intel_feed_item")),
    )
    op.create_table(
        "intel_feed_lost",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("feed_id", sa.String(length=40), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("message", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_intel_feed_lost")),
    )
    with op.batch_alter_table("intel_feed_lost", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intel_feed_lost_feed_id"), ["feed_id"], unique=False)

    op.create_table(
        "intel_feed_run",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("feed_id", sa.String(length=40), nullable=False),
        sa.Column("began_us", sa.BigInteger(), nullable=False),
        sa.Column("ended_us", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.BigInteger(), nullable=False),
        sa.Column("more", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("new", sa.BigInteger(), nullable=False),
        sa.Column("same", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("kept_back", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_intel_feed_run")),
    )
    with op.batch_alter_table("intel_feed_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_intel_feed_run_feed_id"), ["feed_id"], unique=False)
