"""Facts of warnings, numbers, and forms that were sent already.

`keep` is the one way in: store a fact, fold the whole set again, write the warning's line. Decides nothing; what a fact
may be is decided before, in `arrivals` and `desk`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from lienlac import limits
from lienlac.flash.kinds import BODY_OF
from lienlac.flash.lifecycle import Step
from lienlac.flash.store import lines
from lienlac.flash.warning import Fact, Flash, fold
from lienlac.records.store import Facts, Numbers, SentOnce
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

fact_table = sa.Table(
    "flash_fact",
    metadata,
    sa.Column("message_id", sa.String(40), primary_key=True),
    sa.Column("warning_id", sa.String(40), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("header", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("standing", sa.SmallInteger, nullable=False),
    sa.Column("code", sa.String(64)),
    sa.Column("received_us", sa.BigInteger),
    sa.Column("officer_id", sa.String(40)),
    sa.Index("ix_flash_fact_warning", "warning_id", "message_id"),
)


FACTS: Final = Facts(fact_table, of="warning_id", fact=Fact, bodies=BODY_OF, most=limits.FLASH_MESSAGES_MAX)
"""The facts of warnings."""
ONCE: Final = SentOnce("flash_once", sa.Column("made", sa.Text, nullable=False))
"""Forms that were sent already, and what each became: the reference and ids, with spaces between."""
NUMBERS: Final = Numbers("flash_number")
"""Running numbers of our own warnings."""


def flash(connection: Connection, warning_id: str) -> Flash | None:
    """The warning as it stands, or None."""
    return fold(FACTS.of(connection, warning_id))


def keep(
    connection: Connection,
    new: Fact,
    *,
    node_id: str,
    before: Sequence[Fact] | None = None,
    officer_id: str | None = None,
) -> Flash | None:
    """Store a fact, join it with what is known of it, and write the line anew. None while the opening is missing."""
    known = before if before is not None else FACTS.of(connection, new.header.record_id or "")
    twin = FACTS.put(connection, new, known, officer_id=officer_id)
    folded = fold((*known, new))
    if folded is not None:
        lines.put(connection, folded, node_id=node_id, began=twin is None and new.step in (Step.WARN, Step.SUPERSEDE))
    return folded
