"""What a flash warning names, for the index of identifiers. Pure.

Only what it says now counts: what was superseded or withdrawn, what its reader never took, and drills name nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac import clock
from lienlac.flash.lifecycle import State
from lienlac.identifiers.index.mention import Naming
from lienlac.records.naming.walk import mentions_of

if TYPE_CHECKING:
    from lienlac.flash.warning import Flash
    from lienlac.identifiers.index.mention import Mention


def named(flash: Flash, *, restricted: bool) -> tuple[Naming, tuple[Mention, ...]]:
    """The warning as a thing that names identifiers, and which."""
    fact = flash.present.fact
    naming = Naming(
        kind="flash",
        id=flash.id,
        label=flash.reference,
        at_us=clock.to_us(fact.received_at or fact.header.sent_at),
        restricted=restricted,
    )
    silent = flash.body.drill or flash.lasting in (State.WITHDRAWN, State.NOT_TAKEN)
    return naming, () if silent else mentions_of(flash.body)
