"""forms of sharing by time.

What forms of sharing became is forgotten after two days, like that of other forms: found by its instant, as theirs is.
"""

from __future__ import annotations

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_intel_once_at_us", "intel_once", ["at_us"], unique=False)
