"""For which case a channel is to be opened that waits for a second officer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "emergency_origin",
        sa.Column("emergency_id", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("emergency_id", name=op.f("pk_emergency_origin")),
    )
