"""What goes beyond the standard: new types, new members, extensions. Said once, so that readers know what is foreign.

The standard lets producers invent both and asks them to mark it (`x_`, `x-`, or an extension). In an object with
versions that is held to: there an unmarked name is far more often a misspelt one, and a misspelt `valid_until` is never
found again. Observables, which sensors write, get a warning.
"""

from __future__ import annotations

import re
from typing import Any, Final

from lienlac.errors import Refused
from lienlac.stix import schemas
from lienlac.stix.faults import shown

_NAME: Final = re.compile(r"id|[a-z][a-z0-9_]{2,249}")
_VERSIONED: Final = frozenset({"created", "modified"})
_DEFINITION: Final = "extension-definition--"
_NEW_TYPES: Final = frozenset({"new-sdo", "new-sco", "new-sro"})


def check(value: dict[str, Any], kind: str, *, known: bool) -> list[tuple[str, str, str]]:
    """Warnings (code, place, value) about foreign names.

    Raises `Refused` (`stix-extension`, `stix-name`, `stix-foreign-type`, `stix-foreign-name`).
    """
    remarks: list[tuple[str, str, str]] = []
    extensions = value.get("extensions")
    kinds = _extension_types(value, kind, known=known) if extensions else frozenset[str]()
    versioned = not extensions and not _VERSIONED.isdisjoint(value)
    if not known:
        if versioned and not kind.startswith("x-"):
            raise Refused("stix-foreign-type", field="type", found=shown(kind))
        return [("unknown-type", "type", kind)]
    strange = value.keys() - schemas.members(kind)
    if not strange:
        return remarks
    for name in sorted(strange):
        if _NAME.fullmatch(name) is None:
            raise Refused("stix-name", field=name[:80], where=kind, names=shown(name))
        if not name.startswith("x_") and "toplevel-property-extension" not in kinds:
            if versioned and name not in schemas.every_member():
                raise Refused("stix-foreign-name", field=name, found=shown(name), type=kind)
            remarks.append(("unknown-member", name, ""))
    return remarks


def _extension_types(value: dict[str, Any], kind: str, *, known: bool) -> frozenset[str]:
    """The kinds of extension that an object says it uses."""
    said = set()
    for name, extension in value["extensions"].items():
        if not isinstance(extension, dict):
            if name.startswith(_DEFINITION):
                raise Refused("stix-extension", field="extensions", name=shown(name))
            continue
        declared = extension.get("extension_type")
        if name.startswith(_DEFINITION) and isinstance(declared, str):
            said.add(declared)
    if known and said & _NEW_TYPES:
        raise Refused("stix-extension", field="extensions", name=shown(kind))
    return frozenset(said)
