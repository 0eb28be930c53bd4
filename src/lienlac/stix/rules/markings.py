"""Markings as objects and on objects: the constants of TLP, statements, and granular markings.

A selector names something that the object really has, a marking never marks itself, and what calls itself TLP 1.0 is
one of the four definitions that everybody has. Knows nothing of what a mark means for anybody: that is `marks`.
"""

from __future__ import annotations

import re
from typing import Any, Final

from lienlac.errors import Refused
from lienlac.stix.faults import shown
from lienlac.stix.rules import times

TLP_1: Final = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "white",
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "green",
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "amber",
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "red",
}
"""The marking definitions of TLP 1.0, which STIX 2.1 fixes once for all (section 7.2.1.4)."""
_TLP_1_CREATED_US: Final = 1_484_870_400_000_000
_INDEX: Final = re.compile(r"\[([0-9]{1,6})\]")


def check(value: dict[str, Any]) -> None:
    """Raises `Refused` (`stix-selector`, `stix-circle`, `stix-marking`)."""
    own = value["id"] if value["type"] == "marking-definition" else None
    if own is not None:
        _definition(value)
    if own is not None and own in value.get("object_marking_refs", ()):
        raise Refused("stix-circle", field="object_marking_refs")
    for number, marking in enumerate(value.get("granular_markings", ())):
        where = f"granular_markings[{number}]"
        if own is not None and marking.get("marking_ref") == own:
            raise Refused("stix-circle", field=where)
        for selector in marking.get("selectors", ()):
            if not _stands(value, selector):
                raise Refused("stix-selector", field=where, found=shown(selector))


def _definition(value: dict[str, Any]) -> None:
    """What a marking definition defines."""
    kind, definition = value.get("definition_type"), value.get("definition")
    if kind is None and definition is None:
        if not value.get("extensions"):
            raise Refused("stix-marking", field="definition")
        return
    if not isinstance(kind, str) or not isinstance(definition, dict) or not definition:
        raise Refused("stix-marking", field="definition")
    if kind == "statement" and not isinstance(definition.get("statement"), str):
        raise Refused("stix-marking", field="definition.statement")
    if kind == "tlp" or value["id"] in TLP_1:
        color = TLP_1.get(value["id"])
        created = value.get("created")
        if (
            kind != "tlp"
            or color is None
            or definition != {"tlp": color}
            or (created is not None and times.us_of(created, "created") != _TLP_1_CREATED_US)
            or value.get("name", f"TLP:{color.upper()}") != f"TLP:{color.upper()}"
        ):
            raise Refused("stix-marking", field="definition")


def _stands(value: Any, selector: object) -> bool:
    """Whether a selector such as `external_references.[0].url` leads anywhere."""
    if not isinstance(selector, str):
        return False
    for part in selector.split("."):
        index = _INDEX.fullmatch(part)
        if index is not None:
            if not isinstance(value, list) or int(index[1]) >= len(value):
                return False
            value = value[int(index[1])]
        elif isinstance(value, dict) and part in value:
            value = value[part]
        else:
            return False
    return True
