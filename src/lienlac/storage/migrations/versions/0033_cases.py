"""cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_entity",
        sa.Column("thing", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("element", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("thing", name=op.f("pk_case_entity")),
    )
    op.create_table(
        "case_file",
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("element", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("blob_id", sa.String(length=40), nullable=True),
        sa.Column("checked_us", sa.BigInteger(), nullable=True),
        sa.Column("whole", sa.SmallInteger(), nullable=True),
        sa.Column("check_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("record_id", "element", name=op.f("pk_case_file")),
    )
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_file_check_us"), ["check_us"], unique=False)

    op.create_table(
        "case_key",
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("element", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "key", "element", name=op.f("pk_case_key")),
    )
    with op.batch_alter_table("case_key", schema=None) as batch_op:
        batch_op.create_index("ix_case_key_element", ["record_id", "element"], unique=False)

    op.create_table(
        "case_line",
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("severity", sa.String(length=20), nullable=True),
        sa.Column("own_update_us", sa.BigInteger(), nullable=True),
        sa.Column("their_update_us", sa.BigInteger(), nullable=True),
        sa.Column("stated_us", sa.BigInteger(), nullable=True),
        sa.Column("watch_us", sa.BigInteger(), nullable=True),
        sa.Column("watched_us", sa.BigInteger(), nullable=False),
        sa.Column("exhibits", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_case_line")),
    )
    with op.batch_alter_table("case_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_line_watch_us"), ["watch_us"], unique=False)

    op.create_table(
        "case_task",
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("element", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("due_us", sa.BigInteger(), nullable=True),
        sa.Column("assignee", sa.String(length=300), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("comes_after", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "element", name=op.f("pk_case_task")),
    )
    with op.batch_alter_table("case_task", schema=None) as batch_op:
        batch_op.create_index("ix_case_task_due", ["owner", "status", "due_us"], unique=False)
