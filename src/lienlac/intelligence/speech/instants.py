"""Instants as TAXII writes them (always six digits and Z), and as clients do (with any fraction, or none)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from lienlac import clock
from lienlac.errors import Refused

_SHAPE: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d{1,20}))?(?:[Zz]|([+ -])(\d{2}):(\d{2}))", re.ASCII
)


def written(instant_us: int) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ssssssZ`."""
    return clock.from_us(instant_us).isoformat(timespec="microseconds")[:-6] + "Z"


def read(text: str, field: str) -> int:
    """Microseconds since 1970; what is finer is cut off. Raises `Refused("taxii-filter")`.

    A plus sign that was read as a space is one.
    """
    found = _SHAPE.fullmatch(text)
    if found is None:
        raise Refused("taxii-filter", field=field, name=field)
    date, time, fraction, sign, hours, minutes = found.groups()
    offset = "+00:00" if sign is None else f"{'-' if sign == '-' else '+'}{hours}:{minutes}"
    try:
        instant = datetime.fromisoformat(f"{date}T{time}.{(fraction or '')[:6]:0<6}{offset}")
        return clock.to_us(instant)
    except (ValueError, OverflowError) as error:
        raise Refused("taxii-filter", field=field, name=field) from error
