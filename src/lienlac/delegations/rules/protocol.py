"""In which order people are named: heads first, sides in turn as the host places them, then each side's own order.

Pure. Interpreters stand beside nobody's place of honour: they come last in their delegation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.wire.bodies.delegations import Part, Participant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lienlac.records.shared.fold import Element

_PLACE: Final = {Part.HEAD: 0, Part.DEPUTY: 1}
_LAST: Final = {Part.LIAISON: 1, Part.OBSERVER: 2, Part.INTERPRETER: 3}


def key(one: Participant) -> tuple[int, int, int, str]:
    """Where somebody stands in their own delegation."""
    return (_PLACE.get(one.role, 2), _LAST.get(one.role, 0), one.order, one.name)


def said_of(element: Element) -> Participant | None:
    """What holds of somebody: the word of their own side, else that of whoever said something first."""
    words = [one.says for one in element.standing if isinstance(one.says, Participant)]
    own = [one.says for one in element.standing if isinstance(one.says, Participant) and one.says.node == one.author]
    return next(iter(own or words), None)


def ordered(elements: Iterable[Element], host: str) -> list[tuple[Element, Participant]]:
    """Everybody in order: guests before the host's own people, as courtesy has it, each side in its own order."""
    found = [(one, said) for one in elements if (said := said_of(one)) is not None]
    return sorted(found, key=lambda pair: (pair[1].node == host, pair[1].node, *key(pair[1]), pair[0].id))


def by_side(
    people: Sequence[tuple[Element, Participant]],
) -> list[tuple[str, list[tuple[Element, Participant]]]]:
    """The same, side by side: each node with its people."""
    sides: dict[str, list[tuple[Element, Participant]]] = {}
    for element, said in people:
        sides.setdefault(said.node, []).append((element, said))
    return list(sides.items())
