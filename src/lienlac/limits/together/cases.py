"""Bounds of cases, each with its reason. Read through `lienlac.limits`; nobody imports this file."""

from __future__ import annotations

from typing import Final

# --- cases ---
CASE_TYPOLOGIES_MAX: Final = 10
"""Kinds of crime of one case; what is of every kind says nothing."""
CASE_IDENTIFIERS_MAX: Final = 200
"""Identifiers of one entity: a ring's server has as many domains; longer lists are several entities."""
CASE_ALIASES_MAX: Final = 50
"""Other names of one entity."""
CASE_REFS_MAX: Final = 50
"""Elements that one event, task, hypothesis, decision or exhibit names."""
CASE_ATTRIBUTES_MAX: Final = 40
"""Further columns of one row of an imported timeline; forensic tools write up to thirty."""
CASE_ATTRIBUTE_MAX_CHARS: Final = 2_000
"""One such column: a command line or a user agent."""
CASE_REASONS_MAX: Final = 20
"""Reasons why two entities are taken for one."""
CASE_ACTS_MAX: Final = 200
"""Words that one act of a program may state together: each is checked and shown to people."""
CASE_TASKS_MAX: Final = 5_000
"""Tasks of one case whose order is looked at for a cycle; people cannot keep more in sight."""
CASE_EXHIBIT_NUMBER_MAX: Final = 999_999
"""Exhibits of one side in one case."""
CASE_OFFERED_MAX: Final = 200
"""Identifiers of another thing that one look offers to a case: a person ticks each."""
CASE_PLACES_SHOWN: Final = 200
"""Cases among which one is chosen, or that are named beside a thing: the last changed first."""
CASE_CARRIED_MAX: Final = 20_000
"""Elements of ours that go along into another case in one act: as many as a graph is made of."""
CASE_SPLIT_SHOWN: Final = 500
"""Elements of ours that a page lists to be ticked for a new case; programs choose among all."""
CASE_GRAPH_ROWS: Final = 100
"""Rows of each table beside the picture of a case: with thousands a browser works longer on these than on it."""
CASE_GRAPH_ENDS_SHOWN: Final = 20
"""Entities among which the end of a way is chosen when a text fits several; one who sees more types more."""
CASE_GRAPH_ENTITIES_MAX: Final = 20_000
"""Entities and relations of one case that paths and duplicates are looked for in."""
CASE_PROPOSALS_MAX: Final = 200
"""Pairs of entities proposed as one; a person decides each."""
CASE_BUCKET_MAX: Final = 50
"""Entities that share one identifier or spelling and are compared with each other: more share it by chance."""
CASE_IMPORT_ROWS_MAX: Final = 100_000
"""Rows of a timeline taken in by one act: a caller waits a minute at most. A longer file takes several acts."""
CASE_IMPORT_MAX_BYTES: Final = 268_435_456
"""A timeline file that is looked through, row by row: a million rows of the usual length."""
CASE_IMPORT_LINE_MAX_BYTES: Final = 100_000
"""One row of it: a longer one is damaged."""
CASE_CALL_TIMEOUT_S: Final = 600.0
"""How long a program waits for a call that reads a whole file: a part of a timeline, an exhibit of many gigabytes."""
CASE_IMPORT_PROBLEMS_SHOWN: Final = 50
"""Rows that were not taken and are named with their reason; the others are counted."""
CASE_IMPORT_FACTS: Final = 500
"""Rows stated in one transaction, so that nobody waits for an import."""
CASE_BUNDLE_MAX_BYTES: Final = 20_971_520
"""A case of another system (DFIR-IRIS, STIX) read at once: its objects are checked together."""
CASE_BUNDLE_KINDS_TOLD: Final = 20
"""Kinds of objects that were left and are counted apart; a file may name as many kinds as it has objects."""
CASE_DUE_SHOWN: Final = 500
"""Tasks of all cases in one list."""
CASE_CHECK_EVERY_S: Final = 86_400
"""How often each file of evidence is read again and compared with its digest."""
CASE_DAMAGE_TOLD_DAYS: Final = 7
"""For how long damage stands beside every page; the case's own page says it as long as it lasts."""
CASE_CHECK_STEP_FILES: Final = 4
"""Files looked at in one step of the watch, so that the disk stays free for people."""
CASE_UPDATE_MAX_DAYS: Final = 30
"""How far ahead the next report about a hot case may be promised."""
CASE_SITUATION_EVENTS: Final = 30
"""Newest events, tasks and entities that a situation report prints; the room holds the others."""
