"""Bounds of delegations and lessons, each with its reason. Read through `lienlac.limits`; nobody imports this file."""

from __future__ import annotations

from typing import Final

# --- delegations ---
DELEGATION_PAPERS_MAX: Final = 40
"""Papers named by one item of a programme."""
DELEGATION_LANGUAGES_MAX: Final = 10
"""Languages that one participant speaks, as far as a seating plan asks."""
DELEGATION_ORDER_MAX: Final = 500
"""The last place in the order of protocol: the largest delegation is a tenth of it."""
DELEGATION_MINUTES_MAX: Final = 500
"""Paragraphs of agreed minutes: thirty pages."""
DELEGATION_FILE_MAX_BYTES: Final = 262_144
"""An invitation in a calendar file: one event with its description takes a hundredth of it."""
DELEGATION_FILE_MAX_EVENTS: Final = 20
"""Events that an invitation's file may hold before it is no invitation."""
DELEGATION_LINE_MAX_BYTES: Final = 65_536
"""One unfolded line of a calendar file: the longest text in both languages, no more."""
DELEGATION_YEAR_MAX: Final = 500
"""Visits of a yearly plan on one page: ten a week."""
DELEGATION_SOON_DAYS: Final = 14
"""A visit that begins within so many days stands on the first page."""
DELEGATION_DUE_DAYS: Final = 7
"""An outcome that is due within so many days, or is overdue, stands on the first page."""
DELEGATION_NEAR_H: Final = 24
"""So long before it begins people are reminded of a visit once more."""
DELEGATION_REMINDED_MAX: Final = 200
"""What the first page reckons with at most; more than a person reads."""

# --- lessons ---
LESSON_TYPOLOGIES_MAX: Final = 10
"""Kinds of crime of one lesson; what is of every kind teaches nothing."""
LESSON_METHODS_MAX: Final = 40
"""Records of methods that one lesson names."""
LESSON_TOOLS_MAX: Final = 40
"""Tools that one lesson names."""
LESSON_HOURS_MAX: Final = 100_000
"""Hours that it took: fifty people for a year."""
LESSON_STEPS_MAX: Final = 200
"""Steps of one checklist: nobody ticks more."""
LESSON_WORDS_MAX: Final = 5_000
"""Elements of one lesson that a review reads: parts, steps and the lesson itself."""
LESSON_RUNS_MAX: Final = 10_000
"""Runs of one lesson's checklist on this node."""
LESSON_RENEWED_DAYS: Final = 365
"""After how many days a page suggests to look at a renewed lesson again: ways of working change within a year."""
LESSON_OFFERED_MAX: Final = 30
"""Lessons whose checklist a case's page offers; further ones are found by searching lessons."""
LESSON_FINDS_SHOWN: Final = 20
"""Places in a text that a refusal names; whoever mends twenty sees the rest at the next attempt."""
