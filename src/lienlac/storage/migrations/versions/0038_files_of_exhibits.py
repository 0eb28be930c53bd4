"""files of exhibits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_transfer",
        sa.Column("attachment_id", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("element", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_case_transfer")),
    )
