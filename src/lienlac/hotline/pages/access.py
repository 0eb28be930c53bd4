"""Where the page of who may see a request stands, and its words."""

from __future__ import annotations

from typing import Final

from lienlac.people.rights import Action
from lienlac.ui.access.pages import Screen
from lienlac.ui.words import N_

SCREEN: Final = Screen(
    address="/requests",
    parameter="request_id",
    name="access",
    reads=Action.REQUEST_READ,
    restricts=Action.REQUEST_RESTRICT,
    everybody=N_("Everybody on this node whose role lets them see requests."),
    hidden=N_(
        "From then on the request is not there for anybody else: no list, no count, no search, no notice. Auditors of "
        "the whole node still see it. You stay among those who see it, and at least one supervisor has to."
    ),
    again=N_("Everybody whose role lets them sees the request again, with everything in it."),
)
