"""The index as slices write it: put, hide, remove, made anew. Everything in the slice's own transaction."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from lienlac import limits
from lienlac.identifiers.index import store
from lienlac.identifiers.index.firsts import Stood, day_of, moved
from lienlac.identifiers.index.mention import ROLES, Mention, comparable, gathered, name_keys
from lienlac.identifiers.index.places import store as placed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from lienlac.identifiers.index.mention import Naming
    from lienlac.keys.rest.safe import Safe
    from lienlac.storage.database import Database

PURPOSE: Final = "identifier-index"
_ROLE_NUMBER: Final = {role: number for number, role in enumerate(ROLES)}


class Source(Protocol):
    """A slice that names identifiers: asked for one thing's, and for all of them when the index is made anew."""

    def naming(self, connection: Connection, thing_id: str, /) -> tuple[Naming, tuple[Mention, ...]] | None:
        """What a thing names now; None when it is not there."""
        ...

    def ids_after(self, connection: Connection, thing_id: str, most: int, /) -> Sequence[str]:
        """Ids of its things in their order, after one of them ("" begins)."""
        ...


class Follower(Protocol):
    """A slice whose things are read a stretch at a time, some while after they were stored."""

    def begin_again(self, connection: Connection, /) -> None:
        """Read everything once more, from the beginning."""
        ...

    def step(self) -> int:
        """Read one stretch; 0 when nothing is left."""
        ...


class Place(NamedTuple):
    """A place of a thing: its number, since when it is known here, and what it names."""

    number: int
    at_us: int
    mentions: tuple[Mention, ...]


class Writing:
    """What is named where, put down under keyed digests."""

    def __init__(self, safe: Safe) -> None:
        self._safe = safe

    def put(self, connection: Connection, naming: Naming, mentions: Iterable[Mention]) -> None:
        """This thing names these identifiers now, and no others."""
        self.put_many(connection, [(naming, mentions)])

    def put_many(self, connection: Connection, named: Sequence[tuple[Naming, Iterable[Mention]]]) -> None:
        """Many things at once: a few statements for all of them together. One that names nothing leaves no trace."""
        wanted = {naming.id: (naming, gathered(mentions)) for naming, mentions in named}
        silent = store.numbered(connection, [thing_id for thing_id, (_, mentions) in wanted.items() if not mentions])
        wanted = {thing_id: one for thing_id, one in wanted.items() if one[1] or thing_id in silent}
        rows = [_row(naming) for naming, _ in wanted.values()]
        things = store.put_things(connection, rows)
        _turn(connection, [naming for naming, _ in wanted.values()], things)
        digests = {one: self._digest(one) for _, mentions in wanted.values() for one in mentions}
        standing = self._standing(connection, digests)
        numbers = {digest: one.number for digest, one in standing.items()}
        before = store.mentions(connection, [number for number, was in things.values() if was is not None])
        adds: set[tuple[int, int, int, int]] = set()
        drops: set[tuple[int, int, int]] = set()
        counts: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
        days: dict[int, int] = {}
        for thing_id, (naming, mentions) in wanted.items():
            number, _was = things[thing_id]
            hidden = int(naming.restricted)
            pairs = {(numbers[digests[mention]], _ROLE_NUMBER[mention.role]) for mention in mentions}
            stands = before.get(number, set())
            adds |= {(value, hidden, number, role) for value, role in pairs - stands}
            drops |= {(number, value, role) for value, role in stands - pairs}
            for value in {value for value, _ in stands}:
                counts[value][hidden] -= 1
            day = day_of(naming.at_us)
            for value in {value for value, _ in pairs}:
                counts[value][hidden] += 1
                if not hidden:
                    days[value] = min(day, days.get(value, day))
        store.drop(connection, drops)
        store.add(connection, adds)
        changes = {value: (opened, hidden) for value, (opened, hidden) in counts.items()}
        self._count(connection, changes, days, {one.number: one for one in standing.values()})
        store.forget_unnamed(connection, {value for _, value, _ in drops})
        for number in silent.values():
            store.forget_thing(connection, number)

    def put_places(self, connection: Connection, naming: Naming, places: Sequence[Place]) -> None:
        """These places of a thing name these identifiers now and no others; the thing names what any place names."""
        wanted = {place.number: gathered(place.mentions) for place in places}
        if not any(wanted.values()) and not store.thing_number(connection, naming.id):
            return
        things = store.put_things(connection, [_row(naming)])
        _turn(connection, [naming], things)
        number, hidden = things[naming.id][0], int(naming.restricted)
        digests = {one: self._digest(one) for mentions in wanted.values() for one in mentions}
        standing = self._standing(connection, digests)
        numbers = {one: standing[digest].number for one, digest in digests.items()}
        named = {
            place: {(numbers[one], _ROLE_NUMBER[one.role]) for one in mentions} for place, mentions in wanted.items()
        }
        change = placed.replace(connection, number, named)
        store.drop(connection, {(number, value, role) for value, role in change.fewer})
        store.add(connection, {(value, hidden, number, role) for value, role in change.more})
        had = {value for value, _ in change.before}
        has = {value for value, _ in (change.before - change.fewer) | change.more}
        step = (0, 1) if hidden else (1, 0)
        counts = dict.fromkeys(has - had, step) | dict.fromkeys(had - has, (-step[0], -step[1]))
        days: dict[int, int] = {}
        for place in () if hidden else places:
            for one in wanted[place.number]:
                day = day_of(place.at_us)
                days[numbers[one]] = min(day, days.get(numbers[one], day))
        self._count(connection, counts, days, {one.number: one for one in standing.values()})
        store.forget_unnamed(connection, had - has)
        if change.fewer and not placed.any_left(connection, number):
            store.forget_thing(connection, number)

    def hide(self, connection: Connection, access_id: str, *, restricted: bool) -> None:
        """The need-to-know of this id now hides something from somebody, or no longer does."""
        store.turn(connection, store.of_access(access_id, restricted=not restricted), restricted=restricted)

    def remove(self, connection: Connection, thing_id: str) -> None:
        """This thing is no more; identifiers that nothing else names leave no trace."""
        number = store.thing_number(connection, thing_id)
        if not number:
            return
        named = store.mentions(connection, [number])[number]
        was = store.restriction_of(connection, number)
        values = {value for value, _ in named}
        store.drop(connection, {(number, value, role) for value, role in named})
        self._count(connection, dict.fromkeys(values, (0, -1) if was else (-1, 0)), {})
        store.forget_thing(connection, number)
        store.forget_unnamed(connection, values)

    def rebuild(self, database: Database, sources: Iterable[Source], followers: Sequence[Follower] = ()) -> int:
        """Make the index anew from what is stored; how many things it then holds.

        In stretches, each a transaction of its own: the node goes on working, and until the end look-ups find less.
        """

        def begin(connection: Connection) -> None:
            store.empty(connection)
            placed.forget(connection)
            for one in followers:
                one.begin_again(connection)

        database.write(begin)
        for source in sources:
            after = ""
            while True:
                after = database.write(partial(self._stretch, source, after))
                if not after:
                    break
        for one in followers:
            while one.step():
                pass
        with database.read() as connection:
            return store.count_things(connection)

    def _stretch(self, source: Source, after: str, connection: Connection) -> str:
        """The next things of a source: the last one's id, "" when there are no more."""
        ids = source.ids_after(connection, after, limits.MENTIONS_STRETCH)
        named = [one for one in (source.naming(connection, id_) for id_ in ids) if one is not None and one[1]]
        self.put_many(connection, named)
        return ids[-1] if len(ids) == limits.MENTIONS_STRETCH else ""

    # --- inside ---
    @staticmethod
    def _count(
        connection: Connection,
        changes: Mapping[int, tuple[int, int]],
        days: Mapping[int, int],
        known: Mapping[int, Stood] | None = None,
    ) -> None:
        """Values are named in more things or fewer; `days`: of those now named in the open, the earliest day.

        `known`: how they stood before, as far as the caller has it.
        """
        known = known or {}
        opened = {value: more for value, (more, _) in changes.items()}
        missing = [value for value in opened if value not in known]
        before = {**known, **store.stood(connection, missing)} if missing else known
        store.count(connection, dict(changes))
        store.begin(connection, *moved(before, opened, days))

    def _standing(self, connection: Connection, digests: Mapping[Mention, bytes]) -> dict[bytes, Stood]:
        named = {digest: mention for mention, digest in digests.items() if mention.type == "name"}
        sealed = {
            digest: self._safe.seal(mention.key.encode(), purpose=PURPOSE, owner=digest.hex())
            for digest, mention in named.items()
        }
        types = {digest: mention.type for mention, digest in digests.items()}
        standing = store.numbers_of(connection, types, sealed)
        if not named:
            return standing
        store.put_buckets(
            connection,
            {
                (self._bucket(key), standing[digest].number)
                for digest, mention in named.items()
                for key in name_keys(mention.key)
            },
        )
        return standing

    def _digest(self, mention: Mention) -> bytes:
        return self._safe.blind(f"{mention.type}:{comparable(mention)}".encode(), purpose=PURPOSE)

    def _bucket(self, key: str) -> int:
        whole = self._safe.blind(f"name-bucket:{key}".encode(), purpose=PURPOSE)
        return int.from_bytes(whole[:8], "big", signed=True)


def _row(naming: Naming) -> dict[str, object]:
    return {
        "thing_id": naming.id,
        "kind": naming.kind,
        "label": naming.label[:120],
        "access_id": naming.access or naming.id,
        "at_us": naming.at_us,
        "restricted": int(naming.restricted),
    }


def _turn(connection: Connection, namings: Iterable[Naming], things: Mapping[str, tuple[int, int | None]]) -> None:
    """Things whose need-to-know is another than when they were last put: before anything is counted of them."""
    for naming in namings:
        number, was = things[naming.id]
        if was is not None and was != naming.restricted:
            store.turn(connection, store.numbered_so(number), restricted=naming.restricted)
