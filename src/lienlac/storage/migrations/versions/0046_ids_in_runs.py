"""ids in runs.

New objects of a large parcel are found by runs that move into a table in stretches of neighbours; the index by id
keeps what it has and takes the rest.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "intel_object_key",
        sa.Column("object_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("added_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("object_key", "added_us", name=op.f("pk_intel_object_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "intel_object_run",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ordered", sa.SmallInteger(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("pairs", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_intel_object_run")),
    )
    op.add_column("intel_object", sa.Column("indexed", sa.SmallInteger(), server_default="1", nullable=False))
    op.drop_index("ix_intel_object_id", table_name="intel_object")
    is_indexed = sa.text("indexed = 1")
    op.create_index(
        "ix_intel_object_id",
        "intel_object",
        ["object_key", "collection", "version_us", "standing"],
        unique=False,
        sqlite_where=is_indexed,
        postgresql_where=is_indexed,
    )
