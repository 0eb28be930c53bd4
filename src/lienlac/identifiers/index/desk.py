"""The index as slices and screens use it: put, hide, remove, look up, compare.

A look-up costs the same whether a value was named twice or ten thousand times: the newest are shown, the rest counted.
What an officer is shown or told the number of is asked with their scope inside the SQL, so that nobody learns from a
count that something hidden exists. Writes happen in the slice's own transaction.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from lienlac import clock, limits
from lienlac.identifiers.index import placed, store
from lienlac.identifiers.index.firsts import Stood, day_of, moved
from lienlac.identifiers.index.mention import ROLES, Mention, comparable, gathered, name_keys
from lienlac.identifiers.names import Likeness, likeness
from lienlac.people.access import store as access
from lienlac.people.rights import Action, may, scope_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.identifiers.index.mention import Naming
    from lienlac.identifiers.index.store import Row
    from lienlac.keys.rest.safe import Safe
    from lienlac.people.officer import Officer
    from lienlac.storage.database import Database

READS: Final = {
    "request": Action.REQUEST_READ,
    "emergency": Action.EMERGENCY_READ,
    "intel": Action.INTEL_READ,
    "method": Action.METHOD_READ,
    "case": Action.CASE_READ,
    "programme": Action.PROGRAMME_READ,
    "delegation": Action.DELEGATION_READ,
    "lesson": Action.LESSON_READ,
    "flash": Action.FLASH_READ,
}
"""What an officer must be able to read to learn that a thing of a kind names something."""
NARROW: Final = {"handover": Action.HANDOVER_READ}
"""Kinds that not everybody reads who reads all of those above. What they name is put as hidden from somebody, so that
no number tells of it who may not read them."""
HAVE_PLACES: Final = frozenset({"case", "programme", "delegation"})
"""Kinds of things so long that it is worth saying where in one something stands."""
_PURPOSE: Final = "identifier-index"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One other thing that names the same. `role` is how it names it.

    `place`: of a thing that has places the one that named it last, as its slice calls it; `places`: how many do,
    counted up to `limits.MENTIONS_COUNTED_MAX`.
    """

    kind: str
    id: str
    label: str
    role: str
    at: datetime
    place: str = ""
    places: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One identifier and where else it is named: `times` things in all, of which `seen` are the newest.

    `about`: as the asking thing names it. `likeness` is set when the other name is not the same but similar, `name` is
    then the other spelling. `at_least`: there are more than were counted.
    """

    about: Mention
    times: int
    seen: tuple[Seen, ...]
    at_least: bool = False
    likeness: Likeness | None = None
    name: str = ""


class First(NamedTuple):
    """How many identifiers of a type were first named in the open on a day (days since 1970, UTC)."""

    day: int
    type: str
    new: int


class Index:
    """Where identifiers are mentioned, in one node."""

    def __init__(self, safe: Safe, called: Callable[[Connection, int], str] = lambda _connection, _place: "") -> None:
        """`called`: what a place is called by the slice that gave it its number."""
        self._safe = safe
        self._called = called

    # --- writing, inside the slice's transaction ---
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
        for number, was, at_us in store.things_of(connection, access_id):
            if was != int(restricted):
                store.turn(connection, number, restricted=restricted, day=day_of(at_us))

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

    # --- what is new ---
    @staticmethod
    def sees_all_that_is_open(officer: Officer) -> bool:
        """Whether what is open to all is open to this officer: every kind of thing, confined to nothing."""
        return scope_of(officer).within is None and all(may(officer, action) for action in READS.values())

    def firsts(self, connection: Connection, officer: Officer, *, since: int, until: int) -> list[First] | None:
        """How many identifiers of each type were first named on each day, in things that are open to all.

        What is hidden from anybody counts for nobody; who may not see all that is open is told nothing (None).
        """
        if not self.sees_all_that_is_open(officer):
            return None
        return [First(*row) for row in store.firsts(connection, since=since, until=until)]

    def first_named(
        self, connection: Connection, officer: Officer, type_: str, *, since: int, until: int, most: int
    ) -> list[Seen]:
        """Open things in which identifiers of a type were first named, in these days."""
        if not self.sees_all_that_is_open(officer):
            return []
        rows = store.first_named(connection, type_, since=since, until=until, most=most)
        return [_seen(row) for row in _shown(rows, most)]

    # --- asking ---
    def look_up(
        self, connection: Connection, officer: Officer, mention: Mention, *, but: int = 0, most: int | None = None
    ) -> Known:
        """Where an identifier is named, as far as this officer may know: the newest things, and how many in all."""
        shown = limits.MENTIONS_SHOWN if most is None else min(most, limits.MENTIONS_SHOWN)
        value = store.value(connection, self._digest(mention))
        if value is None:
            return Known(about=mention, times=0, seen=())
        return self._known(connection, officer, mention, value, but=but, most=shown)

    def elsewhere(
        self, connection: Connection, officer: Officer, thing_id: str, mentions: Iterable[Mention]
    ) -> list[Known]:
        """Of what a thing names, whatever other things name too, and similar names; the telling ones first."""
        but = store.thing_number(connection, thing_id)
        found: list[Known] = []
        asked: set[tuple[str, str]] = set()
        for mention in gathered(mentions)[: limits.MENTIONS_COMPARED_MAX]:
            which = mention.type, comparable(mention)
            if which in asked:
                continue
            asked.add(which)
            known = self.look_up(connection, officer, mention, but=but)
            found += [known] if known.times else []
            if mention.type == "name":
                found += self.similar_names(connection, officer, mention, but=but)
        return sorted(found, key=lambda known: (known.about.type == "name", known.times))

    def similar_names(self, connection: Connection, officer: Officer, mention: Mention, *, but: int = 0) -> list[Known]:
        """Things that name somebody who is written almost so; a hint each, with what the tones say."""
        own = self._digest(mention)
        numbers = store.similar(connection, (self._bucket(key) for key in name_keys(mention.key)))
        alike: list[tuple[Likeness, str, bytes]] = []
        for digest, sealed in store.names(connection, numbers).values():
            if digest == own:
                continue
            name = self._safe.open(sealed, purpose=_PURPOSE, owner=digest.hex()).decode()
            found = likeness(mention.key, name)
            alike += [(found, name, digest)] if found.worth_a_look else []
        alike.sort(key=lambda one: -one[0].score)
        known: list[Known] = []
        for found, name, digest in alike[: limits.NAMES_SIMILAR_SHOWN]:
            value = store.value(connection, digest)
            if value is None:
                continue
            hits = self._known(connection, officer, mention, value, but=but, most=limits.MENTIONS_SHOWN)
            if hits.times:
                known.append(
                    Known(
                        about=mention,
                        times=hits.times,
                        seen=hits.seen,
                        at_least=hits.at_least,
                        likeness=found,
                        name=name,
                    )
                )
        return known

    # --- inside ---
    def _known(
        self, connection: Connection, officer: Officer, mention: Mention, value: store.Value, *, but: int, most: int
    ) -> Known:
        kinds = {kind for kind, action in READS.items() if may(officer, action)}
        scope = scope_of(officer)
        narrow = {kind for kind, action in NARROW.items() if scope.within is None and may(officer, action)}
        own = store.names_value(connection, but, value.number) if but else None
        in_scope = partial(store.rows_in_scope, connection, value.number, scope, kinds, narrow=narrow, but=but)
        if kinds == READS.keys() and scope.within is None and not scope.whole:
            rows = store.open_rows(connection, value.number, but=but, most=most * len(ROLES))
            times = value.open_count - (1 if own == 0 else 0)
            hidden_elsewhere = value.hidden_count - (1 if own == 1 else 0)
            if hidden_elsewhere > 0 and (narrow or access.named_anywhere(connection, scope.keys)):
                hidden = in_scope(hidden_only=True)
                times += len({row.thing_id for row in hidden})
                rows = sorted((*rows, *hidden), key=lambda row: -row.at_us)
            return Known(about=mention, times=times, seen=self._placed(connection, value, _shown(rows, most)))
        rows = in_scope(hidden_only=False)
        times = len({row.thing_id for row in rows})
        counted_all = value.open_count + value.hidden_count <= limits.MENTIONS_LOOKED_AT_MAX
        seen = self._placed(connection, value, _shown(rows, most))
        return Known(about=mention, times=times, seen=seen, at_least=not counted_all and bool(times))

    def _placed(self, connection: Connection, value: store.Value, rows: Iterable[Row]) -> tuple[Seen, ...]:
        """The things, and of those that have places how many name the value, and which was the last."""
        found: list[Seen] = []
        for row in rows:
            seen, at = _seen(row), None
            if row.kind in HAVE_PLACES:
                at = placed.newest(connection, row.number, value.number)
            found.append(seen if at is None else replace(seen, place=self._called(connection, at[0]), places=at[1]))
        return tuple(found)

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
            digest: self._safe.seal(mention.key.encode(), purpose=_PURPOSE, owner=digest.hex())
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
        return self._safe.blind(f"{mention.type}:{comparable(mention)}".encode(), purpose=_PURPOSE)

    def _bucket(self, key: str) -> int:
        whole = self._safe.blind(f"name-bucket:{key}".encode(), purpose=_PURPOSE)
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
            store.turn(connection, number, restricted=naming.restricted, day=day_of(naming.at_us))


def _shown(rows: Iterable[Row], most: int) -> list[Row]:
    """Each thing once, in the role that stands first."""
    found: dict[str, Row] = {}
    for row in rows:
        if row.thing_id not in found and len(found) >= most:
            break
        if row.thing_id not in found or row.role < found[row.thing_id].role:
            found[row.thing_id] = row
    return list(found.values())


def _seen(row: Row) -> Seen:
    return Seen(kind=row.kind, id=row.thing_id, label=row.label, role=ROLES[row.role], at=clock.from_us(row.at_us))
