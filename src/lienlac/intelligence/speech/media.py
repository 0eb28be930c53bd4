"""Media types of TAXII 2.1, read as liberally as the standard lets and as real clients need.

A version parameter may be missing, spaces may stand round it, and whoever takes anything is given TAXII. What is given
always says its version.
"""

from __future__ import annotations

import re
from typing import Final

TAXII: Final = "application/taxii+json;version=2.1"
STIX: Final = "application/stix+json;version=2.1"
_OURS: Final = frozenset({"application/taxii+json", "application/json", "application/*", "*/*"})
_BODIES: Final = frozenset({"application/taxii+json", "application/stix+json", "application/json"})
_ZERO: Final = re.compile(r"0(\.0{0,3})?")


def accepts(header: str | None) -> bool:
    """Whether a caller takes what we give; one that says nothing does."""
    ranges = [one for one in (header or "").split(",") if one.strip()]
    return not ranges or any(_range_takes_us(one) for one in ranges)


def carries_objects(header: str | None) -> bool:
    """Whether a body of this type may hold objects."""
    kind, parameters = _parts(header or "")
    return kind in _BODIES and _version_fits(parameters) and parameters.get("charset", "utf-8") in {"utf-8", "utf8"}


def _range_takes_us(text: str) -> bool:
    kind, parameters = _parts(text)
    return kind in _OURS and _version_fits(parameters) and not _ZERO.fullmatch(parameters.get("q", "1"))


def _version_fits(parameters: dict[str, str]) -> bool:
    return parameters.get("version", "2.1") == "2.1"


def _parts(text: str) -> tuple[str, dict[str, str]]:
    kind, *rest = text.split(";")
    pairs = (one.partition("=") for one in rest)
    return kind.strip().lower(), {name.strip().lower(): value.strip().strip('"').lower() for name, _, value in pairs}
