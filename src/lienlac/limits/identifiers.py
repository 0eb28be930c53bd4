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
MENTIONS_STRETCH: Final = 500
"""Things read at once while the index is made anew, so that it never lies in memory as a whole."""
NAME_BUCKET_MAX: Final = 200
"""The newest names of one bucket: what more people are called says nothing any more."""
NAMES_SIMILAR_SHOWN: Final = 5
"""Similar names shown for one name."""
