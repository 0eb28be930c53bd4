"""The filters of a call, from the query of its address (TAXII 2.1, 3.4). Malformed is refused, always with 400.

Brackets and commas come plain or in percent. Which filters an address knows depends on the address; a field that it
does not know is passed by, as the standard allows, so that clients of later versions still get an answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from lienlac import limits
from lienlac.errors import Refused
from lienlac.intelligence.matching import SPECS, Match, Which
from lienlac.intelligence.speech import cursor, instants

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

OBJECTS: Final = frozenset({"id", "type", "version", "spec_version"})
"""Of objects and of the manifest."""
ONE_OBJECT: Final = frozenset({"version", "spec_version"})
VERSIONS: Final = frozenset({"spec_version"})
_ONCE: Final = frozenset({"added_after", "limit", "next"})
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,250}--[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", re.ASCII)
_TYPE: Final = re.compile(r"[A-Za-z0-9_-]{1,250}", re.ASCII)
_SPEC: Final = re.compile(r"\d{1,3}\.\d{1,3}", re.ASCII)
_WHOLE: Final = re.compile(r"\d{1,15}", re.ASCII)
_PLACES: Final = {one.value: one for one in Which}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for: which versions, after which instant, how many. `nothing`: a filter that nothing can pass."""

    match: Match
    after_us: int
    rows: int
    nothing: bool = False


def read(query: bytes, known: Collection[str], *, default: Which = Which.LAST) -> Asked:
    """Read a call's query for an address that knows these match fields. Raises `Refused("taxii-filter")`."""
    given = _given(query)
    specs = _values(given, known, "spec_version", _SPEC.fullmatch)
    places, versions_us = _versions(given, known, default)
    after = max(
        instants.read(given["added_after"], "added_after") if "added_after" in given else -1,
        cursor.read(given["next"]) if "next" in given else -1,
    )
    found = tuple(SPECS[one] for one in specs if one in SPECS)
    return Asked(
        match=Match(
            ids=_values(given, known, "id", _ID.fullmatch),
            types=_values(given, known, "type", _TYPE.fullmatch),
            places=places,
            versions_us=versions_us,
            specs=found,
        ),
        after_us=after,
        rows=_limit(given.get("limit")),
        nothing=bool(specs) and not found,
    )


def is_object_id(text: str) -> bool:
    """Whether anything could have this id."""
    return _ID.fullmatch(text) is not None


def is_type(text: str) -> bool:
    """Whether anything could be of this type."""
    return _TYPE.fullmatch(text) is not None


def _given(query: bytes) -> Mapping[str, str]:
    """Each parameter once: the standard lets none come twice, and a reader who took the other one would differ."""
    try:
        pairs = parse_qsl(
            query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=limits.TAXII_MATCH_MAX_VALUES
        )
    except ValueError as error:
        raise Refused("taxii-filter", name="?") from error
    given: dict[str, str] = {}
    for name, value in pairs:
        if name in given and (name in _ONCE or name.startswith("match[")):
            raise Refused("taxii-filter", field=name[: limits.LINE_MAX_CHARS], name=name[: limits.LINE_MAX_CHARS])
        given[name] = value
    return given


def _values(
    given: Mapping[str, str], known: Collection[str], field: str, fits: Callable[[str], object]
) -> tuple[str, ...]:
    name = f"match[{field}]"
    if field not in known or name not in given:
        return ()
    values = given[name].split(",")
    if len(values) > limits.TAXII_MATCH_MAX_VALUES or not all(fits(one) for one in values):
        raise Refused("taxii-filter", field=name, name=name)
    return tuple(dict.fromkeys(values))


def _versions(
    given: Mapping[str, str], known: Collection[str], default: Which
) -> tuple[frozenset[Which], tuple[int, ...]]:
    values = _values(given, known, "version", bool)
    if not values:
        return frozenset({default}), ()
    dated = tuple(instants.read(one, "match[version]") for one in values if one not in _PLACES)
    return frozenset(_PLACES[one] for one in values if one in _PLACES), dated


def _limit(text: str | None) -> int:
    if text is None:
        return limits.TAXII_PAGE_DEFAULT_OBJECTS
    if not _WHOLE.fullmatch(text) or int(text) == 0:
        raise Refused("taxii-filter", field="limit", name="limit")
    return min(int(text), limits.TAXII_PAGE_MAX_OBJECTS)
