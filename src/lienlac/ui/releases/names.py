"""What people read for states, reasons, steps and kinds of people of a release. English msgids; words only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lienlac.releases.release import Reason, State, Step
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from lienlac.ui.nav import Tone

STATES: Final[dict[State, tuple[str, Tone]]] = {
    State.WAITING: (N_("Waiting for a second officer"), "warn"),
    State.APPROVED: (N_("Approved and sent"), "good"),
    State.RETURNED: (N_("Returned"), "bad"),
    State.TAKEN_BACK: (N_("Taken back"), "plain"),
    State.EXPIRED: (N_("Waited too long"), "bad"),
    State.SENT_AHEAD: (N_("Sent ahead, to be reviewed"), "bad"),
    State.REVIEWED: (N_("Sent ahead and reviewed"), "good"),
}
REASONS: Final = {
    Reason.KIND: N_("the agreement asks for it for this kind of message"),
    Reason.MARKS: N_("the agreement asks for it at this handling mark"),
    Reason.TYPOLOGY: N_("the agreement asks for it for this kind of crime"),
    Reason.PERSON: N_("data about a victim, a minor, a witness or a third party leaves with it"),
    Reason.FILES: N_("the agreement asks for it where files go along"),
}
ABOUT: Final = {
    "victim": N_("about a victim"),
    "minor": N_("about a minor"),
    "witness": N_("about a witness"),
    "third-party": N_("about a third party"),
}
DONE: Final = {
    Step.APPROVE: N_("Approved. It is on its way."),
    Step.RETURN: N_("Returned to the officer who proposed it."),
    Step.TAKE_BACK: N_("Taken back. Nothing was sent."),
    Step.REVIEW: N_("Reviewed."),
}
