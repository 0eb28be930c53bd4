"""The tables of files that were put in: what each is, its sealed pieces, what became of its objects.

Decides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.intelligence.collection import Marks
from lienlac.intelligence.imports.upload import Counts, Form, Kept, State, Upload
from lienlac.stix.foreign.tables import Mapping
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

upload_table = sa.Table(
    "intel_import",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("officer_id", sa.String(40), nullable=False, index=True),
    sa.Column("collection_id", sa.String(36), nullable=False),
    sa.Column("label", sa.String(300), nullable=False),
    sa.Column("form", sa.String(10), nullable=False),
    sa.Column("state", sa.String(10), nullable=False, index=True),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("read_bytes", sa.BigInteger, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("marks", sa.Text, nullable=False),
    sa.Column("encoding", sa.String(20), nullable=False),
    sa.Column("mapping", sa.Text),
    sa.Column("given", sa.BigInteger, nullable=False),
    sa.Column("new", sa.BigInteger, nullable=False),
    sa.Column("same", sa.BigInteger, nullable=False),
    sa.Column("held", sa.BigInteger, nullable=False),
    sa.Column("unread", sa.BigInteger, nullable=False),
    sa.Column("code", sa.String(64), nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("ended_us", sa.BigInteger),
)
piece_table = sa.Table(
    "intel_import_piece",
    metadata,
    sa.Column("import_id", sa.String(40), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("sealed", sa.Text, nullable=False),
)
result_table = sa.Table(
    "intel_import_result",
    metadata,
    sa.Column("import_id", sa.String(40), primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("object_id", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("held_id", sa.String(40), nullable=False),
    sa.Column("code", sa.String(64), nullable=False),
    sa.Column("details", sa.Text, nullable=False),
)
_U: Final = upload_table.c
_WAITING: Final = (State.COMING.value, State.MAPPING.value, State.RUNNING.value)


def begin(connection: Connection, upload_id: str, officer_id: str, label: str, at: datetime) -> None:
    """A file begins to come in."""
    blank: dict[str, Any] = dict.fromkeys(
        ("size_bytes", "read_bytes", "given", "new", "same", "held", "unread"), 0
    ) | dict.fromkeys(("collection_id", "digest", "encoding", "code"), "")
    connection.execute(
        upload_table.insert().values(
            id=upload_id, officer_id=officer_id, label=label, form=Form.STIX.value, state=State.COMING.value,
            at_us=clock.to_us(at), marks="{}", details="{}", **blank,
        )
    )  # fmt: skip


def waiting(connection: Connection, officer_id: str) -> int:
    """How many files of an officer are coming, wait or are being taken in."""
    query = sa.select(sa.func.count()).where(_U.officer_id == officer_id, _U.state.in_(_WAITING))
    return int(connection.execute(query).scalar_one())


def find(connection: Connection, upload_id: str, officer_id: str) -> Upload | None:
    """An officer's own file, once it is whole."""
    query = sa.select(upload_table).where(_U.id == upload_id, _U.officer_id == officer_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else _upload(row)


def of_officer(connection: Connection, officer_id: str) -> list[Upload]:
    """An officer's own files, the newest first, without those that are still coming."""
    query = sa.select(upload_table).where(_U.officer_id == officer_id, _U.state != State.COMING.value)
    rows = connection.execute(query.order_by(_U.at_us.desc(), _U.id).limit(limits.IMPORT_LIST_MAX))
    return [_upload(row) for row in rows]


def taken_before(connection: Connection, upload: Upload) -> Upload | None:
    """The officer's last file with the same bytes that went into the same collection."""
    query = sa.select(upload_table).where(
        _U.officer_id == upload.officer_id,
        _U.digest == upload.digest,
        _U.collection_id == upload.collection_id,
        _U.id != upload.id,
        _U.state == State.DONE.value,
    )
    row = connection.execute(query.order_by(_U.at_us.desc()).limit(1)).first()
    return None if row is None else _upload(row)


def next_running(connection: Connection) -> Upload | None:
    """The file whose turn it is: the one that waits longest."""
    query = sa.select(upload_table).where(_U.state == State.RUNNING.value).order_by(_U.at_us, _U.id).limit(1)
    row = connection.execute(query).first()
    return None if row is None else _upload(row)


def change(connection: Connection, upload_id: str, **values: Any) -> None:
    """Write some of what a file is."""
    connection.execute(upload_table.update().where(_U.id == upload_id).values(**values))


def advance(connection: Connection, upload: Upload, now: Counts, read_bytes: int) -> bool:
    """Move on from where the file stood; False when somebody else has done so."""
    here = sa.and_(_U.id == upload.id, _U.state == State.RUNNING.value, _U.given == upload.counts.given)
    values = msgspec.to_builtins(now) | {"read_bytes": read_bytes}
    return bool(connection.execute(upload_table.update().where(here).values(**values)).rowcount)


def marks_text(marks: Marks) -> str:
    """Marks as they are stored."""
    return msgspec.json.encode(marks).decode()


def forget(connection: Connection, upload_id: str) -> None:
    """Nothing stays of a file; what it brought is not its own any more."""
    for table in (piece_table, result_table):
        connection.execute(table.delete().where(table.c.import_id == upload_id))
    connection.execute(upload_table.delete().where(_U.id == upload_id))


def idle(connection: Connection, before: datetime) -> list[str]:
    """Files that came in before an instant and that nobody went on with, or that ended before it."""
    old = clock.to_us(before)
    query = sa.select(_U.id).where(_U.at_us < old, _U.state != State.RUNNING.value)
    return list(connection.execute(query.limit(limits.IMPORT_LIST_MAX)).scalars())


# --- pieces -------------------------------------------------------------------------------------------------------


def put_piece(connection: Connection, upload_id: str, number: int, sealed: str) -> None:
    """Some more of a file."""
    connection.execute(piece_table.insert().values(import_id=upload_id, number=number, sealed=sealed))


def piece(connection: Connection, upload_id: str, number: int) -> str | None:
    """One piece; None behind the last."""
    query = sa.select(piece_table.c.sealed).where(piece_table.c.import_id == upload_id, piece_table.c.number == number)
    found: str | None = connection.execute(query).scalar_one_or_none()
    return found


def drop_pieces(connection: Connection, upload_id: str) -> None:
    """The file itself is needed no more."""
    connection.execute(piece_table.delete().where(piece_table.c.import_id == upload_id))


# --- results ------------------------------------------------------------------------------------------------------


def put_results(connection: Connection, upload_id: str, kept: Sequence[Kept]) -> None:
    """What became of some objects."""
    rows = [
        {
            "import_id": upload_id,
            "number": one.number,
            "object_id": one.object_id,
            "type": one.type,
            "state": one.state,
            "held_id": one.held_id,
            "code": one.code,
            "details": _json(one.details),
        }
        for one in kept
    ]
    if rows:
        connection.execute(result_table.insert(), rows)


def results(connection: Connection, upload_id: str, state: str, *, after: int, rows: int) -> list[Kept]:
    """What became of a file's objects, in their order; of one state, or of all ("")."""
    table = result_table.c
    query = sa.select(result_table).where(table.import_id == upload_id, table.number > after)
    if state:
        query = query.where(table.state == state)
    return [
        Kept(
            number=row.number,
            object_id=row.object_id,
            type=row.type,
            state=row.state,
            held_id=row.held_id,
            code=row.code,
            details=msgspec.json.decode(row.details),
        )
        for row in connection.execute(query.order_by(table.number).limit(rows))
    ]


def json_of(value: Any) -> str:
    """Details as they are stored."""
    return _json(value)


def _json(value: Any) -> str:
    return msgspec.json.encode(value, enc_hook=str).decode()


def _upload(row: Any) -> Upload:
    return Upload(
        id=row.id,
        officer_id=row.officer_id,
        collection_id=row.collection_id,
        label=row.label,
        form=Form(row.form),
        state=State(row.state),
        at=clock.from_us(row.at_us),
        size_bytes=row.size_bytes,
        read_bytes=row.read_bytes,
        digest=row.digest,
        marks=msgspec.json.decode(row.marks, type=Marks),
        encoding=row.encoding,
        mapping=None if row.mapping is None else msgspec.json.decode(row.mapping, type=Mapping),
        counts=Counts(given=row.given, new=row.new, same=row.same, held=row.held, unread=row.unread),
        code=row.code,
        details=msgspec.json.decode(row.details),
        ended_at=None if row.ended_us is None else clock.from_us(row.ended_us),
    )
