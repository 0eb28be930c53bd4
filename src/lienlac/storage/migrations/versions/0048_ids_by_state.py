"""What has moved into the table of ids is told by a digest, so that a sieve of it in memory is known to be true."""

from __future__ import annotations

import os

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    grown = op.create_table(
        "intel_object_grown",
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_intel_object_grown")),
    )
    keys = sa.table("intel_object_key", sa.column("object_key"))
    here = op.get_bind()
    if here.execute(sa.select(keys).limit(1)).first() is not None:
        # what moved before was not told: a state that no other store can have
        here.execute(grown.insert().values(number=1, state=os.urandom(16)))
