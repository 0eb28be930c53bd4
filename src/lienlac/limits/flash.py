"""Bounds of flash warnings, each with its reason. Read through `lienlac.limits`; nobody imports this file."""

from __future__ import annotations

from typing import Final

# --- flash warnings ---
FLASH_PEERS_MAX: Final = 50
"""Partners that one warning goes to; each has a message and a receipt of its own."""
FLASH_IDENTIFIERS_MAX: Final = 200
"""Identifiers of one warning; longer lists are shared as objects, which programs read."""
FLASH_VALID_MAX_DAYS: Final = 90
"""The longest that a warning may hold: what holds longer is knowledge, not a warning."""
FLASH_VALID_DEFAULT_H: Final = 72
"""How long a warning holds where nobody says otherwise: over a weekend."""
FLASH_MESSAGES_MAX: Final = 200
"""Messages about one warning between two nodes, half of them for each side, so that its fold stays quick."""
FLASH_STEPS_KEPT: Final = 10
"""Of a side's messages those that versions and judgements may not use up: withdrawing must always fit."""
FLASH_STANDING_MAX: Final = 200
"""Warnings of one side that stand with the other at once: each rings somebody, and nobody heeds more."""
FLASH_NO_RECEIPT_S: Final = 300
"""How long a warning waits for its receipt before its own desk is told to ring the partner."""
FLASH_WATCH_MAX_ROWS: Final = 200
"""Warnings looked at in one step of the watch; the rest follows in the next step."""
FLASH_FOUND_CHARS: Final = 12_000
"""Folded text of one warning that the search reads: titles, identifiers and texts, the newest version first."""
FLASH_MEASURED_DAYS: Final = 365
"""How far back the reading of warnings is measured: a year, over which holidays even out."""
FLASH_MEASURED_MAX: Final = 10_000
"""Versions that are measured at once: thirty a day for a year."""
