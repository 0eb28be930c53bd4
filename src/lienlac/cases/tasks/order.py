"""In which order tasks can be done: what waits for what, and whether anything waits for itself. Pure.

Each side refuses a cycle of its own; two sides can still make one by words that crossed. Then nobody is refused: the
board shows which tasks wait for each other, and either side takes a dependency out.
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def cycle(order: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Tasks that wait for each other, in the order of waiting; empty when all can be done."""
    try:
        TopologicalSorter(order).prepare()
    except CycleError as error:
        return tuple(error.args[1])
    return ()


def waits_for(task: Iterable[str], done: Iterable[str]) -> tuple[str, ...]:
    """Of the tasks that come first, those that are not done yet."""
    finished = frozenset(done)
    return tuple(one for one in task if one not in finished)
