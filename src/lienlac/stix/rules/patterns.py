"""Detection patterns of indicators: whether one is a pattern at all, and which values it compares.

Responsible for the STIX patterning language. Most patterns in the world are a few comparisons joined by AND and OR;
those are read by one expression that takes only what the grammar takes too. Everything else goes to the complete
grammar of `stix2-patterns`, which is slow, so its judgement is remembered. Other languages (Sigma, YARA, Snort) are
kept unread.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Final

from lienlac import limits
from lienlac.errors import Refused
from lienlac.stix.faults import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEXT: Final = r"'(?:[^'\\]|\\['\\])*+'"
_HEX: Final = r"[0-9a-fA-F]"
_TYPE: Final = r"(?!true:|false:)[a-z][a-z0-9-]{2,249}"
_FIRST: Final = r"(?!hashes\b)(?:id|[a-z_][a-z0-9_]{2,249}+)"
_STEP: Final = rf"(?:\.(?!hashes\b|'hashes')(?:[a-zA-Z_][a-zA-Z0-9_]{{2,249}}+|{_TEXT})|\[(?:\*|0|[1-9][0-9]{{0,5}})\])"
_HASH: Final = (
    r"[a-z][a-z0-9-]{2,249}:hashes\.(?:"
    rf"(?:MD5|'MD5') ?= ?'{_HEX}{{32}}'|'SHA-1' ?= ?'{_HEX}{{40}}'"
    rf"|'SHA-256' ?= ?'{_HEX}{{64}}'|'SHA-512' ?= ?'{_HEX}{{128}}')"
)
_COMPARISON: Final = rf"(?:{_HASH}|{_TYPE}:{_FIRST}{_STEP}*+ ?(?:=|!=|LIKE(?= )) ?{_TEXT})"
_JOINED: Final = rf"{_COMPARISON}(?: (?:AND|OR) {_COMPARISON})*+"
_GROUP: Final = rf"(?:\({_JOINED}\)|{_COMPARISON})"
_OBSERVATION: Final = rf"\[{_GROUP}(?: (?:AND|OR) {_GROUP})*+\]"
_USUAL: Final = re.compile(rf"{_OBSERVATION}(?: (?:AND|OR|FOLLOWEDBY) {_OBSERVATION})*+")

_EQUALS: Final = re.compile(
    rf"(?<![a-z0-9-])([a-z][a-z0-9-]{{2,249}}+):((?:[a-zA-Z0-9_.\[\]*-]++|{_TEXT})++)\s*+=\s*+({_TEXT})|{_TEXT}"
)
"""A comparison, or a text by itself, which is passed over so that nothing in it counts. Nothing is tried twice."""
_TYPE_NAME: Final = re.compile(r"[a-z0-9-]{3,250}")
_PROPERTY_NAME: Final = re.compile(r"id|[a-z0-9_]{3,250}")
_ESCAPED: Final = re.compile(r"\\(['\\])")


def check(value: dict[str, Any]) -> bool:
    """Refuse a pattern that is none; False where it is too long for the complete grammar and was taken unread.

    Raises `Refused` (`stix-pattern`, `stix-pattern-long`).
    """
    pattern = value["pattern"]
    if value["pattern_type"] != "stix":
        return True
    if len(pattern) > limits.STIX_PATTERN_MAX_CHARS:
        raise Refused("stix-pattern-long", field="pattern", limit=limits.STIX_PATTERN_MAX_CHARS)
    if _USUAL.fullmatch(pattern) is not None:
        return True
    if len(pattern) > limits.STIX_PATTERN_SLOW_MAX_CHARS:
        return False
    fault = _fault(pattern, of_old=str(value.get("pattern_version", "2.1")).startswith("2.0"))
    if fault is not None:
        raise Refused("stix-pattern", field="pattern", reason=shown(fault))
    return True


def is_usual(pattern: str) -> bool:
    """Whether the quick expression takes this pattern; what it takes, the complete grammar takes."""
    return _USUAL.fullmatch(pattern) is not None


def comparisons(pattern: str) -> Iterator[tuple[str, str, str]]:
    """Type, path and text of each comparison for equality, in their order; nothing is resolved or negated."""
    for found in _EQUALS.finditer(pattern[: limits.STIX_PATTERN_MAX_CHARS]):
        if found[1] is not None:
            yield found[1], found[2], _ESCAPED.sub(r"\1", found[3][1:-1])


@functools.lru_cache(maxsize=limits.STIX_PATTERNS_KEPT)
def _fault(pattern: str, *, of_old: bool) -> str | None:
    """What is wrong with a pattern, as the complete grammar says it; None when nothing is."""
    from antlr4 import InputStream
    from stix2patterns.v20.validator import run_validator as of_20
    from stix2patterns.v21.pattern import Pattern
    from stix2patterns.v21.validator import run_validator as of_21

    try:
        errors = (of_20 if of_old else of_21)(InputStream(pattern))
        if errors or of_old:
            return str(errors[0]).removeprefix("FAIL: ") if errors else None
        return _names(Pattern(pattern).inspect().comparisons)
    except RecursionError:
        return "too deeply nested"
    except Exception as error:  # noqa: BLE001 - the grammar's program fails in ways of its own on text that is no pattern
        return f"not understood ({type(error).__name__})"


def _names(compared: dict[str, list[tuple[list[Any], str, str]]]) -> str | None:
    """The first name in a pattern that no type or member can have."""
    for kind, tests in compared.items():
        if _TYPE_NAME.fullmatch(kind) is None:
            return f"“{kind}” names no type"
        for path, _operator, _text in tests:
            if isinstance(path[0], str) and _PROPERTY_NAME.fullmatch(path[0]) is None:
                return f"“{path[0]}” names no member"
    return None
