"""The one catalogue of tables. Every `store.py` declares its tables here; migrations and tests read it whole.

Constraint names follow one rule, so that a migration written on SQLite fits PostgreSQL too. Nothing here knows
what any table means.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Integer, MetaData

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

RowNumber: Final = BigInteger().with_variant(Integer, "sqlite")
"""Type of a single-column integer primary key: 64 bits on both databases, and SQLite's own row number there."""
