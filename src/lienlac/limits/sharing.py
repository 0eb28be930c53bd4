"""Bounds of sharing with peers, each with its reason. Read through `lienlac.limits`; nobody imports this file."""

from __future__ import annotations

from typing import Final

# --- intelligence: sharing with peers -----------------------------------------------------------------------------
INTEL_PACK_OBJECTS: Final = 4_000
"""Objects of one message: the receiver takes them in by pieces, and answers for each."""
INTEL_PACK_MAX_BYTES: Final = 700_000
"""A pack as it travels: in base64 it fills nine tenths of a message."""
INTEL_PACK_OPEN_MAX_BYTES: Final = 8_388_608
"""A pack once it is opened: four thousand objects of two kilobytes; what opens to more was made to harm."""
INTEL_PACK_RATIO: Final = 400
"""How much smaller packing may make it: real objects shrink by five to sixty, a bomb by a thousand."""
INTEL_PACK_SPARE_BYTES: Final = 65_536
"""What a pack may open to whatever its ratio: few objects that are alike shrink well."""
INTEL_SHARE_PIECE: Final = 2_000
"""Objects sent in one transaction: about 60 milliseconds in which nobody else writes."""
INTEL_TAKE_PIECE: Final = 500
"""Objects taken in in one transaction, for the same reason: an urgent message never waits for a large one."""
INTEL_SHARE_IDS_MAX: Final = 1_000
"""Objects chosen one by one for a share; more are chosen by type, or in a collection of their own."""
INTEL_SHARE_PREVIEW_MAX: Final = 100_000
"""Objects that are looked at before a one-time share: so many can be approved as they were shown."""
INTEL_SHARE_SAMPLE: Final = 12
"""Objects shown by name before they leave."""
INTEL_NAMES_DEEP: Final = 12
"""How far a chain of objects that name each other is followed before one leaves; who names what lies beyond stays."""
INTEL_NAMES_AT_ONCE: Final = 500
"""Objects looked at together because others name them: their bytes are in memory at once."""
INTEL_OUTDATED_PIECE: Final = 100
"""Objects looked at again together, of which a partner has an older version: their bytes are in memory at once."""
INTEL_OUTDATED_REST_S: Final = 60
"""How often more than one such piece is looked at because something was added: each may name many things."""
INTEL_OUTDATED_SHOWN: Final = 20
"""Such objects shown on a share's page with what keeps them here; those that come after them when these are settled."""
INTEL_SHARES_MAX: Final = 500
"""Shares with one peer that are not over: each is looked at whenever something is added."""
INTEL_TAKEN_REASONS: Final = 800
"""Objects of one message that are answered with a reason of their own; further ones with their letter alone."""
INTEL_TAKEN_REASON_CHARS: Final = 160
"""Such a reason: one sentence."""
INTEL_RECALL_IDS_MAX: Final = 2_000
"""Objects that one message recalls."""
INTEL_WAITING_MAX: Final = 256
"""Messages of one peer that wait to be taken in: half a million objects; what comes beyond is asked for later."""
INTEL_UNDER_WAY_MAX: Final = 24
"""Packs sent to a peer and not answered yet: enough to keep it busy, few enough that a new one is not far behind."""
INTEL_UNDER_WAY_H: Final = 24
"""How long an answer is waited for before more is sent all the same: it may have been lost with a restored backup."""
INTEL_RECALL_PIECE: Final = 100
"""Recalled objects taken out in one transaction: each is looked up and deleted by itself."""
INTEL_SIGHTINGS_KEPT: Final = 200
"""What one side said of one object: older words give way."""
INTEL_SIGHTINGS_MAX: Final = 10_000_000
"""How often one report says that something was seen."""
INTEL_OBJECT_ID_MAX_CHARS: Final = 292
"""The longest id: a type of 250 letters, two dashes, a UUID."""
