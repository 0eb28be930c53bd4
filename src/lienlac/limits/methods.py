"""Bounds of methods and tricks, each with its reason. Read through `lienlac.limits`; nobody imports this file."""

from __future__ import annotations

from typing import Final

# --- methods and tricks ---
METHOD_ITEMS_MAX: Final = 40
"""Steps, scripts, red flags or counter-measures of one record; a method that needs more is two."""
METHOD_ITEM_MAX_CHARS: Final = 2_000
"""One step, script or red flag in one language: a page of a leaflet holds no longer one."""
METHOD_TYPOLOGIES_MAX: Final = 10
"""Kinds of crime of one record; what is of every kind says nothing."""
METHOD_IDENTIFIERS_MAX: Final = 200
"""Identifiers of one record; longer lists are shared as objects, which programs read."""
METHOD_LINKS_MAX: Final = 100
"""Objects, requests and lessons that one record names."""
METHOD_VERSIONS_MAX: Final = 500
"""Versions of one record: a correction a week for ten years."""
METHODS_FROM_PEER_MAX: Final = 5_000
"""Records that one partner has shared with this node; each is written by a person."""
METHODS_COMPARED_MAX: Final = 3
"""Records side by side: a fourth column fits on no screen."""
METHOD_FOUND_CHARS: Final = 20_000
"""Folded text of one record that the search reads."""
METHOD_PEERS_MAX: Final = 50
"""Partners with whom a record is shared at once."""
