"""Bounds of live pages, each with its reason: streams, what is sent down them, and how soon.

Read through `lienlac.limits`; nobody imports this file.
"""

from __future__ import annotations

from typing import Final

# --- live pages ---------------------------------------------------------------------------------------------------
LIVE_CLIENTS_MAX: Final = 4_000
"""Open live connections of one process: a thousand officers with a few tabs each, at some 50 kB."""
LIVE_AT_ONCE: Final = 20
"""So many pages may ask for their pieces in the same instant; more hear of an event one after the other."""
LIVE_REFRESHES_PER_S: Final = 25
"""How many pages hear of one event in a second, where many look on: a tenth of a core; the rest is for who acts."""
LIVE_GATHER_S: Final = 0.1
"""How long a round of what stands beside pages, alerts among it, waits for events that come together."""
LIVE_BESIDE_PER_S: Final = 1_500
"""How many pages are sent what stands beside them in a second: a thousand have it in well under the promised two."""
LIVE_VIEW_GATHER_S: Final = 1.0
"""How long a round of views waits for events that come together: a list may be a second older than an alert."""
LIVE_VIEWS_PER_S: Final = 500
"""How many pages are sent their view in a second, at some 60 kB each: 30 MB/s, and a thousand have it in three."""
LIVE_VIEWS_PER_ROUND: Final = 200
"""Different views that one round makes, at 5 ms each; pages beyond are told to ask for theirs."""
LIVE_VIEW_MAX_BYTES: Final = 524_288
"""One view as it is sent: a full page of the inbox has some 60 kB. A larger one is left to be asked for."""
LIVE_VIEW_MAX_CHARS: Final = 300
"""The query by which a page names its view: as long as one field of a query may be."""
LIVE_PER_SESSION_MAX: Final = 20
"""Open live connections of one signed-in browser: more tabs than a person reads, and nobody takes everybody's place."""
LIVE_QUEUE_MAX: Final = 64
"""Notices waiting for one browser; beyond that it is told once to load everything again."""
LIVE_RECENT_MAX: Final = 48
"""Notices kept for pages that were made before these and begin to listen after: fewer than wait for one browser."""
LIVE_SINCE_MAX_DIGITS: Final = 16
"""Digits of the number by which a page says up to which notice it was made."""
LIVE_HEARTBEAT_S: Final = 15.0
"""How soon a revoked session's live connection ends at the latest, and the longest silence on one."""
LIVE_BEAT_S: Final = 14.0
"""How often each live connection shows a sign of life, after a look at whose it is: earlier than the promise by more
than the time for which looks are gathered."""
LIVE_BELIEF_GATHER_S: Final = 0.25
"""How long the look at whose connection it is waits for those of others: of a thousand, some eighteen share one."""
LIVE_BELIEVED_AT_ONCE: Final = 100
"""Sessions of one such look, so that no question grows without end."""
