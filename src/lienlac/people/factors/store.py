"""The tables of passkeys, recovery codes and used challenges, and the only SQL on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lienlac import clock
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection, Row

passkey = sa.Table(
    "passkey",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("account_id", sa.String(40), sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("credential_id", sa.String(1400), nullable=False, unique=True),
    sa.Column("public_key", sa.LargeBinary, nullable=False),
    sa.Column("sign_count", sa.BigInteger, nullable=False),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("synced", sa.Boolean, nullable=False),
    sa.Column("created_us", sa.BigInteger, nullable=False),
    sa.Column("used_us", sa.BigInteger, nullable=True),
)

recovery_code = sa.Table(
    "recovery_code",
    metadata,
    sa.Column("code_hash", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.String(40), sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("created_us", sa.BigInteger, nullable=False),
    sa.Column("used_us", sa.BigInteger, nullable=True),
)

used_once = sa.Table(
    "used_once",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("until_us", sa.BigInteger, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """One passkey of an officer. `synced`: its maker copies it to the officer's other devices."""

    id: str
    account_id: str
    credential_id: str
    public_key: bytes
    sign_count: int
    name: str
    synced: bool
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """An officer's recovery codes: how many are left of how many, and since when."""

    left: int
    made: int
    made_at: datetime | None


def insert_passkey(connection: Connection, new: Passkey) -> None:
    """A new passkey; the caller has looked whether its credential is known."""
    connection.execute(
        passkey.insert().values(
            id=new.id,
            account_id=new.account_id,
            credential_id=new.credential_id,
            public_key=new.public_key,
            sign_count=new.sign_count,
            name=new.name,
            synced=new.synced,
            created_us=clock.to_us(new.created_at),
            used_us=None,
        )
    )


def passkeys_of(connection: Connection, account_id: str) -> list[Passkey]:
    """An officer's passkeys, the oldest first."""
    query = sa.select(passkey).where(passkey.c.account_id == account_id).order_by(passkey.c.created_us, passkey.c.id)
    return [_passkey(row) for row in connection.execute(query)]


def passkey_of_credential(connection: Connection, credential_id: str) -> Passkey | None:
    """The passkey of that credential, whoever's it is."""
    row = connection.execute(sa.select(passkey).where(passkey.c.credential_id == credential_id)).first()
    return None if row is None else _passkey(row)


def use_passkey(connection: Connection, found: Passkey, sign_count: int, at: datetime) -> bool:
    """Note a use and its counter; False when the passkey is gone or was used meanwhile with a later one."""
    still = sa.or_(passkey.c.sign_count < sign_count, sa.and_(passkey.c.sign_count == 0, sa.literal(sign_count) == 0))
    done = connection.execute(
        passkey.update().where(passkey.c.id == found.id, still).values(sign_count=sign_count, used_us=clock.to_us(at))
    )
    return done.rowcount == 1


def delete_passkeys(connection: Connection, account_id: str, *, passkey_id: str | None = None) -> int:
    """Remove one passkey of an account, or all; returns how many."""
    query = passkey.delete().where(passkey.c.account_id == account_id)
    if passkey_id is not None:
        query = query.where(passkey.c.id == passkey_id)
    return connection.execute(query).rowcount


def replace_codes(connection: Connection, account_id: str, hashes: Iterable[str], at: datetime) -> None:
    """A new sheet; whatever was left of the old one is worth nothing."""
    delete_codes(connection, account_id)
    rows = [
        {"code_hash": text, "account_id": account_id, "created_us": clock.to_us(at), "used_us": None} for text in hashes
    ]
    connection.execute(recovery_code.insert(), rows)


def delete_codes(connection: Connection, account_id: str) -> None:
    """No sheet any more."""
    connection.execute(recovery_code.delete().where(recovery_code.c.account_id == account_id))


def use_code(connection: Connection, account_id: str, code_hash: str, at: datetime) -> bool:
    """Use a code up; False when there is none such or it was used before."""
    done = connection.execute(
        recovery_code.update()
        .where(
            recovery_code.c.code_hash == code_hash,
            recovery_code.c.account_id == account_id,
            recovery_code.c.used_us.is_(None),
        )
        .values(used_us=clock.to_us(at))
    )
    return done.rowcount == 1


def sheet_of(connection: Connection, account_id: str) -> Sheet:
    """How many recovery codes an officer has left."""
    row = connection.execute(
        sa.select(
            sa.func.count(),
            sa.func.count(recovery_code.c.used_us),
            sa.func.min(recovery_code.c.created_us),
        ).where(recovery_code.c.account_id == account_id)
    ).one()
    made, used, at_us = row
    return Sheet(left=made - used, made=made, made_at=None if at_us is None else clock.from_us(at_us))


def use_once(connection: Connection, name: str, until: datetime, now: datetime) -> bool:
    """Mark something as used, until it would be over anyway; False when it was used before."""
    connection.execute(used_once.delete().where(used_once.c.until_us <= clock.to_us(now)))
    if connection.execute(sa.select(used_once.c.name).where(used_once.c.name == name)).first() is not None:
        return False
    connection.execute(used_once.insert().values(name=name, until_us=clock.to_us(until)))
    return True


def _passkey(row: Row[Any]) -> Passkey:
    return Passkey(
        id=row.id,
        account_id=row.account_id,
        credential_id=row.credential_id,
        public_key=row.public_key,
        sign_count=row.sign_count,
        name=row.name,
        synced=row.synced,
        created_at=clock.from_us(row.created_us),
        used_at=None if row.used_us is None else clock.from_us(row.used_us),
    )
