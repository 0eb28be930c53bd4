"""states in courier files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_carried_state",
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("peer", name=op.f("pk_exchange_carried_state")),
    )
