"""How far each index has read the objects of intelligence: a position for each, no row for an object.

Nothing stands in the table at first, so that everything that is stored is read once more.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "intel_index_cursor",
        sa.Column("reader", sa.String(length=20), nullable=False),
        sa.Column("collection", sa.BigInteger(), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("reached_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("reader", "collection", name=op.f("pk_intel_index_cursor")),
    )
