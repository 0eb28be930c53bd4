"""Tables of cases' own: what each case is to the watch, tasks by due time, keys by which entities are compared, files.

All of it follows from the facts (but when a file was last read again) and can be made anew from them. Decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lienlac import clock
from lienlac.exchange.attachments.journey import Stage, Way
from lienlac.exchange.attachments.store import attachment_table
from lienlac.people.access.store import in_scope
from lienlac.records.shared.fold import lying
from lienlac.records.shared.store.lines import record_table
from lienlac.storage.quick import Quick, QuickAmong
from lienlac.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.people.rights import Scope

line_table = sa.Table(
    "case_line",
    metadata,
    sa.Column("record_id", sa.String(40), primary_key=True),
    sa.Column("severity", sa.String(20)),
    sa.Column("own_update_us", sa.BigInteger),
    sa.Column("their_update_us", sa.BigInteger),
    sa.Column("stated_us", sa.BigInteger),
    sa.Column("watch_us", sa.BigInteger, index=True),
    sa.Column("watched_us", sa.BigInteger, nullable=False),
    sa.Column("exhibits", sa.Integer, nullable=False),
)

task_table = sa.Table(
    "case_task",
    metadata,
    sa.Column("record_id", sa.String(40), primary_key=True),
    sa.Column("element", sa.String(40), primary_key=True),
    sa.Column("owner", sa.String(40), nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("due_us", sa.BigInteger),
    sa.Column("assignee", sa.String(300), nullable=False),
    sa.Column("line", sa.Text, nullable=False),
    sa.Column("comes_after", sa.Text, nullable=False),
    sa.Index("ix_case_task_due", "owner", "status", "due_us"),
)

key_table = sa.Table(
    "case_key",
    metadata,
    sa.Column("record_id", sa.String(40), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("element", sa.String(40), primary_key=True),
    sa.Index("ix_case_key_element", "record_id", "element"),
)

entity_table = sa.Table(
    "case_entity",
    metadata,
    sa.Column("thing", sa.String(40), primary_key=True),
    sa.Column("record_id", sa.String(40), nullable=False),
    sa.Column("element", sa.String(40), nullable=False),
)

link_table = sa.Table(
    "case_link",
    metadata,
    sa.Column("record_id", sa.String(40), primary_key=True),
    sa.Column("element", sa.String(40), primary_key=True),
    sa.Column("target", sa.String(40), nullable=False),
    sa.Index("ix_case_link_target", "target", "record_id"),
)

file_table = sa.Table(
    "case_file",
    metadata,
    sa.Column("record_id", sa.String(40), primary_key=True),
    sa.Column("element", sa.String(40), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("name", sa.String(300), nullable=False),
    sa.Column("media_type", sa.String(100), nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("blob_id", sa.String(40)),
    sa.Column("checked_us", sa.BigInteger),
    sa.Column("whole", sa.SmallInteger),
    sa.Column("check_us", sa.BigInteger, index=True),
)

transfer_table = sa.Table(
    "case_transfer",
    metadata,
    sa.Column("attachment_id", sa.String(40), primary_key=True),
    sa.Column("record_id", sa.String(40), nullable=False),
    sa.Column("element", sa.String(40), nullable=False),
)

_line, _task, _key, _file = line_table.c, task_table.c, key_table.c, file_table.c
_link = link_table.c


# --- lines --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """What a case is to the watch. `stated_us`: since when our own promise runs."""

    record_id: str
    severity: str | None = None
    own_update_us: int | None = None
    their_update_us: int | None = None
    stated_us: int | None = None
    watch_us: int | None = None
    watched_us: int = 0
    exhibits: int = 0


def line(connection: Connection, record_id: str) -> CaseLine | None:
    """One case's line."""
    row = connection.execute(sa.select(line_table).where(_line.record_id == record_id)).one_or_none()
    return None if row is None else CaseLine(**_values(row))


def put_line(connection: Connection, made: CaseLine) -> None:
    """A case's line as it is now."""
    values = {name: getattr(made, name) for name in CaseLine.__slots__ if name != "record_id"}
    where = _line.record_id == made.record_id
    if not connection.execute(line_table.update().where(where).values(**values)).rowcount:
        connection.execute(line_table.insert().values(record_id=made.record_id, **values))


def severities(connection: Connection, record_ids: Sequence[str]) -> dict[str, str]:
    """How grave the hot ones among these cases are."""
    query = sa.select(_line.record_id, _line.severity).where(
        _line.record_id.in_(record_ids), _line.severity.is_not(None)
    )
    return {row.record_id: row.severity for row in connection.execute(query)}


def to_watch(connection: Connection, now_us: int, rows: int) -> list[str]:
    """Cases about which something may be due."""
    query = sa.select(_line.record_id).where(_line.watch_us <= now_us).order_by(_line.watch_us).limit(rows)
    return list(connection.execute(query).scalars())


def next_exhibit(connection: Connection, record_id: str) -> int:
    """The next running number of our own exhibits of a case; the row is locked until the transaction ends."""
    where = _line.record_id == record_id
    if not connection.execute(line_table.update().where(where).values(exhibits=_line.exhibits + 1)).rowcount:
        connection.execute(line_table.insert().values(record_id=record_id, watched_us=0, exhibits=1))
    return int(connection.execute(sa.select(_line.exhibits).where(where)).scalar_one())


def reach_exhibit(connection: Connection, record_id: str, number: int) -> None:
    """Never give out a number up to this one again."""
    where = _line.record_id == record_id
    connection.execute(line_table.update().where(where, _line.exhibits < number).values(exhibits=number))


# --- tasks --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """A task in a list of several cases."""

    record_id: str
    element: str
    owner: str
    status: str
    due_us: int | None
    assignee: str
    line: str
    comes_after: str
    reference: str = ""
    title_vi: str = ""
    title_en: str = ""

    @property
    def due(self) -> datetime | None:
        """When it is due."""
        return None if self.due_us is None else clock.from_us(self.due_us)

    @property
    def after(self) -> tuple[str, ...]:
        """The tasks that come first."""
        return tuple(self.comes_after.split())


def put_task(connection: Connection, made: TaskLine) -> None:
    """A task as it is now."""
    drop_task(connection, made.record_id, made.element)
    values = {name: getattr(made, name) for name in task_table.c.keys()}  # noqa: SIM118  # names, not columns
    connection.execute(task_table.insert().values(**values))


def drop_task(connection: Connection, record_id: str, element: str) -> None:
    """It was taken back."""
    connection.execute(task_table.delete().where(_task.record_id == record_id, _task.element == element))


def order_of(connection: Connection, record_id: str, rows: int) -> dict[str, tuple[str, ...]]:
    """Which tasks of a case come after which others."""
    query = sa.select(_task.element, _task.comes_after).where(_task.record_id == record_id).limit(rows)
    return {row.element: tuple(row.comes_after.split()) for row in connection.execute(query)}


def tasks(
    connection: Connection,
    scope: Scope,
    *,
    statuses: Sequence[str],
    owner: str = "",
    assignee: str = "",
    rows: int,
) -> list[TaskLine]:
    """Tasks of all cases that an officer may know of, the first due first, those without a time last."""
    record = record_table.c
    query = (
        sa.select(task_table, record.reference, record.title_vi, record.title_en)
        .join(record_table, record.id == _task.record_id)
        .where(_task.status.in_(statuses), in_scope(scope, record.id, restricted=record.restricted))
    )
    if owner:
        query = query.where(_task.owner == owner)
    if assignee:
        query = query.where(sa.func.lower(_task.assignee) == assignee.lower())
    query = query.order_by(_task.due_us.is_(None), _task.due_us, _task.element).limit(rows)
    return [TaskLine(**_values(row)) for row in connection.execute(query)]


# --- keys of entities ---------------------------------------------------------------------------------------------
_DROP_KEYS = Quick(
    key_table.delete().where(_key.record_id == sa.bindparam("of_record"), _key.element == sa.bindparam("of_element"))
)
_ADD_KEY = Quick(key_table.insert(), [column.name for column in key_table.columns])
_KNOWN_THINGS = QuickAmong(lambda among: sa.select(entity_table.c.thing).where(entity_table.c.thing.in_(among)))
_ADD_ENTITY = Quick(entity_table.insert(), [column.name for column in entity_table.columns])


def put_keys(connection: Connection, record_id: str, element: str, keys: Iterable[str]) -> None:
    """An entity is found by these keys now, and no others."""
    _DROP_KEYS(connection, {"of_record": record_id, "of_element": element})
    cut = dict.fromkeys(key[:200] for key in keys)  # two keys may be one after that
    rows = [{"record_id": record_id, "key": key, "element": element} for key in cut]
    if rows:
        _ADD_KEY.many(connection, rows)


def alike(connection: Connection, record_id: str, most: int, rows: int) -> list[tuple[str, tuple[str, ...]]]:
    """Keys that several entities of a case share, but not more than `most`; the entities of each."""
    several = (
        sa.select(_key.key)
        .where(_key.record_id == record_id)
        .group_by(_key.key)
        .having(sa.func.count() > 1, sa.func.count() <= most)
        .order_by(_key.key)
        .limit(rows)
    )
    query = sa.select(_key.key, _key.element).where(_key.record_id == record_id, _key.key.in_(several))
    found: dict[str, list[str]] = {}
    for row in connection.execute(query.order_by(_key.key, _key.element)):
        found.setdefault(row.key, []).append(row.element)
    return [(key, tuple(elements)) for key, elements in found.items()]


# --- entities as things of the index ------------------------------------------------------------------------------
def put_entities(connection: Connection, record_id: str, elements: Iterable[str]) -> None:
    """These entities exist."""
    things = {lying(record_id, element): element for element in elements}
    known = {row[0] for row in _KNOWN_THINGS(connection, list(things))} if things else set()
    rows = [
        {"thing": thing, "record_id": record_id, "element": element}
        for thing, element in things.items()
        if thing not in known
    ]
    if rows:
        _ADD_ENTITY.many(connection, rows)


def entity(connection: Connection, thing: str) -> tuple[str, str] | None:
    """The case and the element of a thing of the index."""
    columns = entity_table.c
    query = sa.select(columns.record_id, columns.element).where(columns.thing == thing)
    row = connection.execute(query).one_or_none()
    return None if row is None else (row.record_id, row.element)


def places(connection: Connection, things: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The cases and elements of things of the index."""
    columns = entity_table.c
    query = sa.select(columns.thing, columns.record_id, columns.element).where(columns.thing.in_(things))
    return {row.thing: (row.record_id, row.element) for row in connection.execute(query)} if things else {}


def things_after(connection: Connection, thing: str, most: int) -> list[str]:
    """Things in their order, after one of them."""
    column = entity_table.c.thing
    return list(connection.execute(sa.select(column).where(column > thing).order_by(column).limit(most)).scalars())


# --- links --------------------------------------------------------------------------------------------------------
def put_link(connection: Connection, record_id: str, element: str, target: str | None) -> None:
    """An element links to this; None: no longer."""
    connection.execute(link_table.delete().where(_link.record_id == record_id, _link.element == element))
    if target is not None:
        connection.execute(link_table.insert().values(record_id=record_id, element=element, target=target))


def linking(connection: Connection, target: str, rows: int) -> list[str]:
    """Cases that link to something."""
    query = sa.select(_link.record_id).where(_link.target == target).distinct().order_by(_link.record_id)
    return list(connection.execute(query.limit(rows)).scalars())


def links_to(connection: Connection, record_id: str, target: str) -> bool:
    """Whether a case links to something already."""
    query = sa.select(_link.element).where(_link.target == target, _link.record_id == record_id)
    return connection.execute(query.limit(1)).one_or_none() is not None


def any_key(connection: Connection, record_id: str, keys: Sequence[str]) -> bool:
    """Whether an entity of a case is found by one of these."""
    query = sa.select(_key.element).where(_key.record_id == record_id, _key.key.in_(keys))
    return bool(keys) and connection.execute(query.limit(1)).first() is not None


# --- files --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A file of evidence. `blob_id`: where it lies here when it is ours; `whole`: what the last check found."""

    record_id: str
    element: str
    digest: str
    name: str
    media_type: str
    size_bytes: int
    blob_id: str | None = None
    checked_us: int | None = None
    whole: int | None = None
    check_us: int | None = None


def put_file(connection: Connection, made: CaseFile) -> None:
    """A file of evidence that is ours, or that a partner has announced; one that is known stays as it is."""
    where = (_file.record_id == made.record_id, _file.element == made.element)
    if connection.execute(sa.select(_file.digest).where(*where)).one_or_none() is None:
        values = {name: getattr(made, name) for name in CaseFile.__slots__}
        connection.execute(file_table.insert().values(**values))


def file(connection: Connection, record_id: str, element: str) -> CaseFile | None:
    """The file of one exhibit."""
    query = sa.select(file_table).where(_file.record_id == record_id, _file.element == element)
    row = connection.execute(query).one_or_none()
    return None if row is None else CaseFile(**_values(row))


def files(connection: Connection, record_id: str, elements: Sequence[str]) -> dict[str, CaseFile]:
    """The files of these exhibits."""
    query = sa.select(file_table).where(_file.record_id == record_id, _file.element.in_(elements))
    return {row.element: CaseFile(**_values(row)) for row in connection.execute(query)}


def file_of(connection: Connection, element: str, digest: str) -> CaseFile | None:
    """The file of an exhibit of ours, by the element and what it holds."""
    query = sa.select(file_table).where(_file.element == element, _file.digest == digest, _file.blob_id.is_not(None))
    row = connection.execute(query.limit(1)).one_or_none()
    return None if row is None else CaseFile(**_values(row))


def to_arrive(connection: Connection, rows: int) -> list[CaseFile]:
    """Files of partners that have come whole and are not held yet."""
    moved = attachment_table.c
    query = (
        sa.select(file_table)
        .join(attachment_table, sa.and_(moved.record_id == _file.record_id, moved.digest == _file.digest))
        .where(
            _file.blob_id.is_(None),
            moved.way == Way.IN.value,
            moved.stage == Stage.WHOLE.value,
            moved.blob_id.is_not(None),
        )
        .distinct()
        .limit(rows)
    )
    return [CaseFile(**_values(row)) for row in connection.execute(query)]


def put_transfer(connection: Connection, attachment_id: str, record_id: str, element: str) -> None:
    """A file of ours is on its way; when it has come there, that is written down."""
    values = {"attachment_id": attachment_id, "record_id": record_id, "element": element}
    connection.execute(transfer_table.insert().values(**values))


def transfers(connection: Connection, rows: int) -> list[tuple[str, str, str]]:
    """Files that have come to a member, or never will: attachment, case, exhibit."""
    moved = attachment_table.c
    query = (
        sa.select(transfer_table)
        .join(attachment_table, moved.attachment_id == transfer_table.c.attachment_id)
        .where(moved.stage.in_((Stage.WHOLE.value, Stage.DROPPED.value)))
        .limit(rows)
    )
    return [(row.attachment_id, row.record_id, row.element) for row in connection.execute(query)]


def drop_transfer(connection: Connection, attachment_id: str) -> None:
    """It has come, or never will."""
    connection.execute(transfer_table.delete().where(transfer_table.c.attachment_id == attachment_id))


def to_check(connection: Connection, now_us: int, rows: int) -> list[CaseFile]:
    """Files that are due to be read again."""
    query = sa.select(file_table).where(_file.check_us <= now_us).order_by(_file.check_us).limit(rows)
    return [CaseFile(**_values(row)) for row in connection.execute(query)]


@dataclass(frozen=True, slots=True, kw_only=True)
class DamagedFile:
    """A file of an exhibit that a check found damaged, and the case it belongs to."""

    record_id: str
    element: str
    name: str
    reference: str
    checked_us: int


def damaged(connection: Connection, scope: Scope, since_us: int, rows: int) -> list[DamagedFile]:
    """Files found damaged since then, of cases that an officer may know of, the newest first."""
    record = record_table.c
    query = (
        sa.select(_file.record_id, _file.element, _file.name, record.reference, _file.checked_us)
        .join(record_table, record.id == _file.record_id)
        .where(_file.whole == 0, _file.checked_us >= since_us, in_scope(scope, record.id, restricted=record.restricted))
        .order_by(_file.checked_us.desc(), _file.element)
        .limit(rows)
    )
    return [DamagedFile(**_values(row)) for row in connection.execute(query)]


def checked(connection: Connection, one: CaseFile, **values: Any) -> None:
    """What a check found, and when the next one is due."""
    where = (_file.record_id == one.record_id, _file.element == one.element)
    connection.execute(file_table.update().where(*where).values(**values))


def _values(row: Any) -> dict[str, Any]:
    return dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's own name for a row by its columns
