"""An officer looks at a case as a graph, and at entities that may be one; says whether two are one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from lienlac import limits
from lienlac.cases import store
from lienlac.cases.entities.graph import drawn
from lienlac.cases.entities.same import merged, proposals
from lienlac.cases.projecting.keys import mentions
from lienlac.errors import NotAllowed
from lienlac.people.rights import Action
from lienlac.records.shared.desk import Say
from lienlac.records.shared.fold import derived, lying
from lienlac.wire.bodies.cases import Merge, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from lienlac.cases.entities.graph import Graph
    from lienlac.cases.entities.same import Proposal
    from lienlac.identifiers.index.desk import Known
    from lienlac.identifiers.index.mention import Mention
    from lienlac.people.officer import Officer
    from lienlac.records.shared.desk import Shared
    from lienlac.records.shared.fold import Element
    from lienlac.records.shared.outcome import Outcome
    from lienlac.storage.database import Database
    from lienlac.wire.bodies.parts import Said
    from lienlac.wire.message import Marks


class Elsewhere(Protocol):
    """The index of identifiers, asked what else names what an entity names."""

    def elsewhere(
        self, connection: Connection, officer: Officer, thing_id: str, mentions: Iterable[Mention], /
    ) -> list[Known]:
        """The telling ones first, as far as the officer may know of them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands around an entity. `centre`: the node as which it is drawn.

    `known`: what else names what it names; `here`: which of those are entities of this case, and as what drawn.
    """

    graph: Graph
    centre: str
    known: Sequence[Known]
    here: Mapping[str, str]


class Entities:
    """Entities of cases."""

    def __init__(self, shared: Shared, database: Database, index: Elsewhere | None) -> None:
        self._shared = shared
        self._database = database
        self._index = index

    def place(self, officer: Officer, thing: str) -> tuple[str, str]:
        """The case and the element of what the index of identifiers calls so. Raises `NotAllowed("not-found")`."""
        with self._database.read() as connection:
            found = store.entity(connection, thing)
            if found is None:
                raise NotAllowed("not-found")
            self._shared.read.found(connection, officer, Action.CASE_READ, found[0])
        return found

    def every(self, officer: Officer, name: str, kind: str) -> list[Element]:
        """All elements of a kind, up to what a graph can be made of."""
        found: list[Element] = []
        after = None
        while len(found) < limits.CASE_GRAPH_ENTITIES_MAX:
            page = self._shared.read.elements(officer, name, kind, after=after, rows=limits.PAGE_MAX_ROWS)
            found += [one for one, _at in page]
            if len(page) < limits.PAGE_MAX_ROWS:
                break
            after = page[-1][1], page[-1][0].id
        return found

    def graph(self, officer: Officer, name: str) -> Graph:
        """The case as a graph. Raises `NotAllowed("not-found")`."""
        shown = merged(self.every(officer, name, "merge"))
        return drawn(self.every(officer, name, "entity"), self.every(officer, name, "relation"), shown)

    def around(self, officer: Officer, name: str, element: str) -> Around:
        """An entity, its neighbours, and what else this node knows of its identifiers that the officer may know of.

        Raises `NotAllowed("not-found")`.
        """
        shown = merged(self.every(officer, name, "merge"))
        entities = self.every(officer, name, "entity")
        graph = drawn(entities, self.every(officer, name, "relation"), shown)
        centre = shown.get(element, element)
        if centre not in graph.nodes:
            raise NotAllowed("not-found")
        own = [one for one in entities if shown.get(one.id, one.id) == centre]
        words = [said.says for one in own for said in one.standing]
        with self._database.read() as connection:
            line, _thing = self._shared.read.found(connection, officer, Action.CASE_READ, name)
            if self._index is None or line.drill:
                return Around(graph=graph, centre=centre, known=(), here={})
            thing = lying(line.id, centre)
            known = self._index.elsewhere(connection, officer, thing, mentions(words))
            places = store.places(connection, [one.id for each in known for one in each.seen if one.kind == "case"])
        here = {thing: shown.get(place[1], place[1]) for thing, place in places.items() if place[0] == line.id}
        return Around(graph=graph, centre=centre, known=known, here=here)

    def proposals(self, officer: Officer, name: str) -> tuple[list[Proposal], dict[str, Element]]:
        """Pairs that may be one, with their reasons, and the entities themselves."""
        with self._database.read() as connection:
            line, _thing = self._shared.read.found(connection, officer, Action.CASE_READ, name)
            alike = store.alike(connection, line.id, limits.CASE_BUCKET_MAX, limits.CASE_GRAPH_ENTITIES_MAX)
            ids = list(dict.fromkeys(one for _key, group in alike for one in group))
            elements = {one.id: one for one in self._shared.keeper.facts.elements(connection, line.id, ids)}
        merges = self.every(officer, name, "merge")
        decided = [(one.says.first, one.says.second) for each in merges for one in each.standing]
        found = proposals((group for _key, group in alike), elements, decided, limits.CASE_PROPOSALS_MAX)
        return found, elements

    def decide(
        self,
        officer: Officer,
        name: str,
        first: str,
        second: str,
        verdict: Verdict,
        reasons: Sequence[str],
        text: Said,
        marks: Marks,
    ) -> Outcome:
        """A person says whether two entities are one. Raises `NotAllowed("not-found")`, `Refused`."""
        found = self._shared.read.some(officer, name, [first, second])
        if {one.kind for one in found.values()} != {"entity"} or len(found) != 2:
            raise NotAllowed("not-found")
        word = Merge(first=first, second=second, verdict=verdict, reasons=tuple(reasons), text=text)
        room = self._shared.read.room(officer, name)
        element = derived("mrg", room.line.id, " ".join(sorted((first, second))))
        return self._shared.state(officer, name, [Say(says=word, marks=marks, element=element)])
