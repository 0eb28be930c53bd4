"""What is held because it must not be used: the exact bytes, with the reason, until somebody has looked at it.

Nothing is dropped in silence: what fails is kept here whole. The same bytes for the same collection are held once and
counted. Whoever shows this asks the gate about the collection first.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import msgspec
import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.errors import Refused
from lienlac.stix.titles import title_in
from lienlac.storage.schema import RowNumber, metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.errors import Language

State = Literal["held", "released", "dismissed"]
STATES: Final[tuple[State, ...]] = get_args(State)

held_table = sa.Table(
    "intel_held",
    metadata,
    sa.Column("number", RowNumber, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(40), nullable=False, unique=True),
    sa.Column("collection", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("code", sa.String(64), nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
    sa.Column("object_id", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("version_us", sa.BigInteger, nullable=False),
    sa.Column("rival_us", sa.BigInteger, nullable=False),
    sa.Column("source", sa.BigInteger, nullable=False),
    sa.Column("first_us", sa.BigInteger, nullable=False),
    sa.Column("last_us", sa.BigInteger, nullable=False),
    sa.Column("times", sa.BigInteger, nullable=False),
    sa.Column("decided_by", sa.String(40), nullable=True),
    sa.Column("decided_us", sa.BigInteger, nullable=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("raw", sa.LargeBinary, nullable=False),
    sa.Index("ix_intel_held_open", "collection", "state", "number"),
    sa.Index("ix_intel_held_digest", "digest", "collection"),
)
_H: Final = held_table.c
_SHORT: Final = sa.case(
    (sa.func.length(_H.raw) <= limits.INTEL_HELD_NAMED_BYTES, _H.raw), else_=sa.literal(b"", sa.LargeBinary)
)
_SHOWN: Final = (*(column for column in held_table.c if column.name != "raw"), _SHORT.label("raw"))
"""Everything for a list; of large objects without their bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One object in quarantine. `rival_us` names the stored version that it contradicts, 0 for none.

    `said` are its bytes, where they are few enough to be called by them.
    """

    number: int
    id: str
    collection: int
    state: State
    code: str
    details: Mapping[str, Any]
    object_id: str
    type: str
    version_us: int
    rival_us: int
    source: int
    first_at: datetime
    last_at: datetime
    times: int
    decided_by: str | None
    decided_at: datetime | None
    digest: str
    said: bytes

    @property
    def name(self) -> str:
        """What its bytes would have it called; nobody has checked them."""
        return title_in(self.said)

    def sentence(self, language: Language) -> str:
        """Why it is held."""
        return Refused(self.code, **self.details).sentence(language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What is to be held; `id` is used where the same bytes are not held already."""

    id: str
    code: str
    details: Mapping[str, Any]
    object_id: str
    type: str
    version_us: int
    rival_us: int
    raw: bytes


def hold(connection: Connection, holdings: Sequence[Holding], *, collection: int, source: int, at_us: int) -> list[str]:
    """Hold these; the ids under which they are held, in order. What is held already is counted once more."""
    digests = [hashlib.sha256(one.raw).hexdigest() for one in holdings]
    known: dict[str, str] = {}
    for start in range(0, len(digests), 500):
        query = sa.select(_H.digest, _H.id).where(
            _H.digest.in_(digests[start : start + 500]), _H.collection == collection, _H.state == "held"
        )
        known.update((row.digest, row.id) for row in connection.execute(query))
    rows, again, ids = [], [], []
    for one, digest in zip(holdings, digests, strict=True):
        if digest in known:
            again.append(known[digest])
        else:
            known[digest] = one.id
            rows.append(_row(one, digest, collection=collection, source=source, at_us=at_us))
        ids.append(known[digest])
    if rows:
        connection.execute(held_table.insert(), rows)
    for held_id in again:
        values = {"times": _H.times + 1, "last_us": at_us}
        connection.execute(held_table.update().where(_H.id == held_id).values(**values))
    return ids


def _row(one: Holding, digest: str, *, collection: int, source: int, at_us: int) -> dict[str, Any]:
    return {
        "id": one.id,
        "collection": collection,
        "state": "held",
        "code": one.code,
        "details": msgspec.json.encode(one.details, enc_hook=str),
        "object_id": one.object_id[: limits.LINE_MAX_CHARS],
        "type": one.type[: limits.LINE_MAX_CHARS],
        "version_us": one.version_us,
        "rival_us": one.rival_us,
        "source": source,
        "first_us": at_us,
        "last_us": at_us,
        "times": 1,
        "digest": digest,
        "raw": one.raw,
    }


def listed(
    connection: Connection, collections: Sequence[int], *, state: State = "held", before: int | None = None, rows: int
) -> list[Held]:
    """What is held for these collections, the newest first; `before` is the last number already seen."""
    query = sa.select(*_SHOWN).where(_H.collection.in_(collections), _H.state == state)
    if before is not None:
        query = query.where(_H.number < before)
    found = connection.execute(query.order_by(_H.number.desc()).limit(min(rows, limits.PAGE_MAX_ROWS + 1)))
    return [_held(row) for row in found]


def find(connection: Connection, held_id: str) -> tuple[Held, bytes] | None:
    """One of them with its bytes."""
    row = connection.execute(sa.select(held_table).where(_H.id == held_id)).one_or_none()
    return None if row is None else (_held(row), row.raw)


def numbered(connection: Connection, number: int) -> Held:
    """The one of that number, which is there."""
    return _held(connection.execute(sa.select(*_SHOWN).where(_H.number == number)).one())


def of_ids(connection: Connection, held_ids: Iterable[str], collections: Sequence[int]) -> list[Held]:
    """Those of these ids that are held for these collections."""
    query = sa.select(*_SHOWN).where(_H.id.in_(sorted(held_ids)), _H.collection.in_(collections))
    return [_held(row) for row in connection.execute(query)]


def oldest(connection: Connection, collection: int, *, after: int, rows: int) -> list[tuple[Held, bytes]]:
    """What is held for a collection, the oldest first: to be checked again."""
    query = sa.select(held_table).where(_H.collection == collection, _H.state == "held", _H.number > after)
    return [(_held(row), row.raw) for row in connection.execute(query.order_by(_H.number).limit(rows))]


def decide(connection: Connection, held_id: str, state: State, *, by: str, at: datetime) -> bool:
    """Released or dismissed; False when somebody was quicker."""
    values = {"state": state, "decided_by": by, "decided_us": clock.to_us(at)}
    done = connection.execute(held_table.update().where(_H.id == held_id, _H.state == "held").values(**values))
    return bool(done.rowcount)


def reason(connection: Connection, held_id: str, code: str, details: Mapping[str, Any]) -> None:
    """Checked again and still held, perhaps for another reason."""
    values = {"code": code, "details": msgspec.json.encode(details, enc_hook=str)}
    connection.execute(held_table.update().where(_H.id == held_id).values(**values))


def _held(row: Any) -> Held:
    return Held(
        number=row.number,
        id=row.id,
        collection=row.collection,
        state=row.state,
        code=row.code,
        details=msgspec.json.decode(row.details),
        object_id=row.object_id,
        type=row.type,
        version_us=row.version_us,
        rival_us=row.rival_us,
        source=row.source,
        first_at=clock.from_us(row.first_us),
        last_at=clock.from_us(row.last_us),
        times=row.times,
        decided_by=row.decided_by,
        decided_at=None if row.decided_us is None else clock.from_us(row.decided_us),
        digest=row.digest,
        said=row.raw if len(row.raw) <= limits.INTEL_HELD_NAMED_BYTES else b"",
    )
