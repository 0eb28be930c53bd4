"""Bounds of storage, each with its reason. Read through `lienlac.limits`; nobody imports this file."""

from __future__ import annotations

from typing import Final

# --- storage --------------------------------------------------------------------------------------------------------
GROUP_COMMIT_MAX: Final = 128
"""Writes that share one commit: measured, more gains nothing."""
WRITE_QUEUE_MAX: Final = 4_096
"""Writes waiting for the writer; beyond that callers are told to come back (busy)."""
STORAGE_BUSY_WAIT_S: Final = 5.0
"""Wait for a lock that another process holds, and for a server to answer, before the caller hears "busy"."""
STORAGE_READERS_KEPT: Final = 4
"""Reading connections kept open: each costs up to 2 MB of cache."""
STORAGE_READERS_MAX: Final = 16
"""Reading connections at the same time; more readers wait."""
STORAGE_READER_WAIT_S: Final = 10.0
"""Wait for a free reading connection before the caller hears "busy"."""
STATEMENTS_KEPT: Final = 64
"""Forms of one question that stay compiled: by whose eyes (units, an auditor's confinement) and by which filters."""
STORAGE_WAL_KEPT_BYTES: Final = 67_108_864
"""What SQLite's write-ahead file may keep on disk after a burst."""
STORAGE_WAL_PAGES: Final = 4_000
"""Pages of 4 kB in that file before they are carried over into the other one. Scattered entries of an index meet on the
same pages meanwhile: carrying over after every thousand STIX objects costs a quarter of the rate. It is done while
nobody waits to write."""
STORAGE_WAL_MOST_PAGES: Final = 12_000
"""Pages from which on it is done although somebody waits: three times as many, so that a pause may come first."""
ATTACHMENT_FLUSH_BYTES: Final = 67_108_864
"""Written between two flushes of a file that comes in: what a power cut may cost of it."""
ATTACHMENT_HEAD_BYTES: Final = 36_864
"""Beginning (and end) of a file that its type is told from; the last signature lies 33 kB from the start."""
