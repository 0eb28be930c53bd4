"""second factors are sealed.

Only makes room: the keys are not here. What still stands in the clear is sealed when the node is opened next.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.alter_column(
            "totp_secret",
            new_column_name="totp_sealed",
            existing_type=sa.String(length=64),
            type_=sa.String(length=120),
            existing_nullable=False,
        )
