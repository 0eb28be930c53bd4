"""Where in a shared record an identifier is named, and how far the records have been read for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mention_place",
        sa.Column("thing", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("thing", "value", "place", "role", name=op.f("pk_mention_place")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_mention_place_place", "mention_place", ["thing", "place", "value", "role"], unique=False)
    op.create_table(
        "shared_named",
        sa.Column("one", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("reached", sa.BigInteger(), nullable=False),
        sa.Column("notes", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_shared_named")),
    )
