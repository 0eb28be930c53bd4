"""Forms of sharing that were sent already: what each became."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from lienlac.records.store import SentOnce
from lienlac.storage.schema import metadata

once_table = sa.Table(
    "intel_once",
    metadata,
    sa.Column("officer_id", sa.String(40), primary_key=True),
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("made", sa.Text, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
)
ONCE: Final = SentOnce(once_table, of="made")
