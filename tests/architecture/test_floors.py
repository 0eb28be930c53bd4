"""The floor plan: arrows only fall, siblings do not speak, and only the assembly knows every slice."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.architecture.house import Module, inside, listed, modules, names

FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors", "clock", "ids", "limits", "strictjson", "structs"),
    ("wire", "keys", "vocabulary", "identifiers", "stix", "outside", "settings", "interface"),
    ("storage",),
    ("agreements", "people", "journal", "identifiers.index"),
    ("exchange", "notices", "releases"),
    ("ui", "records", "documents"),
    ("ui.shared",),
    (
        "hotline",
        "duty",
        "emergencies",
        "cases",
        "intelligence",
        "methods",
        "flash",
        "deconfliction",
        "tracing",
        "programmes",
        "delegations",
        "lessons",
        "oversight",
    ),
    ("assembly", "installation", "server"),
    ("__main__", "cli", "client", "demo"),
)
"""From the ground up. A longer name wins: `identifiers.index` lives above the rest of `identifiers`,
`ui.shared` (the screens of shared records) above the rest of `ui`."""

TALKING_FLOORS = {0, 8, 9}
"""Floors whose rooms may know each other: the ground, the assembly with its server, the commands with their client."""

ARRANGED = {
    ("wire", "identifiers"): "messages carry typed identifiers, and a type is declared once",
    ("stix", "vocabulary"): "marks of others become codes of ours",
    ("stix", "identifiers"): "what an object names is compared in the form that identifiers have everywhere",
    ("identifiers.index", "people"): "a look-up asks with the reader's scope inside its SQL",
}
"""The few neighbours that one room may name, each with its reason; never the other way round."""

GROUND_ORDER = ("errors", "limits", "clock", "ids", "strictjson", "structs")
SLICES = 7


def room_of(name: str) -> tuple[int, str] | None:
    """Floor and room of a dotted name below `lienlac`; None for the package itself."""
    found = None
    for floor, rooms in enumerate(FLOORS):
        for room in rooms:
            if (name == room or name.startswith(f"{room}.")) and (found is None or len(room) > len(found[1])):
                found = floor, room
    return found


def arrows() -> list[tuple[Module, int, str]]:
    """Every import between the program's own modules."""
    return [
        (module, imported.line, target)
        for module in modules()
        for imported in module.imports
        if (target := inside(imported.name))
    ]


def test_every_file_has_a_floor() -> None:
    """A new package or file at the top must first be given its place in the plan."""
    homeless = sorted(name for name in names() if name and room_of(name) is None)
    assert homeless == []


def test_no_room_stands_on_two_floors() -> None:
    every = [room for rooms in FLOORS for room in rooms]
    assert len(every) == len(set(every))


def test_arrows_only_fall() -> None:
    """An import goes to the same room or to a lower floor."""
    rising = []
    for module, line, target in arrows():
        here, there = room_of(module.name), room_of(target)
        if here and there and there[0] > here[0]:
            rising.append(f"{module.place}:{line} ({here[1]}) imports {target} from floor {there[0]}")
    assert not rising, listed(rising)


def test_siblings_are_silent() -> None:
    """Two rooms on one floor never import each other, except on the floors made for it."""
    talking = []
    for module, line, target in arrows():
        here, there = room_of(module.name), room_of(target)
        if not (here and there and here[0] == there[0] and here[1] != there[1]):
            continue
        if here[0] not in TALKING_FLOORS and (here[1], there[1]) not in ARRANGED:
            talking.append(f"{module.place}:{line} ({here[1]}) imports its sibling {target}")
    assert not talking, listed(talking)


def test_only_the_assembly_imports_slices() -> None:
    """Commands and servers reach a slice through what the assembly has built."""
    inward = []
    for module, line, target in arrows():
        here, there = room_of(module.name), room_of(target)
        if here and there and there[0] == SLICES and here[0] > SLICES and here[1] != "assembly":
            inward.append(f"{module.place}:{line} imports {target}")
    assert not inward, listed(inward)


def test_only_keys_import_the_cryptographic_library() -> None:
    guilty = [
        f"{module.place}:{imported.line}"
        for module in modules()
        for imported in module.imports
        if imported.name.split(".")[0] == "cryptography" and not module.name.startswith("keys")
    ]
    assert not guilty, listed(guilty)


def test_messages_have_no_behaviour_beneath_them() -> None:
    """What travels knows nothing of how it is signed, kept or shown: bodies import the ground, wire and identifiers."""
    guilty = [
        f"{module.place}:{line} imports {target}"
        for module, line, target in arrows()
        if module.name.startswith("wire.bodies")
        and not (target.startswith(("wire", "identifiers")) or (room_of(target) or (9, ""))[0] == 0)
    ]
    assert not guilty, listed(guilty)


def test_no_circles() -> None:
    """No two modules import each other, by whatever way round."""
    graph = {module.name: set[str]() for module in modules()}
    for module, _line, target in arrows():
        if target in graph and target != module.name:
            graph[module.name].add(target)
    circle = _find_circle(graph)
    assert circle is None, " → ".join(circle or [])


def _find_circle(graph: dict[str, set[str]]) -> list[str] | None:
    done: set[str] = set()
    for start, targets in graph.items():
        trail: list[str] = []
        stack = [(start, iter(sorted(targets)))] if start not in done else []
        trail += [start] if stack else []
        while stack:
            name, rest = stack[-1]
            following = next((target for target in rest if target not in done), None)
            if following is None:
                done.add(name)
                stack.pop()
                trail.pop()
            elif following in trail:
                return [*trail[trail.index(following) :], following]
            else:
                trail.append(following)
                stack.append((following, iter(sorted(graph[following]))))
    return None


@pytest.mark.parametrize(("lower", "upper"), list(pairwise(GROUND_ORDER)))
def test_the_ground_leans_one_way(lower: str, upper: str) -> None:
    """On the ground floor, too, what is more basic does not know what stands on it."""
    assert not any(module.name == lower and target == upper for module, _line, target in arrows())
