"""How long a password holds that somebody else has made; those of before are taken for their officers' own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("handed_until_us", sa.BigInteger(), nullable=True))
