"""The table of files that papers of this side hold; and the only SQL on it. Decides nothing.

A partner's file has no row here: it is found among the files that came with its record, by its digest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lienlac.records.portions import portions
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

file_table = sa.Table(
    "delegation_file",
    metadata,
    sa.Column("element", sa.String(40), primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("record_id", sa.String(40), nullable=False, index=True),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("media_type", sa.String(100), nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("blob_id", sa.String(40), nullable=False),
)
_file = file_table.c


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFile:
    """A file of a paper of ours."""

    element: str
    digest: str
    record_id: str
    name: str
    media_type: str
    size_bytes: int
    blob_id: str


def put(connection: Connection, file: PaperFile) -> None:
    """A paper holds a file; the same content again is the same file."""
    if find(connection, file.element, file.digest) is None:
        values = {name: getattr(file, name) for name in PaperFile.__dataclass_fields__}
        connection.execute(file_table.insert().values(**values))


def find(connection: Connection, element: str, digest: str) -> PaperFile | None:
    """The file of a paper with this content."""
    query = sa.select(file_table).where(_file.element == element, _file.digest == digest)
    row = connection.execute(query).one_or_none()
    return None if row is None else _of(row)


def of_elements(connection: Connection, elements: Iterable[str]) -> dict[tuple[str, str], PaperFile]:
    """Files of these papers, by paper and content."""
    found: dict[tuple[str, str], PaperFile] = {}
    for some in portions(sorted(set(elements))):
        for row in connection.execute(sa.select(file_table).where(_file.element.in_(some))):
            found[row.element, row.digest] = _of(row)
    return found


def _of(row: Any) -> PaperFile:
    return PaperFile(**{name: getattr(row, name) for name in PaperFile.__dataclass_fields__})
