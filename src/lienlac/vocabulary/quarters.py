"""How people write a quarter of a year. Pure; knows nothing of what is counted in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lienlac.errors import Language

_NAME: Final = re.compile("([0-9]{4})-Q([1-4])")
_ROMAN: Final = ("I", "II", "III", "IV")


def said(name: str, language: Language) -> str:
    """`2026-Q4` as `Quý IV/2026` or `Q4 2026`; any other text as it is."""
    found = _NAME.fullmatch(name)
    if found is None:
        return name
    year, number = found[1], int(found[2])
    return f"Quý {_ROMAN[number - 1]}/{year}" if language == "vi" else f"Q{number} {year}"
