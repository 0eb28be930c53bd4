"""The table of what each peer was given: one row for an object, with the version that it has or should have.

Bulk first: a thousand objects take a few statements. Also reads candidates from the table of objects, and what of ours
stands there. Decides nothing.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

import orjson
import sqlalchemy as sa

from lienlac import limits
from lienlac.errors import Refused
from lienlac.intelligence.sharing.rules.ours import Here
from lienlac.intelligence.sharing.rules.sifting import Candidate
from lienlac.intelligence.store.objects import key_of, marks_of, named, object_table, within
from lienlac.stix.checking import check
from lienlac.storage.quick import Quick
from lienlac.storage.schema import RowNumber, metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from lienlac.intelligence.sharing.order import Order

_IS_OUTDATED: Final = sa.text("newer_us > 0")
given_table = sa.Table(
    "intel_given",
    metadata,
    sa.Column("number", RowNumber, primary_key=True, autoincrement=True),
    sa.Column("peer", sa.String(40), nullable=False),
    sa.Column("object_key", sa.BigInteger, nullable=False),
    sa.Column("object_id", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("share", sa.BigInteger, nullable=False),
    sa.Column("version_us", sa.BigInteger, nullable=False),
    sa.Column("tlp", sa.SmallInteger, nullable=False),
    sa.Column("parcel", sa.BigInteger, nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("code", sa.String(64), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at_us", sa.BigInteger, nullable=False),
    sa.Column("newer_us", sa.BigInteger, nullable=False, server_default="0"),
    sa.Index("ix_intel_given_object", "object_key", "peer", unique=False),
    sa.Index("ix_intel_given_share", "share", "state", "number"),
    sa.Index("ix_intel_given_parcel", "parcel", "place"),
    sa.Index("ix_intel_given_state", "state", "number"),
    sa.Index("ix_intel_given_newer", "share", "number", sqlite_where=_IS_OUTDATED, postgresql_where=_IS_OUTDATED),
)
"""`newer_us`: the instant at which a newer version was added that stays here, 0 where there is none."""
_G: Final = given_table.c
_O: Final = object_table.c
_COLUMNS: Final = tuple(column.name for column in given_table.c if column.name not in ("number", "newer_us"))
_INSERT: Final = Quick(given_table.insert(), _COLUMNS)
_AGAIN: Final = Quick(
    given_table.update()
    .where(_G.number == sa.bindparam("of_number"))
    .values(
        share=sa.bindparam("new_share"),
        version_us=sa.bindparam("new_version"),
        tlp=sa.bindparam("new_tlp"),
        parcel=sa.bindparam("new_parcel"),
        place=sa.bindparam("new_place"),
        state=sa.bindparam("new_state"),
        code=sa.bindparam("new_code"),
        text=sa.bindparam("new_text"),
        at_us=sa.bindparam("new_at"),
        newer_us=sa.literal_column("0"),
    )
)
_ANSWERED: Final = Quick(
    given_table.update()
    .where(_G.parcel == sa.bindparam("of_parcel"), _G.place == sa.bindparam("of_place"))
    .values(state=sa.bindparam("new_state"), code=sa.bindparam("new_code"), text=sa.bindparam("new_text"))
)
_AT_ONCE: Final = 1_000
HELD_THERE: Final = frozenset({"sent", "new", "same", "held"})
"""States in which the peer has the object, or is about to."""
UNCONFIRMED: Final = ("due", "recalling", "unheard")
"""States of what is to be taken back and has not been confirmed."""
BACK: Final = frozenset({*UNCONFIRMED, "recalled", "aside", "absent"})
"""States of what was taken back."""


class Given(NamedTuple):
    """One object that a peer was given. `version_us` is that of the newest version that was sent.

    `newer_us`: when a newer one was added that stays here; 0 where there is none.
    """

    number: int
    peer: str
    object_id: str
    type: str
    share: int
    version_us: int
    tlp: int
    state: str
    code: str
    text: str
    at_us: int
    place: int
    newer_us: int = 0

    @property
    def there(self) -> bool:
        """Whether the peer has it, as far as is known here."""
        return self.state in HELD_THERE


class Row(NamedTuple):
    """What is written of an object that is sent or recalled."""

    candidate: Candidate
    known: Given | None
    place: int


_SHOWN: Final = tuple(given_table.c[name] for name in Given._fields)


def of_peer(connection: Connection, peer: str, object_ids: Iterable[str]) -> dict[str, Given]:
    """What that peer was given of these."""
    return {one.object_id: one for one in _known(connection, object_ids) if one.peer == peer}


def given_to_anybody(connection: Connection, object_ids: Iterable[str]) -> set[str]:
    """Those of these that left this node."""
    return {one.object_id for one in _known(connection, object_ids)}


def _known(connection: Connection, object_ids: Iterable[str]) -> Iterator[Given]:
    wanted = set(object_ids)
    keys = sorted({key_of(object_id) for object_id in wanted})
    for start in range(0, len(keys), _AT_ONCE):
        query = sa.select(*_SHOWN).where(_G.object_key.in_(keys[start : start + _AT_ONCE]))
        for row in connection.execute(query):
            if row.object_id in wanted:
                yield Given(*row)


def put(
    connection: Connection, peer: str, rows: Sequence[Row], *, share: int, parcel: int, at_us: int, state: str = "sent"
) -> None:
    """These objects go to a peer in this message."""
    fresh = [
        (peer, key_of(one.object_id), one.object_id, one.type, share, one.version_us, one.tlp, parcel, place, state,
         "", "", at_us)
        for one, known, place in rows
        if known is None
    ]  # fmt: skip
    if fresh:
        _INSERT.tuples(connection, _COLUMNS, fresh)
    again = [
        {
            "of_number": known.number, "new_share": share, "new_version": one.version_us, "new_tlp": one.tlp,
            "new_parcel": parcel, "new_place": place, "new_state": state, "new_code": "", "new_text": "",
            "new_at": at_us,
        }
        for one, known, place in rows
        if known is not None
    ]  # fmt: skip
    if again:
        _AGAIN.many(connection, again)


def mark(connection: Connection, rows: Sequence[Given], state: str, *, code: str, text: str, at_us: int) -> None:
    """Put these into a state of their own: to be recalled, say. Their place in a message is forgotten."""
    _move(connection, [(one, 0, 0) for one in rows], state, code=code, text=text, at_us=at_us)


def recalling(connection: Connection, rows: Sequence[Given], *, parcel: int) -> None:
    """These are taken back by this message; since when they were to be is kept."""
    for one in rows[:1]:
        _move(
            connection,
            [(each, parcel, place) for place, each in enumerate(rows)],
            "recalling",
            code=one.code,
            text=one.text,
            at_us=one.at_us,
        )


def _move(
    connection: Connection, rows: Sequence[tuple[Given, int, int]], state: str, *, code: str, text: str, at_us: int
) -> None:
    if rows:
        _AGAIN.many(
            connection,
            [
                {
                    "of_number": one.number, "new_share": one.share, "new_version": one.version_us,
                    "new_tlp": one.tlp, "new_parcel": parcel, "new_place": place, "new_state": state,
                    "new_code": code, "new_text": text, "new_at": at_us,
                }
                for one, parcel, place in rows
            ],
        )  # fmt: skip


def due_peers(connection: Connection) -> list[str]:
    """Peers from whom something is to be recalled."""
    return list(connection.execute(sa.select(_G.peer).where(_G.state == "due").distinct()).scalars())


def any_due(connection: Connection, peer: str) -> bool:
    """Whether something is to be recalled from a peer and no message says so yet."""
    query = sa.select(_G.number).where(_G.state == "due", _G.peer == peer).limit(1)
    return connection.execute(query).first() is not None


def due(connection: Connection, peer: str) -> list[Given]:
    """Objects that are to be recalled from a peer, those of one message together: same share, reason and instant."""
    mine = sa.and_(_G.state == "due", _G.peer == peer)
    first = connection.execute(sa.select(*_SHOWN).where(mine).order_by(_G.number).limit(1)).one_or_none()
    if first is None:
        return []
    alike = (_G.share == first.share, _G.code == first.code, _G.text == first.text, _G.at_us == first.at_us)
    query = sa.select(*_SHOWN).where(mine, *alike)
    return [Given(*row) for row in connection.execute(query.order_by(_G.number).limit(limits.INTEL_RECALL_IDS_MAX))]


def unconfirmed(connection: Connection, shares: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Of each share how many recalled objects are not confirmed, and since when the oldest."""
    query = sa.select(_G.share, sa.func.count(), sa.func.min(_G.at_us))
    query = query.where(_G.share.in_(shares), _G.state.in_(UNCONFIRMED)).group_by(_G.share)
    return {share: (count, oldest) for share, count, oldest in connection.execute(query)}


def of_parcel(connection: Connection, parcel: int) -> list[Given]:
    """The objects of one message of ours that no later one has taken over."""
    query = sa.select(*_SHOWN).where(_G.parcel == parcel).order_by(_G.place)
    return [Given(*row) for row in connection.execute(query)]


def of_object(connection: Connection, object_id: str) -> list[Given]:
    """Who was given this object."""
    return list(_known(connection, [object_id]))


def answered(connection: Connection, parcel: int, state: str, others: Mapping[int, tuple[str, str, str]]) -> None:
    """What became of a message's objects: `state`, but for those by place (state, code, text)."""
    connection.execute(
        given_table.update()
        .where(_G.parcel == parcel, _G.state.in_(("sent", "refused", "recalling", "unheard")))
        .values(state=state)
    )
    if others:
        _ANSWERED.many(
            connection,
            [
                {"of_parcel": parcel, "of_place": place, "new_state": found, "new_code": code, "new_text": text}
                for place, (found, code, text) in others.items()
            ],
        )


def confirm(connection: Connection, rows: Sequence[Given], state: str) -> None:
    """A recall was carried out; why and when it was made stays."""
    numbers = [one.number for one in rows]
    for start in range(0, len(numbers), _AT_ONCE):
        mine = _G.number.in_(numbers[start : start + _AT_ONCE])
        connection.execute(given_table.update().where(mine).values(state=state))


def not_taken(connection: Connection, parcel: int, code: str, text: str) -> None:
    """A message of ours was refused or given up: a pack's objects are not there, a recall was not heard."""
    mine = given_table.update().where(_G.parcel == parcel)
    connection.execute(mine.where(_G.state == "sent").values(state="refused", code=code, text=text))
    connection.execute(mine.where(_G.state == "recalling").values(state="unheard"))


def again(connection: Connection, peer: str, raws: Sequence[bytes], *, share: int, parcel: int, at_us: int) -> None:
    """What a peer has is remembered from a pack of ours that came back after a restore."""
    read = [orjson.loads(raw) for raw in raws]
    known = of_peer(connection, peer, [str(value["id"]) for value in read])
    rows = []
    for place, (value, raw) in enumerate(zip(read, raws, strict=True)):
        try:
            version_us = check(raw).version_us or 0
        except Refused:
            version_us = 0
        one = Candidate(
            0, str(value["id"]), str(value["type"]), version_us, False, 0, "clear", "h0", "", "", 0, raw
        )  # as the table has it
        rows.append(Row(one, known.get(one.object_id), place))
    put(connection, peer, rows, share=share, parcel=parcel, at_us=at_us)


def counts(connection: Connection, shares: Sequence[int]) -> dict[int, dict[str, int]]:
    """How many objects of each share stand in each state."""
    found: dict[int, dict[str, int]] = {number: {} for number in shares}
    query = sa.select(_G.share, _G.state, sa.func.count()).where(_G.share.in_(shares)).group_by(_G.share, _G.state)
    for share, state, count in connection.execute(query):
        found[share][state] = count
    return found


def listed(connection: Connection, share: int, *, state: str = "", after: int = 0, rows: int) -> list[Given]:
    """Objects of a share, in the order in which they were first given."""
    query = sa.select(*_SHOWN).where(_G.share == share, _G.number > after)
    if state:
        query = query.where(_G.state == state)
    return [Given(*row) for row in connection.execute(query.order_by(_G.number).limit(rows))]


def recallable(connection: Connection, share: int) -> list[Given]:
    """Objects of a share that can be taken back: the peer has them, or a recall was not taken."""
    query = sa.select(*_SHOWN).where(_G.share == share, _G.state.in_((*sorted(HELD_THERE), "unheard")))
    return [Given(*row) for row in connection.execute(query.order_by(_G.number).limit(limits.INTEL_SHARE_PREVIEW_MAX))]


class Over(NamedTuple):
    """What lies above a ceiling: a collection's objects above that rank of TLP, or with one of these codes of PAP."""

    collection: int
    tlp: int
    paps: tuple[str, ...]


def over(connection: Connection, share: int, limit: Over) -> list[Given]:
    """Objects of a share that can be taken back and lie above that."""
    return list(islice(_lying_over(connection, share, limit), limits.INTEL_SHARE_PREVIEW_MAX))


def count_over(connection: Connection, share: int, limit: Over) -> int:
    """How many these are."""
    return sum(1 for _ in _lying_over(connection, share, limit))


def _lying_over(connection: Connection, share: int, limit: Over) -> Iterator[Given]:
    """By the marks with which it went, or those beside its newest version now."""
    query = sa.select(*_SHOWN).where(_G.share == share, _G.state.in_((*sorted(HELD_THERE), "unheard")))
    query = query.order_by(_G.number).limit(_AT_ONCE)
    last = 0
    while part := [Given(*row) for row in connection.execute(query.where(_G.number > last))]:
        now = marks_of(connection, limit.collection, (one.object_id for one in part))
        for one in part:
            tlp, pap = now.get(one.object_id, (0, ""))
            if max(one.tlp, tlp) > limit.tlp or pap in limit.paps:
                yield one
        last = part[-1].number


# --- the table of objects -----------------------------------------------------------------------------------------


def candidates(
    connection: Connection, collection: int, *, after_us: int, until_us: int, order: Order
) -> tuple[list[Candidate], bool]:
    """The newest versions added after that instant that the order chooses, as many as one piece may hold.

    They come in the order in which they were added; with them, whether there are more.
    """
    here: sa.ColumnElement[bool] = _O.collection == collection
    added: sa.ColumnElement[int] = _O.added_us
    if order.ids:  # plus nothing: the way by id is taken
        here, added = sa.and_(within(collection), named(connection, order.ids)), added + sa.literal_column("0")
    query = sa.select(*(_O[name] for name in Candidate._fields)).where(
        here, _O.standing >= 2, added > after_us, added <= until_us
    )
    if order.types:
        query = query.where(_O.type.in_(order.types))
    query = query.order_by(added).limit(limits.INTEL_SHARE_PIECE)
    found: list[Candidate] = []
    size = 0
    with connection.execute(query.execution_options(yield_per=200)) as rows:
        for row in rows:
            found.append(Candidate(*row))
            size += len(row.raw)
            if size > limits.INTEL_PACK_OPEN_MAX_BYTES:
                return found, True
    return found, len(found) == limits.INTEL_SHARE_PIECE


def candidate(connection: Connection, collection: int, object_id: str) -> Candidate | None:
    """The newest version of one object in a collection."""
    query = sa.select(*(_O[name] for name in Candidate._fields)).where(
        named(connection, [object_id]), within(collection), _O.standing >= 2
    )
    row = connection.execute(query).first()
    return None if row is None else Candidate(*row)


def newest(connection: Connection, collection: int, object_ids: Iterable[str]) -> list[Candidate]:
    """The newest versions of these objects in a collection, as far as it holds them."""
    wanted = sorted(set(object_ids))
    found: list[Candidate] = []
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        query = sa.select(*(_O[name] for name in Candidate._fields)).where(
            named(connection, part), within(collection), _O.standing >= 2
        )
        found += [Candidate(*row) for row in connection.execute(query)]
    return found


def standing(connection: Connection, collection: int, object_ids: Iterable[str]) -> set[str]:
    """Those of these objects that a collection still holds."""
    wanted = sorted(set(object_ids))
    found: set[str] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        query = sa.select(_O.object_id).where(named(connection, part), within(collection))
        found.update(connection.execute(query).scalars())
    return found


def ours(connection: Connection, object_ids: Iterable[str], *, but: int) -> dict[str, list[Here]]:
    """Of what left this node: every version of these that stands here, but in the collection `but`."""
    wanted = sorted(given_to_anybody(connection, object_ids))
    found: dict[str, list[Here]] = {object_id: [] for object_id in wanted}
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        query = sa.select(_O.object_id, _O.version_us, _O.raw).where(named(connection, part), _O.collection != but)
        for row in connection.execute(query):
            found[row.object_id].append(Here(row.version_us, row.raw))
    return found
