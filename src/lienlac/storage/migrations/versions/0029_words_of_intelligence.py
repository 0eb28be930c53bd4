"""Words of intelligence, and what objects name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lienlac.storage.texts import ddl

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "intel_text",
        sa.Column("number", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_intel_text")),
    )
    for statement in ddl("intel_text", op.get_bind().dialect.name):
        op.execute(statement)
    op.create_table(
        "intel_link",
        sa.Column("target_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("added_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("target_key", "role", "added_us", name=op.f("pk_intel_link")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_intel_link_from", "intel_link", ["added_us"], unique=False)
