"""What of a case goes along into another one, under which id and with which references (clause 21.15). Pure.

An element has one id in the other case, whichever side carries it over: columns that stood side by side stand side by
side there too, and a relation finds its entities once their author has brought them. Exhibits stay where their number
and their chain of custody are; so do members, remarks and who works on it.
"""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any, Final

import msgspec

from lienlac.records.shared.fold import derived
from lienlac.wire.bodies.cases import Decision, Event, Hypothesis, Merge, Relation, Task

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

CARRIED: Final = {
    "entity": "ent",
    "relation": "rel",
    "event": "evt",
    "task": "tsk",
    "hypothesis": "hyp",
    "decision": "dec",
    "merge": "mrg",
    "situation": "sit",
}
"""Kinds of word that go along, in the order of lists, and how their ids begin."""
_PREFIXES: Final = frozenset(CARRIED.values())


def renamed(source: str, into: str, element: str) -> str:
    """The id that an element of one case has in another."""
    return derived(element.partition("-")[0], into, f"{source} {element}")


def merge_element(into: str, first: str, second: str) -> str:
    """The id of the element that says whether two entities are one: of every two entities one."""
    return derived("mrg", into, " ".join(sorted((first, second))))


def in_order(tasks: Mapping[str, Task]) -> list[str]:
    """Tasks of ours so that each stands behind those that come first; ours alone never make a cycle."""
    order = {name: [one for one in task.after if one in tasks] for name, task in tasks.items()}
    return list(TopologicalSorter(order).static_order())


def carried(source: str, into: str, element: str, says: Any, tasks: Collection[str]) -> tuple[str, Any]:
    """An element's id in the other case, and the word with its references as they are there.

    What a reference names that does not go along at all is left out. `tasks`: ids that tasks have there; a task comes
    after no other one.
    """

    def moved(name: str) -> str:
        return renamed(source, into, name)

    def refs(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(moved(one) for one in names if one.partition("-")[0] in _PREFIXES)

    match says:
        case Relation():
            word: Any = msgspec.structs.replace(
                says, source=moved(says.source), target=moved(says.target), refs=refs(says.refs)
            )
        case Merge():
            word = msgspec.structs.replace(says, first=moved(says.first), second=moved(says.second))
            return merge_element(into, word.first, word.second), word
        case Event():
            word = msgspec.structs.replace(says, refs=refs(says.refs))
        case Task():
            after = tuple(one for one in map(moved, says.after) if one in tasks)
            word = msgspec.structs.replace(says, about=refs(says.about), after=after)
        case Hypothesis() | Decision():
            word = msgspec.structs.replace(says, about=refs(says.about))
        case _:
            word = says
    return moved(element), word
