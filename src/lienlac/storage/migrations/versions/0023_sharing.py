"""Sharing of intelligence: shares and their messages, what each peer was given, what came from peers, sightings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _shares()
    _given()
    _theirs()


def _shares() -> None:
    """What was decided, and the messages that came of it."""
    op.create_table(
        "intel_share",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("collection", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("order", sa.LargeBinary(), nullable=False),
        sa.Column("cursor_us", sa.BigInteger(), nullable=False),
        sa.Column("look_us", sa.BigInteger(), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("problem", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("changed_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_intel_share")),
        sa.UniqueConstraint("id", name=op.f("uq_intel_share_id")),
    )
    with op.batch_alter_table("intel_share", schema=None) as batch_op:
        batch_op.create_index("ix_intel_share_collection", ["collection", "state"], unique=False)
        batch_op.create_index("ix_intel_share_peer", ["peer", "number"], unique=False)
    op.create_table(
        "intel_parcel",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("share", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("objects", sa.BigInteger(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("answered_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_intel_parcel")),
        sa.UniqueConstraint("message_id", name=op.f("uq_intel_parcel_message_id")),
    )
    with op.batch_alter_table("intel_parcel", schema=None) as batch_op:
        batch_op.create_index("ix_intel_parcel_peer", ["peer", "state", "at_us"], unique=False)
        batch_op.create_index("ix_intel_parcel_share", ["share", "number"], unique=False)
    op.create_table(
        "intel_once",
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("officer_id", "key", name=op.f("pk_intel_once")),
    )


def _given() -> None:
    """What each peer was given."""
    op.create_table(
        "intel_given",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("object_key", sa.BigInteger(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("share", sa.BigInteger(), nullable=False),
        sa.Column("version_us", sa.BigInteger(), nullable=False),
        sa.Column("tlp", sa.SmallInteger(), nullable=False),
        sa.Column("parcel", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_intel_given")),
    )
    with op.batch_alter_table("intel_given", schema=None) as batch_op:
        batch_op.create_index("ix_intel_given_object", ["object_key", "peer"], unique=False)
        batch_op.create_index("ix_intel_given_parcel", ["parcel", "place"], unique=False)
        batch_op.create_index("ix_intel_given_share", ["share", "state", "number"], unique=False)
        batch_op.create_index("ix_intel_given_state", ["state", "number"], unique=False)


def _theirs() -> None:
    """What comes in."""
    op.create_table(
        "intel_arrived",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("share_id", sa.String(length=40), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("grade_4x4", sa.String(length=2), nullable=False),
        sa.Column("grade_6x6", sa.String(length=2), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("states", sa.Text(), nullable=False),
        sa.Column("reasons", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("done_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_intel_arrived")),
        sa.UniqueConstraint("message_id", name=op.f("uq_intel_arrived_message_id")),
    )
    with op.batch_alter_table("intel_arrived", schema=None) as batch_op:
        batch_op.create_index("ix_intel_arrived_due", ["state", "number"], unique=False)
        batch_op.create_index("ix_intel_arrived_share", ["peer", "share_id", "number"], unique=False)
    op.create_table(
        "intel_room",
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("collection", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("peer", name=op.f("pk_intel_room")),
    )
    op.create_table(
        "intel_sighting",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("object_key", sa.BigInteger(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("collection", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("first_us", sa.BigInteger(), nullable=True),
        sa.Column("last_us", sa.BigInteger(), nullable=True),
        sa.Column("useful", sa.SmallInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_intel_sighting")),
        sa.UniqueConstraint("message_id", name=op.f("uq_intel_sighting_message_id")),
    )
    with op.batch_alter_table("intel_sighting", schema=None) as batch_op:
        batch_op.create_index("ix_intel_sighting_object", ["object_key", "number"], unique=False)
