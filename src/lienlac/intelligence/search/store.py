"""A search in SQL: by words through the index of words, by filters through the table itself; rights inside both.

Where words are asked for, their hits are walked from the newest on. Without words each collection is walked by its own
index, and the walks are put together. Either looks through a bounded number of objects that the reader may see; the
page then says how far it looked, and the next one goes on from there. What is above a collection's ceiling, and what
lies where the reader may not look, is never counted among those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import sqlalchemy as sa

from lienlac import clock, limits
from lienlac.intelligence.search.words import groups
from lienlac.intelligence.sharing.store.arrived import sighting_table
from lienlac.intelligence.store import sources
from lienlac.intelligence.store.collections import collection_table
from lienlac.intelligence.store.objects import Stored, named, object_table
from lienlac.intelligence.store.quarantine import held_table
from lienlac.intelligence.store.reading import link_table, texts
from lienlac.interface.intelligence.search import SearchChoice
from lienlac.records.kept.store import Filters, table_of
from lienlac.vocabulary import marks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from lienlac.intelligence.collection import Collection
    from lienlac.intelligence.search.wanted import Wanted

_O: Final = object_table.c
_NEAR: Final = (_O.added_us, _O.object_key, _O.collection, _O.type, _O.tlp, _O.revoked, _O.source)
_PAST_US: Final = 2**62
SIGHTING: Final = "sighting_of_ref"
SEARCHES: Final = Filters(table_of("intel_saved"), SearchChoice)
"""What officers keep to look so again."""


class Page(NamedTuple):
    """Instants of hits, the newest first; `onward_us` says where to go on."""

    instants: Sequence[int]
    onward_us: int | None


def page(
    connection: Connection, wanted: Wanted, places: Sequence[Collection], *, before_us: int | None, rows: int
) -> Page:
    """One page of what these collections show. Whoever calls has asked which of them the reader may know of."""
    if wanted.collection:
        places = [place for place in places if place.id == wanted.collection]
    if not places:
        return Page((), None)
    frequent = {word for word in wanted.words if texts.frequent(connection, word, limits.INTEL_WORD_FREQUENT)}
    asked = groups(
        wanted.words,
        frequent=frequent,
        type_=wanted.type,
        places=_confined(connection, places),
        typology=wanted.typology,
    )
    before = _PAST_US if before_us is None else before_us
    if wanted.until is not None:
        before = min(before, clock.to_us(wanted.until) + 1)
    if asked:
        return _by_words(connection, wanted, places, asked, before, rows)
    return _by_walking(connection, wanted, places, before, rows)


def _confined(connection: Connection, places: Sequence[Collection]) -> list[int]:
    """The numbers of collections to which the index of words itself is confined, none where they are all there are.

    So a million hits that the reader may not see are not walked through one by one.
    """
    whole = connection.execute(sa.select(sa.func.count()).select_from(collection_table)).scalar_one()
    return [] if len(places) == whole else [place.number for place in places]


def shown(places: Iterable[Collection], table: Any = object_table) -> sa.ColumnElement[bool]:
    """What these collections show of it: only the newest version, and nothing above their ceilings."""
    by_ceiling: dict[int, list[int]] = {}
    for place in places:
        by_ceiling.setdefault(marks.tlp.rank(place.ceiling), []).append(place.number)
    # plus nothing: the way is by the number of the hit, never through all of a collection
    number = table.c.collection + sa.literal_column("0")
    open_ = [sa.and_(table.c.tlp <= rank, number.in_(numbers)) for rank, numbers in sorted(by_ceiling.items())]
    return sa.and_(table.c.standing >= 2, sa.or_(sa.false(), *open_))


def stored(connection: Connection, instants: Sequence[int]) -> list[Stored]:
    """These versions with everything beside them, the newest first."""
    columns = (object_table.c[name] for name in Stored._fields)
    query = sa.select(*columns).where(_O.added_us.in_(instants)).order_by(_O.added_us.desc())
    return [Stored(*row) for row in connection.execute(query)]


def of_ids(connection: Connection, places: Sequence[Collection], object_ids: Sequence[str]) -> list[int]:
    """Where these objects lie, as far as these collections show them."""
    query = sa.select(_O.added_us).where(named(connection, object_ids), shown(places))
    return sorted(connection.execute(query).scalars(), reverse=True)


def held(
    connection: Connection, wanted: Wanted, places: Sequence[Collection], *, before: int | None, rows: int
) -> list[tuple[int, bytes]]:
    """Number and bytes of what waits in quarantine, the newest first; words are compared by whoever asks."""
    table = held_table.c
    numbers = [place.number for place in places if wanted.collection in {"", place.id}]
    query = sa.select(table.number, table.raw).where(table.collection.in_(numbers), table.state == "held")
    if before is not None:
        query = query.where(table.number < before)
    if wanted.type:
        query = query.where(table.type == wanted.type)
    if wanted.giver:
        query = query.where(_given_by(table.source, wanted.giver))
    if wanted.since is not None:
        query = query.where(table.last_us >= clock.to_us(wanted.since))
    if wanted.until is not None:
        query = query.where(table.first_us <= clock.to_us(wanted.until))
    found = connection.execute(query.order_by(table.number.desc()).limit(rows))
    return [(row.number, bytes(row.raw)) for row in found]


def _by_words(
    connection: Connection,
    wanted: Wanted,
    places: Sequence[Collection],
    asked: Sequence[Sequence[tuple[str, bool]]],
    before: int,
    rows: int,
) -> Page:
    source = texts.source(connection, asked)
    hits = source.table.join(object_table, _O.added_us == source.number)
    near = (
        sa.select(*_NEAR)
        .select_from(hits)
        .where(source.found, source.number < before, *_since(wanted, source.number), shown(places))
        .order_by(source.number.desc())
    )
    looked = near.limit(limits.INTEL_SEARCH_LOOKED_MAX).subquery()
    query = sa.select(looked.c.added_us).where(*_passing(looked, wanted, places))
    found = sorted(connection.execute(query.limit(rows + 1)).scalars(), reverse=True)
    if len(found) > rows:
        return Page(found[:rows], found[rows - 1])
    last = connection.execute(near.offset(limits.INTEL_SEARCH_LOOKED_MAX - 1).limit(1)).first()
    return Page(found, None if last is None else int(last.added_us))


def _by_walking(connection: Connection, wanted: Wanted, places: Sequence[Collection], before: int, rows: int) -> Page:
    """Each collection by its own index, then together: what lies below the place that one has reached waits."""
    most = max(limits.INTEL_SEARCH_LOOKED_MAX // len(places), limits.INTEL_SEARCH_STREAM_MIN)
    found: list[int] = []
    reached = 0
    for place in places:
        near = sa.select(*_NEAR).where(
            _O.collection == place.number,
            _O.standing >= 2,
            _O.tlp <= marks.tlp.rank(place.ceiling),
            _O.added_us < before,
            *_since(wanted, _O.added_us),
        )
        if wanted.type:
            near = near.where(_O.type == wanted.type)
        near = near.order_by(_O.added_us.desc())
        looked = near.limit(most).subquery()
        query = sa.select(looked.c.added_us).where(*_passing(looked, wanted, places))
        some = sorted(connection.execute(query.limit(rows + 1)).scalars(), reverse=True)
        found += some
        if len(some) > rows:
            reached = max(reached, some[-1])
        elif (last := connection.execute(near.offset(most - 1).limit(1)).first()) is not None:
            reached = max(reached, int(last.added_us))
    whole = sorted((one for one in found if one >= reached), reverse=True)
    if len(whole) > rows:
        return Page(whole[:rows], whole[rows - 1])
    return Page(whole, reached or None)


def _since(wanted: Wanted, column: sa.ColumnElement[int]) -> list[sa.ColumnElement[bool]]:
    return [] if wanted.since is None else [column >= clock.to_us(wanted.since)]


def _passing(near: Any, wanted: Wanted, places: Sequence[Collection]) -> list[sa.ColumnElement[bool]]:
    """What the filters ask of objects that the reader may see."""
    asked: list[sa.ColumnElement[bool]] = []
    if wanted.type:
        asked.append(near.c.type == wanted.type)
    if wanted.tlp:
        asked.append(near.c.tlp == marks.tlp.rank(wanted.tlp))
    if wanted.state in {"current", "revoked"}:
        asked.append(near.c.revoked == int(wanted.state == "revoked"))
    if wanted.giver:
        asked.append(_given_by(near.c.source, wanted.giver))
    if wanted.sighted:
        asked.append(_sighted(near, places))
    return asked


def _sighted(near: Any, places: Sequence[Collection]) -> sa.ColumnElement[bool]:
    """Sighted by an object that says so, or by a partner's or our own message; either where the reader may see it."""
    seen = object_table.alias()
    said = sighting_table.c
    return sa.or_(
        sa.exists().where(
            link_table.c.target_key == near.c.object_key,
            link_table.c.role == SIGHTING,
            seen.c.added_us == link_table.c.added_us,
            shown(places, seen),
        ),
        sa.exists().where(
            said.object_key == near.c.object_key,
            said.collection == near.c.collection,
            said.count > 0,
        ),
    )


def _given_by(column: sa.ColumnElement[int], giver: str) -> sa.ColumnElement[bool]:
    table = sources.source_table.c
    return column.in_(sa.select(table.number).where(table.giver == giver))
