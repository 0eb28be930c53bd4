"""Tables of what the two sides agreed: who the peers are, their keys over time, agreement versions, suspensions.

Holds rows and nothing more: who may change them is decided above, and the messages that carry them are the
exchange's. Keys are never deleted: a signature of long ago must still be checkable (clause 10.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from lienlac import clock
from lienlac.agreements.terms import Terms, decode_agreement
from lienlac.errors import NotAllowed, Refused
from lienlac.storage import ledger
from lienlac.storage.quick import Quick
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection


class Delivery(StrEnum):
    """How messages reach a peer."""

    PUSH = "push"
    """We call them."""
    PULL = "pull"
    """They can only call out: they fetch."""
    COURIER = "courier"
    """No network between us: files on removable media."""


EVERY_KIND = "*"
"""Scope of a suspension that closes the whole link."""

peer_table = sa.Table(
    "peer",
    metadata,
    sa.Column("node_id", sa.String(40), primary_key=True),
    sa.Column("name_vi", sa.String(300), nullable=False),
    sa.Column("name_en", sa.String(300), nullable=False),
    sa.Column("url", sa.String(300), nullable=False),
    sa.Column("delivery", sa.String(10), nullable=False),
    sa.Column("fetch", sa.Boolean, nullable=False),
    sa.Column("agreement_id", sa.String(40), nullable=False, unique=True),
    sa.Column("card", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.String(80), nullable=False),
    sa.Column("genesis", sa.String(64), nullable=False),
    sa.Column("paired_at_us", sa.BigInteger, nullable=False),
    sa.Column("paired_by", sa.String(80), nullable=False),
)

peer_key_table = sa.Table(
    "peer_key",
    metadata,
    sa.Column("kid", sa.String(80), primary_key=True),
    sa.Column("node_id", sa.String(40), nullable=False, index=True),
    sa.Column("card", sa.Text, nullable=False),
    sa.Column("from_us", sa.BigInteger, nullable=False),
    sa.Column("retired_at_us", sa.BigInteger),
    sa.Column("last_urgent", sa.BigInteger),
    sa.Column("last_normal", sa.BigInteger),
    sa.Column("last_bulk", sa.BigInteger),
    sa.Column("retired_log_size", sa.BigInteger),
)

invitation_table = sa.Table(
    "invitation",
    metadata,
    sa.Column("agreement_id", sa.String(40), primary_key=True),
    sa.Column("made_at_us", sa.BigInteger, nullable=False),
    sa.Column("made_by", sa.String(80), nullable=False),
    sa.Column("used_by", sa.String(40)),
)

agreement_table = sa.Table(
    "agreement",
    metadata,
    sa.Column("agreement_id", sa.String(40), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("peer", sa.String(40), nullable=False, index=True),
    sa.Column("proposer", sa.String(40), nullable=False),
    sa.Column("document", sa.LargeBinary, nullable=False),
    sa.Column("proposer_signature", sa.LargeBinary, nullable=False),
    sa.Column("counter_signature", sa.LargeBinary),
    sa.Column("proposed_at_us", sa.BigInteger, nullable=False),
    sa.Column("in_force_us", sa.BigInteger),
)

suspension_table = sa.Table(
    "suspension",
    metadata,
    sa.Column("peer", sa.String(40), primary_key=True),
    sa.Column("scope", sa.String(64), primary_key=True),
    sa.Column("by_us", sa.Boolean, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("since_us", sa.BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """The other side's node as we paired with it; `card` is its newest node card (JWS text).

    `delivery` is how our messages reach it; `fetch` says that we call it to fetch what it has for us, because it
    cannot call us.
    """

    node_id: str
    name_vi: str
    name_en: str
    url: str
    delivery: Delivery
    fetch: bool
    agreement_id: str
    card: str
    fingerprint: str
    genesis: str
    paired_at: datetime
    paired_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerKey:
    """One signing key of a peer over time.

    After a rotation it still holds for what it signed before: messages up to `last` in each lane, and receipts of
    messages that stand in our log before `retired_log_size`.
    """

    kid: str
    node_id: str
    card: str
    retired_at: datetime | None
    last: dict[str, int]
    retired_log_size: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementVersion:
    """One version of a link's agreement with the signatures that exist so far."""

    agreement_id: str
    version: int
    peer: str
    proposer: str
    document: bytes
    proposer_signature: bytes
    counter_signature: bytes | None
    proposed_at: datetime
    in_force_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """Something closed by one side: the whole link (`*`) or one kind."""

    peer: str
    scope: str
    by_us: bool
    reason: str
    since: datetime


# --- peers --------------------------------------------------------------------------------------------------------


def peers(connection: Connection) -> list[Peer]:
    """All peers, by node id."""
    return [_peer(row) for row in _PEERS.rows(connection)]


def peer(connection: Connection, node_id: str) -> Peer | None:
    """One peer."""
    row = connection.execute(sa.select(peer_table).where(peer_table.c.node_id == node_id)).one_or_none()
    return None if row is None else _peer(row)


def require_peer(connection: Connection, node_id: str) -> Peer:
    """One peer, or `NotAllowed("peer-unknown")`."""
    found = peer(connection, node_id)
    if found is None:
        raise NotAllowed("peer-unknown", peer=node_id)
    return found


def add_peer(connection: Connection, new: Peer, kid: str) -> None:
    """Store a peer and its first key; the caller has compared the fingerprint.

    Raises `NotAllowed` (`peer-exists`, `agreement-id-taken`) and `Refused("key-reused")`.
    """
    if peer(connection, new.node_id) is not None:
        raise NotAllowed("peer-exists", peer=new.node_id)
    taken = sa.select(peer_table.c.node_id).where(peer_table.c.agreement_id == new.agreement_id)
    if connection.execute(taken).scalar_one_or_none() is not None:
        raise NotAllowed("agreement-id-taken", agreement=new.agreement_id)
    if key(connection, kid) is not None:
        raise Refused("key-reused", kid=kid)
    connection.execute(
        peer_table.insert().values(
            node_id=new.node_id,
            name_vi=new.name_vi,
            name_en=new.name_en,
            url=new.url,
            delivery=new.delivery.value,
            fetch=new.fetch,
            agreement_id=new.agreement_id,
            card=new.card,
            fingerprint=new.fingerprint,
            genesis=new.genesis,
            paired_at_us=clock.to_us(new.paired_at),
            paired_by=new.paired_by,
        )
    )
    connection.execute(
        peer_key_table.insert().values(kid=kid, node_id=new.node_id, card=new.card, from_us=clock.to_us(new.paired_at))
    )


def renew_card(connection: Connection, node_id: str, *, kid: str, card: str, fingerprint: str) -> None:
    """A peer's newer card under the keys that it has: its certificate changed, or its name."""
    connection.execute(
        peer_table.update().where(peer_table.c.node_id == node_id).values(card=card, fingerprint=fingerprint)
    )
    connection.execute(peer_key_table.update().where(peer_key_table.c.kid == kid).values(card=card))


def set_delivery(
    connection: Connection, node_id: str, delivery: Delivery, *, fetch: bool, url: str | None = None
) -> None:
    """Change how messages reach a peer and us, and where it is."""
    values: dict[str, Any] = {"delivery": delivery.value, "fetch": fetch}
    if url is not None:
        values["url"] = url
    connection.execute(peer_table.update().where(peer_table.c.node_id == node_id).values(**values))


def key(connection: Connection, kid: str) -> PeerKey | None:
    """A peer's key by its id, retired ones included."""
    row = connection.execute(sa.select(peer_key_table).where(peer_key_table.c.kid == kid)).one_or_none()
    return None if row is None else _key(row)


def keys_of(connection: Connection, node_id: str) -> list[PeerKey]:
    """Every key a peer ever had with us, oldest first."""
    query = sa.select(peer_key_table).where(peer_key_table.c.node_id == node_id).order_by(peer_key_table.c.from_us)
    return [_key(row) for row in connection.execute(query)]


def rotate_key(
    connection: Connection, node_id: str, *, card: str, kid: str, fingerprint: str, last: dict[str, int], at: datetime
) -> None:
    """Replace a peer's key: the old one keeps what it signed, up to `last` in each lane (clause 10.4)."""
    connection.execute(
        peer_key_table.update()
        .where(peer_key_table.c.node_id == node_id, peer_key_table.c.retired_at_us.is_(None))
        .values(
            retired_at_us=clock.to_us(at),
            retired_log_size=ledger.size(connection),
            last_urgent=last.get("urgent", 0),
            last_normal=last.get("normal", 0),
            last_bulk=last.get("bulk", 0),
        )
    )
    connection.execute(peer_key_table.insert().values(kid=kid, node_id=node_id, card=card, from_us=clock.to_us(at)))
    connection.execute(
        peer_table.update().where(peer_table.c.node_id == node_id).values(card=card, fingerprint=fingerprint)
    )


def keep_own_key(connection: Connection, node_id: str, *, card: str, kid: str, at: datetime) -> None:
    """Keep our own card of the keys that are about to be retired, for proofs of what they signed (clause 8.7).

    It stands among the keys with no place left to sign, so that nothing arriving under it is ever taken.
    """
    if key(connection, kid) is None:
        at_us = clock.to_us(at)
        row = {"kid": kid, "node_id": node_id, "card": card, "from_us": at_us, "retired_at_us": at_us}
        connection.execute(peer_key_table.insert().values(**row))


# --- invitations --------------------------------------------------------------------------------------------------


def add_invitation(connection: Connection, agreement_id: str, *, at: datetime, by: str) -> None:
    """Remember an invitation that we gave out."""
    connection.execute(
        invitation_table.insert().values(agreement_id=agreement_id, made_at_us=clock.to_us(at), made_by=by)
    )


def use_invitation(connection: Connection, agreement_id: str, node_id: str) -> None:
    """Mark an invitation as answered; raises `NotAllowed("invitation-unknown")` when it is not ours or already used."""
    done = connection.execute(
        invitation_table.update()
        .where(invitation_table.c.agreement_id == agreement_id, invitation_table.c.used_by.is_(None))
        .values(used_by=node_id)
    )
    if done.rowcount != 1:
        raise NotAllowed("invitation-unknown")


# --- agreements ---------------------------------------------------------------------------------------------------


def add_version(connection: Connection, new: AgreementVersion) -> None:
    """Store a proposed version; raises `NotAllowed("agreement-version-exists")`."""
    if version(connection, new.agreement_id, new.version) is not None:
        raise NotAllowed("agreement-version-exists", version=new.version)
    connection.execute(
        agreement_table.insert().values(
            agreement_id=new.agreement_id,
            version=new.version,
            peer=new.peer,
            proposer=new.proposer,
            document=new.document,
            proposer_signature=new.proposer_signature,
            proposed_at_us=clock.to_us(new.proposed_at),
        )
    )


def put_in_force(
    connection: Connection, agreement_id: str, number: int, *, counter_signature: bytes, at: datetime
) -> None:
    """Add the second signature: from `at` this version is in force."""
    connection.execute(
        agreement_table.update()
        .where(
            agreement_table.c.agreement_id == agreement_id,
            agreement_table.c.version == number,
            agreement_table.c.in_force_us.is_(None),
        )
        .values(counter_signature=counter_signature, in_force_us=clock.to_us(at))
    )


def version(connection: Connection, agreement_id: str, number: int) -> AgreementVersion | None:
    """One version of a link's agreement."""
    row = connection.execute(
        sa.select(agreement_table).where(
            agreement_table.c.agreement_id == agreement_id, agreement_table.c.version == number
        )
    ).one_or_none()
    return None if row is None else _version(row)


def versions(connection: Connection, peer_id: str | None = None) -> Sequence[AgreementVersion]:
    """All versions, newest first, of one peer or of all."""
    query = sa.select(agreement_table).order_by(agreement_table.c.peer, agreement_table.c.version.desc())
    if peer_id is not None:
        query = query.where(agreement_table.c.peer == peer_id)
    return [_version(row) for row in connection.execute(query)]


def newest_in_force(connection: Connection, peer_id: str) -> int:
    """The number of the version that holds now; 0 before the first."""
    return _NEWEST_IN_FORCE(connection, {"of_peer": peer_id})[0][0] or 0


def open_proposals(connection: Connection, peer_id: str, proposer: str) -> list[int]:
    """Versions above the one in force that this side proposed and the other has not signed, newest first."""
    newest = newest_in_force(connection, peer_id)
    found = _OPEN_PROPOSALS(connection, {"of_peer": peer_id, "by": proposer, "newest": newest})
    return [version for (version,) in found]


def terms_in_force(connection: Connection, peer_id: str) -> Terms | None:
    """The newest version with both signatures, ready to be asked; None before the first."""
    document = connection.execute(
        sa.select(agreement_table.c.document)
        .where(agreement_table.c.peer == peer_id, agreement_table.c.in_force_us.is_not(None))
        .order_by(agreement_table.c.version.desc())
        .limit(1)
    ).scalar_one_or_none()
    return None if document is None else _terms(bytes(document))


@lru_cache(maxsize=64)
def _terms(document: bytes) -> Terms:
    return Terms(decode_agreement(document))


# --- suspensions --------------------------------------------------------------------------------------------------


def suspend(connection: Connection, new: Suspension) -> None:
    """Close a scope; closing it again only renews the reason."""
    resume(connection, new.peer, new.scope, by_us=new.by_us)
    connection.execute(
        suspension_table.insert().values(
            peer=new.peer, scope=new.scope, by_us=new.by_us, reason=new.reason, since_us=clock.to_us(new.since)
        )
    )


def resume(connection: Connection, peer_id: str, scope: str, *, by_us: bool) -> bool:
    """Open a scope again; tells whether it was closed."""
    done = connection.execute(
        suspension_table.delete().where(
            suspension_table.c.peer == peer_id, suspension_table.c.scope == scope, suspension_table.c.by_us == by_us
        )
    )
    return bool(done.rowcount)


def suspensions(connection: Connection, peer_id: str) -> list[Suspension]:
    """Everything closed on a link now, by either side."""
    return [
        Suspension(
            peer=row.peer, scope=row.scope, by_us=row.by_us, reason=row.reason, since=clock.from_us(row.since_us)
        )
        for row in _SUSPENSIONS.rows(connection, {"of_peer": peer_id})
    ]


# Asked for every page: the state of each link stands beside it.
_PEERS: Final = Quick(sa.select(peer_table).order_by(peer_table.c.node_id))
_NEWEST_IN_FORCE: Final = Quick(
    sa.select(sa.func.max(agreement_table.c.version)).where(
        agreement_table.c.peer == sa.bindparam("of_peer"), agreement_table.c.in_force_us.is_not(None)
    )
)
_OPEN_PROPOSALS: Final = Quick(
    sa.select(agreement_table.c.version)
    .where(
        agreement_table.c.peer == sa.bindparam("of_peer"),
        agreement_table.c.proposer == sa.bindparam("by"),
        agreement_table.c.in_force_us.is_(None),
        agreement_table.c.version > sa.bindparam("newest"),
    )
    .order_by(agreement_table.c.version.desc())
)
_SUSPENSIONS: Final = Quick(
    sa.select(suspension_table)
    .where(suspension_table.c.peer == sa.bindparam("of_peer"))
    .order_by(suspension_table.c.scope)
)


def _peer(row: Any) -> Peer:
    return Peer(
        node_id=row.node_id,
        name_vi=row.name_vi,
        name_en=row.name_en,
        url=row.url,
        delivery=Delivery(row.delivery),
        fetch=row.fetch,
        agreement_id=row.agreement_id,
        card=row.card,
        fingerprint=row.fingerprint,
        genesis=row.genesis,
        paired_at=clock.from_us(row.paired_at_us),
        paired_by=row.paired_by,
    )


def _key(row: Any) -> PeerKey:
    return PeerKey(
        kid=row.kid,
        node_id=row.node_id,
        card=row.card,
        retired_at=None if row.retired_at_us is None else clock.from_us(row.retired_at_us),
        last={"urgent": row.last_urgent or 0, "normal": row.last_normal or 0, "bulk": row.last_bulk or 0},
        retired_log_size=row.retired_log_size,
    )


def _version(row: Any) -> AgreementVersion:
    return AgreementVersion(
        agreement_id=row.agreement_id,
        version=row.version,
        peer=row.peer,
        proposer=row.proposer,
        document=bytes(row.document),
        proposer_signature=bytes(row.proposer_signature),
        counter_signature=None if row.counter_signature is None else bytes(row.counter_signature),
        proposed_at=clock.from_us(row.proposed_at_us),
        in_force_at=None if row.in_force_us is None else clock.from_us(row.in_force_us),
    )
