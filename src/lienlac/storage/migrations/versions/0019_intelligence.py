"""Intelligence: collections, objects, sources, quarantine, what became of calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "intel_collection",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("title_key", sa.String(length=600), nullable=False),
        sa.Column("description_vi", sa.Text(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column("ceiling", sa.String(length=20), nullable=False),
        sa.Column("readable", sa.Boolean(), nullable=False),
        sa.Column("writable", sa.Boolean(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("closed_us", sa.BigInteger(), nullable=True),
        sa.Column("last_us", sa.BigInteger(), nullable=False),
        sa.Column("objects", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_intel_collection")),
        sa.UniqueConstraint("id", name=op.f("uq_intel_collection_id")),
        sa.UniqueConstraint("title_key", name=op.f("uq_intel_collection_title_key")),
    )
    op.create_table(
        "intel_object",
        sa.Column("added_us", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("collection", sa.BigInteger(), nullable=False),
        sa.Column("object_key", sa.BigInteger(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("spec", sa.SmallInteger(), nullable=False),
        sa.Column("version_us", sa.BigInteger(), nullable=False),
        sa.Column("standing", sa.SmallInteger(), nullable=False),
        sa.Column("revoked", sa.SmallInteger(), nullable=False),
        sa.Column("tlp", sa.SmallInteger(), nullable=False),
        sa.Column("pap", sa.String(length=20), nullable=False),
        sa.Column("handling", sa.String(length=40), nullable=False),
        sa.Column("grade_4x4", sa.String(length=2), nullable=False),
        sa.Column("grade_6x6", sa.String(length=2), nullable=False),
        sa.Column("source", sa.BigInteger(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("added_us", name=op.f("pk_intel_object")),
    )
    with op.batch_alter_table("intel_object", schema=None) as batch_op:
        batch_op.create_index("ix_intel_object_page", ["collection", "added_us", "standing"], unique=False)
        batch_op.create_index("ix_intel_object_type", ["collection", "type", "added_us", "standing"], unique=False)
        batch_op.create_index(
            "ix_intel_object_id", ["object_key", "collection", "version_us", "standing"], unique=False
        )
    _beside()


def _beside() -> None:
    """What stands beside the objects themselves."""
    op.create_table(
        "intel_source",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("giver", sa.String(length=10), nullable=False),
        sa.Column("ref", sa.String(length=80), nullable=False),
        sa.Column("label", sa.String(length=300), nullable=False),
        sa.Column("tlp", sa.String(length=20), nullable=False),
        sa.Column("pap", sa.String(length=20), nullable=False),
        sa.Column("handling", sa.String(length=40), nullable=False),
        sa.Column("grade_4x4", sa.String(length=2), nullable=False),
        sa.Column("grade_6x6", sa.String(length=2), nullable=False),
        sa.Column("first_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_intel_source")),
        sa.UniqueConstraint("giver", "ref", name=op.f("uq_intel_source_giver_ref")),
    )
    op.create_table(
        "intel_held",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("collection", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("version_us", sa.BigInteger(), nullable=False),
        sa.Column("rival_us", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.BigInteger(), nullable=False),
        sa.Column("first_us", sa.BigInteger(), nullable=False),
        sa.Column("last_us", sa.BigInteger(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_us", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_intel_held")),
        sa.UniqueConstraint("id", name=op.f("uq_intel_held_id")),
    )
    with op.batch_alter_table("intel_held", schema=None) as batch_op:
        batch_op.create_index("ix_intel_held_open", ["collection", "state", "number"], unique=False)
        batch_op.create_index("ix_intel_held_digest", ["digest", "collection"], unique=False)
    op.create_table(
        "intel_status",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_intel_status")),
        sa.UniqueConstraint("id", name=op.f("uq_intel_status_id")),
    )
