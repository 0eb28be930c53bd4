"""The tables of files beside messages: each announced file with its journey, and each officer's tray of uploads.

Rows only; what may follow what stands in `journey`, and `move` is the one way to change a stage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lienlac.exchange.attachments.journey import Event, Stage, Way, follows
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

attachment_table = sa.Table(
    "exchange_attachment",
    metadata,
    sa.Column("attachment_id", sa.String(40), primary_key=True),
    sa.Column("way", sa.String(3), nullable=False),
    sa.Column("peer", sa.String(40), nullable=False),
    sa.Column("message_id", sa.String(40), nullable=False, index=True),
    sa.Column("record_id", sa.String(40)),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("media_type", sa.String(100), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("sealed_key", sa.Text),
    sa.Column("blob_id", sa.String(40)),
    sa.Column("stage", sa.String(10), nullable=False),
    sa.Column("chunks", sa.BigInteger, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("next_us", sa.BigInteger, nullable=False),
    sa.Column("last_code", sa.String(64)),
    sa.Column("last_reason", sa.Text),
    sa.Column("made_us", sa.BigInteger, nullable=False),
    sa.Column("moved_us", sa.BigInteger, nullable=False),
    sa.Column("done_us", sa.BigInteger),
    sa.Column("proof_id", sa.String(40)),
    sa.Column("tell", sa.String(10)),
    sa.Index("ix_exchange_attachment_stage", "stage", "way", "next_us"),
    sa.Index("ix_exchange_attachment_tell", "tell"),
)
"""`proof_id`: the `attachment.complete` that proves it whole. `tell`: what the peer has still to be told of it."""

upload_table = sa.Table(
    "exchange_upload",
    metadata,
    sa.Column("upload_id", sa.String(40), primary_key=True),
    sa.Column("officer_id", sa.String(40), nullable=False, index=True),
    sa.Column("blob_id", sa.String(40), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("media_type", sa.String(100), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("held", sa.Boolean, nullable=False),
    sa.Column("made_us", sa.BigInteger, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One file of one message. `chunks` is what the receiver holds for good, as far as this side knows."""

    attachment_id: str
    way: Way
    peer: str
    message_id: str
    record_id: str | None
    position: int
    name: str
    media_type: str
    digest: str
    size_bytes: int
    sealed_key: str | None
    blob_id: str | None
    stage: Stage
    chunks: int
    failures: int
    next_us: int
    last_code: str | None
    last_reason: str | None
    made_us: int
    moved_us: int
    done_us: int | None
    proof_id: str | None
    tell: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that an officer put in and has not sent. `held`: a scanner put it under lock."""

    upload_id: str
    officer_id: str
    blob_id: str
    name: str
    media_type: str
    digest: str
    size_bytes: int
    held: bool
    made_us: int


# --- announced files ----------------------------------------------------------------------------------------------


def add(connection: Connection, **values: Any) -> None:
    """A file that was announced, by us or to us."""
    fresh = {"chunks": 0, "failures": 0, "next_us": 0}
    connection.execute(attachment_table.insert().values(**fresh, **values))


def find(connection: Connection, attachment_id: str) -> Attachment | None:
    """One file by its id."""
    query = sa.select(attachment_table).where(attachment_table.c.attachment_id == attachment_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else _attachment(row)


def of_messages(connection: Connection, message_ids: Iterable[str]) -> list[Attachment]:
    """All files of these messages, in their order."""
    wanted = list(message_ids)
    if not wanted:
        return []
    query = sa.select(attachment_table).where(attachment_table.c.message_id.in_(wanted))
    order = (attachment_table.c.message_id, attachment_table.c.position)
    return [_attachment(row) for row in connection.execute(query.order_by(*order))]


def of_content(connection: Connection, record_id: str, digest: str) -> list[Attachment]:
    """Journeys of a content in one record, the newest first."""
    table = attachment_table.c
    query = sa.select(attachment_table).where(table.record_id == record_id, table.digest == digest)
    return [_attachment(row) for row in connection.execute(query.order_by(table.made_us.desc()).limit(100))]


def newest_in(connection: Connection, record_id: str, digests: Iterable[str]) -> dict[str, Attachment]:
    """Of each of these contents that a record was announced, the journey that began last."""
    table, wanted = attachment_table.c, list(digests)
    if not wanted:
        return {}
    query = sa.select(attachment_table).where(
        table.record_id == record_id, table.way == Way.IN.value, table.digest.in_(wanted)
    )
    return {row.digest: _attachment(row) for row in connection.execute(query.order_by(table.made_us))}


def due(connection: Connection, way: Way, now_us: int, *, peers: Iterable[str], rows: int) -> list[Attachment]:
    """Files that may move now, oldest first."""
    table = attachment_table.c
    query = sa.select(attachment_table).where(
        table.stage == Stage.MOVING.value, table.way == way.value, table.next_us <= now_us, table.peer.in_(list(peers))
    )
    return [_attachment(row) for row in connection.execute(query.order_by(table.made_us, table.position).limit(rows))]


def unfinished(connection: Connection, peer: str, way: Way, *, rows: int) -> list[Attachment]:
    """Files of one link that move, or wait for their message's receipt, whatever their back-off, oldest first."""
    table = attachment_table.c
    query = sa.select(attachment_table).where(
        table.stage.in_((Stage.WAITING.value, Stage.MOVING.value)), table.way == way.value, table.peer == peer
    )
    return [_attachment(row) for row in connection.execute(query.order_by(table.made_us, table.position).limit(rows))]


def in_stage(
    connection: Connection, stage: Stage, *, moved_before_us: int | None = None, rows: int
) -> list[Attachment]:
    """Files in one stage (that have not moved since an instant)."""
    query = sa.select(attachment_table).where(attachment_table.c.stage == stage.value)
    if moved_before_us is not None:
        query = query.where(attachment_table.c.moved_us < moved_before_us)
    return [_attachment(row) for row in connection.execute(query.order_by(attachment_table.c.made_us).limit(rows))]


def to_tell(connection: Connection, *, rows: int) -> list[Attachment]:
    """Files of which the peer has still to be told something."""
    query = sa.select(attachment_table).where(attachment_table.c.tell.is_not(None))
    return [_attachment(row) for row in connection.execute(query.order_by(attachment_table.c.made_us).limit(rows))]


def change(connection: Connection, attachment_id: str, **values: Any) -> None:
    """Columns beside the stage."""
    where = attachment_table.c.attachment_id == attachment_id
    connection.execute(attachment_table.update().where(where).values(**values))


def move(connection: Connection, file: Attachment, event: Event, **values: Any) -> bool:
    """Let an event happen to a file; False when the table says that it changes nothing."""
    to = follows(file.way, file.stage, event)
    if to is None:
        return False
    change(connection, file.attachment_id, stage=to.value, **values)
    return True


# --- trays --------------------------------------------------------------------------------------------------------


def add_upload(connection: Connection, new: Upload) -> None:
    """A file in an officer's tray."""
    row = {name: getattr(new, name) for name in Upload.__slots__}
    connection.execute(upload_table.insert().values(**row))


def uploads(connection: Connection, officer_id: str, *, rows: int) -> list[Upload]:
    """An officer's tray, oldest first."""
    query = sa.select(upload_table).where(upload_table.c.officer_id == officer_id)
    order = (upload_table.c.made_us, upload_table.c.upload_id)
    return [_upload(row) for row in connection.execute(query.order_by(*order).limit(rows))]


def upload(connection: Connection, officer_id: str, upload_id: str) -> Upload | None:
    """One file of an officer's own tray; another one's is as absent as one that never was."""
    query = sa.select(upload_table).where(
        upload_table.c.upload_id == upload_id, upload_table.c.officer_id == officer_id
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else _upload(row)


def uploads_before(connection: Connection, made_us: int, *, rows: int) -> list[Upload]:
    """Uploads that were left lying."""
    query = sa.select(upload_table).where(upload_table.c.made_us < made_us).order_by(upload_table.c.made_us)
    return [_upload(row) for row in connection.execute(query.limit(rows))]


def renew_upload(connection: Connection, upload_id: str, made_us: int) -> None:
    """Its time in the tray begins anew."""
    connection.execute(upload_table.update().where(upload_table.c.upload_id == upload_id).values(made_us=made_us))


def remove_upload(connection: Connection, upload_id: str) -> None:
    """It was sent, thrown away, or left lying too long."""
    connection.execute(upload_table.delete().where(upload_table.c.upload_id == upload_id))


def _attachment(row: Any) -> Attachment:
    values = dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's public name for a row as a mapping
    return Attachment(**{**values, "way": Way(row.way), "stage": Stage(row.stage)})


def _upload(row: Any) -> Upload:
    return Upload(**row._mapping)  # noqa: SLF001  # as above
