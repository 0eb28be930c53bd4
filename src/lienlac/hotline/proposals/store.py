"""Refusals that wait for a second officer (clause 12.8): what was proposed, by whom, since when.

A proposal is this node's own business: it never travels. One request has at most one; what was given back stays, with
the reason, until something else is said. Decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.hotline.inbox import store as inbox
from lienlac.people.access.store import Scoped
from lienlac.storage.schema import metadata
from lienlac.wire.bodies.hotline import Declined

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.people.rights import Scope

proposal_table = sa.Table(
    "hotline_proposal",
    metadata,
    sa.Column("request_id", sa.String(40), primary_key=True),
    sa.Column("officer_id", sa.String(40), nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False, index=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("returned_by", sa.String(300)),
    sa.Column("reason", sa.Text),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A refusal that one officer proposes; `body` names that officer and nobody who confirmed.

    `returned_by` is the name of the second officer who gave it back, with the `reason`.
    """

    request_id: str
    officer_id: str
    at: datetime
    body: Declined
    returned_by: str = ""
    reason: str = ""

    @property
    def waits(self) -> bool:
        """Whether a second officer is to look at it."""
        return not self.returned_by


def put(connection: Connection, proposal: Proposal) -> None:
    """Keep a proposal in the place of any earlier one."""
    drop(connection, proposal.request_id)
    connection.execute(
        proposal_table.insert().values(
            request_id=proposal.request_id,
            officer_id=proposal.officer_id,
            at_us=clock.to_us(proposal.at),
            body=msgspec.json.encode(proposal.body),
            returned_by=proposal.returned_by or None,
            reason=proposal.reason or None,
        )
    )


def get(connection: Connection, request_id: str) -> Proposal | None:
    """The proposal of a request, or None."""
    row = connection.execute(sa.select(proposal_table).where(proposal_table.c.request_id == request_id)).one_or_none()
    return None if row is None else _proposal(row)


def waiting(connection: Connection, scope: Scope) -> list[tuple[Proposal, str]]:
    """Everything in the scope that waits for a second officer, the oldest first, with its request's reference."""
    return [(_proposal(row), row.reference) for row in _WAITING(connection, scope)]


_WAITING: Final = Scoped(
    lambda scope: (
        sa.select(proposal_table, inbox.request_table.c.reference)
        .join(inbox.request_table, inbox.request_table.c.request_id == proposal_table.c.request_id)
        .where(proposal_table.c.returned_by.is_(None), inbox.seen(scope))
        .order_by(proposal_table.c.at_us, proposal_table.c.request_id)
        .limit(limits.PAGE_MAX_ROWS)
    )
)
"""Asked for every inbox."""


def drop(connection: Connection, request_id: str) -> None:
    """Forget the proposal of a request."""
    connection.execute(proposal_table.delete().where(proposal_table.c.request_id == request_id))


def _proposal(row: Any) -> Proposal:
    return Proposal(
        request_id=row.request_id,
        officer_id=row.officer_id,
        at=clock.from_us(row.at_us),
        body=msgspec.json.decode(row.body, type=Declined),
        returned_by=row.returned_by or "",
        reason=row.reason or "",
    )
