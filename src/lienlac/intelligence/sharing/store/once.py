"""Forms of sharing that were sent already: what each became."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from lienlac.records.store import SentOnce

ONCE: Final = SentOnce("intel_once", sa.Column("made", sa.Text, nullable=False))
