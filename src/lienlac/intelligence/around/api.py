"""What stands around an object, for programs: the same desk as the screens', so the same rights and bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Response, get
from litestar.params import FromPath

from lienlac.intelligence.around import view
from lienlac.intelligence.pages.kinds import Spoken
from lienlac.interface.intelligence import around as shapes
from lienlac.people.rights import Action
from lienlac.ui.guard import needs
from lienlac.ui.interface.speech import speaks
from lienlac.ui.page import Ask
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from lienlac.intelligence.around.desk import Rounds

Answer = Response[bytes]
_TAG = "intelligence"


def make_doors(rounds: Rounds) -> tuple[Any, ...]:
    """The doors, round the desk that does the work."""

    @get(
        "/api/intelligence/objects/{object_id:str}/neighbours",
        opt=needs(Action.INTEL_READ) | speaks(N_("Neighbours of an object"), _TAG, shapes.IntelAround),
        sync_to_thread=True,
        name="api-intel-neighbours",
    )
    def show_neighbours(ask: Ask, object_id: FromPath[str]) -> Answer:
        """By relation, the newest first; of a hub a part, and that it is one is said."""
        return ask.json(view.around(rounds.around(ask.officer, object_id), Spoken(ask.words)))

    @get(
        "/api/intelligence/objects/{object_id:str}/path/{other_id:str}",
        opt=needs(Action.INTEL_READ) | speaks(N_("The shortest way between two objects"), _TAG, shapes.IntelPath),
        sync_to_thread=True,
        name="api-intel-path",
    )
    def show_path(ask: Ask, object_id: FromPath[str], other_id: FromPath[str]) -> Answer:
        """Through what the officer may see, and nothing else."""
        return ask.json(view.path(rounds.path(ask.officer, object_id, other_id), Spoken(ask.words)))

    return (show_neighbours, show_path)
