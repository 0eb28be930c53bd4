"""Indicators: a row for each request, cells of counted requests, cells to be counted anew, how far one has read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "indicator_request",
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("cell", sa.String(length=240), nullable=False),
        sa.Column("says", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_indicator_request")),
    )
    op.create_index("ix_indicator_request_cell", "indicator_request", ["cell"], unique=False)
    op.create_table(
        "indicator_cell",
        sa.Column("cell", sa.String(length=240), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("says", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("cell", name=op.f("pk_indicator_cell")),
    )
    op.create_index(op.f("ix_indicator_cell_month"), "indicator_cell", ["month"], unique=False)
    op.create_table(
        "indicator_stale",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("cell", sa.String(length=240), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_indicator_stale")),
    )
    op.create_index(op.f("ix_indicator_stale_cell"), "indicator_stale", ["cell"], unique=False)
    op.create_index(op.f("ix_indicator_stale_month"), "indicator_stale", ["month"], unique=False)
    op.create_table(
        "indicator_reader",
        sa.Column("rules", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("after", sa.String(length=40), nullable=False),
        sa.Column("done", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("rules", name=op.f("pk_indicator_reader")),
    )
