"""What is known of each blob: its digest and size, its sealed key, how far it has come, and who still needs it.

A blob lives as long as somebody uses it; the last one to let go removes row and key, and with the key the content is
gone, whatever lies on the disk (`files.sweep` takes that away). Knows nothing of what a blob means to its users.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lienlac.errors import NotAllowed
from lienlac.keys.attachments.stream import ContentKey
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from lienlac.keys.rest.safe import Safe

OWN = ""
"""The source of what was made here; everything else comes from the peer of that name."""
_PURPOSE = "blob-key"


class BlobState(StrEnum):
    """How a blob stands. `held`: whole, and put under lock by a scanner until somebody with the right lets it go."""

    RECEIVING = "receiving"
    WHOLE = "whole"
    HELD = "held"


blob_table = sa.Table(
    "storage_blob",
    metadata,
    sa.Column("blob_id", sa.String(40), primary_key=True),
    sa.Column("source", sa.String(40), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("chunks", sa.BigInteger, nullable=False),
    sa.Column("media_type", sa.String(100)),
    sa.Column("made_us", sa.BigInteger, nullable=False),
    sa.Index("ix_storage_blob_content", "source", "digest"),
)

use_table = sa.Table(
    "storage_blob_use",
    metadata,
    sa.Column("blob_id", sa.String(40), primary_key=True),
    sa.Column("used_by", sa.String(80), primary_key=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """One blob. `chunks` are those that are on the disk for good; `media_type` is None until somebody looked."""

    blob_id: str
    source: str
    digest: str
    size_bytes: int
    sealed_key: str
    state: BlobState
    chunks: int
    media_type: str | None
    made_us: int

    def key(self, safe: Safe) -> ContentKey:
        """Its content key. Raises `NotAllowed("blob-key-lost")`."""
        try:
            return ContentKey(safe.open(self.sealed_key, purpose=_PURPOSE, owner=self.blob_id))
        except NotAllowed as error:
            raise NotAllowed("blob-key-lost", blob=self.blob_id) from error


def add(
    connection: Connection,
    safe: Safe,
    key: ContentKey,
    *,
    blob_id: str,
    source: str,
    digest: str,
    size_bytes: int,
    state: BlobState,
    chunks: int,
    made_us: int,
    media_type: str | None = None,
) -> None:
    """Note a new blob; its key is sealed for this row alone."""
    connection.execute(
        blob_table.insert().values(
            blob_id=blob_id,
            source=source,
            digest=digest,
            size_bytes=size_bytes,
            key=safe.seal(key.raw, purpose=_PURPOSE, owner=blob_id),
            state=state.value,
            chunks=chunks,
            made_us=made_us,
            media_type=media_type,
        )
    )


def find(connection: Connection, blob_id: str | None) -> Blob | None:
    """One blob by its id."""
    row = connection.execute(sa.select(blob_table).where(blob_table.c.blob_id == blob_id)).one_or_none()
    return None if row is None else _blob(row)


def require(connection: Connection, blob_id: str | None) -> Blob:
    """One blob by its id; raises `NotAllowed("blob-gone")`."""
    found = find(connection, blob_id)
    if found is None:
        raise NotAllowed("blob-gone", blob=blob_id or "")
    return found


def of_content(connection: Connection, source: str, digest: str) -> list[Blob]:
    """Blobs of one source with that content. Never ask across sources: a peer could learn what others sent."""
    query = sa.select(blob_table).where(blob_table.c.source == source, blob_table.c.digest == digest)
    return [_blob(row) for row in connection.execute(query.order_by(blob_table.c.blob_id))]


def set_chunks(connection: Connection, blob_id: str, chunks: int) -> None:
    """So many chunks are on the disk for good."""
    connection.execute(blob_table.update().where(blob_table.c.blob_id == blob_id).values(chunks=chunks))


def set_state(connection: Connection, blob_id: str, state: BlobState, *, media_type: str | None = None) -> None:
    """How it stands now; the media type is what was found in the content."""
    values: dict[str, Any] = {"state": state.value}
    if media_type is not None:
        values["media_type"] = media_type
    connection.execute(blob_table.update().where(blob_table.c.blob_id == blob_id).values(**values))


def taken_bytes(connection: Connection, source: str | None = None) -> int:
    """What all blobs (of one source) take or will take when they are whole."""
    query = sa.select(sa.func.coalesce(sa.func.sum(blob_table.c.size_bytes), 0))
    if source is not None:
        query = query.where(blob_table.c.source == source)
    return int(connection.execute(query).scalar_one())


def known(connection: Connection, blob_ids: Iterable[str]) -> set[str]:
    """Which of these ids have a row."""
    wanted = list(blob_ids)
    query = sa.select(blob_table.c.blob_id).where(blob_table.c.blob_id.in_(wanted))
    return set(connection.execute(query).scalars()) if wanted else set()


# --- who needs it -------------------------------------------------------------------------------------------------


def use(connection: Connection, blob_id: str, user: str) -> None:
    """From now on `user` needs this blob; said twice, it counts once."""
    mine = (use_table.c.blob_id == blob_id, use_table.c.used_by == user)
    if connection.execute(sa.select(use_table.c.blob_id).where(*mine)).scalar_one_or_none() is None:
        connection.execute(use_table.insert().values(blob_id=blob_id, used_by=user))


def let_go(connection: Connection, blob_id: str, user: str) -> bool:
    """`user` needs it no more. True when nobody does: then the row, and with it the key, is gone."""
    connection.execute(use_table.delete().where(use_table.c.blob_id == blob_id, use_table.c.used_by == user))
    left = sa.select(sa.func.count()).select_from(use_table).where(use_table.c.blob_id == blob_id)
    if connection.execute(left).scalar_one():
        return False
    return bool(connection.execute(blob_table.delete().where(blob_table.c.blob_id == blob_id)).rowcount)


def _blob(row: Any) -> Blob:
    return Blob(
        blob_id=row.blob_id,
        source=row.source,
        digest=row.digest,
        size_bytes=row.size_bytes,
        sealed_key=row.key,
        state=BlobState(row.state),
        chunks=row.chunks,
        media_type=row.media_type,
        made_us=row.made_us,
    )
