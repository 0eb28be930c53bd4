"""Bodies of the duty desk's messages: who answers now (clauses 15.x). Only types here.

Nothing about a case: a name, an office, a telephone number, and until when.
"""

from __future__ import annotations

import msgspec

from lienlac.wire.message import Instant, Line, OptionalLine


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The officer who is first on call. `until` is when the shift ends."""

    name: Line
    unit: Line
    phone: OptionalLine = ""
    until: Instant


class OnCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who answers at the sender's desk from `stated_at` on. Null: nobody is on call, the desk of the agreement answers.

    Only the latest statement counts, by `stated_at`, whatever the order in which they come.
    """

    stated_at: Instant
    contact: Contact | None = None
