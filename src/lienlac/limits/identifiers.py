"""Bounds of finding identifiers in texts, of the index that says where they are mentioned, of taking reports in.

Read through `lienlac.limits`; nobody imports this file.
"""

from __future__ import annotations

from typing import Final

# --- finding identifiers in texts ---------------------------------------------------------------------------------
FINDING_MAX_FINDS: Final = 5_000
"""Finds of one text: more than a person can confirm; a table of accounts is taken in by its columns instead."""
FINDING_SUFFIXES_KEPT: Final = 4_096
"""Names whose public suffix is remembered while texts are read: long reports name the same domains again."""
FINDING_PHONES_KEPT: Final = 4_096
"""Telephone numbers remembered while texts are read, for the same reason."""
NAME_BUCKETS_MAX: Final = 12
"""Texts under which one name is found again: a name of six words has eight."""

# --- the index of identifiers -------------------------------------------------------------------------------------
MENTIONS_PER_THING_MAX: Final = 500
"""Identifiers of one thing: a request may name 200 accounts, and its texts as many again."""
MENTIONS_SHOWN: Final = 10
"""Things shown for one identifier; the others are counted."""
MENTIONS_LOOKED_AT_MAX: Final = 1_000
"""Mentions of one value that a look-up passes when it must ask of each whether it may be shown."""
MENTIONS_COUNTED_MAX: Final = 1_000
"""Things that such a look-up counts; the answer then says "at least"."""
MENTIONS_COMPARED_MAX: Final = 60
"""Identifiers of one thing that are compared with all others for one page."""
MENTIONS_SHARED_MAX: Final = 300
"""Identifiers of a case, and of its entities, that are compared with all others for its page: the ones named last."""
MENTIONS_PLACES_LOOKED_AT: Final = 20_000
"""Places of a long thing, the newest, among which its page looks for what others name too: some milliseconds."""
MENTIONS_STRETCH: Final = 500
"""Things read at once while the index is made anew, so that it never lies in memory as a whole."""
NAME_BUCKET_MAX: Final = 200
"""The newest names of one bucket: what more people are called says nothing any more."""
NAMES_SIMILAR_SHOWN: Final = 5
"""Similar names shown for one name."""

# --- taking reports in --------------------------------------------------------------------------------------------
INTAKE_FILE_MAX_BYTES: Final = 20_971_520
"""One file: a report of several hundred pages; pictures and tables are smaller."""
INTAKE_TEXT_MAX_CHARS: Final = 1_000_000
"""The texts of one report: about four hundred pages, and a second to look through."""
INTAKE_KEPT_CHARS: Final = 100_000
"""How much of the stripped text a report object keeps; the rest of a longer one stays where it came from."""
INTAKE_PAGES_MAX: Final = 400
"""Pages of a PDF."""
INTAKE_PARTS_MAX: Final = 2_000
"""Parts of an e-mail, and entries of a spreadsheet's archive: more are made to exhaust."""
INTAKE_SHEETS_MAX: Final = 50
"""Sheets of a spreadsheet that are read."""
INTAKE_ROWS_MAX: Final = 100_000
"""Rows of one sheet; a longer list is taken in by the mapping step for tables."""
INTAKE_COLUMNS_MAX: Final = 100
"""Columns of a sheet that are read."""
INTAKE_UNPACKED_MAX_BYTES: Final = 209_715_200
"""What a spreadsheet may say that it unpacks to: ten times its largest size as a file."""
INTAKE_PIXELS_MAX: Final = 50_000_000
"""Pixels of a picture: the best telephones take fifty million."""
INTAKE_CODES_MAX: Final = 20
"""Codes read from one picture."""
INTAKE_MEMORY_MAX_BYTES: Final = 1_073_741_824
"""Address space of the opening process: libraries take 300 MB of it, the largest picture 200."""
INTAKE_CPU_MAX_S: Final = 20
"""Processor time of the opening process: four hundred pages of PDF take about ten seconds."""
INTAKE_LIFE_MAX_S: Final = 40.0
"""How long it may live, whatever it waits for."""
INTAKE_ANSWER_MAX_BYTES: Final = 16_777_216
"""What it may answer: a million characters, escaped."""
INTAKE_AT_ONCE: Final = 2
"""Opening processes at a time: each may take a core."""
INTAKE_WAIT_MAX_S: Final = 30.0
"""Longest wait for one's turn."""
INTAKE_DRAFTS_MAX: Final = 100
"""Reports that one officer has read in and not confirmed."""
INTAKE_DRAFT_KEPT_DAYS: Final = 7
"""How long such a report waits: a victim's statement does not lie about."""
