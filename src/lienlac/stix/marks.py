"""Which mark an object bears: TLP of both families, PAP, statements; in whatever form producers write them.

Responsible for turning marking definitions (the constants of TLP 1.0, those of TLP 2.0, the extensions for TLP 2.0 and
PAP, OpenCTI's spelling, a plain `PAP:AMBER` in a name) into codes of our vocabulary, the strictest winning. A part that
is marked more strictly than the whole marks the whole. Only one family goes out: TLP 2.0. Knows nothing of who may read
what; an id that nobody has defined is named, not guessed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from lienlac.stix.rules.markings import TLP_1
from lienlac.vocabulary import pap as pap_words
from lienlac.vocabulary import tlp as tlp_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lienlac.stix.checking import Stix

TLP_2: Final = {
    "clear": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "green": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "amber": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "amber+strict": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "red": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
"""Ids of the marking definitions of TLP 2.0, by our codes: the family that goes out."""
TLP_2_EXTENSION: Final = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
_CREATED: Final = "2022-10-01T00:00:00.000Z"
_OLD_WORDS: Final = {"white": "clear"}
_SPOKEN: Final = re.compile(r"(TLP|PAP)\s*:\s*([A-Z]+(?:\+STRICT)?)", re.IGNORECASE)


class Meaning(NamedTuple):
    """What one marking definition says; empty where it says nothing of that."""

    tlp: str = ""
    pap: str = ""
    statement: str = ""


_FIXED: Final = {
    **{TLP_2[code]: Meaning(tlp=code) for code in TLP_2},
    **{ref: Meaning(tlp=_OLD_WORDS.get(color, color)) for ref, color in TLP_1.items()},
}


def meaning(value: Mapping[str, Any]) -> Meaning:
    """What a marking definition means. One of the constants means what it always means, whatever stands in it."""
    fixed = _FIXED.get(str(value.get("id")))
    if fixed is not None:
        return fixed
    said = Meaning()
    for spoken in _sayings(value):
        found = _SPOKEN.fullmatch(spoken.strip())
        if found is not None:
            said = _stricter(said, _code(found[1].lower(), found[2].lower()))
    definition = value.get("definition")
    statement = definition.get("statement") if isinstance(definition, dict) else None
    return said._replace(statement=statement if isinstance(statement, str) else "")


def mark_of(stix: Stix, known: Mapping[str, Meaning] | None = None) -> tuple[str, str]:
    """TLP and PAP of an object, the strictest that stands anywhere on it; empty where none does.

    `known` are the meanings of marking definitions that this node has, by id; the constants need no telling.
    """
    return said_by(stix.marking_refs, known)


def said_by(refs: Iterable[str], known: Mapping[str, Meaning] | None = None) -> tuple[str, str]:
    """The same of marking definitions by their ids."""
    found = Meaning()
    for ref in refs:
        said = _FIXED.get(ref) or (known.get(ref) if known else None)
        if said is not None:
            found = _stricter(found, said)
    return found.tlp, found.pap


def unknown_of(stix: Stix, known: Iterable[str] = ()) -> tuple[str, ...]:
    """Marking definitions that the object bears and nobody here has: their mark cannot be told yet."""
    here = set(known)
    return tuple(ref for ref in stix.marking_refs if ref not in _FIXED and ref not in here)


def definition(code: str) -> dict[str, Any]:
    """The marking definition of TLP 2.0 for one of our codes, as everybody writes it."""
    word = tlp_words.get(code)
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": TLP_2[word.code],
        "created": _CREATED,
        "name": word.en,
        "extensions": {TLP_2_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": word.code}},
    }


def _sayings(value: Mapping[str, Any]) -> list[str]:
    """Every text in a marking definition that may name a mark, written like `TLP:AMBER`."""
    said = [text for text in (value.get("name"), value.get("x_opencti_definition")) if isinstance(text, str)]
    definition_of = value.get("definition")
    if isinstance(definition_of, dict):
        for family, text in definition_of.items():
            if isinstance(text, str) and family.lower() in {"tlp", "pap"}:
                said.append(text if ":" in text else f"{family}:{text}")
            elif isinstance(text, str) and family == "statement":
                said.append(text)
    extensions = value.get("extensions")
    for extension in extensions.values() if isinstance(extensions, dict) else ():
        if isinstance(extension, dict):
            for member, family in (("tlp_2_0", "TLP"), ("pap", "PAP")):
                if isinstance(extension.get(member), str):
                    said.append(f"{family}:{extension[member]}")
    return said


def _code(family: str, word: str) -> Meaning:
    code = _OLD_WORDS.get(word, word)
    if family == "tlp" and code in tlp_words:
        return Meaning(tlp=code)
    if family == "pap" and code in pap_words:
        return Meaning(pap=code)
    return Meaning()


def _stricter(one: Meaning, other: Meaning) -> Meaning:
    return Meaning(
        tlp=tlp_words.strictest((one.tlp, other.tlp)) if one.tlp and other.tlp else one.tlp or other.tlp,
        pap=pap_words.strictest((one.pap, other.pap)) if one.pap and other.pap else one.pap or other.pap,
        statement=one.statement,
    )
