"""What a node knows of lessons beside what it shares: where one was drawn from, what is cleared, runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lesson_cleared",
        sa.Column("fact_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("fact_id", name=op.f("pk_lesson_cleared")),
    )
    op.create_table(
        "lesson_run",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("thing", sa.String(length=40), nullable=False),
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("started_us", sa.BigInteger(), nullable=False),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.Column("results", sa.LargeBinary(), nullable=False),
        sa.Column("element", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_run")),
    )
    op.create_index("ix_lesson_run_record", "lesson_run", ["record_id", "started_us"], unique=False)
    op.create_index("ix_lesson_run_thing", "lesson_run", ["thing", "started_us"], unique=False)
    op.create_table(
        "lesson_source",
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("thing", sa.String(length=40), nullable=False),
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "thing", name=op.f("pk_lesson_source")),
    )
