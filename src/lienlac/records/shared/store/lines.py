"""One line for each shared record, running numbers, what each officer has seen. Decides nothing.

Whatever an officer is shown is asked with their scope, inside the SQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.people.access.store import in_scope
from lienlac.records.shared.finding import findable
from lienlac.records.shared.fold import Part
from lienlac.records.shared.store.facts import element_table
from lienlac.records.store import SentOnce
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.people.rights import Scope

record_table = sa.Table(
    "shared_record",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("host", sa.String(40), nullable=False),
    sa.Column("reference", sa.String(300), nullable=False),
    sa.Column("title_vi", sa.String(300), nullable=False),
    sa.Column("title_en", sa.String(300), nullable=False),
    sa.Column("state", sa.String(64), nullable=False),
    sa.Column("part", sa.String(20), nullable=False),
    sa.Column("purpose", sa.String(64), nullable=False),
    sa.Column("legal_basis", sa.String(64), nullable=False),
    sa.Column("legal_basis_text", sa.Text, nullable=False),
    sa.Column("typology", sa.String(64)),
    sa.Column("drill", sa.SmallInteger, nullable=False),
    sa.Column("restricted", sa.Boolean, nullable=False),
    sa.Column("opened_us", sa.BigInteger, nullable=False),
    sa.Column("changed_us", sa.BigInteger, nullable=False),
    sa.Column("changed", sa.BigInteger, nullable=False),
    sa.Column("found_by", sa.Text, nullable=False),
    sa.Column("tlp", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Index("ix_shared_record_list", "kind", "changed_us", "id"),
)

invitation_table = sa.Table(
    "shared_invitation",
    metadata,
    sa.Column("record_id", sa.String(40), primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("received_us", sa.BigInteger, nullable=False),
)

number_table = sa.Table(
    "shared_number",
    metadata,
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last", sa.Integer, nullable=False),
)

seen_table = sa.Table(
    "shared_seen",
    metadata,
    sa.Column("officer_id", sa.String(40), primary_key=True),
    sa.Column("record_id", sa.String(40), primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
)


ONCE = SentOnce("shared_once", sa.Column("record_id", sa.String(40), nullable=False))
"""Forms that were sent already."""
_record = record_table.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A record in a list. `part`: whether this node takes part; `changed`: the position of its newest fact.

    `tlp`: the rank of the strictest mark that any of its facts bears or bore.
    """

    id: str
    kind: str
    host: str
    reference: str
    title_vi: str
    title_en: str
    state: str
    part: Part
    purpose: str
    legal_basis: str
    legal_basis_text: str
    typology: str | None
    drill: bool
    restricted: bool
    opened_at: datetime
    changed_at: datetime
    changed: int = 0
    unseen: bool = False
    tlp: int = 0


def insert(connection: Connection, line: Line) -> None:
    """A new record."""
    connection.execute(record_table.insert().values(id=line.id, **_values(line)))


def update(connection: Connection, line: Line) -> None:
    """A record as it is now; whether it is restricted is not a matter of its facts."""
    values = _values(line)
    del values["restricted"]
    values["tlp"] = sa.case((_record.tlp < line.tlp, line.tlp), else_=_record.tlp)  # whoever holds an older line
    connection.execute(record_table.update().where(_record.id == line.id).values(**values))


def set_state(connection: Connection, record_id: str, state: str) -> None:
    """What the record is, where its subject knows better than its first element says."""
    connection.execute(record_table.update().where(_record.id == record_id).values(state=state))


def find(connection: Connection, record_id: str) -> Line | None:
    """A record, whoever may see it: for what arrives and what time does."""
    row = connection.execute(sa.select(record_table).where(_record.id == record_id)).one_or_none()
    return None if row is None else _line(row)


def visible(connection: Connection, scope: Scope, name: str, kind: str) -> list[Line]:
    """Records of a kind that an officer may know of, by id or reference."""
    query = sa.select(record_table).where(
        _record.kind == kind,
        sa.or_(_record.id == name, _record.reference == name.upper()),
        in_scope(scope, _record.id, restricted=_record.restricted),
    )
    return [_line(row) for row in connection.execute(query.limit(2))]


def listed(
    connection: Connection,
    scope: Scope,
    kind: str,
    *,
    states: Sequence[str] = (),
    parts: Sequence[str] = (),
    words: Sequence[str] = (),
    after: tuple[datetime, str] | None = None,
    rows: int,
    bodies: bool = False,
) -> list[Line]:
    """Records that an officer may know of, the last changed first; `unseen`: changed since they looked.

    `bodies`: each of the words may also stand in any one element that holds, not only in reference and titles.
    """
    seen = seen_table.c
    query = (
        sa.select(record_table, seen.position)
        .outerjoin(seen_table, sa.and_(seen.record_id == _record.id, seen.officer_id == scope.officer_id))
        .where(_record.kind == kind, in_scope(scope, _record.id, restricted=_record.restricted))
    )
    if states:
        query = query.where(_record.state.in_(states))
    if parts:
        query = query.where(_record.part.in_(parts))
    for word in words:
        query = query.where(sa.or_(_record.found_by.contains(word, autoescape=True), *_in_bodies(word, bodies=bodies)))
    if after is not None:
        query = query.where(sa.tuple_(_record.changed_us, _record.id) < sa.tuple_(clock.to_us(after[0]), after[1]))
    query = query.order_by(_record.changed_us.desc(), _record.id.desc()).limit(rows)
    return [_line(row, unseen=row.changed > (row.position or 0)) for row in connection.execute(query)]


def _in_bodies(word: str, *, bodies: bool) -> list[sa.ColumnElement[bool]]:
    element = element_table.c
    held = sa.exists().where(
        element.record_id == _record.id, element.gone == 0, element.found_by.contains(word, autoescape=True)
    )
    return [held] if bodies else []


def count(connection: Connection, scope: Scope, kind: str, parts: Sequence[str], states: Sequence[str] = ()) -> int:
    """How many records an officer may know of."""
    query = sa.select(sa.func.count()).where(
        _record.kind == kind, _record.part.in_(parts), in_scope(scope, _record.id, restricted=_record.restricted)
    )
    if states:
        query = query.where(_record.state.in_(states))
    return int(connection.execute(query).scalar_one())


def count_from(connection: Connection, kind: str, host: str, parts: Sequence[str] = ()) -> int:
    """How many records a partner has invited us to."""
    query = sa.select(sa.func.count()).where(_record.kind == kind, _record.host == host)
    if parts:
        query = query.where(_record.part.in_(parts))
    return int(connection.execute(query).scalar_one())


def set_restricted(connection: Connection, record_id: str, restricted: bool) -> None:  # noqa: FBT001 - as `NeedToKnow` calls it
    """Whether the need-to-know names anybody."""
    connection.execute(record_table.update().where(_record.id == record_id).values(restricted=restricted))


def next_number(connection: Connection, kind: str, year: int) -> int:
    """The next running number of a year; the row is locked until the caller's transaction ends."""
    numbers = number_table.c
    where = (numbers.kind == kind, numbers.year == year)
    if not connection.execute(number_table.update().where(*where).values(last=numbers.last + 1)).rowcount:
        connection.execute(number_table.insert().values(kind=kind, year=year, last=1))
    return int(connection.execute(sa.select(numbers.last).where(*where)).scalar_one())


def reach(connection: Connection, kind: str, year: int, number: int) -> None:
    """Never give out a number up to this one again: after a restore our own replayed records bring theirs."""
    numbers = number_table.c
    where = (numbers.kind == kind, numbers.year == year)
    known = connection.execute(sa.select(numbers.last).where(*where)).scalar_one_or_none()
    if known is None:
        connection.execute(number_table.insert().values(kind=kind, year=year, last=number))
    elif known < number:
        connection.execute(number_table.update().where(*where).values(last=number))


def keep_invitation(connection: Connection, record_id: str, body: bytes, at: datetime) -> None:
    """What we were told when we were asked; the newest replaces earlier ones."""
    connection.execute(invitation_table.delete().where(invitation_table.c.record_id == record_id))
    values = {"record_id": record_id, "body": body, "received_us": clock.to_us(at)}
    connection.execute(invitation_table.insert().values(**values))


def invitation(connection: Connection, record_id: str) -> tuple[bytes, datetime] | None:
    """The newest invitation to a record and when it came."""
    row = connection.execute(sa.select(invitation_table).where(invitation_table.c.record_id == record_id)).one_or_none()
    return None if row is None else (bytes(row.body), clock.from_us(row.received_us))


def seen(connection: Connection, officer_id: str, record_id: str) -> int:
    """The position up to which an officer has looked at a record."""
    query = sa.select(seen_table.c.position).where(
        seen_table.c.officer_id == officer_id, seen_table.c.record_id == record_id
    )
    return connection.execute(query).scalar_one_or_none() or 0


def see(connection: Connection, officer_id: str, record_id: str, position: int) -> None:
    """An officer has looked at a record up to here."""
    where = (seen_table.c.officer_id == officer_id, seen_table.c.record_id == record_id)
    if not connection.execute(seen_table.update().where(*where).values(position=position)).rowcount:
        values = {"officer_id": officer_id, "record_id": record_id, "position": position}
        connection.execute(seen_table.insert().values(**values))


def _values(line: Line) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "host": line.host,
        "reference": line.reference,
        "title_vi": line.title_vi,
        "title_en": line.title_en,
        "state": line.state,
        "part": line.part.value,
        "purpose": line.purpose,
        "legal_basis": line.legal_basis,
        "legal_basis_text": line.legal_basis_text[: limits.TEXT_MAX_CHARS],
        "typology": line.typology,
        "drill": int(line.drill),
        "restricted": line.restricted,
        "tlp": line.tlp,
        "opened_us": clock.to_us(line.opened_at),
        "changed_us": clock.to_us(line.changed_at),
        "changed": line.changed,
        "found_by": findable(f"{line.reference} {line.title_vi} {line.title_en}"),
    }


def _line(row: Any, *, unseen: bool = False) -> Line:
    return Line(
        id=row.id,
        kind=row.kind,
        host=row.host,
        reference=row.reference,
        title_vi=row.title_vi,
        title_en=row.title_en,
        state=row.state,
        part=Part(row.part),
        purpose=row.purpose,
        legal_basis=row.legal_basis,
        legal_basis_text=row.legal_basis_text,
        typology=row.typology,
        drill=bool(row.drill),
        restricted=row.restricted,
        opened_at=clock.from_us(row.opened_us),
        changed_at=clock.from_us(row.changed_us),
        changed=row.changed,
        unseen=unseen,
        tlp=row.tlp,
    )
