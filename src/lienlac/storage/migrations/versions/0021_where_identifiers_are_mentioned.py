"""Where identifiers are mentioned: values as keyed digests, things, and which names which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mention_value",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("open_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("hidden_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_mention_value")),
        sa.UniqueConstraint("digest", name=op.f("uq_mention_value_digest")),
    )
    op.create_table(
        "mention_thing",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("thing_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("access_id", sa.String(length=120), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("restricted", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_mention_thing")),
        sa.UniqueConstraint("thing_id", name=op.f("uq_mention_thing_thing_id")),
    )
    op.create_index(op.f("ix_mention_thing_access_id"), "mention_thing", ["access_id"], unique=False)
    op.create_table(
        "mention",
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("restricted", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("thing", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("value", "restricted", "thing", "role", name=op.f("pk_mention")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_mention_thing", "mention", ["thing", "value", "role"], unique=False)
    op.create_table(
        "mention_bucket",
        sa.Column("bucket", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("bucket", "value", name=op.f("pk_mention_bucket")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_mention_bucket_value"), "mention_bucket", ["value"], unique=False)
