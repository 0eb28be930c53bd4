"""Bounds of notices to people, of the roster and of alarms, each with its reason.

Read through `lienlac.limits`; nobody imports this file.
"""

from __future__ import annotations

from typing import Final

# --- notices to people --------------------------------------------------------------------------------------------
CHANNELS_PER_OFFICER: Final = 8
"""Channels of one officer: two of each kind and two to spare."""
CHANNELS_SHOWN_MAX: Final = 1_000
"""Channels on the page of their health; the failing ones stand first."""
NOTICE_TRIES_PER_CHANNEL: Final = 2
"""Tries on one channel before the next has its turn: one may be lost on the way, more would cost a life's minutes."""
NOTICE_RETRY_S: Final = 15
"""Pause before the second try on one channel."""
NOTICE_ROUND_FIRST_S: Final = 60
"""Pause after every channel has failed, the first time; doubled each time."""
NOTICE_ROUND_MAX_S: Final = 900
"""Longest pause between two rounds: a mail server that is back is used within a quarter of an hour."""
NOTICE_LASTS_H: Final = 24
"""Hours after which a notice nobody took is given up: the alarm behind it has long gone to others."""
NOTICE_SEND_S: Final = 15.0
"""One try, start to end, whatever the other machine does."""
NOTICE_LEASE_S: Final = 60
"""How long a claimed notice belongs to its worker: four times the longest try, so that nobody sends it again."""
NOTICE_ROUND_ROWS: Final = 32
"""Notices sent side by side in one step."""
NOTICE_KEPT_DAYS: Final = 400
"""Days that ended notices and their tries are kept for the list of alarms; the journal keeps what happened."""
PROOF_LASTS_MIN: Final = 15
"""Minutes that the digits of a channel's test count."""
PROOF_TRIES_MAX: Final = 5
"""Answers to one test: one in two hundred thousand guesses right."""
PROOF_PAUSE_S: Final = 60
"""Pause between two tests of one channel, so that nobody is flooded through our mail server."""

# --- duty ---------------------------------------------------------------------------------------------------------
SHIFT_MIN_H: Final = 2
"""Shortest shift of a rotation: shorter ones could vanish in the hour that a change of the clocks leaves out."""
SHIFT_MAX_DAYS: Final = 31
"""Longest single shift: a month of standing by; nobody answers longer without a new entry."""
ROTATION_MAX_SHIFTS: Final = 400
"""Shifts of one rotation: half a year of two shifts a day."""
ROSTER_FILE_MAX_BYTES: Final = 1_000_000
"""One roster file: two thousand shifts as iCalendar are about 700 kB."""
ROSTER_FILE_MAX_SHIFTS: Final = 2_000
"""Shifts of one file: a year of three lines and two shifts a day."""
ROSTER_MAX_SHIFTS: Final = 20_000
"""Stored shifts of one node: ten such years."""
LADDER_LIFE_MIN: Final = 3
"""Minutes that each rank has before the next is told too, where a life is in danger."""
LADDER_HOT_MIN: Final = 5
"""The same for what is hot: money leaves an account within minutes."""
LADDER_URGENT_MIN: Final = 15
"""The same for what is urgent."""
LADDER_NORMAL_MIN: Final = 60
"""The same for everything else."""
ALARMS_WATCHED_MAX: Final = 500
"""Alarms looked at in one step; the rest follows in the next step."""
HANDOVER_MAX_ITEMS: Final = 300
"""Open items listed on one hand-over; what is beyond is counted and said."""
DRILLS_PLANNED_MAX: Final = 100
"""Drills waiting for their time: twice a week for a year."""
DRILLS_AT_ONCE: Final = 10
"""Drills sent in one round of the watch: their windows rarely meet, and a round must be quick."""
DRILL_WINDOW_MAX_DAYS: Final = 31
"""Longest window of a drill: nobody waits a month for one without forgetting it."""
DRILL_TIMES_MAX: Final = 52
"""Drills planned at once: one a week for a year."""
DRILL_EVERY_MAX_DAYS: Final = 92
"""Longest pause between repeated drills: one in each quarter."""
REMIND_EVERY_S: Final = 900
"""How often it is asked what people should be reminded of: days are at stake, not minutes."""
REMINDERS_KEPT_DAYS: Final = 400
"""How long it is known what somebody was reminded of; what still waits then is said once more."""
PRUNE_EVERY_H: Final = 6
"""How often old notices, alarms and drills are forgotten."""
PRUNE_MAX_ROWS: Final = 1_000
"""Rows forgotten at once of each, so that no round holds the writer for long."""
ALARMS_KEPT_DAYS: Final = 400
"""Days that ended alarms stay listed; the journal keeps who was told of what."""
ON_CALL_AGAIN_MIN: Final = 60
"""Minutes before a statement of who answers is made again to a partner that refused it."""
ROSTER_VIEW_MAX_DAYS: Final = 400
"""Longest part of the roster on one page or in one file."""
ROSTER_JOURNAL_MAX: Final = 50
"""Shifts named one by one in a journal entry; more are counted."""
