"""The approval queue for programs: list, show, approve, return, take back, review (docs/reference/approvals-api.md).

The same desk as the screens', so the same rights and the same table. Whoever approves sends the digest of what they
were shown; nothing else about the message can be said here, so that nothing of it can be changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from lienlac.interface import approvals as shapes
from lienlac.people import accounts
from lienlac.people.rights import Action
from lienlac.releases.release import Step
from lienlac.ui.guard import needs
from lienlac.ui.interface.speech import speaks
from lienlac.ui.page import Ask
from lienlac.ui.releases.pages import UNFRESH
from lienlac.ui.releases.view import release_view, whole_view
from lienlac.ui.words import N_

if TYPE_CHECKING:
    from lienlac.releases.desk import Releases

Answer = Response[bytes]


_SHA256: Final = "0123456789abcdef" * 4
_APPROVE: Final = {"as shown": {"digest": _SHA256, "words": "Checked against the file."}}
_WORDS: Final = {"with a reason": {"words": "The second account belongs to somebody else."}}


def make_doors(releases: Releases) -> tuple[Any, ...]:
    """The doors, round the desk that does the work."""

    @get(
        "/api/approvals",
        opt=needs(Action.RELEASE_READ)
        | speaks(
            N_("What waits for a second officer, what came back, what was decided"), "approvals", shapes.Approvals
        ),
        sync_to_thread=True,
        name="api-approvals",
    )
    def list_approvals(ask: Ask) -> Answer:
        """What waits for a decision or a review (`undecided`), what came back to oneself, and what was decided last."""
        with ask.database.read() as connection:
            names = accounts.names(connection)
            found = {
                "undecided": releases.undecided(connection, ask.officer),
                "returned": releases.to_go_on_from(connection, ask.officer),
                "decided": releases.decided(connection, ask.officer),
            }
        return ask.json(
            {
                group: [release_view(one, releases.steps(one, ask.officer), names) for one in several]
                for group, several in found.items()
            }
        )

    @get(
        "/api/approvals/{release_id:str}",
        opt=needs(Action.RELEASE_READ)
        | speaks(N_("One of them, with exactly what would leave"), "approvals", shapes.Approval),
        sync_to_thread=True,
        name="api-approval",
    )
    def show_approval(ask: Ask, release_id: FromPath[str]) -> Answer:
        """One, with exactly what would leave and the digest to approve it by."""
        return _shown(ask, releases, release_id)

    @post(
        "/api/approvals/{release_id:str}/approve",
        opt=needs(Action.RELEASE_DECIDE)
        | speaks(
            N_("Let it leave, as it was shown"), "approvals", shapes.Approval, takes=shapes.Approving, examples=_APPROVE
        ),
        sync_to_thread=True,
        name="api-approve",
    )
    def approve(ask: Ask, release_id: FromPath[str]) -> Answer:
        """Let it leave, as the one whose digest is named; it is sent in the same moment."""
        given = ask.given(shapes.Approving)
        releases.approve(ask.officer, release_id, digest=given.digest, words=given.words)
        return _shown(ask, releases, release_id, status=201)

    doors = (_step_door(releases, step, action) for step, action in _STEPS.items())
    return (list_approvals, show_approval, approve, *doors)


_STEPS = {
    Step.RETURN: Action.RELEASE_DECIDE,
    Step.REVIEW: Action.RELEASE_DECIDE,
    Step.TAKE_BACK: Action.RELEASE_PROPOSE,
}


_STEP_SAYS = {
    Step.RETURN: N_("Return it with a reason"),
    Step.REVIEW: N_("Say what a review of what was sent ahead found"),
    Step.TAKE_BACK: N_("Take your own back before it leaves"),
}


def _step_door(releases: Releases, step: Step, action: Action) -> Any:
    @post(
        f"/api/approvals/{{release_id:str}}/{step.value}",
        opt=needs(action, unfresh=UNFRESH.get(step, ""))
        | speaks(_STEP_SAYS[step], "approvals", shapes.Approval, takes=shapes.InWords, examples=_WORDS),
        sync_to_thread=True,
        name=f"api-approval-{step.value}",
        operation_id=f"{step.value.replace('-', '_')}_approval",
    )
    def door(ask: Ask, release_id: FromPath[str]) -> Answer:
        """Return it with a reason, take one's own back, or review what was sent ahead."""
        releases.take(ask.officer, release_id, step, ask.given(shapes.InWords).words)
        return _shown(ask, releases, release_id, status=201)

    return door


def _shown(ask: Ask, releases: Releases, release_id: str, *, status: int = 200) -> Answer:
    shown = releases.show(ask.officer, release_id, ask.words)
    with ask.database.read() as connection:
        names = accounts.names(connection)
    return ask.json(whole_view(shown, names), status=status)
