"""The tables of links to other sign-in services and of invitations to make one, and the only SQL on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lienlac import clock
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

oidc_link = sa.Table(
    "oidc_link",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("account_id", sa.String(40), sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("issuer", sa.String(300), nullable=False),
    sa.Column("subject", sa.String(255), nullable=False),
    sa.Column("created_us", sa.BigInteger, nullable=False),
    sa.Column("used_us", sa.BigInteger, nullable=True),
    sa.UniqueConstraint("issuer", "subject"),
)

oidc_invitation = sa.Table(
    "oidc_invitation",
    metadata,
    sa.Column("account_id", sa.String(40), sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("code_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("until_us", sa.BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One officer's identity at another service."""

    id: str
    account_id: str
    issuer: str
    subject: str
    created_at: datetime
    used_at: datetime | None


def link(connection: Connection, issuer: str, subject: str) -> Link | None:
    """Whose identity this is."""
    where = (oidc_link.c.issuer == issuer, oidc_link.c.subject == subject)
    row = connection.execute(sa.select(oidc_link).where(*where)).first()
    return None if row is None else _link(row)


def links_of(connection: Connection, account_id: str) -> list[Link]:
    """An officer's identities elsewhere, the oldest first."""
    query = sa.select(oidc_link).where(oidc_link.c.account_id == account_id).order_by(oidc_link.c.created_us)
    return [_link(row) for row in connection.execute(query)]


def insert_link(connection: Connection, new: Link) -> None:
    """A new link; the caller has looked whether the identity is taken."""
    connection.execute(
        oidc_link.insert().values(
            id=new.id,
            account_id=new.account_id,
            issuer=new.issuer,
            subject=new.subject,
            created_us=clock.to_us(new.created_at),
            used_us=None,
        )
    )


def use_link(connection: Connection, link_id: str, at: datetime) -> None:
    """It was signed in with."""
    connection.execute(oidc_link.update().where(oidc_link.c.id == link_id).values(used_us=clock.to_us(at)))


def delete_link(connection: Connection, account_id: str, link_id: str) -> bool:
    """Take a link away; False when the account has none of that id."""
    where = (oidc_link.c.account_id == account_id, oidc_link.c.id == link_id)
    return connection.execute(oidc_link.delete().where(*where)).rowcount == 1


def invite(connection: Connection, account_id: str, code_hash: str, until: datetime) -> None:
    """One invitation for an account; a new one replaces the old."""
    connection.execute(oidc_invitation.delete().where(oidc_invitation.c.account_id == account_id))
    connection.execute(
        oidc_invitation.insert().values(account_id=account_id, code_hash=code_hash, until_us=clock.to_us(until))
    )


def take_invitation(connection: Connection, code_hash: str, now: datetime) -> str | None:
    """The account of an invitation that is not over; it is used up."""
    row = connection.execute(sa.select(oidc_invitation).where(oidc_invitation.c.code_hash == code_hash)).first()
    if row is None:
        return None
    connection.execute(oidc_invitation.delete().where(oidc_invitation.c.code_hash == code_hash))
    return row.account_id if clock.to_us(now) < row.until_us else None


def _link(row: Row[Any]) -> Link:
    return Link(
        id=row.id,
        account_id=row.account_id,
        issuer=row.issuer,
        subject=row.subject,
        created_at=clock.from_us(row.created_us),
        used_at=None if row.used_us is None else clock.from_us(row.used_us),
    )
