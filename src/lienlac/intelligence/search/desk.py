"""An officer searches; who searched, and for what, is written down with the first page of every search.

Without a note there is no search: whoever looks for a person in what an authority knows leaves a trace. Looking through
by filters alone leaves none, as paging through a collection does. What lies in collections that the officer may not
know of is neither found nor counted, and neither is what else stands in the index about an identifier.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Protocol

from lienlac import limits
from lienlac.errors import Refused
from lienlac.identifiers.finding import shown as defanged
from lienlac.identifiers.folding import words_in
from lienlac.identifiers.index.mention import gathered, of_name, of_text, of_value
from lienlac.intelligence.search import store
from lienlac.intelligence.search.view import chosen
from lienlac.intelligence.search.wanted import NAME, Found, Hit
from lienlac.intelligence.store import collections, quarantine, sources
from lienlac.interface.intelligence.search import SearchChoice
from lienlac.people import rights
from lienlac.people.rights import Action, scope_of
from lienlac.records.kept.desk import Keeping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from lienlac.clock import Clock
    from lienlac.identifiers.index.desk import Known
    from lienlac.identifiers.index.mention import Mention
    from lienlac.ids import Chance
    from lienlac.intelligence.adding.desk import Record
    from lienlac.intelligence.collection import Collection
    from lienlac.intelligence.search.wanted import Wanted
    from lienlac.intelligence.store.quarantine import Held
    from lienlac.people.officer import Officer
    from lienlac.records.kept.store import Saved
    from lienlac.storage.database import Database

_HELD_LOOKED: Final = limits.PAGE_MAX_ROWS
_DIGITS: Final = re.compile(r"\d")


class Looks(Protocol):
    """Where identifiers are named, asked with the officer's rights."""

    def look_up(self, connection: Connection, officer: Officer, mention: Mention) -> Known:
        """The newest things that name it, and how many there are."""
        ...


class Reached(Protocol):
    """How far an index has read, None when it has read everything."""

    def __call__(self, connection: Connection, name: str, /) -> int | None:
        """The instant of the version that it read last."""
        ...


class SavedSearches(Keeping[SearchChoice]):
    """Searches that officers keep for themselves; what is found is asked anew each time, with that day's rights."""

    def keep(self, officer: Officer, name: str, choice: SearchChoice) -> Saved[SearchChoice]:
        """Keep it under that name.

        Raises `Refused("search-not-kept")` for what may be an account, a card or a telephone, and what `parse` refuses.
        """
        rights.require(officer, Action.INTEL_READ)
        chosen(choice)
        if any(len(_DIGITS.findall(word)) > limits.INTEL_KEPT_DIGITS_MAX for word in choice.words.split()):
            raise Refused("search-not-kept", field="words")
        return self.save(officer, name, choice)


class Search:
    """What pages, programs and commands call."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        chance: Chance,
        record: Record,
        index: Looks | None,
        reached: Reached,
    ) -> None:
        """`reached` says how far words have been read where that is not yet everything."""
        self.saved = SavedSearches(
            store.SEARCHES, action=Action.INTEL_READ, database=database, clock=clock, chance=chance
        )
        self._database = database
        self._clock = clock
        self._record = record
        self._index = index
        self._reached = reached

    def collections(self, officer: Officer) -> list[Collection]:
        """Those in which the officer searches, by title."""
        rights.require(officer, Action.INTEL_READ)
        with self._database.read() as connection:
            return collections.listed(connection, scope_of(officer), closed=True)

    def page(
        self, officer: Officer, wanted: Wanted, *, before_us: int | None = None, rows: int = limits.PAGE_DEFAULT_ROWS
    ) -> Found:
        """One page. Raises `Refused("nothing-to-look-up")`, `NotAllowed("storage-…")` where it cannot be noted."""
        rights.require(officer, Action.INTEL_READ)
        rows, wanted = min(rows, limits.PAGE_MAX_ROWS), wanted.asked_at(self._clock.now())
        mentions = _mentions(wanted) if wanted.identifier else ()
        if wanted.traced and before_us is None:
            self._database.write(lambda connection: self._note(connection, officer, wanted))
        with self._database.read() as connection:
            places = collections.listed(connection, scope_of(officer), closed=True)
            if wanted.identifier:
                return self._named(connection, officer, wanted, places, mentions)
            if wanted.state == "held":
                return _held(connection, wanted, places, before_us, rows)
            page = store.page(connection, wanted, places, before_us=before_us, rows=rows)
            by_words = bool(wanted.words or wanted.typology or wanted.sighted)
            return Found(
                hits=_hits(connection, places, page.instants),
                onward_us=page.onward_us,
                unread_us=self._reached(connection, "words") if by_words else None,
            )

    def _named(
        self,
        connection: Connection,
        officer: Officer,
        wanted: Wanted,
        places: Sequence[Collection],
        mentions: Sequence[Mention],
    ) -> Found:
        """Objects that name an identifier, as the index knows them, and what else names it."""
        known = [self._index.look_up(connection, officer, one) for one in mentions] if self._index else []
        known = [one for one in known if one.times]
        things = [seen.id.partition("/") for one in known for seen in one.seen if seen.kind == "intel"]
        open_ = [place for place in places if wanted.collection in {"", place.id}]
        pairs = {(place, object_id) for place, _, object_id in things}
        hits = [
            hit
            for hit in _hits(connection, places, store.of_ids(connection, open_, [one for _, one in pairs]))
            if (hit.collection.id, hit.stored.object_id) in pairs
        ]
        return Found(hits=tuple(hits), known=tuple(known))

    def _note(self, connection: Connection, officer: Officer, wanted: Wanted) -> None:
        detail: dict[str, Any] = {"words": list(wanted.words), **wanted.named}
        if wanted.identifier:
            value = wanted.text if wanted.identifier == NAME else defanged(wanted.identifier, wanted.text)
            detail["asked"] = {"type": wanted.identifier, "value": value[: limits.LINE_MAX_CHARS]}
        at = self._clock.now()
        self._record(connection, at=at, actor=officer.id, action="intel.searched", thing=officer.id, detail=detail)


def _mentions(wanted: Wanted) -> tuple[Mention, ...]:
    text = wanted.text[: limits.LINE_MAX_CHARS]
    if wanted.identifier == NAME:
        found = gathered(of_name(text, "named"))
    else:
        found = gathered(of_value(wanted.identifier, text, "named")) or gathered(of_text(text))
    found = tuple(one for one in found if one.role == "named") or found
    if not found:
        raise Refused("nothing-to-look-up", field="words")
    return found[: limits.MENTIONS_COMPARED_MAX]


def _hits(connection: Connection, places: Sequence[Collection], instants: Sequence[int]) -> tuple[Hit, ...]:
    """Each with its collection and its source."""
    found = store.stored(connection, instants)
    by_number = {place.number: place for place in places}
    givers = sources.named(connection, [one.source for one in found])
    return tuple(Hit(one, by_number[one.collection], givers[one.source]) for one in found)


def _held(connection: Connection, wanted: Wanted, places: Sequence[Collection], before: int | None, rows: int) -> Found:
    """What waits in quarantine: its words are in no index, so the next few are looked through."""
    looked = store.held(connection, wanted, places, before=before, rows=_HELD_LOOKED)
    fitting = [number for number, raw in looked if _says(raw, wanted.words)]
    by_number = {place.number: place for place in places}
    found: list[tuple[Held, Collection]] = []
    for number in fitting[:rows]:
        one = quarantine.numbered(connection, number)
        found.append((one, by_number[one.collection]))
    onward = None
    if len(fitting) > rows:
        onward = fitting[rows - 1]
    elif len(looked) == _HELD_LOOKED:
        onward = looked[-1][0]
    return Found(held=tuple(found), onward_us=onward)


def _says(raw: bytes, words: Sequence[str]) -> bool:
    """Whether bytes that may be no object at all hold all the words."""
    if not words:
        return True
    here = set(words_in(raw.decode("utf-8", "replace")))
    return all(any(one.startswith(word) for one in here) for word in words)
