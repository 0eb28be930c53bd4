"""The table of certificates: each stands for one token, and ends with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import sqlalchemy as sa

from lienlac import clock
from lienlac.people.store import api_token
from lienlac.storage.quick import Quick
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

certificate_table = sa.Table(
    "client_certificate",
    metadata,
    sa.Column("fingerprint", sa.String(64), primary_key=True),
    sa.Column("token_id", sa.String(40), sa.ForeignKey("api_token.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("subject", sa.String(300), nullable=False),
    sa.Column("der", sa.LargeBinary, nullable=False),
    sa.Column("added_us", sa.BigInteger, nullable=False),
    sa.Column("begins_us", sa.BigInteger, nullable=False),
    sa.Column("ends_us", sa.BigInteger, nullable=False),
)
_C: Final = certificate_table.c
_TOKEN: Final = Quick(
    sa.select(_C.token_id, api_token.c.account_id, _C.begins_us, _C.ends_us)
    .join(api_token, api_token.c.id == _C.token_id)
    .where(_C.fingerprint == sa.bindparam("of_fingerprint"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One certificate and the token that it stands for."""

    fingerprint: str
    token_id: str
    subject: str
    added_at: datetime
    begins_at: datetime
    ends_at: datetime


def insert(connection: Connection, bound: Bound, der: bytes) -> None:
    """Bind a certificate."""
    connection.execute(
        certificate_table.insert().values(
            fingerprint=bound.fingerprint,
            token_id=bound.token_id,
            subject=bound.subject,
            der=der,
            added_us=clock.to_us(bound.added_at),
            begins_us=clock.to_us(bound.begins_at),
            ends_us=clock.to_us(bound.ends_at),
        )
    )


class Standing(NamedTuple):
    """What a certificate stands for, and from when until when it is valid."""

    token_id: str
    account_id: str
    begins_at: datetime
    ends_at: datetime


def find(connection: Connection, fingerprint: str) -> Standing | None:
    """What a certificate stands for."""
    for token_id, account_id, begins_us, ends_us in _TOKEN(connection, {"of_fingerprint": fingerprint}):
        return Standing(token_id, account_id, clock.from_us(begins_us), clock.from_us(ends_us))
    return None


def of_account(connection: Connection, account_id: str) -> list[Bound]:
    """Certificates that stand for an account's tokens, the newest first."""
    query = sa.select(certificate_table).join(api_token, api_token.c.id == _C.token_id)
    query = query.where(api_token.c.account_id == account_id).order_by(_C.added_us.desc(), _C.fingerprint)
    return [_bound(row) for row in connection.execute(query)]


def living(connection: Connection, now: datetime) -> list[bytes]:
    """All that may be let in now: bound to a token that has not ended."""
    now_us = clock.to_us(now)
    query = sa.select(_C.der).join(api_token, api_token.c.id == _C.token_id)
    query = query.where(api_token.c.expires_us > now_us, _C.ends_us > now_us).order_by(_C.fingerprint)
    return [bytes(der) for der in connection.execute(query).scalars()]


def delete(connection: Connection, account_id: str, fingerprint: str) -> bool:
    """Let go of one certificate of an account's; whether it was there."""
    own = sa.select(api_token.c.id).where(api_token.c.account_id == account_id)
    query = certificate_table.delete().where(_C.fingerprint == fingerprint, _C.token_id.in_(own))
    return bool(connection.execute(query).rowcount)


def _bound(row: Any) -> Bound:
    return Bound(
        fingerprint=row.fingerprint,
        token_id=row.token_id,
        subject=row.subject,
        added_at=clock.from_us(row.added_us),
        begins_at=clock.from_us(row.begins_us),
        ends_at=clock.from_us(row.ends_us),
    )
