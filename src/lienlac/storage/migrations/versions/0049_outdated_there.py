"""Of what a peer was given, since when a newer version is here that has not gone: officers are told of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_IS_OUTDATED = sa.text("newer_us > 0")
_FILL = """
    UPDATE intel_given SET newer_us = found.added_us FROM (
        SELECT intel_given.number AS number, max(intel_object.added_us) AS added_us
        FROM intel_share
        JOIN intel_given ON intel_given.share = intel_share.number
        JOIN intel_object ON intel_object.object_key = intel_given.object_key
            AND intel_object.collection = intel_share.collection
            AND intel_object.object_id = intel_given.object_id
            AND intel_object.version_us > intel_given.version_us
            AND intel_object.standing >= 2 AND intel_object.indexed = 1
        WHERE intel_share.state = 'active' AND intel_given.state IN ('sent', 'new', 'same', 'held')
        GROUP BY intel_given.number
    ) AS found WHERE found.number = intel_given.number
"""
"""A version that came in a large parcel as the first of its object is none that is newer than another."""


def upgrade() -> None:
    op.add_column("intel_given", sa.Column("newer_us", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(_FILL)
    op.create_index(
        "ix_intel_given_newer", "intel_given", ["share", "number"], unique=False,
        sqlite_where=_IS_OUTDATED, postgresql_where=_IS_OUTDATED,
    )  # fmt: skip
