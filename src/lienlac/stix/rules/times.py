"""Instants of STIX: read to the microsecond, real days only, and in the order that the standard asks for.

Takes text and values; knows no clock: whether an instant lies in the future is nobody's business here.
"""

from __future__ import annotations

import functools
import re
from datetime import UTC, datetime
from typing import Any, Final

from lienlac import limits
from lienlac.errors import Refused
from lienlac.stix.faults import shown

_FORM: Final = re.compile(
    r"[0-9]{4}-(?:0[1-9]|1[012])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)"
    r"(?:\.[0-9]+)?Z"
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_US: Final = 86_400_000_000
_SECOND_US: Final = 1_000_000
NAMES: Final = frozenset(
    """
    created modified valid_from valid_until first_seen last_seen first_observed last_observed start_time stop_time
    published object_modified submitted analysis_started analysis_ended ctime mtime atime date start end created_time
    account_created account_expires credential_last_changed account_first_login account_last_login modified_time
    validity_not_before validity_not_after
    """.split()  # noqa: SIM905 - a block of words is easier to read than a list of quotes
)
"""Members of the standard's types that hold an instant."""
_NEVER_BEFORE: Final = (
    ("created", "modified"),
    ("first_seen", "last_seen"),
    ("first_observed", "last_observed"),
    ("start", "end"),
    ("analysis_started", "analysis_ended"),
)
_LATER: Final = (("valid_from", "valid_until"), ("start_time", "stop_time"))


def us_of(text: object, where: str) -> int:
    """Microseconds since 1970. Finer parts of a second are cut, a leap second counts as the next one.

    Raises `Refused("stix-time")`.
    """
    us = _us(text) if isinstance(text, str) else None
    if us is None:
        raise Refused("stix-time", field=where, where=where, found=shown(text))
    return us


@functools.lru_cache(maxsize=limits.STIX_INSTANTS_KEPT)
def _us(text: str) -> int | None:
    if _FORM.fullmatch(text) is None:
        return None
    leap = text[17:19] == "60"
    try:
        whole = datetime.fromisoformat(f"{text[:17]}{'59' if leap else text[17:19]}Z")
    except ValueError:
        return None
    since = whole - _EPOCH
    fraction = int(text[20:26].rstrip("Z").ljust(6, "0")) if text[19] == "." else 0
    return since.days * _DAY_US + (since.seconds + leap) * _SECOND_US + fraction


def check(value: dict[str, Any], names: frozenset[str] = NAMES) -> dict[str, int]:
    """Every instant of an object, read; `Refused` for a day that does not exist or an order that cannot be."""
    read = {name: us_of(value[name], name) for name in names & value.keys()}
    for first, last in _NEVER_BEFORE:
        if last in read and first in read and read[last] < read[first]:
            raise _order(value, first, last)
    for first, last in _LATER:
        if last in read and first in read and read[last] <= read[first]:
            raise _order(value, first, last)
    return read


def _order(value: dict[str, Any], first: str, last: str) -> Refused:
    return Refused(
        "stix-order",
        field=last,
        first=first,
        last=last,
        first_value=shown(value[first]),
        last_value=shown(value[last]),
    )
