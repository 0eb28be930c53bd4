"""Objects come in, from an officer, a program, a peer, a feed or a file: checked, sorted, stored or held.

Bulk first. Checking needs no database and is done before the transaction; storing a thousand takes a few statements.
An officer's right is asked by whoever calls (`intelligence.desk`); a peer's message has been verified before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

import orjson

from lienlac import clock, ids, limits
from lienlac.errors import NotAllowed, Refused
from lienlac.intelligence.collection import Marks, strictest
from lienlac.intelligence.marking import store as marking
from lienlac.intelligence.outcome import Added, Outcome
from lienlac.intelligence.rules.sorting import Checked, Failed, Ranks, sort, to_compare
from lienlac.intelligence.store import collections, objects, quarantine, sources
from lienlac.stix.checking import check
from lienlac.stix.marks import mark_of, meaning, unknown_of
from lienlac.vocabulary import marks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.ids import Chance
    from lienlac.intelligence.collection import Collection, Source
    from lienlac.intelligence.outcome import Result
    from lienlac.intelligence.rules.sorting import Fresh, Sorted
    from lienlac.stix.checking import Stix
    from lienlac.stix.marks import Meaning
    from lienlac.vocabulary.words import RankedWords

Given = Checked | Failed
_AHEAD_US: Final = limits.INTEL_VERSION_AHEAD_H * 3_600_000_000


class Record(Protocol):
    """The journal's way of writing one entry in the caller's transaction."""

    def __call__(
        self,
        connection: Connection,
        *,
        at: datetime,
        actor: str,
        action: str,
        thing: str,
        detail: Mapping[str, Any] | None = None,
    ) -> str:
        """Returns the entry's digest."""
        ...


class Hears(Protocol):
    """Hears of what was stored, in the same transaction: an index, a correlation."""

    def __call__(
        self, connection: Connection, collection: Collection, added: Sequence[Added], source: Source, /
    ) -> None:
        """Must be quick: a thousand come at once."""
        ...


def checked(raws: Iterable[bytes]) -> list[Given]:
    """Each object checked by itself; no database is asked. What is wrong comes back with its reason."""
    given = [_checked(raw) for raw in raws]
    defined = _defined(one.stix for one in given if isinstance(one, Checked))
    return [_marked(one, defined) for one in given] if defined else given


def _checked(raw: bytes) -> Given:
    try:
        stix = check(raw)
    except Refused as error:
        return Failed(raw, error.code, error.details, *_named(raw))
    return Checked(stix, *mark_of(stix))


def _defined(stixes: Iterable[Stix]) -> dict[str, Meaning]:
    """What the marking definitions among these objects mean."""
    return {stix.id: meaning(stix.value) for stix in stixes if stix.type == "marking-definition"}


def _marked(one: Given, defined: Mapping[str, Meaning]) -> Given:
    """The same object, by definitions that came with it or are stored."""
    if isinstance(one, Failed) or not any(ref in defined for ref in one.stix.marking_refs):
        return one
    tlp, pap = mark_of(one.stix, defined)
    return Checked(one.stix, *(_stricter(marks.tlp, one.tlp, tlp), _stricter(marks.pap, one.pap, pap)))


def _stricter(words: RankedWords, one: str, other: str) -> str:
    return words.strictest((one, other)) if one and other else one or other


def _named(raw: bytes) -> tuple[str, str]:
    """Id and type of something that is wrong, as far as they can be read."""
    try:
        value = orjson.loads(raw)
    except ValueError:
        return "", ""
    if not isinstance(value, dict):
        return "", ""
    found = [value.get(name) for name in ("id", "type")]
    first, second = (one.replace("\0", "") if isinstance(one, str) else "" for one in found)
    return first, second


class Adding:
    """Stores what was checked; `hears` are told in the same transaction."""

    def __init__(self, *, clock: Clock, chance: Chance, record: Record) -> None:
        self._clock = clock
        self._chance = chance
        self._record = record
        self.hears: list[Hears] = []

    def add(
        self, connection: Connection, given: Sequence[Given], collection: Collection, *, source: Source, by: str
    ) -> Outcome:
        """Into one collection, in the caller's transaction. Raises `NotAllowed("intel-…")`."""
        if not collection.open:
            raise NotAllowed("intel-collection-closed", title=collection.title)
        now = self._clock.now()
        now_us = clock.to_us(now)
        given = marked_by_stored(connection, given)
        done = sort(
            given,
            _known(connection, collection.number, given),
            next_us=max(now_us, collections.newest_us(connection) + 1),
            latest_us=now_us + _AHEAD_US,
            ranks=_ranks(collection, source),
        )
        number = sources.keep(connection, source, now)
        fresh, beside = _marked_by_hand(connection, collection, source, done.fresh)
        objects.insert(connection, fresh, done.standing, collection=collection.number, source=number, marks=beside)
        results = self._hold(connection, done, collection, source=number, at_us=now_us)
        added = [Added(one.added_us, _TLP[one.tlp], one.checked.stix) for one in fresh]
        if added:
            collections.count(connection, collection.number, last_us=added[-1].added_us, objects=len(added))
            sources.gave(connection, number, collection.number, at_us=added[-1].added_us, stored=len(added))
            for hear in self.hears:
                hear(connection, collection, added, source)
        outcome = Outcome(collection_id=collection.id, results=results, added=added)
        self._write_down(connection, outcome, source, now, by)
        return outcome

    def _hold(
        self, connection: Connection, done: Sorted, collection: Collection, *, source: int, at_us: int
    ) -> list[Result]:
        results = done.results
        if not done.held:
            return results
        if collection.held + len(done.held) > limits.INTEL_HELD_MAX:
            raise Refused("intel-quarantine-full", limit=limits.INTEL_HELD_MAX, title=collection.title)
        holdings = [
            quarantine.Holding(
                id=ids.new_id("qua", self._chance),
                code=results[place].code,
                details=results[place].details,
                object_id=results[place].object_id,
                type=results[place].type,
                version_us=results[place].version_us,
                rival_us=rival_us,
                raw=raw,
            )
            for place, raw, rival_us in done.held
        ]
        found = quarantine.hold(connection, holdings, collection=collection.number, source=source, at_us=at_us)
        fresh = sum(held_id == one.id for held_id, one in zip(found, holdings, strict=True))
        collections.count(connection, collection.number, held=fresh)
        if fresh:
            sources.gave(connection, source, collection.number, at_us=at_us, held=fresh)
        for (place, _, _), held_id in zip(done.held, found, strict=True):
            results[place] = results[place]._replace(held_id=held_id)
        return results

    def _write_down(self, connection: Connection, outcome: Outcome, source: Source, at: datetime, by: str) -> None:
        if not outcome.new and not outcome.held:
            return  # nothing has changed: a feed that says the same every minute fills no journal
        detail = {
            "giver": source.giver.value,
            "source": source.ref,
            "new": outcome.new,
            "same": outcome.same,
            "held": outcome.held,
        }
        if outcome.new:
            detail |= {"first_us": outcome.added[0].added_us, "last_us": outcome.added[-1].added_us}
        thing = outcome.collection_id
        self._record(connection, at=at, actor=by, action="intel.add", thing=thing, detail=detail)


def marked_by_stored(connection: Connection, given: Sequence[Given]) -> Sequence[Given]:
    """Marks by definitions that are stored already: what somebody else defined is not in every parcel that uses it."""
    unknown = {
        ref for one in given if isinstance(one, Checked) and one.stix.marking_refs for ref in unknown_of(one.stix)
    }
    if not unknown:
        return given
    defined = {ref: meaning(orjson.loads(raw)) for ref, raw in objects.definitions(connection, sorted(unknown)).items()}
    return [_marked(one, defined) for one in given] if defined else given


_TLP: Final = {word.rank: word.code for word in marks.tlp}
_RANK: Final = {word.code: word.rank for word in marks.tlp}


def _ranks(collection: Collection, source: Source) -> Ranks:
    """What carries no mark is as strict as its source, and without one as the collection: nobody guesses downwards."""
    ceiling = _RANK[collection.ceiling]
    stated = _RANK[source.marks.tlp] if source.marks.tlp else None
    return Ranks(
        of=_RANK,
        ceiling=ceiling,
        least=0 if stated is None else stated,
        unmarked=ceiling if stated is None else stated,
    )


def _marked_by_hand(
    connection: Connection, collection: Collection, source: Source, fresh: Sequence[Fresh]
) -> tuple[Sequence[Fresh], list[Marks]]:
    """New versions, each at least as strict as an officer has set for its object, and what stands beside them."""
    beside = [_beside(source, one.checked.pap) for one in fresh]
    kept = marking.kept(connection, collection.number, (one.checked.stix.id for one in fresh)) if fresh else {}
    if not kept:
        return fresh, beside
    raised = []
    for place, one in enumerate(fresh):
        by_hand = kept.get(one.checked.stix.id)
        if by_hand is not None:
            beside[place] = strictest(beside[place], by_hand)
        raised.append(one if by_hand is None else one._replace(tlp=max(one.tlp, _RANK[by_hand.tlp])))
    return raised, beside


def _beside(source: Source, pap: str) -> Marks:
    return strictest(source.marks, Marks(pap=pap)) if pap else source.marks


def _known(connection: Connection, collection: int, given: Sequence[Given]) -> dict[str, Any]:
    """The stored versions that decide, with bytes where contents must be compared."""
    wanted: dict[str, list[int]] = {}
    for one in given:
        if isinstance(one, Checked):
            versions = wanted.setdefault(one.stix.id, [])
            if one.stix.version_us is not None:
                versions.append(one.stix.version_us)
    found = objects.known(connection, collection, wanted)
    if not found:
        return {}
    compared = {
        rival.added_us
        for one in given
        if isinstance(one, Checked) and (rival := to_compare(one.stix, found.get(one.stix.id, ()))) is not None
    }
    raws = objects.bytes_of(connection, sorted(compared))
    return {
        object_id: [one._replace(raw=raws.get(one.added_us)) for one in versions]
        for object_id, versions in found.items()
    }
