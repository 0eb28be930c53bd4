"""Finding identifiers in free text, Vietnamese and English, and taking out of it what may not be kept.

Pure. `read(text)` is the one way in: first full card numbers, passwords and codes are cut from the text, then what is
left is looked through. Nothing found here is ever used without a person's confirmation.
"""

from __future__ import annotations

from lienlac.identifiers.finding.found import TYPES, Find, Reading, Stripped, Sureness, masked, shown
from lienlac.identifiers.finding.reading import read
from lienlac.identifiers.finding.stripping import strip

__all__ = ["TYPES", "Find", "Reading", "Stripped", "Sureness", "masked", "read", "shown", "strip"]
