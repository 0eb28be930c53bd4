"""The index as slices and screens use it: what is put there (`writing`) is looked up and compared.

A look-up costs the same whether a value was named twice or ten thousand times: the newest are shown, the rest counted.
What an officer is shown or told the number of is asked with their scope inside the SQL, so that nobody learns from a
count that something hidden exists. Writes happen in the slice's own transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from lienlac import clock, limits
from lienlac.identifiers.index import store
from lienlac.identifiers.index.mention import ROLES, Mention, comparable, gathered, name_keys
from lienlac.identifiers.index.places import store as placed
from lienlac.identifiers.index.writing.desk import PURPOSE, Writing
from lienlac.identifiers.names import Likeness, likeness
from lienlac.people.access import store as access
from lienlac.people.rights import Action, may, scope_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.identifiers.index.store import Row
    from lienlac.keys.rest.safe import Safe
    from lienlac.people.officer import Officer

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
NOTES: Final = "notes"
"""What a place of a record is called that is no element of it: a note of our own side."""
HAVE_PLACES: Final = frozenset({"case", "programme", "delegation"})
"""Kinds of things so long that it is worth saying where in one something stands."""


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


class Aside(NamedTuple):
    """What is not elsewhere: a thing, by its number, and whatever has the need-to-know of this id."""

    thing: int
    access_id: str


NOTHING: Final = Aside(0, "")


class First(NamedTuple):
    """How many identifiers of a type were first named in the open on a day (days since 1970, UTC)."""

    day: int
    type: str
    new: int


class Index(Writing):
    """Where identifiers are mentioned, in one node."""

    def __init__(self, safe: Safe, called: Callable[[Connection, int], str] = lambda _connection, _place: "") -> None:
        """`called`: what a place is called by the slice that gave it its number."""
        super().__init__(safe)
        self._called = called

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
    def look_up(self, connection: Connection, officer: Officer, mention: Mention, aside: Aside = NOTHING) -> Known:
        """Where an identifier is named, as far as this officer may know: the newest things, and how many in all."""
        value = store.value(connection, self._digest(mention))
        if value is None:
            return Known(about=mention, times=0, seen=())
        return self._known(connection, officer, mention, value, aside)

    def elsewhere(
        self, connection: Connection, officer: Officer, thing_id: str, mentions: Iterable[Mention], apart: str = ""
    ) -> list[Known]:
        """Of what a thing names, whatever other things name too, and similar names; the telling ones first.

        `apart`: the record in which it lies; what else lies there is not elsewhere.
        """
        aside = Aside(store.thing_number(connection, thing_id), apart)
        found: list[Known] = []
        asked: set[tuple[str, str]] = set()
        for mention in gathered(mentions)[: limits.MENTIONS_COMPARED_MAX]:
            which = mention.type, comparable(mention)
            if which in asked:
                continue
            asked.add(which)
            known = self.look_up(connection, officer, mention, aside)
            found += [known] if known.times else []
            if mention.type == "name":
                found += self.similar_names(connection, officer, mention, aside)
        return sorted(found, key=lambda known: (known.about.type == "name", known.times))

    def beside(
        self,
        connection: Connection,
        officer: Officer,
        thing_id: str,
        mentions: Iterable[Mention],
        digests: AbstractSet[bytes],
    ) -> list[Known]:
        """Of these, whatever things name that do not lie in this one; `digests`: which of them are worth asking for."""
        aside = Aside(store.thing_number(connection, thing_id), thing_id)
        found: dict[bytes, Known] = {}
        for mention in mentions:
            digest = self._digest(mention)
            value = store.value(connection, digest) if digest in digests and digest not in found else None
            if value is None:
                continue
            known = self._known(connection, officer, mention, value, aside)
            if known.times > 0:
                found[digest] = known
            if len(found) >= limits.MENTIONS_COMPARED_MAX:
                break
        return sorted(found.values(), key=lambda known: (known.about.type == "name", known.times))

    @staticmethod
    def shared(connection: Connection, thing_id: str) -> list[placed.Shared]:
        """What a long thing, and what lies in it, names beside others: for `beside`, which asks who may know of it."""
        return placed.shared(connection, thing_id, limits.MENTIONS_SHARED_MAX)

    def similar_names(
        self, connection: Connection, officer: Officer, mention: Mention, aside: Aside = NOTHING
    ) -> list[Known]:
        """Things that name somebody who is written almost so; a hint each, with what the tones say."""
        own = self._digest(mention)
        numbers = store.similar(connection, (self._bucket(key) for key in name_keys(mention.key)))
        alike: list[tuple[Likeness, str, bytes]] = []
        for digest, sealed in store.names(connection, numbers).values():
            if digest == own:
                continue
            name = self._safe.open(sealed, purpose=PURPOSE, owner=digest.hex()).decode()
            found = likeness(mention.key, name)
            alike += [(found, name, digest)] if found.worth_a_look else []
        alike.sort(key=lambda one: -one[0].score)
        known: list[Known] = []
        for found, name, digest in alike[: limits.NAMES_SIMILAR_SHOWN]:
            value = store.value(connection, digest)
            if value is None:
                continue
            hits = self._known(connection, officer, mention, value, aside)
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
        self, connection: Connection, officer: Officer, mention: Mention, value: store.Value, aside: Aside
    ) -> Known:
        kinds = {kind for kind, action in READS.items() if may(officer, action)}
        scope, but, most = scope_of(officer), aside.thing, limits.MENTIONS_SHOWN
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
            counted_all = True
        else:
            rows = in_scope(hidden_only=False)
            times = len({row.thing_id for row in rows})
            counted_all = value.open_count + value.hidden_count <= limits.MENTIONS_LOOKED_AT_MAX
        near = {row.thing_id for row in rows if row.access_id == aside.access_id}
        shown = _shown((row for row in rows if row.thing_id not in near), most)
        return Known(
            about=mention,
            times=times - len(near),
            seen=self._placed(connection, value, shown),
            at_least=not counted_all and times > len(near),
        )

    def _placed(self, connection: Connection, value: store.Value, rows: Iterable[Row]) -> tuple[Seen, ...]:
        """The things, and of those that have places how many name the value, and which was the last."""
        found: list[Seen] = []
        for row in rows:
            seen, at = _seen(row), None
            if row.kind in HAVE_PLACES:
                at = placed.newest(connection, row.number, value.number)
            found.append(seen if at is None else replace(seen, place=self._called(connection, at[0]), places=at[1]))
        return tuple(found)


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
