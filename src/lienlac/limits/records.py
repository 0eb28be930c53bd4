"""Bounds of shared records, each with its reason. Read through `lienlac.limits`; nobody imports this file."""

from __future__ import annotations

from typing import Final

# --- shared records ---
RECORD_FACTS_PER_MESSAGE: Final = 1_000
"""Facts of one message: what was stated while a partner was away comes in few messages, each taken in at one go."""
RECORD_PACK_MAX_BYTES: Final = 400_000
"""JSON of the facts of one message, so that it fits into a message with its seal."""
RECORD_FACT_MAX_BYTES: Final = 120_000
"""One fact: the longest text in both languages, four bytes a letter, and what stands around it."""
RECORD_INTERACTIVE_FACTS: Final = 50
"""So many facts go in the normal lane, as an officer's acts do; more are a catch-up and go in the bulk lane."""
RECORD_UNDER_WAY_MAX: Final = 4
"""Messages of one record to one partner without a receipt: what follows waits and goes together."""
RECORD_AGAIN_S: Final = 60
"""After a refusal that time mends, or while a link is closed, facts go again so much later; twice as late each time."""
RECORD_AGAIN_MAX_S: Final = 21_600
"""And never later than this: who was away for days has everything within a shift."""
RECORD_GIVE_PACKS_MAX: Final = 20
"""Packs of earlier facts that one act puts before a second officer; what is left waits for the next act."""
RECORD_FACTS_MAX: Final = 2_000_000
"""Facts of one author in one record: a timeline of a million rows, and as much again of everything else."""
RECORD_VERSIONS_MAX: Final = 10_000
"""Versions of one element by one author: somebody's program has gone astray before."""
RECORD_MEMBERS_MAX: Final = 50
"""Authorities in one record."""
RECORDS_FROM_PEER_MAX: Final = 20_000
"""Records that one partner has invited this node to."""
RECORD_INVITED_OPEN_MAX: Final = 500
"""Invitations of one partner that wait for an answer."""
RECORD_AHEAD_S: Final = 600
"""How far in the future a partner's fact may say that it was stated: two clocks differ by less."""
RECORD_GLANCE_CHARS: Final = 300
"""What a list shows of one element."""
RECORD_NEEDLE_CHARS: Final = 4_000
"""Folded text of one element that the search inside a record reads."""
RECORD_NOTES_MAX: Final = 10_000
"""Private notes of one record."""
RECORD_LOOK_FACTS: Final = 500
"""Positions or elements asked of the database at once, below what either product takes in one question."""
RECORD_NAMED_STRETCH: Final = 100
"""Facts, or notes, that are read into the index of identifiers in one transaction: some milliseconds in which nobody
else writes."""

# --- programmes ---
PROGRAMME_TYPOLOGIES_MAX: Final = 50
"""Kinds of crime of one programme: a programme against more of the 75 is against crime as such."""
PROGRAMME_REFS_MAX: Final = 20
"""Other elements that one element names."""
PROGRAMME_BOARD_MAX: Final = 500
"""Commitments, milestones or action days that a board or a calendar shows at once; further ones are in the list."""
PROGRAMME_GROUNDS_MAX: Final = 40
"""Grounds of refusal in one report: agreements name fewer."""
PROGRAMME_CURRENCIES_MAX: Final = 40
"""Currencies in one report: more than the hotline knows."""
PROGRAMME_TIMES_MAX: Final = 128
"""Rows of times in one report and direction: four measures for each kind of request, and for all of them."""
PROGRAMME_REPORTS_SHOWN: Final = 40
"""Quarterly reports of one programme on its page: ten years."""

# --- indicators ---
INDICATOR_STRETCH_ROWS: Final = 250
"""Older requests that are read into the indicators in one transaction: an officer waits no longer than for a form."""
INDICATOR_CELLS_AT_ONCE: Final = 200
"""Cells that are counted anew in one transaction."""
INDICATOR_ROWS_AT_ONCE: Final = 20_000
"""Rows after which the counting of cells makes a pause for others."""
INDICATOR_FRESH_ROWS: Final = 20_000
"""Rows of changed cells that a reader counts for itself; with more, the page says that counting goes on."""
INDICATOR_QUARTERS_MAX: Final = 40
"""Quarters in one question about indicators: ten years."""
INDICATOR_QUARTERS_KEPT: Final = 4_000
"""Quarters whose figures stay in memory until a request in them changes: a hundred programmes of ten years, 40 MB."""
