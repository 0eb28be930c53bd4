"""Every bound of the system, in one place, each with its reason. Units stand in the names.

Nothing in Lienlac is unbounded: what has no line here is a defect. Bounds that both sides of a link must share
are part of the protocol (docs/protocol) and change only with a protocol version.
"""

from __future__ import annotations

from typing import Final

# --- what travels -------------------------------------------------------------------------------------------------
MESSAGE_MAX_BYTES: Final = 1_048_576
"""One signed message. Facts and forms fit in 100 kB; large evidence travels in chunks, never in a message."""
ENVELOPE_MAX_BYTES: Final = 2_200_000
"""One sealed envelope: a message, base64 twice (4/3 each), two signatures and the seal."""
RECEIPT_MAX_BYTES: Final = 16_384
"""One receipt: two signatures (4.5 kB) and a checkpoint, with room."""
BATCH_MAX_ENVELOPES: Final = 64
"""One delivery. Keeps a retry cheap and an urgent message's wait behind a running batch below 100 ms."""
BATCH_MAX_BYTES: Final = 8_388_608
"""One delivery's body; the first envelope always fits."""
JSON_MAX_DEPTH: Final = 32
"""Nesting of any JSON from outside; our own bodies need six."""
TEXT_MAX_CHARS: Final = 20_000
"""One free-text field (facts, reasons): about ten printed pages."""
LINE_MAX_CHARS: Final = 300
"""One single-line field (names, references)."""
LIST_MAX_ITEMS: Final = 200
"""One list in a message body (accounts of a request, addressees)."""
MESSAGE_MAX_AGE_DAYS: Final = 30
"""Longest life a sender may give a message before it expires undelivered."""
CLOCK_SKEW_MAX_S: Final = 300
"""How far in the future a peer's sent_at may lie before the message is marked as clock-skewed (never dropped)."""

# --- exchange -----------------------------------------------------------------------------------------------------
HELD_MAX_MESSAGES: Final = 256
"""Early messages kept for each peer and lane: four full deliveries; beyond that the sender simply retries."""
BACKOFF_FIRST_S: Final = 1.0
"""Wait after the first failure."""
BACKOFF_MAX_S: Final = 7_200.0
"""Longest wait between two attempts at one peer: somebody on duty will look at least that often."""
BACKOFF_MAX_URGENT_S: Final = 60.0
"""Longest wait in the urgent lane: a freeze request may not sleep for two hours because a cable was cut."""
REISSUE_MAX_MESSAGES: Final = 20_000
"""Messages given a new place at once behind a voided one or after a restore: more than two full bulk imports."""
MESSAGE_ATTEMPTS_MAX: Final = 20
"""Answers without acceptance that one message may get before it becomes a dead letter; a cut road does not count."""
HTTP_TIMEOUT_S: Final = 30.0
"""One delivery, start to end; five seconds proved too short in a neighbouring system."""
PEERS_MAX: Final = 200
"""Peers of one node: there are not more states."""
PULL_MAX_ENVELOPES: Final = 64
"""Envelopes handed out to one pull."""

# --- storage ------------------------------------------------------------------------------------------------------
GROUP_COMMIT_MAX: Final = 128
"""Writes that share one commit: measured, more gains nothing."""
WRITE_QUEUE_MAX: Final = 4_096
"""Writes waiting for the writer; beyond that callers are told to come back (busy)."""
PAGE_MAX_ROWS: Final = 200
"""Rows of any one page or API answer."""
PAGE_DEFAULT_ROWS: Final = 50
"""Rows of a page when nothing else is asked for."""
