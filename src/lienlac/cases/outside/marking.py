"""Marks of a case's facts as STIX markings: TLP 2.0, and statements for what it has no marking for. Pure.

One family goes out, the strictest of the facts that an object was made of. PAP and the handling codes have no marking
definition of their own in STIX: each is a statement, PAP written as others write and read it (`PAP:AMBER`). H0 is what
holds anyhow and is not said. Ids follow from what is said, so that two exports mark alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lienlac.stix.foreign.making import same_uuid
from lienlac.stix.marks import definition
from lienlac.vocabulary import combine_handling, handling, pap, tlp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lienlac.wire.message import Marks

_SINCE = "2026-01-01T00:00:00.000Z"
"""When our statements begin: one instant for all, as their ids follow from their words."""


class Markings:
    """The marking definitions of a bundle, as its objects come to need them."""

    def __init__(self) -> None:
        self._made: dict[str, dict[str, Any]] = {}

    @property
    def definitions(self) -> list[dict[str, Any]]:
        """All that any object refers to, in the order of their first use."""
        return list(self._made.values())

    def of(self, marks: Iterable[Marks]) -> dict[str, Any]:
        """What an object made of facts with these marks bears; nothing where it was made of none."""
        found = list(marks)
        if not found:
            return {}
        made = [definition(tlp.strictest(one.tlp.value for one in found))]
        action = pap.strictest(one.pap.value for one in found)
        if action != "clear":
            made.append(_statement(pap.get(action).en, name=True))
        codes = combine_handling(code.value for one in found for code in one.handling)
        made += [_statement(f"{handling.get(code).en}. {handling.get(code).note_en}") for code in codes if code != "h0"]
        texts = dict.fromkeys(one.handling_text for one in found if one.handling_text)
        made += [_statement(text) for text in texts]
        for one in made:
            self._made.setdefault(one["id"], one)
        return {"object_marking_refs": [one["id"] for one in made]}


def _statement(text: str, *, name: bool = False) -> dict[str, Any]:
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": f"marking-definition--{same_uuid('marking', text)}",
        "created": _SINCE,
        **({"name": text} if name else {}),
        "definition_type": "statement",
        "definition": {"statement": text},
    }
