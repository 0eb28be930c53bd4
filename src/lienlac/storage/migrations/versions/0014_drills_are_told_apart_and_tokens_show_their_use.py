"""Drills are told apart in lists, and tokens show when they were used last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("hotline_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("drill", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.add_column(sa.Column("used_us", sa.BigInteger(), nullable=True))
