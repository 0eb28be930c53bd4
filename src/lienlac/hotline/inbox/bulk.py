"""Many requests acknowledged at once: each by itself, in its own transaction, so that one that cannot be holds up none.

Pure: the step itself is handed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lienlac.errors import LienlacError, NotAllowed
from lienlac.interface.inbox import Outcome, Outcomes
from lienlac.interface.parts import Sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lienlac.hotline.request import Request


def each(names: Iterable[str], act: Callable[[str], Request]) -> Outcomes:
    """Take the step on every one; what says no is told with its sentences. A node that cannot save stops at once."""
    outcomes: list[Outcome] = []
    for name in dict.fromkeys(names):
        try:
            request = act(name)
        except LienlacError as error:
            if isinstance(error, NotAllowed) and error.code.startswith("storage-"):
                raise
            said = Sentences(en=error.sentence("en"), vi=error.sentence("vi"))
            outcomes.append(Outcome(request=name, code=error.code, sentences=said))
        else:
            outcomes.append(Outcome(request=request.id, reference=request.reference, state=request.state.value))
    done = sum(one.code is None for one in outcomes)
    return Outcomes(outcomes=outcomes, done=done, failed=len(outcomes) - done)
