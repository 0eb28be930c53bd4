"""When an identifier was first named in the open, and how many were on each day; requests found by when they began.

What was indexed before has no day yet: `lienlac identifier rebuild` gives it one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "mention_value", sa.Column("type", sa.String(length=24), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("mention_value", sa.Column("first_day", sa.Integer(), nullable=True))
    op.create_index("ix_mention_value_first", "mention_value", ["first_day", "type"], unique=False)
    op.create_table(
        "mention_first",
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=24), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "type", name=op.f("pk_mention_first")),
    )
    op.create_index("ix_hotline_request_opened", "hotline_request", ["opened_us"], unique=False)
