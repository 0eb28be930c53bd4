"""need to know of requests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_entry",
        sa.Column("thing", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("relation", sa.String(length=10), nullable=False),
        sa.Column("since_us", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("thing", "subject", "relation", name=op.f("pk_access_entry")),
    )
    with op.batch_alter_table("access_entry", schema=None) as batch_op:
        batch_op.create_index("ix_access_entry_subject", ["subject", "relation", "thing"], unique=False)

    with op.batch_alter_table("hotline_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("restricted", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
        batch_op.drop_index(batch_op.f("ix_hotline_request_all"))
        batch_op.create_index(
            "ix_hotline_request_all",
            ["direction", "updated_us", "request_id", "kind", "urgency", "state", "peer", "restricted"],
            unique=False,
        )
        batch_op.drop_index(batch_op.f("ix_hotline_request_due"))
        batch_op.create_index(
            "ix_hotline_request_due",
            ["direction", "stage", "due_us", "request_id", "kind", "urgency", "state", "peer", "restricted"],
            unique=False,
        )
        batch_op.drop_index(batch_op.f("ix_hotline_request_updated"))
        batch_op.create_index(
            "ix_hotline_request_updated",
            ["direction", "stage", "updated_us", "request_id", "kind", "urgency", "state", "peer", "restricted"],
            unique=False,
        )
