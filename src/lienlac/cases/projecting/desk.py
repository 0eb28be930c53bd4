"""Facts of a case were kept, ours or a partner's: the slice's own tables and the index follow, in that transaction.

The case's line (what it is as a whole, when somebody reports next), tasks by due time, keys of entities, files. What is
taken back leaves all of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from lienlac import clock, limits
from lienlac.cases import store
from lienlac.cases.case import either, owners_word, whole
from lienlac.cases.projecting.keys import NAMED_KINDS, keys, mentions
from lienlac.identifiers.index.mention import Naming
from lienlac.people.access import store as access
from lienlac.records.shared.fold import lying, top_element
from lienlac.records.shared.store import lines
from lienlac.records.shared.store.facts import listed
from lienlac.wire.bodies.cases import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from lienlac.identifiers.index.mention import Mention
    from lienlac.people.rights import Thing
    from lienlac.records.shared.fold import Element
    from lienlac.records.shared.keeping.desk import Heard, Keeper
    from lienlac.records.shared.store.lines import Line
    from lienlac.wire.bodies.cases import Entity


class Index(Protocol):
    """Where identifiers are written down, inside the caller's transaction."""

    def put_many(self, connection: Connection, named: Sequence[tuple[Naming, Iterable[Mention]]], /) -> None:
        """Things name these and no others."""
        ...

    def hide(self, connection: Connection, access_id: str, /, *, restricted: bool) -> None:
        """A need-to-know changed."""
        ...


class Projecting:
    """Hears every fact of a case."""

    def __init__(self, keeper: Keeper, index: Index | None) -> None:
        self._keeper = keeper
        self._index = index

    def heard(self, connection: Connection, heard: Heard) -> None:
        """Facts were kept."""
        line, elements = heard.line, list(heard.elements.values())
        if any(one.kind in {"member", "case"} for one in elements):
            self._whole(connection, line)
        for one in elements:
            match one.kind:
                case "task":
                    self._task(connection, line, one)
                case "entity":
                    store.put_keys(connection, line.id, one.id, keys(_words(one)))
                case "link":
                    standing = one.standing
                    store.put_link(connection, line.id, one.id, standing[-1].says.target if standing else None)
                case "evidence":
                    self._evidence(connection, line, one)
        entities = [one for one in elements if one.kind == "entity"]
        store.put_entities(connection, line.id, [one.id for one in entities])
        if entities and self._index is not None and not line.drill:
            self._index.put_many(connection, self._named(connection, line, entities))

    def seen_by(self, connection: Connection, thing: Thing) -> None:
        """Who may know of a case changed."""
        if self._index is not None:
            self._index.hide(connection, thing.id, restricted=thing.restricted)

    def _whole(self, connection: Connection, line: Line) -> None:
        """What the case is, of the columns of those who take part; the list of records shows that."""
        top = self._keeper.facts.element(connection, line.id, top_element(line.id))
        if top is None:
            return
        nodes = [*self._keeper.others(connection, line), self._keeper.node_id]
        made = whole(top, nodes)
        lines.set_state(connection, line.id, made.state.value)
        own = made.updates.get(self._keeper.node_id)
        theirs = min((at for node, at in made.updates.items() if node != self._keeper.node_id), default=None)
        mine = top.columns.get(self._keeper.node_id)
        before = store.line(connection, line.id) or store.CaseLine(record_id=line.id)
        updates = [clock.to_us(at) for at in (own, theirs) if at is not None]
        store.put_line(
            connection,
            replace(
                before,
                severity=made.severity.value if made.hot and made.severity is not None else None,
                own_update_us=None if own is None else clock.to_us(own),
                their_update_us=None if theirs is None else clock.to_us(theirs),
                stated_us=None if mine is None else clock.to_us(mine.known_at),
                watch_us=0 if updates else None,
            ),
        )

    @staticmethod
    def _task(connection: Connection, line: Line, element: Element) -> None:
        if element.gone:
            store.drop_task(connection, line.id, element.id)
            return
        asked, own = element.standing[0].says, owners_word(element)
        due = asked.due or own.due
        after = dict.fromkeys(one for statement in element.standing for one in statement.says.after)
        store.put_task(
            connection,
            store.TaskLine(
                record_id=line.id,
                element=element.id,
                owner=asked.owner,
                status=own.status.value,
                due_us=None if due is None else clock.to_us(due),
                assignee=own.assignee,
                line=either(asked.text)[:300],
                comes_after=" ".join(after),
            ),
        )

    def _evidence(self, connection: Connection, line: Line, element: Element) -> None:
        for statement in element.standing:
            says = statement.says
            if statement.author == self._keeper.node_id:
                store.reach_exhibit(connection, line.id, int(says.exhibit.split("-")[1]))
            if isinstance(says, Evidence) and says.digest is not None:
                made = store.CaseFile(
                    record_id=line.id,
                    element=element.id,
                    digest=says.digest,
                    name=says.file_name or "",
                    media_type=says.media_type or "",
                    size_bytes=says.size_bytes,
                )
                store.put_file(connection, made)

    # --- the index of identifiers ---------------------------------------------------------------------------------
    def _named(
        self, connection: Connection, line: Line, entities: Iterable[Element]
    ) -> list[tuple[Naming, tuple[Mention, ...]]]:
        restricted = access.thing(connection, line.id, self._keeper.shape.name).restricted
        return [(_naming(line, one, restricted=restricted), mentions(_words(one))) for one in entities]

    def naming(self, connection: Connection, thing_id: str, /) -> tuple[Naming, tuple[Mention, ...]] | None:
        """What an entity names now; None when it is not there, or the case is an exercise."""
        place = store.entity(connection, thing_id)
        line = None if place is None else lines.find(connection, place[0])
        if place is None or line is None or line.drill:
            return None
        element = self._keeper.facts.element(connection, line.id, place[1])
        return None if element is None else self._named(connection, line, [element])[0]

    def called(self, connection: Connection, record_id: str) -> list[str]:
        """Names and values of everybody and everything that a case names now, on any side, as they were typed."""
        rows = listed(connection, record_id, "entity", rows=limits.CASE_GRAPH_ENTITIES_MAX)
        found: dict[str, None] = {}
        for element in self._keeper.facts.elements(connection, record_id, [row.element for row in rows]):
            for word in _words(element):
                found |= dict.fromkeys(one.value for one in word.identifiers)
                if word.kind in NAMED_KINDS:
                    found |= dict.fromkeys((word.name, *word.aliases))
        return list(found)

    def ids_after(self, connection: Connection, thing_id: str, most: int, /) -> Sequence[str]:
        """Entities of all cases in their order."""
        return store.things_after(connection, thing_id, most)


def _words(element: Element) -> list[Entity]:
    return [one.says for one in element.standing]


def _naming(line: Line, element: Element, *, restricted: bool) -> Naming:
    return Naming(
        kind="case",
        id=lying(line.id, element.id),
        label=line.reference,
        at_us=clock.to_us(element.newest.known_at),
        restricted=restricted,
        access=line.id,
    )
