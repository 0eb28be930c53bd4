"""Bodies of a flash warning's messages: what one desk tells another at once, and who there has read it (clauses 17.x).

The warning's id is the header's `record_id`; purpose, legal basis, typology and marks are the header's too. Only types
here: what may follow what is the table in `flash.lifecycle`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from lienlac import limits
from lienlac.wire.bodies.hotline import DataIdentifier, Officer
from lienlac.wire.message import Id, Instant, Line, OptionalText, Text

Reference = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}-W-[0-9]{4}-[0-9]{6,9}\Z")]
"""What people say on the telephone: country, W, year and running number of the side that warns."""
Identifiers = Annotated[tuple[DataIdentifier, ...], msgspec.Meta(max_length=limits.FLASH_IDENTIFIERS_MAX)]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=400 * 86_400)]


class Severity(StrEnum):
    """How bad it is, as its author sees it."""

    CRITICAL = "critical"
    SERIOUS = "serious"
    LIMITED = "limited"


class Useful(StrEnum):
    """Whether a warning helped those who read it."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A text in either language or both; one of them must be there."""

    vi: OptionalText = ""
    en: OptionalText = ""


class Warned(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A warning. `acknowledge_s` is the time agreed for its acknowledgement; `drill`: an exercise, marked as such."""

    reference: Reference
    title_vi: Line
    title_en: Line
    text: Said
    to_do: Said
    severity: Severity
    lives_in_danger: bool
    valid_until: Instant
    officer: Officer
    identifiers: Identifiers = ()
    acknowledge_s: Seconds | None = None
    drill: bool = False


class Superseded(Warned, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole warning anew: it takes the place of what was said before, which stays to be read; and why."""

    reason: Text


class Withdrawn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The warning no longer holds; it stays to be read, with the reason."""

    officer: Officer
    reason: Text


class Acknowledged(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A named officer has read one version of it: `of` is the message that said it."""

    officer: Officer
    of: Id
    remarks: OptionalText = ""


class Judged(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whether it was of use; what is said last counts."""

    officer: Officer
    useful: Useful
    text: OptionalText = ""
