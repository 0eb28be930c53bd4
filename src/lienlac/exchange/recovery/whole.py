"""A node that was restored from an older backup becomes whole again (section 7): both halves of it under one name.

`stating` answers a peer that asks for its past, `comparing` asks for ours, `replaying` puts it back; `carried` does all
that by courier file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.exchange.recovery.carried import CarriedStates
from lienlac.exchange.recovery.comparing import Comparisons
from lienlac.exchange.recovery.replaying import Replays
from lienlac.exchange.recovery.stating import States

if TYPE_CHECKING:
    from lienlac.exchange.departure import Departures
    from lienlac.exchange.office import Office


class Recovery:
    """What the roads need of all of them."""

    def __init__(self, office: Office, departures: Departures) -> None:
        self.states = States(office)
        self.comparisons = Comparisons(office)
        self.replays = Replays(office, departures)
        self.carried = CarriedStates(office, self.states, self.comparisons, self.replays)
        self.state_for = self.states.state_for
        self.record_for = self.states.record_for
        self.compare = self.comparisons.compare
        self.fetched = self.comparisons.fetched
        self.absorb = self.replays.absorb
